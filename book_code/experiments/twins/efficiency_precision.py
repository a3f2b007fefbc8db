"""An MLP on 8 x 8 digits: its weights in 8 bits, and trained in batches of 500."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.experiments.twins._learning import accuracy, digits, trained
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = "Weights of 8 bits cost hardly any accuracy; very large batches, for as many passes, cost much."
METRICS = {
    "accuracy (%), all bits": "used_accuracy_float32",
    "accuracy (%), 8 bits": "used_accuracy_int8",
    "accuracy (%), very large batches": "test_accuracy_float32_1024",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train twice; round the weights of the first."""
    (train, held), scores = digits(), []
    for size in (50, 500):
        model = MLP(MLPConfig(in_features=64, hidden=(64,)), rng=np.random.default_rng(seed))
        trained(model, train, epochs=6, batch_size=size, seed=seed)
        scores.append(accuracy(model, held))
        if size == 50:
            state = {name: rounded(array) for name, array in model.state_dict().items()}
            model.load_state_dict(state)
            scores.append(accuracy(model, held))
    return dict(zip(METRICS, scores, strict=True))


def rounded(x: np.ndarray) -> np.ndarray:
    """The nearest of 255 steps, from the largest size down to its negative."""
    step = np.abs(x).max() / 127
    return np.round(x / step) * step


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    whole, eight, large = numbers.values()
    return abs(whole - eight) < 1 and large < whole - 4
