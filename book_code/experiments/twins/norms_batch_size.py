"""Two convolutions on 8 x 8 digits, with and without batch norm, in batches of 32."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code.experiments.twins._learning import accuracy, digits, trained
from book_code.nn import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential

TREND = "In large batches batch norm learns much more in the same time than no norm."
METRICS = {
    "accuracy (%), batch norm": "test_accuracy_batch_32",
    "accuracy (%), no norm": "test_accuracy_none_32",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train both for four epochs on 400 pictures."""
    train, held = digits()
    few = train.take(np.random.default_rng(seed).permutation(len(train))[:400])
    scores = [
        accuracy(trained(network(n, seed), few, epochs=4, batch_size=32, seed=seed), held)
        for n in (True, False)
    ]
    return dict(zip(METRICS, scores, strict=True))


def network(norm: bool, seed: int) -> Any:
    """Two convolutions, each halved, and one layer."""
    rng = np.random.default_rng(seed)
    layers: list[Any] = []
    for before, after in ((1, 8), (8, 16)):
        layers.append(Conv2d(before, after, 3, padding=1, rng=rng))
        layers += [BatchNorm2d(after)] if norm else []
        layers += [ReLU(), MaxPool2d(2)]
    return Sequential(*layers, Flatten(), Linear(64, 10, rng=rng))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    batch, none = numbers.values()
    return batch > none + 5
