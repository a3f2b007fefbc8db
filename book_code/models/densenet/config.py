"""The sizes of the densely connected networks: Huang et al. (2016), table 1 (ImageNet) and section 4.2 (CIFAR)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class DenseNetConfig:
    """Blocks in which every layer sees what all layers before it found; DenseNet-BC in the paper's terms.

    Attributes:
        classes: number of classes K.
        image_size: height and width of the pictures that the book feeds; the network takes larger ones too.
        in_channels: 1 for grey pictures, 3 for colour.
        growth: maps k that each layer adds.
        blocks: number of layers in each dense block.
        init_features: maps of the first convolution.
        bottleneck: the 1 x 1 convolution of a layer makes this many times k maps (the B of BC).
        compression: share theta of the maps that a transition keeps, above 0 and at most 1 (the C of BC).
        stem: "imagenet" (7 x 7 with stride 2, batch norm, ReLU, pooling) or "small" (3 x 3 with stride 1, as
            the paper's networks for CIFAR).
        dropout: share of what each layer adds that is dropped in training, below 1.
    """

    architecture: ClassVar[str] = "DenseNet"

    classes: int = 1000
    image_size: int = 224
    in_channels: int = 3
    growth: int = 32
    blocks: tuple[int, ...] = (6, 12, 24, 16)
    init_features: int = 64
    bottleneck: int = 4
    compression: float = 0.5
    stem: Literal["imagenet", "small"] = "imagenet"
    dropout: float = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.blocks:
            raise ValueError("DenseNetConfig.blocks must name at least one block; got ()")
        if not 0 < self.compression <= 1:
            raise ValueError(
                f"DenseNetConfig.compression must be above 0 and at most 1; got {self.compression}"
            )
        if self.dropout >= 1:
            raise ValueError(f"DenseNetConfig.dropout must be below 1; got {self.dropout}")
        if self.map_sizes[-1] < 1:
            raise ValueError(
                f"pictures of {self.image_size} x {self.image_size} are too small for {len(self.blocks)} blocks "
                f"with stem={self.stem!r}: their maps would have sides {self.map_sizes}"
            )
        if min(self.widths) < 1:
            raise ValueError(
                f"DenseNetConfig.compression={self.compression} leaves no maps: the blocks would be given "
                f"{self.widths[:-1]}"
            )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one example, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def map_sizes(self) -> tuple[int, ...]:
        """Sides of the maps in each block.

        >>> DenseNetConfig().map_sizes
        (56, 28, 14, 7)
        """
        side = self.image_size
        if self.stem == "imagenet":
            side = ((side + 1) // 2 + 1) // 2
        return tuple(side // 2**block for block in range(len(self.blocks)))

    @property
    def widths(self) -> tuple[int, ...]:
        """Numbers of maps that go into each block, and at last of those that leave the last one.

        >>> DenseNetConfig().widths
        (64, 128, 256, 512, 1024)
        """
        widths = [self.init_features]
        for layers in self.blocks[:-1]:
            widths.append(int(self.compression * (widths[-1] + layers * self.growth)))
        return (*widths, widths[-1] + self.blocks[-1] * self.growth)

    @classmethod
    def tiny(cls) -> "DenseNetConfig":
        """Return one for tests and for the browser: two blocks, three classes."""
        return cls(3, 16, 1, 2, (2, 1), init_features=4, bottleneck=2)


PRESETS = {
    "densenet121": DenseNetConfig(blocks=(6, 12, 24, 16)),
    "densenet169": DenseNetConfig(blocks=(6, 12, 32, 32)),
    "densenet201": DenseNetConfig(blocks=(6, 12, 48, 32)),
    "densenet-bc-100-12": DenseNetConfig(
        10, 32, growth=12, blocks=(16, 16, 16), init_features=24, stem="small"
    ),
    "densenet-fashion": DenseNetConfig(10, 28, 1, blocks=(4, 4, 4, 4), stem="small"),
    "densenet-tiny": DenseNetConfig.tiny(),
}
