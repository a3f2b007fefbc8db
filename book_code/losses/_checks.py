"""What losses ask of their arguments, with errors in the name of the loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code.autodiff import Tensor
from book_code.autodiff.engine import as_tensors


def as_prediction(name: str, prediction: Any) -> Tensor:
    """What a model gave, as a tensor of floating-point numbers that is not empty.

    >>> as_prediction("mse", [1.0])
    Tensor([1.])
    """
    prediction = prediction if isinstance(prediction, Tensor) else Tensor(prediction)
    if prediction.dtype.kind != "f":
        raise TypeError(f"{name} expected floating-point predictions, got {prediction.dtype}")
    if prediction.size == 0:
        raise ValueError(f"{name} got an empty batch, of shape {prediction.shape}")
    return prediction


def of_same_shape(name: str, prediction: Any, target: Any) -> tuple[Tensor, Tensor]:
    """Predictions and targets of one shape and type.

    >>> of_same_shape("mse", [1.0], [2])
    (Tensor([1.]), Tensor([2.]))
    """
    prediction = as_prediction(name, prediction)
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


def scores_and_labels(
    name: str, scores: Any, labels: Any, ignore: int | None = None
) -> tuple[Tensor, np.ndarray]:
    """Scores (..., C) and labels (...) that name classes, or ``ignore``.

    >>> scores_and_labels("cross_entropy", [[0.0, 1.0]], [1])[1]
    array([1])
    """
    scores = as_prediction(name, scores)
    labels = labels.data if isinstance(labels, Tensor) else np.asarray(labels)
    if scores.ndim < 2:
        raise ValueError(f"{name} expected scores of shape (N, C), got {scores.shape}")
    classes = scores.shape[-1]
    if labels.dtype.kind not in "iu":
        raise TypeError(
            f"{name} expected integer labels, got {labels.dtype}: a label is the number of a class"
        )
    if labels.shape != scores.shape[:-1]:
        hint = ""
        if labels.shape == scores.shape:
            hint = "; for one-hot rows use labels.argmax(axis=1)"
        elif labels.shape == (*scores.shape[:1], *scores.shape[2:]):
            hint = "; classes come last: scores.transpose(0, 2, ..., 1)"
        raise ValueError(
            f"{name} expected labels of shape {scores.shape[:-1]}, got {labels.shape}{hint}"
        )
    labels = labels.astype(np.int64)
    named = labels if ignore is None else labels[labels != ignore]
    if not named.size:
        raise ValueError(f"{name} got no label but {ignore}, which is to be ignored")
    if not 0 <= named.min() <= named.max() < classes:
        raise ValueError(
            f"{name} expected labels from 0 to {classes - 1}, got {named.min()} to {named.max()}"
        )
    return scores, labels


def scores_and_signs(name: str, scores: Any, signs: Any) -> tuple[Tensor, Tensor]:
    """Scores, and -1 or +1 for each.

    >>> scores_and_signs("hinge", [0.5], [-1])
    (Tensor([0.5]), Tensor([-1.]))
    """
    scores, signs = of_same_shape(name, scores, signs)
    if not np.all(np.abs(signs.data) == 1):
        raise ValueError(
            f"{name} expected signs, -1 or +1; write 2 * labels - 1 for labels 0 and 1"
        )
    return scores, signs


def embeddings(name: str, *vectors: Any) -> tuple[Tensor, ...]:
    """Batches of vectors, all of the same shape (N, D).

    >>> [x.shape for x in embeddings("triplet", [[1.0, 2.0]], [[3.0, 4.0]])]
    [(1, 2), (1, 2)]
    """
    found = tuple(as_prediction(name, x) for x in as_tensors(vectors))
    if found[0].ndim != 2 or any(x.shape != found[0].shape for x in found):
        shapes = ", ".join(str(x.shape) for x in found)
        raise ValueError(f"{name} expected vectors of one shape (N, D), got {shapes}")
    return found


def positive(name: str, **numbers: float) -> None:
    """Raise unless all the numbers are above 0.

    >>> positive("huber", delta=0)
    Traceback (most recent call last):
    ValueError: huber expected a delta above 0, got 0
    """
    for key, value in numbers.items():
        if not value > 0:
            raise ValueError(f"{name} expected a {key} above 0, got {value}")
