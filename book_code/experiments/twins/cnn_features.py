"""Few and many 8 x 8 digits: a linear classifier on pixels and on histograms of gradients, and LeNet-5."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.data import Split
from book_code.experiments.twins._learning import accuracy, framed, lenet, trained
from book_code.models.softmax_regression.config import SoftmaxRegressionConfig
from book_code.models.softmax_regression.numpy_model import SoftmaxRegression

TREND = "Features by hand beat pixels, and with few pictures also those that a network learns."
METRICS = {
    "accuracy (%), few, gradients by hand": "test_accuracy_hog_1000",
    "accuracy (%), few, pixels": "test_accuracy_pixels_1000",
    "accuracy (%), few, learned": "test_accuracy_modern_1000",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train the three on 100 pictures."""
    train, held = framed()
    few = train.take(np.random.default_rng(seed).permutation(len(train))[:100])
    scores = [
        linear(described(few), described(held), seed),
        linear(few, held, seed),
        accuracy(lenet(seed, few, epochs=40, activation="relu", pooling="max"), held),
    ]
    return dict(zip(METRICS, scores, strict=True))


def linear(train: Split, held: Split, seed: int) -> float:
    """Accuracy of softmax regression."""
    config = SoftmaxRegressionConfig(in_features=train.x[0].size)
    model = SoftmaxRegression(config, rng=np.random.default_rng(seed))
    return accuracy(trained(model, train, rate=1e-2, epochs=60, seed=seed), held)


def described(split: Split) -> Split:
    """Each picture as 3 x 3 histograms of the directions of its gradients, of length 1 together."""
    x = split.x[:, 0]
    down, right = np.gradient(x, axis=(1, 2))
    place = np.mod(np.arctan2(down, right), np.pi) / np.pi * 8
    apart = np.mod(place[..., None] - np.arange(8) + 4, 8) - 4
    votes = np.hypot(down, right)[..., None] * np.maximum(1 - np.abs(apart), 0)
    cells = votes.reshape(-1, 6, 2, 6, 2, 8).sum(axis=(2, 4)).reshape(len(x), -1)
    return Split(4 * cells / np.linalg.norm(cells, axis=1, keepdims=True), split.y)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    hand, pixels, learned = numbers.values()
    return hand > max(pixels, learned) + 1
