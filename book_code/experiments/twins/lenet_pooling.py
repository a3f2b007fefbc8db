"""LeNet-5 on small digits with maxima, with means and without pooling, also on moved pictures."""

from __future__ import annotations

from collections.abc import Mapping

from book_code.experiments.twins._learning import (
    accuracy,
    framed,
    lenet,
    moved_all_ways,
)

TREND = "Max pooling loses least when pictures are moved."
METRICS = {
    "accuracy (%), moved, maxima": "moved_accuracy_max",
    "accuracy (%), moved, means": "moved_accuracy_avg",
    "accuracy (%), moved, no pooling": "moved_accuracy_none",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train the three."""
    train, held = framed()
    scores = [
        accuracy(
            lenet(seed, train, epochs=5, pooling=kind),
            moved_all_ways(held),
        )
        for kind in ("max", "avg", "none")
    ]
    return dict(zip(METRICS, scores, strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    maxima, means, none = numbers.values()
    return maxima > max(means, none) + 1
