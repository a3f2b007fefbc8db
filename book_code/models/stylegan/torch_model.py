"""StyleGAN2 in PyTorch: Karras et al. (2019), arXiv:1912.04958, after StyleGAN, arXiv:1812.04948.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper; the losses of `numpy_training.py` are in `torch_training.py`.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .config import StyleGAN2Config, check_judged, check_latent, check_synthesis
from .torch_layers import EqualConv2d, EqualLinear, StyledConv, ToRGB, enlarge


# --8<-- [start:mapping]
class Mapping(nn.Module):
    """From noise to styles: z brought to length 1 a number, then fully connected layers."""

    mean: Tensor

    def __init__(self, config: StyleGAN2Config):
        super().__init__()
        self.config = config
        sizes = [config.latent] + [config.style] * config.mapping_layers
        self.register_buffer("mean", torch.zeros(config.style))
        self.fc = nn.ModuleList(
            EqualLinear(sizes[i], sizes[i + 1], config.mapping_lr)
            for i in range(config.mapping_layers)
        )

    def forward(self, z: Tensor) -> Tensor:  # (N, latent)
        """Return the styles."""
        check_latent(self.config, z)
        x = z / (z.square().mean(dim=1, keepdim=True) + 1e-8).sqrt()
        for layer in self.fc:
            x = layer(x, active=True)
        return x  # (N, style)


# --8<-- [end:mapping]


# --8<-- [start:synthesis]
class Block(nn.Module):
    """What happens at one side: maps doubled, one more convolution, colours."""

    def __init__(self, level: int, config: StyleGAN2Config):
        super().__init__()
        inputs, outputs = config.widths[level - 1], config.widths[level]
        self.conv0 = StyledConv(inputs, outputs, config.style, up=True)
        self.conv1 = StyledConv(outputs, outputs, config.style)
        self.torgb = ToRGB(outputs, config.channels, config.style)

    def forward(
        self,
        x: Tensor,
        colours: Tensor,
        ws: Sequence[Tensor],
        noise: Sequence[Tensor | None],
    ) -> tuple[Tensor, Tensor]:
        """Return maps and colours of twice the sides."""
        x = self.conv0(x, ws[0], noise[0])
        x = self.conv1(x, ws[1], noise[1])
        return x, enlarge(colours) + self.torgb(x, ws[2])


class Synthesis(nn.Module):
    """From styles and noise maps to pictures."""

    def __init__(self, config: StyleGAN2Config):
        super().__init__()
        first = config.widths[0]
        self.config = config
        self.const = nn.Parameter(torch.randn(first, 4, 4))
        self.conv1 = StyledConv(first, first, config.style)
        self.torgb = ToRGB(first, config.channels, config.style)
        self.blocks = nn.ModuleList(
            Block(level, config) for level in range(1, len(config.sides))
        )

    def forward(self, ws: Tensor, noise: Sequence[Tensor] | None = None) -> Tensor:
        """Return the pictures; `noise` has a map for every convolution, or None for none."""
        check_synthesis(self.config, ws, noise)
        maps = [None] * len(self.config.noise_sides) if noise is None else list(noise)
        x = self.const.expand(len(ws), -1, -1, -1)  # (N, 512, 4, 4)
        x = self.conv1(x, ws[:, 0], maps[0])
        colours = self.torgb(x, ws[:, 1])  # (N, 3, 4, 4)
        for i, block in enumerate(self.blocks):
            at = 2 * i + 1
            styles = ws[:, at : at + 3].unbind(1)
            x, colours = block(x, colours, styles, maps[at : at + 2])  # sides doubled
        return colours  # (N, 3, 1024, 1024)


# --8<-- [end:synthesis]


class Generator(nn.Module):
    """Mapping and synthesis."""

    def __init__(self, config: StyleGAN2Config):
        super().__init__()
        self.layers = config.layers
        self.mapping = Mapping(config)
        self.synthesis = Synthesis(config)

    def forward(self, z: Tensor, noise: Sequence[Tensor] | None = None) -> Tensor:
        """Return the pictures, the same style in all layers."""
        return self.synthesis(repeat(self.mapping(z), self.layers), noise)  # (N, 3, 1024, 1024)


def repeat(w: Tensor, layers: int) -> Tensor:
    """Return the same style for every layer."""
    return w[:, None, :].expand(-1, layers, -1)


# --8<-- [start:discriminator]
class DiscriminatorBlock(nn.Module):
    """Two convolutions, the second of which halves the sides, around which the input is carried."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv0 = EqualConv2d(inputs, inputs, 3)
        self.conv1 = EqualConv2d(inputs, outputs, 3, down=True)
        self.skip = EqualConv2d(inputs, outputs, 1, down=True, bias=False)

    def forward(self, x: Tensor) -> Tensor:  # (N, in, H, W)
        """Return the maps."""
        return (self.conv1(self.conv0(x)) + self.skip(x)) / math.sqrt(2)  # (N, out, H/2, W/2)


class Discriminator(nn.Module):
    """The judge: a residual network that also sees how much the pictures of a group differ."""

    def __init__(self, config: StyleGAN2Config):
        super().__init__()
        self.config, widths = config, config.widths[::-1]
        self.fromrgb = EqualConv2d(config.channels, widths[0], 1)
        self.blocks = nn.ModuleList(
            DiscriminatorBlock(widths[i], widths[i + 1]) for i in range(len(widths) - 1)
        )
        self.conv = EqualConv2d(widths[-1] + 1, widths[-1], 3)
        self.fc = EqualLinear(widths[-1] * 16, widths[-1])
        self.out = EqualLinear(widths[-1], 1)

    def forward(self, x: Tensor) -> Tensor:  # (N, 3, 1024, 1024)
        """Return the logits that pictures are real."""
        check_judged(self.config, x)
        x = self.fromrgb(x)  # (N, 32, 1024, 1024)
        for block in self.blocks:
            x = block(x)
        x = torch.cat([x, spread(x, self.config.group)], dim=1)  # (N, 513, 4, 4)
        x = self.conv(x).flatten(1)  # (N, 8192)
        return self.out(self.fc(x, active=True))  # (N, 1)


def spread(x: Tensor, group: int | None) -> Tensor:
    """Return a map of one number a picture: how much its group differs, over all maps and places."""
    n, c, height, width = x.shape
    size = group or n
    parts = x.reshape(size, n // size, c, height, width)
    std = (parts.var(dim=0, unbiased=False) + 1e-8).sqrt()  # (N / group, C, H, W)
    one = std.mean(dim=(1, 2, 3), keepdim=True)  # (N / group, 1, 1, 1)
    return one.repeat(size, 1, height, width)  # (N, 1, H, W)


# --8<-- [end:discriminator]


# --8<-- [start:model]
class StyleGAN2(nn.Module):
    """A generator and its judge; called with noise, it gives the pictures that the generator makes of it."""

    def __init__(self, config: StyleGAN2Config | None = None):
        super().__init__()
        self.config = config = config or StyleGAN2Config()
        self.generator = Generator(config)
        self.discriminator = Discriminator(config)

    def forward(self, z: Tensor, noise: Sequence[Tensor] | None = None) -> Tensor:  # (N, 512)
        """Return the pictures."""
        return self.generator(z, noise)  # (N, 3, 1024, 1024)


# --8<-- [end:model]
