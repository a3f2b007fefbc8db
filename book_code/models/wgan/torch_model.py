"""Wasserstein GANs in PyTorch: arXiv:1701.07875 (clipped weights) and arXiv:1704.00028 (gradient penalty).

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the papers.
"""

from typing import Any

import torch
from torch import Tensor, nn

from ..dcgan import torch_blocks as convolutional
from ..dcgan.torch_blocks import begun
from ..gan import torch_blocks as dense
from ..gan import torch_losses as losses
from ..gan.config import check_examples, check_latent
from ..gan.torch_model import sample
from .config import WGANConfig, WGANGPConfig, check_epsilon

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


class Generator(nn.Module):
    """Makes examples out of noise."""

    def __init__(self, config: Any):
        super().__init__()
        self.config = config
        if config.pictures:
            start = config.start(config.generator)
            self.main = convolutional.generator_layers(
                config.latent, config.generator, config.shape[0], start, config.output
            )
        else:
            sizes = (config.latent, *config.generator, config.features)
            self.main = dense.generator_layers(sizes, config.output)

    def forward(self, z: Tensor) -> Tensor:  # (N, latent)
        """Return examples."""
        check_latent("WGAN", z, self.config.latent)
        return self.main(z.reshape(*z.shape, 1, 1) if self.config.pictures else z)


class Critic(nn.Module):
    """Scores examples."""

    def __init__(self, config: Any, norm: str):
        super().__init__()
        self.config = config
        widths = config.critic
        if config.pictures:
            self.main = nn.Sequential(
                *convolutional.discriminator_layers(config.shape[0], widths, norm),
                begun(nn.Conv2d(widths[-1], 1, config.start(widths), bias=False)),
            )
        else:
            self.main = dense.discriminator_layers((config.features, *widths), None, False)

    def forward(self, x: Tensor) -> Tensor:  # (N, *shape)
        """Return a score for every example."""
        check_examples("WGAN", x, self.config.shape)
        return self.main(x).reshape(-1)  # (N,)


# --8<-- [start:model]
class WGAN(nn.Module):
    """A generator, and a critic whose weights stay between -c and c."""

    def __init__(self, config: WGANConfig | None = None):
        super().__init__()
        config = config or WGANConfig()
        self.config = config
        self.generator = Generator(config)
        self.critic = Critic(config, "batch")
        clip_weights(self.critic, config.clip)

    def forward(self, z: Tensor) -> Tensor:  # (N, latent)
        """Return examples made out of noise."""
        return self.generator(z)  # (N, *shape)


class WGANGP(nn.Module):
    """A generator, and a critic whose slope is held at 1 by a penalty."""

    def __init__(self, config: WGANGPConfig | None = None):
        super().__init__()
        config = config or WGANGPConfig()
        self.config = config
        self.generator = Generator(config)
        self.critic = Critic(config, "none")

    def forward(self, z: Tensor) -> Tensor:  # (N, latent)
        """Return examples made out of noise."""
        return self.generator(z)  # (N, *shape)


# --8<-- [end:model]


# --8<-- [start:penalty]
def gradient_penalty(critic: Any, real: Tensor, fake: Tensor, epsilon: Tensor) -> Tensor:
    """Return the mean of (|slope| - 1)², the slope of the score by the example, between data and made-up ones."""
    check_epsilon(epsilon, real, fake)
    epsilon = epsilon.reshape(-1, *[1] * (real.ndim - 1))
    between = (epsilon * real + (1 - epsilon) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    length = (slope.square().flatten(1).sum(1) + 1e-12).sqrt()  # (N,)
    return (length - 1).square().mean()


# --8<-- [end:penalty]


# --8<-- [start:losses]
def critic_loss(model: Any, x: Tensor, z: Tensor, epsilon: Tensor | None = None) -> Tensor:
    """Return what the critic minimizes: minus its estimate of the distance, and WGANGP's penalty."""
    fake = model.generator(z).detach()  # the generator does not learn here
    loss = losses.adversarial_discriminator(model.critic(x), model.critic(fake), "wasserstein")
    if not isinstance(model, WGANGP):
        return loss
    if epsilon is None:
        raise ValueError("WGANGP's critic needs epsilon: torch.rand(len(x))")
    return loss + model.config.penalty * gradient_penalty(model.critic, x, fake, epsilon)


def generator_loss(model: Any, z: Tensor) -> Tensor:
    """Return what the generator minimizes: minus the critic's scores of its work."""
    return losses.adversarial_generator(model.critic(model.generator(z)), "wasserstein")


# --8<-- [end:losses]


# --8<-- [start:steps]
def critic_step(
    model: Any, optimizer: Any, x: Tensor, z: Tensor, epsilon: Tensor | None = None
) -> float:
    """Improve the critic once, clip its weights if it is WGAN's, and return its loss before."""
    loss = critic_loss(model, x, z, epsilon)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if isinstance(model, WGAN):
        clip_weights(model.critic, model.config.clip)
    return loss.item()


def generator_step(model: Any, optimizer: Any, z: Tensor) -> float:
    """Improve the generator once, and return its loss before; the optimizer holds its parameters only."""
    loss = generator_loss(model, z)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@torch.no_grad()
def clip_weights(critic: nn.Module, bound: float) -> None:
    """Bring every parameter of the critic between -bound and bound."""
    for p in critic.parameters():
        p.clamp_(-bound, bound)


# --8<-- [end:steps]


@torch.no_grad()
def wasserstein_estimate(model: Any, x: Tensor, z: Tensor) -> float:
    """Return the critic's mean score of data less that of made-up examples."""
    return (model.critic(x).mean() - model.critic(model.generator(z)).mean()).item()
