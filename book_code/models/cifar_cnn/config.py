"""The sizes and choices of the plain convolutional network for CIFAR-10."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ..fields import check_fields


@dataclass(frozen=True)
class CifarCNNConfig:
    """Blocks of convolution, batch norm and ReLU, each block pooled, then one linear layer.

    Attributes:
        classes: number of classes K.
        image_size: height and width of the pictures.
        in_channels: 1 for grey pictures, 3 for colour.
        filters: number of filters in each block.
        convolutions: how many convolutions a block has: with the blocks, the depth.
        kernel_size: side of the filters, odd, so that the maps keep their size.
        batch_norm: whether a batch norm follows each convolution, which then has no bias.
        pooling: what halves the maps at the end of a block: "max", "avg", "stride" (no pooling: the last
            convolution of a block takes steps of 2), or "none" (nothing does).
        head: what joins the last maps to the linear layer: "average" (over all places) or "flatten".
        dropout: share of the numbers that is dropped after each block in training, below 1.
    """

    architecture: ClassVar[str] = "CifarCNN"

    classes: int = 10
    image_size: int = 32
    in_channels: int = 3
    filters: tuple[int, ...] = (32, 64, 128)
    convolutions: int = 2
    kernel_size: int = 3
    batch_norm: bool = True
    pooling: Literal["max", "avg", "stride", "none"] = "max"
    head: Literal["average", "flatten"] = "average"
    dropout: float = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.filters:
            raise ValueError("CifarCNNConfig.filters must name at least one block; got ()")
        if self.kernel_size % 2 == 0:
            raise ValueError(f"CifarCNNConfig.kernel_size must be odd; got {self.kernel_size}")
        if self.dropout >= 1:
            raise ValueError(f"CifarCNNConfig.dropout must be below 1; got {self.dropout}")
        if min(self.map_sizes) < 1:
            raise ValueError(
                f"pictures of {self.image_size} x {self.image_size} are too small for {len(self.filters)} "
                f"blocks with pooling={self.pooling!r}: their maps would have sides {self.map_sizes}"
            )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one example, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def map_sizes(self) -> tuple[int, ...]:
        """Sides of the maps after each block.

        >>> CifarCNNConfig().map_sizes
        (16, 8, 4)
        """
        sides, side = [], self.image_size
        for _ in self.filters:
            if self.pooling != "none":
                side = (side + 1) // 2 if self.pooling == "stride" else side // 2
            sides.append(side)
        return tuple(sides)

    @property
    def flat(self) -> int:
        """Numbers that the blocks give to the linear layer.

        >>> CifarCNNConfig().flat, CifarCNNConfig(head="flatten").flat
        (128, 2048)
        """
        places = self.map_sizes[-1] ** 2 if self.head == "flatten" else 1
        return self.filters[-1] * places

    @property
    def depth(self) -> int:
        """Layers with weights."""
        return len(self.filters) * self.convolutions + 1

    @classmethod
    def tiny(cls) -> "CifarCNNConfig":
        """Return one for tests and for the browser: 8 x 8 pictures, three classes."""
        return cls(3, 8, 1, (2, 3), convolutions=1)


PRESETS = {
    "cifar-cnn": CifarCNNConfig(),
    "cifar-cnn-wide": CifarCNNConfig(filters=(64, 128, 256), dropout=0.2),
    "cifar-cnn-tiny": CifarCNNConfig.tiny(),
}
