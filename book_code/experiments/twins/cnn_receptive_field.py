"""Three convolutions and a mean over all places, on 8 x 8 digits: a unit sees 4 x 4 or 7 x 7 pixels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code.experiments.twins._learning import accuracy, digits, trained
from book_code.nn import AdaptiveAvgPool2d, Conv2d, Flatten, Linear, ReLU, Sequential

TREND = "Units that see too little of the picture recognize less, with as many parameters."
METRICS = {
    "accuracy (%), small fields": "test_accuracy_r7",
    "accuracy (%), large fields": "test_accuracy_r19",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train both."""
    train, held = digits()
    scores = [
        accuracy(trained(network(d, seed), train, rate=2e-2, epochs=8, seed=seed), held)
        for d in ((1, 1), (2, 3))
    ]
    return dict(zip(METRICS, scores, strict=True))


def network(dilations: tuple[int, ...], seed: int) -> Any:
    """Kernels of 2 x 2: each layer adds its dilation to what a unit sees."""
    rng = np.random.default_rng(seed)
    layers: list[Any] = [Conv2d(1, 12, 2, rng=rng), ReLU()]
    for dilation in dilations:
        layers += [Conv2d(12, 12, 2, dilation=dilation, rng=rng), ReLU()]
    return Sequential(*layers, AdaptiveAvgPool2d(1), Flatten(), Linear(12, 10, rng=rng))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    small, large = numbers.values()
    return small < large - 10
