"""Operations that run over axes: sums, means, the largest entry, running sums."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from book_code.autodiff.engine import as_tensors, primitive
from book_code.autodiff.selection import where
from book_code.autodiff.tensor import Axes, Tensor


# --8<-- [start:sum]
@primitive(lambda g, out, x, axis: broadcast_to(g, shape=x.shape))
def _sum(x, axis):
    return x.sum(axis=axis, keepdims=True)


@primitive(lambda g, out, x, shape: g)  # the sweep sums over what was copied
def broadcast_to(x, shape):
    """The entries repeated along axes of size 1 until the shape is reached.

    >>> broadcast_to(Tensor([1.0]), shape=(3,))
    Tensor([1., 1., 1.])
    """
    return np.broadcast_to(x, shape)


def sum(x: Any, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The sum over ``axis``, all axes when None.

    >>> sum(Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    Tensor([4., 6.])
    """
    (x,) = as_tensors((x,))
    axes = normalized_axes(axis, x)
    out = _sum(x, axis=axes)
    return out if keepdims else out.reshape(_without(x.shape, axes))


# --8<-- [end:sum]


def mean(x: Any, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The mean over ``axis``, all axes when None.

    >>> mean(Tensor([1.0, 2.0, 6.0]))
    Tensor(3.)
    """
    (x,) = as_tensors((x,))
    count = math.prod(x.shape[a] for a in normalized_axes(axis, x))
    if count == 0:
        raise ValueError(f"the mean of no entries: the tensor has shape {x.shape}")
    return sum(x, axis, keepdims) / count


def variance(x: Any, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The mean squared distance from the mean over ``axis``, all axes when None.

    >>> variance(Tensor([1.0, 3.0]))
    Tensor(1.)
    """
    (x,) = as_tensors((x,))
    return mean((x - mean(x, axis, keepdims=True)) ** 2, axis, keepdims)


def max(x: Any, axis: Axes = None, keepdims: bool = False) -> Tensor:
    """The largest entry over ``axis``, all axes when None.

    The position of the largest entry is a constant mask. Among equal entries the first gets the
    whole gradient, as in ``torch.max(x, axis)``.

    >>> max(Tensor([[1.0, 5.0], [7.0, 2.0]]), axis=1)
    Tensor([5., 7.])
    """
    (x,) = as_tensors((x,))
    axes = normalized_axes(axis, x)
    count = math.prod(x.shape[a] for a in axes)
    if count == 0:
        raise ValueError(f"the maximum of no entries: the tensor has shape {x.shape}")
    rest = tuple(a for a in range(x.ndim) if a not in axes)
    rows = x.transpose(rest + axes).reshape(*(x.shape[a] for a in rest), count)
    first = np.expand_dims(rows.argmax(axis=-1), -1) == np.arange(rows.shape[-1])
    out = where(first, rows, 0).sum(axis=-1)
    return (
        out.reshape([1 if a in axes else n for a, n in enumerate(x.shape)]) if keepdims else out
    )


@primitive(lambda g, out, x, axis: _cumsum(g[_backwards(axis)], axis=axis)[_backwards(axis)])
def _cumsum(x, axis):
    return np.cumsum(x, axis=axis)


def cumsum(x: Any, axis: int = -1) -> Tensor:
    """The sum of every entry and all before it along ``axis``.

    >>> cumsum(Tensor([1.0, 2.0, 4.0]))
    Tensor([1., 3., 7.])
    """
    (x,) = as_tensors((x,))
    (axis,) = normalized_axes(axis, x)
    return _cumsum(x, axis=axis)


def _backwards(axis: int) -> tuple[slice, ...]:
    return (*[slice(None)] * axis, slice(None, None, -1))


def normalized_axes(axis: Axes, x: Tensor) -> tuple[int, ...]:
    """The axes as a tuple of numbers from 0, or an error that names the shape.

    >>> normalized_axes(-1, Tensor([[1.0]]))
    (1,)
    """
    axes = tuple(range(x.ndim)) if axis is None else (axis,) if isinstance(axis, int) else axis
    if any(not -x.ndim <= a < x.ndim for a in axes):
        raise ValueError(f"there is no axis {axis} in a tensor of shape {x.shape}")
    return tuple(a % x.ndim for a in axes)


def _without(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for a, n in enumerate(shape) if a not in axes)
