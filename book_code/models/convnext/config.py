"""ConvNeXt's sizes: Liu et al. (2022), section 3.

The paper's ConvNeXt-T, "convnext_tiny" in torchvision, is the preset "convnext-t" here: as with every family,
"convnext-tiny" is the small network for tests and for the browser.
"""

from dataclasses import dataclass
from typing import ClassVar

from ..fields import check_fields


@dataclass(frozen=True)
class ConvNeXtConfig:
    """Patches, then stages of blocks with a wide depthwise convolution, as in a Transformer's layer.

    Attributes:
        classes: number of classes K.
        image_size: height and width of the pictures that the book feeds; the network takes larger ones too.
        in_channels: 1 for grey pictures, 3 for colour.
        blocks: number of blocks in each stage; between two stages the maps are halved.
        channels: maps C of each stage.
        patch_size: side of the patches that the stem makes one place of: 4, or 2 or 1 for small pictures.
        kernel_size: side of the depthwise filters, odd.
        layer_scale: first value of the numbers that each block's result is multiplied with.
        stochastic_depth: probability that the last block is left out for an example in training, below 1; for
            earlier blocks it is smaller, in a straight line from 0 at the first.
    """

    architecture: ClassVar[str] = "ConvNeXt"

    classes: int = 1000
    image_size: int = 224
    in_channels: int = 3
    blocks: tuple[int, ...] = (3, 3, 9, 3)
    channels: tuple[int, ...] = (96, 192, 384, 768)
    patch_size: int = 4
    kernel_size: int = 7
    layer_scale: float = 1e-6
    stochastic_depth: float = 0.1

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.blocks or len(self.blocks) != len(self.channels):
            raise ValueError(
                "ConvNeXtConfig.blocks and ConvNeXtConfig.channels must name the same stages, at least one; got "
                f"{self.blocks} and {self.channels}"
            )
        if self.kernel_size % 2 == 0:
            raise ValueError(f"ConvNeXtConfig.kernel_size must be odd; got {self.kernel_size}")
        if self.stochastic_depth >= 1:
            raise ValueError(
                f"ConvNeXtConfig.stochastic_depth must be below 1; got {self.stochastic_depth}"
            )
        if self.map_sizes[-1] < 1:
            raise ValueError(
                f"pictures of {self.image_size} x {self.image_size} are too small for {len(self.blocks)} stages "
                f"with patch_size={self.patch_size}: their maps would have sides {self.map_sizes}"
            )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one example, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def map_sizes(self) -> tuple[int, ...]:
        """Sides of the maps in each stage.

        >>> ConvNeXtConfig().map_sizes
        (56, 28, 14, 7)
        """
        side = self.image_size // self.patch_size
        return tuple(side // 2**stage for stage in range(len(self.blocks)))

    @property
    def drop_rates(self) -> tuple[float, ...]:
        """Probability, for each block, that it is left out.

        >>> ConvNeXtConfig(blocks=(1, 2), channels=(8, 16)).drop_rates
        (0.0, 0.05, 0.1)
        """
        last = max(sum(self.blocks) - 1, 1)
        return tuple(self.stochastic_depth * i / last for i in range(sum(self.blocks)))

    @classmethod
    def tiny(cls) -> "ConvNeXtConfig":
        """Return one for tests and for the browser: two stages of one block, three classes."""
        return cls(3, 8, 1, (1, 1), (3, 4), 2, 3, layer_scale=0.1, stochastic_depth=0.0)


PRESETS = {
    "convnext-t": ConvNeXtConfig(),
    "convnext-s": ConvNeXtConfig(blocks=(3, 3, 27, 3), stochastic_depth=0.4),
    "convnext-tiny": ConvNeXtConfig.tiny(),
}
