"""SSD300 in PyTorch: the names, shapes and results of `numpy_model.py` (Liu et al. 2015, arXiv:1512.02325)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..ssd.numpy_model import Predictions, check_pictures
from ..ssd.torch_model import Detector, by_box, loss
from ..torch_he import he_convolutions
from ..vgg.config import BLOCKS
from ..vgg.torch_model import vgg_block
from .config import SSD300Config

__all__ = ["SSD300", "Backbone", "Head", "Heads", "loss"]


# --8<-- [start:backbone]
class Backbone(nn.Module):
    """VGG-16 up to its last convolution, fc6 and fc7 as convolutions, then smaller and smaller maps."""

    def __init__(self, config: SSD300Config):
        super().__init__()
        self.scale_weight = nn.Parameter(torch.full((config.channels[3],), 20.0))
        widths = (config.in_channels, *config.channels)
        blocks = [
            vgg_block(widths[i], widths[i + 1], count, False)
            for i, count in enumerate(BLOCKS["vgg16"])
        ]
        pools = [nn.MaxPool2d(2), nn.MaxPool2d(2), nn.MaxPool2d(2, ceil_mode=True)]
        trunk = [layer for i in range(3) for layer in (*blocks[i], pools[i])]
        self.features = nn.Sequential(*trunk, *blocks[3])
        full = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1),
            nn.Conv2d(widths[5], config.wide, 3, padding=6, dilation=6),  # fc6
            nn.ReLU(),
            nn.Conv2d(config.wide, config.wide, 1),  # fc7
            nn.ReLU(),
        )
        self.extra = nn.ModuleList([nn.Sequential(nn.MaxPool2d(2), *blocks[4], full)])
        inputs = config.wide
        for narrow, outputs, stride in config.extra:
            self.extra.append(smaller(inputs, narrow, outputs, stride))
            inputs = outputs
        he_convolutions(self)

    def forward(self, x: Tensor) -> list[Tensor]:  # (N, 3, 300, 300)
        """Return the maps from which boxes are foretold."""
        x = self.features(x)  # (N, 512, 38, 38)
        # its numbers are larger than those of later maps: brought to a length that is learned
        maps = [self.scale_weight.view(1, -1, 1, 1) * F.normalize(x)]
        for block in self.extra:
            x = block(x)  # (N, 1024, 19, 19), then 10, 5, 3 and 1 pixels a side
            maps.append(x)
        return maps


def smaller(inputs: int, narrow: int, outputs: int, stride: int) -> nn.Sequential:
    """Return a block that makes the maps smaller: fewer channels by 1 x 1, then 3 x 3 with a stride or no border."""
    return nn.Sequential(
        nn.Conv2d(inputs, narrow, 1),
        nn.ReLU(),
        nn.Conv2d(narrow, outputs, 3, stride=stride, padding=int(stride == 2)),
        nn.ReLU(),
    )


# --8<-- [end:backbone]


# --8<-- [start:model]
class Head(nn.Module):
    """One convolution a map: so many numbers for each default box."""

    def __init__(self, config: SSD300Config, numbers: int):
        super().__init__()
        self.numbers = numbers
        self.module_list = nn.ModuleList(
            nn.Conv2d(width, boxes * numbers, 3, padding=1)
            for width, boxes in zip(config.map_widths, config.per_place, strict=True)
        )

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Return what is said of all default boxes, (N, A, numbers)."""
        said = [conv(m) for conv, m in zip(self.module_list, maps, strict=True)]
        return torch.cat([by_box(m, self.numbers) for m in said], dim=1)


class Heads(nn.Module):
    """What is in each default box, and how it has to be changed."""

    def __init__(self, config: SSD300Config):
        super().__init__()
        self.classification_head = Head(config, config.classes + 1)
        self.regression_head = Head(config, 4)

    def forward(self, maps: list[Tensor]) -> Predictions:
        """Return the logits (N, A, K + 1) and the codes (N, A, 4)."""
        return Predictions(self.classification_head(maps), self.regression_head(maps))


class SSD300(Detector):
    """All boxes at once, small ones from the early maps and large ones from the late."""

    def __init__(self, config: SSD300Config | None = None):
        super().__init__()
        self.config = config or SSD300Config()
        self._defaults = self.config.default_boxes()
        self.backbone = Backbone(self.config)
        self.head = Heads(self.config)

    # --8<-- [start:forward]
    def forward(self, x: Tensor) -> Predictions:  # (N, 3, 300, 300)
        """Return what the network says of every default box."""
        check_pictures(x, self.config.input_shape)
        return self.head(self.backbone(x))  # (N, 8732, 21) and (N, 8732, 4)

    # --8<-- [end:forward]


# --8<-- [end:model]
