"""LeNet-5 trained on small digits as they are and on noisy, moved ones; tested on both."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.data import Split
from book_code.experiments.twins._learning import (
    accuracy,
    framed,
    lenet,
    moved,
    moved_all_ways,
)

TREND = "Noise and moves cost accuracy, and training on changed pictures wins most of it back."
METRICS = {
    "accuracy (%), as they are": "accuracy_lenet_shift_0",
    "accuracy (%), moved, trained on changed": "accuracy_augmented_shift_3",
    "accuracy (%), noisy": "accuracy_lenet_noise_50",
    "accuracy (%), moved": "accuracy_lenet_shift_3",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train both ways."""
    train, held = framed()
    plain = lenet(seed, train)
    hardy = lenet(seed, train, augment=worsen, epochs=14)
    noise = np.random.default_rng(seed).standard_normal(held.x.shape)
    far = moved_all_ways(held)
    scores = [
        accuracy(plain, part) for part in (held, Split(held.x + 0.4 * noise, held.y), far)
    ]
    return dict(zip(METRICS, [scores[0], accuracy(hardy, far), *scores[1:]], strict=True))


def worsen(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Move a minibatch by up to a pixel each way, and add noise."""
    right, down = rng.integers(-1, 2, size=2)
    return moved(x, right, down) + 0.1 * rng.standard_normal(x.shape)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    clean, hardy, noisy, far = numbers.values()
    return noisy < clean - 5 and far < clean - 10 and hardy > (clean + far) / 2
