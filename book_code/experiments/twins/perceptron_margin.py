"""Points with a small and with a wide margin, five times each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.data.toy import blobs
from book_code.models.perceptron.config import PerceptronConfig
from book_code.models.perceptron.numpy_model import Perceptron

TREND = "The wider the margin, the fewer the updates, and all stay below the bound."
METRICS = {
    "updates, margin 0.1": "updates_20_010",
    "updates, margin 0.8": "updates_20_080",
    "largest share of the bound": "max_ratio",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Updates until no mistake is left, on 100 points in 20 dimensions."""
    rng = np.random.default_rng(seed)
    numbers, shares = [], []
    for margin in (0.1, 0.8):
        counts = [count(margin, rng) for _ in range(5)]
        numbers.append(float(np.mean([updates for updates, _ in counts])))
        shares += [updates / bound for updates, bound in counts]
    return dict(zip(METRICS, [*numbers, max(shares)], strict=True))


def count(margin: float, rng: np.random.Generator) -> tuple[int, float]:
    """Updates, and the bound for these points."""
    x, y = blobs(100, margin, rng, dim=20)
    model = Perceptron(PerceptronConfig(in_features=20, bias=False))
    updates = sum(model.fit(x, y, max_epochs=10_000, rng=rng))
    return updates, float(np.linalg.norm(x, axis=1).max() / margin) ** 2


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    narrow, wide, share = numbers.values()
    return narrow > 2 * wide and share <= 1
