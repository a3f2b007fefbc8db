"""StyleGAN: Karras, Laine and Aila (2018), "A style-based generator architecture for generative adversarial
networks", arXiv:1812.04948, in the form of StyleGAN2: Karras et al. (2019), arXiv:1912.04958.

    code        paper   shape
    z           z       (N, 512)            standard normal noise
    w           w       (N, 512)            the style that the mapping network f makes of it
    ws          w       (N, 18, 512)        a style for each layer of the synthesis network g
    noise       B       17 of (N, 1, s, s)  noise maps of the sides s = 4, 8, 8, 16, 16, ...
    psi         psi     a number            truncation: 0 is the mean style, 1 leaves styles as they are
    y           y       (N, 3, H, W)        noise pictures of the path length penalty

The maps of the configuration for 1024 x 1024 (the colours of all sides are summed, "skips"; the judge is residual):

    side    4    8   16   32   64  128  256  512  1024
    maps  512  512  512  512  512  256  128   64    32

Deviations from the paper: none known in the networks. The first StyleGAN normalizes maps (AdaIN) where StyleGAN2
scales filters. The paper applies R1 every 16th and the path length penalty every 4th step; here both losses
have them at every step, for whoever calls them to leave out.
"""

import math
from typing import Any

import numpy as np

from ...autodiff import Tensor
from ...autodiff import functional as F
from ...nn import Module
from .config import StyleGAN2Config, check_judged, check_latent, check_synthesis
from .numpy_layers import EqualConv2d, EqualLinear, StyledConv, ToRGB, enlarge, parameter


# --8<-- [start:mapping]
class Mapping(Module):
    """From noise to styles: z brought to length 1 a number, then fully connected layers.

    Shape:
        (N, latent) -> (N, style)
    """

    def __init__(self, config: StyleGAN2Config, *, rng: np.random.Generator):
        super().__init__()
        self.config = config
        sizes = [config.latent] + [config.style] * config.mapping_layers
        self.mean = np.zeros(config.style, np.float32)  # of w, for truncation: see track_mean
        self.fc = [
            EqualLinear(sizes[i], sizes[i + 1], config.mapping_lr, rng=rng)
            for i in range(config.mapping_layers)
        ]

    def forward(self, z: Any) -> Tensor:  # (N, latent)
        """Return the styles."""
        z = z if isinstance(z, Tensor) else Tensor(z)
        check_latent(self.config, z)
        x = z / ((z * z).mean(axis=1, keepdims=True) + 1e-8) ** 0.5
        for layer in self.fc:
            x = layer(x, active=True)
        return x  # (N, style)


# --8<-- [end:mapping]


# --8<-- [start:synthesis]
class Block(Module):
    """What happens at one side: maps doubled, one more convolution, colours."""

    def __init__(self, level: int, config: StyleGAN2Config, *, rng: np.random.Generator):
        super().__init__()
        inputs, outputs = config.widths[level - 1], config.widths[level]
        self.conv0 = StyledConv(inputs, outputs, config.style, up=True, rng=rng)
        self.conv1 = StyledConv(outputs, outputs, config.style, rng=rng)
        self.torgb = ToRGB(outputs, config.channels, config.style, rng=rng)


class Synthesis(Module):
    """From styles and noise maps to pictures.

    Shape:
        ws (N, layers, style) -> (N, channels, image_size, image_size)
    """

    def __init__(self, config: StyleGAN2Config, *, rng: np.random.Generator):
        super().__init__()
        first = config.widths[0]
        self.config = config
        self.const = parameter(rng.standard_normal((first, 4, 4)))
        self.conv1 = StyledConv(first, first, config.style, rng=rng)
        self.torgb = ToRGB(first, config.channels, config.style, rng=rng)
        self.blocks = [Block(level, config, rng=rng) for level in range(1, len(config.sides))]

    def forward(self, ws: Any, noise: Any = None) -> Tensor:  # (N, layers, style)
        """Return the pictures; `noise` has a map for every convolution, or None for none."""
        ws = ws if isinstance(ws, Tensor) else Tensor(ws)
        check_synthesis(self.config, ws, noise)
        maps = [None] * len(self.config.noise_sides) if noise is None else list(noise)
        x = self.const + np.zeros((len(ws), 1, 1, 1), self.const.dtype)  # (N, 512, 4, 4)
        x = self.conv1(x, ws[:, 0], maps[0])
        colours = self.torgb(x, ws[:, 1])  # (N, 3, 4, 4)
        for i, block in enumerate(self.blocks):
            x = block.conv0(x, ws[:, 2 * i + 1], maps[2 * i + 1])  # sides doubled
            x = block.conv1(x, ws[:, 2 * i + 2], maps[2 * i + 2])
            colours = enlarge(colours) + block.torgb(x, ws[:, 2 * i + 3])
        return colours  # (N, 3, 1024, 1024)


# --8<-- [end:synthesis]


class Generator(Module):
    """Mapping and synthesis.

    Shape:
        z (N, latent) -> (N, channels, image_size, image_size)
    """

    def __init__(self, config: StyleGAN2Config, *, rng: np.random.Generator):
        super().__init__()
        self.layers = config.layers
        self.mapping = Mapping(config, rng=rng)
        self.synthesis = Synthesis(config, rng=rng)

    def forward(self, z: Any, noise: Any = None) -> Tensor:  # (N, latent)
        """Return the pictures, the same style in all layers."""
        return self.synthesis(repeat(self.mapping(z), self.layers), noise)  # (N, 3, 1024, 1024)


def repeat(w: Any, layers: int) -> Tensor:
    """Return the same style for every layer.

    Shape:
        (N, style) -> (N, layers, style)
    """
    w = w if isinstance(w, Tensor) else Tensor(w)
    return w[:, None, :] + np.zeros((1, layers, 1), w.dtype)


# --8<-- [start:discriminator]
class DiscriminatorBlock(Module):
    """Two convolutions, the second of which halves the sides, around which the input is carried."""

    def __init__(self, inputs: int, outputs: int, *, rng: np.random.Generator):
        super().__init__()
        self.conv0 = EqualConv2d(inputs, inputs, 3, rng=rng)
        self.conv1 = EqualConv2d(inputs, outputs, 3, down=True, rng=rng)
        self.skip = EqualConv2d(inputs, outputs, 1, down=True, bias=False, rng=rng)

    def forward(self, x: Any) -> Tensor:  # (N, in, H, W)
        """Return the maps."""
        return (self.conv1(self.conv0(x)) + self.skip(x)) / math.sqrt(2)  # (N, out, H/2, W/2)


class Discriminator(Module):
    """The judge: a residual network that also sees how much the pictures of a group differ.

    Shape:
        (N, channels, image_size, image_size) -> (N, 1)
    """

    def __init__(self, config: StyleGAN2Config, *, rng: np.random.Generator):
        super().__init__()
        self.config, widths = config, config.widths[::-1]
        self.fromrgb = EqualConv2d(config.channels, widths[0], 1, rng=rng)
        self.blocks = [
            DiscriminatorBlock(widths[i], widths[i + 1], rng=rng)
            for i in range(len(widths) - 1)
        ]
        self.conv = EqualConv2d(widths[-1] + 1, widths[-1], 3, rng=rng)
        self.fc = EqualLinear(widths[-1] * 16, widths[-1], rng=rng)
        self.out = EqualLinear(widths[-1], 1, rng=rng)

    def forward(self, x: Any) -> Tensor:  # (N, 3, 1024, 1024)
        """Return the logits that pictures are real."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        check_judged(self.config, x)
        x = self.fromrgb(x)  # (N, 32, 1024, 1024)
        for block in self.blocks:
            x = block(x)
        x = F.concatenate([x, spread(x, self.config.group)], axis=1)  # (N, 513, 4, 4)
        x = F.flatten(self.conv(x))  # (N, 8192)
        return self.out(self.fc(x, active=True))  # (N, 1)


def spread(x: Tensor, group: int | None) -> Tensor:
    """Return a map of one number a picture: how much its group differs, over all maps and places.

    Shape:
        (N, C, H, W) -> (N, 1, H, W)
    """
    n, c, height, width = x.shape
    size = group or n
    parts = x.reshape(size, n // size, c, height, width)
    away = parts - parts.mean(axis=0, keepdims=True)
    std = ((away * away).mean(axis=0) + 1e-8) ** 0.5  # (N / group, C, H, W)
    one = std.mean(axis=(1, 2, 3), keepdims=True)  # (N / group, 1, 1, 1)
    everywhere = one + np.zeros((size, n // size, 1, height, width), x.dtype)
    return everywhere.reshape(n, 1, height, width)


# --8<-- [end:discriminator]


# --8<-- [start:model]
class StyleGAN2(Module):
    """A generator and its judge; called with noise, it gives the pictures that the generator makes of it.

    Shape:
        z (N, 512) -> (N, 3, 1024, 1024), with the standard configuration.

    >>> model = StyleGAN2(StyleGAN2Config.tiny(), rng=np.random.default_rng(0))
    >>> model(np.ones((2, 3), np.float32)).shape
    (2, 1, 8, 8)
    """

    def __init__(self, config: StyleGAN2Config | None = None, *, rng: np.random.Generator):
        super().__init__()
        self.config = config = config or StyleGAN2Config()
        self.generator = Generator(config, rng=rng)
        self.discriminator = Discriminator(config, rng=rng)

    def forward(self, z: Any, noise: Any = None) -> Tensor:  # (N, 512)
        """Return the pictures."""
        return self.generator(z, noise)  # (N, 3, 1024, 1024)


# --8<-- [end:model]
