"""What all metrics ask of their arguments, and the words in which they refuse them."""

from __future__ import annotations

from typing import Any

import numpy as np


def class_labels(name: str, labels: Any, predictions: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and predicted labels as integers; a score for each class becomes the best class.

    >>> class_labels("accuracy", [1], [[0.2, 0.8]])
    (array([1]), array([1]))
    """
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    if predictions.ndim == 2 and labels.ndim == 1:
        if predictions.dtype.kind == "f" and np.isnan(predictions).any():
            raise ValueError(f"{name}: a score is nan, so no class is the best")
        if predictions.shape[1] == 0:
            raise ValueError(f"{name} expected scores of at least one class")
        predictions = predictions.argmax(axis=1)
    same_shape(name, labels, predictions)
    for what, array in (("labels", labels), ("predictions", predictions)):
        if array.ndim != 1 or array.dtype.kind not in "iub":
            raise TypeError(
                f"{name} expected {what} as integers of shape (N,), "
                f"got {array.dtype} of shape {array.shape}"
            )
        if array.min() < 0:
            raise ValueError(f"{name} expected {what} from 0, got {array.min()}")
    return labels.astype(np.int64), predictions.astype(np.int64)


def numbers(name: str, targets: Any, predictions: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return targets and predictions as float64, of one shape.

    >>> numbers("mean_squared_error", 1, 2)
    (array(1.), array(2.))
    """
    targets, predictions = np.asarray(targets, np.float64), np.asarray(predictions, np.float64)
    same_shape(name, targets, predictions)
    return targets, predictions


def yes_or_no(name: str, labels: Any, what: str = "labels") -> np.ndarray:
    """Return labels 0 and 1 (or False and True) as booleans of shape (N,).

    >>> yes_or_no("roc_auc", [0, 1])
    array([False,  True])
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.size == 0 or not np.isin(labels, (0, 1)).all():
        raise ValueError(
            f"{name} expected {what} 0 and 1 of shape (N,), got {labels.dtype} of shape "
            f"{labels.shape}" + ("; write labels == c for class c" if labels.ndim == 1 else "")
        )
    return labels.astype(bool)


def scores(name: str, labels: Any, values: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return labels 0 and 1 and one finite score for each.

    >>> scores("roc_auc", [0, 1], [0.1, 0.9])[1]
    array([0.1, 0.9])
    """
    truth, values = yes_or_no(name, labels), np.asarray(values, np.float64)
    same_shape(name, truth, values)
    if not np.isfinite(values).all():
        raise ValueError(
            f"{name} expected finite scores, got {values[~np.isfinite(values)][0]}"
        )
    return truth, values


def same_shape(name: str, truth: np.ndarray, predictions: np.ndarray) -> None:
    """Raise unless there is one prediction for each truth, and at least one.

    >>> same_shape("accuracy", np.zeros(2), np.zeros(3))
    Traceback (most recent call last):
    ValueError: accuracy expected predictions of the shape of the truth, (2,), got (3,)
    """
    if truth.shape != predictions.shape:
        raise ValueError(
            f"{name} expected predictions of the shape of the truth, {truth.shape}, "
            f"got {predictions.shape}"
        )
    if truth.size == 0:
        raise ValueError(f"{name} of no examples")


def ratio(part: Any, whole: Any) -> np.ndarray:
    """Return part / whole, and 0 where the whole is 0.

    >>> ratio([1, 1], [2, 0]).tolist()
    [0.5, 0.0]
    """
    part, whole = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    return np.divide(
        part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0
    )
