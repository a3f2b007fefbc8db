"""Sizes and choices of DCGAN (Radford, Metz and Chintala 2015, section 3)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class DCGANConfig:
    """A generator of transposed convolutions, and a discriminator of convolutions with stride 2.

    Attributes:
        image_size: height and width of the pictures, `start` doubled at least once.
        in_channels: 1 for grey pictures, 3 for colour.
        start: sides of the smallest maps.
        latent: numbers of noise that a picture is made from.
        generator: maps of the generator's last layer but one; each layer before it has twice as many.
        discriminator: maps of the discriminator's first layer; each layer after it has twice as many.
        norm: what keeps the discriminator's layers in check: "batch" norm (of all but the first and the last),
            "spectral" norm (of all; Miyato and others 2018), or "none".
        minibatch: kernels of the minibatch discrimination before the last layer (Salimans and others 2016),
            or None to score every picture by itself.
        kernel_dims: numbers that each of these kernels compares pictures by.
        loss: what the players minimize; `losses/adversarial.py` has the table.
    """

    architecture: ClassVar[str] = "DCGAN"

    image_size: int = 64
    in_channels: int = 3
    start: int = 4
    latent: int = 100
    generator: int = 64
    discriminator: int = 64
    norm: Literal["batch", "spectral", "none"] = "batch"
    minibatch: int | None = None
    kernel_dims: int = 16
    loss: Literal["minimax", "non_saturating", "least_squares", "hinge", "wasserstein"] = (
        "non_saturating"
    )

    def __post_init__(self) -> None:
        check_fields(self)
        if self.levels < 1 or self.start * 2**self.levels != self.image_size:
            raise ValueError(
                f"DCGANConfig.image_size must be start={self.start} doubled once or more, such as "
                f"{2 * self.start} or {4 * self.start}; got {self.image_size}"
            )

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of what the generator takes: (latent,)."""
        return (self.latent,)

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of one picture, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def levels(self) -> int:
        """How many times the sides double.

        >>> DCGANConfig().levels
        4
        """
        return (self.image_size // self.start).bit_length() - 1

    def widths(self, first: int) -> tuple[int, ...]:
        """Return the maps of the layers of a player, from the largest sides to the smallest.

        >>> DCGANConfig().widths(64)
        (64, 128, 256, 512)
        """
        return tuple(first * 2**level for level in range(self.levels))

    @classmethod
    def tiny(cls) -> "DCGANConfig":
        """Return two small players for grey pictures of 8 x 8."""
        return cls(
            image_size=8,
            in_channels=1,
            start=2,
            latent=4,
            generator=2,
            discriminator=3,
            kernel_dims=2,
        )


PRESETS = {
    "dcgan": DCGANConfig(),
    "dcgan-mnist": DCGANConfig(image_size=28, in_channels=1, start=7, latent=64),
    "dcgan-tiny": DCGANConfig.tiny(),
}
