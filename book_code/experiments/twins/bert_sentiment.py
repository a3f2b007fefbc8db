"""A small BERT guesses hidden words of a text made by a grammar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.experiments.twins._text import DOES, WHO, written
from book_code.losses import cross_entropy
from book_code.models.bert.config import BERTConfig
from book_code.models.bert.numpy_model import BERT, mask_tokens

TREND = "A BERT guesses hidden pieces from their neighbours: more of them than the commonest piece would be right."
METRICS = {
    "guessed (%), always the commonest": "commonest_piece",
    "guessed (%), by BERT": "guessed_hidden_pieces",
}
WORDS = sorted({word for part in WHO + DOES for word in part.split()})
MASK, VOCABULARY, LENGTH = len(WORDS) + 1, len(WORDS) + 2, 8  # 0 is the padding


def measure(seed: int = 0) -> dict[str, float]:
    """Learn from windows of one text; guess words of another."""
    rng = np.random.default_rng(seed)
    text, held = tokens(rng, 600), tokens(rng, 150)
    config = BERTConfig(vocabulary=VOCABULARY, positions=LENGTH, embed_dim=32, heads=2, feedforward=64, layers=1,
                        head="masked", dropout=0.0)  # fmt: skip
    model: Any = BERT(config, rng=rng)
    optimizer = optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(300):
        hidden, labels = covered(text, rng.integers(0, len(text) - LENGTH, size=32), rng)
        optimizer.zero_grad()
        logits = model(hidden).reshape(-1, VOCABULARY)
        cross_entropy(logits, labels.reshape(-1), ignore=-100).backward()
        optimizer.step()
    hidden, labels = covered(held, np.arange(0, len(held) - LENGTH, LENGTH), rng)
    asked, commonest = labels >= 0, np.bincount(text).argmax()
    guesses = model(hidden).numpy().argmax(axis=2)
    right = [(labels == commonest)[asked], (labels == guesses)[asked]]
    return dict(zip(METRICS, [100 * float(each.mean()) for each in right], strict=True))


def tokens(rng: np.random.Generator, lines: int) -> np.ndarray:
    """The text as numbers of its words, from 1."""
    return np.array([1 + WORDS.index(word) for word in written(rng, lines).split()])


def covered(text: np.ndarray, starts: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Windows of the text with words hidden, and what these were."""
    windows = text[starts[:, None] + np.arange(LENGTH)]
    return mask_tokens(windows, mask=MASK, vocabulary=VOCABULARY, special=(0, MASK), rng=rng)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    commonest, guessed = numbers.values()
    return guessed > 1.5 * commonest
