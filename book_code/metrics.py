"""How good predictions are. Every function takes the truth first and plain arrays of labels."""

from __future__ import annotations

from typing import Any

import numpy as np


def accuracy(labels: Any, predictions: Any) -> float:
    """The share of predictions that are right.

    Args:
        labels: the right classes, of shape (N,).
        predictions: predicted classes of shape (N,), or a score for each class, (N, C).

    Examples:
        >>> accuracy([0, 1, 1, 0], [0, 1, 0, 0])
        0.75
    """
    labels, predictions = _classes("accuracy", labels, predictions)
    return float(np.mean(labels == predictions))


def error_rate(labels: Any, predictions: Any) -> float:
    """The share of predictions that are wrong.

    >>> error_rate([0, 1, 1, 0], [0, 1, 0, 0])
    0.25
    """
    labels, predictions = _classes("error_rate", labels, predictions)
    return float(np.mean(labels != predictions))


def confusion_matrix(labels: Any, predictions: Any, classes: int | None = None) -> np.ndarray:
    """How often class i (row) was taken for class j (column).

    Args:
        labels: the right classes, of shape (N,).
        predictions: predicted classes of shape (N,), or a score for each class, (N, C).
        classes: how many classes there are; by default as many as occur.

    Examples:
        >>> confusion_matrix([0, 1, 1, 0], [0, 1, 0, 0]).tolist()
        [[2, 0], [1, 1]]
    """
    labels, predictions = _classes("confusion_matrix", labels, predictions)
    highest = int(max(labels.max(), predictions.max()))
    classes = highest + 1 if classes is None else classes
    if highest >= classes:
        raise ValueError(f"confusion_matrix: class {highest} occurs, but classes={classes}")
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (labels, predictions), 1)
    return counts


def precision_recall_f1(
    labels: Any, predictions: Any, classes: int | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each class: how many of its predictions are right, how many of it are found, and both.

    A class that never occurs, or is never predicted, gets 0 where the ratio has no meaning.

    Args:
        labels: the right classes, of shape (N,).
        predictions: predicted classes of shape (N,), or a score for each class, (N, C).
        classes: how many classes there are; by default as many as occur.

    Returns:
        Precision, recall and their harmonic mean F1, each of shape (C,).

    Examples:
        >>> precision, recall, f1 = precision_recall_f1([0, 1, 1, 0], [0, 1, 0, 0])
        >>> precision.round(2).tolist(), recall.tolist(), f1.round(2).tolist()
        ([0.67, 1.0], [1.0, 0.5], [0.8, 0.67])
    """
    counts = confusion_matrix(labels, predictions, classes)
    right, said, true = np.diag(counts), counts.sum(axis=0), counts.sum(axis=1)
    return _ratio(right, said), _ratio(right, true), _ratio(2 * right, said + true)


def mean_squared_error(targets: Any, predictions: Any) -> float:
    """The mean squared difference.

    >>> mean_squared_error([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    targets, predictions = _numbers("mean_squared_error", targets, predictions)
    return float(np.mean((targets - predictions) ** 2))


def mean_absolute_error(targets: Any, predictions: Any) -> float:
    """The mean absolute difference.

    >>> mean_absolute_error([1.0, 2.0], [1.0, 4.0])
    1.0
    """
    targets, predictions = _numbers("mean_absolute_error", targets, predictions)
    return float(np.mean(np.abs(targets - predictions)))


def r_squared(targets: Any, predictions: Any) -> float:
    """The share of the targets' variance that the predictions explain; 0 for predicting the mean.

    >>> r_squared([1.0, 2.0, 3.0], [2.0, 2.0, 2.0])
    0.0
    """
    targets, predictions = _numbers("r_squared", targets, predictions)
    spread = np.mean((targets - targets.mean()) ** 2)
    if spread == 0:
        raise ValueError("r_squared has no meaning when all targets are equal")
    return float(1 - np.mean((targets - predictions) ** 2) / spread)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)


def _classes(name: str, labels: Any, predictions: Any) -> tuple[np.ndarray, np.ndarray]:
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    if predictions.ndim == 2 and labels.ndim == 1:
        predictions = predictions.argmax(axis=1)
    _check_pair(name, labels, predictions)
    for what, array in (("labels", labels), ("predictions", predictions)):
        if array.ndim != 1 or array.dtype.kind not in "iub":
            raise TypeError(
                f"{name} expected {what} as integers of shape (N,), "
                f"got {array.dtype} of shape {array.shape}"
            )
        if array.min() < 0:
            raise ValueError(f"{name} expected {what} from 0, got {array.min()}")
    return labels.astype(np.int64), predictions.astype(np.int64)


def _numbers(name: str, targets: Any, predictions: Any) -> tuple[np.ndarray, np.ndarray]:
    targets, predictions = np.asarray(targets, np.float64), np.asarray(predictions, np.float64)
    _check_pair(name, targets, predictions)
    return targets, predictions


def _check_pair(name: str, truth: np.ndarray, predictions: np.ndarray) -> None:
    if truth.shape != predictions.shape:
        raise ValueError(
            f"{name} expected predictions of the shape of the truth, {truth.shape}, "
            f"got {predictions.shape}"
        )
    if truth.size == 0:
        raise ValueError(f"{name} of no examples")
