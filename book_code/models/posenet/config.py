"""Sizes of a network that finds key points (Xiao, Wu and Wei 2018, arXiv:1804.06208)."""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class PoseNetConfig:
    """Convolutions that make the maps small, transposed ones that make them larger again, one map a key point.

    Attributes:
        image_size: height and width of the picture.
        in_channels: 1 for grey pictures, 3 for colour.
        points: number of key points K.
        channels: filters of each convolution that halves the maps.
        ups: how many transposed convolutions double them again.
        up_channels: filters of each of these.
    """

    architecture: ClassVar[str] = "PoseNet"

    image_size: int = 64
    in_channels: int = 1
    points: int = 5
    channels: tuple[int, ...] = (32, 64, 128)
    ups: int = 2
    up_channels: int = 64

    def __post_init__(self) -> None:
        check_fields(self)
        step = 2 ** len(self.channels)
        if self.image_size % step:
            raise ValueError(
                f"PoseNetConfig: pictures of {self.image_size} x {self.image_size} cannot be halved "
                f"{len(self.channels)} times: take a multiple of {step}"
            )
        if self.ups > len(self.channels):
            raise ValueError(
                f"PoseNetConfig.ups must be at most {len(self.channels)}, the number of channels; got {self.ups}"
            )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one picture, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def stride(self) -> int:
        """How many pixels of the picture one pixel of a heat map stands for.

        >>> PoseNetConfig().stride
        2
        """
        return int(2 ** (len(self.channels) - self.ups))

    @property
    def map_size(self) -> int:
        """Height and width of the heat maps.

        >>> PoseNetConfig().map_size
        32
        """
        return self.image_size // self.stride

    @classmethod
    def tiny(cls) -> "PoseNetConfig":
        """Return one for tests and for the browser: 8 x 8 pictures, two key points."""
        return cls(image_size=8, points=2, channels=(3, 4), ups=1, up_channels=5)


PRESETS = {"posenet": PoseNetConfig(), "posenet-tiny": PoseNetConfig.tiny()}
