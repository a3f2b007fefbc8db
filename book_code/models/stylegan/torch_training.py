"""What StyleGAN2 is trained with, in PyTorch; the same names and results as `numpy_training.py`."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from ..gan.torch_losses import adversarial_discriminator, adversarial_generator
from .config import StyleGAN2Config
from .torch_model import StyleGAN2, repeat

Noise = Sequence[Tensor] | None


# --8<-- [start:loss]
def discriminator_loss(model: StyleGAN2, x: Tensor, z: Tensor, noise: Noise = None) -> Tensor:
    """Return what the judge pays: cross-entropy on real pictures x and made ones, and the R1 penalty."""
    fake = model(z, noise).detach()
    judged = adversarial_discriminator(model.discriminator(x), model.discriminator(fake))
    return judged + r1_penalty(model, x)


def r1_penalty(model: StyleGAN2, x: Tensor) -> Tensor:
    """Return half of gamma times the mean squared gradient of the judge at real pictures (arXiv:1801.04406)."""
    x = x.detach().requires_grad_(True)
    (slope,) = torch.autograd.grad(model.discriminator(x).sum(), x, create_graph=True)
    return 0.5 * model.config.r1 * slope.square().sum(dim=(1, 2, 3)).mean()


def generator_loss(
    model: StyleGAN2,
    z: Tensor,
    noise: Noise = None,
    y: Tensor | None = None,
    target: float = 0.0,
) -> Tensor:
    """Return what the generator pays: for not being taken for real, and for uneven path lengths if y is given."""
    loss = adversarial_generator(model.discriminator(model(z, noise)))
    if y is None:
        return loss
    uneven = path_lengths(model, z, y, noise) - target
    return loss + model.config.path * uneven.square().mean()


def path_lengths(model: StyleGAN2, z: Tensor, y: Tensor, noise: Noise = None) -> Tensor:
    """Return how far pictures move with their styles, (N,): lengths of Jᵀ y (section 3.2)."""
    ws = repeat(model.generator.mapping(z), model.config.layers)
    pictures = model.generator.synthesis(ws, noise)
    scale = 1 / math.sqrt(pictures.shape[2] * pictures.shape[3])
    (slope,) = torch.autograd.grad((pictures * y).sum() * scale, ws, create_graph=True)
    return slope.square().sum(dim=2).mean(dim=1).sqrt()  # from (N, layers, style)


# --8<-- [end:loss]


# --8<-- [start:styles]
def mix(first: Tensor, second: Tensor, crossover: int, layers: int) -> Tensor:
    """Return styles of which the layers before `crossover` have the first, and the others the second."""
    if not 0 <= crossover <= layers:
        raise ValueError(f"mix expected a crossover from 0 to {layers}, got {crossover}")
    late = torch.arange(layers, device=first.device) >= crossover
    return torch.where(late[None, :, None], repeat(second, layers), repeat(first, layers))


def truncate(ws: Tensor, mean: Tensor, psi: float) -> Tensor:
    """Return the styles brought nearer to the mean: all but a share psi of the way."""
    return mean + psi * (ws - mean)


@torch.no_grad()
def track_mean(model: StyleGAN2, w: Tensor, decay: float = 0.995) -> None:
    """Move the mean style, which truncation uses, towards that of a batch of styles."""
    model.generator.mapping.mean.mul_(decay).add_((1 - decay) * w.mean(dim=0))


# --8<-- [end:styles]


def draw_noise(
    config: StyleGAN2Config, n: int, like: Tensor, generator: torch.Generator | None = None
) -> list[Tensor]:
    """Return fresh noise maps for n pictures, one a convolution, of the type and on the device of `like`."""
    return [
        torch.randn(n, 1, side, side, generator=generator, dtype=like.dtype, device=like.device)
        for side in config.noise_sides
    ]


@torch.no_grad()
def sample(
    model: StyleGAN2, n: int, *, generator: torch.Generator | None = None, psi: float = 1.0
) -> Tensor:
    """Return n pictures, with fresh noise; psi below 1 gives better and less different ones."""
    like, config = model.generator.synthesis.const, model.config
    z = torch.randn(n, config.latent, generator=generator, dtype=like.dtype, device=like.device)
    noise = draw_noise(config, n, like, generator)
    w = truncate(model.generator.mapping(z), model.generator.mapping.mean, psi)
    return model.generator.synthesis(repeat(w, config.layers), noise)
