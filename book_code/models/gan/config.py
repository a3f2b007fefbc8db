"""Sizes and choices of generative adversarial nets (Goodfellow and others 2014, section 5)."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class GANConfig:
    """Two perceptrons: a generator that makes examples out of noise, a discriminator that scores examples.

    Attributes:
        shape: the shape of one example: (2,) for points, (C, H, W) for pictures.
        latent: numbers of noise that an example is made from.
        generator: units of the generator's hidden layers.
        discriminator: units of the discriminator's hidden layers.
        pieces: linear pieces of each of the discriminator's maxout units (Goodfellow and others 2013), or None
            for leaky rectifiers.
        output: what ends the generator: "sigmoid" for pixels from 0 to 1, "tanh" from -1 to 1, or "linear".
        loss: what the players minimize; `losses/adversarial.py` has the table.
    """

    architecture: ClassVar[str] = "GAN"

    shape: tuple[int, ...] = (1, 28, 28)
    latent: int = 100
    generator: tuple[int, ...] = (1200, 1200)
    discriminator: tuple[int, ...] = (240, 240)
    pieces: int | None = 5
    output: Literal["sigmoid", "tanh", "linear"] = "sigmoid"
    loss: Literal["minimax", "non_saturating", "least_squares", "hinge", "wasserstein"] = (
        "non_saturating"
    )

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.shape:
            raise ValueError(
                "GANConfig.shape must be the shape of an example, such as (2,); got ()"
            )

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of what the generator takes: (latent,)."""
        return (self.latent,)

    @property
    def features(self) -> int:
        """Numbers of one example.

        >>> GANConfig().features
        784
        """
        return math.prod(self.shape)

    @classmethod
    def tiny(cls) -> "GANConfig":
        """Return two small players for points of the plane."""
        return cls(
            shape=(2,),
            latent=3,
            generator=(8,),
            discriminator=(6, 5),
            pieces=None,
            output="linear",
        )


def check_latent(name: str, z: Any, latent: int) -> None:
    """Raise unless noise, of either back end, has the shape (N, latent).

    Raises:
        ValueError: for another shape.
    """
    if len(z.shape) != 2 or z.shape[1] != latent:
        hint = "; draw it with rng.standard_normal((n, latent))" if len(z.shape) != 2 else ""
        raise ValueError(
            f"{name}'s generator expected noise of shape (N, {latent}), got {tuple(z.shape)}{hint}"
        )


def check_examples(name: str, x: Any, shape: tuple[int, ...]) -> None:
    """Raise unless examples, of either back end, have the shape (N, *shape).

    Raises:
        ValueError: for another shape.
    """
    if tuple(x.shape[1:]) != shape or len(x.shape) != len(shape) + 1:
        expected = ", ".join(map(str, ("N", *shape)))
        hint = ""
        if len(x.shape) > 1 and math.prod(x.shape[1:]) == math.prod(shape):
            hint = f"; reshape them: x.reshape({', '.join(map(str, (-1, *shape)))})"
        raise ValueError(
            f"{name}'s discriminator expected examples of shape ({expected}), "
            f"got {tuple(x.shape)}{hint}"
        )


PRESETS = {
    "gan-mnist": GANConfig(),
    "gan-ring": GANConfig(
        shape=(2,),
        latent=2,
        generator=(128, 128),
        discriminator=(128, 128),
        pieces=None,
        output="linear",
    ),
    "gan-tiny": GANConfig.tiny(),
}
