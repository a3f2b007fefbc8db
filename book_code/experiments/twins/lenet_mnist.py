"""LeNet-5 on small digits: the error after the first passes and at the end."""

from __future__ import annotations

from collections.abc import Mapping

from book_code.experiments.twins._learning import accuracy, framed, lenet

TREND = (
    "Pass by pass LeNet-5 learns the digits: the error falls to a small part of what it was."
)
METRICS = {
    "error (%) early": "validation_error_plain@0",
    "error (%) at the end": "test_error_plain",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train for two passes, and for fifteen."""
    train, held = framed()
    errors = [100 - accuracy(lenet(seed, train, epochs=e), held) for e in (2, 15)]
    return dict(zip(METRICS, errors, strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    early, late = numbers.values()
    return late < 0.5 * early and late < 10
