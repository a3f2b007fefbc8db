"""A LeNet-5 of small digits explained before and after all of its weights are shuffled."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from book_code.experiments.twins._learning import framed, lenet
from book_code.explain import cascade, gradient, rank_correlation

TREND = "Saliency forgets with the network; gradient times picture keeps to the picture."
METRICS = {
    "rank correlation, all layers shuffled, saliency": "correlation_saliency_conv1",
    "rank correlation, all layers shuffled, gradient times picture": "correlation_product_conv1",
    "rank correlation, last layer shuffled, saliency": "correlation_saliency_fc3",
}


def measure(seed: int = 0) -> dict[str, float]:
    """The mean over forty pictures."""
    train, held = framed()
    x = held.x[:40]
    model = lenet(seed, train, epochs=4)
    classes = model(x).numpy().argmax(axis=1)
    first = gradient(model, x, classes)
    found = []
    for _, state in cascade(model.state_dict(), rng=np.random.default_rng(seed)):
        model.load_state_dict(state)
        again = gradient(model, x, classes)
        found.append((alike(first, again), alike(first * x, again * x)))
    numbers = [found[-1][0], found[-1][1], found[0][0]]
    return dict(zip(METRICS, numbers, strict=True))


def alike(first: np.ndarray, second: np.ndarray) -> float:
    """The mean rank correlation of the maps' sizes."""
    pairs = zip(np.abs(first), np.abs(second), strict=True)
    return float(np.mean([rank_correlation(a, b) for a, b in pairs]))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    saliency, product, less = numbers.values()
    return saliency + 0.1 < less < product < 1 and product > 0.8
