"""An MLP on 50 and on 800 of the 8 x 8 digits, for as many steps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.experiments.twins._learning import accuracy, digits, trained
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = "Sixteen times the examples cut the error to less than half."
METRICS = {
    "test error (%), 50 examples": "test_error_50",
    "test error (%), 800 examples": "test_error_800",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train on both for 160 steps."""
    return dict(zip(METRICS, [error(50, seed), error(800, seed)], strict=True))


def error(size: int, seed: int) -> float:
    """The error on other pictures, in per cent."""
    train, held = digits()
    rng = np.random.default_rng(seed)
    model = MLP(MLPConfig(in_features=64, hidden=(64,)), rng=rng)
    share = train.take(rng.permutation(len(train))[:size])
    return 100 - accuracy(trained(model, share, epochs=8_000 // size, seed=seed), held)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    few, many = numbers.values()
    return many < 0.5 * few
