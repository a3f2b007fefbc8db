"""Softmax regression on 8 x 8 digits by DP-SGD: with much noise, with little, and with none."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.data import Split
from book_code.experiments.twins._learning import digits
from book_code.training.dp_sgd import privatize
from book_code.training.privacy import noise_for

TREND = "The stronger the promise of privacy, the lower the accuracy."
METRICS = {
    "accuracy (%), epsilon 0.5": "test_accuracy_epsilon_0_5",
    "accuracy (%), epsilon 8": "test_accuracy_epsilon_8",
    "accuracy (%), neither clipped nor noisy": "test_accuracy_plain",
}
STEPS, BATCH = 150, 60


def measure(seed: int = 0) -> dict[str, float]:
    """Train with the noise that each epsilon needs, and without."""
    train, held = digits()
    share = BATCH / len(train)
    ways = [(1.0, noise_for(e, share, STEPS, 1e-4)) for e in (0.5, 8.0)] + [(np.inf, 0.0)]
    return dict(zip(METRICS, [accuracy(*way, train, held, seed) for way in ways], strict=True))


def accuracy(clip: float, noise: float, train: Split, held: Split, seed: int) -> float:
    """Accuracy on digits that were not seen, in per cent."""
    rng, share = np.random.default_rng(seed), BATCH / len(train)
    x, new = (np.hstack([s.x.reshape(-1, 64), np.ones((len(s), 1))]) for s in (train, held))
    weights = np.zeros((65, 10))
    for _ in range(STEPS):
        batch = np.nonzero(rng.random(len(x)) < share)[0]
        of_each = x[batch, :, None] * errors(x[batch] @ weights, train.y[batch])[:, None]
        weights -= 0.5 * privatize([of_each], clip, noise, BATCH, rng=rng)[0]
    return 100 * float(((new @ weights).argmax(axis=1) == held.y).mean())


def errors(logits: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The slope of the cross-entropy at the logits: probabilities less one-hot classes."""
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True) - np.eye(10)[y]


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    strong, weak, plain = numbers.values()
    return strong + 1.5 < weak < plain - 1
