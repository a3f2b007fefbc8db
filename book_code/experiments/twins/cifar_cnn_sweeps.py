"""A small CifarCNN on 8 x 8 digits: as chosen, with a low learning rate, a large batch and few filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code.experiments.twins._learning import accuracy, digits, trained
from book_code.models.cifar_cnn.config import CifarCNNConfig
from book_code.models.cifar_cnn.numpy_model import CifarCNN

TREND = (
    "In few epochs a low learning rate, a large batch and few filters each leave less learned."
)
METRICS = {
    "accuracy (%), low learning rate": "test_accuracy_rate0.0003",
    "accuracy (%), large batch": "test_accuracy_batch512",
    "accuracy (%), few filters": "test_accuracy_narrow",
    "accuracy (%), as chosen": "test_accuracy_base",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train the four, one thing varied at a time."""
    ways: list[dict[str, Any]] = [
        {"rate": 1e-3},
        {"batch_size": 150},
        {"filters": (3, 6)},
        {},
    ]
    return dict(zip(METRICS, [score(seed, **way) for way in ways], strict=True))


def score(
    seed: int, filters: tuple[int, int] = (8, 16), rate: float = 1e-2, batch_size: int = 25
) -> float:
    """Accuracy on new digits after five epochs with 300."""
    train, held = digits()
    rng = np.random.default_rng(seed)
    few = train.take(rng.permutation(len(train))[:300])
    model = CifarCNN(CifarCNNConfig(10, 8, 1, filters, convolutions=1), rng=rng)
    trained(model, few, rate=rate, epochs=5, batch_size=batch_size, seed=seed)
    return accuracy(model, held)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    *others, chosen = numbers.values()
    return max(others) < chosen - 1
