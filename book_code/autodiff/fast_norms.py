"""Batch norm and layer norm at one go, on bare arrays: `norms.py` has their definitions.

What is normalized is not kept for the backward sweep but computed again: an array less for every layer.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray


def layer_norm(
    x: Array, weight: Any, bias: Any, *, axes: tuple[int, ...], eps: float
) -> tuple[Array, Any]:
    """Every row brought to mean 0 and variance 1, and what makes the gradients of x, weight and bias.

    >>> layer_norm(np.array([[1.0, 3.0]]), None, None, axes=(1,), eps=0.0)[0]
    array([[-1.,  1.]])
    """
    width = max(1, int(np.prod([x.shape[a] for a in axes])))
    rows = x.reshape(-1, width)
    mean = rows.mean(axis=1, keepdims=True)
    out = rows - mean
    scale = (_inner(out, out) / width + eps) ** -0.5
    scale = scale.astype(x.dtype, copy=False)
    out *= scale
    if weight is not None:
        out *= weight.reshape(-1)
    if bias is not None:
        out += bias.reshape(-1)

    def backward(g: Array) -> tuple[Any, ...]:
        g = g.reshape(-1, width)
        to_bias = None if bias is None else g.sum(axis=0).reshape(bias.shape)
        to_x = rows - mean
        to_x *= scale  # what was normalized
        to_weight = None
        if weight is not None:
            to_weight = np.einsum("ij,ij->j", g, to_x).reshape(weight.shape)
            g = g * weight.reshape(-1)
        to_x *= -_inner(g, to_x) / width
        to_x += g
        to_x -= g.mean(axis=1, keepdims=True)
        to_x *= scale
        return to_x.reshape(x.shape), to_weight, to_bias

    return out.reshape(x.shape), backward


def _inner(a: Array, b: Array) -> Array:
    """The inner product of every two rows, as a column."""
    return np.einsum("ij,ij->i", a, b)[:, None]


def moments(x: Array) -> tuple[Array, Array]:
    """Mean and variance of every channel of (N, C, ...).

    >>> moments(np.array([[1.0, 10.0], [3.0, 30.0]]))
    (array([ 2., 20.]), array([  1., 100.]))
    """
    rows, repeats = _rows(x)
    count = max(1, x.size // x.shape[1]) if x.shape[1] else 1
    mean = _per_channel(rows.sum(axis=0), repeats) / count
    centred = rows - np.tile(mean, repeats)
    variance = _per_channel(np.einsum("ij,ij->j", centred, centred), repeats) / count
    return mean.astype(x.dtype, copy=False), variance.astype(x.dtype, copy=False)


def batch_norm(
    x: Array, weight: Any, bias: Any, *, eps: float, moments: tuple[Array, Array]
) -> tuple[Array, Any]:
    """Every channel brought to mean 0 and variance 1, and what makes the gradients of x, weight and bias.

    >>> x = np.array([[1.0, 10.0], [3.0, 30.0]])
    >>> batch_norm(x, None, None, eps=0.0, moments=moments(x))[0].tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """
    rows, repeats = _rows(x)
    mean, variance = moments
    scale = ((variance + eps) ** -0.5).astype(x.dtype, copy=False)
    total = scale if weight is None else scale * weight
    out = rows - np.tile(mean, repeats)
    out *= np.tile(total, repeats)
    if bias is not None:
        out += np.tile(bias, repeats)

    def backward(g: Array) -> tuple[Any, ...]:
        g, count = _rows(g)[0], max(1, x.size // len(mean))
        to_x = rows - np.tile(mean, repeats)
        to_bias = _per_channel(g.sum(axis=0), repeats)
        to_weight = _per_channel(np.einsum("ij,ij->j", g, to_x), repeats) * scale
        to_x *= np.tile(-scale * to_weight / count, repeats)
        to_x += g
        to_x -= np.tile(to_bias / count, repeats)
        to_x *= np.tile(total, repeats)
        return (
            _back(to_x, x.shape),
            None if weight is None else to_weight,
            None if bias is None else to_bias,
        )

    return _back(out, x.shape), backward


def _rows(x: Array) -> tuple[Array, int]:
    """Channels last, and as many places in a row as one line of an image has: long rows are fast.

    (N, C, H, W) becomes (N·H, W·C), in which every channel comes W times.
    """
    x = np.moveaxis(x, 1, -1)
    repeats = x.shape[-2] if x.ndim > 2 else 1
    return x.reshape(-1, repeats * x.shape[-1]) if x.size else x.reshape(
        0, repeats * x.shape[-1]
    ), repeats


def _per_channel(sums: Array, repeats: int) -> Array:
    """The sums of a row, brought together for each channel."""
    return sums.reshape(repeats, -1).sum(axis=0)


def _back(rows: Array, shape: tuple[int, ...]) -> Array:
    """From rows to (N, C, ...), in the memory of the rows."""
    return np.moveaxis(rows.reshape(shape[0], *shape[2:], shape[1]), -1, 1)
