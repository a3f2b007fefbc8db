"""Sizes of SimCLR (Chen, Kornblith, Norouzi and Hinton 2020, section 2.1 and appendix B.9)."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ..fields import check_fields
from ..resnet.config import ResNetConfig


@dataclass(frozen=True)
class SimCLRConfig:
    """A residual network as encoder, and a head of two layers that is thrown away after the training.

    Attributes:
        image_size: height and width of the pictures.
        in_channels: 1 for grey pictures, 3 for colour.
        block: kind of the encoder's blocks, "basic" or "bottleneck".
        blocks: number of blocks in each stage of the encoder.
        width: channels of the first stage.
        stem: "imagenet", or "small", for pictures of 32 x 32.
        projection: numbers that the head gives, which the loss compares.
        temperature: what cosines are divided by in the loss, tau.
    """

    architecture: ClassVar[str] = "SimCLR"

    image_size: int = 224
    in_channels: int = 3
    block: Literal["basic", "bottleneck"] = "bottleneck"
    blocks: tuple[int, ...] = (3, 4, 6, 3)
    width: int = 64
    stem: Literal["imagenet", "small"] = "imagenet"
    projection: int = 128
    temperature: float = 0.1

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.temperature:
            raise ValueError("SimCLRConfig.temperature must be above 0; got 0")
        if not self.blocks:
            raise ValueError("SimCLRConfig.blocks must name at least one stage; got ()")

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one view of a picture, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def encoder(self) -> ResNetConfig:
        """The sizes of the encoder.

        >>> SimCLRConfig().encoder.depth
        50
        """
        return ResNetConfig(
            image_size=self.image_size, in_channels=self.in_channels, block=self.block,
            blocks=self.blocks, width=self.width, stem=self.stem,
        )  # fmt: skip

    @property
    def features(self) -> int:
        """Numbers that the encoder gives, h.

        >>> SimCLRConfig().features
        2048
        """
        return self.encoder.widths[-1] * self.encoder.expansion

    @classmethod
    def tiny(cls) -> "SimCLRConfig":
        """Return a model for tests and the browser: grey 8 x 8 pictures, one block of three channels."""
        return cls(
            image_size=8, in_channels=1, block="basic", blocks=(1,), width=3, stem="small",
            projection=4, temperature=0.5,
        )  # fmt: skip


def check_pairs(one: Any, other: Any) -> None:
    """Raise, in either back end, unless there is an other view for each: else wrong ones would be partners."""
    if tuple(one.shape) != tuple(other.shape):
        raise ValueError(
            f"SimCLR expected two views of each picture, got shapes {tuple(one.shape)} and {tuple(other.shape)}"
        )


PRESETS = {
    "simclr-resnet50": SimCLRConfig(),
    "simclr-cifar10": SimCLRConfig(image_size=32, stem="small", temperature=0.5),
    "simclr-tiny": SimCLRConfig.tiny(),
}
