"""LeNet-5 on 100 small digits, as they are and moved by up to a pixel, for as many steps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.data import Split
from book_code.experiments.twins._learning import (
    accuracy,
    framed,
    lenet,
    scattered,
)

TREND = "With few pictures, moved copies of them lower the error."
METRICS = {
    "error (%), as they are": "test_error_plain_100",
    "error (%), augmented": "test_error_augmented_100",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Pictures that all lie a little elsewhere, as those of MNIST do."""
    rng = np.random.default_rng(seed)
    train, held = (Split(scattered(split.x, rng), split.y) for split in framed())
    few = train.take(rng.permutation(len(train))[:100])
    errors = [
        100 - accuracy(lenet(seed, few, epochs=80, augment=way), held)
        for way in (None, scattered)
    ]
    return dict(zip(METRICS, errors, strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    plain, augmented = numbers.values()
    return augmented < plain - 2
