"""LeNet-5 and a dense network with as many parameters, on small digits as they are and shuffled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code.data import Split
from book_code.experiments.twins._learning import (
    accuracy,
    framed,
    lenet,
    trained,
)
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = "To shuffle the pixels costs the convolutions, which look at neighbours, and not the dense network."
METRICS = {
    "accuracy (%), convolutions": "test_accuracy_conv",
    "accuracy (%), convolutions, shuffled": "shuffled_accuracy_conv",
    "accuracy (%), dense": "test_accuracy_dense",
    "accuracy (%), dense, shuffled": "shuffled_accuracy_dense",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train both on pictures as they are, and on pictures with all pixels shuffled."""
    (train, held), order = framed(), np.random.default_rng(seed).permutation(144)
    scores = []
    for make in (lenet, dense):
        scores.append(accuracy(make(seed, train), held))
        scores.append(accuracy(make(seed, shuffled(train, order)), shuffled(held, order)))
    return dict(zip(METRICS, scores, strict=True))


def dense(seed: int, train: Split) -> Any:
    """One hidden layer."""
    config = MLPConfig(in_features=144, hidden=(40,), activation="tanh")
    model = MLP(config, rng=np.random.default_rng(seed))
    return trained(model, train, rate=1e-2, epochs=8, seed=seed)


def shuffled(split: Split, order: np.ndarray) -> Split:
    """The pixels of all pictures in the same other order."""
    return Split(split.x.reshape(-1, 144)[:, order].reshape(split.x.shape), split.y)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    conv, conv_mixed, dense, dense_mixed = numbers.values()
    return conv_mixed < conv - 1.5 and abs(dense_mixed - dense) < 1.5
