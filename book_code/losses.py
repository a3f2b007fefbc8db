"""What is minimized. Every loss is a scalar: the mean over the batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F


def mse(prediction: Any, target: Any) -> Tensor:
    """The mean squared difference.

    >>> mse(Tensor([1.0, 2.0]), [1.0, 4.0])
    Tensor(2.)
    """
    prediction, target = _same_shape("mse", prediction, target)
    return ((prediction - target) ** 2).mean()


def mae(prediction: Any, target: Any) -> Tensor:
    """The mean absolute difference.

    >>> mae(Tensor([1.0, 2.0]), [1.0, 4.0])
    Tensor(1.)
    """
    prediction, target = _same_shape("mae", prediction, target)
    return (prediction - target).abs().mean()


def huber(prediction: Any, target: Any, delta: float = 1.0) -> Tensor:
    """Half the squared difference where it is small, and growing like its absolute value beyond.

    Args:
        prediction: what the model says.
        target: what is right, of the same shape.
        delta: the difference at which the square ends.

    References:
        P. Huber (1964). Robust estimation of a location parameter. Annals of Mathematical
        Statistics 35(1).

    Examples:
        >>> huber(Tensor([1.0, 2.0]), [1.0, 4.0])
        Tensor(0.75)
    """
    if delta <= 0:
        raise ValueError(f"huber expected a delta above 0, got {delta}")
    prediction, target = _same_shape("huber", prediction, target)
    difference = prediction - target
    size = difference.abs()
    inside = size <= delta
    return F.where(inside, 0.5 * difference**2, delta * (size - 0.5 * delta)).mean()


# --8<-- [start:cross_entropy]
def cross_entropy(logits: Any, labels: Any) -> Tensor:
    """Minus the logarithm of the probability that softmax gives to the right class.

    Args:
        logits: a score for each class, before softmax.
        labels: the number of the right class of each example.

    Shape:
        logits (N, C), labels (N,) of integers from 0 to C - 1

    Raises:
        TypeError: when labels are not integers.
        ValueError: when shapes do not fit or a label names no class.

    Examples:
        >>> round(cross_entropy(Tensor([[0.0, 0.0]]), np.array([1])).item(), 4)
        0.6931
    """
    logits, labels = _scores_and_labels("cross_entropy", logits, labels)
    log_probabilities = F.log_softmax(logits, axis=1)  # N C
    return -log_probabilities[np.arange(len(labels)), labels].mean()


# --8<-- [end:cross_entropy]


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
    scores, labels = _scores_and_labels("multiclass_hinge", scores, labels)
    right = scores[np.arange(len(labels)), labels].reshape(-1, 1)
    wrong = 1 - F.one_hot(labels, scores.shape[1], scores.dtype)
    return (F.relu(1 - right + scores) * wrong).sum(axis=1).mean() / scores.shape[1]


def binary_cross_entropy(logits: Any, targets: Any) -> Tensor:
    """Minus the logarithm of the probability that sigmoid gives to the target.

    Args:
        logits: a score for each example, before sigmoid.
        targets: 1 or 0 (or a probability), of the same shape.

    Examples:
        >>> round(binary_cross_entropy(Tensor([0.0]), [1.0]).item(), 4)
        0.6931
    """
    logits, targets = _same_shape("binary_cross_entropy", logits, targets)
    if targets.size and not (targets.data.min() >= 0 and targets.data.max() <= 1):
        raise ValueError(
            "binary_cross_entropy expected targets from 0 to 1, "
            f"got {targets.data.min():g} to {targets.data.max():g}"
        )
    return (F.softplus(logits) - logits * targets).mean()


def hinge(scores: Any, signs: Any) -> Tensor:
    """max(0, 1 - sign · score): zero only on the right side and at a margin.

    >>> hinge(Tensor([0.5, -2.0]), [1, -1])
    Tensor(0.25)
    """
    scores, signs = _scores_and_signs("hinge", scores, signs)
    return F.relu(1 - signs * scores).mean()


def perceptron(scores: Any, signs: Any) -> Tensor:
    """max(0, -sign · score): zero wherever the side is right. Its steps are Rosenblatt's rule.

    >>> perceptron(Tensor([0.5, 2.0]), [1, -1])
    Tensor(1.)
    """
    scores, signs = _scores_and_signs("perceptron", scores, signs)
    return F.relu(-signs * scores).mean()


def _prediction(name: str, prediction: Any) -> Tensor:
    prediction = prediction if isinstance(prediction, Tensor) else Tensor(prediction)
    if prediction.dtype.kind != "f":
        raise TypeError(f"{name} expected floating-point predictions, got {prediction.dtype}")
    if prediction.size == 0:
        raise ValueError(f"{name} got an empty batch, of shape {prediction.shape}")
    return prediction


def _same_shape(name: str, prediction: Any, target: Any) -> tuple[Tensor, Tensor]:
    prediction = _prediction(name, prediction)
    target = target if isinstance(target, Tensor) else Tensor(target)
    if prediction.shape != target.shape:
        hint = "; reshape one of them" if prediction.size == target.size else ""
        raise ValueError(
            f"{name} expected targets of the shape of the predictions, {prediction.shape}, "
            f"got {target.shape}{hint}"
        )
    return prediction, target if target.dtype == prediction.dtype else target.astype(
        prediction.dtype
    )


def _scores_and_labels(name: str, scores: Any, labels: Any) -> tuple[Tensor, np.ndarray]:
    scores = _prediction(name, scores)
    labels = labels.data if isinstance(labels, Tensor) else np.asarray(labels)
    if scores.ndim != 2:
        raise ValueError(f"{name} expected scores of shape (N, C), got {scores.shape}")
    n, classes = scores.shape
    if labels.dtype.kind not in "iu":
        raise TypeError(
            f"{name} expected integer labels, got {labels.dtype}: a label is the number of a class"
        )
    if labels.shape != (n,):
        hint = (
            "; for one-hot rows use labels.argmax(axis=1)"
            if labels.shape == scores.shape
            else ""
        )
        raise ValueError(f"{name} expected labels of shape ({n},), got {labels.shape}{hint}")
    if not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(
            f"{name} expected labels from 0 to {classes - 1}, got {labels.min()} to {labels.max()}"
        )
    return scores, labels.astype(np.int64)


def _scores_and_signs(name: str, scores: Any, signs: Any) -> tuple[Tensor, Tensor]:
    scores, signs = _same_shape(name, scores, signs)
    if not np.all(np.abs(signs.data) == 1):
        raise ValueError(
            f"{name} expected signs, -1 or +1; write 2 * labels - 1 for labels 0 and 1"
        )
    return scores, signs
