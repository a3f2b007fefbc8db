"""A rare eight among other digits: an MLP as it is, and with the eights shown more often."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.data import Split
from book_code.experiments.twins._learning import digits, trained
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = (
    "A rare class is hardly found; shown more often it is found, with more false alarms beside."
)
METRICS = {
    "share of the rare found, oversampled": "recall_half_oversampling",
    "F1, oversampled": "f1_half_oversampling",
    "F1, as it is": "f1_half_none",
    "share of the rare found, as it is": "recall_half_none",
}


def measure(seed: int = 0) -> dict[str, float]:
    """The mean over four draws of the rare pictures."""
    draws = [[score(more, [seed, i]) for i in range(4)] for more in (True, False)]
    (found, f1), (found_plain, f1_plain) = np.mean(draws, axis=1)
    numbers = map(float, (found, f1, f1_plain, found_plain))
    return dict(zip(METRICS, numbers, strict=True))


def score(more: bool, seed: list[int]) -> tuple[float, float]:
    """Train on eight eights among the others; the share found of new ones, and F1."""
    (train, held), rng = digits(), np.random.default_rng(seed)
    rare = rng.permutation(np.flatnonzero(train.y == 8))[:8]
    rows = np.concatenate([np.flatnonzero(train.y != 8), np.tile(rare, 20 if more else 1)])
    data = Split(train.x[rows], (train.y[rows] == 8).astype(np.int64))
    model = MLP(MLPConfig(in_features=64, hidden=(16,), classes=2), rng=rng)
    guess = trained(model, data, rate=1e-2, epochs=4)(held.x).numpy().argmax(axis=1) == 1
    truth = held.y == 8
    right = (guess & truth).sum()
    return float(right / truth.sum()), float(2 * right / (guess.sum() + truth.sum()))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    found, f1, f1_plain, found_plain = numbers.values()
    return found > found_plain + 0.2 and f1 > f1_plain + 0.1
