"""The primitive operations, each with its rules, and a few that are composed of them.

Arithmetic stands here; operations that choose between entries, run over axes or move entries about
stand in ``selection.py``, ``reductions.py`` and ``shapes.py``, and are named here too.

A rule has the arguments ``g`` (gradient of the end result with respect to the output), ``out`` (the
output) and the inputs, all tensors. Everything in this book that has a gradient is made of these.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code.autodiff.engine import as_tensors, primitive
from book_code.autodiff.erf import erf
from book_code.autodiff.reductions import (
    broadcast_to,
    cumsum,
    max,
    mean,
    normalized_axes,
    sum,
    variance,
)
from book_code.autodiff.selection import absolute, clip, maximum, minimum, relu, where
from book_code.autodiff.shapes import (
    concatenate,
    getitem,
    pad,
    reshape,
    scatter,
    split,
    stack,
    transpose,
)
from book_code.autodiff.tensor import Tensor

__all__ = [
    "absolute", "add", "broadcast_to", "cast", "clip", "concatenate", "cos", "cumsum", "divide", "erf",
    "exp", "getitem", "log", "matmul", "max", "maximum", "mean", "minimum", "multiply",
    "normalized_axes", "pad", "power", "relu", "reshape", "scatter", "sigmoid", "sin", "softplus",
    "split", "stack", "subtract", "sum", "tanh", "transpose", "variance", "where",
]  # fmt: skip


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
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


@primitive(lambda g, out, x: g * cos(x))
def sin(x):
    """The sine of every entry.

    >>> sin(Tensor([0.0]))
    Tensor([0.])
    """
    return np.sin(x)


@primitive(lambda g, out, x: -g * sin(x))
def cos(x):
    """The cosine of every entry.

    >>> cos(Tensor([0.0]))
    Tensor([1.])
    """
    return np.cos(x)


@primitive(lambda g, out, x: g * sigmoid(x))
def softplus(x):
    """log(1 + exp(x)) of every entry, without overflow.

    >>> softplus(Tensor([1000.0]))
    Tensor([1000.])
    """
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


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
