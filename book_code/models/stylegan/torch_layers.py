"""The layers of StyleGAN2 in PyTorch; the same names and results as `numpy_layers.py`."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .numpy_layers import TAPS


def activate(x: Tensor, bias: Tensor) -> Tensor:
    """Return the leaky ReLU of x + bias, made as large as it was."""
    return math.sqrt(2) * F.leaky_relu(x + bias.view(1, -1, *[1] * (x.ndim - 2)), 0.2)


# --8<-- [start:blur]
def blur(x: Tensor, before: int, after: int, gain: float = 1.0) -> Tensor:
    """Return the maps, with zeros around them, each smoothed by the bell of 4 x 4."""
    n, c, height, width = x.shape
    x = F.pad(x.reshape(n * c, 1, height, width), (before, after, before, after))
    x = F.conv2d(x, torch.from_numpy(gain * TAPS[None, None]).to(x))
    return x.reshape(n, c, *x.shape[2:])


def enlarge(x: Tensor) -> Tensor:
    """Return the maps twice as large: every pixel paints the bell."""
    n, c, height, width = x.shape
    taps = torch.from_numpy(4 * TAPS[None, None]).to(x)
    x = F.conv_transpose2d(x.reshape(n * c, 1, height, width), taps, stride=2, padding=1)
    return x.reshape(n, c, 2 * height, 2 * width)


# --8<-- [end:blur]


# --8<-- [start:equalized]
class EqualLinear(nn.Module):
    """A fully connected layer whose weights start with variance 1 and are scaled when they are used."""

    def __init__(self, inputs: int, outputs: int, lr: float = 1.0, start: float = 0.0):
        super().__init__()
        self.lr = lr
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / lr)
        self.bias = nn.Parameter(torch.full((outputs,), start / lr))

    def forward(self, x: Tensor, active: bool = False) -> Tensor:  # (N, in)
        """Return x Wᵀ + b, through the nonlinearity if `active`."""
        out = F.linear(x, self.weight * (self.lr / math.sqrt(self.weight.shape[1])))  # (N, out)
        return activate(out, self.lr * self.bias) if active else out + self.lr * self.bias


class EqualConv2d(nn.Module):
    """A convolution with equalized weights, as it is used in the judge; `down` blurs and halves the sides."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, down: bool = False, bias: bool = True
    ):
        super().__init__()
        self.kernel, self.down = kernel, down
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None

    def forward(self, x: Tensor) -> Tensor:  # (N, in, H, W)
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
class ModulatedConv2d(nn.Module):
    """A convolution whose filters the style scales, map by map, anew for each picture (section 2.2)."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        style: int,
        up: bool = False,
        demodulate: bool = True,
    ):
        super().__init__()
        self.up, self.demodulate = up, demodulate
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.affine = EqualLinear(style, inputs, start=1.0)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:  # (N, I, H, W), (N, style)
        """Return the maps."""
        n, inputs, height, width = x.shape
        outputs, _, k, _ = self.weight.shape
        weight = self.weight / math.sqrt(inputs * k * k)
        weight = weight * self.affine(w).view(n, 1, inputs, 1, 1)  # (N, O, I, k, k)
        if self.demodulate:
            squares = weight.square().sum(dim=(2, 3, 4), keepdim=True)
            weight = weight / (squares + 1e-8).sqrt()
        x = x.reshape(1, n * inputs, height, width)  # one picture of N groups of maps
        if self.up:
            weight = weight.transpose(1, 2).reshape(n * inputs, outputs, k, k)
            x = F.conv_transpose2d(x, weight, stride=2, groups=n)  # (1, N O, 2H + 1, 2W + 1)
            return blur(x.view(n, outputs, *x.shape[2:]), 1, 1, gain=4.0)  # (N, O, 2H, 2W)
        x = F.conv2d(x, weight.view(n * outputs, inputs, k, k), padding=k // 2, groups=n)
        return x.view(n, outputs, height, width)  # (N, O, H, W)


# --8<-- [end:modulated]


class StyledConv(nn.Module):
    """A modulated convolution, noise, bias and nonlinearity."""

    def __init__(self, inputs: int, outputs: int, style: int, up: bool = False):
        super().__init__()
        self.noise_strength = nn.Parameter(torch.zeros(()))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.conv = ModulatedConv2d(inputs, outputs, 3, style, up)

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        """Return the maps; noise is (N, 1, H, W), or None for none."""
        x = self.conv(x, w)
        if noise is not None:
            x = x + self.noise_strength * noise
        return activate(x, self.bias)


class ToRGB(nn.Module):
    """The colours that maps stand for: a modulated convolution of 1 x 1, not brought to length 1."""

    def __init__(self, inputs: int, colours: int, style: int):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(colours))
        self.conv = ModulatedConv2d(inputs, colours, 1, style, demodulate=False)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:  # (N, I, H, W)
        """Return the colours."""
        return self.conv(x, w) + self.bias.view(1, -1, 1, 1)  # (N, 3, H, W)
