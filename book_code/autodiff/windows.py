"""Windows of images: the pair of primitives that convolution and pooling are made of.

:func:`unfold` lays every window out, :func:`fold` adds every window back where it came from. Each
is linear and the adjoint of the other, so each is the other's rule.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from book_code.autodiff.engine import primitive


# --8<-- [start:unfold]
@primitive(lambda g, out, x, **window: fold(g, size=x.shape[2:], **window))
def unfold(x, kernel, stride=(1, 1), dilation=(1, 1)):
    """Every window of every image, as one array: (N, C, H, W) -> (C, kH, kW, N, OH, OW).

    Entry [c, i, j] is channel c of the images, seen through position (i, j) of the kernel.

    >>> unfold(np.arange(9.0).reshape(1, 1, 3, 3), kernel=(2, 2)).shape
    (1, 2, 2, 1, 2, 2)
    """
    (n, c, *size), x = x.shape, x.transpose(1, 0, 2, 3)
    columns = np.empty((c, *kernel, n, *window_counts(size, kernel, stride, dilation)), x.dtype)
    for i, j in np.ndindex(*kernel):
        rows, cols = _seen_by((i, j), columns.shape[4:], stride, dilation)
        columns[:, i, j] = x[:, :, rows, cols]
    return columns


@primitive(lambda g, out, columns, size, **window: unfold(g, **window))
def fold(columns, kernel, stride=(1, 1), dilation=(1, 1), *, size):
    """The adjoint of :func:`unfold`: every window added where it came from, giving (N, C, H, W).

    >>> fold(unfold(np.ones((1, 1, 2, 3)), kernel=(1, 2)), kernel=(1, 2), size=(2, 3))
    Tensor([[[[1., 2., 1.],
              [1., 2., 1.]]]])
    """
    c, n = columns.shape[0], columns.shape[3]
    x = np.zeros((c, n, *size), columns.dtype)
    for i, j in np.ndindex(*kernel):
        rows, cols = _seen_by((i, j), columns.shape[4:], stride, dilation)
        x[:, :, rows, cols] += columns[:, i, j]
    return x.transpose(1, 0, 2, 3)


def window_counts(
    size: Sequence[int], kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
) -> tuple[int, ...]:
    """How many windows fit along each axis.

    >>> window_counts((28, 28), (5, 5), stride=(1, 1), dilation=(1, 1))
    (24, 24)
    """
    return tuple(
        (n - d * (k - 1) - 1) // s + 1
        for n, k, s, d in zip(size, kernel, stride, dilation, strict=True)
    )


def _seen_by(
    position: Sequence[int],
    counts: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
) -> list[slice]:
    """The pixels that one position of the kernel meets as it moves over the image."""
    return [
        slice(p * d, p * d + s * (n - 1) + 1, s)
        for p, n, s, d in zip(position, counts, stride, dilation, strict=True)
    ]


# --8<-- [end:unfold]
