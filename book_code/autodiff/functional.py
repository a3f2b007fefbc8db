"""Functions that networks are made of, composed of the primitives in ``ops.py``.

Few of them have a rule of their own (sigmoid, tanh, softplus and erf are primitives): the gradient of any
order follows from the rules of the parts. Convolution, pooling, normalization and attention have files of
their own and are named here too.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

from book_code.autodiff.attention import (
    attention_weights,
    masked_softmax,
    scaled_dot_product_attention,
)
from book_code.autodiff.convolution import (
    Padding,
    Pair,
    check_bias,
    check_images,
    conv1d,
    conv2d,
    conv_transpose2d,
    pad2d,
    pair,
)
from book_code.autodiff.engine import as_tensors
from book_code.autodiff.erf import erf_of
from book_code.autodiff.fused import fused
from book_code.autodiff.norms import (
    batch_norm,
    group_norm,
    instance_norm,
    layer_norm,
    rms_norm,
)
from book_code.autodiff.ops import (
    absolute,
    clip,
    concatenate,
    cos,
    cumsum,
    erf,
    exp,
    getitem,
    log,
    maximum,
    minimum,
    normalized_axes,
    pad,
    relu,
    sigmoid,
    sin,
    softplus,
    split,
    stack,
    tanh,
    where,
)
from book_code.autodiff.pooling import (
    adaptive_avg_pool2d,
    avg_pool2d,
    interpolate,
    max_pool2d,
)
from book_code.autodiff.tensor import Axes, Tensor

__all__ = [
    "Padding", "Pair", "absolute", "adaptive_avg_pool2d", "attention_weights", "avg_pool2d",
    "batch_norm", "check_features", "check_images", "clip", "concatenate", "conv1d", "conv2d",
    "conv_transpose2d", "cos", "cumsum", "dropout", "elu", "embedding", "erf", "exp", "flatten",
    "gelu", "group_norm", "instance_norm", "interpolate", "layer_norm", "leaky_relu", "linear",
    "log", "log_softmax", "logsumexp", "masked_softmax", "max_pool2d", "maximum", "minimum",
    "normalize", "one_hot", "pad", "pad2d", "pair", "relu", "rms_norm",
    "scaled_dot_product_attention", "sigmoid", "silu", "sin", "softmax", "softplus", "split",
    "stack", "tanh", "where",
]  # fmt: skip


def linear(x: Any, weight: Any, bias: Any = None) -> Tensor:
    """x Wᵀ + b over the last axis.

    Args:
        x: inputs.
        weight: one row for each output.
        bias: one number for each output, or None.

    Shape:
        x (..., in), weight (out, in), bias (out,) -> (..., out)

    Examples:
        >>> linear(Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0]]), Tensor([5.0]))
        Tensor([[16.]])
    """
    x, weight = as_tensors((x, weight))
    if weight.ndim != 2:
        raise ValueError(f"linear expected a weight of shape (out, in), got {weight.shape}")
    outputs, inputs = weight.shape
    check_features("linear", x, inputs)
    return _linear(x, weight, None if bias is None else check_bias("linear", bias, outputs, x))


def plain_linear(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """The definition of :func:`linear`."""
    out = x.reshape(-1, weight.shape[1]) @ weight.T
    out = out if bias is None else out + bias
    return out.reshape(*x.shape[:-1], len(weight))


@fused(plain_linear)
def _linear(x: np.ndarray, weight: np.ndarray, bias: Any) -> tuple[np.ndarray, Any]:
    rows = x.reshape(math.prod(x.shape[:-1]), x.shape[-1])
    out = rows @ weight.T
    if bias is not None:
        out += bias

    def backward(g: np.ndarray) -> tuple[Any, ...]:
        g = g.reshape(out.shape)
        return (
            lambda: (g @ weight).reshape(x.shape),
            lambda: g.T @ rows,
            lambda: g.sum(axis=0),
        )

    return out.reshape(*x.shape[:-1], len(weight)), backward


def check_features(name: str, x: Tensor, inputs: int) -> None:
    """Raise, in the name of a layer, unless the last axis has ``inputs`` entries.

    >>> check_features("Linear", Tensor(np.zeros((64, 28, 28))), 784)
    Traceback (most recent call last):
    ValueError: Linear expected inputs of shape (N, 784), got (64, 28, 28); flatten them first
    """
    if x.ndim == 0 or x.shape[-1] != inputs:
        hint = "; flatten them first" if x.ndim > 2 and x.size == len(x) * inputs else ""
        raise ValueError(f"{name} expected inputs of shape (N, {inputs}), got {x.shape}{hint}")


def leaky_relu(x: Any, slope: float = 0.01) -> Tensor:
    """Every entry, or ``slope`` times it where it is negative.

    >>> leaky_relu(Tensor([-1.0, 2.0]), 0.1)
    Tensor([-0.1,  2. ])
    """
    (x,) = as_tensors((x,))
    factors = np.array([slope, 1], x.dtype)
    return x * factors.take(
        np.asarray(x.data > 0, np.int8)
    )  # a constant, found without branches


# --8<-- [start:gelu]
def gelu(x: Any, approximate: Literal["none", "tanh"] = "none") -> Tensor:
    """x times the share of a bell curve that lies below x: a ReLU with a soft corner.

    Hendrycks and Gimpel (2016), arXiv:1606.08415. With "tanh" it is their approximation, which GPT-2 uses.

    >>> gelu(Tensor([-1.0, 0.0, 1.0])).data.round(4).tolist()
    [-0.1587, 0.0, 0.8413]
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu knows approximate='none' and 'tanh', got {approximate!r}")
    return _gelu(x) if approximate == "none" else _gelu_tanh(x)


def plain_gelu(x: Tensor) -> Tensor:
    """The definition of :func:`gelu`."""
    return x * (0.5 + 0.5 * erf(x * math.sqrt(0.5)))


def plain_gelu_tanh(x: Tensor) -> Tensor:
    """The approximation."""
    return x * (0.5 + 0.5 * tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))))


# --8<-- [end:gelu]


@fused(plain_gelu)
def _gelu(x: np.ndarray) -> tuple[np.ndarray, Any]:
    below = erf_of(np.asarray(x * math.sqrt(0.5)))  # the share of the bell curve
    below += 1
    below *= 0.5

    def backward(g: np.ndarray) -> tuple[Any, ...]:
        slope = np.asarray(x * x)
        slope *= -0.5
        np.exp(slope, out=slope)
        slope *= x
        slope *= 1 / math.sqrt(2 * math.pi)
        slope += below
        slope *= g
        return (slope,)

    return x * below, backward


@fused(plain_gelu_tanh)
def _gelu_tanh(x: np.ndarray) -> tuple[np.ndarray, Any]:
    root, cubic = math.sqrt(2 / math.pi), 0.044715
    bent = np.asarray(x * x)
    bent *= root * cubic
    bent += root
    bent *= x
    np.tanh(bent, out=bent)
    out = np.asarray(bent + 1)
    out *= x
    out *= 0.5

    def backward(g: np.ndarray) -> tuple[Any, ...]:
        slope = np.asarray(x * x)
        slope *= 3 * root * cubic
        slope += root
        slope *= x  # x times the slope of what goes into tanh
        slope *= 1 - bent * bent
        slope += bent
        slope += 1
        slope *= 0.5
        slope *= g
        return (slope,)

    return out, backward


# --8<-- [start:silu-elu]
def silu(x: Any) -> Tensor:
    """x · sigmoid(x), also called Swish: arXiv:1606.08415 (section 4), arXiv:1710.05941.

    >>> silu(Tensor([0.0, 1.0])).data.round(4).tolist()
    [0.0, 0.7311]
    """
    (x,) = as_tensors((x,))
    return x * sigmoid(x)


def elu(x: Any, alpha: float = 1.0) -> Tensor:
    """x, or alpha · (exp(x) - 1) where it is negative: Clevert et al. (2015), arXiv:1511.07289.

    >>> elu(Tensor([-1.0, 2.0])).data.round(4).tolist()
    [-0.6321, 2.0]
    """
    (x,) = as_tensors((x,))
    above = x > 0
    return where(above, x, alpha * (exp(where(above, 0.0, x)) - 1))


# --8<-- [end:silu-elu]


def normalize(x: Any, axis: int = -1, eps: float = 1e-12) -> Tensor:
    """Vectors along ``axis`` brought to length 1; one shorter than ``eps`` is divided by ``eps``.

    >>> normalize(Tensor([[3.0, 4.0], [0.0, 0.0]]))
    Tensor([[0.6, 0.8],
            [0. , 0. ]])
    """
    (x,) = as_tensors((x,))
    return x / maximum((x * x).sum(axis=axis, keepdims=True), eps**2) ** 0.5


def embedding(ids: Any, weight: Any) -> Tensor:
    """The rows of a table that the ids name.

    Args:
        ids: whole numbers from 0.
        weight: the table, one row for each id.

    Shape:
        ids (...), weight (V, D) -> (..., D)

    Raises:
        TypeError: when the ids are not whole numbers.
        ValueError: when an id names no row.

    Examples:
        >>> embedding([2, 0], Tensor([[1.0], [2.0], [3.0]]))
        Tensor([[3.],
                [1.]])
    """
    (weight,) = as_tensors((weight,))
    ids = np.asarray(ids.data if isinstance(ids, Tensor) else ids)
    if ids.dtype.kind not in "iu":
        raise TypeError(f"embedding expected whole numbers, got {ids.dtype}")
    if ids.size and not 0 <= ids.min() <= ids.max() < len(weight):
        raise ValueError(
            f"embedding expected ids from 0 to {len(weight) - 1}, got {ids.min()} to {ids.max()}"
        )
    return getitem(weight, ids)


def logsumexp(x: Any, axis: Axes = -1, keepdims: bool = False) -> Tensor:
    """log(Σ exp(x)) over ``axis``, without overflow.

    The largest entry is taken out as a constant; the value does not depend on which constant that
    is, so the gradient is right to every order.

    >>> round(logsumexp(Tensor([1000.0, 1000.0])).item(), 4)
    1000.6931
    """
    (x,) = as_tensors((x,))
    axes = normalized_axes(axis, x)
    largest = x.data.max(axis=axes, keepdims=True)
    largest = np.where(np.isfinite(largest), largest, 0)
    total = log(exp(x - largest).sum(axes, keepdims=True)) + largest
    return total if keepdims else total.sum(axes)  # of one entry each


def log_softmax(x: Any, axis: int = -1) -> Tensor:
    """The logarithm of :func:`softmax`, precise where the probability is small.

    >>> log_softmax(Tensor([0.0, -1000.0])).data.tolist()
    [0.0, -1000.0]
    """
    (x,) = as_tensors((x,))
    axes = normalized_axes(axis, x)
    largest = x.data.max(axis=axes, keepdims=True)  # first: large scores then cost no digits
    x = x - np.where(np.isfinite(largest), largest, 0)
    return x - log(exp(x).sum(axes, keepdims=True))


def softmax(x: Any, axis: int = -1) -> Tensor:
    """exp(x) divided by its sum over ``axis``: positive numbers that add up to 1.

    >>> softmax(Tensor([1.0, 1.0]))
    Tensor([0.5, 0.5])
    """
    (x,) = as_tensors((x,))
    (axis,) = normalized_axes(axis, x)
    return _softmax(x, axis=axis)


def plain_softmax(x: Tensor, axis: int) -> Tensor:
    """The definition of :func:`softmax`."""
    return exp(log_softmax(x, axis))


@fused(plain_softmax)
def _softmax(x: np.ndarray, *, axis: int) -> tuple[np.ndarray, Any]:
    largest = x.max(axis=axis, keepdims=True)
    out = x - np.where(np.isfinite(largest), largest, 0)
    np.exp(out, out=out)
    out /= out.sum(axis=axis, keepdims=True)

    def backward(g: np.ndarray) -> tuple[np.ndarray]:
        to_x = g * out
        to_x -= out * to_x.sum(axis=axis, keepdims=True)
        return (to_x,)

    return out, backward


def one_hot(labels: Any, classes: int, dtype: Any = np.float32) -> np.ndarray:
    """A row for each label, 1 at the label's class and 0 elsewhere.

    >>> one_hot(np.array([2, 0]), 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"one_hot expected integer labels, got {labels.dtype}")
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(
            f"one_hot expected labels from 0 to {classes - 1}, got {labels.min()} to {labels.max()}"
        )
    return (labels[..., None] == np.arange(classes)).astype(dtype)


def dropout(x: Any, p: float, *, rng: np.random.Generator) -> Tensor:
    """Every entry set to 0 with probability ``p``, the others divided by 1 - p.

    >>> x = dropout(Tensor(np.ones(1000)), 0.5, rng=np.random.default_rng(0))
    >>> sorted(set(x.data.tolist()))
    [0.0, 2.0]
    """
    if not 0 <= p < 1:
        raise ValueError(f"dropout expected a probability p with 0 <= p < 1, got {p}")
    (x,) = as_tensors((x,))
    return x * ((rng.random(x.shape) >= p) / (1 - p)).astype(x.dtype)


def flatten(x: Any, start: int = 1) -> Tensor:
    """All axes from ``start`` on made one.

    >>> flatten(Tensor(np.zeros((2, 3, 4)))).shape
    (2, 12)
    """
    (x,) = as_tensors((x,))
    return x.reshape(*x.shape[:start], int(np.prod(x.shape[start:], dtype=np.int64)))
