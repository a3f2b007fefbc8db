"""Losses between numbers and numbers."""

from __future__ import annotations

from typing import Any

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.losses._checks import of_same_shape, positive


# --8<-- [start:mse]
def mse(prediction: Any, target: Any) -> Tensor:
    """The mean squared difference.

    >>> mse(Tensor([1.0, 2.0]), [1.0, 4.0])
    Tensor(2.)
    """
    prediction, target = of_same_shape("mse", prediction, target)
    return ((prediction - target) ** 2).mean()


# --8<-- [end:mse]


def mae(prediction: Any, target: Any) -> Tensor:
    """The mean absolute difference.

    >>> mae(Tensor([1.0, 2.0]), [1.0, 4.0])
    Tensor(1.)
    """
    prediction, target = of_same_shape("mae", prediction, target)
    return (prediction - target).abs().mean()


# --8<-- [start:huber]
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
    positive("huber", delta=delta)
    prediction, target = of_same_shape("huber", prediction, target)
    difference = prediction - target
    size = difference.abs()
    inside = size <= delta
    return F.where(inside, 0.5 * difference**2, delta * (size - 0.5 * delta)).mean()


# --8<-- [end:huber]
