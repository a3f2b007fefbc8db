"""SSD300's sizes (Liu et al. 2015, arXiv:1512.02325, figure 2 and section 3.1)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..fields import check_fields
from ..ssd.boxes import boxes_of_maps

TWO, FOUR = (2.0, 0.5), (2.0, 0.5, 3.0, 1 / 3)


@dataclass(frozen=True)
class SSD300Config:
    """VGG-16 with its fully connected layers made convolutions, smaller and smaller maps after it, boxes from six maps.

    Attributes:
        image_size: height and width of the picture.
        in_channels: 1 for grey pictures, 3 for colour.
        classes: kinds of objects, without the background.
        channels: maps of the five blocks of VGG-16.
        wide: maps of the two convolutions that stand for its fully connected layers, fc6 and fc7.
        extra: the blocks after them: maps of a 1 x 1 and of a 3 x 3 convolution, and the stride of the latter; with
            stride 1 it is not padded.
        scales: side of the default boxes of each map, as a share of the picture, and one more.
        ratios: width over height of the default boxes besides the two squares, for each map.
        steps: how many pixels of the picture the places of each map are apart, as in the authors' code; None for
            the paper's even distances.
    """

    architecture: ClassVar[str] = "SSD300"

    image_size: int = 300
    in_channels: int = 3
    classes: int = 20
    channels: tuple[int, int, int, int, int] = (64, 128, 256, 512, 512)
    wide: int = 1024
    extra: tuple[tuple[int, int, int], ...] = (
        (256, 512, 2), (128, 256, 2), (128, 256, 1), (128, 256, 1),
    )  # fmt: skip
    scales: tuple[float, ...] = (0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05)
    ratios: tuple[tuple[float, ...], ...] = (TWO, FOUR, FOUR, FOUR, TWO, TWO)
    steps: tuple[int, ...] | None = (8, 16, 32, 64, 100, 300)

    def __post_init__(self) -> None:
        check_fields(self)
        if min(self.map_sizes) < 1:
            raise ValueError(
                f"SSD300Config: pictures of {self.image_size} x {self.image_size} are too small: the maps would have "
                f"sides {self.map_sizes}; take larger pictures, or fewer blocks in extra"
            )
        maps = len(self.map_sizes)
        for name, count, wanted in (
            ("scales", len(self.scales), maps + 1),
            ("ratios", len(self.ratios), maps),
            ("steps", maps if self.steps is None else len(self.steps), maps),
        ):
            if count != wanted:
                raise ValueError(
                    f"SSD300Config.{name} must have {wanted} entries for {maps} maps; got {count}"
                )

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The shape of one picture, (C, H, W)."""
        return (self.in_channels, self.image_size, self.image_size)

    @property
    def map_sizes(self) -> tuple[int, ...]:
        """Height and width of the maps from which boxes are foretold.

        >>> SSD300Config().map_sizes
        (38, 19, 10, 5, 3, 1)
        """
        third = -(-(self.image_size // 4) // 2)  # the third pooling rounds up
        sizes = [third, third // 2]
        for _, _, stride in self.extra:
            sizes.append(
                (sizes[-1] - 1) // 2 + 1 if stride == 2 else (sizes[-1] - 3) // stride + 1
            )
        return tuple(sizes)

    @property
    def map_widths(self) -> tuple[int, ...]:
        """Channels of these maps.

        >>> SSD300Config().map_widths
        (512, 1024, 512, 256, 256, 256)
        """
        return (self.channels[3], self.wide, *(width for _, width, _ in self.extra))

    @property
    def per_place(self) -> tuple[int, ...]:
        """Default boxes at each place of each map.

        >>> SSD300Config().per_place
        (4, 6, 6, 6, 4, 4)
        """
        return tuple(2 + len(ratios) for ratios in self.ratios)

    def default_boxes(self) -> np.ndarray:
        """Return the default boxes, (A, 4): center x and y, width, height, no side above 1.

        >>> len(SSD300Config().default_boxes())
        8732
        """
        if self.steps is None:
            cells = [1 / size for size in self.map_sizes]
        else:
            cells = [step / self.image_size for step in self.steps]
        boxes = boxes_of_maps(self.map_sizes, self.scales, self.ratios, cells)
        return np.concatenate([boxes[:, :2], np.minimum(boxes[:, 2:], 1)], axis=1)

    @classmethod
    def tiny(cls) -> "SSD300Config":
        """Return one for tests: 20 x 20 pictures, two kinds of objects, 32 default boxes from three maps."""
        return cls(
            image_size=20, in_channels=1, classes=2, channels=(3, 4, 4, 5, 5), wide=8, extra=((4, 6, 2),),
            scales=(0.3, 0.5, 0.7, 0.9), ratios=((2.0,), (), (0.5,)), steps=None,
        )  # fmt: skip


PRESETS = {
    "ssd300": SSD300Config(),
    "ssd300-coco": SSD300Config(
        classes=90
    ),  # numbers of COCO's classes as torchvision has them
    "ssd300-tiny": SSD300Config.tiny(),
}
