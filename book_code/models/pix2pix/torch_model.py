"""Pix2Pix in PyTorch: Isola, Zhu, Zhou and Efros (2016), arXiv:1611.07004.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import Pix2PixConfig, check_pictures
from .torch_patchgan import PatchGAN, start_small


# --8<-- [start:generator]
class Down(nn.Module):
    """Leaky ReLU, a convolution that halves the sides, batch norm; the outermost has the convolution alone."""

    def __init__(self, level: int, config: Pix2PixConfig):
        super().__init__()
        inputs, outputs = (config.in_channels, *config.widths)[level : level + 2]
        last = level + 1 == config.downs
        self.conv = nn.Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=False)
        self.norm = None if level == 0 or last else nn.BatchNorm2d(outputs)
        self.outermost = level == 0

    def forward(self, x: Tensor) -> Tensor:  # (N, in, H, W)
        """Return maps of half the sides."""
        x = self.conv(x if self.outermost else F.leaky_relu(x, 0.2))  # (N, out, H/2, W/2)
        return self.norm(x) if self.norm else x


class Up(nn.Module):
    """ReLU, a transposed convolution that doubles the sides, batch norm, dropout; the outermost ends in tanh."""

    def __init__(self, level: int, config: Pix2PixConfig):
        super().__init__()
        inputs = config.widths[level] * (1 if level + 1 == config.downs else 2)
        outputs = config.widths[level - 1] if level else config.out_channels
        self.conv = nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=level == 0)
        self.norm = nn.BatchNorm2d(outputs) if level else None
        drops = level and level >= config.downs - 3
        self.dropout = nn.Dropout(config.dropout) if drops else None

    def forward(self, x: Tensor) -> Tensor:  # (N, in, H, W)
        """Return maps of twice the sides."""
        x = self.conv(F.relu(x))  # (N, out, 2H, 2W)
        if self.norm is None:
            return torch.tanh(x)
        x = self.norm(x)
        return self.dropout(x) if self.dropout else x


class UNetGenerator(nn.Module):
    """Down to one pixel and up again; every step up sees the maps of the same side on the way down."""

    def __init__(self, config: Pix2PixConfig):
        super().__init__()
        self.config = config
        self.down = nn.ModuleList([Down(level, config) for level in range(config.downs)])
        self.up = nn.ModuleList([Up(level, config) for level in range(config.downs)])

    # --8<-- [start:forward]
    def forward(self, x: Tensor) -> Tensor:  # (N, 3, 256, 256)
        """Return the pictures made."""
        check_pictures("Pix2Pix", x, self.config.input_shape)
        maps = []
        for down in self.down:
            x = down(x)
            maps.append(x)
        x = self.up[-1](maps.pop())  # (N, 512, 2, 2), from (N, 512, 1, 1)
        for up in reversed(self.up[:-1]):
            x = up(torch.cat([maps.pop(), x], dim=1))
        return x  # (N, 3, 256, 256)

    # --8<-- [end:forward]


# --8<-- [end:generator]


# --8<-- [start:model]
class Pix2Pix(nn.Module):
    """A generator and its judge; called with pictures, it gives those that the generator makes of them."""

    def __init__(self, config: Pix2PixConfig | None = None):
        super().__init__()
        config = config or Pix2PixConfig()
        both = config.in_channels + config.out_channels
        self.config = config
        self.generator = UNetGenerator(config)
        self.discriminator = PatchGAN(both, config.channels, config.layers)
        start_small(self)

    def forward(self, x: Tensor) -> Tensor:  # (N, 3, 256, 256)
        """Return the pictures made."""
        return self.generator(x)  # (N, 3, 256, 256)

    def judge(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the logits that the patches of y are what belongs to x."""
        check_pictures("Pix2Pix's discriminator", y, self.config.output_shape)
        return self.discriminator(torch.cat([x, y], dim=1))  # (N, 1, 30, 30)


# --8<-- [end:model]


# --8<-- [start:loss]
def discriminator_loss(model: Pix2Pix, x: Tensor, y: Tensor) -> Tensor:
    """Return half the cross-entropies of real pairs as real and made ones as made; trains the discriminator."""
    fake = model(x).detach()
    return 0.5 * (says(model.judge(x, y), 1.0) + says(model.judge(x, fake), 0.0))


def generator_loss(model: Pix2Pix, x: Tensor, y: Tensor) -> Tensor:
    """Return what the generator pays: for not being taken for real, and lambda times the distance to y."""
    fake = model(x)
    return says(model.judge(x, fake), 1.0) + model.config.l1 * F.l1_loss(fake, y)


def says(logits: Tensor, real: float) -> Tensor:
    """Return the cross-entropy of logits with one answer for all."""
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, real))


# --8<-- [end:loss]


# --8<-- [start:step]
def train_step(
    model: Pix2Pix,
    x: Tensor,
    y: Tensor,
    optimizer_d: torch.optim.Optimizer,
    optimizer_g: torch.optim.Optimizer,
) -> tuple[float, float]:
    """Let the discriminator make one step, then the generator; return both losses as they were before."""
    values = []
    for loss, optimizer in (discriminator_loss, optimizer_d), (generator_loss, optimizer_g):
        value = loss(model, x, y)
        model.zero_grad()
        value.backward()
        optimizer.step()
        values.append(value.item())
    return values[0], values[1]


# --8<-- [end:step]
