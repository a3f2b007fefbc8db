"""Sizes of CycleGAN (Zhu, Park, Isola and Efros 2017, sections 4 and 7)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields
from ..pix2pix.config import check_patches


@dataclass(frozen=True)
class CycleGANConfig:
    """Two residual networks that translate there and back, and a PatchGAN for each of the two kinds of pictures.

    Attributes:
        image_size: height and width of the pictures, a multiple of 4.
        x_channels: channels of the pictures of the first kind, X.
        y_channels: channels of those of the second kind, Y.
        channels: maps of the first convolution of all four networks.
        blocks: residual blocks of the generators: nine for 256 x 256, six for 128 x 128.
        layers: halvings of the PatchGANs: 3 makes each judgement see 70 x 70 pixels.
        cycle: weight lambda of the way there and back.
        identity: weight, in units of lambda, of leaving alone what is of the wanted kind already.
    """

    architecture: ClassVar[str] = "CycleGAN"

    image_size: int = 256
    x_channels: int = 3
    y_channels: int = 3
    channels: int = 64
    blocks: int = 9
    layers: int = 3
    cycle: float = 10.0
    identity: float = 0.5

    def __post_init__(self) -> None:
        check_fields(self)
        if self.image_size % 4 or self.image_size < 8:
            raise ValueError(
                "CycleGANConfig.image_size must be a multiple of 4, and at least 8 for the mirrored border; "
                f"got {self.image_size}"
            )
        if self.identity and self.x_channels != self.y_channels:
            raise ValueError(
                f"pictures of {self.x_channels} channels cannot be compared with those of {self.y_channels}: "
                "with different channels the identity loss needs identity=0"
            )
        check_patches("CycleGANConfig", self.image_size, self.layers)

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one picture of the first kind, (C, H, W)."""
        return (self.x_channels, self.image_size, self.image_size)

    @property
    def output_shape(self) -> tuple[int, int, int]:
        """The shape of one picture of the second kind, (C, H, W)."""
        return (self.y_channels, self.image_size, self.image_size)

    @classmethod
    def tiny(cls) -> "CycleGANConfig":
        """Return a model for tests and the browser: grey 8 x 8 pictures, one block."""
        return cls(image_size=8, x_channels=1, y_channels=1, channels=2, blocks=1, layers=1)


PRESETS = {
    "cyclegan": CycleGANConfig(),
    "cyclegan-128": CycleGANConfig(image_size=128, blocks=6),
    "cyclegan-tiny": CycleGANConfig.tiny(),
}
