"""Normalization: subtract a mean, divide by a spread, over axes that the name of the layer tells.

Batch norm takes both over the examples, layer norm over the features of one example, group norm over
groups of channels, instance norm over one channel of one image, and RMS norm leaves out the mean.
Everything is composed of recorded operations; the mean of squares is a primitive, because it is
needed everywhere and half of its work can be saved. Batch norm in training and layer norm run at one go
(``fast_norms.py``).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from book_code.autodiff import fast_norms
from book_code.autodiff.engine import as_tensors, primitive
from book_code.autodiff.fused import fused
from book_code.autodiff.ops import sum as _sum
from book_code.autodiff.tensor import Tensor


# --8<-- [start:standardize]
@primitive(lambda g, out, x, axes: x * (g * (2 / _count(x, axes))))
def _mean_of_squares(x, axes):
    return np.square(x).sum(axis=axes, keepdims=True) / _count(x, axes)


def _standardize(
    x: Tensor, axes: tuple[int, ...], eps: float
) -> tuple[Tensor, Tensor, np.ndarray, np.ndarray]:
    """The distance from the mean, what to multiply it with for variance 1; mean and variance."""
    mean = _sum(x, axes, keepdims=True) / _count(x, axes)
    centred = x - mean
    variance = _mean_of_squares(centred, axes=axes)
    return centred, (variance + eps) ** -0.5, mean.data, variance.data


# --8<-- [end:standardize]


def _count(x: Any, axes: tuple[int, ...]) -> int:
    """How many entries go into one mean; 1 for an empty batch, which has no mean to ask for."""
    return max(1, math.prod(x.shape[a] for a in axes))


# --8<-- [start:batch_norm]
def batch_norm(
    x: Any,
    running_mean: np.ndarray | None,
    running_var: np.ndarray | None,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Every channel brought to mean 0 and variance 1, then scaled and shifted.

    In training, mean and variance are those of the batch, and the running ones are moved towards
    them **in place**, by the share ``momentum``; the running variance is the unbiased one (divided by
    n - 1), the one that is divided by is not. Otherwise the running ones are used.

    Args:
        x: a batch; channels come second.
        running_mean: mean of each channel over earlier batches, or None.
        running_var: variance of each channel over earlier batches, or None.
        weight: what each channel is multiplied with, or None.
        bias: what is added to each channel, or None.
        training: take mean and variance from this batch (so too where there are no running ones).
        momentum: how far the running numbers move.
        eps: keeps the division finite.

    Shape:
        x (N, C, ...), all others (C,) -> (N, C, ...)

    Raises:
        ValueError: when shapes do not fit, or a batch to learn from has one value for each channel.

    References:
        S. Ioffe, C. Szegedy (2015). Batch normalization: accelerating deep network training by
        reducing internal covariate shift. ICML. arXiv:1502.03167

    Examples:
        >>> x = Tensor([[1.0, 10.0], [3.0, 30.0]])
        >>> batch_norm(x, None, None, training=True).data.round(3).tolist()
        [[-1.0, -1.0], [1.0, 1.0]]
    """
    (x,) = as_tensors((x,))
    _check_channels("batch_norm", x, running_mean, running_var, weight, bias)
    if (running_mean is None) != (running_var is None):
        raise ValueError("batch_norm expected both a running mean and variance, or neither")
    axes = (0, *range(2, x.ndim))
    column = (-1, *[1] * (x.ndim - 2))  # (C, 1, 1) beside (N, C, H, W)
    if training or running_mean is None or running_var is None:
        _check_one_value("batch_norm", x, x.size // max(1, x.shape[1]))
        moments = fast_norms.moments(x.data)
        if running_mean is not None and running_var is not None and x.size:
            n = _count(x, axes)
            _move(running_mean, moments[0], momentum)
            _move(running_var, moments[1] * (n / (n - 1)), momentum)
        return _batch(x, weight, bias, eps=eps, moments=moments)
    centred = x - _constant(running_mean, x).reshape(column)
    scale = Tensor(_constant((running_var + eps) ** -0.5, x).reshape(column))
    if weight is not None:
        scale = scale * as_tensors((x, weight))[1].reshape(column)
    out = centred * scale
    return out if bias is None else out + as_tensors((x, bias))[1].reshape(column)


def _plain_batch(x: Tensor, weight: Any, bias: Any, eps: float, moments: Any = None) -> Tensor:
    """The definition of what :func:`batch_norm` does in training."""
    centred, scale, _, _ = _standardize(x, (0, *range(2, x.ndim)), eps)
    return _affine(centred * scale, weight, bias, x.ndim - 2)


_batch = fused(_plain_batch)(fast_norms.batch_norm)
# --8<-- [end:batch_norm]


# --8<-- [start:layer_norm]
def layer_norm(
    x: Any,
    normalized_shape: int | tuple[int, ...],
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
) -> Tensor:
    """Every example by itself brought to mean 0 and variance 1 over its last axes.

    Args:
        x: inputs.
        normalized_shape: the sizes of the last axes, over which mean and variance are taken.
        weight: what each entry is multiplied with, or None.
        bias: what is added to each entry, or None.
        eps: keeps the division finite.

    Shape:
        x (..., *normalized_shape), weight and bias (*normalized_shape) -> as x

    References:
        J. Ba, J. Kiros, G. Hinton (2016). Layer normalization. arXiv:1607.06450

    Examples:
        >>> layer_norm(Tensor([[1.0, 3.0]]), 2).data.round(3).tolist()
        [[-1.0, 1.0]]
    """
    (x,) = as_tensors((x,))
    axes = _last_axes("layer_norm", x, normalized_shape, weight, bias)
    return _layer(x, weight, bias, axes=axes, eps=eps)


def _plain_layer(
    x: Tensor, weight: Any, bias: Any, axes: tuple[int, ...], eps: float
) -> Tensor:
    """The definition of :func:`layer_norm`."""
    centred, scale, _, _ = _standardize(x, axes, eps)
    return _affine(centred * scale, weight, bias)


_layer = fused(_plain_layer)(fast_norms.layer_norm)
# --8<-- [end:layer_norm]


# --8<-- [start:rms_norm]
def rms_norm(
    x: Any,
    normalized_shape: int | tuple[int, ...],
    weight: Any = None,
    eps: float | None = None,
) -> Tensor:
    """Every example divided by the root of the mean of its squares: layer norm without the mean.

    Args:
        x: inputs.
        normalized_shape: the sizes of the last axes, over which the mean is taken.
        weight: what each entry is multiplied with, or None.
        eps: keeps the division finite; when None, the precision of the type of ``x``.

    Shape:
        x (..., *normalized_shape), weight (*normalized_shape) -> as x

    References:
        B. Zhang, R. Sennrich (2019). Root mean square layer normalization. NeurIPS.
        arXiv:1910.07467

    Examples:
        >>> rms_norm(Tensor([[3.0, 4.0]]), 2).data.round(4).tolist()
        [[0.8485, 1.1314]]
    """
    (x,) = as_tensors((x,))
    axes = _last_axes("rms_norm", x, normalized_shape, weight)
    eps = float(np.finfo(x.dtype).eps) if eps is None else eps
    return _affine(x * (_mean_of_squares(x, axes=axes) + eps) ** -0.5, weight, None)


# --8<-- [end:rms_norm]


# --8<-- [start:group_norm]
def group_norm(
    x: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Tensor:
    """Groups of channels of one example brought to mean 0 and variance 1.

    Args:
        x: a batch; channels come second.
        num_groups: how many groups the channels make; neighbours belong together.
        weight: what each channel is multiplied with, or None.
        bias: what is added to each channel, or None.
        eps: keeps the division finite.

    Shape:
        x (N, C, ...), weight and bias (C,) -> (N, C, ...)

    References:
        Y. Wu, K. He (2018). Group normalization. ECCV. arXiv:1803.08494

    Examples:
        >>> group_norm(Tensor([[1.0, 3.0, 10.0, 30.0]]), 2).data.round(3).tolist()
        [[-1.0, 1.0, -1.0, 1.0]]
    """
    (x,) = as_tensors((x,))
    _check_channels("group_norm", x, weight, bias)
    n, channels = x.shape[:2]
    if num_groups < 1 or channels % num_groups:
        raise ValueError(
            f"group_norm cannot make {num_groups} equal groups of {channels} channels"
        )
    _check_one_value("group_norm", x, x.size // num_groups)
    entries = x.size // max(1, n * num_groups)
    centred, scale, _, _ = _standardize(x.reshape(n, num_groups, entries), (2,), eps)
    return _affine((centred * scale).reshape(x.shape), weight, bias, x.ndim - 2)


# --8<-- [end:group_norm]


# --8<-- [start:instance_norm]
def instance_norm(
    x: Any,
    running_mean: np.ndarray | None = None,
    running_var: np.ndarray | None = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Every channel of every image by itself brought to mean 0 and variance 1.

    Args:
        x: a batch; channels come second.
        running_mean: mean of each channel over earlier batches, moved **in place**, or None.
        running_var: variance of each channel over earlier batches, moved **in place**, or None.
        weight: what each channel is multiplied with, or None.
        bias: what is added to each channel, or None.
        use_input_stats: take mean and variance from the images, not the running ones.
        momentum: how far the running numbers move.
        eps: keeps the division finite.

    Shape:
        x (N, C, ...), all others (C,) -> (N, C, ...)

    References:
        D. Ulyanov, A. Vedaldi, V. Lempitsky (2016). Instance normalization: the missing ingredient
        for fast stylization. arXiv:1607.08022

    Examples:
        >>> instance_norm(Tensor([[[1.0, 3.0], [10.0, 30.0]]])).data.round(3).tolist()
        [[[-1.0, 1.0], [-1.0, 1.0]]]
    """
    (x,) = as_tensors((x,))
    _check_channels("instance_norm", x, running_mean, running_var, weight, bias)
    if not use_input_stats:
        if running_mean is None or running_var is None:
            raise ValueError("instance_norm expected running statistics, or use_input_stats")
        return batch_norm(x, running_mean, running_var, weight, bias, eps=eps)
    axes = tuple(range(2, x.ndim))
    n = math.prod(x.shape[2:])
    if n == 1:
        raise ValueError(
            f"instance_norm needs more than one value in every channel of an image, got {x.shape}"
        )
    centred, scale, mean, variance = _standardize(x, axes, eps)
    if running_mean is not None and running_var is not None and x.size:
        _move(running_mean, mean.mean(axis=0).reshape(-1), momentum)
        _move(running_var, variance.mean(axis=0).reshape(-1) * (n / (n - 1)), momentum)
    return _affine(centred * scale, weight, bias, x.ndim - 2)


# --8<-- [end:instance_norm]


def _affine(x: Tensor, weight: Any, bias: Any, after: int = 0) -> Tensor:
    """x · weight + bias, each with so many axes of size 1 put after it."""
    parts = as_tensors([x, *(p for p in (weight, bias) if p is not None)])[1:]
    parts = tuple(p.reshape(*p.shape, *[1] * after) if after else p for p in parts)
    if weight is not None:
        x = x * parts[0]
    return x if bias is None else x + parts[-1]


def _move(running: np.ndarray, now: np.ndarray, momentum: float) -> None:
    running *= 1 - momentum
    running += momentum * now


def _constant(array: np.ndarray, like: Tensor) -> np.ndarray:
    return np.asarray(array, dtype=like.dtype)


def _last_axes(name: str, x: Tensor, shape: Any, *parameters: Any) -> tuple[int, ...]:
    shape = (int(shape),) if isinstance(shape, int | np.integer) else tuple(shape)
    _check_floats(name, x)
    if not shape or x.shape[-len(shape) :] != shape:
        wanted = ", ".join(map(str, shape))
        raise ValueError(f"{name} expected inputs of shape (..., {wanted}), got {x.shape}")
    for p in parameters:
        if p is not None and np.shape(getattr(p, "data", p)) != shape:
            raise ValueError(
                f"{name} expected a weight and bias of shape {shape}, "
                f"got {np.shape(getattr(p, 'data', p))}"
            )
    return tuple(range(x.ndim - len(shape), x.ndim))


def _check_floats(name: str, x: Tensor) -> None:
    if x.dtype.kind != "f":
        raise TypeError(f"{name} expected floating-point inputs, got {x.dtype}")


def _check_channels(name: str, x: Tensor, *parts: Any) -> None:
    _check_floats(name, x)
    if x.ndim < 2:
        raise ValueError(f"{name} expected a batch of shape (N, C, ...), got {x.shape}")
    for part in parts:
        shape = x.shape[1:2] if part is None else np.shape(getattr(part, "data", part))
        if shape != x.shape[1:2]:
            raise ValueError(
                f"{name} has one number for each channel: expected shape {x.shape[1:2]}, "
                f"as the inputs have shape {x.shape}, got {shape}"
            )


def _check_one_value(name: str, x: Tensor, count: int) -> None:
    if count == 1:
        raise ValueError(
            f"{name} needs more than one value for each channel in training (the mean of one value "
            f"is that value), got a batch of shape {x.shape}"
        )
