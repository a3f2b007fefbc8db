"""WordPiece: Schuster and Nakajima (2012), doi:10.1109/ICASSP.2012.6289079; as in BERT: arXiv:1810.04805, section 3.

A word is cut from the left into the longest pieces that the vocabulary knows; pieces that do not begin a word are written
with ## before them. Learning joins, again and again, the two pieces that occur together most often *for how often they
occur at all*, so that the likelihood of the text grows most; the original program was never published.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from .bpe import read_json, write_json

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LONGEST = 100  # a longer word is unknown, as in Hugging Face's BERT; Google's code goes to 200


# --8<-- [start:words]
def words(text: str, lower: bool = True) -> list[str]:
    """Cut a text into words and signs; with `lower` capitals and accents go, as in "uncased" models.

    >>> words("Ça va? It's 2026.")
    ['ca', 'va', '?', 'it', "'", 's', '2026', '.']
    """
    if lower:
        text = unicodedata.normalize("NFD", text.lower())
        text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    out: list[str] = []
    for chunk in "".join(map(_clean, text)).split():
        word = ""
        for sign in chunk:
            if _stands_alone(sign):
                out += [word, sign]
                word = ""
            else:
                word += sign
        out.append(word)
    return [word for word in out if word]


def _clean(sign: str) -> str:
    """Nothing for a control character, a blank for any white space, else the sign."""
    if sign in "\t\n\r" or unicodedata.category(sign) == "Zs":
        return " "
    if sign in "\0\N{REPLACEMENT CHARACTER}" or unicodedata.category(sign) in ("Cc", "Cf"):
        return ""
    return sign


def _stands_alone(sign: str) -> bool:
    """Punctuation, signs of ASCII that are no letters or digits, and Chinese characters."""
    code = ord(sign)
    ascii_sign = code < 128 and not sign.isalnum()
    chinese = any(
        low <= code <= high
        for low, high in (
            (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
            (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
        )
    )  # fmt: skip
    return ascii_sign or chinese or unicodedata.category(sign).startswith("P")


# --8<-- [end:words]


# --8<-- [start:wordpiece]
class WordPiece:
    """A tokenizer of words and parts of words.

    Args:
        vocabulary: the pieces, special tokens among them; a piece's number is its place.
        lower: whether capitals and accents are removed.

    >>> tokenizer = WordPiece.train("low lower lowest new newer newest " * 3, 40)
    >>> tokenizer.decode(tokenizer.encode("lowest, newer"))
    'lowest [UNK] newer'
    """

    def __init__(self, vocabulary: Sequence[str], lower: bool = True):
        self.vocabulary = tuple(vocabulary)
        self.lower = lower
        self._numbers = {piece: i for i, piece in enumerate(self.vocabulary)}
        if len(self._numbers) < len(self.vocabulary):
            twice = next(p for p, n in Counter(self.vocabulary).items() if n > 1)
            raise ValueError(f"a vocabulary holds each piece once; {twice!r} occurs twice")
        if missing := [name for name in SPECIAL if name not in self._numbers]:
            raise ValueError(f"the vocabulary lacks {', '.join(missing)}")

    def __len__(self) -> int:
        return len(self.vocabulary)

    @classmethod
    def train(
        cls, texts: str | Iterable[str], vocabulary: int, *, lower: bool = True, least: int = 2
    ) -> WordPiece:
        """Learn the pieces.

        Args:
            texts: one text or several.
            vocabulary: how many pieces to end with, special tokens and single characters included.
            lower: whether capitals and accents are removed.
            least: pairs that occur less often are not joined.
        """
        if least < 1:
            raise ValueError(f"pairs occur at least once, got least={least}")
        texts = [texts] if isinstance(texts, str) else texts
        counts = Counter(word for text in texts for word in words(text, lower))
        split = {word: [word[0], *("##" + c for c in word[1:])] for word in counts}
        alphabet = sorted({piece for parts in split.values() for piece in parts})
        if vocabulary < len(SPECIAL) + len(alphabet):
            raise ValueError(
                f"the special tokens and the characters of the text are {len(SPECIAL) + len(alphabet)}: "
                f"a vocabulary of {vocabulary} has no room for them"
            )
        new = _learn(counts, split, vocabulary - len(SPECIAL) - len(alphabet), least)
        return cls([*SPECIAL, *alphabet, *new], lower)

    def encode(self, text: str, pair: str | None = None) -> list[int]:
        """Return the pieces' numbers, without [CLS] and [SEP]; with `pair`, both texts framed as BERT reads them.

        >>> tokenizer = WordPiece([*SPECIAL, "low", "##er"])
        >>> tokenizer.encode("lower low"), tokenizer.encode("low", pair="lower")
        ([5, 6, 5], [2, 5, 3, 5, 6, 3])
        """
        if pair is not None:
            first, second = self.encode(text), self.encode(pair)
            start, end = self._numbers["[CLS]"], self._numbers["[SEP]"]
            return [start, *first, end, *second, end]
        return [number for word in words(text, self.lower) for number in self._word(word)]

    def decode(self, numbers: Iterable[int]) -> str:
        """Return the pieces joined to words, with a blank between.

        >>> WordPiece([*SPECIAL, "low", "##er"]).decode([5, 6, 1])
        'lower [UNK]'
        """
        return " ".join(map(self.piece, numbers)).replace(" ##", "")

    def piece(self, number: int) -> str:
        """Return the piece of a number.

        >>> WordPiece(SPECIAL).piece(4)
        '[MASK]'
        """
        if not 0 <= number < len(self):
            raise ValueError(
                f"there is no piece {number}: the vocabulary has 0 to {len(self) - 1}"
            )
        return self.vocabulary[number]

    def _word(self, word: str) -> list[int]:
        """The longest known piece from the left, again and again; unknown as a whole if that fails."""
        out: list[int] = []
        start = 0
        while start < len(word) <= LONGEST:
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                number = self._numbers.get(prefix + word[start:end])
                if number is not None:
                    break
            else:
                return [self._numbers["[UNK]"]]
            out.append(number)
            start = end
        return out or [self._numbers["[UNK]"]]

    # --8<-- [end:wordpiece]

    def save(self, path: str | Path) -> None:
        """Write the tokenizer to a JSON file, whole or not at all."""
        write_json(
            path, {"kind": "wordpiece", "vocabulary": self.vocabulary, "lower": self.lower}
        )

    @classmethod
    def load(cls, path: str | Path) -> WordPiece:
        """Read a tokenizer that :meth:`save` wrote.

        Raises:
            ValueError: for a file that is none.
        """
        found = read_json(path, "wordpiece", ("vocabulary", "lower"))
        return cls(found["vocabulary"], found["lower"])


# --8<-- [start:learn]
def _learn(
    counts: Counter[str], split: dict[str, list[str]], joins: int, least: int
) -> list[str]:
    """The new pieces, in order: those of the pair with the highest count(ab) / (count(a) count(b))."""
    single: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    where: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

    def account(word: str, sign: int) -> None:
        for piece in split[word]:
            single[piece] += sign * counts[word]
        for pair in pairwise(split[word]):
            together[pair] += sign * counts[word]
            where[pair].add(word)

    for word in counts:
        account(word, 1)
    learned: dict[str, None] = {}
    while len(learned) < joins:
        able = [pair for pair, count in together.items() if count >= least]
        if not able:
            break
        best = min(able, key=lambda p: (-together[p] / (single[p[0]] * single[p[1]]), p))
        joined = best[0] + best[1].removeprefix("##")
        for word in where.pop(best):
            account(word, -1)
            split[word] = _join(split[word], best, joined)
            account(word, 1)
        del together[best]
        learned[joined] = None
    return list(learned)


def _join(parts: Sequence[str], pair: tuple[str, str], joined: str) -> list[str]:
    out: list[str] = []
    for part in parts:
        if out and (out[-1], part) == pair:
            out[-1] = joined
        else:
            out.append(part)
    return out


# --8<-- [end:learn]
