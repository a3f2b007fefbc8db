"""Random search for learning rate and width of an MLP on 8 x 8 digits: the best of 4, 8 and 16 trials."""

from __future__ import annotations

from collections.abc import Mapping
from math import comb

import numpy as np

from book_code.experiments.twins._learning import accuracy, digits, trained
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = "More trials find better settings, and each doubling brings less."
METRICS = {
    "best accuracy (%), few trials": "validation_accuracy_random_12",
    "best accuracy (%), twice as many": "validation_accuracy_random_24",
    "best accuracy (%), four times": "validation_accuracy_random_48",
}
TRIALS = 24


def measure(seed: int = 0) -> dict[str, float]:
    """What to expect of the best of so many, drawn from 24 trials."""
    rng = np.random.default_rng(seed)
    scores = sorted(trial(rng) for _ in range(TRIALS))
    numbers = [
        sum(comb(rank, count - 1) * score for rank, score in enumerate(scores))
        / comb(TRIALS, count)
        for count in (4, 8, 16)
    ]
    return dict(zip(METRICS, numbers, strict=True))


def trial(rng: np.random.Generator) -> float:
    """Train with a rate from 1e-4 to 1 and 8 to 64 units, one pass over 600 pictures."""
    train, held = digits()
    model = MLP(MLPConfig(in_features=64, hidden=(int(8 * 8 ** rng.random()),)), rng=rng)
    rate = float(10 ** rng.uniform(-4, 0))
    return accuracy(trained(model, train.take(slice(600)), rate=rate, epochs=1), held)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    few, more, many = numbers.values()
    return few + 0.5 < more < many and many - more < more - few
