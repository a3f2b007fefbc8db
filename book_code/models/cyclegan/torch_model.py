"""CycleGAN in PyTorch: Zhu, Park, Isola and Efros (2017), arXiv:1703.10593.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..pix2pix.config import check_pictures
from ..pix2pix.torch_patchgan import PatchGAN, start_small
from .config import CycleGANConfig
from .pool import ImagePool


# --8<-- [start:generator]
class ResnetBlock(nn.Module):
    """Two convolutions around which the input is carried."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            nn.InstanceNorm2d(channels),
            nn.ReLU(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return x and what the convolutions add to it."""
        return x + self.conv_block(x)


class ResnetGenerator(nn.Module):
    """Halved twice, changed by residual blocks, doubled twice."""

    def __init__(self, inputs: int, outputs: int, config: CycleGANConfig):
        super().__init__()
        self.shape = (inputs, config.image_size, config.image_size)
        c = config.channels
        parts: list[nn.Module] = [nn.ReflectionPad2d(3), nn.Conv2d(inputs, c, 7)]
        parts += [nn.InstanceNorm2d(c), nn.ReLU()]
        for width in (c, 2 * c):
            parts.append(nn.Conv2d(width, 2 * width, 3, stride=2, padding=1))
            parts += [nn.InstanceNorm2d(2 * width), nn.ReLU()]
        parts += [ResnetBlock(4 * c) for _ in range(config.blocks)]
        for width in (4 * c, 2 * c):
            parts.append(nn.ConvTranspose2d(width, width // 2, 3, 2, 1, output_padding=1))
            parts += [nn.InstanceNorm2d(width // 2), nn.ReLU()]
        parts += [nn.ReflectionPad2d(3), nn.Conv2d(c, outputs, 7), nn.Tanh()]
        self.model = nn.Sequential(*parts)

    def forward(self, x: Tensor) -> Tensor:  # (N, in, 256, 256)
        """Return the pictures translated."""
        check_pictures("CycleGAN's generator", x, self.shape)
        return self.model(x)  # (N, out, 256, 256)


# --8<-- [end:generator]


class Translations(NamedTuple):
    """What CycleGAN makes of pictures x and y: each as the other kind, and back again."""

    fake_y: Tensor
    back_x: Tensor
    fake_x: Tensor
    back_y: Tensor


# --8<-- [start:model]
class CycleGAN(nn.Module):
    """Two generators, there and back, and two judges."""

    def __init__(self, config: CycleGANConfig | None = None):
        super().__init__()
        config = config or CycleGANConfig()
        x, y, c = config.x_channels, config.y_channels, config.channels
        self.config = config
        self.g = ResnetGenerator(x, y, config)
        self.f = ResnetGenerator(y, x, config)
        self.d_x = PatchGAN(x, c, config.layers, "instance")
        self.d_y = PatchGAN(y, c, config.layers, "instance")
        start_small(self)

    # --8<-- [start:forward]
    def forward(self, x: Tensor, y: Tensor) -> Translations:  # (N, 3, 256, 256) both
        """Return x as Y and back, and y as X and back."""
        fake_y, fake_x = self.g(x), self.f(y)
        return Translations(fake_y, self.f(fake_y), fake_x, self.g(fake_x))

    # --8<-- [end:forward]


# --8<-- [end:model]


# --8<-- [start:loss]
def generator_loss(model: CycleGAN, x: Tensor, y: Tensor) -> Tensor:
    """Return what both generators pay: to the judges, for the way back, and for needless changes (section 3, 5.2)."""
    made, weight = model(x, y), model.config.cycle
    loss = says(model.d_y(made.fake_y), 1.0) + says(model.d_x(made.fake_x), 1.0)
    loss = loss + weight * (F.l1_loss(made.back_x, x) + F.l1_loss(made.back_y, y))
    if model.config.identity:
        unchanged = F.l1_loss(model.g(y), y) + F.l1_loss(model.f(x), x)
        loss = loss + weight * model.config.identity * unchanged
    return loss


def discriminator_loss(
    model: CycleGAN, x: Tensor, y: Tensor, fake_x: Tensor, fake_y: Tensor
) -> Tensor:
    """Return what both judges pay: half the squared errors of 1 for real pictures and 0 for made ones."""
    in_x = says(model.d_x(x), 1.0) + says(model.d_x(fake_x), 0.0)
    in_y = says(model.d_y(y), 1.0) + says(model.d_y(fake_y), 0.0)
    return 0.5 * in_x + 0.5 * in_y


def says(judgements: Tensor, real: float) -> Tensor:
    """Return the mean squared distance of all judgements to one answer (least squares GAN)."""
    return ((judgements - real) ** 2).mean()


# --8<-- [end:loss]


# --8<-- [start:step]
def train_step(
    model: CycleGAN,
    x: Tensor,
    y: Tensor,
    optimizers: Sequence[torch.optim.Optimizer],
    pools: Sequence[ImagePool],
) -> tuple[float, float]:
    """Let the generators make one step, then the judges; return both losses as they were before."""
    with torch.no_grad():
        made = model(x, y)
    fakes = [
        torch.stack(pool.swap(fake))
        for pool, fake in zip(pools, (made.fake_x, made.fake_y), strict=True)
    ]
    of_generators, of_judges = optimizers
    paid = step(model, generator_loss(model, x, y), of_generators)
    return paid, step(model, discriminator_loss(model, x, y, *fakes), of_judges)


def step(model: CycleGAN, loss: Tensor, optimizer: Any) -> float:
    """Let an optimizer make one step down a loss; return the loss."""
    model.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


# --8<-- [end:step]
