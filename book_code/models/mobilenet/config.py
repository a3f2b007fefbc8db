"""MobileNetV2's sizes: Sandler et al. (2018), table 2."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields

Stage = tuple[
    int, int, int, int
]  # t, c, n, s: expansion, channels, blocks, stride of the first

TABLE_2: tuple[Stage, ...] = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


@dataclass(frozen=True)
class MobileNetConfig:
    """A convolution, stages of inverted residual blocks, a 1 x 1 convolution and one linear layer.

    Attributes:
        classes: number of classes K.
        image_size: height and width of the pictures that the book feeds; the network takes others too.
        in_channels: 1 for grey pictures, 3 for colour.
        stages: for each stage the expansion t, the channels c, the number n of blocks, and the stride s (1 or 2)
            of the first of them, as the rows of table 2.
        stem_channels: maps of the first convolution.
        last_channels: maps of the last, 1 x 1, convolution; a width below 1 does not make them fewer.
        stem: stride of the first convolution: 2 ("imagenet") or 1 ("small", for small pictures).
        width: factor on all numbers of channels (the paper's width multiplier), above 0.
        round_to: numbers of channels are rounded to multiples of this, never down by more than a tenth.
        dropout: share of the last features that is dropped in training, below 1.
    """

    architecture: ClassVar[str] = "MobileNetV2"

    classes: int = 1000
    image_size: int = 224
    in_channels: int = 3
    stages: tuple[Stage, ...] = TABLE_2
    stem_channels: int = 32
    last_channels: int = 1280
    stem: Literal["imagenet", "small"] = "imagenet"
    width: float = 1.0
    round_to: int = 8
    dropout: float = 0.2

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.stages:
            raise ValueError("MobileNetConfig.stages must name at least one stage; got ()")
        if wrong := [s for *_, s in self.stages if s > 2]:
            raise ValueError(f"a stage of MobileNetV2 has stride 1 or 2; got {wrong[0]}")
        if self.width == 0:
            raise ValueError("MobileNetConfig.width must be above 0; got 0")
        if self.dropout >= 1:
            raise ValueError(f"MobileNetConfig.dropout must be below 1; got {self.dropout}")

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one example, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    def channels(self, wanted: int) -> int:
        """Return a number of channels times the width, rounded.

        >>> MobileNetConfig().channels(32), MobileNetConfig(width=0.35).channels(32)
        (32, 16)
        """
        return divisible(self.width * wanted, self.round_to)

    @property
    def blocks(self) -> list[tuple[int, int, int, int]]:
        """Channels in, channels out, stride and expansion of every block.

        >>> MobileNetConfig().blocks[1]
        (16, 24, 2, 6)
        """
        found, inputs = [], self.channels(self.stem_channels)
        for t, c, n, s in self.stages:
            for i in range(n):
                found.append((inputs, self.channels(c), s if i == 0 else 1, t))
                inputs = self.channels(c)
        return found

    @property
    def features(self) -> int:
        """Maps that the last convolution gives to the linear layer."""
        return divisible(max(1.0, self.width) * self.last_channels, self.round_to)

    @classmethod
    def tiny(cls) -> "MobileNetConfig":
        """Return one for tests and for the browser: three blocks, three classes."""
        stages = ((1, 2, 1, 1), (2, 3, 2, 2))
        return cls(3, 8, 1, stages, stem_channels=3, last_channels=5, round_to=1, dropout=0.0)


def divisible(exact: float, step: int) -> int:
    """Return the nearest multiple of a step, the next larger one if that is less than nine tenths.

    >>> divisible(19.2, 8), divisible(11.2, 8), divisible(9.6, 1)
    (24, 16, 10)
    """
    nearest = max(step, int(exact + step / 2) // step * step)
    return nearest + step if nearest < 0.9 * exact else nearest


PRESETS = {
    "mobilenet-v2": MobileNetConfig(),
    "mobilenet-tiny": MobileNetConfig.tiny(),
}
