"""SGD and Adam on 8 x 8 digits, each with four learning rates, a factor of ten apart."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code import optim
from book_code.experiments.twins._learning import accuracy, digits
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP
from book_code.training import fit

TREND = "SGD wants a far higher rate than Adam; at their best rates they come near each other."
METRICS = {
    "best rate, Adam": "best_rate_adam",
    "best rate, SGD": "best_rate_sgd",
    "accuracy (%), Adam": "test_accuracy_adam",
    "accuracy (%), SGD": "test_accuracy_sgd",
}
RATES = (1e-3, 1e-2, 1e-1, 1.0)


def measure(seed: int = 0) -> dict[str, float]:
    """The best rate of each, and the accuracy there."""
    found = []
    for method in (optim.Adam, optim.SGD):
        scores = {rate: score(method, rate, seed) for rate in RATES}
        best = max(scores, key=lambda rate: scores[rate][0])
        found.append((best, scores[best][1]))
    (adam, adam_score), (sgd, sgd_score) = found
    return dict(zip(METRICS, [adam, sgd, adam_score, sgd_score], strict=True))


def score(
    method: type[optim.Adam] | type[optim.SGD], rate: float, seed: int
) -> tuple[float, float]:
    """Accuracy after four epochs, on 300 pictures to choose by and on 300 others."""
    (train, held), rng = digits(), np.random.default_rng(seed)
    model = MLP(MLPConfig(in_features=64, hidden=(32,)), rng=rng).astype(np.float64)
    fit(
        model,
        train,
        optimizer=method(model.parameters(), lr=rate),
        epochs=4,
        batch_size=20,
        rng=rng,
    )
    return accuracy(model, held.take(slice(300))), accuracy(model, held.take(slice(300, None)))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    adam, sgd, adam_score, sgd_score = numbers.values()
    return sgd >= 9 * adam and abs(adam_score - sgd_score) < 10
