"""Wasserstein GANs.

WGAN: Arjovsky, Chintala and Bottou (2017), "Wasserstein GAN", arXiv:1701.07875. The critic's weights are clipped.
WGANGP: Gulrajani, Ahmed, Arjovsky, Dumoulin and Courville (2017), "Improved training of Wasserstein GANs",
arXiv:1704.00028. The critic's slope is held at 1, by a penalty on the gradient of its score.

    code          paper     shape
    z             z         (N, latent)   noise, standard normal
    generator(z)  x-tilde   (N, *shape)   examples that are made up
    x             x         (N, *shape)   examples that are real
    critic        f_w, D    (N,)          scores, not probabilities
    epsilon       epsilon   (N,)          uniform from 0 to 1: where between x and x-tilde the slope is measured
    between       x-hat     (N, *shape)   epsilon x + (1 - epsilon) x-tilde
    clip          c         a number
    penalty       lambda    a number

Players for pictures are DCGAN's (the table is in `models/dcgan/numpy_model.py`), the critic without batch norm in
WGANGP, since the penalty is on each example by itself. Players for points are perceptrons.

Deviations from the papers:

* the critic ends without a bias, which would drop out of every difference of scores;
* perceptrons have leaky rectifiers in the critic; the papers' have plain ones;
* the length of a gradient is taken as the root of its squares plus 1e-12, so that a slope of 0 has a gradient too;
* Gulrajani and others also use residual networks, which are not here; the optimizer is the caller's.
"""

from typing import Any

import numpy as np

from ... import losses
from ...autodiff import Tensor, grad, no_grad
from ...autodiff.engine import as_tensors
from ...nn import Module
from ..gan.numpy_model import sample
from .config import WGANConfig, WGANGPConfig, check_epsilon
from .numpy_blocks import Critic, Generator

__all__ = [
    "WGAN",
    "WGANGP",
    "clip_weights",
    "critic_loss",
    "critic_step",
    "generator_loss",
    "generator_step",
    "gradient_penalty",
    "sample",
    "wasserstein_estimate",
]


# --8<-- [start:model]
class WGAN(Module):
    """A generator, and a critic whose weights stay between -c and c.

    Shape:
        (N, latent) -> (N, *shape): the model as a whole is its generator.

    >>> model = WGAN(WGANConfig.tiny(), rng=np.random.default_rng(0))
    >>> x = model(np.zeros((4, 3), np.float32))
    >>> x.shape, model.critic(x).shape
    ((4, 2), (4,))
    """

    def __init__(self, config: WGANConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or WGANConfig()
        self.config = config
        self.generator = Generator(config, rng=rng)
        self.critic = Critic(config, "batch", rng=rng)
        clip_weights(self.critic, config.clip)

    def forward(self, z: Any) -> Tensor:  # (N, latent)
        """Return examples made out of noise."""
        return self.generator(z)  # (N, *shape)


class WGANGP(Module):
    """A generator, and a critic whose slope is held at 1 by a penalty.

    Shape:
        (N, latent) -> (N, *shape): the model as a whole is its generator.

    >>> model = WGANGP(WGANGPConfig.tiny(), rng=np.random.default_rng(0))
    >>> x = model(np.zeros((4, 3), np.float32))
    >>> x.shape, model.critic(x).shape
    ((4, 2), (4,))
    """

    def __init__(self, config: WGANGPConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or WGANGPConfig()
        self.config = config
        self.generator = Generator(config, rng=rng)
        self.critic = Critic(config, "none", rng=rng)

    def forward(self, z: Any) -> Tensor:  # (N, latent)
        """Return examples made out of noise."""
        return self.generator(z)  # (N, *shape)


# --8<-- [end:model]


# --8<-- [start:penalty]
def gradient_penalty(critic: Any, real: Any, fake: Any, epsilon: Any) -> Tensor:
    """Return the mean of (|slope| - 1)², the slope of the score by the example, between data and made-up ones.

    The slope is a gradient, and the penalty is trained on: a gradient of a gradient.

    Args:
        critic: a function of examples that scores each by itself: no batch norm.
        real: examples.
        fake: as many made-up ones.
        epsilon: for each pair where between them, 1 at the real one.

    Shape:
        real, fake (N, *shape), epsilon (N,)

    >>> real, fake, epsilon = np.zeros((2, 1)), np.ones((2, 1)), np.array([0.0, 0.3])
    >>> round(gradient_penalty(lambda x: 3 * x.sum(axis=1), real, fake, epsilon).item(), 6)
    4.0
    """
    real, fake = (x.data if isinstance(x, Tensor) else np.asarray(x) for x in (real, fake))
    epsilon = np.asarray(epsilon)
    check_epsilon(epsilon, real, fake)
    epsilon = epsilon.reshape(-1, *[1] * (real.ndim - 1)).astype(real.dtype)
    between = Tensor(epsilon * real + (1 - epsilon) * fake, requires_grad=True)
    (slope,) = grad(critic(between).sum(), between, create_graph=True)  # (N, *shape)
    length = ((slope**2).reshape(len(real), -1).sum(axis=1) + 1e-12).sqrt()  # (N,)
    return ((length - 1) ** 2).mean()


# --8<-- [end:penalty]


# --8<-- [start:losses]
def critic_loss(model: Any, x: Any, z: Any, epsilon: Any = None) -> Tensor:
    """Return what the critic minimizes: minus its estimate of the distance, and WGANGP's penalty.

    Args:
        model: a WGAN or a WGANGP.
        x: real examples.
        z: noise for as many made-up ones.
        epsilon: for WGANGP, one number from 0 to 1 an example.
    """
    fake = model.generator(z).detach()  # the generator does not learn here
    loss = losses.adversarial_discriminator(model.critic(x), model.critic(fake), "wasserstein")
    if not isinstance(model, WGANGP):
        return loss
    if epsilon is None:
        raise ValueError("WGANGP's critic needs epsilon: rng.uniform(size=len(x))")
    return loss + model.config.penalty * gradient_penalty(model.critic, x, fake, epsilon)


def generator_loss(model: Any, z: Any) -> Tensor:
    """Return what the generator minimizes: minus the critic's scores of its work."""
    return losses.adversarial_generator(model.critic(model.generator(z)), "wasserstein")


# --8<-- [end:losses]


# --8<-- [start:steps]
def critic_step(model: Any, optimizer: Any, x: Any, z: Any, epsilon: Any = None) -> float:
    """Improve the critic once, clip its weights if it is WGAN's, and return its loss before.

    Several such steps (5 in both papers) go before one of the generator: the critic's distance must be right before
    the generator follows it.
    """
    loss = critic_loss(model, x, z, epsilon)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if isinstance(model, WGAN):
        clip_weights(model.critic, model.config.clip)
    return loss.item()


def generator_step(model: Any, optimizer: Any, z: Any) -> float:
    """Improve the generator once, and return its loss before; the optimizer holds its parameters only."""
    loss = generator_loss(model, z)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def clip_weights(critic: Module, bound: float) -> None:
    """Bring every parameter of the critic between -bound and bound."""
    for p in critic.parameters():
        p.data = np.clip(p.data, -bound, bound)


# --8<-- [end:steps]


def wasserstein_estimate(model: Any, x: Any, z: Any) -> float:
    """Return the critic's mean score of data less that of made-up examples.

    For WGANGP with a trained critic it estimates the Wasserstein distance, for WGAN a multiple of it.
    """
    (x,) = as_tensors((x,))
    with no_grad():
        return (model.critic(x).mean() - model.critic(model.generator(z)).mean()).item()
