"""VGG: Simonyan and Zisserman (2014), Very deep convolutional networks for large-scale image recognition,
arXiv:1409.1556.

    code           paper (table 1)    shape of the output
    x              input              (N,   3, 224, 224)
    features       conv3-64, maxpool  (N,  64, 112, 112)
                   conv3-128          (N, 128,  56,  56)
                   conv3-256          (N, 256,  28,  28)
                   conv3-512          (N, 512,  14,  14)
                   conv3-512          (N, 512,   7,   7)
    classifier.0   FC-4096            (N, 4096)
    classifier.3   FC-4096            (N, 4096)
    classifier.6   FC-1000            (N, 1000)

VGG-11, 13, 16 and 19 are columns A, B, D and E; they differ in how many convolutions a block has. Names are
torchvision's, whose weights load as they are. Deviations from the paper:

* batch norm after each convolution, if it is asked for (presets "-bn");
* the filters start after He et al. (2015), so that all depths train from the start; the paper began with column A;
* a last average makes pictures of any size fit; for 224 x 224 it changes nothing.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from ..he import he_convolutions
from .config import VGGConfig


# --8<-- [start:block]
def vgg_block(
    inputs: int, outputs: int, convolutions: int, batch_norm: bool, *, rng: np.random.Generator
) -> list[nn.Module]:
    """Return the layers of one block without its pooling; two 3 x 3 see as far as one 5 x 5."""
    layers: list[nn.Module] = []
    for _ in range(convolutions):
        layers.append(nn.Conv2d(inputs, outputs, 3, padding=1, rng=rng))
        if batch_norm:
            layers.append(nn.BatchNorm2d(outputs))
        layers.append(nn.ReLU())
        inputs = outputs
    return layers


# --8<-- [end:block]


# --8<-- [start:model]
class VGG(nn.Module):
    """Blocks of 3 x 3 convolutions and pooling, then three fully connected layers with dropout; returns logits.

    Shape:
        (N, 3, 224, 224) -> (N, 1000), with the standard configuration; pictures from 32 x 32 on.

    >>> model = VGG(VGGConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((2, 1, 8, 8), np.float32)).shape
    (2, 3)
    """

    def __init__(self, config: VGGConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        c = self.config = config or VGGConfig()
        layers: list[nn.Module] = []
        inputs = c.in_channels
        for i, (convolutions, outputs) in enumerate(zip(c.blocks, c.channels, strict=True)):
            layers += vgg_block(inputs, outputs, convolutions, c.batch_norm, rng=rng)
            if i > 0 or c.stem == "imagenet":
                layers.append(nn.MaxPool2d(2))
            inputs = outputs
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(c.pool)
        self.classifier = nn.Sequential(
            nn.Linear(inputs * c.pool**2, c.hidden, rng=rng),
            nn.ReLU(),
            nn.Dropout(c.dropout, rng=rng),
            nn.Linear(c.hidden, c.hidden, rng=rng),
            nn.ReLU(),
            nn.Dropout(c.dropout, rng=rng),
            nn.Linear(c.hidden, c.classes, rng=rng),
        )
        he_convolutions(self, rng=rng)

    # --8<-- [start:forward]
    def forward(self, x: Any) -> Tensor:  # (N, 3, 224, 224)
        """Return the logits, one a class."""
        x = self.features(x)  # (N, 512, 7, 7)
        x = F.flatten(self.avgpool(x))  # (N, 25088)
        return self.classifier(x)  # (N, 1000)

    # --8<-- [end:forward]


# --8<-- [end:model]
