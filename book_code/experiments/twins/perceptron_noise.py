"""Three hundred points in 20 dimensions, with clean labels and with a third of them wrong."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.data.toy import blobs
from book_code.models.perceptron.config import PerceptronConfig
from book_code.models.perceptron.numpy_model import Perceptron

TREND = "Wrong labels hurt the perceptron far more than the average of its weights."
METRICS = {
    "accuracy (%), clean labels, averaged": "accuracy_averaged_0",
    "accuracy (%), clean labels, perceptron": "accuracy_perceptron_0",
    "accuracy (%), 30 % wrong, averaged": "accuracy_averaged_30",
    "accuracy (%), 30 % wrong, perceptron": "accuracy_perceptron_30",
}


def measure(seed: int = 0) -> dict[str, float]:
    """The mean over eight draws of points and labels."""
    rows = [score(share, averaged, seed) for share in (0.0, 0.3) for averaged in (True, False)]
    return dict(zip(METRICS, rows, strict=True))


def score(share: float, averaged: bool, seed: int) -> float:
    """Accuracy on clean points, in per cent."""
    right = []
    for draw in range(8):
        rng = np.random.default_rng([seed, draw])
        x, y = blobs(1_000, 0.1, rng, dim=20)
        order = rng.permutation(1_000)
        train, test = order[:300], order[300:]
        labels = np.where(rng.random(300) < share, -y[train], y[train])
        model = Perceptron(PerceptronConfig(in_features=20)).astype(np.float64)
        model.fit(x[train].astype(np.float64), labels, 10, averaged=averaged, rng=rng)
        right.append((model.predict(x[test]) == y[test]).mean())
    return 100 * float(np.mean(right))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    clean_averaged, clean, averaged, last = numbers.values()
    return min(clean_averaged, clean) > 90 and last < averaged - 5 and averaged < clean_averaged
