"""GoogLeNet's sizes: Szegedy et al. (2014), table 1."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

from ..fields import check_fields

Widths = tuple[
    int, int, int, int, int, int
]  # 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection
Stage = tuple[Widths, ...]

TABLE_1: tuple[Stage, Stage, Stage] = (
    (
        (64, 96, 128, 16, 32, 32),  # 3a
        (128, 128, 192, 32, 96, 64),  # 3b
    ),
    (
        (192, 96, 208, 16, 48, 64),  # 4a
        (160, 112, 224, 24, 64, 64),  # 4b
        (128, 128, 256, 24, 64, 64),  # 4c
        (112, 144, 288, 32, 64, 64),  # 4d
        (256, 160, 320, 32, 128, 128),  # 4e
    ),
    (
        (256, 160, 320, 32, 128, 128),  # 5a
        (384, 192, 384, 48, 128, 128),  # 5b
    ),
)


class GoogLeNetOutputs(NamedTuple):
    """What the network gives in training: three logits (N, K) for the same pictures."""

    logits: Any
    aux_logits2: Any
    aux_logits1: Any


@dataclass(frozen=True)
class GoogLeNetConfig:
    """A stem of three convolutions, three stages of inception modules, and two auxiliary classifiers.

    Attributes:
        classes: number of classes K.
        image_size: height and width of the pictures that the book feeds; the network takes others too.
        in_channels: 1 for grey pictures, 3 for colour.
        stem: "imagenet" (7 x 7 with stride 2, then pooling) or "small" (3 x 3 with stride 1, no first pooling).
        stem_channels: maps of the first two convolutions, and of the third.
        stages: the modules of stages 3, 4 and 5, each by six widths: the 1 x 1 convolution; the 1 x 1 before the
            3 x 3, and the 3 x 3; the 1 x 1 before the "5 x 5", and that; the 1 x 1 after the pooling.
        third_kernel: side of the filters in the third branch: 5 as in the paper, or 3 as in torchvision and in its
            weights, by a mistake that was kept.
        aux: whether there are the two auxiliary classifiers, after the first module of stage 4 and the last but one.
        aux_channels: maps of the convolution in an auxiliary classifier.
        aux_hidden: units of its hidden layer.
        dropout: share of the last features that is dropped in training, below 1.
        aux_dropout: the same in the auxiliary classifiers.
    """

    architecture: ClassVar[str] = "GoogLeNet"

    classes: int = 1000
    image_size: int = 224
    in_channels: int = 3
    stem: Literal["imagenet", "small"] = "imagenet"
    stem_channels: tuple[int, int] = (64, 192)
    stages: tuple[Stage, Stage, Stage] = TABLE_1
    third_kernel: Literal[3, 5] = 3
    aux: bool = True
    aux_channels: int = 128
    aux_hidden: int = 1024
    dropout: float = 0.2
    aux_dropout: float = 0.7

    def __post_init__(self) -> None:
        check_fields(self)
        if max(self.dropout, self.aux_dropout) >= 1:
            raise ValueError(
                "GoogLeNetConfig.dropout and GoogLeNetConfig.aux_dropout must be below 1; got "
                f"{self.dropout} and {self.aux_dropout}"
            )
        if not all(self.stages):
            raise ValueError("every stage of GoogLeNetConfig.stages needs at least one module")
        if self.aux and len(self.stages[1]) < 2:
            raise ValueError(
                "the auxiliary classifiers hang at the first module of stage 4 and at the last but one: that "
                f"stage needs at least two, or aux=False; got {len(self.stages[1])}"
            )

        if min(self.map_sizes) < 1:
            raise ValueError(
                f"pictures of {self.image_size} x {self.image_size} are too small for GoogLeNet with "
                f"stem={self.stem!r}: the maps of the stem and of stages 3 to 5 would have sides {self.map_sizes}"
            )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one example, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def map_sizes(self) -> tuple[int, int, int, int]:
        """Sides of the maps that the stem makes before its last pooling, and of those in stages 3, 4 and 5.

        >>> GoogLeNetConfig().map_sizes
        (56, 28, 14, 7)
        """
        side = self.image_size
        if self.stem == "imagenet":
            side = _pooled((side + 1) // 2, 3)
        stage3 = _pooled(side, 3)
        stage4 = _pooled(stage3, 3)
        return side, stage3, stage4, _pooled(stage4, 2)

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """Names of the modules, stage by stage.

        >>> GoogLeNetConfig().names[0]
        ('inception3a', 'inception3b')
        """
        return tuple(
            tuple(f"inception{number}{chr(ord('a') + i)}" for i in range(len(stage)))
            for number, stage in enumerate(self.stages, start=3)
        )

    @classmethod
    def tiny(cls) -> "GoogLeNetConfig":
        """Return one for tests and for the browser: four narrow modules, three classes."""
        module = (2, 1, 2, 1, 2, 1)
        return cls(
            3, 6, 1, "small", (2, 3), ((module,), (module, (1, 2, 1, 1, 2, 1)), (module,)),
            aux_channels=2, aux_hidden=4, dropout=0.0, aux_dropout=0.0,
        )  # fmt: skip


def _pooled(side: int, window: int) -> int:
    """Return the side after pooling with stride 2; a window may hang over the border."""
    return -((window - side) // 2) + 1


PRESETS = {
    "googlenet": GoogLeNetConfig(),
    "googlenet-fashion": GoogLeNetConfig(10, 28, 1, stem="small", third_kernel=5),
    "googlenet-tiny": GoogLeNetConfig.tiny(),
}
