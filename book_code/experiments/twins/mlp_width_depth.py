"""MLPs on 8 x 8 digits: a hidden layer of 2 and of 64 units, and 16 layers of 16."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.experiments.twins._learning import accuracy, digits, trained
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = "Two units are too few, more width helps; sixteen plain layers learn worse than one."
METRICS = {
    "accuracy (%), one layer of 32": "test_accuracy_w32",
    "accuracy (%), 16 layers": "test_accuracy_d16",
    "accuracy (%), one layer of 2": "test_accuracy_w2",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train each for five epochs."""
    train, held = digits()
    scores = []
    for hidden in ((32,), (32,) * 16, (2,)):
        config = MLPConfig(in_features=64, hidden=hidden)
        model = MLP(config, rng=np.random.default_rng(seed))
        scores.append(accuracy(trained(model, train, epochs=5, seed=seed), held))
    return dict(zip(METRICS, scores, strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    wide, deep, narrow = numbers.values()
    return narrow < wide - 10 and deep < wide - 5
