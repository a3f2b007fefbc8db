"""Byte-pair encoding: Sennrich et al. (2015), arXiv:1508.07909; on bytes, as GPT-2: Radford et al. (2019), section 2.2.

A text is cut into pieces (words with the blank before them, numbers, signs), each piece is a row of bytes, and the pair of
neighbours that occurs most often becomes a token of its own, again and again. As every byte is a token, every text can
be encoded, and decoding gives it back.
"""

from __future__ import annotations

import heapq
import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

Pair = tuple[int, int]


# --8<-- [start:split]
class _Kinds(dict):
    """What each character is: a letter (L), a number (N), white space (S) or another sign (O), found when asked for."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if sign.isalpha():
            kind = "L"
        elif sign.isnumeric():
            kind = "N"
        else:
            # to Python the four separators of ASCII are white space, to Unicode and to GPT-2 they are not
            kind = "S" if sign.isspace() and sign not in "\x1c\x1d\x1e\x1f" else "O"
        self[code] = kind
        return kind


# the blank, the apostrophe and the letters of the English endings 's 't 're 've 'm 'll 'd stand for themselves
_KINDS = _Kinds({ord(sign): sign for sign in " 'strevmld"})
_PIECE = re.compile(r"'(?:[stmd]|re|ve|ll)| ?[Lstrevmld]+| ?N+| ?[O']+|[ S]+(?![^ S])|[ S]+")


def pieces(text: str) -> list[str]:
    """Cut a text as GPT-2 does: no token reaches across these borders.

    >>> pieces("It's 2026, isn't it?  Yes.")
    ['It', "'s", ' 2026', ',', ' isn', "'t", ' it', '?', ' ', ' Yes', '.']
    """
    if not isinstance(text, str):
        raise TypeError(f"expected a text, a str; got {type(text).__name__} {text!r:.40}")
    kinds = text.translate(_KINDS)  # one sign of kind for each character
    return [text[m.start() : m.end()] for m in _PIECE.finditer(kinds)]


# --8<-- [end:split]


# --8<-- [start:bpe]
class BPE:
    """A byte-level tokenizer: 256 bytes, what was merged, and special tokens.

    Args:
        merges: pairs of tokens in the order in which they were merged; the first becomes token 256.
        special: strings that are tokens of their own, after all others; they are found before anything is split.

    >>> tokenizer = BPE.train("low low low lower lowest newer newest", 262)
    >>> [tokenizer.token(i).decode() for i in tokenizer.encode("lowest")]
    ['low', 'es', 't']
    >>> tokenizer.decode(tokenizer.encode("Any text: ça va? 🙂"))
    'Any text: ça va? 🙂'
    """

    def __init__(self, merges: Iterable[Pair], special: Sequence[str] = ()):
        if isinstance(special, str):
            raise TypeError(f"special tokens are a list of strings, got one string {special!r}")
        self.merges = [(int(a), int(b)) for a, b in merges]
        self.special = tuple(special)
        if len(set(self.special)) < len(self.special) or "" in self.special:
            raise ValueError(f"special tokens must differ and not be empty, got {self.special}")
        self._tokens = [bytes([i]) for i in range(256)]
        for number, (a, b) in enumerate(self.merges):
            if not 0 <= min(a, b) <= max(a, b) < 256 + number:
                raise ValueError(
                    f"merge {number} joins tokens {a} and {b}, which it does not know yet"
                )
            self._tokens.append(self._tokens[a] + self._tokens[b])
        self._tokens += [name.encode() for name in self.special]
        self._ranks = {pair: 256 + number for number, pair in enumerate(self.merges)}
        if len(self._ranks) < len(self.merges):
            raise ValueError("a pair of tokens is merged twice")
        self._known: dict[str, tuple[int, ...]] = {}  # pieces that were encoded before

    def __len__(self) -> int:
        return len(self._tokens)

    def __repr__(self) -> str:
        return f"BPE({len(self)} tokens: 256 bytes, {len(self.merges)} merged, {len(self.special)} special)"

    @classmethod
    def train(
        cls, texts: str | Iterable[str], vocabulary: int, *, special: Sequence[str] = ()
    ) -> BPE:
        """Learn what to merge.

        Args:
            texts: one text or several.
            vocabulary: how many tokens to end with, 256 bytes and special tokens included. Fewer come out when
                no pair occurs twice any more.
            special: strings that become tokens of their own.
        """
        if isinstance(special, str):
            raise TypeError(f"special tokens are a list of strings, got one string {special!r}")
        least = 256 + len(special)
        if vocabulary < least:
            raise ValueError(f"a vocabulary has at least {least} tokens, got {vocabulary}")
        texts = [texts] if isinstance(texts, str) else texts
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(p for part in _without(text, special) for p in pieces(part))
        return cls(_learn(counts, vocabulary - least), special)

    def encode(self, text: str) -> list[int]:
        """Return the tokens of a text.

        Raises:
            ValueError: for half of a surrogate pair, which no valid text holds.

        >>> BPE([]).encode("é")
        [195, 169]
        """
        out: list[int] = []
        for part in _split_special(text, self.special):
            if part in self.special:
                out.append(len(self) - len(self.special) + self.special.index(part))
                continue
            for piece in pieces(part):
                tokens = self._known.get(piece)
                if tokens is None:
                    tokens = self._known[piece] = tuple(self._merge(_bytes(piece)))
                out.extend(tokens)
        return out

    def decode(self, tokens: Iterable[int]) -> str:
        """Return the text of tokens; bytes that are not valid UTF-8 (a cut character) become "\N{REPLACEMENT CHARACTER}".

        >>> BPE([]).decode([72, 105])
        'Hi'
        """
        given = np.asarray(tokens if isinstance(tokens, str | np.ndarray) else list(tokens))
        if given.ndim != 1 or (given.dtype.kind not in "iu" and given.size):
            raise TypeError(
                f"decode expected the tokens of one text, whole numbers of shape (T,); got {given.dtype} of shape "
                f"{given.shape}"
            )
        return b"".join(map(self.token, given.tolist())).decode("utf-8", errors="replace")

    def token(self, number: int) -> bytes:
        """Return the bytes of a token.

        >>> BPE([(72, 105)]).token(256)
        b'Hi'
        """
        if not 0 <= number < len(self):
            raise ValueError(
                f"there is no token {number}: the vocabulary has 0 to {len(self) - 1}"
            )
        return self._tokens[number]

    def _merge(self, tokens: list[int]) -> list[int]:
        """Merge as was learned, the pair that was learned first before all others."""
        while len(tokens) > 1:
            best = min(pairwise(tokens), key=lambda pair: self._ranks.get(pair, len(self)))
            if best not in self._ranks:
                break
            tokens = _join(tokens, best, self._ranks[best])
        return tokens

    # --8<-- [end:bpe]

    def save(self, path: str | Path) -> None:
        """Write the tokenizer to a JSON file, whole or not at all."""
        write_json(path, {"kind": "bpe", "merges": self.merges, "special": self.special})

    @classmethod
    def load(cls, path: str | Path) -> BPE:
        """Read a tokenizer that :meth:`save` wrote.

        Raises:
            ValueError: for a file that is none.
        """
        found = read_json(path, "bpe", ("merges", "special"))
        return cls(found["merges"], found["special"])


# --8<-- [start:learn]
def _learn(counts: Counter[str], merges: int) -> list[Pair]:
    """The pairs to merge, in order: the most frequent first, of equal ones that of the lowest tokens."""
    words = [_bytes(piece) for piece in counts]
    times = list(counts.values())
    frequency: Counter[Pair] = Counter()
    where: defaultdict[Pair, set[int]] = defaultdict(set)  # the words that hold a pair
    for index, word in enumerate(words):
        for pair in pairwise(word):
            frequency[pair] += times[index]
            where[pair].add(index)
    heap = [(-count, pair) for pair, count in frequency.items()]
    heapq.heapify(heap)
    learned: list[Pair] = []
    while heap and len(learned) < merges:
        count, pair = heapq.heappop(heap)
        if -count != frequency[pair]:  # it has changed since: look again later
            if frequency[pair] > 0:
                heapq.heappush(heap, (-frequency[pair], pair))
            continue
        if -count < 2:
            break
        changed = _merge_everywhere(pair, 256 + len(learned), words, times, frequency, where)
        for other in changed:
            heapq.heappush(heap, (-frequency[other], other))
        learned.append(pair)
    return learned


def _merge_everywhere(
    pair: Pair, new: int, words: Any, times: Any, frequency: Any, where: Any
) -> set[Pair]:
    """Merge a pair in every word that holds it; return the pairs that there are more of now."""
    more: set[Pair] = set()
    for index in where.pop(pair):
        old, words[index] = words[index], _join(words[index], pair, new)
        for gone in pairwise(old):
            frequency[gone] -= times[index]
        for come in pairwise(words[index]):
            frequency[come] += times[index]
            where[come].add(index)
            if new in come:
                more.add(come)
    return more


# --8<-- [end:learn]


def _join(tokens: Sequence[int], pair: Pair, new: int) -> list[int]:
    """Replace every occurrence of a pair, from the left."""
    out: list[int] = []
    i = 0
    while i < len(tokens):
        if i + 1 < len(tokens) and (tokens[i], tokens[i + 1]) == pair:
            out.append(new)
            i += 2
        else:
            out.append(tokens[i])
            i += 1
    return out


def _bytes(piece: str) -> list[int]:
    try:
        return list(piece.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise ValueError(
            f"the text holds half of a surrogate pair, {piece[error.start]!a}: it was not decoded well; "
            "open the file with the right encoding"
        ) from None


def _split_special(text: str, special: Sequence[str]) -> Iterator[str]:
    """The text in parts, the special tokens apart."""
    if not special:
        return iter([text])
    longest_first = sorted(special, key=len, reverse=True)
    return (p for p in re.split(f"({'|'.join(map(re.escape, longest_first))})", text) if p)


def _without(text: str, special: Sequence[str]) -> Iterator[str]:
    return (part for part in _split_special(text, special) if part not in special)


def write_json(path: str | Path, content: dict[str, Any]) -> None:
    """Write a JSON file, whole or not at all.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "tokenizer.json"
    >>> write_json(file, {"kind": "bpe"})
    >>> file.read_text()
    '{"kind": "bpe"}'
    """
    path = Path(path)
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    os.replace(part, path)


def read_json(path: str | Path, kind: str, fields: Sequence[str]) -> dict[str, Any]:
    """Read a tokenizer's JSON file and see that it is one of this kind.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "other.json"
    >>> write_json(file, {"kind": "wordpiece"})
    >>> read_json(file, "bpe", ["merges"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: ...other.json is not a bpe tokenizer of this book
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        content = None
    if (
        not isinstance(content, dict)
        or content.get("kind") != kind
        or any(field not in content for field in fields)
    ):
        raise ValueError(f"{path} is not a {kind} tokenizer of this book")
    return content
