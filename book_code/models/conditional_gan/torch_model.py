"""Conditional GAN in PyTorch: Mirza and Osindero (2014), arXiv:1411.1784; projection: arXiv:1802.05637.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the papers.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..gan import torch_losses as losses
from ..gan.config import check_examples, check_latent
from ..gan.torch_blocks import discriminator_layers, generator_layers
from ..vae.config import check_labels
from .config import ConditionalGANConfig


class Generator(nn.Module):
    """Makes examples of given classes out of noise."""

    def __init__(self, config: ConditionalGANConfig):
        super().__init__()
        self.config = config
        self.noise = nn.Linear(config.latent, config.generator_noise)
        self.label = nn.Linear(config.classes, config.generator_label)
        joined = config.generator_noise + config.generator_label
        self.main = generator_layers(
            (joined, *config.generator, config.features), config.output
        )

    def forward(self, z: Tensor, y: Tensor) -> Tensor:  # (N, latent), (N,)
        """Return an example of class y[i] for each row of noise."""
        check_latent("ConditionalGAN", z, self.config.latent)
        check_labels("ConditionalGAN", y, len(z), self.config.classes)
        labels = F.one_hot(y, self.config.classes).to(z.dtype)  # (N, K)
        joined = torch.cat([self.noise(z), self.label(labels)], 1)  # (N, 1200)
        x = self.main(F.relu(joined))  # (N, features)
        return x.reshape(len(z), *self.config.shape)  # (N, *shape)


class Discriminator(nn.Module):
    """Scores examples of given classes: high for real ones that are of their class."""

    def __init__(self, config: ConditionalGANConfig):
        super().__init__()
        self.config = config
        joined = config.discriminator_example
        self.example = discriminator_layers((config.features, joined), config.pieces)[:-1]
        self.label = None
        if config.conditioning == "concatenate":
            units = config.discriminator_label
            self.label = discriminator_layers((config.classes, units), config.pieces)[:-1]
            joined += units
        sizes = (joined, *config.discriminator)
        self.main = discriminator_layers(sizes, config.joint_pieces)
        self.embed = None
        if config.conditioning == "projection":
            self.embed = nn.Embedding(config.classes, sizes[-1])

    def forward(self, x: Tensor, y: Tensor) -> Tensor:  # (N, *shape), (N,)
        """Return a score for every example as one of class y[i]."""
        check_examples("ConditionalGAN", x, self.config.shape)
        check_labels("ConditionalGAN", y, len(x), self.config.classes)
        h = self.example(x.flatten(1))  # (N, 240)
        if self.label is not None:
            labels = F.one_hot(y, self.config.classes).to(x.dtype)  # (N, K)
            h = torch.cat([h, self.label(labels)], 1)  # (N, 290)
        h = self.main[:-1](h)  # (N, 240)
        score = self.main[-1](h).reshape(-1)  # (N,)
        if self.embed is not None:
            score = score + (self.embed(y) * h).sum(1)
        return score


# --8<-- [start:model]
class ConditionalGAN(nn.Module):
    """A generator and a discriminator that are both told the class."""

    def __init__(self, config: ConditionalGANConfig | None = None):
        super().__init__()
        config = config or ConditionalGANConfig()
        self.config = config
        self.generator = Generator(config)
        self.discriminator = Discriminator(config)

    def forward(self, z: Tensor, y: Tensor) -> Tensor:  # (N, latent), (N,)
        """Return examples of the classes asked for."""
        return self.generator(z, y)  # (N, *shape)


# --8<-- [end:model]


def discriminator_loss(model: ConditionalGAN, x: Tensor, y: Tensor, z: Tensor) -> Tensor:
    """Return what the discriminator minimizes on real examples x of classes y, and made-up ones of the same classes."""
    fake = model.generator(z, y).detach()  # the generator does not learn here
    return losses.adversarial_discriminator(
        model.discriminator(x, y), model.discriminator(fake, y), model.config.loss
    )


def generator_loss(model: ConditionalGAN, y: Tensor, z: Tensor) -> Tensor:
    """Return what the generator minimizes: its work shall be scored high as of the classes asked for."""
    scores = model.discriminator(model.generator(z, y), y)
    return losses.adversarial_generator(scores, model.config.loss)


def discriminator_step(
    model: ConditionalGAN, optimizer: Any, x: Tensor, y: Tensor, z: Tensor
) -> float:
    """Improve the discriminator once, and return its loss before; the optimizer holds its parameters only."""
    loss = discriminator_loss(model, x, y, z)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def generator_step(model: ConditionalGAN, optimizer: Any, y: Tensor, z: Tensor) -> float:
    """Improve the generator once, and return its loss before; the optimizer holds its parameters only."""
    loss = generator_loss(model, y, z)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@torch.no_grad()
def sample(model: ConditionalGAN, labels: Tensor, *, generator: torch.Generator) -> Tensor:
    """Return a made-up example of each class that is asked for."""
    like = next(model.parameters())
    size = (len(labels), model.config.latent)
    z = torch.randn(size, generator=generator, device=like.device, dtype=like.dtype)
    return model(z, labels)
