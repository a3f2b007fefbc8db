"""A linear generator, the principal components of 8 x 8 digits: codes as they come, and brought nearer to the mean."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.experiments.twins._learning import digits
from book_code.metrics import precision_recall

TREND = "Codes nearer to the mean make better pictures, and less different ones."
METRICS = {
    "precision (%), psi 0.4": "precision_0_4",
    "recall (%), psi 1": "recall_1_0",
    "precision (%), psi 1": "precision_1_0",
    "recall (%), psi 0.4": "recall_0_4",
}
CODE = 12


def measure(seed: int = 0) -> dict[str, float]:
    """Make 400 digits with each psi from the same codes, and put them beside 400 real ones."""
    (train, held), rng = digits(), np.random.default_rng(seed)
    x = train.x.reshape(-1, 64)
    mean = x.mean(axis=0)
    _, scales, parts = np.linalg.svd(x - mean, full_matrices=False)
    parts *= np.sign(parts.sum(axis=1, keepdims=True))  # libraries differ in the sign
    spread = scales[:CODE, None] * parts[:CODE] / np.sqrt(len(x))
    z = rng.standard_normal((400, CODE))
    real = held.x[rng.permutation(len(held))[:400]].reshape(400, 64)
    near, far = (precision_recall(real, mean + psi * z @ spread) for psi in (0.4, 1.0))
    shares = (near[0], far[1], far[0], near[1])
    return dict(zip(METRICS, [100 * share for share in shares], strict=True))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    good, many, less_good, few = numbers.values()
    return good > less_good + 3 and many > few + 10
