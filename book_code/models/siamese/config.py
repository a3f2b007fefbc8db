"""Sizes of a siamese network for small pictures (Hadsell, Chopra and LeCun 2006, doi:10.1109/CVPR.2006.100)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class SiameseConfig:
    """One encoder for both pictures: convolutions, then a layer that gives a point.

    Attributes:
        image_size: height and width of the pictures.
        in_channels: 1 for grey pictures, 3 for colour.
        channels: filters of each convolution of 3 x 3, each followed by a pooling that halves the maps.
        embed_dim: coordinates of the point that stands for a picture.
        normalized: whether points lie on the unit sphere, as in FaceNet.
    """

    architecture: ClassVar[str] = "SiameseNet"

    image_size: int = 28
    in_channels: int = 1
    channels: tuple[int, ...] = (32, 64)
    embed_dim: int = 64
    normalized: bool = True

    def __post_init__(self) -> None:
        check_fields(self)
        if self.map_size < 1:
            raise ValueError(
                f"SiameseConfig: pictures of {self.image_size} x {self.image_size} cannot be halved "
                f"{len(self.channels)} times"
            )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one picture, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def map_size(self) -> int:
        """Height and width of the last maps.

        >>> SiameseConfig().map_size
        7
        """
        return self.image_size // 2 ** len(self.channels)

    @classmethod
    def tiny(cls) -> "SiameseConfig":
        """Return one for tests and for the browser: 8 x 8 pictures, points with four coordinates."""
        return cls(image_size=8, channels=(3, 4), embed_dim=4, normalized=False)


PRESETS = {"siamese": SiameseConfig(), "siamese-tiny": SiameseConfig.tiny()}
