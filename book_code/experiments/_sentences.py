"""English-French pairs as tokens: what to train on, what to choose with, and test sentences of every length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from book_code.data import eng_fra
from book_code.models.seq2seq.config import END, PAD, START
from book_code.text.bpe import BPE

FIRST = (
    END + 1
)  # the number of the tokenizer's first token: before it come padding, start and end
Pair = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Sentences:
    """Sources as tokens, and for each its translations as words; `places` are theirs among the lengths."""

    sources: tuple[np.ndarray, ...]
    references: tuple[list[list[str]], ...]
    targets: tuple[np.ndarray, ...]  # the first translation as tokens
    places: np.ndarray
    lengths: np.ndarray  # of the sources, in words

    def pairs(self) -> list[Pair]:
        """Each source with its first translation."""
        return list(zip(self.sources, self.targets, strict=True))


@dataclass(frozen=True)
class Texts:
    """What is trained on, chosen with, and judged by; the tokenizer knows the training sentences only."""

    tokenizer: BPE
    train: tuple[Pair, ...]
    validation: tuple[Pair, ...]
    test: Sentences


@lru_cache(maxsize=1)
def corpus() -> eng_fra.Corpus:
    """The pairs, read once."""
    return eng_fra.load()


@lru_cache(maxsize=1)
def prepare(config: Any) -> Texts:
    """Learn the tokens of the training sentences, and write all sentences with them."""
    data, rng = corpus(), np.random.default_rng(0)
    longest, known = config.edges[-1] - 1, common(data.train, config.common)
    train, held, test = (
        usable(part, longest, known) for part in (data.train, data.validation, data.test)
    )
    train = [train[i] for i in rng.permutation(len(train))[: config.pairs or None]]
    held = [held[i] for i in rng.permutation(len(held))[: config.validation_pairs]]
    tokenizer = BPE.train((text for pair in train for text in pair), config.vocabulary)
    return Texts(
        tokenizer,
        tuple(as_tokens(tokenizer, *pair) for pair in train),
        tuple(as_tokens(tokenizer, *pair) for pair in held),
        by_length(config, tokenizer, test),
    )


def common(pairs: eng_fra.Pairs, count: int) -> tuple[set[str], set[str]]:
    """So many of the most frequent words of each language; 0 is all."""
    counts = [Counter(" ".join(side).split()) for side in (pairs.english, pairs.french)]
    english, french = ({word for word, _ in c.most_common(count or None)} for c in counts)
    return english, french


def usable(
    pairs: eng_fra.Pairs, longest: int, known: tuple[set[str], set[str]]
) -> list[tuple[str, str]]:
    """The pairs of known words whose English sentence is not too long."""
    return [
        (source, target)
        for source, target in zip(pairs.english, pairs.french, strict=True)
        if words(source) <= longest
        and known[0].issuperset(source.split())
        and known[1].issuperset(target.split())
    ]


def words(sentence: str) -> int:
    """How many words and signs a sentence has."""
    return sentence.count(" ") + 1


def as_tokens(tokenizer: BPE, source: str, target: str) -> Pair:
    """The tokens of a pair; the target stands between start and end."""
    a, b = (np.array(tokenizer.encode(text)) + FIRST for text in (source, target))
    return a, np.concatenate([[START], b, [END]])


def by_length(config: Any, tokenizer: BPE, pairs: Sequence[tuple[str, str]]) -> Sentences:
    """So many sentences of every length, each once, with all its translations."""
    translations: dict[str, list[str]] = {}
    for source, target in pairs:
        translations.setdefault(source, []).append(target)
    sources, rng = np.array(list(translations)), np.random.default_rng(0)
    lengths = np.array([words(source) for source in translations])
    bins = np.digitize(lengths, config.edges) - 1
    drawn = [
        rng.permutation(np.flatnonzero(bins == place))[: config.sentences]
        for place in range(len(config.edges) - 1)
    ]
    rows = np.concatenate(drawn)
    chosen = sources[rows].tolist()
    both = [as_tokens(tokenizer, source, translations[source][0]) for source in chosen]
    return Sentences(
        tuple(source for source, _ in both),
        tuple([text.split() for text in translations[source]] for source in chosen),
        tuple(target for _, target in both),
        bins[rows],
        lengths[rows],
    )


def padded(rows: Sequence[np.ndarray], device: str) -> Tensor:
    """Rows of tokens as one tensor, short ones filled up."""
    whole = np.full((len(rows), max(map(len, rows))), PAD)
    for line, row in zip(whole, rows, strict=True):
        line[: len(row)] = row
    return torch.from_numpy(whole).to(device)


def batches(
    pairs: Sequence[Pair], size: int, rng: np.random.Generator, device: str
) -> Iterator[tuple[Tensor, Tensor]]:  # fmt: skip
    """Batches without end, drawn anew for every pass; sentences of like length stand together."""
    lengths = np.array([len(target) for _, target in pairs])
    while True:
        order = rng.permutation(len(pairs))
        found: list[np.ndarray] = []
        for start in range(0, len(order), 50 * size):
            part = order[start : start + 50 * size]
            part = part[np.argsort(lengths[part], kind="stable")]
            found += np.array_split(part, range(size, len(part), size))
        for place in rng.permutation(len(found)):
            sources, targets = zip(*(pairs[row] for row in found[place]), strict=True)
            yield padded(sources, device), padded(targets, device)
