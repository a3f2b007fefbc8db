"""A plain network for CIFAR-10 (Krizhevsky 2009): what is usual since Ioffe and Szegedy (2015), arXiv:1502.03167.

    code                     meaning                                         shape of the output
    x                        input                                           (N,   3, 32, 32)
    blocks.0.layers.0, .1    3 x 3 convolution, batch norm, ReLU; twice      (N,  32, 32, 32)
    blocks.0.pool            the largest of each 2 x 2                       (N,  32, 16, 16)
    blocks.1                 the same with 64 filters                        (N,  64,  8,  8)
    blocks.2                 the same with 128 filters                       (N, 128,  4,  4)
    fc                       mean over all places, then a linear layer       (N, 10)           288,746 parameters

It is no paper's network but the book's own, with one field in the configuration for each choice that the chapter on
building a network tries. Its shape, more filters where the maps are smaller, is VGG's (arXiv:1409.1556); the mean over
all places in place of hidden layers is Lin, Chen and Yan's (arXiv:1312.4400).
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from ..he import he_convolutions
from .config import CifarCNNConfig

POOLINGS = {"max": nn.MaxPool2d, "avg": nn.AvgPool2d}


# --8<-- [start:block]
class ConvLayer(nn.Module):
    """A convolution that keeps the size of the maps, batch norm if it is wanted, and ReLU.

    Shape:
        (N, inputs, H, W) -> (N, outputs, H / stride, W / stride)

    >>> layer = ConvLayer(3, 8, 5, 1, True, rng=np.random.default_rng(0))
    >>> layer(np.zeros((2, 3, 6, 6), np.float32)).shape
    (2, 8, 6, 6)
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel_size: int,
        stride: int,
        batch_norm: bool,
        *,
        rng: np.random.Generator,
    ):
        super().__init__()
        self.conv = nn.Conv2d(
            inputs, outputs, kernel_size, stride, kernel_size // 2, bias=not batch_norm, rng=rng
        )
        self.norm = nn.BatchNorm2d(outputs) if batch_norm else nn.Identity()
        self.act = nn.ReLU()

    def forward(self, x: Any) -> Tensor:  # (N, inputs, H, W)
        """Return the maps that the filters find."""
        return self.act(self.norm(self.conv(x)))  # (N, outputs, H / stride, W / stride)


class ConvBlock(nn.Module):
    """Convolutions with the same number of filters, then what halves the maps, then dropout.

    Shape:
        (N, inputs, H, W) -> (N, outputs, H / 2, W / 2)

    >>> block = ConvBlock(CifarCNNConfig(), 3, 32, rng=np.random.default_rng(0))
    >>> block(np.zeros((2, 3, 32, 32), np.float32)).shape
    (2, 32, 16, 16)
    """

    def __init__(
        self, c: CifarCNNConfig, inputs: int, outputs: int, *, rng: np.random.Generator
    ):
        super().__init__()
        layers = []
        for i in range(c.convolutions):
            stride = 2 if c.pooling == "stride" and i == c.convolutions - 1 else 1
            sizes = (inputs, outputs, c.kernel_size, stride)
            layers.append(ConvLayer(*sizes, c.batch_norm, rng=rng))
            inputs = outputs
        self.layers = nn.Sequential(*layers)
        self.pool = POOLINGS[c.pooling](2) if c.pooling in POOLINGS else nn.Identity()
        self.dropout = nn.Dropout(c.dropout, rng=rng)

    def forward(self, x: Any) -> Tensor:  # (N, inputs, H, W)
        """Return the smaller maps."""
        return self.dropout(self.pool(self.layers(x)))  # (N, outputs, H / 2, W / 2)


# --8<-- [end:block]


# --8<-- [start:model]
class CifarCNN(nn.Module):
    """Blocks of convolution, batch norm and ReLU, each block pooled, then one linear layer; returns logits.

    Shape:
        (N, 3, 32, 32) -> (N, 10), with the standard configuration.

    >>> model = CifarCNN(rng=np.random.default_rng(0))
    >>> model(np.zeros((2, 3, 32, 32), np.float32)).shape
    (2, 10)
    """

    def __init__(self, config: CifarCNNConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        c = self.config = config or CifarCNNConfig()
        widths = zip((c.in_channels, *c.filters), c.filters, strict=False)
        self.blocks = nn.Sequential(*[ConvBlock(c, a, b, rng=rng) for a, b in widths])
        self.average = nn.AdaptiveAvgPool2d(1) if c.head == "average" else nn.Identity()
        self.fc = nn.Linear(c.flat, c.classes, rng=rng)
        he_convolutions(self, rng=rng)

    # --8<-- [start:forward]
    def features(self, x: Any) -> Tensor:  # (N, 3, 32, 32)
        """Return the maps that the last block finds."""
        return self.blocks(x)  # (N, 128, 4, 4)

    def forward(self, x: Any) -> Tensor:  # (N, 3, 32, 32)
        """Return the logits, one a class."""
        x = F.flatten(self.average(self.features(x)))  # (N, 128)
        return self.fc(x)  # (N, 10)

    # --8<-- [end:forward]


# --8<-- [end:model]
