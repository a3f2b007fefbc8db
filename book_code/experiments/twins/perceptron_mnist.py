"""One layer for 8 x 8 digits: the perceptron as it is after four passes, and its average."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.experiments.twins._learning import digits
from book_code.models.perceptron.config import MulticlassPerceptronConfig
from book_code.models.perceptron.numpy_model import MulticlassPerceptron

TREND = "The average of the perceptron's weights errs less than the last weights."
METRICS = {
    "test error (%), perceptron": "test_error_perceptron",
    "test error (%), averaged": "test_error_averaged",
}


def measure(seed: int = 0) -> dict[str, float]:
    """The mean over three orders of the examples."""
    errors = [
        np.mean([error(averaged, np.random.default_rng([seed, i])) for i in range(3)])
        for averaged in (False, True)
    ]
    return dict(zip(METRICS, map(float, errors), strict=True))


def error(averaged: bool, rng: np.random.Generator) -> float:
    """Train once; the error on other pictures, in per cent."""
    train, held = digits()
    model = MulticlassPerceptron(MulticlassPerceptronConfig(in_features=64))
    model.astype(np.float64)
    model.fit(train.x, train.y, max_epochs=4, averaged=averaged, rng=rng)
    return 100 * float((model.predict(held.x) != held.y).mean())


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    last, averaged = numbers.values()
    return averaged < last - 0.5
