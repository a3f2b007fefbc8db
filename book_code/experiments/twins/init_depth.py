"""Fifteen layers of 50 units, with several ways to start."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code import init
from book_code.autodiff import Tensor, grad

TREND = "Behind many sigmoids the gradient vanishes; He's weights for ReLU, or a skip, keep it."
METRICS = {
    "first / last gradient, sigmoid, Xavier": "gradient_ratio_xavier_sigmoid_plain",
    "first / last gradient, ReLU, Xavier": "gradient_ratio_xavier_relu_plain",
    "first / last gradient, ReLU, He": "gradient_ratio_he_relu_plain",
    "first / last gradient, sigmoid, Xavier, skip": "gradient_ratio_xavier_sigmoid_skip",
}


def measure(seed: int = 0) -> dict[str, float]:
    """The gradient that arrives at the first layer over that at the last."""
    ratios = [
        ratio("sigmoid", init.xavier_normal, False, seed),
        ratio("relu", init.xavier_normal, False, seed),
        ratio("relu", init.he_normal, False, seed),
        ratio("sigmoid", init.xavier_normal, True, seed),
    ]
    return dict(zip(METRICS, ratios, strict=True))


def ratio(activation: str, start: object, skip: bool, seed: int) -> float:
    """One network of square layers; the loss is a random sum of the last one."""
    rng = np.random.default_rng(seed)
    h = Tensor(rng.standard_normal((50, 50)), requires_grad=True)
    outputs = []
    for _ in range(15):
        weight = start((50, 50), rng=rng, dtype=np.float64)  # type: ignore[operator]
        out = getattr(h @ weight.T, activation)()
        h = h + out if skip else out
        outputs.append(h)
    loss = (h * Tensor(rng.standard_normal(h.shape))).sum()
    first, last = (float(np.linalg.norm(g.data)) for g in grad(loss, [outputs[0], outputs[-1]]))
    return first / last


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    sigmoid, xavier, he, skip = numbers.values()
    return sigmoid < 1e-6 and xavier < 0.1 * he and 0.1 < he < 10 and 0.1 < skip < 10
