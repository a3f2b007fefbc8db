"""DCGAN: Radford, Metz and Chintala (2015), "Unsupervised representation learning with deep convolutional
generative adversarial networks", arXiv:1511.06434.

    code           paper   shape
    z              Z       (N, 100)          noise, standard normal
    generator(z)   G(z)    (N, 3, 64, 64)    pictures, pixels from -1 to 1
    discriminator  -       (N,)              scores, high for real

Layers for 64 x 64, as PyTorch's example has them, whose weights load under the same names (main.0.weight, ...):

    generator                      parameters    discriminator                  parameters
    (N, 100, 1, 1)                               (N,   3, 64, 64)
    (N, 512, 4, 4)     main.0,1       820,224    (N,  64, 32, 32)   main.0           3,072
    (N, 256, 8, 8)     main.3,4     2,097,664    (N, 128, 16, 16)   main.2,3       131,328
    (N, 128, 16, 16)   main.6,7       524,544    (N, 256,  8,  8)   main.5,6       524,800
    (N,  64, 32, 32)   main.9,10      131,200    (N, 512,  4,  4)   main.8,9     2,098,176
    (N,   3, 64, 64)   main.12          3,072    (N,   1,  1,  1)   main.11          8,192
                                    3,576,704                                    2,765,568

Deviations from the paper, which are those of PyTorch's example: kernels of 4 x 4 and not 5 x 5, and 512 and not
1024 maps at the smallest size. Noise is normal, not uniform. Spectral norm and minibatch discrimination are later
than the paper.
"""

from typing import Any

import numpy as np

from ...autodiff import Tensor
from ...nn import Module, Sequential
from ..gan.config import check_examples, check_latent
from .config import DCGANConfig
from .numpy_blocks import discriminator_layers, generator_layers, scoring_layers


# --8<-- [start:generator]
class Generator(Module):
    """Makes pictures out of noise.

    Shape:
        (N, 100) -> (N, 3, 64, 64), with the standard configuration.

    >>> net = Generator(DCGANConfig.tiny(), rng=np.random.default_rng(0))
    >>> net(np.zeros((4, 4), np.float32)).shape
    (4, 1, 8, 8)
    """

    def __init__(self, config: DCGANConfig, *, rng: np.random.Generator):
        super().__init__()
        self.config = config
        widths = config.widths(config.generator)  # 64, 128, 256, 512
        self.main = generator_layers(
            config.latent, widths, config.in_channels, config.start, "tanh", rng
        )

    def forward(self, z: Any) -> Tensor:  # (N, 100)
        """Return pictures with pixels from -1 to 1."""
        z = z if isinstance(z, Tensor) else Tensor(z)
        check_latent("DCGAN", z, self.config.latent)
        return self.main(z.reshape(*z.shape, 1, 1))  # (N, 3, 64, 64)


# --8<-- [end:generator]


# --8<-- [start:discriminator]
class Discriminator(Module):
    """Scores pictures: high for what it takes for real.

    Shape:
        (N, 3, 64, 64) -> (N,), with the standard configuration.

    >>> net = Discriminator(DCGANConfig.tiny(), rng=np.random.default_rng(0))
    >>> net(np.zeros((4, 1, 8, 8), np.float32)).shape
    (4,)
    """

    def __init__(self, config: DCGANConfig, *, rng: np.random.Generator):
        super().__init__()
        self.config = config
        widths = config.widths(config.discriminator)  # 64, 128, 256, 512
        self.main = Sequential(
            *discriminator_layers(config.in_channels, widths, config.norm, rng),
            *scoring_layers(
                widths[-1], config.start, config.norm, config.minibatch, config.kernel_dims, rng
            ),
        )

    def forward(self, x: Any) -> Tensor:  # (N, 3, 64, 64)
        """Return a score for every picture."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        check_examples("DCGAN", x, self.config.shape)
        return self.main(x).reshape(-1)  # (N,)


# --8<-- [end:discriminator]


# --8<-- [start:model]
class DCGAN(Module):
    """A generator and a discriminator of convolutions; losses and steps are those of `models/gan`.

    Shape:
        (N, 100) -> (N, 3, 64, 64): the model as a whole is its generator.

    >>> model = DCGAN(DCGANConfig.tiny(), rng=np.random.default_rng(0))
    >>> x = model(np.zeros((4, 4), np.float32))
    >>> x.shape, model.discriminator(x).shape
    ((4, 1, 8, 8), (4,))
    """

    def __init__(self, config: DCGANConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or DCGANConfig()
        self.config = config
        self.generator = Generator(config, rng=rng)
        self.discriminator = Discriminator(config, rng=rng)

    def forward(self, z: Any) -> Tensor:  # (N, 100)
        """Return pictures made out of noise."""
        return self.generator(z)  # (N, 3, 64, 64)


# --8<-- [end:model]
