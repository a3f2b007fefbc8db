"""The parts of the diffusion model's U-Net (arXiv:2006.11239, appendix B).

Names are those of the PyTorch port of the paper's code that later U-Nets took over: conv_in, down, mid, up.
"""

from typing import Any

import numpy as np

from ...autodiff import Tensor
from ...autodiff import functional as F
from ...nn import Conv2d, Dropout, GroupNorm, Linear, Module
from .config import DDPMConfig
from .schedule import timestep_embedding


# --8<-- [start:block]
class ResnetBlock(Module):
    """Two convolutions around which the input is carried; the time comes in between them.

    Shape:
        x (N, in, H, W), time (N, 4C) -> (N, out, H, W)
    """

    def __init__(self, inputs: int, outputs: int, config: DDPMConfig, rng: np.random.Generator):
        super().__init__()
        self.norm1 = GroupNorm(config.groups, inputs, eps=1e-6)
        self.conv1 = Conv2d(inputs, outputs, 3, padding=1, rng=rng)
        self.temb_proj = Linear(4 * config.channels, outputs, rng=rng)
        self.norm2 = GroupNorm(config.groups, outputs, eps=1e-6)
        self.dropout = Dropout(config.dropout, rng=rng)
        self.conv2 = zeroed(Conv2d(outputs, outputs, 3, padding=1, rng=rng))
        self.nin_shortcut = Conv2d(inputs, outputs, 1, rng=rng) if inputs != outputs else None

    def forward(self, x: Any, time: Any) -> Tensor:
        """Return x and what the convolutions add to it."""
        h = self.conv1(F.silu(self.norm1(x)))  # (N, out, H, W)
        h = h + self.temb_proj(F.silu(time))[:, :, None, None]
        h = self.conv2(self.dropout(F.silu(self.norm2(h))))
        return h + (self.nin_shortcut(x) if self.nin_shortcut else x)


class AttnBlock(Module):
    """Every place of the maps looks at every other, around which the input is carried.

    Shape:
        (N, C, H, W) -> (N, C, H, W)
    """

    def __init__(self, channels: int, config: DDPMConfig, rng: np.random.Generator):
        super().__init__()
        self.norm = GroupNorm(config.groups, channels, eps=1e-6)
        self.q = Conv2d(channels, channels, 1, rng=rng)
        self.k = Conv2d(channels, channels, 1, rng=rng)
        self.v = Conv2d(channels, channels, 1, rng=rng)
        self.proj_out = zeroed(Conv2d(channels, channels, 1, rng=rng))

    def forward(self, x: Any) -> Tensor:
        """Return x and what attention adds to it."""
        n, c, height, width = x.shape
        h = self.norm(x)
        q, k, v = (
            part(h).reshape(n, c, height * width).transpose(0, 2, 1)  # (N, HW, C)
            for part in (self.q, self.k, self.v)
        )
        h = F.scaled_dot_product_attention(q, k, v)  # (N, HW, C)
        h = h.transpose(0, 2, 1).reshape(n, c, height, width)  # (N, C, H, W)
        return x + self.proj_out(h)


# --8<-- [end:block]


class Downsample(Module):
    """A convolution that halves the sides; one row of zeros below and one column at the right."""

    def __init__(self, channels: int, rng: np.random.Generator):
        super().__init__()
        self.conv = Conv2d(channels, channels, 3, stride=2, rng=rng)

    def forward(self, x: Any) -> Tensor:  # (N, C, H, W)
        """Return maps of half the sides."""
        return self.conv(F.pad2d(x, ((0, 1), (0, 1))))  # (N, C, H/2, W/2)


class Upsample(Module):
    """Every pixel four times, then a convolution."""

    def __init__(self, channels: int, rng: np.random.Generator):
        super().__init__()
        self.conv = Conv2d(channels, channels, 3, padding=1, rng=rng)

    def forward(self, x: Any) -> Tensor:  # (N, C, H, W)
        """Return maps of twice the sides."""
        return self.conv(F.interpolate(x, 2))  # (N, C, 2H, 2W)


class Level(Module):
    """The blocks of one level, with attention where its maps have the side for it."""

    def __init__(
        self, inputs: list[int], level: int, config: DDPMConfig, rng: np.random.Generator
    ):
        super().__init__()
        width = config.widths[level]
        attends = config.sides[level] in config.attention
        self.block = [ResnetBlock(channels, width, config, rng) for channels in inputs]
        self.attn = [AttnBlock(width, config, rng) for _ in inputs if attends]

    def step(self, i: int, x: Any, time: Any) -> Tensor:
        """Return what the block number i, and its attention, make of x."""
        x = self.block[i](x, time)  # (N, width, H, W)
        return self.attn[i](x) if self.attn else x


class Down(Level):
    """A level on the way down; it gives all its maps, for the way up."""

    def __init__(self, level: int, config: DDPMConfig, rng: np.random.Generator):
        super().__init__(config.down_inputs(level), level, config, rng)
        last = level + 1 == len(config.widths)
        self.downsample = None if last else Downsample(config.widths[level], rng)

    def forward(self, x: Any, time: Any) -> list[Tensor]:
        """Return the maps after each block, and after the halving."""
        maps = []
        for i in range(len(self.block)):
            x = self.step(i, x, time)
            maps.append(x)
        return [*maps, self.downsample(x)] if self.downsample else maps


class Up(Level):
    """A level on the way up; every block sees maps of the way down too."""

    def __init__(self, level: int, config: DDPMConfig, rng: np.random.Generator):
        super().__init__(config.up_inputs(level), level, config, rng)
        self.upsample = Upsample(config.widths[level], rng) if level else None

    def forward(self, x: Any, maps: list[Tensor], time: Any) -> Tensor:
        """Return the maps after the last block, made larger; what is used of `maps` is taken off it."""
        for i in range(len(self.block)):
            x = self.step(i, F.concatenate([x, maps.pop()], axis=1), time)
        return self.upsample(x) if self.upsample else x


class Middle(Module):
    """Block, attention, block on the smallest maps."""

    def __init__(self, config: DDPMConfig, rng: np.random.Generator):
        super().__init__()
        width = config.widths[-1]
        self.block_1 = ResnetBlock(width, width, config, rng)
        self.attn_1 = AttnBlock(width, config, rng)
        self.block_2 = ResnetBlock(width, width, config, rng)

    def forward(self, x: Any, time: Any) -> Tensor:
        """Return the maps after all three."""
        return self.block_2(self.attn_1(self.block_1(x, time)), time)


class TimeEmbedding(Module):
    """Sines and cosines of the time step, then two layers."""

    def __init__(self, channels: int, rng: np.random.Generator):
        super().__init__()
        self.dense = [
            Linear(channels, 4 * channels, rng=rng),
            Linear(4 * channels, 4 * channels, rng=rng),
        ]

    def forward(self, t: Any) -> Tensor:  # (N,)
        """Return a vector a time step."""
        first, second = self.dense
        waves = timestep_embedding(t, first.weight.shape[1])  # (N, C)
        return second(F.silu(first(waves)))  # (N, 4C)


def zeroed(layer: Conv2d) -> Conv2d:
    """Return the layer with weights and biases of zero: what it adds to is at first left as it is."""
    for parameter in layer.parameters():
        parameter.data = np.zeros_like(parameter.data)
    return layer
