"""The sizes of the residual networks: He et al. (2015), table 1 (ImageNet) and section 4.2 (CIFAR-10)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class ResNetConfig:
    """Stages of residual blocks: each stage after the first halves the maps and doubles the channels.

    Attributes:
        classes: number of classes K.
        image_size: height and width of the pictures that the book feeds; the network takes others too.
        in_channels: 1 for grey pictures, 3 for colour.
        block: "basic" (two 3 x 3 convolutions) or "bottleneck" (1 x 1, 3 x 3, 1 x 1, four times as wide outside).
        blocks: number of blocks in each stage.
        width: channels C of the first stage, inside the blocks.
        stem: "imagenet" (7 x 7 with stride 2, then pooling: a quarter of the picture's size goes into the blocks)
            or "small" (3 x 3 with stride 1 and no pooling, as the paper's nets for CIFAR-10).
        shortcut: what stands beside a block. "projection": the identity, and a 1 x 1 convolution where the size
            changes (the paper's option B). "padding": the identity, and where the size changes every second pixel
            with channels of zeros added (option A, without parameters). "none": nothing, a plain network.
    """

    architecture: ClassVar[str] = "ResNet"

    classes: int = 1000
    image_size: int = 224
    in_channels: int = 3
    block: Literal["basic", "bottleneck"] = "basic"
    blocks: tuple[int, ...] = (2, 2, 2, 2)
    width: int = 64
    stem: Literal["imagenet", "small"] = "imagenet"
    shortcut: Literal["projection", "padding", "none"] = "projection"

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.blocks:
            raise ValueError("ResNetConfig.blocks must name at least one stage; got ()")

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one example, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels inside the blocks of each stage.

        >>> ResNetConfig().widths
        (64, 128, 256, 512)
        """
        return tuple(self.width * 2**stage for stage in range(len(self.blocks)))

    @property
    def expansion(self) -> int:
        """How many times wider a block is outside than inside."""
        return 4 if self.block == "bottleneck" else 1

    @property
    def depth(self) -> int:
        """Layers with weights on the longest way through, as in the network's name.

        >>> ResNetConfig().depth
        18
        """
        return 2 + sum(self.blocks) * (3 if self.block == "bottleneck" else 2)

    @classmethod
    def cifar(
        cls, depth: int, shortcut: Literal["projection", "padding", "none"] = "padding"
    ) -> "ResNetConfig":
        """Return the paper's network for CIFAR-10 with 6n + 2 layers: three stages of n blocks.

        >>> ResNetConfig.cifar(56).blocks
        (9, 9, 9)
        """
        if depth < 8 or depth % 6 != 2:
            raise ValueError(
                f"a ResNet for CIFAR-10 has 6n + 2 layers, 8, 14, 20 and so on; got depth={depth}"
            )
        return cls(
            classes=10, image_size=32, blocks=((depth - 2) // 6,) * 3, width=16, stem="small",
            shortcut=shortcut,
        )  # fmt: skip

    @classmethod
    def tiny(
        cls,
        block: Literal["basic", "bottleneck"] = "basic",
        stem: Literal["imagenet", "small"] = "imagenet",
        shortcut: Literal["projection", "padding", "none"] = "projection",
    ) -> "ResNetConfig":
        """Return a network for tests and for the browser: two stages of one block, three classes."""
        size = 16 if stem == "imagenet" else 6
        return cls(3, size, 1, block, (1, 1), 3, stem, shortcut)


PRESETS = {
    "resnet18": ResNetConfig(blocks=(2, 2, 2, 2)),
    "resnet34": ResNetConfig(blocks=(3, 4, 6, 3)),
    "resnet50": ResNetConfig(block="bottleneck", blocks=(3, 4, 6, 3)),
    "resnet101": ResNetConfig(block="bottleneck", blocks=(3, 4, 23, 3)),
    **{f"resnet{depth}": ResNetConfig.cifar(depth) for depth in (20, 32, 44, 56, 110)},
    **{f"plain{depth}": ResNetConfig.cifar(depth, "none") for depth in (20, 32, 44, 56, 110)},
    "resnet18-fashion": ResNetConfig(classes=10, image_size=28, in_channels=1, stem="small"),
    "resnet-tiny": ResNetConfig.tiny(),
    "resnet-bottleneck-tiny": ResNetConfig.tiny("bottleneck"),
    "resnet-cifar-tiny": ResNetConfig.tiny(stem="small", shortcut="padding"),
    "plain-tiny": ResNetConfig.tiny(stem="small", shortcut="none"),
}
