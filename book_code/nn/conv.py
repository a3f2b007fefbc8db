"""Convolution and pooling layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from book_code import init
from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.autodiff.functional import Padding, Pair, pair
from book_code.nn.module import Module, check_sizes, floating_input


# --8<-- [start:conv]
class Conv2d(Module):
    """Filters that slide over images: cross-correlation, as in PyTorch.

    Weights and biases start uniform in ±1/√(C·kH·kW), as PyTorch's do.

    Args:
        in_channels: channels C of the images.
        out_channels: number of filters O, the channels that go out.
        kernel_size: height and width of a filter, or one number for both.
        stride: step of the window.
        padding: zeros around the image: a number, a pair, "valid", "same" or "full".
        dilation: distance between the pixels that one filter sees.
        bias: whether to add a number for each filter.
        rng: where the first weights come from.

    Shape:
        (N, C, H, W) -> (N, O, OH, OW) with OH = (H + 2·padding - dilation·(kH-1) - 1) // stride + 1;
        weight (O, C, kH, kW), bias (O,)

    Examples:
        >>> layer = Conv2d(1, 6, 5, padding=2, rng=np.random.default_rng(0))
        >>> layer(np.zeros((8, 1, 28, 28), np.float32)).shape
        (8, 6, 28, 28)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Pair,
        stride: Pair = 1,
        padding: Padding = 0,
        dilation: Pair = 1,
        bias: bool = True,
        *,
        rng: np.random.Generator,
    ) -> None:
        shape = (out_channels, in_channels, *pair(kernel_size))
        check_sizes("Conv2d", *shape)
        bound = 1 / np.sqrt(init.fans(shape)[0])
        self.stride, self.padding, self.dilation = stride, padding, dilation
        self.weight = Tensor(init.uniform(shape, -bound, bound, rng=rng), requires_grad=True)
        self.bias = None
        if bias:
            self.bias = Tensor(
                init.uniform((out_channels,), -bound, bound, rng=rng), requires_grad=True
            )

    def forward(self, x: Any) -> Tensor:
        """Every filter against every window."""
        x = floating_input(self, x, self.weight)
        F.check_images("Conv2d", x, self.weight.shape[1])
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding, self.dilation)

    # --8<-- [end:conv]

    def extra_repr(self) -> str:
        """Sizes."""
        outputs, inputs, *kernel = self.weight.shape
        return (
            f"{inputs}, {outputs}, kernel_size={tuple(kernel)}, stride={self.stride}, "
            f"padding={self.padding!r}, dilation={self.dilation}, bias={self.bias is not None}"
        )


class MaxPool2d(Module):
    """The largest entry of every window.

    Args:
        kernel_size: size of the window.
        stride: step of the window; as large as the window when None.
        padding: margin that never wins, at most half a window.

    Shape:
        (N, C, H, W) -> (N, C, OH, OW)

    Examples:
        >>> MaxPool2d(2)(np.zeros((1, 6, 28, 28))).shape
        (1, 6, 14, 14)
    """

    def __init__(
        self, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0
    ) -> None:
        self.kernel_size, self.padding = kernel_size, padding
        self.stride = kernel_size if stride is None else stride

    def forward(self, x: Any) -> Tensor:
        """The largest entry of every window."""
        return F.max_pool2d(_images(self, x), self.kernel_size, self.stride, self.padding)

    def extra_repr(self) -> str:
        """Sizes."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool2d(MaxPool2d):
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

    def forward(self, x: Any) -> Tensor:
        """The mean of every window."""
        return F.avg_pool2d(_images(self, x), self.kernel_size, self.stride, self.padding)


def _images(layer: Module, x: Any) -> Tensor:
    x = x if isinstance(x, Tensor) else Tensor(x)
    F.check_images(type(layer).__name__, x)
    return x
