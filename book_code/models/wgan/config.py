"""Sizes and choices of the Wasserstein GANs."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class _Players:
    """What both kinds have in common.

    Attributes:
        shape: the shape of one example: (2,) for points, whose players are perceptrons, or (C, H, W) for pictures,
            whose players are DCGAN's.
        latent: numbers of noise that an example is made from.
        generator: units of its hidden layers; for pictures, maps from the largest sides to the smallest.
        critic: the same of the critic; for pictures each of its layers halves the sides.
        output: what ends the generator: "tanh" for pixels from -1 to 1, "sigmoid" from 0 to 1, or "linear".
    """

    shape: tuple[int, ...] = (3, 64, 64)
    latent: int = 100
    generator: tuple[int, ...] = (64, 128, 256, 512)
    critic: tuple[int, ...] = (64, 128, 256, 512)
    output: Literal["tanh", "sigmoid", "linear"] = "tanh"

    def __post_init__(self) -> None:
        check_fields(self)
        name = type(self).__name__
        if len(self.shape) not in (1, 3):
            raise ValueError(
                f"{name}.shape must be (D,) for points or (C, H, W) for pictures; got {self.shape}"
            )
        if not self.pictures:
            return
        side = self.shape[1]
        for player, widths in (("generator", self.generator), ("critic", self.critic)):
            if not widths or side % 2 ** len(widths) or self.shape[2] != side:
                raise ValueError(
                    f"{name}.{player} halves the sides {len(widths)} times, at least once: pictures must be "
                    f"squares whose sides are a multiple of {2 ** max(1, len(widths))}; got {self.shape}"
                )

    @property
    def pictures(self) -> bool:
        """Whether examples are pictures, and the players convolutional."""
        return len(self.shape) == 3

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of what the generator takes: (latent,)."""
        return (self.latent,)

    @property
    def features(self) -> int:
        """Numbers of one example."""
        return math.prod(self.shape)

    def start(self, widths: tuple[int, ...]) -> int:
        """Return the sides of the smallest maps of a player for pictures.

        >>> WGANConfig().start((64, 128, 256, 512))
        4
        """
        return self.shape[1] // 2 ** len(widths)


@dataclass(frozen=True)
class WGANConfig(_Players):
    """A critic whose weights are clipped, so that it cannot be arbitrarily steep.

    Attributes:
        shape: the shape of one example: (2,) for points, (C, H, W) for pictures.
        latent: numbers of noise that an example is made from.
        generator: units of its hidden layers; for pictures, maps from the largest sides to the smallest.
        critic: the same of the critic.
        output: what ends the generator.
        clip: c, the largest size of a weight of the critic.
    """

    architecture: ClassVar[str] = "WGAN"

    clip: float = 0.01

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.clip:
            raise ValueError("WGANConfig.clip must be above 0: a critic of zeros says nothing")

    @classmethod
    def tiny(cls) -> "WGANConfig":
        """Return two small players for points of the plane."""
        return cls((2,), 3, (8,), (6, 5), "linear", 0.5)


@dataclass(frozen=True)
class WGANGPConfig(_Players):
    """A critic that is punished where its slope is not 1.

    Attributes:
        shape: the shape of one example: (2,) for points, (C, H, W) for pictures.
        latent: numbers of noise that an example is made from.
        generator: units of its hidden layers; for pictures, maps from the largest sides to the smallest.
        critic: the same of the critic, which has no batch norm.
        output: what ends the generator.
        penalty: lambda, how much the slope counts.
    """

    architecture: ClassVar[str] = "WGANGP"

    penalty: float = 10.0

    @classmethod
    def tiny(cls) -> "WGANGPConfig":
        """Return two small players for points of the plane."""
        return cls((2,), 3, (8,), (6, 5), "linear", 2.0)


def check_epsilon(epsilon: Any, real: Any, fake: Any) -> None:
    """Raise unless real and made-up examples, of either back end, make pairs, with one place between each.

    Raises:
        ValueError: for another shape.
    """
    n = len(real)
    if tuple(real.shape) != tuple(fake.shape):
        raise ValueError(
            f"the gradient penalty expected a made-up example for each real one, got shapes {tuple(real.shape)} "
            f"and {tuple(fake.shape)}"
        )
    if tuple(epsilon.shape) != (n,):
        raise ValueError(
            f"the gradient penalty expected epsilon of shape ({n},), one number from 0 to 1 for each pair of "
            f"examples, got {tuple(epsilon.shape)}"
        )


PRESETS = {
    "wgan": WGANConfig(),
    "wgan-tiny": WGANConfig.tiny(),
    "wgan-gp": WGANGPConfig(),
    "wgan-gp-mnist": WGANGPConfig(
        shape=(1, 28, 28), latent=64, generator=(64, 128), critic=(64, 128)
    ),
    "wgan-gp-ring": WGANGPConfig((2,), 2, (128, 128), (128, 128), "linear", 0.1),
    "wgan-gp-tiny": WGANGPConfig.tiny(),
}
