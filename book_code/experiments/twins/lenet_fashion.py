"""LeNet-5 on small digits: the share of each class that it recognizes."""

from __future__ import annotations

from collections.abc import Mapping

from book_code.experiments.twins._learning import accuracy, framed, lenet

TREND = (
    "The mistakes are not shared evenly: one class is missed far more often than the easiest."
)
METRICS = {
    "recognized (%), easiest class": "recall_bag",
    "recognized (%), all": "test_accuracy_plain",
    "recognized (%), hardest class": "recall_shirt",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train once; count class by class."""
    train, held = framed()
    model = lenet(seed, train)
    shares = [accuracy(model, held.take(held.y == label)) for label in range(10)]
    return dict(zip(METRICS, [max(shares), accuracy(model, held), min(shares)], strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    easiest, every, hardest = numbers.values()
    return 100 - hardest > 2 * (100 - every) > 2 * (100 - easiest) and every < 100
