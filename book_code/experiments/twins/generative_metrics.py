"""Real 8 x 8 digits that stand in for made ones: all of them, half of the classes, and a few again and again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.experiments.twins._learning import digits
from book_code.metrics import precision_recall

TREND = "Recall sees that classes are missing, and precision does not."
METRICS = {
    "precision (%), half of the classes": "precision_half",
    "recall (%), all": "recall_none",
    "recall (%), half of the classes": "recall_half",
    "recall (%), the same few": "recall_few",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Beside 500 real digits stand as many others."""
    (train, held), rng = digits(), np.random.default_rng(seed)
    real = train.x[rng.permutation(len(train))[:500]].reshape(500, 64)
    every = held.x.reshape(-1, 64)
    half = every[rng.permutation(10)[held.y] < 5]
    few = every[rng.permutation(len(every))[:10]].repeat(50, axis=0)
    precision, recall = precision_recall(real, half)
    recalls = [precision_recall(real, every)[1], recall, precision_recall(real, few)[1]]
    return dict(zip(METRICS, [100 * float(n) for n in (precision, *recalls)], strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    precision, every, half, few = numbers.values()
    return min(precision, every) > half + 10 and half > few + 10
