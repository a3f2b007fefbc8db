"""The multiplications of an MLP's layers, counted in a forward and in a backward pass."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP

TREND = "The deeper the network, the nearer the backward pass comes to two forward passes."
METRICS = {
    "backward in forwards, no hidden layer": "flops_ratio_depth_0",
    "backward in forwards, 2 hidden layers": "flops_ratio_depth_2",
    "backward in forwards, 8 hidden layers": "flops_ratio_depth_8",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Count layer by layer; every weight of a layer multiplies once for each product with it."""
    return dict(zip(METRICS, map(ratio, (0, 2, 8)), strict=True))


def ratio(depth: int) -> float:
    """Backward makes a product for the weights of each layer, and one for the inputs of all but the first."""
    model = MLP(MLPConfig(hidden=(256,) * depth), rng=np.random.default_rng(0))
    counts = [layer.weight.size for layer in model.layers]
    return (2 * sum(counts) - counts[0]) / sum(counts)


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    none, two, eight = numbers.values()
    return none < two < eight < 2
