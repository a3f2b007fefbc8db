"""MobileNetV2: Sandler, Howard, Zhu, Zhmoginov and Chen (2018), Inverted residuals and linear
bottlenecks, arXiv:1801.04381.

    code               paper (table 2)          shape of the output
    x                  input                    (N,    3, 224, 224)
    features.0         conv2d                   (N,   32, 112, 112)
    features.1         bottleneck t=1, c=16     (N,   16, 112, 112)
    features.2, 3      bottleneck t=6, c=24     (N,   24,  56,  56)
    features.4 ... 6   bottleneck t=6, c=32     (N,   32,  28,  28)
    features.7 ... 10  bottleneck t=6, c=64     (N,   64,  14,  14)
    features.11 ... 13 bottleneck t=6, c=96     (N,   96,  14,  14)
    features.14 ... 16 bottleneck t=6, c=160    (N,  160,   7,   7)
    features.17        bottleneck t=6, c=320    (N,  320,   7,   7)
    features.18        conv2d 1x1               (N, 1280,   7,   7)
    classifier         avgpool, conv2d 1x1      (N, 1000)             3,504,872 parameters

Names are torchvision's, whose weights load as they are. Deviations from the paper, torchvision's: dropout before the last
layer, and that is a linear layer, which for one pixel is the same as the paper's 1 x 1 convolution.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from ..he import he_convolutions
from .config import MobileNetConfig


# --8<-- [start:block]
class ReLU6(nn.Module):
    """ReLU that stops at 6, so that few bits are enough for what comes out.

    >>> ReLU6()([-1.0, 3.0, 9.0])
    Tensor([0., 3., 6.])
    """

    def forward(self, x: Any) -> Tensor:
        """Return the entries between 0 and 6."""
        return F.clip(x, 0.0, 6.0)


def conv_layer(
    inputs: int,
    outputs: int,
    kernel_size: int,
    stride: int = 1,
    groups: int = 1,
    *,
    rng: np.random.Generator,
) -> nn.Sequential:
    """Return a convolution without bias, batch norm and ReLU6; with groups = inputs a depthwise one."""
    sizes = (inputs, outputs, kernel_size, stride, kernel_size // 2)
    return nn.Sequential(
        nn.Conv2d(*sizes, groups=groups, bias=False, rng=rng), nn.BatchNorm2d(outputs), ReLU6()
    )


class InvertedResidual(nn.Module):
    """A 1 x 1 convolution to t times as many maps, a depthwise 3 x 3, and a linear 1 x 1 to few maps again.

    Where the size stays the input is added: the shortcut joins the narrow ends, not the wide middle.

    Shape:
        (N, inputs, H, W) -> (N, outputs, H / stride, W / stride)

    >>> block = InvertedResidual(4, 6, 2, 3, rng=np.random.default_rng(0))
    >>> block(np.zeros((2, 4, 8, 8), np.float32)).shape
    (2, 6, 4, 4)
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        stride: int,
        expansion: int,
        *,
        rng: np.random.Generator,
    ):
        super().__init__()
        hidden = inputs * expansion
        layers: list[nn.Module] = []
        if expansion != 1:
            layers.append(conv_layer(inputs, hidden, 1, rng=rng))
        layers.append(conv_layer(hidden, hidden, 3, stride, groups=hidden, rng=rng))
        layers.append(nn.Conv2d(hidden, outputs, 1, bias=False, rng=rng))  # linear: no ReLU6
        layers.append(nn.BatchNorm2d(outputs))
        self.conv = nn.Sequential(*layers)
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x: Any) -> Tensor:  # (N, inputs, H, W)
        """Return what the convolutions find, and the input added where it fits."""
        return self.conv(x) + x if self.shortcut else self.conv(x)


# --8<-- [end:block]


# --8<-- [start:model]
class MobileNetV2(nn.Module):
    """A convolution, inverted residual blocks, a 1 x 1 convolution, the mean over all places; returns logits.

    Shape:
        (N, 3, 224, 224) -> (N, 1000), with the standard configuration; other sizes of pictures too.

    >>> model = MobileNetV2(MobileNetConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((2, 1, 8, 8), np.float32)).shape
    (2, 3)
    """

    def __init__(self, config: MobileNetConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        c = self.config = config or MobileNetConfig()
        first, stride = c.channels(c.stem_channels), 2 if c.stem == "imagenet" else 1
        layers: list[nn.Module] = [conv_layer(c.in_channels, first, 3, stride, rng=rng)]
        layers += [InvertedResidual(*sizes, rng=rng) for sizes in c.blocks]
        layers.append(conv_layer(c.blocks[-1][1], c.features, 1, rng=rng))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            nn.Dropout(c.dropout, rng=rng), nn.Linear(c.features, c.classes, rng=rng)
        )
        he_convolutions(self, rng=rng)

    # --8<-- [start:forward]
    def forward(self, x: Any) -> Tensor:  # (N, 3, 224, 224)
        """Return the logits, one a class."""
        x = self.features(x)  # (N, 1280, 7, 7)
        x = F.flatten(self.avgpool(x))  # (N, 1280)
        return self.classifier(x)  # (N, 1000)

    # --8<-- [end:forward]


# --8<-- [end:model]
