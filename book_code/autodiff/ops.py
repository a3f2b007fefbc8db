"""The primitive operations, each with its rules, and a few that are composed of them.

A rule has the arguments ``g`` (gradient of the end result with respect to the output), ``out`` (the
output) and the inputs, all tensors. Everything in this book that has a gradient is made of these.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from book_code.autodiff.engine import as_tensors, primitive
from book_code.autodiff.tensor import Axes, Tensor


# --8<-- [start:arithmetic]
@primitive(lambda g, out, a, b: g, lambda g, out, a, b: g)
def add(a, b):
    """a + b, with broadcasting.

    >>> add(Tensor([1.0, 2.0]), 3.0)
    Tensor([4., 5.])
    """
    return a + b


@primitive(lambda g, out, a, b: g, lambda g, out, a, b: -g)
def subtract(a, b):
    """a - b, with broadcasting.

    >>> subtract(3.0, Tensor([1.0, 2.0]))
    Tensor([2., 1.])
    """
    return np.subtract(a, b)


@primitive(lambda g, out, a, b: g * b, lambda g, out, a, b: g * a)
def multiply(a, b):
    """a * b entry by entry, with broadcasting.

    >>> multiply(Tensor([1.0, 2.0]), [3.0, 4.0])
    Tensor([3., 8.])
    """
    return a * b


@primitive(lambda g, out, a, b: g / b, lambda g, out, a, b: -g * out / b)
def divide(a, b):
    """a / b entry by entry, with broadcasting.

    >>> divide(Tensor([1.0, 2.0]), 4.0)
    Tensor([0.25, 0.5 ])
    """
    return a / b


@primitive(
    lambda g, out, a, b: g @ b.transpose(_last_two_swapped(b)),
    lambda g, out, a, b: a.transpose(_last_two_swapped(a)) @ g,
)
def _matmul(a, b):
    return a @ b


# --8<-- [end:arithmetic]


def _last_two_swapped(x: Tensor) -> tuple[int, ...]:
    return (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2)


def matmul(a: Any, b: Any) -> Tensor:
    """The matrix product of the last two axes; a vector is a row on the left, a column on the right.

    Raises:
        ValueError: when the inner sizes differ, or an operand is a single number.

    Examples:
        >>> matmul(Tensor([[1.0, 2.0]]), Tensor([3.0, 4.0]))
        Tensor([11.])
    """
    a, b = as_tensors((a, b))
    if a.ndim == 0 or b.ndim == 0:
        raise ValueError(
            f"@ needs vectors or matrices, got {a.shape} @ {b.shape}; use * for numbers"
        )
    inner = b.shape[0] if b.ndim == 1 else b.shape[-2]
    if a.shape[-1] != inner:
        raise ValueError(
            f"{a.shape} @ {b.shape}: the inner sizes {a.shape[-1]} and {inner} must be equal"
        )
    row, column = a.ndim == 1, b.ndim == 1
    out = _matmul(a.reshape(1, -1) if row else a, b.reshape(-1, 1) if column else b)
    if row:
        out = out.reshape(*out.shape[:-2], out.shape[-1])
    return out.reshape(out.shape[:-1]) if column else out


# --8<-- [start:elementwise]
@primitive(lambda g, out, x: g * out)
def exp(x):
    """e to the power of every entry.

    >>> exp(Tensor([0.0]))
    Tensor([1.])
    """
    return np.exp(x)


@primitive(lambda g, out, x: g / x)
def log(x):
    """The natural logarithm of every entry.

    >>> log(Tensor([1.0]))
    Tensor([0.])
    """
    return np.log(x)


@primitive(lambda g, out, x: g * (1 - out * out))
def tanh(x):
    """The hyperbolic tangent of every entry.

    >>> tanh(Tensor([0.0]))
    Tensor([0.])
    """
    return np.tanh(x)


@primitive(lambda g, out, x: g * out * (1 - out))
def sigmoid(x):
    """1 / (1 + exp(-x)) of every entry, without overflow at either end.

    >>> sigmoid(Tensor([0.0]))
    Tensor([0.5])
    """
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1) / (1 + e)


@primitive(lambda g, out, x: g * sigmoid(x))
def softplus(x):
    """log(1 + exp(x)) of every entry, without overflow.

    >>> softplus(Tensor([1000.0]))
    Tensor([1000.])
    """
    return np.logaddexp(x, 0)


# --8<-- [end:elementwise]


@primitive(lambda g, out, x, n: g * n * _power(x, n=n - 1) if n != 0 else g * 0)
def _power(x, n):
    return x**n


@primitive(
    lambda g, out, x, y: g * y * power(x, y - 1),
    lambda g, out, x, y: g * out * log(x),
)
def _general_power(x, y):
    return x**y


def power(x: Any, exponent: Any) -> Tensor:
    """x to a power, entry by entry; the exponent is a number or a tensor.

    >>> power(Tensor([2.0, 3.0]), 2)
    Tensor([4., 9.])
    """
    if isinstance(exponent, int | float | np.number):
        return _power(x, n=exponent.item() if isinstance(exponent, np.number) else exponent)
    return _general_power(x, exponent)


@primitive(
    lambda g, out, x, dtype: g
)  # the sweep brings gradients back to the type of the input
def cast(x, dtype):
    """The same numbers in another type.

    >>> cast(Tensor([1.0]), dtype="float32")
    Tensor([1.], dtype=float32)
    """
    return x.astype(dtype)


# --8<-- [start:where]
@primitive(
    lambda g, out, a, b, mask: where(mask, g, 0.0),
    lambda g, out, a, b, mask: where(mask, 0.0, g),
)
def _where(a, b, mask):
    return np.where(mask, a, b)


def where(mask: Any, a: Any, b: Any) -> Tensor:
    """``a`` where the mask is true, ``b`` elsewhere. The mask is a constant: no gradient asks what
    would happen if it changed.

    >>> where(np.array([True, False]), Tensor([1.0, 2.0]), 0.0)
    Tensor([1., 0.])
    """
    return _where(a, b, mask=mask.data if isinstance(mask, Tensor) else np.asarray(mask))


def relu(x: Any) -> Tensor:
    """Every entry, or 0 where it is negative. The gradient at 0 is 0; a nan stays one.

    >>> relu(Tensor([-1.0, 2.0]))
    Tensor([0., 2.])
    """
    (x,) = as_tensors((x,))
    return where(x <= 0, 0.0, x)


# --8<-- [end:where]


def absolute(x: Any) -> Tensor:
    """The absolute value of every entry. The gradient at 0 is 0.

    >>> absolute(Tensor([-1.0, 2.0]))
    Tensor([1., 2.])
    """
    (x,) = as_tensors((x,))
    return x * np.sign(x.data)


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


@primitive(lambda g, out, x, shape: reshape(g, x.shape))
def _reshape(x, shape):
    return x.reshape(shape)


def reshape(x: Any, shape: Any) -> Tensor:
    """The same entries in another shape; one size may be -1.

    >>> reshape(Tensor([1.0, 2.0, 3.0, 4.0]), (2, -1))
    Tensor([[1., 2.],
            [3., 4.]])
    """
    return _reshape(x, shape=shape if isinstance(shape, int) else tuple(shape))


@primitive(lambda g, out, x, axes: transpose(g, np.argsort(axes).tolist()))
def _transpose(x, axes):
    return x.transpose(axes)


def transpose(x: Any, axes: Any = None) -> Tensor:
    """The axes in another order; reversed when ``axes`` is None.

    >>> transpose(Tensor([[1.0, 2.0]])).shape
    (2, 1)
    """
    (x,) = as_tensors((x,))
    axes = range(x.ndim)[::-1] if axes is None else axes
    return _transpose(x, axes=tuple(a % x.ndim for a in axes))


# --8<-- [start:getitem]
@primitive(lambda g, out, x, index: scatter(g, index=index, shape=x.shape))
def _getitem(x, index):
    return x[index]


@primitive(lambda g, out, x, index, shape: getitem(g, index))
def scatter(x, index, shape):
    """Zeros of ``shape``, with ``x`` added at ``index``: the adjoint of taking entries out.

    >>> scatter(Tensor([5.0, 6.0]), index=np.array([2, 2]), shape=(4,))
    Tensor([ 0.,  0., 11.,  0.])
    """
    out = np.zeros(shape, dtype=x.dtype)
    if _is_basic(index):
        out[index] = x
    else:
        np.add.at(out, index, x)  # an entry may have been taken more than once
    return out


# --8<-- [end:getitem]


def getitem(x: Any, index: Any) -> Tensor:
    """Entries or slices, with every kind of index that NumPy knows.

    >>> getitem(Tensor([1.0, 2.0, 3.0]), slice(1, None))
    Tensor([2., 3.])
    """
    if isinstance(index, tuple):
        index = tuple(i.data if isinstance(i, Tensor) else i for i in index)
    elif isinstance(index, Tensor):
        index = index.data
    return _getitem(x, index=index)


def _is_basic(index: Any) -> bool:
    parts = index if isinstance(index, tuple) else (index,)
    kinds = (int, np.integer, slice, type(None), type(...))
    return all(isinstance(i, kinds) and not isinstance(i, bool) for i in parts)


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
