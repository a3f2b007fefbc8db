"""GoogLeNet in PyTorch: Szegedy et al. (2014), Going deeper with convolutions, arXiv:1409.4842.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from ..torch_he import he_convolutions
from .config import GoogLeNetConfig, GoogLeNetOutputs, Widths


# --8<-- [start:block]
class BasicConv2d(nn.Module):
    """A convolution without bias, batch norm, ReLU."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
    ):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel_size, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=0.001)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:  # (N, inputs, H, W)
        """Return the maps that the filters find."""
        return self.relu(self.bn(self.conv(x)))  # (N, outputs, H / stride, W / stride)


class Inception(nn.Module):
    """Four ways to look at the same maps, side by side; their results are joined along the channels."""

    def __init__(self, inputs: int, w: Widths, third_kernel: int = 5):
        super().__init__()
        self.branch1 = BasicConv2d(inputs, w[0], 1)
        self.branch2 = nn.Sequential(
            BasicConv2d(inputs, w[1], 1), BasicConv2d(w[1], w[2], 3, padding=1)
        )
        self.branch3 = nn.Sequential(
            BasicConv2d(inputs, w[3], 1),
            BasicConv2d(w[3], w[4], third_kernel, padding=third_kernel // 2),
        )
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1), BasicConv2d(inputs, w[5], 1)
        )

    def forward(self, x: Tensor) -> Tensor:  # (N, inputs, H, W)
        """Return what the four branches find."""
        branches = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(branches, 1)  # (N, outputs, H, W)


# --8<-- [end:block]


class InceptionAux(nn.Module):
    """A classifier on maps in the middle of the network, so that gradients reach the early layers."""

    def __init__(self, c: GoogLeNetConfig, inputs: int):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(4)
        self.conv = BasicConv2d(inputs, c.aux_channels, 1)
        self.fc1 = nn.Linear(c.aux_channels * 4 * 4, c.aux_hidden)
        self.fc2 = nn.Linear(c.aux_hidden, c.classes)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(c.aux_dropout)

    def forward(self, x: Tensor) -> Tensor:  # (N, 512, 14, 14)
        """Return the logits, one a class."""
        x = self.conv(self.pool(x))  # (N, 128, 4, 4)
        x = self.relu(self.fc1(torch.flatten(x, 1)))  # (N, 1024)
        return self.fc2(self.dropout(x))  # (N, 1000)


# --8<-- [start:loss]
def googlenet_loss(outputs: Any, labels: Tensor, aux_weight: float = 0.3) -> Tensor:
    """Return the cross entropy of the logits, and 0.3 times that of both auxiliary ones if they are there."""
    if not isinstance(outputs, GoogLeNetOutputs):
        return cross_entropy(outputs, labels)
    first = cross_entropy(outputs.aux_logits1, labels)
    second = cross_entropy(outputs.aux_logits2, labels)
    return cross_entropy(outputs.logits, labels) + aux_weight * (first + second)


# --8<-- [end:loss]


# --8<-- [start:model]
class GoogLeNet(nn.Module):
    """Inception modules, with auxiliary classifiers in training; returns logits, in training three of them."""

    def __init__(self, config: GoogLeNetConfig | None = None):
        super().__init__()
        c = self.config = config or GoogLeNetConfig()
        large = c.stem == "imagenet"
        narrow, inputs = c.stem_channels
        window = (7, 2, 3) if large else (3, 1, 1)
        self.conv1 = BasicConv2d(c.in_channels, narrow, *window)
        self.maxpool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True) if large else nn.Identity()
        self.conv2 = BasicConv2d(narrow, narrow, 1)
        self.conv3 = BasicConv2d(narrow, inputs, 3, padding=1)
        self.maxpool2 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        widths = {}
        for names, stage in zip(c.names, c.stages, strict=True):
            for name, w in zip(names, stage, strict=True):
                setattr(self, name, Inception(inputs, w, c.third_kernel))
                widths[name] = inputs = w[0] + w[2] + w[4] + w[5]
        self.maxpool3 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.maxpool4 = nn.MaxPool2d(2, stride=2, ceil_mode=True)
        if c.aux:
            self.aux1 = InceptionAux(c, widths[c.names[1][0]])
            self.aux2 = InceptionAux(c, widths[c.names[1][-2]])
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(c.dropout)
        self.fc = nn.Linear(inputs, c.classes)
        he_convolutions(self)

    # --8<-- [start:forward]
    def stages(self, x: Tensor) -> dict[str, Any]:  # (N, 3, 224, 224)
        """Return the maps after the stem and after each inception module, by name."""
        x = self.maxpool1(self.conv1(x))  # (N, 64, 56, 56)
        x = self.maxpool2(self.conv3(self.conv2(x)))  # (N, 192, 28, 28)
        out = {"stem": x}
        for names, pool in zip(
            self.config.names, (self.maxpool3, self.maxpool4, None), strict=True
        ):
            for name in names:
                x = out[name] = getattr(self, name)(x)  # (N, 480 ... 1024, 28 ... 7, 28 ... 7)
            x = pool(x) if pool else x  # half as large
        return out

    def features(self, x: Tensor) -> Tensor:  # (N, 3, 224, 224)
        """Return the maps that the last module finds."""
        return self.stages(x)[self.config.names[-1][-1]]  # (N, 1024, 7, 7)

    def forward(self, x: Tensor) -> Any:  # (N, 3, 224, 224)
        """Return the logits, one a class; in training with those of the auxiliary classifiers."""
        c, maps = self.config, self.stages(x)
        pooled = torch.flatten(self.avgpool(maps[c.names[2][-1]]), 1)  # (N, 1024)
        logits = self.fc(self.dropout(pooled))  # (N, 1000)
        if not (c.aux and self.training):
            return logits
        aux1 = self.aux1(maps[c.names[1][0]])  # (N, 1000), from module 4a
        aux2 = self.aux2(maps[c.names[1][-2]])  # (N, 1000), from module 4d
        return GoogLeNetOutputs(logits, aux2, aux1)

    # --8<-- [end:forward]


# --8<-- [end:model]
