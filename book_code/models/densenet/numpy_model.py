"""DenseNet: Huang, Liu, van der Maaten and Weinberger (2016), Densely connected convolutional
networks, arXiv:1608.06993.

    code                      paper (table 1)            shape of the output in DenseNet-121
    x                         input                      (N,    3, 224, 224)
    features.conv0            convolution 7 x 7          (N,   64, 112, 112)
    features.pool0            pooling                    (N,   64,  56,  56)
    features.denseblock1      dense block (1)            (N,  256,  56,  56)
    features.transition1      transition layer (1)       (N,  128,  28,  28)
    features.denseblock2      dense block (2)            (N,  512,  28,  28)
    features.denseblock3      dense block (3)            (N, 1024,  14,  14)
    features.denseblock4      dense block (4)            (N, 1024,   7,   7)
    classifier                classification layer       (N, 1000)                 7,978,856 parameters
    growth                    k
    compression               theta

Names are torchvision's, whose weights load as they are (older files write "norm.1" for "norm1"). Deviations from the
paper: the output is logits; biases of the last layer start as PyTorch's, not at 0.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from ..he import he_convolutions
from .config import DenseNetConfig


# --8<-- [start:block]
class DenseLayer(nn.Module):
    """Batch norm, ReLU, 1 x 1 convolution; batch norm, ReLU, 3 x 3 convolution: k new maps out of all before.

    Shape:
        (N, inputs, H, W) -> (N, k, H, W)

    >>> layer = DenseLayer(DenseNetConfig.tiny(), 5, rng=np.random.default_rng(0))
    >>> layer(np.zeros((2, 5, 6, 6), np.float32)).shape
    (2, 2, 6, 6)
    """

    def __init__(self, c: DenseNetConfig, inputs: int, *, rng: np.random.Generator):
        super().__init__()
        inner = c.bottleneck * c.growth
        self.norm1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, inner, 1, bias=False, rng=rng)
        self.norm2 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, c.growth, 3, padding=1, bias=False, rng=rng)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(c.dropout, rng=rng)

    def forward(self, x: Any) -> Tensor:  # (N, inputs, H, W)
        """Return the new maps."""
        x = self.conv1(self.relu(self.norm1(x)))  # (N, 4 k, H, W)
        x = self.conv2(self.relu(self.norm2(x)))  # (N, k, H, W)
        return self.dropout(x)


class DenseBlock(nn.Module):
    """Layers that each see the input of the block and what all layers before them added.

    Shape:
        (N, inputs, H, W) -> (N, inputs + layers k, H, W)

    >>> block = DenseBlock(DenseNetConfig.tiny(), 5, 3, rng=np.random.default_rng(0))
    >>> block(np.zeros((2, 5, 6, 6), np.float32)).shape
    (2, 11, 6, 6)
    """

    def __init__(
        self, c: DenseNetConfig, inputs: int, layers: int, *, rng: np.random.Generator
    ):
        super().__init__()
        for i in range(layers):
            setattr(self, f"denselayer{i + 1}", DenseLayer(c, inputs + i * c.growth, rng=rng))

    def forward(self, x: Any) -> Tensor:  # (N, inputs, H, W)
        """Return the input and all that was added to it."""
        found = [x if isinstance(x, Tensor) else Tensor(x)]
        for _, layer in self.children():
            found.append(layer(F.concatenate(found, axis=1)))  # (N, k, H, W)
        return F.concatenate(found, axis=1)  # (N, inputs + layers k, H, W)


# --8<-- [end:block]


class Chain(nn.Module):
    """Layers, each fed with what the one before gave, under names of their own.

    >>> list(Chain(conv0=nn.ReLU()).children())
    [('conv0', ReLU())]
    """

    def __init__(self, **layers: nn.Module):
        super().__init__()
        for name, layer in layers.items():
            setattr(self, name, layer)

    def forward(self, x: Any) -> Tensor:
        """One layer after another."""
        for _, layer in self.children():
            x = layer(x)
        return x


def transition(inputs: int, outputs: int, *, rng: np.random.Generator) -> Chain:
    """Return what stands between two blocks: fewer maps, half as large."""
    return Chain(
        norm=nn.BatchNorm2d(inputs),
        relu=nn.ReLU(),
        conv=nn.Conv2d(inputs, outputs, 1, bias=False, rng=rng),
        pool=nn.AvgPool2d(2),
    )


def stem(c: DenseNetConfig, *, rng: np.random.Generator) -> dict[str, nn.Module]:
    """Return the layers before the first block."""
    if c.stem == "small":
        conv = nn.Conv2d(c.in_channels, c.init_features, 3, padding=1, bias=False, rng=rng)
        return {"conv0": conv}
    return {
        "conv0": nn.Conv2d(c.in_channels, c.init_features, 7, 2, 3, bias=False, rng=rng),
        "norm0": nn.BatchNorm2d(c.init_features),
        "relu0": nn.ReLU(),
        "pool0": nn.MaxPool2d(3, stride=2, padding=1),
    }


# --8<-- [start:model]
class DenseNet(nn.Module):
    """Dense blocks with transitions between them, the mean over all places; returns logits.

    Shape:
        (N, 3, 224, 224) -> (N, 1000), with the standard configuration; larger pictures too.

    >>> model = DenseNet(DenseNetConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((2, 1, 16, 16), np.float32)).shape
    (2, 3)
    """

    def __init__(self, config: DenseNetConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        c = self.config = config or DenseNetConfig()
        layers = stem(c, rng=rng)
        for i, (inputs, count) in enumerate(zip(c.widths, c.blocks, strict=False), start=1):
            layers[f"denseblock{i}"] = DenseBlock(c, inputs, count, rng=rng)
            if i < len(c.blocks):
                full = inputs + count * c.growth
                layers[f"transition{i}"] = transition(full, c.widths[i], rng=rng)
        layers["norm5"] = nn.BatchNorm2d(c.widths[-1])
        self.features = Chain(**layers)
        self.relu = nn.ReLU()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(c.widths[-1], c.classes, rng=rng)
        he_convolutions(self, mode="in", rng=rng)

    # --8<-- [start:forward]
    def forward(self, x: Any) -> Tensor:  # (N, 3, 224, 224)
        """Return the logits, one a class."""
        x = self.relu(self.features(x))  # (N, 1024, 7, 7)
        x = F.flatten(self.avgpool(x))  # (N, 1024)
        return self.classifier(x)  # (N, 1000)

    # --8<-- [end:forward]


# --8<-- [end:model]
