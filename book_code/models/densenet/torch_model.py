"""DenseNet in PyTorch: Huang, Liu, van der Maaten and Weinberger (2016), Densely connected convolutional
networks, arXiv:1608.06993.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper.
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn

from ..torch_he import he_convolutions
from .config import DenseNetConfig


# --8<-- [start:block]
class DenseLayer(nn.Module):
    """Batch norm, ReLU, 1 x 1 convolution; batch norm, ReLU, 3 x 3 convolution: k new maps out of all before."""

    def __init__(self, c: DenseNetConfig, inputs: int):
        super().__init__()
        inner = c.bottleneck * c.growth
        self.norm1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, inner, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, c.growth, 3, padding=1, bias=False)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(c.dropout)

    def forward(self, x: Tensor) -> Tensor:  # (N, inputs, H, W)
        """Return the new maps."""
        x = self.conv1(self.relu(self.norm1(x)))  # (N, 4 k, H, W)
        x = self.conv2(self.relu(self.norm2(x)))  # (N, k, H, W)
        return self.dropout(x)


class DenseBlock(nn.Module):
    """Layers that each see the input of the block and what all layers before them added."""

    def __init__(self, c: DenseNetConfig, inputs: int, layers: int):
        super().__init__()
        for i in range(layers):
            setattr(self, f"denselayer{i + 1}", DenseLayer(c, inputs + i * c.growth))

    def forward(self, x: Tensor) -> Tensor:  # (N, inputs, H, W)
        """Return the input and all that was added to it."""
        found = [x]
        for layer in self.children():
            found.append(layer(torch.cat(found, 1)))  # (N, k, H, W)
        return torch.cat(found, 1)  # (N, inputs + layers k, H, W)


# --8<-- [end:block]


def transition(inputs: int, outputs: int) -> nn.Sequential:
    """Return what stands between two blocks: fewer maps, half as large."""
    layers = {
        "norm": nn.BatchNorm2d(inputs),
        "relu": nn.ReLU(),
        "conv": nn.Conv2d(inputs, outputs, 1, bias=False),
        "pool": nn.AvgPool2d(2),
    }
    return nn.Sequential(OrderedDict(layers))


def stem(c: DenseNetConfig) -> dict[str, nn.Module]:
    """Return the layers before the first block."""
    if c.stem == "small":
        conv = nn.Conv2d(c.in_channels, c.init_features, 3, padding=1, bias=False)
        return {"conv0": conv}
    return {
        "conv0": nn.Conv2d(c.in_channels, c.init_features, 7, 2, 3, bias=False),
        "norm0": nn.BatchNorm2d(c.init_features),
        "relu0": nn.ReLU(),
        "pool0": nn.MaxPool2d(3, stride=2, padding=1),
    }


# --8<-- [start:model]
class DenseNet(nn.Module):
    """Dense blocks with transitions between them, the mean over all places; returns logits."""

    def __init__(self, config: DenseNetConfig | None = None):
        super().__init__()
        c = self.config = config or DenseNetConfig()
        layers = stem(c)
        for i, (inputs, count) in enumerate(zip(c.widths, c.blocks, strict=False), start=1):
            layers[f"denseblock{i}"] = DenseBlock(c, inputs, count)
            if i < len(c.blocks):
                full = inputs + count * c.growth
                layers[f"transition{i}"] = transition(full, c.widths[i])
        layers["norm5"] = nn.BatchNorm2d(c.widths[-1])
        self.features = nn.Sequential(OrderedDict(layers))
        self.relu = nn.ReLU()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(c.widths[-1], c.classes)
        he_convolutions(self, mode="in")

    # --8<-- [start:forward]
    def forward(self, x: Tensor) -> Tensor:  # (N, 3, 224, 224)
        """Return the logits, one a class."""
        x = self.relu(self.features(x))  # (N, 1024, 7, 7)
        x = torch.flatten(self.avgpool(x), 1)  # (N, 1024)
        return self.classifier(x)  # (N, 1000)

    # --8<-- [end:forward]


# --8<-- [end:model]
