"""The players of the Wasserstein GANs: perceptrons for points, DCGAN's for pictures."""

from typing import Any

import numpy as np

from ...autodiff import Tensor
from ...nn import Conv2d, Module, Sequential
from ..dcgan import numpy_blocks as convolutional
from ..dcgan.numpy_blocks import begun
from ..gan import numpy_blocks as dense
from ..gan.config import check_examples, check_latent


class Generator(Module):
    """Makes examples out of noise.

    Shape:
        (N, latent) -> (N, *shape)

    >>> from book_code.models.wgan import WGANConfig
    >>> net = Generator(WGANConfig.tiny(), rng=np.random.default_rng(0))
    >>> net(np.zeros((4, 3), np.float32)).shape
    (4, 2)
    """

    def __init__(self, config: Any, *, rng: np.random.Generator):
        super().__init__()
        self.config = config
        if config.pictures:
            start = config.start(config.generator)
            self.main = convolutional.generator_layers(
                config.latent, config.generator, config.shape[0], start, config.output, rng
            )
        else:
            sizes = (config.latent, *config.generator, config.features)
            self.main = dense.generator_layers(sizes, config.output, rng)

    def forward(self, z: Any) -> Tensor:  # (N, latent)
        """Return examples."""
        z = z if isinstance(z, Tensor) else Tensor(z)
        check_latent("WGAN", z, self.config.latent)
        return self.main(z.reshape(*z.shape, 1, 1) if self.config.pictures else z)


class Critic(Module):
    """Scores examples: the mean over data less the mean over what is made up is a distance, up to a factor.

    Shape:
        (N, *shape) -> (N,)

    >>> from book_code.models.wgan import WGANConfig
    >>> net = Critic(WGANConfig.tiny(), "none", rng=np.random.default_rng(0))
    >>> net(np.zeros((4, 2), np.float32)).shape
    (4,)
    """

    def __init__(self, config: Any, norm: str, *, rng: np.random.Generator):
        super().__init__()
        self.config = config
        widths = config.critic
        if config.pictures:
            self.main = Sequential(
                *convolutional.discriminator_layers(config.shape[0], widths, norm, rng),
                begun(Conv2d(widths[-1], 1, config.start(widths), bias=False, rng=rng), rng),
            )
        else:
            self.main = dense.discriminator_layers((config.features, *widths), None, rng, False)

    def forward(self, x: Any) -> Tensor:  # (N, *shape)
        """Return a score for every example."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        check_examples("WGAN", x, self.config.shape)
        return self.main(x).reshape(-1)  # (N,)
