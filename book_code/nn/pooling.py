"""Layers that make images smaller, larger or wider, without weights."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.autodiff.functional import Pair
from book_code.nn.module import Module


class MaxPool2d(Module):
    """The largest entry of every window.

    Args:
        kernel_size: size of the window.
        stride: step of the window; as large as the window when None.
        padding: margin that never wins, at most half a window.
        ceil_mode: whether a window may hang over the lower and right border, if it begins on the image.

    Shape:
        (N, C, H, W) -> (N, C, OH, OW)

    Examples:
        >>> MaxPool2d(2)(np.zeros((1, 6, 28, 28))).shape
        (1, 6, 14, 14)
    """

    def __init__(
        self,
        kernel_size: Pair,
        stride: Pair | None = None,
        padding: Pair = 0,
        ceil_mode: bool = False,
    ) -> None:
        self.kernel_size, self.padding, self.ceil_mode = kernel_size, padding, ceil_mode
        self.stride = kernel_size if stride is None else stride

    def forward(self, x: Any) -> Tensor:
        """The largest entry of every window."""
        window = (self.kernel_size, self.stride, self.padding, self.ceil_mode)
        return F.max_pool2d(_images(self, x), *window)

    def extra_repr(self) -> str:
        """Sizes."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool2d(Module):
    """The mean of every window; zeros of the margin count.

    Args:
        kernel_size: size of the window.
        stride: step of the window; as large as the window when None.
        padding: zeros around the image, at most half a window.

    Shape:
        (N, C, H, W) -> (N, C, OH, OW)

    Examples:
        >>> AvgPool2d(2)(np.ones((1, 6, 28, 28))).shape
        (1, 6, 14, 14)
    """

    def __init__(
        self, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0
    ) -> None:
        self.kernel_size, self.padding = kernel_size, padding
        self.stride = kernel_size if stride is None else stride

    def forward(self, x: Any) -> Tensor:
        """The mean of every window."""
        return F.avg_pool2d(_images(self, x), self.kernel_size, self.stride, self.padding)

    def extra_repr(self) -> str:
        """Sizes."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AdaptiveAvgPool2d(Module):
    """Means of windows that are chosen so that the result has a given size.

    Args:
        output_size: height and width of the result, or one number for both.

    Shape:
        (N, C, H, W) -> (N, C, *output_size)

    Examples:
        >>> AdaptiveAvgPool2d(1)(np.ones((1, 6, 28, 28))).shape
        (1, 6, 1, 1)
    """

    def __init__(self, output_size: Pair) -> None:
        self.output_size = output_size

    def forward(self, x: Any) -> Tensor:
        """The mean of every window."""
        return F.adaptive_avg_pool2d(_images(self, x), self.output_size)

    def extra_repr(self) -> str:
        """Sizes."""
        return f"{self.output_size}"


class Upsample(Module):
    """Images made larger by a whole factor.

    Args:
        scale_factor: the factor for height and width.
        mode: "nearest" or "bilinear" (with the pixels' centres kept in place).

    Shape:
        (N, C, H, W) -> (N, C, scale_factor·H, scale_factor·W)

    Examples:
        >>> Upsample(2)(np.ones((1, 6, 7, 7))).shape
        (1, 6, 14, 14)
    """

    def __init__(
        self, scale_factor: int = 2, mode: Literal["nearest", "bilinear"] = "nearest"
    ) -> None:
        self.scale_factor, self.mode = scale_factor, mode

    def forward(self, x: Any) -> Tensor:
        """The larger images."""
        return F.interpolate(_images(self, x), self.scale_factor, self.mode)

    def extra_repr(self) -> str:
        """Factor and mode."""
        return f"scale_factor={self.scale_factor}, mode={self.mode!r}"


class ReflectionPad2d(Module):
    """A margin that mirrors the image at its border, without the border itself.

    Args:
        padding: rows and columns on every side, less than the image has.

    Shape:
        (N, C, H, W) -> (N, C, H + 2·padding, W + 2·padding)

    Examples:
        >>> ReflectionPad2d(1)(np.arange(3.0).reshape(1, 1, 1, 3).repeat(2, axis=2)).data[0, 0, 0]
        array([1., 0., 1., 2., 1.])
    """

    def __init__(self, padding: int) -> None:
        self.padding = padding

    def forward(self, x: Any) -> Tensor:
        """The image in its frame."""
        x = _images(self, x)
        if self.padding >= min(x.shape[2:]):
            raise ValueError(
                f"ReflectionPad2d expected images larger than its padding of {self.padding}, "
                f"got {x.shape[2]} x {x.shape[3]}"
            )
        rows, columns = (
            np.pad(np.arange(n), self.padding, mode="reflect") for n in x.shape[2:]
        )
        return x[:, :, rows[:, None], columns]

    def extra_repr(self) -> str:
        """Size."""
        return f"{self.padding}"


def _images(layer: Module, x: Any) -> Tensor:
    x = x if isinstance(x, Tensor) else Tensor(x)
    F.check_images(type(layer).__name__, x)
    return x
