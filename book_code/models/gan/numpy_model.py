"""GAN: Goodfellow et al. (2014), "Generative adversarial nets", arXiv:1406.2661.

    code             paper    shape
    z                z        (N, latent)   noise, standard normal
    generator(z)     G(z)     (N, *shape)   examples that are made up
    x                x        (N, *shape)   examples that are real
    discriminator    -        (N,)          scores s, high for real; the paper's D(x) is sigmoid(s)
    pieces           k        a number      of each maxout unit

For MNIST (the authors' `mnist.yaml`):

    generator        100 -> 1200 -> 1200 -> 784, ReLU, sigmoid at the end             2,503,984
    discriminator    784 -> 240 -> 240 -> 1, maxout units of 5 pieces                 1,231,441

Deviations from the paper:

* the discriminator gives scores and not probabilities: the losses take the logarithm without overflow;
* noise is normal, not uniform; there is no dropout, and the optimizer is the caller's (theirs had momentum).
"""

from typing import Any

import numpy as np

from ... import losses
from ...autodiff import Tensor, no_grad
from ...nn import Module
from .config import GANConfig, check_examples, check_latent
from .numpy_blocks import discriminator_layers, generator_layers


# --8<-- [start:generator]
class Generator(Module):
    """Makes examples out of noise.

    Shape:
        (N, latent) -> (N, *shape)

    >>> net = Generator(GANConfig.tiny(), rng=np.random.default_rng(0))
    >>> net(np.zeros((4, 3), np.float32)).shape
    (4, 2)
    """

    def __init__(self, config: GANConfig, *, rng: np.random.Generator):
        super().__init__()
        self.config = config
        sizes = (config.latent, *config.generator, config.features)
        self.main = generator_layers(sizes, config.output, rng)

    def forward(self, z: Any) -> Tensor:  # (N, latent)
        """Return examples."""
        z = z if isinstance(z, Tensor) else Tensor(z)
        check_latent("GAN", z, self.config.latent)
        x = self.main(z)  # (N, features)
        return x.reshape(len(z), *self.config.shape)  # (N, *shape)


# --8<-- [end:generator]


# --8<-- [start:discriminator]
class Discriminator(Module):
    """Scores examples: high for what it takes for real.

    Shape:
        (N, *shape) -> (N,)

    >>> net = Discriminator(GANConfig.tiny(), rng=np.random.default_rng(0))
    >>> net(np.zeros((4, 2), np.float32)).shape
    (4,)
    """

    def __init__(self, config: GANConfig, *, rng: np.random.Generator):
        super().__init__()
        self.config = config
        sizes = (config.features, *config.discriminator)
        self.main = discriminator_layers(sizes, config.pieces, rng)

    def forward(self, x: Any) -> Tensor:  # (N, *shape)
        """Return a score for every example."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        check_examples("GAN", x, self.config.shape)
        x = x.reshape(len(x), -1)  # (N, features)
        return self.main(x).reshape(-1)  # (N,)


# --8<-- [end:discriminator]


# --8<-- [start:model]
class GAN(Module):
    """A generator and a discriminator that learn from each other.

    Shape:
        (N, latent) -> (N, *shape): the model as a whole is its generator.

    >>> model = GAN(GANConfig.tiny(), rng=np.random.default_rng(0))
    >>> x = model(np.zeros((4, 3), np.float32))
    >>> x.shape, model.discriminator(x).shape
    ((4, 2), (4,))
    """

    def __init__(self, config: GANConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or GANConfig()
        self.config = config
        self.generator = Generator(config, rng=rng)
        self.discriminator = Discriminator(config, rng=rng)

    def forward(self, z: Any) -> Tensor:  # (N, latent)
        """Return examples made out of noise."""
        return self.generator(z)  # (N, *shape)


# --8<-- [end:model]


# --8<-- [start:losses]
def discriminator_loss(model: Any, x: Any, z: Any) -> Tensor:
    """Return what the discriminator minimizes on real examples x and those made of the noise z."""
    fake = model.generator(z).detach()  # the generator does not learn here
    return losses.adversarial_discriminator(
        model.discriminator(x), model.discriminator(fake), model.config.loss
    )


def generator_loss(model: Any, z: Any) -> Tensor:
    """Return what the generator minimizes: the discriminator shall score its work high."""
    return losses.adversarial_generator(
        model.discriminator(model.generator(z)), model.config.loss
    )


# --8<-- [end:losses]


# --8<-- [start:steps]
def discriminator_step(model: Any, optimizer: Any, x: Any, z: Any) -> float:
    """Improve the discriminator once, and return its loss before; the optimizer holds its parameters only."""
    loss = discriminator_loss(model, x, z)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def generator_step(model: Any, optimizer: Any, z: Any) -> float:
    """Improve the generator once, and return its loss before; the optimizer holds its parameters only."""
    loss = generator_loss(model, z)
    optimizer.zero_grad()
    loss.backward()  # the discriminator's gradients too, which its next step forgets
    optimizer.step()
    return loss.item()


# --8<-- [end:steps]


def sample(model: Any, n: int, *, rng: np.random.Generator) -> np.ndarray:
    """Return n made-up examples.

    >>> model = GAN(GANConfig.tiny(), rng=np.random.default_rng(0))
    >>> sample(model, 5, rng=np.random.default_rng(1)).shape
    (5, 2)
    """
    z = rng.standard_normal((n, model.config.latent)).astype(model.parameters()[0].dtype)
    with no_grad():
        return model.generator(z).numpy()
