"""An MLP on 8 x 8 digits with its weights in fewer bits, and without most of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.experiments.twins._learning import accuracy, digits, trained
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = (
    "Eight bits a weight cost nothing, two much; without most of the weights little is right."
)
METRICS = {
    "accuracy (%), whole": "test_accuracy_teacher",
    "accuracy (%), 8 bits": "test_accuracy_bits_8",
    "accuracy (%), 2 bits": "test_accuracy_bits_2",
    "accuracy (%), nine tenths removed": "test_accuracy_pruned_90",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train once, then make it smaller."""
    train, held = digits()
    model = MLP(MLPConfig(in_features=64, hidden=(64, 64)), rng=np.random.default_rng(seed))
    state = trained(model, train, epochs=6, seed=seed).state_dict()
    scores = [accuracy(model, held)]
    for smaller in (lambda w: rounded(w, 8), lambda w: rounded(w, 2), pruned):
        model.load_state_dict(
            {name: smaller(w) if w.ndim == 2 else w for name, w in state.items()}
        )
        scores.append(accuracy(model, held))
    return dict(zip(METRICS, scores, strict=True))


def rounded(w: np.ndarray, bits: int) -> np.ndarray:
    """The nearest of as many steps as the bits can number, the same above and below zero."""
    step = np.abs(w).max() / (2 ** (bits - 1) - 1)
    return np.round(w / step) * step


def pruned(w: np.ndarray) -> np.ndarray:
    """Only the largest tenth of the weights."""
    return np.where(np.abs(w) >= np.quantile(np.abs(w), 0.9), w, 0)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    whole, eight, two, few = numbers.values()
    return abs(whole - eight) < 1 and two < whole - 10 and few < whole - 20
