"""What the sentiment experiments read: sentences as pieces of words or as sets of words, and a text to pretrain on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

import numpy as np

from book_code.data import rt_polarity
from book_code.data.rt_polarity import Sentences
from book_code.text.wordpiece import SPECIAL, WordPiece, words

PAD, CLS, SEP, MASK = (SPECIAL.index(name) for name in ("[PAD]", "[CLS]", "[SEP]", "[MASK]"))
ENDINGS = range(1, 4)  # letters of an ending


@dataclass
class Texts:
    """The sentences in two forms, and the text without labels.

    Shape:
        tokens (N, length): [CLS], the pieces of a sentence, [SEP] and padding; stream (T,): reviews and training
        sentences, a [SEP] after each line.
    """

    sentences: Sentences
    pieces: WordPiece
    tokens: np.ndarray
    stream: np.ndarray
    words: list[list[str]]


def read(reviews: int, vocabulary: int, length: int) -> Texts:
    """Cut everything into pieces that the text without labels has made known."""
    sentences = rt_polarity.load()
    cut = [words(text) for text in sentences.texts]
    lines = [words(line) for line in chain(*rt_polarity.reviews(sentences, reviews))]
    lines += [cut[row] for row in sentences.train]
    pieces = frequent_pieces(chain(*lines), vocabulary)
    known: dict[str, list[int]] = {}

    def numbers(line: Iterable[str]) -> list[int]:
        for word in line:
            if word not in known:
                known[word] = pieces.encode(word)
        return [number for word in line for number in known[word]]

    tokens = np.full((len(cut), length), PAD)
    for row, line in zip(tokens, cut, strict=True):
        framed = [CLS, *numbers(line)[: length - 2], SEP]
        row[: len(framed)] = framed
    stream = np.array([number for line in lines for number in [*numbers(line), SEP]])
    return Texts(sentences, pieces, tokens, stream, cut)


def frequent_pieces(text: Iterable[str], size: int) -> WordPiece:
    """A vocabulary of all characters, the commonest endings (a tenth of the places) and the commonest words.

    Learning by likelihood, as `WordPiece.train` does, needs more text and more pieces than there are here: it joins rare
    neighbours first and leaves the common words in letters.

    >>> pieces = frequent_pieces("good good good better goods".split(), 24)
    >>> [pieces.piece(number) for number in pieces.encode("goods")]
    ['good', '##s']
    """
    counts = Counter(text)
    letters = sorted(set(chain(*counts)))
    alphabet = [*letters, *(f"##{letter}" for letter in letters)]
    endings: Counter[str] = Counter()
    for word in counts:
        endings.update(f"##{word[-n:]}" for n in ENDINGS if n < len(word))
    chosen = dict.fromkeys([*SPECIAL, *alphabet])
    for ranked, places in ((endings, len(chosen) + size // 10), (counts, size)):
        for piece, _ in sorted(ranked.items(), key=lambda item: (-item[1], item[0])):
            if len(chosen) >= places:
                break
            chosen[piece] = None
    return WordPiece(list(chosen))


def bags(texts: Texts, rows: np.ndarray, known: dict[str, int]) -> np.ndarray:
    """Which known words a sentence holds, (N, words) of float32."""
    held = np.zeros((len(rows), len(known)), np.float32)
    for bag, row in zip(held, rows.tolist(), strict=True):
        bag[[known[word] for word in texts.words[row] if word in known]] = 1
    return held


def known_words(texts: Texts, rows: np.ndarray, least: int) -> dict[str, int]:
    """The words of some sentences that occur often enough, numbered."""
    counts = Counter(chain(*(texts.words[row] for row in rows.tolist())))
    return {word: i for i, word in enumerate(sorted(w for w in counts if counts[w] >= least))}
