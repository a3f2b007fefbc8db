"""Pooling: one number for each window of an image; and its opposite, images made larger."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from book_code.autodiff import fast_pooling
from book_code.autodiff.convolution import Pair, check_images, check_window, pair
from book_code.autodiff.engine import as_tensors
from book_code.autodiff.fused import fused
from book_code.autodiff.ops import broadcast_to, pad
from book_code.autodiff.tensor import Tensor
from book_code.autodiff.windows import unfold


# --8<-- [start:max_pool2d]
def max_pool2d(
    x: Any,
    kernel_size: Pair,
    stride: Pair | None = None,
    padding: Pair = 0,
    ceil_mode: bool = False,
) -> Tensor:
    """The largest entry of every window; among equal entries the first gets the gradient.

    Args:
        x: images.
        kernel_size: size of the window.
        stride: step of the window; as large as the window when None.
        padding: margin that never wins (minus infinity), at most half a window.
        ceil_mode: whether a window may hang over the lower and right border, if it begins on the image.

    Shape:
        (N, C, H, W) -> (N, C, OH, OW)

    Examples:
        >>> max_pool2d(Tensor([[[[1.0, 2.0], [4.0, 3.0]]]]), 2)
        Tensor([[[[4.]]]])
    """
    x, settings = _checked("max_pool2d", x, kernel_size, stride, padding, ceil_mode)
    return _max(x, **settings)


def plain_max_pool2d(x: Tensor, kernel: Any, stride: Any, margins: Any) -> Tensor:
    """The definition of :func:`max_pool2d`."""
    windows = _windows(x, kernel, stride, margins, -np.inf)  # C kH*kW N OH OW
    return windows.max(axis=1).transpose(1, 0, 2, 3)  # N C OH OW


# --8<-- [end:max_pool2d]
_max = fused(plain_max_pool2d)(fast_pooling.max_pool2d)


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
    x, settings = _checked("avg_pool2d", x, kernel_size, stride, padding)
    return _mean(x, **settings)


def plain_avg_pool2d(x: Tensor, kernel: Any, stride: Any, margins: Any) -> Tensor:
    """The definition of :func:`avg_pool2d`."""
    windows = _windows(x, kernel, stride, margins, 0.0)  # C kH*kW N OH OW
    return windows.mean(axis=1).transpose(1, 0, 2, 3)  # N C OH OW


_mean = fused(plain_avg_pool2d)(fast_pooling.avg_pool2d)


def _checked(
    name: str, x: Any, kernel_size: Pair, stride: Any, padding: Pair, ceil_mode: bool = False
) -> tuple[Tensor, dict[str, Any]]:
    """The images, and kernel, stride and margins, or an error in the name of the function."""
    (x,) = as_tensors((x,))
    kernel, margins = pair(kernel_size), pair(padding)
    stride = kernel if stride is None else pair(stride)
    check_images(name, x)
    if any(2 * p > k for p, k in zip(margins, kernel, strict=True)):
        raise ValueError(
            f"{name} expected a padding of at most half of {kernel}, got {margins}"
        )
    over: tuple[int, ...] = (0, 0)
    if ceil_mode and 0 not in stride:
        over = tuple(map(_overhang, x.shape[2:], kernel, stride, margins))
    around = tuple((p, p + o) for p, o in zip(margins, over, strict=True))
    size = [n + sum(sides) for n, sides in zip(x.shape[2:], around, strict=True)]
    check_window(name, size, kernel, stride, (1, 1))
    return x, {"kernel": kernel, "stride": stride, "margins": around}


def _windows(x: Tensor, kernel: Any, stride: Any, margins: Any, fill: float) -> Tensor:
    """The pooling windows: (N, C, H, W) -> (C, kH*kW, N, OH, OW)."""
    columns = unfold(pad(x, margins, fill), kernel=kernel, stride=stride, dilation=(1, 1))
    return columns.reshape(len(columns), kernel[0] * kernel[1], *columns.shape[3:])


def _overhang(size: int, kernel: int, stride: int, margin: int) -> int:
    """How far the last window hangs over; it must begin before the margin on the far side does."""
    rest = (size + 2 * margin - kernel) % stride
    begins = size + 2 * margin - kernel - rest + stride
    return stride - rest if rest and begins < size + margin else 0


# --8<-- [start:resize]
def adaptive_avg_pool2d(x: Any, size: Pair) -> Tensor:
    """The mean of windows that are chosen so that the result has a given size.

    Window i of n over h rows goes from floor(i h / n) to ceil((i + 1) h / n), as in PyTorch.

    Args:
        x: images.
        size: height and width of the result, or one number for both.

    Shape:
        (N, C, H, W) -> (N, C, *size)

    Examples:
        >>> adaptive_avg_pool2d(Tensor([[[[1.0, 2.0, 6.0]]]]), (1, 2))
        Tensor([[[[1.5, 4. ]]]])
    """
    (x,) = as_tensors((x,))
    check_images("adaptive_avg_pool2d", x)
    if min(pair(size)) < 1:
        raise ValueError(f"adaptive_avg_pool2d expected a size of at least 1, got {size}")
    return _resized(x, *map(_mean_windows, x.shape[2:], pair(size)))


def interpolate(
    x: Any, scale: int = 2, mode: Literal["nearest", "bilinear"] = "nearest"
) -> Tensor:
    """Images made larger by a whole factor.

    Args:
        x: images.
        scale: the factor for height and width.
        mode: "nearest" repeats every pixel; "bilinear" mixes the nearest two in each direction, with the pixels'
            centres kept in place (``align_corners=False`` in PyTorch).

    Shape:
        (N, C, H, W) -> (N, C, scale·H, scale·W)

    Examples:
        >>> interpolate(Tensor([[[[0.0, 4.0]]]]), 2, "bilinear")
        Tensor([[[[0., 1., 3., 4.],
                  [0., 1., 3., 4.]]]])
    """
    (x,) = as_tensors((x,))
    check_images("interpolate", x)
    if not isinstance(scale, int | np.integer) or scale < 1:
        raise ValueError(f"interpolate expected a whole factor of at least 1, got {scale!r}")
    if mode == "nearest":
        n, c, h, w = x.shape
        wide = broadcast_to(x.reshape(n, c, h, 1, w, 1), shape=(n, c, h, scale, w, scale))
        return wide.reshape(n, c, h * scale, w * scale)
    if mode != "bilinear":
        raise ValueError(f"interpolate knows the modes 'nearest' and 'bilinear', got {mode!r}")
    return _resized(x, *(_tents(n, scale) for n in x.shape[2:]))


def _resized(x: Tensor, rows: np.ndarray, columns: np.ndarray) -> Tensor:
    """Every row and every column of the result as a weighted sum: R x Cᵀ."""
    return rows.astype(x.dtype) @ x @ columns.T.astype(x.dtype)


def _mean_windows(size: int, count: int) -> np.ndarray:
    """The matrix (count, size) that takes the mean of each window."""
    matrix = np.zeros((count, size))
    for i in range(count):
        start, end = i * size // count, -((i + 1) * size // -count)
        matrix[i, start:end] = 1 / (end - start)
    return matrix


def _tents(size: int, scale: int) -> np.ndarray:
    """The matrix (scale·size, size) of linear interpolation between the centres of the pixels."""
    at = np.clip((np.arange(size * scale) + 0.5) / scale - 0.5, 0, size - 1)
    return np.clip(1 - np.abs(at[:, None] - np.arange(size)), 0, None)


# --8<-- [end:resize]
