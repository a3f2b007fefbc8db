"""Losses between scores and classes. Scores come as they leave the model, before softmax or sigmoid."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.losses._checks import of_same_shape, scores_and_labels, scores_and_signs


# --8<-- [start:cross_entropy]
def cross_entropy(
    logits: Any,
    labels: Any,
    weight: Any = None,
    ignore: int | None = None,
    label_smoothing: float = 0.0,
) -> Tensor:
    """Minus the logarithm of the probability that softmax gives to the right class.

    Args:
        logits: a score for each class, before softmax.
        labels: the number of the right class of each example.
        weight: how much an example of each class counts, or None for all the same.
        ignore: a label that stands for "no answer": such places do not count (padding, for one).
        label_smoothing: the share of the target that is spread evenly over all classes.

    Shape:
        logits (..., C), labels (...) of integers from 0 to C - 1, weight (C,)

    Raises:
        TypeError: when labels are not integers.
        ValueError: when shapes do not fit, a label names no class, or all are to be ignored.

    Examples:
        >>> round(cross_entropy(Tensor([[0.0, 0.0]]), np.array([1])).item(), 4)
        0.6931
    """
    logits, labels = scores_and_labels("cross_entropy", logits, labels, ignore)
    classes = logits.shape[-1]
    _check_smoothing(label_smoothing)
    rows, chosen = logits.reshape(-1, classes), labels.reshape(-1)  # N C, N
    rows = rows - rows.data.max(axis=1, keepdims=True)  # no overflow, and no digits lost
    normalizer = F.log(F.exp(rows).sum(axis=1))  # log of the sum over the classes: N
    counted = chosen != ignore if ignore is not None else np.ones(len(chosen), bool)
    right = np.where(counted, chosen, 0)
    loss = normalizer - rows[np.arange(len(right)), right]  # N
    if weight is None and ignore is None and not label_smoothing:
        return loss.mean()
    per_class = _class_weights(weight, classes, rows)
    share = per_class[right] * counted  # how much each example counts
    loss = loss * share
    if label_smoothing:
        even = (normalizer * per_class.sum() - rows @ per_class) * counted.astype(rows.dtype)
        loss = loss * (1 - label_smoothing) + even * (label_smoothing / classes)
    if not share.any():
        raise ValueError("cross_entropy: the weight of every class that occurs is 0")
    return loss.sum() / share.sum()


# --8<-- [end:cross_entropy]


def _check_smoothing(share: float) -> None:
    if not 0 <= share <= 1:
        raise ValueError(f"cross_entropy expected a label_smoothing from 0 to 1, got {share}")


def _class_weights(weight: Any, classes: int, like: Tensor) -> np.ndarray:
    if weight is None:
        return np.ones(classes, like.dtype)
    weight = np.asarray(weight, dtype=like.dtype)
    if weight.shape != (classes,) or not _usable(weight) or not weight.any():
        raise ValueError(
            f"cross_entropy expected {classes} finite class weights, none below 0 and one above, "
            f"got {weight.tolist()}"
        )
    return weight


def _usable(weight: np.ndarray) -> bool:
    return bool(((weight >= 0) & np.isfinite(weight)).all())


def multiclass_hinge(scores: Any, labels: Any) -> Tensor:
    """How far every wrong class comes within 1 of the right one, as ``torch`` multi_margin_loss.

    Shape:
        scores (N, C), labels (N,) of integers from 0 to C - 1

    References:
        J. Weston, C. Watkins (1999). Support vector machines for multi-class pattern recognition.
        ESANN.

    Examples:
        >>> multiclass_hinge(Tensor([[2.0, 1.5]]), np.array([0]))
        Tensor(0.25)
    """
    scores, labels = scores_and_labels("multiclass_hinge", scores, labels)
    classes = scores.shape[-1]
    scores, labels = scores.reshape(-1, classes), labels.reshape(-1)
    right = scores[np.arange(len(labels)), labels].reshape(-1, 1)
    wrong = 1 - F.one_hot(labels, classes, scores.dtype)
    return (F.relu(1 - right + scores) * wrong).sum(axis=1).mean() / classes


# --8<-- [start:binary_cross_entropy]
def binary_cross_entropy(logits: Any, targets: Any, pos_weight: Any = None) -> Tensor:
    """Minus the logarithm of the probability that sigmoid gives to the target.

    Args:
        logits: a score for each example, before sigmoid.
        targets: 1 or 0 (or a probability), of the same shape.
        pos_weight: how much a 1 counts beside a 0: a number, or one for each entry of the last axis.

    Examples:
        >>> round(binary_cross_entropy(Tensor([0.0]), [1.0]).item(), 4)
        0.6931
    """
    logits, targets = _scores_and_shares("binary_cross_entropy", logits, targets)
    ones = targets if pos_weight is None else targets * _pos_weight(pos_weight, logits)
    return (ones * F.softplus(-logits) + (1 - targets) * F.softplus(logits)).mean()


# --8<-- [end:binary_cross_entropy]


def _pos_weight(weight: Any, logits: Tensor) -> np.ndarray:
    weight = np.asarray(weight, dtype=logits.dtype)
    if weight.shape not in ((), logits.shape[-1:]) or not _usable(weight):
        raise ValueError(
            "binary_cross_entropy expected a pos_weight that is a number or of shape "
            f"{logits.shape[-1:]}, finite and not negative, got {weight.tolist()}"
        )
    return weight


# --8<-- [start:focal]
def focal(logits: Any, targets: Any, gamma: float = 2.0, alpha: float | None = 0.25) -> Tensor:
    """Binary cross-entropy that turns away from what is right already: times (1 - p)^gamma.

    It is the mean over all entries; the paper divides the sum by the number of boxes that hold an object.

    Here p is the probability given to the target. With gamma 0 and alpha None it is
    :func:`binary_cross_entropy`.

    Args:
        logits: a score for each example, before sigmoid.
        targets: 1 or 0, of the same shape.
        gamma: how strongly easy examples are played down.
        alpha: how much a 1 counts; a 0 counts 1 - alpha. None: both count 1.

    References:
        T.-Y. Lin et al. (2017). Focal loss for dense object detection. ICCV. arXiv:1708.02002

    Examples:
        >>> round(focal(Tensor([0.0, 4.0]), [1, 1], alpha=None).item(), 4)
        0.0866
    """
    logits, targets = _scores_and_shares("focal", logits, targets)
    ones = targets.data == 1
    if not np.all(ones | (targets.data == 0)):
        raise ValueError("focal expected targets 0 or 1, got numbers between them")
    if not gamma >= 0:
        raise ValueError(f"focal expected a gamma that is not negative, got {gamma}")
    if alpha is not None and not 0 <= alpha <= 1:
        raise ValueError(f"focal expected an alpha from 0 to 1 or None, got {alpha}")
    margin = logits * np.where(ones, 1, -1).astype(logits.dtype)  # p = sigmoid(margin)
    loss = F.softplus(-margin)
    if gamma:
        loss = loss * F.exp(-gamma * F.softplus(margin))  # (1 - p)^gamma
    if alpha is not None:
        loss = loss * np.where(ones, alpha, 1 - alpha).astype(logits.dtype)
    return loss.mean()


# --8<-- [end:focal]


def hinge(scores: Any, signs: Any) -> Tensor:
    """max(0, 1 - sign · score): zero only on the right side and at a margin.

    >>> hinge(Tensor([0.5, -2.0]), [1, -1])
    Tensor(0.25)
    """
    scores, signs = scores_and_signs("hinge", scores, signs)
    return F.relu(1 - signs * scores).mean()


def perceptron(scores: Any, signs: Any) -> Tensor:
    """max(0, -sign · score): zero wherever the side is right. Its steps are Rosenblatt's rule.

    >>> perceptron(Tensor([0.5, 2.0]), [1, -1])
    Tensor(1.)
    """
    scores, signs = scores_and_signs("perceptron", scores, signs)
    return F.relu(-signs * scores).mean()


def _scores_and_shares(name: str, logits: Any, targets: Any) -> tuple[Tensor, Tensor]:
    logits, targets = of_same_shape(name, logits, targets)
    if targets.size and not (targets.data.min() >= 0 and targets.data.max() <= 1):
        raise ValueError(
            f"{name} expected targets from 0 to 1, "
            f"got {targets.data.min():g} to {targets.data.max():g}"
        )
    return logits, targets
