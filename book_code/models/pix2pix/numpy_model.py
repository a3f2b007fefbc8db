"""Pix2Pix: Isola, Zhu, Zhou and Efros (2016), "Image-to-image translation with conditional adversarial
networks", arXiv:1611.07004.

    code            paper   shape
    x               x       (N, 3, 256, 256)  the picture given, pixels from -1 to 1
    y               y       (N, 3, 256, 256)  the picture wanted
    fake            G(x,z)  (N, 3, 256, 256)  the picture made; the noise z is dropout
    discriminator   D       (N, 1, 30, 30)    a logit for each patch of the pair (x, y)
    l1              lambda  a number

The generator, (N, maps, side, side): what goes up meets, side by side, what came down at the same side.

    down.0  (N,  64, 128, 128)      up.0  (N,   3, 256, 256)
    down.1  (N, 128,  64,  64)      up.1  (N,  64, 128, 128)
    down.2  (N, 256,  32,  32)      up.2  (N, 128,  64,  64)
    down.3  (N, 512,  16,  16)      up.3  (N, 256,  32,  32)
    down.4  (N, 512,   8,   8)      up.4  (N, 512,  16,  16)
    down.5  (N, 512,   4,   4)      up.5  (N, 512,   8,   8)
    down.6  (N, 512,   2,   2)      up.6  (N, 512,   4,   4)
    down.7  (N, 512,   1,   1)      up.7  (N, 512,   2,   2)

Deviations from the paper, both as in the authors' code:

* the innermost maps are not normalized: over one picture of 1 x 1 pixels, batch norm would leave nothing;
* the discriminator's logits are not squashed; the loss takes the sigmoid in.

To draw different pictures for the same x, keep the model in training mode, as the paper does: dropout is its noise.
"""

from typing import Any

import numpy as np

from ... import losses
from ...autodiff import Tensor
from ...autodiff import functional as F
from ...nn import BatchNorm2d, Conv2d, ConvTranspose2d, Dropout, Module
from .config import Pix2PixConfig, check_pictures
from .patchgan import PatchGAN, start_small


# --8<-- [start:generator]
class Down(Module):
    """Leaky ReLU, a convolution that halves the sides, batch norm; the outermost has the convolution alone."""

    def __init__(self, level: int, config: Pix2PixConfig, rng: np.random.Generator):
        super().__init__()
        inputs, outputs = (config.in_channels, *config.widths)[level : level + 2]
        last = level + 1 == config.downs
        self.conv = Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=False, rng=rng)
        self.norm = None if level == 0 or last else BatchNorm2d(outputs)
        self.outermost = level == 0

    def forward(self, x: Any) -> Tensor:  # (N, in, H, W)
        """Return maps of half the sides."""
        x = self.conv(x if self.outermost else F.leaky_relu(x, 0.2))  # (N, out, H/2, W/2)
        return self.norm(x) if self.norm else x


class Up(Module):
    """ReLU, a transposed convolution that doubles the sides, batch norm, dropout; the outermost ends in tanh."""

    def __init__(self, level: int, config: Pix2PixConfig, rng: np.random.Generator):
        super().__init__()
        inputs = config.widths[level] * (1 if level + 1 == config.downs else 2)
        outputs = config.widths[level - 1] if level else config.out_channels
        self.conv = ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=level == 0, rng=rng)
        self.norm = BatchNorm2d(outputs) if level else None
        drops = level and level >= config.downs - 3
        self.dropout = Dropout(config.dropout, rng=rng) if drops else None

    def forward(self, x: Any) -> Tensor:  # (N, in, H, W)
        """Return maps of twice the sides."""
        x = self.conv(F.relu(x))  # (N, out, 2H, 2W)
        if self.norm is None:
            return F.tanh(x)
        x = self.norm(x)
        return self.dropout(x) if self.dropout else x


class UNetGenerator(Module):
    """Down to one pixel and up again; every step up sees the maps of the same side on the way down.

    Shape:
        (N, 3, 256, 256) -> (N, 3, 256, 256), pixels from -1 to 1.
    """

    def __init__(self, config: Pix2PixConfig, *, rng: np.random.Generator):
        super().__init__()
        self.config = config
        self.down = [Down(level, config, rng) for level in range(config.downs)]
        self.up = [Up(level, config, rng) for level in range(config.downs)]

    # --8<-- [start:forward]
    def forward(self, x: Any) -> Tensor:  # (N, 3, 256, 256)
        """Return the pictures made."""
        check_pictures("Pix2Pix", x, self.config.input_shape)
        maps = []
        for down in self.down:
            x = down(x)
            maps.append(x)
        x = self.up[-1](maps.pop())  # (N, 512, 2, 2), from (N, 512, 1, 1)
        for up in reversed(self.up[:-1]):
            x = up(F.concatenate([maps.pop(), x], axis=1))
        return x  # (N, 3, 256, 256)

    # --8<-- [end:forward]


# --8<-- [end:generator]


# --8<-- [start:model]
class Pix2Pix(Module):
    """A generator and its judge; called with pictures, it gives those that the generator makes of them.

    Shape:
        (N, 3, 256, 256) -> (N, 3, 256, 256), with the standard configuration.

    >>> model = Pix2Pix(Pix2PixConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((4, 2, 8, 8), np.float32)).shape
    (4, 1, 8, 8)
    """

    def __init__(self, config: Pix2PixConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or Pix2PixConfig()
        both = config.in_channels + config.out_channels
        self.config = config
        self.generator = UNetGenerator(config, rng=rng)
        self.discriminator = PatchGAN(both, config.channels, config.layers, rng=rng)
        start_small(self, rng)

    def forward(self, x: Any) -> Tensor:  # (N, 3, 256, 256)
        """Return the pictures made."""
        return self.generator(x)  # (N, 3, 256, 256)

    def judge(self, x: Any, y: Any) -> Tensor:
        """Return the logits that the patches of y are what belongs to x."""
        check_pictures("Pix2Pix's discriminator", y, self.config.output_shape)
        return self.discriminator(F.concatenate([x, y], axis=1))  # (N, 1, 30, 30)


# --8<-- [end:model]


# --8<-- [start:loss]
def discriminator_loss(model: Pix2Pix, x: Any, y: Any) -> Tensor:
    """Return half the cross-entropies of real pairs as real and made ones as made; trains the discriminator."""
    fake = model(x).detach()
    return 0.5 * losses.adversarial_discriminator(model.judge(x, y), model.judge(x, fake))


def generator_loss(model: Pix2Pix, x: Any, y: Any) -> Tensor:
    """Return what the generator pays: for not being taken for real, and lambda times the distance to y."""
    fake = model(x)
    judged = losses.adversarial_generator(model.judge(x, fake))
    return judged + model.config.l1 * losses.mae(fake, y)


# --8<-- [end:loss]


# --8<-- [start:step]
def train_step(
    model: Pix2Pix, x: Any, y: Any, optimizer_d: Any, optimizer_g: Any
) -> tuple[float, float]:
    """Let the discriminator make one step, then the generator; return both losses as they were before.

    Args:
        model: in training mode.
        x: pictures given.
        y: pictures wanted.
        optimizer_d: of `model.discriminator.parameters()`; the paper has Adam, lr 2e-4, betas 0.5 and 0.999.
        optimizer_g: of `model.generator.parameters()`.
    """
    values = []
    for loss, optimizer in (discriminator_loss, optimizer_d), (generator_loss, optimizer_g):
        value = loss(model, x, y)
        model.zero_grad()
        value.backward()
        optimizer.step()
        values.append(value.item())
    return values[0], values[1]


# --8<-- [end:step]
