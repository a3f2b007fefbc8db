"""Conditional GAN: Mirza and Osindero (2014), "Conditional generative adversarial nets", arXiv:1411.1784.

With conditioning="projection" the discriminator is that of Miyato and Koyama (2018), "cGANs with projection
discriminator", arXiv:1802.05637: score(x, y) = psi(phi(x)) + y V phi(x), equation 3.

    code             paper    shape
    z                z        (N, latent)  noise, standard normal
    y                y        (N,)         labels, from 0 to K - 1; one-hot inside
    generator(z, y)  G(z|y)   (N, *shape)  examples of the classes asked for
    discriminator    D(x|y)   (N,)         scores, high for real examples of their class
    main[:-1]        phi      (N, 240)     features; main[-1] is psi
    embed            V        (K, 240)     of "projection": what the features of a class look like

For MNIST, sizes of section 4.1, (N, units):

    generator         z 100 -> 200 and y 10 -> 1000, joined 1200 -> 1200 -> 784              2,413,984
    discriminator     x 784 -> 240 (5 pieces) and y 10 -> 50 (5), joined 290 -> 240 (4) -> 1   1,224,351

Deviations from the paper: scores and not probabilities, normal and not uniform noise, no dropout.
"""

from typing import Any

import numpy as np

from ... import losses
from ...autodiff import Tensor, no_grad
from ...autodiff import functional as F
from ...nn import Embedding, Linear, Module, Sequential
from ..gan.config import check_examples, check_latent
from ..gan.numpy_blocks import discriminator_layers, generator_layers
from ..vae.config import check_labels
from .config import ConditionalGANConfig


# --8<-- [start:generator]
class Generator(Module):
    """Makes examples of given classes out of noise.

    Shape:
        z (N, latent), y (N,) -> (N, *shape)

    >>> net = Generator(ConditionalGANConfig.tiny(), rng=np.random.default_rng(0))
    >>> net(np.zeros((4, 3), np.float32), np.array([0, 1, 2, 0])).shape
    (4, 2)
    """

    def __init__(self, config: ConditionalGANConfig, *, rng: np.random.Generator):
        super().__init__()
        self.config = config
        self.noise = Linear(config.latent, config.generator_noise, rng=rng)
        self.label = Linear(config.classes, config.generator_label, rng=rng)
        joined = config.generator_noise + config.generator_label
        self.main = generator_layers(
            (joined, *config.generator, config.features), config.output, rng
        )

    def forward(self, z: Any, y: Any) -> Tensor:  # (N, latent), (N,)
        """Return an example of class y[i] for each row of noise."""
        z, y = z if isinstance(z, Tensor) else Tensor(z), np.asarray(y)
        check_latent("ConditionalGAN", z, self.config.latent)
        check_labels("ConditionalGAN", y, len(z), self.config.classes)
        labels = F.one_hot(y, self.config.classes, z.dtype)  # (N, K)
        joined = F.concatenate([self.noise(z), self.label(labels)], axis=1)  # (N, 1200)
        x = self.main(F.relu(joined))  # (N, features)
        return x.reshape(len(z), *self.config.shape)  # (N, *shape)


# --8<-- [end:generator]


# --8<-- [start:discriminator]
class Discriminator(Module):
    """Scores examples of given classes: high for real ones that are of their class.

    Shape:
        x (N, *shape), y (N,) -> (N,)

    >>> net = Discriminator(ConditionalGANConfig.tiny(), rng=np.random.default_rng(0))
    >>> net(np.zeros((4, 2), np.float32), np.array([0, 1, 2, 0])).shape
    (4,)
    """

    def __init__(self, config: ConditionalGANConfig, *, rng: np.random.Generator):
        super().__init__()
        self.config = config
        joined = config.discriminator_example
        self.example = first_layer(config.features, joined, config.pieces, rng)
        self.label = None
        if config.conditioning == "concatenate":
            units = config.discriminator_label
            self.label = first_layer(config.classes, units, config.pieces, rng)
            joined += units
        sizes = (joined, *config.discriminator)
        self.main = discriminator_layers(sizes, config.joint_pieces, rng)
        self.embed = None
        if config.conditioning == "projection":
            self.embed = Embedding(config.classes, sizes[-1], rng=rng)

    def forward(self, x: Any, y: Any) -> Tensor:  # (N, *shape), (N,)
        """Return a score for every example as one of class y[i]."""
        x, y = x if isinstance(x, Tensor) else Tensor(x), np.asarray(y)
        check_examples("ConditionalGAN", x, self.config.shape)
        check_labels("ConditionalGAN", y, len(x), self.config.classes)
        h = self.example(x.reshape(len(x), -1))  # (N, 240)
        if self.label is not None:
            labels = F.one_hot(y, self.config.classes, x.dtype)  # (N, K)
            h = F.concatenate([h, self.label(labels)], axis=1)  # (N, 290)
        for layer in self.main.layers[:-1]:
            h = layer(h)  # (N, 240)
        score = self.main[-1](h).reshape(-1)  # (N,)
        if self.embed is not None:
            score = score + (self.embed(y) * h).sum(axis=1)
        return score


# --8<-- [end:discriminator]


def first_layer(
    inputs: int, outputs: int, pieces: int | None, rng: np.random.Generator
) -> Sequential:
    """Return one layer of maxout units, or a linear one with leaky ReLU."""
    return Sequential(*discriminator_layers((inputs, outputs), pieces, rng).layers[:-1])


# --8<-- [start:model]
class ConditionalGAN(Module):
    """A generator and a discriminator that are both told the class.

    Shape:
        z (N, latent), y (N,) -> (N, *shape): the model as a whole is its generator.

    >>> model = ConditionalGAN(ConditionalGANConfig.tiny(), rng=np.random.default_rng(0))
    >>> y = np.array([0, 1, 2, 0])
    >>> x = model(np.zeros((4, 3), np.float32), y)
    >>> x.shape, model.discriminator(x, y).shape
    ((4, 2), (4,))
    """

    def __init__(self, config: ConditionalGANConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or ConditionalGANConfig()
        self.config = config
        self.generator = Generator(config, rng=rng)
        self.discriminator = Discriminator(config, rng=rng)

    def forward(self, z: Any, y: Any) -> Tensor:  # (N, latent), (N,)
        """Return examples of the classes asked for."""
        return self.generator(z, y)  # (N, *shape)


# --8<-- [end:model]


# --8<-- [start:losses]
def discriminator_loss(model: ConditionalGAN, x: Any, y: Any, z: Any) -> Tensor:
    """Return what the discriminator minimizes on real examples x of classes y, and made-up ones of the same classes."""
    fake = model.generator(z, y).detach()  # the generator does not learn here
    return losses.adversarial_discriminator(
        model.discriminator(x, y), model.discriminator(fake, y), model.config.loss
    )


def generator_loss(model: ConditionalGAN, y: Any, z: Any) -> Tensor:
    """Return what the generator minimizes: its work shall be scored high as of the classes asked for."""
    scores = model.discriminator(model.generator(z, y), y)
    return losses.adversarial_generator(scores, model.config.loss)


# --8<-- [end:losses]


def discriminator_step(model: ConditionalGAN, optimizer: Any, x: Any, y: Any, z: Any) -> float:
    """Improve the discriminator once, and return its loss before; the optimizer holds its parameters only."""
    loss = discriminator_loss(model, x, y, z)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def generator_step(model: ConditionalGAN, optimizer: Any, y: Any, z: Any) -> float:
    """Improve the generator once, and return its loss before; the optimizer holds its parameters only."""
    loss = generator_loss(model, y, z)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def sample(model: ConditionalGAN, labels: Any, *, rng: np.random.Generator) -> np.ndarray:
    """Return a made-up example of each class that is asked for.

    >>> model = ConditionalGAN(ConditionalGANConfig.tiny(), rng=np.random.default_rng(0))
    >>> sample(model, np.array([2, 2, 0]), rng=np.random.default_rng(1)).shape
    (3, 2)
    """
    labels = np.asarray(labels)
    z = rng.standard_normal((len(labels), model.config.latent))
    with no_grad():
        return model(z.astype(model.parameters()[0].dtype), labels).numpy()
