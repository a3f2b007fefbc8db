"""Classes: how many are right, what is taken for what, and what a threshold on a score does."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code.metrics._checks import class_labels, ratio, scores


def accuracy(labels: Any, predictions: Any) -> float:
    """The share of predictions that are right.

    Args:
        labels: the right classes, of shape (N,).
        predictions: predicted classes of shape (N,), or a score for each class, (N, C).

    Examples:
        >>> accuracy([0, 1, 1, 0], [0, 1, 0, 0])
        0.75
    """
    labels, predictions = class_labels("accuracy", labels, predictions)
    return float(np.mean(labels == predictions))


def error_rate(labels: Any, predictions: Any) -> float:
    """The share of predictions that are wrong.

    >>> error_rate([0, 1, 1, 0], [0, 1, 0, 0])
    0.25
    """
    labels, predictions = class_labels("error_rate", labels, predictions)
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
    labels, predictions = class_labels("confusion_matrix", labels, predictions)
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
    return ratio(right, said), ratio(right, true), ratio(2 * right, said + true)


def balanced_accuracy(labels: Any, predictions: Any) -> float:
    """The mean recall of the classes that occur: what accuracy would be if all were as frequent.

    >>> balanced_accuracy([0, 0, 0, 1], [0, 0, 0, 0])
    0.5
    """
    labels, predictions = class_labels("balanced_accuracy", labels, predictions)
    occurring = np.unique(labels)
    return float(np.mean([np.mean(predictions[labels == c] == c) for c in occurring]))


def matthews(labels: Any, predictions: Any) -> float:
    """Matthews' correlation of labels and predictions, for any number of classes.

    From -1 to 1; 0 for guessing, whatever the frequencies; 0 too when only one class is predicted
    or occurs. Gorodkin (2004), doi:10.1016/j.compbiolchem.2004.09.006.

    >>> matthews([0, 0, 1, 1], [0, 1, 1, 1]).__round__(4)
    0.5774
    """
    counts = confusion_matrix(labels, predictions).astype(np.float64)
    n, right = counts.sum(), np.trace(counts)
    true, said = counts.sum(axis=1), counts.sum(axis=0)
    spread = (n**2 - said @ said) * (n**2 - true @ true)
    return float((right * n - true @ said) / np.sqrt(spread)) if spread > 0 else 0.0


def top_k_accuracy(labels: Any, class_scores: Any, k: int = 5) -> float:
    """The share of examples whose class is among the k with the highest scores.

    Args:
        labels: the right classes, of shape (N,).
        class_scores: a score for each class, (N, C). Among equal scores the lower class counts as higher.
        k: how many guesses are allowed, from 1 to C.

    Examples:
        >>> top_k_accuracy([2, 0], [[0.1, 0.6, 0.3], [0.2, 0.5, 0.3]], k=2)
        0.5
    """
    class_scores = np.asarray(class_scores)
    if class_scores.ndim != 2 or not 1 <= k <= class_scores.shape[1]:
        raise ValueError(
            f"top_k_accuracy expected scores of shape (N, C) and k from 1 to C, "
            f"got {class_scores.shape} and k={k}"
        )
    labels, _ = class_labels("top_k_accuracy", labels, class_scores)
    # as floats: minus an unsigned integer would wrap around
    best = np.argsort(-class_scores.astype(np.float64), axis=1, kind="stable")[:, :k]
    return float(np.mean((best == labels[:, None]).any(axis=1)))


# --8<-- [start:roc]
def roc_curve(labels: Any, values: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What every threshold on a score gives: false alarms and hits.

    Args:
        labels: 1 for what is to be found, 0 for the rest, of shape (N,).
        values: a score for each example; the higher, the more likely 1.

    Returns:
        The false positive rate, the true positive rate and the thresholds, each of shape (T,): the score
        counts as 1 where it is at least the threshold. The first threshold is infinite, so that the curve
        starts at (0, 0).

    Raises:
        ValueError: when only one of the labels occurs: one of the rates has no meaning then.

    Examples:
        >>> false, true, _ = roc_curve([0, 1, 0, 1], [0.1, 0.4, 0.35, 0.8])
        >>> false.tolist(), true.tolist()
        ([0.0, 0.0, 0.0, 0.5, 1.0], [0.0, 0.5, 1.0, 1.0, 1.0])
    """
    hits, alarms, thresholds = _counts("roc_curve", labels, values)
    if hits[-1] == 0 or alarms[-1] == 0:
        raise ValueError(
            f"roc_curve needs both labels; only {'0' if hits[-1] == 0 else '1'} occurs"
        )
    false, true = alarms / alarms[-1], hits / hits[-1]
    return np.r_[0.0, false], np.r_[0.0, true], np.r_[np.inf, thresholds]


def roc_auc(labels: Any, values: Any) -> float:
    """The area under the ROC curve: how often a 1 gets a higher score than a 0 (ties count half).

    >>> roc_auc([0, 1, 0, 1], [0.1, 0.4, 0.5, 0.8])
    0.75
    """
    false, true, _ = roc_curve(labels, values)
    return float(np.trapezoid(true, false))


# --8<-- [end:roc]


def precision_recall_curve(
    labels: Any, values: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What every threshold on a score gives: precision and recall.

    Args:
        labels: 1 for what is to be found, 0 for the rest, of shape (N,).
        values: a score for each example; the higher, the more likely 1.

    Returns:
        Precision, recall and the thresholds, each of shape (T,), from the highest threshold to the lowest.

    Raises:
        ValueError: when there is nothing to be found.

    Examples:
        >>> precision, recall, _ = precision_recall_curve([0, 1, 1], [0.2, 0.1, 0.9])
        >>> precision.round(2).tolist(), recall.tolist()
        ([1.0, 0.5, 0.67], [0.5, 0.5, 1.0])
    """
    hits, alarms, thresholds = _counts("precision_recall_curve", labels, values)
    if hits[-1] == 0:
        raise ValueError("precision_recall_curve needs at least one label 1")
    return hits / (hits + alarms), hits / hits[-1], thresholds


def average_precision(labels: Any, values: Any) -> float:
    """The mean of precision over recall: the area under the steps of the precision-recall curve.

    >>> average_precision([0, 1, 1], [0.2, 0.1, 0.9]).__round__(4)
    0.8333
    """
    precision, recall, _ = precision_recall_curve(labels, values)
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def _counts(name: str, labels: Any, values: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hits and false alarms at every score that occurs, from the highest."""
    truth, values = scores(name, labels, values)
    order = np.argsort(-values, kind="stable")
    truth, values = truth[order], values[order]
    last = np.r_[np.nonzero(np.diff(values))[0], len(values) - 1]  # of each run of equal scores
    return np.cumsum(truth)[last], np.cumsum(~truth)[last], values[last]
