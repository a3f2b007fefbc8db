"""LeNet-5 with ReLU, tanh and the sigmoid on small digits, each for three passes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code.experiments.twins._learning import accuracy, framed, lenet, network
from book_code.losses import cross_entropy

TREND = "With the sigmoid little gradient reaches the first layer, and the start is slow."
METRICS = {
    "accuracy (%) early, ReLU": "first_epoch_relu",
    "accuracy (%) early, tanh": "first_epoch_tanh",
    "accuracy (%) early, sigmoid": "first_epoch_sigmoid",
    "first / last gradient (%), sigmoid": "first_gradient_sigmoid",
    "first / last gradient (%), tanh": "first_gradient_tanh",
    "first / last gradient (%), ReLU": "first_gradient_relu",
}


def measure(seed: int = 0) -> dict[str, float]:
    """The accuracy after three epochs, and the gradients at the start."""
    train, held = framed()
    kinds = ("relu", "tanh", "sigmoid")
    scores = [accuracy(lenet(seed, train, epochs=3, activation=k), held) for k in kinds]
    shares = [first_gradient(network(seed, activation=k)) for k in kinds[::-1]]
    return dict(zip(METRICS, [*scores, *shares], strict=True))


def first_gradient(model: Any) -> float:
    """The size of an entry of the first layer's gradient, in per cent of one of the last layer's."""
    train, _ = framed()
    cross_entropy(model(train.x[:256]), train.y[:256]).backward()
    first, last = (
        np.sqrt(np.mean(layer.weight.grad.data**2)) for layer in (model.conv1, model.fc3)
    )
    return 100 * float(first / last)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    relu, tanh, sigmoid, low, mid, high = numbers.values()
    return sigmoid < min(relu, tanh) - 5 and low < 0.1 * min(mid, high)
