"""Functions that networks are made of, composed of the primitives in ``ops.py``.

None of them has a rule of its own (sigmoid, tanh and softplus are primitives): the gradient of any
order follows from the rules of the parts.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from book_code.autodiff.engine import as_tensors
from book_code.autodiff.norms import batch_norm, group_norm, instance_norm, layer_norm, rms_norm
from book_code.autodiff.ops import (
    absolute,
    exp,
    log,
    normalized_axes,
    relu,
    scatter,
    sigmoid,
    softplus,
    tanh,
    where,
)
from book_code.autodiff.tensor import Axes, Tensor
from book_code.autodiff.windows import unfold, window_counts

__all__ = [
    "batch_norm", "group_norm", "instance_norm", "layer_norm", "rms_norm",
    "absolute", "avg_pool2d", "conv2d", "dropout", "exp", "flatten", "leaky_relu", "linear", "log",
    "log_softmax", "logsumexp", "max_pool2d", "one_hot", "pad2d", "relu", "sigmoid", "softmax",
    "softplus", "tanh", "where",
]  # fmt: skip

Pair = int | tuple[int, int]
Padding = Pair | Literal["valid", "same", "full"]


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
    out = x.reshape(-1, inputs) @ weight.T
    if bias is not None:
        out = out + _bias("linear", bias, outputs, x)
    return out.reshape(*x.shape[:-1], outputs)


def check_features(name: str, x: Tensor, inputs: int) -> None:
    """Raise, in the name of a layer, unless the last axis has ``inputs`` entries.

    >>> check_features("Linear", Tensor(np.zeros((64, 28, 28))), 784)
    Traceback (most recent call last):
    ValueError: Linear expected inputs of shape (N, 784), got (64, 28, 28); flatten them first
    """
    if x.ndim == 0 or x.shape[-1] != inputs:
        hint = "; flatten them first" if x.ndim > 2 and x.size == len(x) * inputs else ""
        raise ValueError(f"{name} expected inputs of shape (N, {inputs}), got {x.shape}{hint}")


def _bias(name: str, bias: Any, outputs: int, like: Tensor) -> Tensor:
    bias = as_tensors((like, bias))[1]
    if bias.shape != (outputs,):
        raise ValueError(f"{name} expected a bias of shape ({outputs},), got {bias.shape}")
    return bias


def leaky_relu(x: Any, slope: float = 0.01) -> Tensor:
    """Every entry, or ``slope`` times it where it is negative.

    >>> leaky_relu(Tensor([-1.0, 2.0]), 0.1)
    Tensor([-0.1,  2. ])
    """
    (x,) = as_tensors((x,))
    return where(x > 0, x, slope * x)


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
    return x - logsumexp(x, axis, keepdims=True)


def softmax(x: Any, axis: int = -1) -> Tensor:
    """exp(x) divided by its sum over ``axis``: positive numbers that add up to 1.

    >>> softmax(Tensor([1.0, 1.0]))
    Tensor([0.5, 0.5])
    """
    return exp(log_softmax(x, axis))


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


# --8<-- [start:conv2d]
def conv2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Pair = 1,
    padding: Padding = 0,
    dilation: Pair = 1,
) -> Tensor:
    """Slide every filter over every image and take inner products.

    As in all deep-learning libraries this is the cross-correlation: the filter is not turned round.

    Args:
        x: images.
        weight: filters.
        bias: one number for each filter, or None.
        stride: step of the window.
        padding: rows and columns of zeros around the image: a number, a pair, "valid" (none),
            "same" (output as large as the input; stride 1) or "full" (every overlap counts).
        dilation: distance between the pixels that one filter sees.

    Shape:
        x (N, C, H, W), weight (O, C, kH, kW), bias (O,) -> (N, O, OH, OW)

    Raises:
        ValueError: when shapes do not fit, naming what was expected.

    Examples:
        >>> edges = Tensor([[[[-1.0, 1.0]]]])
        >>> conv2d(Tensor([[[[0.0, 0.0, 5.0, 5.0]]]]), edges)
        Tensor([[[[0., 5., 0.]]]])
    """
    x, weight = as_tensors((x, weight))
    _check_conv2d(x, weight)
    kernel, stride, dilation = weight.shape[2:], pair(stride), pair(dilation)
    x = pad2d(x, _margins(padding, kernel, stride, dilation))
    _check_window("conv2d", x, kernel, stride, dilation)
    columns = unfold(x, kernel=kernel, stride=stride, dilation=dilation)  # C kH kW N OH OW
    filters, entries = len(weight), weight.size // len(weight)
    out = weight.reshape(filters, entries) @ columns.reshape(entries, -1)  # O N*OH*OW
    out = out.reshape(filters, *columns.shape[3:]).transpose(1, 0, 2, 3)  # N O OH OW
    return out if bias is None else out + _bias("conv2d", bias, filters, x).reshape(-1, 1, 1)


# --8<-- [end:conv2d]


# --8<-- [start:max_pool2d]
def max_pool2d(
    x: Any, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0
) -> Tensor:
    """The largest entry of every window; among equal entries the first gets the gradient.

    Args:
        x: images.
        kernel_size: size of the window.
        stride: step of the window; as large as the window when None.
        padding: margin that never wins (minus infinity), at most half a window.

    Shape:
        (N, C, H, W) -> (N, C, OH, OW)

    Examples:
        >>> max_pool2d(Tensor([[[[1.0, 2.0], [4.0, 3.0]]]]), 2)
        Tensor([[[[4.]]]])
    """
    windows = _windows("max_pool2d", x, kernel_size, stride, padding, -np.inf)
    return windows.max(axis=1).transpose(1, 0, 2, 3)  # N C OH OW


# --8<-- [end:max_pool2d]


def avg_pool2d(
    x: Any, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0
) -> Tensor:
    """The mean of every window; zeros of the margin count, as in PyTorch.

    Args:
        x: images.
        kernel_size: size of the window.
        stride: step of the window; as large as the window when None.
        padding: rows and columns of zeros around the image, at most half a window.

    Shape:
        (N, C, H, W) -> (N, C, OH, OW)

    Examples:
        >>> avg_pool2d(Tensor([[[[1.0, 2.0], [4.0, 3.0]]]]), 2)
        Tensor([[[[2.5]]]])
    """
    windows = _windows("avg_pool2d", x, kernel_size, stride, padding, 0.0)
    return windows.mean(axis=1).transpose(1, 0, 2, 3)  # N C OH OW


def _windows(
    name: str, x: Any, kernel_size: Pair, stride: Any, padding: Pair, fill: float
) -> Tensor:
    """The pooling windows: (N, C, H, W) -> (C, kH*kW, N, OH, OW)."""
    (x,) = as_tensors((x,))
    kernel, margins = pair(kernel_size), pair(padding)
    stride = kernel if stride is None else pair(stride)
    check_images(name, x)
    if any(2 * p > k for p, k in zip(margins, kernel, strict=True)):
        raise ValueError(
            f"{name} expected a padding of at most half of {kernel}, got {margins}"
        )
    x = pad2d(x, tuple((p, p) for p in margins), fill)
    _check_window(name, x, kernel, stride, (1, 1))
    columns = unfold(x, kernel=kernel, stride=stride, dilation=(1, 1))  # C kH kW N OH OW
    return columns.reshape(len(columns), kernel[0] * kernel[1], *columns.shape[3:])


def pad2d(x: Any, margins: Any, fill: float = 0.0) -> Tensor:
    """Rows and columns of ``fill`` around every image.

    Args:
        x: images, in the last two axes.
        margins: ((above, below), (left, right)).
        fill: the number that stands there.

    Examples:
        >>> pad2d(Tensor([[[[7.0]]]]), ((0, 1), (1, 0)))
        Tensor([[[[0., 7.],
                  [0., 0.]]]])
    """
    (x,) = as_tensors((x,))
    if not np.any(margins):
        return x
    (top, bottom), (left, right) = margins
    h, w = x.shape[-2:]
    shape = (*x.shape[:-2], h + top + bottom, w + left + right)
    index = (..., slice(top, top + h), slice(left, left + w))
    out = scatter(x, index=index, shape=shape)
    if fill == 0:
        return out
    frame = np.full(shape[-2:], fill, x.dtype)
    frame[index] = 0
    return out + frame


def pair(value: Any) -> tuple[int, int]:
    """A number for both directions, or one number for each.

    >>> pair(3), pair((1, 2))
    ((3, 3), (1, 2))
    """
    values = (value, value) if isinstance(value, int | np.integer) else tuple(value)
    if len(values) != 2 or any(int(v) != v or v < 0 for v in values):
        raise ValueError(f"expected a whole number or a pair of them, got {value!r}")
    return int(values[0]), int(values[1])


def _margins(padding: Padding, kernel: Any, stride: Any, dilation: Any) -> Any:
    """((above, below), (left, right)) of a padding given in words or numbers."""
    reach = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    if padding == "valid":
        return (0, 0), (0, 0)
    if padding == "full":
        return tuple((r, r) for r in reach)
    if padding == "same":
        if stride != (1, 1):
            raise ValueError(f"conv2d with padding 'same' needs stride 1, got {stride}")
        return tuple((r // 2, r - r // 2) for r in reach)
    if isinstance(padding, str):
        raise ValueError(f"conv2d knows padding 'valid', 'same' and 'full', got {padding!r}")
    return tuple((p, p) for p in pair(padding))


def check_images(name: str, x: Tensor, channels: Any = "C") -> None:
    """Raise, in the name of a layer, unless ``x`` is a batch of images with so many channels.

    >>> check_images("Conv2d", Tensor(np.zeros((1, 28, 28))), 1)
    Traceback (most recent call last):
    ValueError: Conv2d expected images of shape (N, 1, H, W), got (1, 28, 28); add the missing axis: x[None] (batch) or x[:, None] (channel)
    """
    if x.ndim != 4 or (channels != "C" and x.shape[1] != channels):
        hint = ""
        if x.ndim == 3:
            hint = "; add the missing axis: x[None] (batch) or x[:, None] (channel)"
        elif x.ndim == 4 and x.shape[3] == channels:
            hint = "; channels come second: x.transpose(0, 3, 1, 2)"
        raise ValueError(
            f"{name} expected images of shape (N, {channels}, H, W), got {x.shape}{hint}"
        )


def _check_conv2d(x: Tensor, weight: Tensor) -> None:
    if weight.ndim != 4:
        raise ValueError(f"conv2d expected filters of shape (O, C, kH, kW), got {weight.shape}")
    if weight.size == 0:
        raise ValueError(f"conv2d got no filters: their shape is {weight.shape}")
    check_images("conv2d", x, weight.shape[1])


def _check_window(name: str, x: Tensor, kernel: Any, stride: Any, dilation: Any) -> None:
    if 0 in kernel or 0 in stride or 0 in dilation:
        raise ValueError(
            f"{name} expected kernel, stride and dilation of at least 1, "
            f"got {kernel}, {stride} and {dilation}"
        )
    if min(window_counts(x.shape[2:], kernel, stride, dilation)) < 1:
        raise ValueError(
            f"{name}: a window of {kernel} with dilation {dilation} does not fit into an image of "
            f"{x.shape[2]} x {x.shape[3]} (padding included)"
        )
