"""Six convolutions in a row, and the same with batch norm and skips, on 8 x 8 digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code.experiments.twins._learning import accuracy, digits, trained
from book_code.nn import BatchNorm2d, Conv2d, Linear, Module

TREND = "In a few passes a residual network learns more than a plain one of about as many parameters."
METRICS = {
    "accuracy (%), plain": "test_accuracy_vgg",
    "accuracy (%), residual": "test_accuracy_resnet",
}


class Network(Module):
    """A convolution, three blocks of two, the mean of every map, ten classes."""

    def __init__(self, residual: bool, seed: int):
        super().__init__()
        rng = np.random.default_rng(seed)
        self.residual = residual
        self.first = Conv2d(1, 12, 3, padding=1, stride=2, rng=rng)
        self.convs = [Conv2d(12, 12, 3, padding=1, rng=rng) for _ in range(6)]
        self.norms = [BatchNorm2d(12) for _ in range(6)]
        self.last = Linear(12, 10, rng=rng)

    def forward(self, x: Any) -> Any:
        """The logits."""
        x = self.first(x).relu()
        for block in range(3):
            inner = self.layer(2 * block + 1, self.layer(2 * block, x).relu())
            x = (x + inner if self.residual else inner).relu()
        return self.last(x.mean((2, 3)))

    def layer(self, index: int, x: Any) -> Any:
        """One convolution, and its norm in the residual network."""
        x = self.convs[index](x)
        return self.norms[index](x) if self.residual else x


def measure(seed: int = 0) -> dict[str, float]:
    """Train both for four passes."""
    train, held = digits()
    scores = [
        accuracy(trained(Network(residual, seed), train, epochs=4, seed=seed), held)
        for residual in (False, True)
    ]
    return dict(zip(METRICS, scores, strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    plain, residual = numbers.values()
    return residual > plain + 5
