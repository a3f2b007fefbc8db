"""The Vision Transformer's sizes (Dosovitskiy et al. 2020, arXiv:2010.11929, table 1)."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class ViTConfig:
    """A picture is cut into patches, which a Transformer's encoder reads as a sequence.

    Attributes:
        image_size: height and width of the picture.
        patch: height and width of a patch, P.
        in_channels: 1 for grey pictures, 3 for colour.
        classes: number of classes.
        embed_dim: features of a patch, D.
        heads: attention heads of each layer.
        feedforward: width of the layers between.
        layers: number of layers L.
        pool: what stands for the picture: a "token" of its own, as in the paper, or the "mean" of the patches.
        dropout: share that is silenced after each part, below 1; the paper takes 0.1 to learn ImageNet from scratch.
    """

    architecture: ClassVar[str] = "ViT"

    image_size: int = 224
    patch: int = 16
    in_channels: int = 3
    classes: int = 1000
    embed_dim: int = 768
    heads: int = 12
    feedforward: int = 3072
    layers: int = 12
    pool: Literal["token", "mean"] = "token"
    dropout: float = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        if self.image_size % self.patch:
            raise ValueError(
                f"ViTConfig: pictures of {self.image_size} x {self.image_size} cannot be cut into patches of "
                f"{self.patch} x {self.patch}"
            )
        if self.embed_dim % self.heads:
            raise ValueError(
                f"ViTConfig: embed_dim={self.embed_dim} cannot be shared evenly by heads={self.heads}"
            )
        if self.dropout >= 1:
            raise ValueError(f"ViTConfig.dropout must be below 1; got {self.dropout}")

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one example, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def patches(self) -> int:
        """How many patches a picture has.

        >>> ViTConfig().patches
        196
        """
        return (self.image_size // self.patch) ** 2

    @classmethod
    def tiny(cls) -> "ViTConfig":
        """Return one for tests and for the browser: 8 x 8 pictures in four patches, three classes."""
        return cls(
            image_size=8, patch=4, in_channels=1, classes=3, embed_dim=8, heads=2, feedforward=12, layers=1
        )  # fmt: skip


PRESETS = {
    "vit-b16": ViTConfig(),
    "vit-b32": ViTConfig(patch=32),
    "vit-l16": ViTConfig(embed_dim=1024, heads=16, feedforward=4096, layers=24),
    # for small pictures (CIFAR-10, with patches of 4): after the sizes of DeiT-Ti's layers, arXiv:2012.12877
    "vit-cifar": ViTConfig(
        image_size=32, patch=4, classes=10, embed_dim=192, heads=3, feedforward=768, layers=6, dropout=0.1
    ),
    "vit-tiny": ViTConfig.tiny(),
}  # fmt: skip
