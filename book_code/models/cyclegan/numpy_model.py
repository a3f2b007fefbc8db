"""CycleGAN: Zhu, Park, Isola and Efros (2017), "Unpaired image-to-image translation using cycle-consistent
adversarial networks", arXiv:1703.10593.

    code    paper   shape
    x, y    x, y    (N, 3, 256, 256)  pictures of the two kinds, of which none belong together; pixels -1 to 1
    g       G       (N, 3, 256, 256)  from X to Y
    f       F       (N, 3, 256, 256)  from Y to X
    d_y     D_Y     (N, 1, 30, 30)    is each patch one of Y's?
    d_x     D_X     (N, 1, 30, 30)    is each patch one of X's?
    cycle   lambda  a number

The generator; names are those of the authors' PyTorch code, whose layers are numbered in one row:

    model.0  - 3    (N,  64, 256, 256)  mirrored border, 7 x 7 convolution, instance norm, ReLU
    model.4  - 6    (N, 128, 128, 128)  3 x 3 of stride 2
    model.7  - 9    (N, 256,  64,  64)  3 x 3 of stride 2
    model.10 - 18   (N, 256,  64,  64)  nine residual blocks
    model.19 - 21   (N, 128, 128, 128)  transposed 3 x 3 of stride 2
    model.22 - 24   (N,  64, 256, 256)  transposed 3 x 3 of stride 2
    model.25 - 27   (N,   3, 256, 256)  mirrored border, 7 x 7 convolution, tanh

Deviations from the paper: none known; as in the authors' code instance norm has nothing to learn, so the biases
of the convolutions before it have no effect, and the judges' loss is halved.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ... import losses
from ...autodiff import Tensor, no_grad
from ...nn import (
    Conv2d,
    ConvTranspose2d,
    InstanceNorm2d,
    Module,
    ReflectionPad2d,
    ReLU,
    Sequential,
    Tanh,
)
from ..pix2pix.config import check_pictures
from ..pix2pix.patchgan import PatchGAN, start_small
from .config import CycleGANConfig
from .pool import ImagePool


# --8<-- [start:generator]
class ResnetBlock(Module):
    """Two convolutions around which the input is carried.

    Shape:
        (N, C, H, W) -> (N, C, H, W)
    """

    def __init__(self, channels: int, *, rng: np.random.Generator):
        super().__init__()
        self.conv_block = Sequential(
            ReflectionPad2d(1),
            Conv2d(channels, channels, 3, rng=rng),
            InstanceNorm2d(channels),
            ReLU(),
            ReflectionPad2d(1),
            Conv2d(channels, channels, 3, rng=rng),
            InstanceNorm2d(channels),
        )

    def forward(self, x: Any) -> Tensor:
        """Return x and what the convolutions add to it."""
        return x + self.conv_block(x)


class ResnetGenerator(Module):
    """Halved twice, changed by residual blocks, doubled twice.

    Shape:
        (N, in, 256, 256) -> (N, out, 256, 256), pixels from -1 to 1.
    """

    def __init__(
        self, inputs: int, outputs: int, config: CycleGANConfig, *, rng: np.random.Generator
    ):
        super().__init__()
        self.shape = (inputs, config.image_size, config.image_size)
        c = config.channels
        parts: list[Module] = [ReflectionPad2d(3), Conv2d(inputs, c, 7, rng=rng)]
        parts += [InstanceNorm2d(c), ReLU()]
        for width in (c, 2 * c):
            parts.append(Conv2d(width, 2 * width, 3, stride=2, padding=1, rng=rng))
            parts += [InstanceNorm2d(2 * width), ReLU()]
        parts += [ResnetBlock(4 * c, rng=rng) for _ in range(config.blocks)]
        for width in (4 * c, 2 * c):
            parts.append(ConvTranspose2d(width, width // 2, 3, 2, 1, output_padding=1, rng=rng))
            parts += [InstanceNorm2d(width // 2), ReLU()]
        parts += [ReflectionPad2d(3), Conv2d(c, outputs, 7, rng=rng), Tanh()]
        self.model = Sequential(*parts)

    def forward(self, x: Any) -> Tensor:  # (N, in, 256, 256)
        """Return the pictures translated."""
        check_pictures("CycleGAN's generator", x, self.shape)
        return self.model(x)  # (N, out, 256, 256)


# --8<-- [end:generator]


class Translations(NamedTuple):
    """What CycleGAN makes of pictures x and y: each as the other kind, and back again."""

    fake_y: Any
    back_x: Any
    fake_x: Any
    back_y: Any


# --8<-- [start:model]
class CycleGAN(Module):
    """Two generators, there and back, and two judges.

    Shape:
        x (N, 3, 256, 256), y (N, 3, 256, 256) -> four times the same, with the standard configuration.

    >>> model = CycleGAN(CycleGANConfig.tiny(), rng=np.random.default_rng(0))
    >>> x = y = np.zeros((1, 1, 8, 8), np.float32)
    >>> model(x, y).back_x.shape
    (1, 1, 8, 8)
    """

    def __init__(self, config: CycleGANConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or CycleGANConfig()
        x, y, c = config.x_channels, config.y_channels, config.channels
        self.config = config
        self.g = ResnetGenerator(x, y, config, rng=rng)
        self.f = ResnetGenerator(y, x, config, rng=rng)
        self.d_x = PatchGAN(x, c, config.layers, "instance", rng=rng)
        self.d_y = PatchGAN(y, c, config.layers, "instance", rng=rng)
        start_small(self, rng)

    # --8<-- [start:forward]
    def forward(self, x: Any, y: Any) -> Translations:  # (N, 3, 256, 256) both
        """Return x as Y and back, and y as X and back."""
        fake_y, fake_x = self.g(x), self.f(y)
        return Translations(fake_y, self.f(fake_y), fake_x, self.g(fake_x))

    # --8<-- [end:forward]


# --8<-- [end:model]


# --8<-- [start:loss]
def generator_loss(model: CycleGAN, x: Any, y: Any) -> Tensor:
    """Return what both generators pay: to the judges, for the way back, and for needless changes (section 3, 5.2)."""
    made, weight = model(x, y), model.config.cycle
    as_y = losses.adversarial_generator(model.d_y(made.fake_y), "least_squares")
    as_x = losses.adversarial_generator(model.d_x(made.fake_x), "least_squares")
    loss = 2 * (as_y + as_x)  # the paper has no half here
    loss = loss + weight * (losses.mae(made.back_x, x) + losses.mae(made.back_y, y))
    if model.config.identity:
        unchanged = losses.mae(model.g(y), y) + losses.mae(model.f(x), x)
        loss = loss + weight * model.config.identity * unchanged
    return loss


def discriminator_loss(model: CycleGAN, x: Any, y: Any, fake_x: Any, fake_y: Any) -> Tensor:
    """Return what both judges pay: half the squared errors of 1 for real pictures and 0 for made ones.

    Args:
        model: whose judges are trained.
        x: real pictures of the first kind.
        y: real pictures of the second kind.
        fake_x: made ones, of now or of earlier, as constants.
        fake_y: made ones of the second kind.
    """
    in_x = losses.adversarial_discriminator(model.d_x(x), model.d_x(fake_x), "least_squares")
    in_y = losses.adversarial_discriminator(model.d_y(y), model.d_y(fake_y), "least_squares")
    return in_x + in_y


# --8<-- [end:loss]


# --8<-- [start:step]
def train_step(
    model: CycleGAN, x: Any, y: Any, optimizers: Sequence[Any], pools: Sequence[ImagePool]
) -> tuple[float, float]:
    """Let the generators make one step, then the judges; return both losses as they were before.

    Args:
        model: in training mode.
        x: real pictures of the first kind.
        y: real pictures of the second kind.
        optimizers: of the parameters of `g` and `f`, and of those of `d_x` and `d_y`; the paper has Adam, lr 2e-4,
            betas 0.5 and 0.999.
        pools: of made pictures of the first and of the second kind.
    """
    with no_grad():
        made = model(x, y)
    fakes = [
        np.stack(pool.swap(fake.numpy()))
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
