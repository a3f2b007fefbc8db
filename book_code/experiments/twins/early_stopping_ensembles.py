"""Five MLPs on other draws of 100 digits: each alone, and the mean of what they say."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.experiments.twins._learning import digits, trained
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = (
    "Networks that learned from other draws of the pictures say more together than one alone."
)
METRICS = {
    "accuracy (%), one": "test_accuracy_bags_1",
    "accuracy (%), together": "test_accuracy_bags_8",
}


def measure(seed: int = 0) -> dict[str, float]:
    """The mean of the ones, and the accuracy of their mean."""
    train, held = digits()
    rng = np.random.default_rng(seed)
    few, said = train.take(rng.permutation(len(train))[:100]), []
    for member in range(5):
        bag = few.take(rng.integers(0, 100, size=100))
        model = MLP(MLPConfig(in_features=64, hidden=(64,)), rng=rng)
        logits = trained(model, bag, rate=1e-2, epochs=30, seed=member)(held.x).numpy()
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        said.append(p / p.sum(axis=1, keepdims=True))
    alone = [np.mean(one.argmax(axis=1) == held.y) for one in said]
    together = np.mean(np.mean(said, axis=0).argmax(axis=1) == held.y)
    return dict(zip(METRICS, [100 * float(np.mean(alone)), 100 * float(together)], strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    one, together = numbers.values()
    return together > one + 0.5
