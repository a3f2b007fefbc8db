"""Convolution layers."""

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
        groups: how many parts the channels are cut into; a filter sees one part.
        bias: whether to add a number for each filter.
        rng: where the first weights come from.

    Shape:
        (N, C, H, W) -> (N, O, OH, OW) with OH = (H + 2·padding - dilation·(kH-1) - 1) // stride + 1;
        weight (O, C / groups, kH, kW), bias (O,)

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
        groups: int = 1,
        bias: bool = True,
        *,
        rng: np.random.Generator,
    ) -> None:
        shape = (out_channels, per_group("Conv2d", in_channels, groups), *pair(kernel_size))
        check_sizes("Conv2d", *shape)
        per_group("Conv2d", out_channels, groups)
        self.stride, self.padding, self.dilation = stride, padding, dilation
        self.groups = groups
        self.weight, self.bias = weights(shape, out_channels if bias else None, rng)

    def forward(self, x: Any) -> Tensor:
        """Every filter against every window."""
        x = floating_input(self, x, self.weight)
        F.check_images("Conv2d", x, self.weight.shape[1] * self.groups)
        window = (self.stride, self.padding, self.dilation, self.groups)
        return F.conv2d(x, self.weight, self.bias, *window)

    # --8<-- [end:conv]

    def extra_repr(self) -> str:
        """Sizes."""
        outputs, inputs, *kernel = self.weight.shape
        return (
            f"{inputs * self.groups}, {outputs}, kernel_size={tuple(kernel)}, "
            f"stride={self.stride}, padding={self.padding!r}, dilation={self.dilation}, "
            f"groups={self.groups}, bias={self.bias is not None}"
        )


class Conv1d(Module):
    """Filters that slide over sequences: cross-correlation, as in PyTorch.

    Args:
        in_channels: channels C of the sequences.
        out_channels: number of filters O, the channels that go out.
        kernel_size: length of a filter.
        stride: step of the window.
        padding: zeros before and after: a number, "valid", "same" or "full".
        dilation: distance between the places that one filter sees.
        groups: how many parts the channels are cut into; a filter sees one part.
        bias: whether to add a number for each filter.
        rng: where the first weights come from.

    Shape:
        (N, C, L) -> (N, O, OL); weight (O, C / groups, k), bias (O,)

    Examples:
        >>> layer = Conv1d(2, 6, 5, padding=2, rng=np.random.default_rng(0))
        >>> layer(np.zeros((8, 2, 28), np.float32)).shape
        (8, 6, 28)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: Any = 0,
        dilation: int = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        rng: np.random.Generator,
    ) -> None:
        shape = (out_channels, per_group("Conv1d", in_channels, groups), kernel_size)
        check_sizes("Conv1d", *shape)
        per_group("Conv1d", out_channels, groups)
        self.stride, self.padding, self.dilation = stride, padding, dilation
        self.groups = groups
        self.weight, self.bias = weights(shape, out_channels if bias else None, rng)

    def forward(self, x: Any) -> Tensor:
        """Every filter against every window."""
        x = floating_input(self, x, self.weight)
        channels = self.weight.shape[1] * self.groups
        if x.ndim != 3 or x.shape[1] != channels:
            raise ValueError(
                f"Conv1d expected sequences of shape (N, {channels}, L), got {x.shape}"
                + ("; channels come second: x.transpose(0, 2, 1)" if x.ndim == 3 else "")
            )
        window = (self.stride, self.padding, self.dilation, self.groups)
        return F.conv1d(x, self.weight, self.bias, *window)

    def extra_repr(self) -> str:
        """Sizes."""
        outputs, inputs, kernel = self.weight.shape
        return (
            f"{inputs * self.groups}, {outputs}, kernel_size={kernel}, stride={self.stride}, "
            f"padding={self.padding!r}, groups={self.groups}, bias={self.bias is not None}"
        )


class ConvTranspose2d(Module):
    """The adjoint of a convolution: every pixel paints a filter. With stride 2 images get twice as large.

    Args:
        in_channels: channels I that come in.
        out_channels: channels O that go out.
        kernel_size: height and width of a filter, or one number for both.
        stride: distance between the places where two neighbouring pixels are painted.
        padding: rows and columns that are cut off on every side.
        output_padding: rows and columns more at the bottom and at the right.
        groups: how many parts the channels are cut into.
        bias: whether to add a number for each channel that goes out.
        rng: where the first weights come from.

    Shape:
        (N, I, H, W) -> (N, O, OH, OW) with OH = (H - 1)·stride - 2·padding + kH + output_padding;
        weight (I, O / groups, kH, kW), bias (O,)

    Examples:
        >>> layer = ConvTranspose2d(8, 4, 4, stride=2, padding=1, rng=np.random.default_rng(0))
        >>> layer(np.zeros((2, 8, 7, 7), np.float32)).shape
        (2, 4, 14, 14)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Pair,
        stride: Pair = 1,
        padding: Pair = 0,
        output_padding: Pair = 0,
        groups: int = 1,
        bias: bool = True,
        *,
        rng: np.random.Generator,
    ) -> None:
        name = "ConvTranspose2d"
        shape = (in_channels, per_group(name, out_channels, groups), *pair(kernel_size))
        check_sizes(name, *shape)
        per_group(name, in_channels, groups)
        self.stride, self.padding, self.output_padding = stride, padding, output_padding
        self.groups = groups
        self.weight, self.bias = weights(shape, out_channels if bias else None, rng)

    def forward(self, x: Any) -> Tensor:
        """Every pixel times its filters, summed where they overlap."""
        x = floating_input(self, x, self.weight)
        F.check_images("ConvTranspose2d", x, len(self.weight))
        window = (self.stride, self.padding, self.output_padding, self.groups)
        return F.conv_transpose2d(x, self.weight, self.bias, *window)

    def extra_repr(self) -> str:
        """Sizes."""
        inputs, outputs, *kernel = self.weight.shape
        return (
            f"{inputs}, {outputs * self.groups}, kernel_size={tuple(kernel)}, "
            f"stride={self.stride}, padding={self.padding}, "
            f"output_padding={self.output_padding}, groups={self.groups}, "
            f"bias={self.bias is not None}"
        )


def per_group(name: str, channels: int, groups: int) -> int:
    """How many channels there are in each group, or an error in the name of a layer.

    >>> per_group("Conv2d", 6, 4)
    Traceback (most recent call last):
    ValueError: Conv2d expected channels that groups=4 divides, got 6
    """
    if groups < 1 or channels % groups:
        raise ValueError(
            f"{name} expected channels that groups={groups} divides, got {channels}"
        )
    return channels // groups


def weights(
    shape: tuple[int, ...], outputs: int | None, rng: np.random.Generator
) -> tuple[Tensor, Tensor | None]:
    """Filters and biases uniform in ±1/√(entries of a filter), as PyTorch's; no biases if outputs is None.

    >>> [p.shape for p in weights((6, 1, 5, 5), 6, np.random.default_rng(0))]
    [(6, 1, 5, 5), (6,)]
    """
    bound = 1 / np.sqrt(init.fans(shape)[0])
    filters = Tensor(init.uniform(shape, -bound, bound, rng=rng), requires_grad=True)
    if outputs is None:
        return filters, None
    biases = init.uniform((outputs,), -bound, bound, rng=rng)
    return filters, Tensor(biases, requires_grad=True)
