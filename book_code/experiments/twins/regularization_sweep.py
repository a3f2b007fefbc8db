"""A wide MLP on 150 digits with some wrong labels: as it is, with dropout, and with weight decay."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code import optim
from book_code.data import Split
from book_code.experiments.twins._learning import accuracy, digits
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP
from book_code.training import fit

TREND = "Dropout and weight decay close the gap between the pictures that were learned and new ones."
METRICS = {
    "gap in points, none": "gap_dropout_0",
    "gap in points, much dropout": "gap_dropout_0.8",
    "gap in points, much decay": "gap_decay_0.08",
}


def measure(seed: int = 0) -> dict[str, float]:
    """How much better the network is on pictures that it learned than on new ones."""
    amounts = ((0.0, 0.0), (0.7, 0.0), (0.0, 0.03))
    return dict(zip(METRICS, [gap(*amount, seed) for amount in amounts], strict=True))


def gap(dropout: float, decay: float, seed: int) -> float:
    """Train with SGD and momentum; a fifth of the labels is drawn anew, as small digits are easy."""
    (train, held), rng = digits(), np.random.default_rng(seed)
    few = train.take(rng.permutation(len(train))[:150])
    labels = np.where(rng.random(150) < 0.2, rng.integers(0, 10, 150), few.y)
    few = Split(few.x, labels)
    config = MLPConfig(in_features=64, hidden=(128,), dropout=dropout)
    model = MLP(config, rng=rng).astype(np.float64)
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=decay)
    fit(model, few, optimizer=optimizer, epochs=60, batch_size=30, rng=rng)
    return accuracy(model, few) - accuracy(model, held)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    none, dropout, decay = numbers.values()
    return max(dropout, decay) < none - 5
