"""Of two marks among twelve random symbols, which comes first? One layer of attention, twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.losses import cross_entropy
from book_code.nn import Embedding, Linear, Module, MultiHeadAttention, sinusoidal

TREND = "Attention that is not told where tokens stand cannot say which came first."
METRICS = {
    "right (%), places told": "accuracy_sinusoidal_24",
    "right (%), places not told": "accuracy_none_24",
}


class Network(Module):
    """Symbols, a layer of attention, the mean over the places, two classes."""

    def __init__(self, told: bool, rng: np.random.Generator):
        super().__init__()
        self.told = told
        self.embedding = Embedding(8, 16, rng=rng)
        self.attention = MultiHeadAttention(16, 2, rng=rng)
        self.last = Linear(16, 2, rng=rng)

    def forward(self, x: Any) -> Any:
        """The logits."""
        h = self.embedding(x)
        if self.told:
            h = h + sinusoidal(x.shape[1], 16)
        h = h + self.attention(h)
        return self.last(h.mean(1))


def measure(seed: int = 0) -> dict[str, float]:
    """Train both; ask 500 new rows."""
    return dict(zip(METRICS, [score(True, seed), score(False, seed)], strict=True))


def score(told: bool, seed: int) -> float:
    """The share of right answers, in per cent; guessing gives 50."""
    rng = np.random.default_rng(seed)
    model: Any = Network(told, rng).astype(np.float64)
    optimizer = optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(150):
        x, y = rows(64, rng)
        optimizer.zero_grad()
        cross_entropy(model(x), y).backward()
        optimizer.step()
    x, y = rows(500, rng)
    return 100 * float((model(x).numpy().argmax(axis=1) == y).mean())


def rows(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Twelve symbols, among them the marks 6 and 7; the label tells which of them is first."""
    x = rng.integers(0, 6, size=(count, 12))
    places = np.sort(rng.permuted(np.tile(np.arange(12), (count, 1)), axis=1)[:, :2], axis=1)
    y = rng.integers(0, 2, size=count)
    x[np.arange(count), places[:, 0]] = 6 + y
    x[np.arange(count), places[:, 1]] = 7 - y
    return x, y


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    told, silent = numbers.values()
    return told > 75 and silent < 60
