"""LeNet-5 on small digits: a quarter of the filters, all of them, and twice as many."""

from __future__ import annotations

from collections.abc import Mapping

from book_code.experiments.twins._learning import accuracy, framed, lenet

TREND = "More filters help, and each doubling helps less."
METRICS = {
    "accuracy (%), a quarter": "test_accuracy_x025",
    "accuracy (%), one": "test_accuracy_x1",
    "accuracy (%), twice": "test_accuracy_x2",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train the three."""
    train, held = framed()
    scores = [accuracy(lenet(seed, train, width=width), held) for width in (0.25, 1, 2)]
    return dict(zip(METRICS, scores, strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    quarter, one, twice = numbers.values()
    return quarter < one - 3 and twice > one - 1 and twice - one < (one - quarter) / 2
