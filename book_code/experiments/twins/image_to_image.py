"""From the edges of 8 x 8 digits to the digits: a network that learned from pairs, and one from mixed-up pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.experiments.twins._learning import digits
from book_code.losses import mae
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = "From pairs a network learns to make pictures near the true ones; without pairs it stays far from them."
METRICS = {
    "distance of a pixel, with pairs": "test_distance_distance",
    "distance of a pixel, without pairs": "test_distance_cyclegan",
    "distance of a pixel, edges": "test_distance_edges",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Mean absolute errors on new pictures."""
    (train, held), rng = digits(), np.random.default_rng(seed)
    x, y = edges(train.x), train.x.reshape(-1, 64)
    asked, true = edges(held.x), held.x.reshape(-1, 64)
    guesses = [learn(x, y, asked, seed), learn(x, rng.permutation(y), asked, seed), asked]
    errors = [float(np.abs(guess - true).mean()) for guess in guesses]
    return dict(zip(METRICS, errors, strict=True))


def edges(x: np.ndarray) -> np.ndarray:
    """1 where a picture changes much, else 0."""
    down, right = np.gradient(x[:, 0], axis=(1, 2))
    return (np.hypot(down, right) > 0.3).astype(np.float64).reshape(len(x), 64)


def learn(x: np.ndarray, y: np.ndarray, asked: np.ndarray, seed: int) -> np.ndarray:
    """What a network makes of new edges."""
    rng = np.random.default_rng(seed)
    model: Any = MLP(MLPConfig(in_features=64, hidden=(96,), classes=64), rng=rng)
    optimizer = optim.Adam(model.astype(np.float64).parameters(), lr=3e-3)
    for _ in range(300):
        rows = rng.integers(0, len(x), size=50)
        optimizer.zero_grad()
        mae(model(x[rows]), y[rows]).backward()
        optimizer.step()
    return model(asked).numpy()


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    pairs, none, edge = numbers.values()
    return pairs < 0.7 * none and none < edge
