"""Plain SGD on 8 x 8 digits with small and large batches, each at the best of three rates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code import optim
from book_code.data import Split
from book_code.experiments.twins._learning import accuracy, digits
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP
from book_code.training import fit

TREND = "With as many passes small batches win, with as many steps large ones do."
METRICS = {
    "accuracy (%), as many passes, small": "test_accuracy_epochs_8",
    "accuracy (%), as many passes, large": "test_accuracy_epochs_512",
    "accuracy (%), as many steps, large": "test_accuracy_steps_512",
    "accuracy (%), as many steps, small": "test_accuracy_steps_8",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Batches of 8 and 256: two passes, or forty steps."""
    train, _ = digits()
    few = train.take(slice(320))
    scores = [best(train, 8, 2, seed), best(train, 256, 2, seed),
              best(train, 256, 8, seed), best(few, 8, 1, seed)]  # fmt: skip
    return dict(zip(METRICS, scores, strict=True))


def best(data: Split, size: int, epochs: int, seed: int) -> float:
    """The accuracy at the best of three rates, which 300 pictures choose, on 300 others."""
    _, held = digits()
    scores = []
    for rate in (0.03, 0.1, 0.3):
        rng = np.random.default_rng(seed)
        model = MLP(MLPConfig(in_features=64, hidden=(32,)), rng=rng).astype(np.float64)
        fit(model, data, optimizer=optim.SGD(model.parameters(), lr=rate), epochs=epochs,
            batch_size=size, rng=rng)  # fmt: skip
        scores.append(
            (
                accuracy(model, held.take(slice(300))),
                accuracy(model, held.take(slice(300, None))),
            )
        )
    return max(scores)[1]


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    passes_small, passes_large, steps_large, steps_small = numbers.values()
    return passes_small > passes_large + 3 and steps_large > steps_small + 3
