"""GAN in PyTorch: Goodfellow et al. (2014), arXiv:1406.2661.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper.
"""

from typing import Any

import torch
from torch import Tensor, nn

from . import torch_losses as losses
from .config import GANConfig, check_examples, check_latent
from .torch_blocks import discriminator_layers, generator_layers


class Generator(nn.Module):
    """Makes examples out of noise."""

    def __init__(self, config: GANConfig):
        super().__init__()
        self.config = config
        sizes = (config.latent, *config.generator, config.features)
        self.main = generator_layers(sizes, config.output)

    def forward(self, z: Tensor) -> Tensor:  # (N, latent)
        """Return examples."""
        check_latent("GAN", z, self.config.latent)
        x = self.main(z)  # (N, features)
        return x.reshape(len(z), *self.config.shape)  # (N, *shape)


class Discriminator(nn.Module):
    """Scores examples: high for what it takes for real."""

    def __init__(self, config: GANConfig):
        super().__init__()
        self.config = config
        sizes = (config.features, *config.discriminator)
        self.main = discriminator_layers(sizes, config.pieces)

    def forward(self, x: Tensor) -> Tensor:  # (N, *shape)
        """Return a score for every example."""
        check_examples("GAN", x, self.config.shape)
        x = x.reshape(len(x), -1)  # (N, features)
        return self.main(x).reshape(-1)  # (N,)


# --8<-- [start:model]
class GAN(nn.Module):
    """A generator and a discriminator that learn from each other."""

    def __init__(self, config: GANConfig | None = None):
        super().__init__()
        config = config or GANConfig()
        self.config = config
        self.generator = Generator(config)
        self.discriminator = Discriminator(config)

    def forward(self, z: Tensor) -> Tensor:  # (N, latent)
        """Return examples made out of noise."""
        return self.generator(z)  # (N, *shape)


# --8<-- [end:model]


# --8<-- [start:losses]
def discriminator_loss(model: Any, x: Tensor, z: Tensor) -> Tensor:
    """Return what the discriminator minimizes on real examples x and those made of the noise z."""
    fake = model.generator(z).detach()  # the generator does not learn here
    return losses.adversarial_discriminator(
        model.discriminator(x), model.discriminator(fake), model.config.loss
    )


def generator_loss(model: Any, z: Tensor) -> Tensor:
    """Return what the generator minimizes: the discriminator shall score its work high."""
    return losses.adversarial_generator(
        model.discriminator(model.generator(z)), model.config.loss
    )


# --8<-- [end:losses]


# --8<-- [start:steps]
def discriminator_step(model: Any, optimizer: Any, x: Tensor, z: Tensor) -> float:
    """Improve the discriminator once, and return its loss before; the optimizer holds its parameters only."""
    loss = discriminator_loss(model, x, z)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def generator_step(model: Any, optimizer: Any, z: Tensor) -> float:
    """Improve the generator once, and return its loss before; the optimizer holds its parameters only."""
    loss = generator_loss(model, z)
    optimizer.zero_grad()
    loss.backward()  # the discriminator's gradients too, which its next step forgets
    optimizer.step()
    return loss.item()


# --8<-- [end:steps]


@torch.no_grad()
def sample(model: Any, n: int, *, generator: torch.Generator) -> Tensor:
    """Return n made-up examples; the generator of random numbers lives on the model's device."""
    like = next(model.parameters())
    z = torch.randn(
        n, model.config.latent, generator=generator, device=like.device, dtype=like.dtype
    )
    return model.generator(z)
