"""MobileNetV2 in PyTorch: Sandler, Howard, Zhu, Zhmoginov and Chen (2018), Inverted residuals and linear
bottlenecks, arXiv:1801.04381.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper.
"""

import torch
from torch import Tensor, nn

from ..torch_he import he_convolutions
from .config import MobileNetConfig


# --8<-- [start:block]
def conv_layer(
    inputs: int,
    outputs: int,
    kernel_size: int,
    stride: int = 1,
    groups: int = 1,
) -> nn.Sequential:
    """Return a convolution without bias, batch norm and ReLU6; with groups = inputs a depthwise one."""
    sizes = (inputs, outputs, kernel_size, stride, kernel_size // 2)
    return nn.Sequential(
        nn.Conv2d(*sizes, groups=groups, bias=False), nn.BatchNorm2d(outputs), nn.ReLU6()
    )


class InvertedResidual(nn.Module):
    """A 1 x 1 convolution to t times as many maps, a depthwise 3 x 3, and a linear 1 x 1 to few maps again.

    Where the size stays the input is added: the shortcut joins the narrow ends, not the wide middle.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        stride: int,
        expansion: int,
    ):
        super().__init__()
        hidden = inputs * expansion
        layers: list[nn.Module] = []
        if expansion != 1:
            layers.append(conv_layer(inputs, hidden, 1))
        layers.append(conv_layer(hidden, hidden, 3, stride, groups=hidden))
        layers.append(nn.Conv2d(hidden, outputs, 1, bias=False))  # linear: no ReLU6
        layers.append(nn.BatchNorm2d(outputs))
        self.conv = nn.Sequential(*layers)
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:  # (N, inputs, H, W)
        """Return what the convolutions find, and the input added where it fits."""
        return self.conv(x) + x if self.shortcut else self.conv(x)


# --8<-- [end:block]


# --8<-- [start:model]
class MobileNetV2(nn.Module):
    """A convolution, inverted residual blocks, a 1 x 1 convolution, the mean over all places; returns logits."""

    def __init__(self, config: MobileNetConfig | None = None):
        super().__init__()
        c = self.config = config or MobileNetConfig()
        first, stride = c.channels(c.stem_channels), 2 if c.stem == "imagenet" else 1
        layers: list[nn.Module] = [conv_layer(c.in_channels, first, 3, stride)]
        layers += [InvertedResidual(*sizes) for sizes in c.blocks]
        layers.append(conv_layer(c.blocks[-1][1], c.features, 1))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(c.dropout), nn.Linear(c.features, c.classes))
        he_convolutions(self)

    # --8<-- [start:forward]
    def forward(self, x: Tensor) -> Tensor:  # (N, 3, 224, 224)
        """Return the logits, one a class."""
        x = self.features(x)  # (N, 1280, 7, 7)
        x = torch.flatten(self.avgpool(x), 1)  # (N, 1280)
        return self.classifier(x)  # (N, 1000)

    # --8<-- [end:forward]


# --8<-- [end:model]
