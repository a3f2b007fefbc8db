"""AlexNet's sizes, as torchvision has them (Krizhevsky 2014, arXiv:1404.5997)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class AlexNetConfig:
    """Five convolutions, three of them pooled, and three fully connected layers.

    Attributes:
        classes: number of classes K.
        image_size: height and width of the pictures that the book feeds; the network takes larger ones too.
        in_channels: 1 for grey pictures, 3 for colour.
        channels: maps of the five convolutions.
        stem: the first convolution: "imagenet" (11 x 11 with stride 4) or "small" (5 x 5 with stride 1).
        pool: side to which the last maps are averaged before the fully connected layers.
        hidden: units of the two hidden fully connected layers.
        dropout: share of their inputs that is dropped in training, below 1.
    """

    architecture: ClassVar[str] = "AlexNet"

    classes: int = 1000
    image_size: int = 224
    in_channels: int = 3
    channels: tuple[int, int, int, int, int] = (64, 192, 384, 256, 256)
    stem: Literal["imagenet", "small"] = "imagenet"
    pool: int = 6
    hidden: int = 4096
    dropout: float = 0.5

    def __post_init__(self) -> None:
        check_fields(self)
        if self.dropout >= 1:
            raise ValueError(f"AlexNetConfig.dropout must be below 1; got {self.dropout}")
        if min(self.map_sizes) < 1:
            raise ValueError(
                f"pictures of {self.image_size} x {self.image_size} are too small for AlexNet with "
                f"stem={self.stem!r}: after the first convolution and the three poolings the maps would have "
                f"sides {self.map_sizes}"
                + ('; stem="small" is for such pictures' if self.stem == "imagenet" else "")
            )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one example, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def map_sizes(self) -> tuple[int, int, int, int]:
        """Sides of the maps after the first convolution and after each pooling.

        >>> AlexNetConfig().map_sizes
        (55, 27, 13, 6)
        """
        side = (
            (self.image_size + 4 - 11) // 4 + 1 if self.stem == "imagenet" else self.image_size
        )
        sides = [side]
        for _ in range(3):
            sides.append((sides[-1] - 3) // 2 + 1)  # windows of 3, moved by 2: they overlap
        return sides[0], sides[1], sides[2], sides[3]

    @classmethod
    def tiny(cls) -> "AlexNetConfig":
        """Return one for tests and for the browser: 16 x 16 pictures, three classes."""
        return cls(3, 16, 1, (2, 3, 4, 3, 3), "small", pool=1, hidden=8, dropout=0.0)


PRESETS = {
    "alexnet": AlexNetConfig(),
    "alexnet-fashion": AlexNetConfig(10, 28, 1, stem="small", pool=2, hidden=1024),
    "alexnet-tiny": AlexNetConfig.tiny(),
}
