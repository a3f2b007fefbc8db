"""Calibration: whether of the predictions made with 80 % confidence 80 % are right."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from book_code.metrics._checks import class_labels


class Reliability(NamedTuple):
    """One row for each bin of confidence that is not empty."""

    confidence: np.ndarray  # mean confidence
    accuracy: np.ndarray  # share of right predictions
    counts: np.ndarray  # how many examples


# --8<-- [start:calibration]
def reliability(labels: Any, probabilities: Any, bins: int = 15) -> Reliability:
    """How often predictions of each confidence are right: the reliability diagram's numbers.

    Args:
        labels: the right classes, of shape (N,).
        probabilities: of each class, (N, C), rows that sum to 1; or of class 1, (N,).
        bins: number of equal intervals of confidence; a value on a border belongs to the lower one.

    Examples:
        >>> table = reliability([1, 1, 0, 0], [0.9, 0.9, 0.9, 0.2], bins=10)
        >>> table.accuracy.round(2).tolist(), table.counts.tolist()
        ([1.0, 0.67], [1, 3])
    """
    labels, probabilities = _probabilities("reliability", labels, probabilities)
    if bins < 1:
        raise ValueError(f"reliability expected at least 1 bin, got {bins}")
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    place = np.searchsorted(np.arange(1, bins) / bins, confidence)  # 0.56 * 25 is above 14
    counts = np.bincount(place, minlength=bins)
    used = counts > 0
    sure, hits = (
        np.bincount(place, weights=w, minlength=bins)[used] for w in (confidence, right)
    )
    return Reliability(sure / counts[used], hits / counts[used], counts[used])


def expected_calibration_error(labels: Any, probabilities: Any, bins: int = 15) -> float:
    """The mean gap between confidence and accuracy, over bins of confidence.

    Guo et al. (2017), On Calibration of Modern Neural Networks, arXiv:1706.04599.

    Args:
        labels: the right classes, of shape (N,).
        probabilities: of each class, (N, C), rows that sum to 1; or of class 1, (N,).
        bins: number of equal intervals of confidence.

    Examples:
        >>> expected_calibration_error([1, 1, 0, 0], [0.75, 0.75, 0.75, 0.75]).__round__(4)
        0.25
    """
    table = reliability(labels, probabilities, bins)
    gaps = np.abs(table.accuracy - table.confidence)
    return float(np.sum(gaps * table.counts) / table.counts.sum())


# --8<-- [end:calibration]


def brier_score(labels: Any, probabilities: Any) -> float:
    """The mean squared distance of the probabilities from what happened.

    With (N, C) it is summed over the classes, as Brier (1950) did: from 0 to 2. With the probability of class 1
    alone it is half of that.

    >>> brier_score([1, 0], [0.9, 0.2]).__round__(4)
    0.025
    """
    one = np.ndim(probabilities) == 1
    labels, probabilities = _probabilities("brier_score", labels, probabilities)
    truth = np.eye(probabilities.shape[1])[labels]
    return float(np.mean(np.sum((probabilities - truth) ** 2, axis=1)) / (2 if one else 1))


def _probabilities(name: str, labels: Any, probabilities: Any) -> tuple[np.ndarray, np.ndarray]:
    p = np.asarray(probabilities, np.float64)
    if p.ndim == 1:
        p = np.stack([1 - p, p], axis=1)
    if p.ndim != 2 or not (p >= 0).all() or not np.allclose(p.sum(axis=1), 1, atol=1e-3):
        raise ValueError(
            f"{name} expected probabilities: rows of shape (N, C) that sum to 1, or (N,) from 0 to 1; "
            "put logits through softmax first"
        )
    labels, _ = class_labels(name, labels, p)
    if labels.max() >= p.shape[1]:
        raise ValueError(f"{name}: class {labels.max()} occurs, but there are {p.shape[1]}")
    return labels, p
