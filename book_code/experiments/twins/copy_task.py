"""One of eight symbols and a silence, then to say it again: an RNN after 2 and after 30 steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.losses import cross_entropy
from book_code.models.rnn.config import RNNConfig
from book_code.models.rnn.numpy_model import RNN

TREND = "What an RNN repeats after a short silence it has forgotten after a long one."
METRICS = {
    "repeated (%), short silence": "accuracy_rnn_5",
    "repeated (%), long silence": "accuracy_rnn_40",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train as long for both."""
    return dict(zip(METRICS, [score(2, seed), score(30, seed)], strict=True))


def score(delay: int, seed: int) -> float:
    """The share of the symbols of 500 new sequences that it says again, in per cent."""
    rng = np.random.default_rng(seed)
    config = RNNConfig(vocabulary=9, in_features=9, hidden=24, outputs=8)
    model: Any = RNN(config, rng=rng).astype(np.float64)
    optimizer = optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(100):
        x, y = sequences(delay, 32, rng)
        optimizer.zero_grad()
        cross_entropy(model(x), y).backward()
        optimizer.step()
    x, y = sequences(delay, 500, rng)
    return 100 * float((model(x).numpy().argmax(axis=1) == y).mean())


def sequences(
    delay: int, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """One of eight symbols and then silence; and the symbols."""
    y = rng.integers(0, 8, size=count)
    x = np.full((count, 1 + delay), 8)
    x[:, 0] = y
    return x, y


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    short, long = numbers.values()
    return short > 80 and long < 40
