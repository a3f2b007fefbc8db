"""SSD300: Liu et al. (2015), SSD: Single Shot MultiBox Detector, arXiv:1512.02325, figure 2.

    code                 paper           shape of the output    default boxes a place
    x                    image           (N,    3, 300, 300)
    backbone.features    to conv4_3      (N,  512,  38,  38)    4
    backbone.extra.0     to conv7 (fc7)  (N, 1024,  19,  19)    6
    backbone.extra.1     conv8_2         (N,  512,  10,  10)    6
    backbone.extra.2     conv9_2         (N,  256,   5,   5)    6
    backbone.extra.3     conv10_2        (N,  256,   3,   3)    4
    backbone.extra.4     conv11_2        (N,  256,   1,   1)    4
    head                 classifiers     (N, 8732, classes + 1) and (N, 8732, 4)

Boxes, matching, loss and detection are those of `models/ssd`. Names are torchvision's, whose weights load as they are.
Deviations from the paper, all as in torchvision: default boxes are nowhere larger than the picture; their centres
stand a fixed number of pixels apart (as in the authors' code); their scales are those of the paper for COCO (for VOC
section 3.1 has 0.1 for the first map and 0.2 to 0.9 for the others). The base network starts from fresh weights here.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from ..he import he_convolutions
from ..ssd.numpy_model import Detector, Predictions, by_box, check_pictures, loss, targets
from ..vgg.config import BLOCKS
from ..vgg.numpy_model import vgg_block
from .config import SSD300Config

__all__ = ["SSD300", "Backbone", "Head", "Heads", "loss", "targets"]


# --8<-- [start:backbone]
class Backbone(nn.Module):
    """VGG-16 up to its last convolution, fc6 and fc7 as convolutions, then smaller and smaller maps.

    Shape:
        (N, 3, 300, 300) -> six maps, of 38, 19, 10, 5, 3 and 1 pixels a side
    """

    def __init__(self, config: SSD300Config, *, rng: np.random.Generator):
        super().__init__()
        first = np.full(config.channels[3], 20, np.float32)
        self.scale_weight = Tensor(first, requires_grad=True)
        widths = (config.in_channels, *config.channels)
        blocks = [
            vgg_block(widths[i], widths[i + 1], count, False, rng=rng)
            for i, count in enumerate(BLOCKS["vgg16"])
        ]
        pools = [nn.MaxPool2d(2), nn.MaxPool2d(2), nn.MaxPool2d(2, ceil_mode=True)]
        trunk = [layer for i in range(3) for layer in (*blocks[i], pools[i])]
        self.features = nn.Sequential(*trunk, *blocks[3])
        full = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1),
            nn.Conv2d(widths[5], config.wide, 3, padding=6, dilation=6, rng=rng),  # fc6
            nn.ReLU(),
            nn.Conv2d(config.wide, config.wide, 1, rng=rng),  # fc7
            nn.ReLU(),
        )
        self.extra = [nn.Sequential(nn.MaxPool2d(2), *blocks[4], full)]
        inputs = config.wide
        for narrow, outputs, stride in config.extra:
            self.extra.append(smaller(inputs, narrow, outputs, stride, rng=rng))
            inputs = outputs
        he_convolutions(self, rng=rng)

    def forward(self, x: Any) -> list[Tensor]:  # (N, 3, 300, 300)
        """Return the maps from which boxes are foretold."""
        x = self.features(x)  # (N, 512, 38, 38)
        # its numbers are larger than those of later maps: brought to a length that is learned
        maps = [self.scale_weight.reshape(1, -1, 1, 1) * F.normalize(x, axis=1)]
        for block in self.extra:
            x = block(x)  # (N, 1024, 19, 19), then 10, 5, 3 and 1 pixels a side
            maps.append(x)
        return maps


def smaller(
    inputs: int, narrow: int, outputs: int, stride: int, *, rng: np.random.Generator
) -> nn.Sequential:
    """Return a block that makes the maps smaller: fewer channels by 1 x 1, then 3 x 3 with a stride or no border."""
    return nn.Sequential(
        nn.Conv2d(inputs, narrow, 1, rng=rng),
        nn.ReLU(),
        nn.Conv2d(narrow, outputs, 3, stride=stride, padding=int(stride == 2), rng=rng),
        nn.ReLU(),
    )


# --8<-- [end:backbone]


# --8<-- [start:model]
class Head(nn.Module):
    """One convolution a map: so many numbers for each default box."""

    def __init__(self, config: SSD300Config, numbers: int, *, rng: np.random.Generator):
        super().__init__()
        self.numbers = numbers
        self.module_list = [
            nn.Conv2d(width, boxes * numbers, 3, padding=1, rng=rng)
            for width, boxes in zip(config.map_widths, config.per_place, strict=True)
        ]

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Return what is said of all default boxes, (N, A, numbers)."""
        said = [conv(m) for conv, m in zip(self.module_list, maps, strict=True)]
        return F.concatenate([by_box(m, self.numbers) for m in said], axis=1)


class Heads(nn.Module):
    """What is in each default box, and how it has to be changed."""

    def __init__(self, config: SSD300Config, *, rng: np.random.Generator):
        super().__init__()
        self.classification_head = Head(config, config.classes + 1, rng=rng)
        self.regression_head = Head(config, 4, rng=rng)

    def forward(self, maps: list[Tensor]) -> Predictions:
        """Return the logits (N, A, K + 1) and the codes (N, A, 4)."""
        return Predictions(self.classification_head(maps), self.regression_head(maps))


class SSD300(Detector):
    """All boxes at once, small ones from the early maps and large ones from the late.

    Shape:
        (N, 3, 300, 300) -> logits (N, 8732, 21), codes (N, 8732, 4), with the standard configuration

    >>> model = SSD300(SSD300Config.tiny(), rng=np.random.default_rng(0))
    >>> logits, codes = model(np.zeros((2, 1, 20, 20), np.float32))
    >>> logits.shape, codes.shape
    ((2, 32, 3), (2, 32, 4))
    """

    def __init__(self, config: SSD300Config | None = None, *, rng: np.random.Generator):
        super().__init__()
        self.config = config or SSD300Config()
        self._defaults = self.config.default_boxes()
        self.backbone = Backbone(self.config, rng=rng)
        self.head = Heads(self.config, rng=rng)

    # --8<-- [start:forward]
    def forward(self, x: Any) -> Predictions:  # (N, 3, 300, 300)
        """Return what the network says of every default box."""
        check_pictures(x, self.config.input_shape)
        return self.head(self.backbone(x))  # (N, 8732, 21) and (N, 8732, 4)

    # --8<-- [end:forward]


# --8<-- [end:model]
