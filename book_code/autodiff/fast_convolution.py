"""Convolution at one go, on bare arrays: `convolution.py` has its definition.

Inside, images lie with their channels last. A window is then a few runs of neighbouring numbers, and the product of
all windows with all filters has the shape in which matrices are multiplied fastest. Windows are laid out for a
portion of the images at a time, small enough for the cache of the processor, and again in the backward sweep: to keep
them would take as much memory as nine layers.

    name      shape                 meaning
    images    (N, H, W, C)          the images, padding included
    filters   (kH, kW, C, O)        what stands in each filter
    columns   (places, kH·kW·C)     every window of a portion as a row
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from book_code.autodiff.windows import window_counts

Array = np.ndarray
PORTION = 1 << 16  # numbers in the windows of one portion


def conv2d(
    x: Array, weight: Array, bias: Any, *, margins: Any, stride: Any, dilation: Any
) -> tuple[Array, Any]:
    """The convolution of (N, C, H, W) with (O, C, kH, kW), and what makes the gradients of x, weight and bias.

    >>> x, w = np.arange(9.0).reshape(1, 1, 3, 3), np.ones((1, 1, 2, 2))
    >>> out, _ = conv2d(
    ...     x, w, None, margins=((0, 0), (0, 0)), stride=(1, 1), dilation=(1, 1)
    ... )
    >>> out.tolist()
    [[[[8.0, 12.0], [20.0, 24.0]]]]
    """
    images = _framed(x.transpose(0, 2, 3, 1), margins)
    filters = weight.transpose(2, 3, 1, 0)
    out = correlate(images, filters, stride, dilation)  # N OH OW O
    if bias is not None:
        out += bias

    def backward(g: Array) -> tuple[Any, ...]:
        g = np.ascontiguousarray(g.transpose(0, 2, 3, 1))
        along = {"stride": stride, "dilation": dilation}
        return (
            lambda: _to_images(g, filters, images.shape, margins, **along),
            lambda: _to_filters(g, images, filters.shape, **along),
            lambda: g.reshape(-1, g.shape[3]).sum(axis=0),
        )

    return out.transpose(0, 3, 1, 2), backward


def depthwise(
    x: Array, weight: Array, bias: Any, *, margins: Any, stride: Any, dilation: Any
) -> tuple[Array, Any]:
    """The same with one filter for each channel, (C, 1, kH, kW): there are no products of matrices.

    >>> x, w = np.arange(9.0).reshape(1, 1, 3, 3), np.ones((1, 1, 2, 2))
    >>> depthwise(x, w, None, margins=((0, 0), (0, 0)), stride=(1, 1), dilation=(1, 1))[0].tolist()
    [[[[8.0, 12.0], [20.0, 24.0]]]]
    """
    images = _framed(x.transpose(0, 2, 3, 1), margins)
    filters = np.ascontiguousarray(weight[:, 0].transpose(1, 2, 0))  # kH kW C
    counts = window_counts(images.shape[1:3], filters.shape[:2], stride, dilation)
    out = np.zeros((len(images), *counts, len(weight)), x.dtype)
    if bias is not None:
        out += bias
    for image, target in zip(images, out, strict=True):
        for position, seen in _seen(image, filters.shape, counts, stride, dilation):
            target += seen * filters[position]

    def backward(g: Array) -> tuple[Any, ...]:
        g = np.ascontiguousarray(g.transpose(0, 2, 3, 1))
        to_images, to_filters = np.zeros_like(images), np.zeros_like(filters)
        for image, target, arrived in zip(images, to_images, g, strict=True):
            pixels = _seen(image, filters.shape, counts, stride, dilation)
            places = _seen(target, filters.shape, counts, stride, dilation)
            for (position, seen), (_, place) in zip(pixels, places, strict=True):
                place += arrived * filters[position]
                to_filters[position] += np.einsum("ijc,ijc->c", seen, arrived)
        (top, bottom), (left, right) = margins
        rows, cols = slice(top, images.shape[1] - bottom), slice(left, images.shape[2] - right)
        return (
            to_images[:, rows, cols].transpose(0, 3, 1, 2),
            to_filters.transpose(2, 0, 1)[:, None],
            lambda: g.reshape(-1, g.shape[3]).sum(axis=0),
        )

    return out.transpose(0, 3, 1, 2), backward


def conv_transpose2d(
    x: Array, weight: Array, bias: Any, *, size: Any, margins: Any, stride: Any, dilation: Any
) -> tuple[Array, Any]:
    """The adjoint of :func:`conv2d` from images of `size` (margins included), and its gradients.

    >>> x, w = np.ones((1, 1, 1, 2)), np.ones((1, 1, 1, 3))
    >>> along = {"stride": (1, 2), "dilation": (1, 1)}
    >>> conv_transpose2d(x, w, None, size=(1, 5), margins=((0, 0), (0, 0)), **along)[0].tolist()
    [[[[1.0, 1.0, 2.0, 1.0, 1.0]]]]
    """
    x = np.ascontiguousarray(x.transpose(0, 2, 3, 1))
    filters = weight.transpose(2, 3, 1, 0)
    along = {"stride": stride, "dilation": dilation}
    out = _to_images(x, filters, (len(x), *size, filters.shape[2]), margins, **along)
    if bias is not None:
        out += bias[:, None, None]

    def backward(g: Array) -> tuple[Any, ...]:
        images = _framed(g.transpose(0, 2, 3, 1), margins)
        return (
            lambda: correlate(images, filters, stride, dilation).transpose(0, 3, 1, 2),
            lambda: _to_filters(x, images, filters.shape, **along),
            lambda: g.sum(axis=(0, 2, 3)),
        )

    return out, backward


def correlate(images: Array, filters: Array, stride: Any, dilation: Any) -> Array:
    """Every filter at every place: (N, H, W, C) and (kH, kW, C, O) -> (N, OH, OW, O).

    >>> correlate(np.ones((1, 2, 2, 3)), np.ones((1, 1, 3, 1)), (1, 1), (1, 1)).ravel().tolist()
    [3.0, 3.0, 3.0, 3.0]
    """
    windows = _windows(images, filters.shape[:2], stride, dilation)
    matrix = np.ascontiguousarray(filters).reshape(-1, filters.shape[3])
    out = np.empty((*windows.shape[:3], filters.shape[3]), images.dtype)
    for part, columns in _portions(windows):
        np.matmul(columns, matrix, out=out[part].reshape(-1, out.shape[3]))
    return out


def _to_filters(g: Array, images: Array, shape: Sequence[int], **along: Any) -> Array:
    """The gradient with respect to the weight, (O, C, kH, kW)."""
    windows = _windows(images, shape[:2], **along)
    total = np.zeros((shape[3], math.prod(shape[:3])), images.dtype)
    for part, columns in _portions(windows):
        total += g[part].reshape(-1, shape[3]).T @ columns
    return total.reshape(shape[3], *shape[:3]).transpose(0, 3, 1, 2)


def _to_images(
    g: Array, filters: Array, shape: Sequence[int], margins: Any, stride: Any, dilation: Any
) -> Array:
    """The gradient with respect to the images, (N, C, H, W)."""
    kernel = filters.shape[:2]
    if stride == (1, 1):  # again a convolution, with the filters turned round
        reach = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        free = [[r - m for m in pair] for r, pair in zip(reach, margins, strict=True)]
        turned = filters[::-1, ::-1].transpose(0, 1, 3, 2)
        framed = _framed(g, [[max(0, f) for f in pair] for pair in free])
        out = correlate(framed, turned, stride, dilation)
        cut = [[max(0, -f) for f in pair] for pair in free]
    else:
        out = np.zeros(shape, g.dtype)
        matrix = np.ascontiguousarray(filters.reshape(-1, filters.shape[3]).T)
        for image, target in zip(g, out, strict=True):
            columns = (image.reshape(-1, len(matrix)) @ matrix).reshape(
                *image.shape[:2], *filters.shape[:3]
            )
            for (i, j), place in _seen(target, kernel, image.shape, stride, dilation):
                place += columns[:, :, i, j]
        cut = margins
    rows, cols = (slice(a, n - b) for (a, b), n in zip(cut, out.shape[1:3], strict=True))
    return out[:, rows, cols].transpose(0, 3, 1, 2)


def _seen(
    image: Array, kernel: Sequence[int], counts: Sequence[int], stride: Any, dilation: Any
) -> Iterator[tuple[tuple[int, ...], Array]]:
    """For every position of the kernel the pixels (H, W, C) that it meets as it moves over an image: views."""
    for position in np.ndindex(*kernel[:2]):
        rows, cols = (
            slice(p * d, p * d + s * (n - 1) + 1, s)
            for p, n, s, d in zip(position, counts[:2], stride, dilation, strict=True)
        )
        yield position, image[rows, cols]


def _framed(images: Array, margins: Any) -> Array:
    """Images with zeros around them, channels last in memory."""
    (top, bottom), (left, right) = margins
    n, h, w, c = images.shape
    if not np.any(margins):
        return np.ascontiguousarray(images)
    out = np.zeros((n, h + top + bottom, w + left + right, c), images.dtype)
    out[:, top : top + h, left : left + w] = images
    return out


def _windows(images: Array, kernel: Sequence[int], stride: Any, dilation: Any) -> Array:
    """Every window, (N, OH, OW, kH, kW, C): a view, in which one number stands many times."""
    n, h, w, c = images.shape
    image, row, column, channel = images.strides
    counts = window_counts((h, w), kernel, stride, dilation)
    places = (row * stride[0], column * stride[1])
    within = (row * dilation[0], column * dilation[1])
    return as_strided(
        images, (n, *counts, *kernel, c), (image, *places, *within, channel), writeable=False
    )


def _portions(windows: Array) -> Iterator[tuple[tuple[slice, slice], Array]]:
    """Images, or bands of an image, whose windows fit into the cache; and these windows as rows."""
    n, rows = windows.shape[:2]
    entries = math.prod(windows.shape[3:])
    band = min(rows, max(1, PORTION // max(1, windows.shape[2] * entries)))
    images = max(1, PORTION // max(1, rows * windows.shape[2] * entries)) if band == rows else 1
    room = np.empty(0, windows.dtype)
    for i in range(0, n, images):
        for y in range(0, rows, band):
            part = slice(i, i + images), slice(y, y + band)
            chosen = windows[part]
            if not chosen.flags.c_contiguous:
                room = room if room.size else np.empty(chosen.size, windows.dtype)
                laid = room[: chosen.size].reshape(chosen.shape)
                np.copyto(laid, chosen)
                chosen = laid
            yield part, chosen.reshape(-1, entries)
