"""A random and an evolving search for the layers of an MLP on 8 x 8 digits, with as many trials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code.architecture_search import evolution, random_search
from book_code.experiments.twins._learning import accuracy, digits, trained
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = "With as many trials, what evolution tries later is much better than what chance tries."
METRICS = {
    "mean accuracy (%) of later trials, evolution": "mean_accuracy_later_evolution",
    "mean accuracy (%) of later trials, random": "mean_accuracy_later_random",
}
SPACE: dict[str, Any] = {f"layer{i}": (0, 4, 8, 16, 64) for i in range(3)}
SPACE |= {"activation": ("sigmoid", "tanh", "relu")}


def measure(seed: int = 0) -> dict[str, float]:
    """The mean of the second half of 40 trials."""
    numbers = []
    for label in ("evolution", "random"):
        rng = np.random.default_rng(seed)
        if label == "random":
            found = random_search(SPACE, score, 40, rng=rng)
        else:
            found = evolution(SPACE, score, 40, population=8, sample=4, rng=rng)
        numbers.append(float(np.mean([trial.score for trial in found.trials[20:]])))
    return dict(zip(METRICS, numbers, strict=True))


def score(architecture: Mapping[str, Any]) -> float:
    """Accuracy after three passes over 300 pictures."""
    train, held = digits()
    hidden = tuple(architecture[f"layer{i}"] for i in range(3) if architecture[f"layer{i}"])
    config = MLPConfig(in_features=64, hidden=hidden, activation=architecture["activation"])
    model = MLP(config, rng=np.random.default_rng(0))
    return accuracy(trained(model, train.take(slice(300)), rate=1e-2, epochs=3), held)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    evolved, random = numbers.values()
    return evolved > random + 8
