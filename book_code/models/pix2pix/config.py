"""Sizes of Pix2Pix (Isola, Zhu, Zhou and Efros 2016, section 6.1)."""

from dataclasses import dataclass
from typing import Any, ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class Pix2PixConfig:
    """A U-Net that turns one picture into another, and a PatchGAN that judges pairs of them.

    Attributes:
        image_size: height and width of the pictures.
        in_channels: channels of the picture given (edges, a map, labels).
        out_channels: channels of the picture wanted.
        channels: maps of the first convolution of both networks; they double up to eight times as many.
        downs: halvings of the U-Net.
        layers: halvings of the PatchGAN: 3 makes each judgement see 70 x 70 pixels.
        dropout: probability that an entry is dropped in the first three steps up: the only noise there is.
        l1: weight lambda of the mean absolute error beside the adversarial loss.
    """

    architecture: ClassVar[str] = "Pix2Pix"

    image_size: int = 256
    in_channels: int = 3
    out_channels: int = 3
    channels: int = 64
    downs: int = 8
    layers: int = 3
    dropout: float = 0.5
    l1: float = 100.0

    def __post_init__(self) -> None:
        check_fields(self)
        if self.downs < 2:
            raise ValueError(f"Pix2PixConfig.downs must be at least 2; got {self.downs}")
        if self.image_size % 2**self.downs:
            raise ValueError(
                f"downs={self.downs} halve the sides so often that image_size must be a multiple of "
                f"{2**self.downs}; got {self.image_size}"
            )
        if self.dropout >= 1:
            raise ValueError(f"Pix2PixConfig.dropout must be below 1; got {self.dropout}")
        check_patches("Pix2PixConfig", self.image_size, self.layers)

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one picture given, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def output_shape(self) -> tuple[int, int, int]:
        """The shape of one picture wanted, (C, H, W)."""
        return (self.out_channels, self.image_size, self.image_size)

    @property
    def widths(self) -> tuple[int, ...]:
        """Maps after each halving of the U-Net.

        >>> Pix2PixConfig().widths
        (64, 128, 256, 512, 512, 512, 512, 512)
        """
        return tuple(self.channels * min(2**i, 8) for i in range(self.downs))

    @classmethod
    def tiny(cls) -> "Pix2PixConfig":
        """Return a model for tests and the browser: 8 x 8 pictures, from two channels to one."""
        return cls(
            image_size=8, in_channels=2, out_channels=1, channels=3, downs=2, layers=1,
            dropout=0.0, l1=10.0,
        )  # fmt: skip


def patch_widths(channels: int, layers: int) -> tuple[int, ...]:
    """Return the maps of a PatchGAN's convolutions before the last.

    >>> patch_widths(64, 3)
    (64, 128, 256, 512)
    """
    return tuple(channels * min(2**i, 8) for i in range(layers + 1))


def patch_side(side: int, layers: int) -> int:
    """Return how many judgements a PatchGAN gives along a side: `layers` halvings, then two steps of 1.

    >>> patch_side(256, 3)
    30
    """
    for _ in range(layers):
        side = side // 2
    return side - 2


def receptive_field(layers: int) -> int:
    """Return the side of the square that one judgement of a PatchGAN sees.

    >>> [receptive_field(layers) for layers in (1, 3, 5)]
    [16, 70, 286]
    """
    side = 1
    for stride in (1, 1, *[2] * layers):  # from the last convolution to the first, all 4 x 4
        side = (side - 1) * stride + 4
    return side


def check_patches(name: str, side: int, layers: int, most: int = 1) -> None:
    """Raise, in the name of a configuration, if a PatchGAN would have no place left to judge."""
    if patch_side(side, layers) < most:
        raise ValueError(
            f"{name}: layers={layers} leave a PatchGAN on pictures of {side} x {side} fewer than {most} "
            f"judgement(s) a side; take fewer layers, or pictures of at least {2**layers * (most + 2)}"
        )


def check_pictures(name: str, x: Any, shape: tuple[int, ...]) -> None:
    """Raise, in the name of a model, unless x is a batch of pictures of this shape, in either back end."""
    if len(x.shape) != 4 or tuple(x.shape[1:]) != shape:
        expected = ", ".join(map(str, ("N", *shape)))
        raise ValueError(
            f"{name} expected pictures of shape ({expected}), got {tuple(x.shape)}"
        )


PRESETS = {
    "pix2pix": Pix2PixConfig(),
    "pix2pix-tiny": Pix2PixConfig.tiny(),
}
