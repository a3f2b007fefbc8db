"""U-Net's sizes and choices (Ronneberger, Fischer and Brox 2015, arXiv:1505.04597, figure 1)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class UNetConfig:
    """A path down that sees ever more, and a path up that says where.

    Attributes:
        image_size: height and width of the picture that goes in.
        in_channels: 1 for grey pictures, 3 for colour.
        classes: number of classes of a pixel.
        width: channels of the first level; every level down has twice as many.
        levels: how often the picture is halved.
        padded: whether the convolutions keep the size; the paper's do not, and give the class of the inner
            pixels only.
        norm: whether batch norm follows each convolution (not in the paper).
    """

    architecture: ClassVar[str] = "UNet"

    image_size: int = 572
    in_channels: int = 1
    classes: int = 2
    width: int = 64
    levels: int = 4
    padded: bool = False
    norm: bool = False

    def __post_init__(self) -> None:
        check_fields(self)
        size, lost = self.image_size, 0 if self.padded else 4
        for level in range(self.levels):
            size -= lost
            if size < 2 or size % 2:
                raise ValueError(
                    f"UNetConfig: pictures of {self.image_size} x {self.image_size} cannot be halved "
                    f"{self.levels} times: level {level} has maps of {size} x {size}. "
                    f"{self._nearest()}"
                )
            size //= 2
        if size <= lost or self.output_size < 1:
            raise ValueError(
                f"UNetConfig: pictures of {self.image_size} x {self.image_size} are too small: "
                f"the lowest level has maps of {size} x {size}, and nothing is left at the end of the way up. "
                f"{self._nearest()}"
            )

    def _nearest(self) -> str:
        """The next sizes that work, in words."""
        if self.padded:
            step = 2**self.levels
            return f"Take a multiple of {step}, such as {-(-self.image_size // step) * step}"
        # with less than 8 at the bottom the convolutions on the way up leave nothing
        sizes = [_needed(lowest, self.levels) for lowest in range(8, 200)]
        fitting = [n for n in sizes if n >= self.image_size][:1] or sizes[-1:]
        return f"Take {fitting[0]}, or padded=True"

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one example, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def output_size(self) -> int:
        """Height and width of the map of classes.

        >>> UNetConfig().output_size
        388
        """
        if self.padded:
            return self.image_size
        size = self.image_size
        for _ in range(self.levels):
            size = (size - 4) // 2
        for _ in range(self.levels):
            size = 2 * (size - 4)
        return size - 4

    @classmethod
    def tiny(cls) -> "UNetConfig":
        """Return one for tests and for the browser: 8 x 8 pictures, two levels, three classes."""
        return cls(image_size=8, classes=3, width=3, levels=2, padded=True)


def _needed(lowest: int, levels: int) -> int:
    """The picture's size for which the lowest level has maps of this size before its convolutions."""
    for _ in range(levels):
        lowest = 2 * lowest + 4
    return lowest


PRESETS = {
    "unet": UNetConfig(),
    "unet-padded": UNetConfig(image_size=256, in_channels=3, padded=True, norm=True),
    "unet-tiny": UNetConfig.tiny(),
}
