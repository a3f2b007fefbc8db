"""VGG's sizes: Simonyan and Zisserman (2014), table 1, columns A, B, D and E."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class VGGConfig:
    """Blocks of 3 x 3 convolutions, each followed by pooling, and three fully connected layers.

    Attributes:
        classes: number of classes K.
        image_size: height and width of the pictures that the book feeds; the network takes larger ones too.
        in_channels: 1 for grey pictures, 3 for colour.
        blocks: number of convolutions in each block.
        channels: maps of each block.
        batch_norm: whether a batch norm follows each convolution; the paper is older than batch norm.
        stem: "imagenet" (pooling after every block) or "small" (none after the first, for small pictures).
        pool: side to which the last maps are averaged before the fully connected layers.
        hidden: units of the two hidden fully connected layers.
        dropout: share of these units that is dropped in training, below 1.
    """

    architecture: ClassVar[str] = "VGG"

    classes: int = 1000
    image_size: int = 224
    in_channels: int = 3
    blocks: tuple[int, ...] = (1, 1, 2, 2, 2)
    channels: tuple[int, ...] = (64, 128, 256, 512, 512)
    batch_norm: bool = False
    stem: Literal["imagenet", "small"] = "imagenet"
    pool: int = 7
    hidden: int = 4096
    dropout: float = 0.5

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.blocks or len(self.blocks) != len(self.channels):
            raise ValueError(
                "VGGConfig.blocks and VGGConfig.channels must name the same blocks, at least one; got "
                f"{self.blocks} and {self.channels}"
            )
        if self.dropout >= 1:
            raise ValueError(f"VGGConfig.dropout must be below 1; got {self.dropout}")
        if self.image_size < 2**self.poolings:
            raise ValueError(
                f"pictures of {self.image_size} x {self.image_size} are too small to be halved "
                f"{self.poolings} times; they need {2**self.poolings} pixels"
                + (' (half as many with stem="small")' if self.stem == "imagenet" else "")
            )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one example, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def poolings(self) -> int:
        """How often the maps are halved."""
        return len(self.blocks) - (self.stem == "small")

    @property
    def depth(self) -> int:
        """Layers with weights, as in the network's name.

        >>> VGGConfig().depth
        11
        """
        return sum(self.blocks) + 3

    @classmethod
    def tiny(cls) -> "VGGConfig":
        """Return one for tests and for the browser: 8 x 8 pictures, three classes."""
        return cls(3, 8, 1, (1, 2), (2, 3), pool=2, hidden=8, dropout=0.0)


BLOCKS = {  # columns of table 1
    "vgg11": (1, 1, 2, 2, 2),  # A
    "vgg13": (2, 2, 2, 2, 2),  # B
    "vgg16": (2, 2, 3, 3, 3),  # D
    "vgg19": (2, 2, 4, 4, 4),  # E
}
PRESETS = {
    **{name: VGGConfig(blocks=blocks) for name, blocks in BLOCKS.items()},
    **{
        f"{name}-bn": VGGConfig(blocks=blocks, batch_norm=True)
        for name, blocks in BLOCKS.items()
    },
    "vgg11-fashion": VGGConfig(10, 28, 1, stem="small", pool=1, hidden=512),
    "vgg-tiny": VGGConfig.tiny(),
}
