"""The tree-structured Parzen estimator: search where good points are dense and bad ones are not.

J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl (2011). Algorithms for hyper-parameter optimization.
NeurIPS 24. Each setting by itself, as there; a setting is a number from 0 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

Objective = Callable[[np.ndarray], float]


def tpe(
    objective: Objective,
    dim: int,
    budget: int,
    rng: np.random.Generator,
    *,
    first: int = 10,
    good: float = 0.25,
    candidates: int = 24,
) -> np.ndarray:
    """Make `objective` large over the unit cube; return the points that were tried, in order.

    The best share `good` of what was tried has the density l, the rest g. Of some points drawn
    from l, the next one tried is that of the largest l / g: the expected improvement is largest there.

    Args:
        objective: the score of a point.
        dim: the number of settings.
        budget: how many points are tried.
        rng: draws everything.
        first: how many are drawn evenly before anything is known.
        good: the share of the points that counts as good.
        candidates: how many points are drawn from l each time.

    Shape:
        (budget, dim)
    """
    points = list(rng.random((min(first, budget), dim)))
    scores = [objective(point) for point in points]
    while len(points) < budget:
        order = np.argsort(scores, kind="stable")[::-1]
        split = math.ceil(good * len(points))
        best, rest = (np.array(points)[rows] for rows in (order[:split], order[split:]))
        point = np.empty(dim)
        for i in range(dim):
            drawn = draw(best[:, i], candidates, rng)
            ratio = log_density(drawn, best[:, i]) - log_density(drawn, rest[:, i])
            point[i] = drawn[ratio.argmax()]
        points.append(point)
        scores.append(objective(point))
    return np.array(points)


def parzen(centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centres and widths of the bells: one at each point, as wide as to its farther neighbour, and one over all."""
    centres = np.sort(centres)
    gaps = np.diff(np.r_[0.0, centres, 1.0])
    widths = np.maximum(gaps[:-1], gaps[1:]).clip(1 / min(100, 1 + len(centres)), 1.0)
    return np.r_[centres, 0.5], np.r_[widths, 1.0]


def draw(centres: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Points from the density, drawn again where they fall outside of 0 to 1."""
    means, widths = parzen(centres)
    bells, drawn = rng.integers(0, len(means), count), np.full(count, -1.0)
    while (outside := (drawn < 0) | (drawn > 1)).any():
        drawn[outside] = rng.normal(means[bells], widths[bells])[outside]
    return drawn


def log_density(x: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The logarithm of the mean of the bells, each cut to 0 to 1.

    Shape:
        x (M,), centres (N,) -> (M,)
    """
    means, widths = parzen(centres)
    bells = np.exp(-0.5 * ((x[:, None] - means) / widths) ** 2) / (
        math.sqrt(2 * math.pi) * widths
    )
    share = [0.5 * (math.erf((1 - m) / (w * math.sqrt(2))) + math.erf(m / (w * math.sqrt(2))))
             for m, w in zip(means, widths, strict=True)]  # fmt: skip
    return np.log((bells / share).mean(axis=1))
