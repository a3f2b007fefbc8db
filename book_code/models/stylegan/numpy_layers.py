"""The layers of StyleGAN2: equalized weights, modulated convolutions, blur (arXiv:1912.04958, appendix B)."""

import math
from typing import Any

import numpy as np

from ... import init
from ...autodiff import Tensor
from ...autodiff import functional as F
from ...nn import Module

TAPS = np.outer([1, 3, 3, 1], [1, 3, 3, 1]) / 64  # the blur: a small bell that sums to 1


def activate(x: Tensor, bias: Tensor) -> Tensor:
    """Return the leaky ReLU of x + bias, made as large as it was: half of the numbers are nearly lost.

    >>> activate(Tensor([[1.0, -1.0]]), Tensor([0.0, 0.0])).data.round(3).tolist()
    [[1.414, -0.283]]
    """
    shape = (1, -1, *[1] * (x.ndim - 2))
    return math.sqrt(2) * F.leaky_relu(x + bias.reshape(shape), 0.2)


# --8<-- [start:blur]
def blur(x: Tensor, before: int, after: int, gain: float = 1.0) -> Tensor:
    """Return the maps, with zeros around them, each smoothed by the bell of 4 x 4.

    Shape:
        (N, C, H, W) -> (N, C, H + before + after - 3, ...)
    """
    n, c, height, width = x.shape
    x = F.pad2d(x.reshape(n * c, 1, height, width), ((before, after), (before, after)))
    x = F.conv2d(x, (gain * TAPS[None, None]).astype(x.dtype))
    return x.reshape(n, c, *x.shape[2:])


def enlarge(x: Tensor) -> Tensor:
    """Return the maps twice as large: every pixel paints the bell.

    Shape:
        (N, C, H, W) -> (N, C, 2H, 2W)
    """
    n, c, height, width = x.shape
    taps = (4 * TAPS[None, None]).astype(x.dtype)
    x = x.reshape(n * c, 1, height, width)
    x = F.conv_transpose2d(x, taps, stride=2, padding=1)
    return x.reshape(n, c, 2 * height, 2 * width)


# --8<-- [end:blur]


# --8<-- [start:equalized]
class EqualLinear(Module):
    """A fully connected layer whose weights start with variance 1 and are scaled when they are used.

    So Adam, which moves all numbers alike, moves all layers alike: the equalized learning rate of arXiv:1710.10196.

    Args:
        inputs: numbers that come in.
        outputs: numbers that go out.
        lr: factor on the learning rate.
        start: first value of the biases.
        rng: draws the weights.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        lr: float = 1.0,
        start: float = 0.0,
        *,
        rng: np.random.Generator,
    ):
        super().__init__()
        self.lr = lr
        self.weight = parameter(init.normal((outputs, inputs), 1.0, rng=rng) / lr)
        self.bias = parameter(np.full(outputs, start / lr))

    def forward(self, x: Any, active: bool = False) -> Tensor:  # (N, in)
        """Return x Wᵀ + b, through the nonlinearity if `active`."""
        out = F.linear(x, self.weight * (self.lr / math.sqrt(self.weight.shape[1])))  # (N, out)
        return activate(out, self.lr * self.bias) if active else out + self.lr * self.bias


class EqualConv2d(Module):
    """A convolution with equalized weights, as it is used in the judge; `down` blurs and halves the sides."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        down: bool = False,
        bias: bool = True,
        *,
        rng: np.random.Generator,
    ):
        super().__init__()
        self.kernel, self.down = kernel, down
        self.weight = parameter(init.normal((outputs, inputs, kernel, kernel), 1.0, rng=rng))
        self.bias = parameter(np.zeros(outputs)) if bias else None

    def forward(self, x: Any) -> Tensor:  # (N, in, H, W)
        """Return the maps; with biases comes the nonlinearity."""
        k = self.kernel
        weight = self.weight / math.sqrt(self.weight.shape[1] * k * k)
        if self.down:
            x = F.conv2d(
                blur(x, k // 2 + 1, k // 2 + 1), weight, stride=2
            )  # (N, out, H/2, W/2)
        else:
            x = F.conv2d(x, weight, padding=k // 2)  # (N, out, H, W)
        return x if self.bias is None else activate(x, self.bias)


# --8<-- [end:equalized]


# --8<-- [start:modulated]
class ModulatedConv2d(Module):
    """A convolution whose filters the style scales, map by map, anew for each picture (section 2.2).

    Args:
        inputs: maps that come in.
        outputs: maps that go out.
        kernel: side of the filters.
        style: length of the style.
        up: whether the sides are doubled.
        demodulate: whether each filter is then brought to length 1.
        rng: draws the weights.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        style: int,
        up: bool = False,
        demodulate: bool = True,
        *,
        rng: np.random.Generator,
    ):
        super().__init__()
        self.up, self.demodulate = up, demodulate
        self.weight = parameter(init.normal((outputs, inputs, kernel, kernel), 1.0, rng=rng))
        self.affine = EqualLinear(style, inputs, start=1.0, rng=rng)

    def forward(self, x: Any, w: Any) -> Tensor:  # (N, I, H, W), (N, style)
        """Return the maps."""
        n, inputs, height, width = x.shape
        outputs, _, k, _ = self.weight.shape
        weight = self.weight / math.sqrt(inputs * k * k)
        weight = weight * self.affine(w).reshape(n, 1, inputs, 1, 1)  # (N, O, I, k, k)
        if self.demodulate:
            squares = (weight * weight).sum(axis=(2, 3, 4), keepdims=True)
            weight = weight / (squares + 1e-8) ** 0.5
        x = x.reshape(1, n * inputs, height, width)  # one picture of N groups of maps
        if self.up:
            weight = weight.transpose(0, 2, 1, 3, 4).reshape(n * inputs, outputs, k, k)
            x = F.conv_transpose2d(x, weight, stride=2, groups=n)  # (1, N O, 2H + 1, 2W + 1)
            return blur(x.reshape(n, outputs, *x.shape[2:]), 1, 1, gain=4.0)  # (N, O, 2H, 2W)
        x = F.conv2d(x, weight.reshape(n * outputs, inputs, k, k), padding=k // 2, groups=n)
        return x.reshape(n, outputs, height, width)  # (N, O, H, W)


# --8<-- [end:modulated]


class StyledConv(Module):
    """A modulated convolution, noise, bias and nonlinearity."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        style: int,
        up: bool = False,
        *,
        rng: np.random.Generator,
    ):
        super().__init__()
        self.noise_strength = parameter(np.zeros(()))
        self.bias = parameter(np.zeros(outputs))
        self.conv = ModulatedConv2d(inputs, outputs, 3, style, up, rng=rng)

    def forward(self, x: Any, w: Any, noise: Any) -> Tensor:
        """Return the maps; noise is (N, 1, H, W), or None for none."""
        x = self.conv(x, w)
        if noise is not None:
            x = x + self.noise_strength * noise
        return activate(x, self.bias)


class ToRGB(Module):
    """The colours that maps stand for: a modulated convolution of 1 x 1, not brought to length 1."""

    def __init__(self, inputs: int, colours: int, style: int, *, rng: np.random.Generator):
        super().__init__()
        self.bias = parameter(np.zeros(colours))
        self.conv = ModulatedConv2d(inputs, colours, 1, style, demodulate=False, rng=rng)

    def forward(self, x: Any, w: Any) -> Tensor:  # (N, I, H, W)
        """Return the colours."""
        return self.conv(x, w) + self.bias.reshape(1, -1, 1, 1)  # (N, 3, H, W)


def parameter(values: np.ndarray) -> Tensor:
    """Return an array as float32 weights to be trained."""
    return Tensor(values.astype(np.float32), requires_grad=True)
