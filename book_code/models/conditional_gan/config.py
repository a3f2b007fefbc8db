"""Sizes and choices of conditional GANs (Mirza and Osindero 2014, section 4.1)."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class ConditionalGANConfig:
    """A generator that is told which class to make, a discriminator that is told which class it looks at.

    Attributes:
        shape: the shape of one example: (2,) for points, (C, H, W) for pictures.
        classes: number of classes K.
        latent: numbers of noise that an example is made from.
        generator_noise: units of the layer that takes the noise.
        generator_label: units of the layer that takes the label.
        generator: units of the hidden layers that take both.
        discriminator_example: units of the layer that takes the example.
        discriminator_label: units of the layer that takes the label; only of "concatenate".
        discriminator: units of the hidden layers that follow.
        pieces: linear pieces of each maxout unit of the discriminator's first layers, or None for leaky rectifiers.
        joint_pieces: the same for the hidden layers that follow.
        conditioning: "concatenate" (the label is one more input) or "projection" (the features are projected on
            a vector learned for the label).
        output: what ends the generator: "sigmoid" for pixels from 0 to 1, "tanh" from -1 to 1, or "linear".
        loss: what the players minimize; `losses/adversarial.py` has the table.
    """

    architecture: ClassVar[str] = "ConditionalGAN"

    shape: tuple[int, ...] = (1, 28, 28)
    classes: int = 10
    latent: int = 100
    generator_noise: int = 200
    generator_label: int = 1000
    generator: tuple[int, ...] = (1200,)
    discriminator_example: int = 240
    discriminator_label: int = 50
    discriminator: tuple[int, ...] = (240,)
    pieces: int | None = 5
    joint_pieces: int | None = 4
    conditioning: Literal["concatenate", "projection"] = "concatenate"
    output: Literal["sigmoid", "tanh", "linear"] = "sigmoid"
    loss: Literal["minimax", "non_saturating", "least_squares", "hinge", "wasserstein"] = (
        "non_saturating"
    )

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.shape:
            raise ValueError(
                "ConditionalGANConfig.shape must be the shape of an example, such as (2,); got ()"
            )
        if self.classes < 2:
            raise ValueError(
                f"ConditionalGANConfig.classes must be at least 2; got {self.classes}"
            )

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of what the generator takes besides the label: (latent,)."""
        return (self.latent,)

    @property
    def features(self) -> int:
        """Numbers of one example."""
        return math.prod(self.shape)

    @classmethod
    def tiny(cls) -> "ConditionalGANConfig":
        """Return two small players for points of the plane in three classes."""
        return cls(
            shape=(2,),
            classes=3,
            latent=3,
            generator_noise=4,
            generator_label=3,
            generator=(6,),
            discriminator_example=5,
            discriminator_label=3,
            discriminator=(6,),
            pieces=2,
            joint_pieces=None,
            output="linear",
        )


PRESETS = {
    "conditional-gan-mnist": ConditionalGANConfig(),
    "projection-gan-mnist": ConditionalGANConfig(conditioning="projection", loss="hinge"),
    "conditional-gan-tiny": ConditionalGANConfig.tiny(),
}
