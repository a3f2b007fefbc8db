"""What StyleGAN2 is trained with, and what is done with its styles (the names of `numpy_model.py`)."""

import math
from typing import Any

import numpy as np

from ... import losses
from ...autodiff import Tensor, grad, no_grad
from ...autodiff import functional as F
from .config import StyleGAN2Config
from .numpy_model import StyleGAN2, repeat


# --8<-- [start:loss]
def discriminator_loss(model: StyleGAN2, x: Any, z: Any, noise: Any = None) -> Tensor:
    """Return what the judge pays: cross-entropy on real pictures x and made ones, and the R1 penalty."""
    fake = model(z, noise).detach()
    judged = losses.adversarial_discriminator(model.discriminator(x), model.discriminator(fake))
    return judged + r1_penalty(model, x)


def r1_penalty(model: StyleGAN2, x: Any) -> Tensor:
    """Return half of gamma times the mean squared gradient of the judge at real pictures (arXiv:1801.04406)."""
    x = Tensor(x, requires_grad=True)
    (slope,) = grad(model.discriminator(x).sum(), x, create_graph=True)
    return 0.5 * model.config.r1 * (slope * slope).sum(axis=(1, 2, 3)).mean()


def generator_loss(
    model: StyleGAN2, z: Any, noise: Any = None, y: Any = None, target: float = 0.0
) -> Tensor:
    """Return what the generator pays: for not being taken for real, and for uneven path lengths if y is given.

    Args:
        model: whose generator is trained.
        z: noise, (N, latent).
        noise: noise maps, as :func:`draw_noise` gives them.
        y: standard normal pictures, or None for no path length penalty.
        target: the length a that paths should have: the moving average of what they have.
    """
    loss = losses.adversarial_generator(model.discriminator(model(z, noise)))
    if y is None:
        return loss
    uneven = path_lengths(model, z, y, noise) - target
    return loss + model.config.path * (uneven * uneven).mean()


def path_lengths(model: StyleGAN2, z: Any, y: Any, noise: Any = None) -> Tensor:
    """Return how far pictures move with their styles, (N,): lengths of Jᵀ y (section 3.2).

    Length is taken over the numbers of a style, and averaged, as a square, over the layers.
    """
    ws = repeat(model.generator.mapping(z), model.config.layers)
    pictures = model.generator.synthesis(ws, noise)
    scale = 1 / math.sqrt(pictures.shape[2] * pictures.shape[3])
    (slope,) = grad((pictures * y).sum() * scale, ws, create_graph=True)  # (N, layers, style)
    return (slope * slope).sum(axis=2).mean(axis=1) ** 0.5


# --8<-- [end:loss]


# --8<-- [start:styles]
def mix(first: Any, second: Any, crossover: int, layers: int) -> Tensor:
    """Return styles of which the layers before `crossover` have the first, and the others the second.

    Shape:
        w (N, style) both -> (N, layers, style)
    """
    if not 0 <= crossover <= layers:
        raise ValueError(f"mix expected a crossover from 0 to {layers}, got {crossover}")
    late = (np.arange(layers) >= crossover)[None, :, None]
    return F.where(late, repeat(second, layers), repeat(first, layers))


def truncate(ws: Any, mean: Any, psi: float) -> Any:
    """Return the styles brought nearer to the mean: all but a share psi of the way."""
    return mean + psi * (ws - mean)


def track_mean(model: StyleGAN2, w: Any, decay: float = 0.995) -> None:
    """Move the mean style, which truncation uses, towards that of a batch of styles."""
    mapping, w = model.generator.mapping, np.asarray(w)
    mapping.mean = (decay * mapping.mean + (1 - decay) * w.mean(axis=0)).astype(
        mapping.mean.dtype
    )


# --8<-- [end:styles]


def draw_noise(
    config: StyleGAN2Config, n: int, *, rng: np.random.Generator
) -> list[np.ndarray]:
    """Return fresh noise maps for n pictures, one a convolution.

    >>> [m.shape for m in draw_noise(StyleGAN2Config.tiny(), 2, rng=np.random.default_rng(0))]
    [(2, 1, 4, 4), (2, 1, 8, 8), (2, 1, 8, 8)]
    """
    return [
        rng.standard_normal((n, 1, side, side)).astype(np.float32)
        for side in config.noise_sides
    ]


def sample(
    model: StyleGAN2, n: int, *, rng: np.random.Generator, psi: float = 1.0
) -> np.ndarray:
    """Return n pictures, with fresh noise; psi below 1 gives better and less different ones.

    Shape:
        (n, channels, image_size, image_size)

    >>> model = StyleGAN2(StyleGAN2Config.tiny(), rng=np.random.default_rng(0))
    >>> sample(model, 2, rng=np.random.default_rng(1), psi=0.7).shape
    (2, 1, 8, 8)
    """
    dtype, config = model.generator.synthesis.const.dtype, model.config
    z = rng.standard_normal((n, config.latent)).astype(dtype)
    noise = [part.astype(dtype) for part in draw_noise(config, n, rng=rng)]
    with no_grad():
        w = truncate(model.generator.mapping(z), model.generator.mapping.mean, psi)
        return model.generator.synthesis(repeat(w, config.layers), noise).numpy()
