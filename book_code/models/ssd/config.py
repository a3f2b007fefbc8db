"""Sizes of a single-shot detector for small pictures (Liu et al. 2015, arXiv:1512.02325)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class SSDConfig:
    """Convolutions that halve the maps; from each of the later maps boxes are foretold.

    Attributes:
        image_size: height and width of the picture.
        in_channels: 1 for grey pictures, 3 for colour.
        classes: kinds of objects, without the background.
        channels: filters of each stage (two convolutions of 3 x 3, then a pooling that halves the maps).
        scales: side of the default boxes of each map that foretells boxes, as a share of the picture, and one more,
            for the second square of the last map: so many stages, less one, foretell boxes, the last ones.
        ratios: width over height of the default boxes, besides the two squares.
    """

    architecture: ClassVar[str] = "SingleShotDetector"

    image_size: int = 64
    in_channels: int = 1
    classes: int = 10
    channels: tuple[int, ...] = (16, 32, 64, 64)
    scales: tuple[float, ...] = (0.25, 0.45, 0.7)
    ratios: tuple[float, ...] = (2.0, 0.5)

    def __post_init__(self) -> None:
        check_fields(self)
        step = 2 ** len(self.channels)
        if self.image_size % step:
            raise ValueError(
                f"SSDConfig: pictures of {self.image_size} x {self.image_size} cannot be halved "
                f"{len(self.channels)} times: take a multiple of {step}"
            )
        if not 1 <= self.heads <= len(self.channels):
            raise ValueError(
                f"SSDConfig.scales must be 2 to {len(self.channels) + 1} numbers, one more than stages foretell "
                f"boxes; got {self.scales}"
            )
        if not all(self.scales) or not all(self.ratios):
            raise ValueError(
                f"SSDConfig: scales and ratios must be above 0; got {self.scales} and {self.ratios}"
            )

    @property
    def heads(self) -> int:
        """How many of the last stages foretell boxes.

        >>> SSDConfig().heads
        2
        """
        return len(self.scales) - 1

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one picture, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def map_sizes(self) -> tuple[int, ...]:
        """Height and width of the maps from which boxes are foretold.

        >>> SSDConfig().map_sizes
        (8, 4)
        """
        stages = range(len(self.channels) - self.heads + 1, len(self.channels) + 1)
        return tuple(self.image_size // 2**stage for stage in stages)

    @property
    def per_place(self) -> int:
        """Default boxes at each place of a map: two squares, and one of each ratio."""
        return 2 + len(self.ratios)

    @classmethod
    def tiny(cls) -> "SSDConfig":
        """Return one for tests and for the browser: 16 x 16 pictures, two kinds of objects."""
        return cls(
            image_size=16, classes=2, channels=(3, 4, 5), scales=(0.4, 0.6, 0.8), ratios=(2.0,)
        )


PRESETS = {"ssd": SSDConfig(), "ssd-tiny": SSDConfig.tiny()}
