"""The parts of the diffusion model's U-Net in PyTorch; the same names and results as `numpy_blocks.py`."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import DDPMConfig


# --8<-- [start:block]
class ResnetBlock(nn.Module):
    """Two convolutions around which the input is carried; the time comes in between them."""

    def __init__(self, inputs: int, outputs: int, config: DDPMConfig):
        super().__init__()
        self.norm1 = nn.GroupNorm(config.groups, inputs, eps=1e-6)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.temb_proj = nn.Linear(4 * config.channels, outputs)
        self.norm2 = nn.GroupNorm(config.groups, outputs, eps=1e-6)
        self.dropout = nn.Dropout(config.dropout)
        self.conv2 = zeroed(nn.Conv2d(outputs, outputs, 3, padding=1))
        self.nin_shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else None

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        """Return x and what the convolutions add to it."""
        h = self.conv1(F.silu(self.norm1(x)))  # (N, out, H, W)
        h = h + self.temb_proj(F.silu(time))[:, :, None, None]
        h = self.conv2(self.dropout(F.silu(self.norm2(h))))
        return h + (self.nin_shortcut(x) if self.nin_shortcut else x)


class AttnBlock(nn.Module):
    """Every place of the maps looks at every other, around which the input is carried."""

    def __init__(self, channels: int, config: DDPMConfig):
        super().__init__()
        self.norm = nn.GroupNorm(config.groups, channels, eps=1e-6)
        self.q = nn.Conv2d(channels, channels, 1)
        self.k = nn.Conv2d(channels, channels, 1)
        self.v = nn.Conv2d(channels, channels, 1)
        self.proj_out = zeroed(nn.Conv2d(channels, channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return x and what attention adds to it."""
        h = self.norm(x)
        q, k, v = (part(h).flatten(2).mT for part in (self.q, self.k, self.v))  # (N, HW, C)
        h = F.scaled_dot_product_attention(q, k, v)  # (N, HW, C)
        return x + self.proj_out(h.mT.reshape(x.shape))  # (N, C, H, W)


# --8<-- [end:block]


class Downsample(nn.Module):
    """A convolution that halves the sides; one row of zeros below and one column at the right."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W)
        """Return maps of half the sides."""
        return self.conv(F.pad(x, (0, 1, 0, 1)))  # (N, C, H/2, W/2)


class Upsample(nn.Module):
    """Every pixel four times, then a convolution."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W)
        """Return maps of twice the sides."""
        return self.conv(F.interpolate(x, scale_factor=2.0))  # (N, C, 2H, 2W)


class Level(nn.Module):
    """The blocks of one level, with attention where its maps have the side for it."""

    def __init__(self, inputs: list[int], level: int, config: DDPMConfig):
        super().__init__()
        width = config.widths[level]
        attends = config.sides[level] in config.attention
        self.block = nn.ModuleList(
            [ResnetBlock(channels, width, config) for channels in inputs]
        )
        self.attn = nn.ModuleList([AttnBlock(width, config) for _ in inputs if attends])

    def step(self, i: int, x: Tensor, time: Tensor) -> Tensor:
        """Return what the block number i, and its attention, make of x."""
        x = self.block[i](x, time)  # (N, width, H, W)
        return self.attn[i](x) if self.attn else x


class Down(Level):
    """A level on the way down; it gives all its maps, for the way up."""

    def __init__(self, level: int, config: DDPMConfig):
        super().__init__(config.down_inputs(level), level, config)
        last = level + 1 == len(config.widths)
        self.downsample = None if last else Downsample(config.widths[level])

    def forward(self, x: Tensor, time: Tensor) -> list[Tensor]:
        """Return the maps after each block, and after the halving."""
        maps = []
        for i in range(len(self.block)):
            x = self.step(i, x, time)
            maps.append(x)
        return [*maps, self.downsample(x)] if self.downsample else maps


class Up(Level):
    """A level on the way up; every block sees maps of the way down too."""

    def __init__(self, level: int, config: DDPMConfig):
        super().__init__(config.up_inputs(level), level, config)
        self.upsample = Upsample(config.widths[level]) if level else None

    def forward(self, x: Tensor, maps: list[Tensor], time: Tensor) -> Tensor:
        """Return the maps after the last block, made larger; what is used of `maps` is taken off it."""
        for i in range(len(self.block)):
            x = self.step(i, torch.cat([x, maps.pop()], dim=1), time)
        return self.upsample(x) if self.upsample else x


class Middle(nn.Module):
    """Block, attention, block on the smallest maps."""

    def __init__(self, config: DDPMConfig):
        super().__init__()
        width = config.widths[-1]
        self.block_1 = ResnetBlock(width, width, config)
        self.attn_1 = AttnBlock(width, config)
        self.block_2 = ResnetBlock(width, width, config)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        """Return the maps after all three."""
        return self.block_2(self.attn_1(self.block_1(x, time)), time)


class TimeEmbedding(nn.Module):
    """Sines and cosines of the time step, then two layers."""

    def __init__(self, channels: int):
        super().__init__()
        self.channels, wide = channels, 4 * channels
        self.dense = nn.ModuleList([nn.Linear(channels, wide), nn.Linear(wide, wide)])

    def forward(self, t: Tensor) -> Tensor:  # (N,)
        """Return a vector a time step."""
        first, second = self.dense
        waves = timestep_embedding(t, self.channels)  # (N, C), float64
        waves = waves.to(next(self.parameters()).dtype)
        return second(F.silu(first(waves)))  # (N, 4C)


def timestep_embedding(t: Tensor, size: int) -> Tensor:
    """Return sines and cosines of the time steps at `size` / 2 frequencies from 1 down to 1/10000."""
    half = size // 2
    places = torch.arange(half, dtype=torch.float64, device=t.device)
    angles = t[:, None] * 10_000.0 ** (-places / (half - 1))
    return torch.cat([angles.sin(), angles.cos()], dim=1)


def zeroed(layer: nn.Conv2d) -> nn.Conv2d:
    """Return the layer with weights and biases of zero: what it adds to is at first left as it is."""
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer
