"""Least squares on random features of 150 digits: fewer features, as many, and ten times as many."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.experiments.twins._learning import digits

TREND = "The error has its peak where the features are as many as the examples, and falls again beyond."
METRICS = {
    "test error (%), a fifth": "test_error_0_100",
    "test error (%), as many": "test_error_0_500",
    "test error (%), many times": "test_error_0_6000",
}


def measure(seed: int = 0) -> dict[str, float]:
    """The map of least squares; of several, that of smallest norm."""
    return dict(zip(METRICS, [error(n, seed) for n in (30, 150, 1_500)], strict=True))


def error(count: int, seed: int) -> float:
    """The error on other pictures, in per cent."""
    (train, held), rng = digits(), np.random.default_rng(seed)
    few = train.take(rng.permutation(len(train))[:150])
    project = rng.standard_normal((64, count)) / 8
    shift = 0.1 * rng.standard_normal(count)
    known, new = (
        np.maximum((part.x.reshape(-1, 64) - 0.3) @ project + shift, 0) for part in (few, held)
    )
    weights = np.linalg.lstsq(known, np.eye(10)[few.y] - 0.1, rcond=1e-12)[0]
    return 100 * float(((new @ weights).argmax(axis=1) != held.y).mean())


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    few, equal, many = numbers.values()
    return equal > few + 10 and equal > many + 20 and many < few
