"""A small network that learned from pairs of moved digits, without labels: a linear probe with 50 labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.experiments.twins._learning import framed, scattered
from book_code.losses import nt_xent
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = "With few labels a probe says more after SimCLR than on an untrained encoder."
METRICS = {
    "accuracy (%), after SimCLR": "test_accuracy_simclr_50",
    "accuracy (%), untrained": "test_accuracy_untrained_50",
}


def measure(seed: int = 0) -> dict[str, float]:
    """The mean over four draws of the labelled pictures."""
    (train, _), rng = framed(), np.random.default_rng(seed)
    config = MLPConfig(in_features=144, hidden=(64,), classes=32)
    encoder: Any = MLP(config, rng=rng).astype(np.float64)
    untrained = probed(encoder, seed)
    optimizer = optim.Adam(encoder.parameters(), lr=3e-3)
    for _ in range(200):
        x = train.x[rng.integers(0, len(train), size=64)]
        optimizer.zero_grad()
        nt_xent(encoder(seen(x, rng)), encoder(seen(x, rng))).backward()
        optimizer.step()
    return dict(zip(METRICS, [probed(encoder, seed), untrained], strict=True))


def seen(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Every picture moved by up to a pixel each way, with noise."""
    return scattered(x, rng) + 0.2 * rng.standard_normal(x.shape)


def probed(encoder: Any, seed: int) -> float:
    """Accuracy of least squares on the codes, in per cent; all pictures lie a little elsewhere."""
    (train, held), scores = framed(), []
    for draw in range(4):
        rng = np.random.default_rng([seed, draw])
        rows = rng.permutation(len(train))[:50]
        known, asked = (encoder(seen(x, rng)).numpy() for x in (train.x[rows], held.x))
        known, asked = (z / np.linalg.norm(z, axis=1, keepdims=True) for z in (known, asked))
        square = known.T @ known + 0.1 * np.eye(32)
        weights = np.linalg.solve(square, known.T @ (np.eye(10)[train.y[rows]] - 0.1))
        scores.append((asked @ weights).argmax(axis=1) == held.y)
    return 100 * float(np.mean(scores))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    learned, untrained = numbers.values()
    return learned > untrained + 3
