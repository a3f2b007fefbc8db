"""Generators: how near the made pictures are to the real ones, in the space of some network's features.

The published numbers use the Inception network's features. These functions take features of any network: compare
their values only where the features are the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np


# --8<-- [start:fid]
def frechet_distance(real: Any, made: Any) -> float:
    """The squared Fréchet distance of two clouds of features, each seen as a Gaussian.

    ‖μ₁ - μ₂‖² + tr(Σ₁ + Σ₂ - 2 (Σ₁ Σ₂)^½). With Inception features it is FID: Heusel et al. (2017),
    GANs Trained by a Two Time-Scale Update Rule, arXiv:1706.08500.

    Args:
        real: features of real examples, (N, D); N should be much larger than D.
        made: features of made examples, (M, D).

    Examples:
        >>> cloud = np.random.default_rng(0).normal(size=(500, 2))
        >>> frechet_distance(cloud, cloud + [3.0, 0.0]).__round__(4)
        9.0
    """
    a, b = _features("frechet_distance", real, made, 2)
    shift = np.sum((a.mean(axis=0) - b.mean(axis=0)) ** 2)
    first, second = (np.atleast_2d(np.cov(x, rowvar=False)) for x in (a, b))
    root = symmetric_root(first)
    mixed = symmetric_root(root @ second @ root)  # has the trace of (first second)^1/2
    return float(shift + np.trace(first) + np.trace(second) - 2 * np.trace(mixed))


def symmetric_root(matrix: np.ndarray) -> np.ndarray:
    """The square root of a symmetric matrix without negative eigenvalues (tiny ones by rounding count as 0).

    >>> symmetric_root(np.diag([4.0, 9.0])).tolist()
    [[2.0, 0.0], [0.0, 3.0]]
    """
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T


# --8<-- [end:fid]


def inception_score(probabilities: Any) -> float:
    """exp of the mean KL divergence of each example's class probabilities from their mean.

    From 1 (all alike) to C (each surely one class, all classes as often). It never sees a real example.
    Salimans et al. (2016), Improved Techniques for Training GANs, arXiv:1606.03498.

    Args:
        probabilities: of each class, by some classifier, for each made example: (N, C).

    Examples:
        >>> inception_score(np.eye(4)).__round__(4)
        4.0
    """
    p = np.asarray(probabilities, np.float64)
    if (
        p.ndim != 2
        or not len(p)
        or not (p >= 0).all()
        or not np.allclose(p.sum(axis=1), 1, atol=1e-3)
    ):
        raise ValueError(
            f"inception_score expected probabilities (N, C) whose rows sum to 1, got shape {p.shape}; "
            "put logits through softmax first"
        )
    ratio = np.divide(p, p.mean(axis=0), out=np.ones_like(p), where=p > 0)
    return float(np.exp(np.mean(np.sum(p * np.log(ratio), axis=1))))


# --8<-- [start:precision_recall]
def precision_recall(real: Any, made: Any, k: int = 3) -> tuple[float, float]:
    """Which share of the made examples could be real, and which share of the real ones could be made.

    A point could come from a cloud if it lies nearer to one of its points than that point's k-th neighbour.
    Kynkäänniemi et al. (2019), Improved Precision and Recall Metric, arXiv:1904.06991.

    Args:
        real: features of real examples, (N, D).
        made: features of made examples, (M, D).
        k: which neighbour gives the radius.

    Returns:
        Precision (quality) and recall (diversity).

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> real = rng.normal(size=(200, 2)) + np.repeat([[0, 0], [20, 20]], 100, axis=0)
        >>> precision_recall(real, real[:100])  # one of two modes
        (1.0, 0.5)
    """
    a, b = _features("precision_recall", real, made, k + 1)
    return _covered(b, a, k), _covered(a, b, k)


def _covered(points: np.ndarray, cloud: np.ndarray, k: int) -> float:
    """The share of the points that lie within the k-th-neighbour balls of the cloud."""
    radii = np.partition(_squared_distances(cloud, cloud), k, axis=1)[:, k]
    return float((_squared_distances(points, cloud) <= radii).any(axis=1).mean())


def _squared_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    center = b.mean(axis=0)  # far from the origin the squares would swallow the distances
    a, b = a - center, b - center
    squares = (a**2).sum(axis=1)[:, None] - 2 * a @ b.T + (b**2).sum(axis=1)
    return np.clip(squares, 0, None)


# --8<-- [end:precision_recall]


def _features(name: str, real: Any, made: Any, least: int) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.asarray(real, np.float64), np.asarray(made, np.float64)
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or min(len(a), len(b)) < least:
        raise ValueError(
            f"{name} expected features (N, D) and (M, D) of at least {least} examples each, "
            f"got {a.shape} and {b.shape}"
        )
    if not np.isfinite(a).all() or not np.isfinite(b).all():
        raise ValueError(f"{name} expected finite features")
    return a, b
