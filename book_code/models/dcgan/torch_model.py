"""DCGAN in PyTorch: Radford, Metz and Chintala (2015), arXiv:1511.06434.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of layers and the deviations
from the paper. Losses and steps are those of `models/gan/torch_model.py`.
"""

from torch import Tensor, nn

from ..gan.config import check_examples, check_latent
from .config import DCGANConfig
from .torch_blocks import discriminator_layers, generator_layers, scoring_layers


class Generator(nn.Module):
    """Makes pictures out of noise."""

    def __init__(self, config: DCGANConfig):
        super().__init__()
        self.config = config
        widths = config.widths(config.generator)  # 64, 128, 256, 512
        self.main = generator_layers(
            config.latent, widths, config.in_channels, config.start, "tanh"
        )

    def forward(self, z: Tensor) -> Tensor:  # (N, 100)
        """Return pictures with pixels from -1 to 1."""
        check_latent("DCGAN", z, self.config.latent)
        return self.main(z.reshape(*z.shape, 1, 1))  # (N, 3, 64, 64)


class Discriminator(nn.Module):
    """Scores pictures: high for what it takes for real."""

    def __init__(self, config: DCGANConfig):
        super().__init__()
        self.config = config
        widths = config.widths(config.discriminator)  # 64, 128, 256, 512
        self.main = nn.Sequential(
            *discriminator_layers(config.in_channels, widths, config.norm),
            *scoring_layers(
                widths[-1], config.start, config.norm, config.minibatch, config.kernel_dims
            ),
        )

    def forward(self, x: Tensor) -> Tensor:  # (N, 3, 64, 64)
        """Return a score for every picture."""
        check_examples("DCGAN", x, self.config.shape)
        return self.main(x).reshape(-1)  # (N,)


# --8<-- [start:model]
class DCGAN(nn.Module):
    """A generator and a discriminator of convolutions."""

    def __init__(self, config: DCGANConfig | None = None):
        super().__init__()
        config = config or DCGANConfig()
        self.config = config
        self.generator = Generator(config)
        self.discriminator = Discriminator(config)

    def forward(self, z: Tensor) -> Tensor:  # (N, 100)
        """Return pictures made out of noise."""
        return self.generator(z)  # (N, 3, 64, 64)


# --8<-- [end:model]
