"""LeNet-5 on small digits with kernels of 1 x 1 and of 3 x 3."""

from __future__ import annotations

from collections.abc import Mapping

from book_code.experiments.twins._learning import accuracy, framed, lenet

TREND = "Kernels of one pixel see no shapes and recognize less."
METRICS = {
    "accuracy (%), 1 x 1": "test_accuracy_k1",
    "accuracy (%), 3 x 3": "test_accuracy_k3",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train both."""
    train, held = framed()
    scores = [accuracy(lenet(seed, train, kernel_size=k), held) for k in (1, 3)]
    return dict(zip(METRICS, scores, strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    one, three = numbers.values()
    return three > one + 1
