"""Two hidden layers and none, on 8 x 8 digits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.experiments.twins._learning import accuracy, digits, trained
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = "Two hidden layers make fewer mistakes than none."
METRICS = {
    "error (%), no hidden layer": "test_error_none",
    "error (%), two hidden layers": "test_error_chosen",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train both for twenty epochs."""
    train, held = digits()
    errors = []
    for hidden in ((), (64, 64)):
        model = MLP(MLPConfig(in_features=64, hidden=hidden), rng=np.random.default_rng(seed))
        errors.append(100 - accuracy(trained(model, train, epochs=20, seed=seed), held))
    return dict(zip(METRICS, errors, strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    none, two = numbers.values()
    return two < 0.9 * none
