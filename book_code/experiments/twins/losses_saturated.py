"""A sigmoid neuron that begins by being sure, and wrong: steps until 95 % of 200 points are right."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.data.toy import blobs

TREND = "From a start that is sure and wrong, cross-entropy needs far fewer steps than squared error."
METRICS = {
    "steps, squared error, wrong by 1": "steps_mse_1",
    "steps, cross-entropy, wrong by 1": "steps_cross_entropy_1",
    "steps, squared error, wrong by 6": "steps_mse_6",
    "steps, cross-entropy, wrong by 6": "steps_cross_entropy_6",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Gradient descent at the rate 0.1."""
    steps = [learn(loss, score, seed) for score in (1, 6) for loss in ("mse", "entropy")]
    return dict(zip(METRICS, steps, strict=True))


def learn(loss: str, score: float, seed: int) -> int:
    """Steps from a mean score on the wrong side."""
    x, signs = blobs(200, 0.05, np.random.default_rng(seed), dim=10)
    x, y = x.astype(np.float64), (signs > 0).astype(float)
    w = -(x * signs[:, None]).mean(0)
    w *= score / np.abs(x @ w).mean()
    for step in range(5_000):
        z = x @ w
        if np.mean((z > 0) == (y > 0.5)) >= 0.95:
            return step
        p = 1 / (1 + np.exp(-z))
        slope = p - y if loss == "entropy" else 2 * (p - y) * p * (1 - p)
        w = w - 0.1 * x.T @ slope / len(x)
    return 5_000


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    near_squared, near_entropy, far_squared, far_entropy = numbers.values()
    return (
        far_squared > 5 * far_entropy
        and far_squared / near_squared > far_entropy / near_entropy
    )
