"""Sentences of made words, each with one translation: a GRU reads all of a sentence, and then writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.losses import cross_entropy
from book_code.models.gru.config import GRUConfig
from book_code.models.gru.numpy_model import GRU

TREND = "What has to pass through one state is translated worse the longer the sentence is."
METRICS = {
    "right, short sentences": "test_bleu_seq2seq_words_5_6",
    "right, longer ones": "test_bleu_seq2seq_words_9_10",
    "right, long ones": "test_bleu_seq2seq_words_11_14",
}


def measure(seed: int = 0) -> dict[str, float]:
    """The share of the words that are right, in per cent, in sentences of 2, 4 and 6 words."""
    rng = np.random.default_rng(seed)
    meaning = rng.permutation(8)
    model: Any = GRU(
        GRUConfig(vocabulary=9, in_features=16, hidden=32, outputs=8, head="step"), rng=rng
    )
    optimizer = optim.Adam(model.astype(np.float64).parameters(), lr=1e-2)
    for step in range(240):
        x, y = sentences((2, 4, 6)[step % 3], 32, meaning, rng)
        optimizer.zero_grad()
        cross_entropy(written(model, x, y), y.reshape(-1)).backward()
        optimizer.step()
    numbers = []
    for length in (2, 4, 6):
        x, y = sentences(length, 300, meaning, rng)
        right = written(model, x, y).numpy().argmax(axis=1) == y.reshape(-1)
        numbers.append(100 * float(right.mean()))
    return dict(zip(METRICS, numbers, strict=True))


def sentences(
    length: int, count: int, meaning: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Words and then blanks, (count, 2 length); and the translations, (count, length)."""
    words = rng.integers(0, 8, size=(count, length))
    return np.hstack([words, np.full_like(words, 8)]), meaning[words]


def written(model: Any, x: np.ndarray, y: np.ndarray) -> Any:
    """The logits at the blanks, a row a word."""
    return model(x)[:, y.shape[1] :].reshape(-1, 8)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    short, longer, long = numbers.values()
    return short > longer + 2 and longer > long + 2
