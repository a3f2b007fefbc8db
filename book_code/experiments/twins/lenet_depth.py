"""Two and six convolutions before the same classifier, on 8 x 8 digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code.experiments.twins._learning import accuracy, digits, trained
from book_code.nn import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential

TREND = "Many more convolutions cost more and bring nothing."
METRICS = {
    "accuracy (%), 2 convolutions": "test_accuracy_d2",
    "accuracy (%), many": "test_accuracy_d8",
    "multiplications, 2 convolutions": "multiplications_d2",
    "multiplications, many": "multiplications_d8",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train both for five epochs."""
    train, held = digits()
    scores = [
        accuracy(trained(network(depth, seed), train, rate=6e-3, epochs=5, seed=seed), held)
        for depth in (2, 6)
    ]
    return dict(zip(METRICS, [*scores, cost(2), cost(6)], strict=True))


def network(depth: int, seed: int, filters: int = 8) -> Any:
    """A stack of 3 x 3 convolutions, halved once, then one layer."""
    rng = np.random.default_rng(seed)
    layers: list[Any] = []
    for index in range(depth):
        layers += [Conv2d(filters if index else 1, filters, 3, padding=1, rng=rng), ReLU()]
        if index == 0:
            layers.append(MaxPool2d(2))
    return Sequential(*layers, Flatten(), Linear(filters * 16, 10, rng=rng))


def cost(depth: int, filters: int = 8) -> int:
    """Multiplications for one picture."""
    return 64 * 9 * filters + (depth - 1) * 16 * 9 * filters**2 + 16 * filters * 10


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    few, many, few_cost, many_cost = numbers.values()
    return many < few + 0.5 and many_cost > 2 * few_cost
