"""Pooling at one go, on bare arrays: `pooling.py` has its definition.

No window is laid out: all windows' entries at one position of the window are a slice of the images with steps, and
the slices are compared, or added, one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from book_code.autodiff.windows import window_counts

Array = np.ndarray


def max_pool2d(x: Array, *, kernel: Any, stride: Any, margins: Any) -> tuple[Array, Any]:
    """The largest entry of every window, and what makes the gradient of x; the first of equals gets it.

    >>> x = np.array([[[[1.0, 2.0], [4.0, 3.0]]]])
    >>> max_pool2d(x, kernel=(2, 2), stride=(2, 2), margins=((0, 0), (0, 0)))[0].item()
    4.0
    """
    framed = _framed(x, margins, -np.inf)
    views = list(_slices(framed, kernel, stride))
    out = views[0].copy(order="K")
    for view in views[1:]:
        np.maximum(out, view, out=out)

    def backward(g: Array) -> tuple[Array]:
        total = np.zeros_like(framed)
        free = np.ones_like(out, dtype=bool)  # the windows whose largest entry was not met yet
        for view, target in zip(views, _slices(total, kernel, stride), strict=True):
            met = view < out
            np.logical_not(met, out=met)
            met &= free
            free ^= met
            target += g * met
        return (_inner(total, margins),)

    return out, backward


def avg_pool2d(x: Array, *, kernel: Any, stride: Any, margins: Any) -> tuple[Array, Any]:
    """The mean of every window, and what makes the gradient of x; zeros of the margins count.

    >>> x = np.array([[[[1.0, 2.0], [4.0, 3.0]]]])
    >>> avg_pool2d(x, kernel=(2, 2), stride=(2, 2), margins=((0, 0), (0, 0)))[0].item()
    2.5
    """
    framed, share = _framed(x, margins, 0.0), 1 / (kernel[0] * kernel[1])
    views = _slices(framed, kernel, stride)
    out = next(views).copy(order="K")
    for view in views:
        out += view
    out *= share

    def backward(g: Array) -> tuple[Array]:
        g, total = g * share, np.zeros_like(framed)
        for target in _slices(total, kernel, stride):
            target += g
        return (_inner(total, margins),)

    return out, backward


def _slices(images: Array, kernel: Any, stride: Any) -> Iterator[Array]:
    """For every position of the window the entries that stand there in all windows: (N, C, OH, OW), views."""
    counts = window_counts(images.shape[2:], kernel, stride, (1, 1))
    for position in np.ndindex(*kernel):
        rows, cols = (
            slice(p, p + s * (n - 1) + 1, s)
            for p, n, s in zip(position, counts, stride, strict=True)
        )
        yield images[:, :, rows, cols]


def _framed(x: Array, margins: Any, fill: float) -> Array:
    if not np.any(margins):
        return x
    (top, bottom), (left, right) = margins
    out = np.full_like(
        x, fill, shape=(*x.shape[:2], x.shape[2] + top + bottom, x.shape[3] + left + right)
    )
    _inner(out, margins)[...] = x
    return out


def _inner(images: Array, margins: Any) -> Array:
    (top, bottom), (left, right) = margins
    return images[:, :, top : images.shape[2] - bottom, left : images.shape[3] - right]
