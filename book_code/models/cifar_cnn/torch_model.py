"""A plain network for CIFAR-10 (Krizhevsky 2009) in PyTorch: what is usual since Ioffe and Szegedy (2015), arXiv:1502.03167.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper.
"""

import torch
from torch import Tensor, nn

from ..torch_he import he_convolutions
from .config import CifarCNNConfig

POOLINGS = {"max": nn.MaxPool2d, "avg": nn.AvgPool2d}


# --8<-- [start:block]
class ConvLayer(nn.Module):
    """A convolution that keeps the size of the maps, batch norm if it is wanted, and ReLU."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel_size: int,
        stride: int,
        batch_norm: bool,
    ):
        super().__init__()
        self.conv = nn.Conv2d(
            inputs, outputs, kernel_size, stride, kernel_size // 2, bias=not batch_norm
        )
        self.norm = nn.BatchNorm2d(outputs) if batch_norm else nn.Identity()
        self.act = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:  # (N, inputs, H, W)
        """Return the maps that the filters find."""
        return self.act(self.norm(self.conv(x)))  # (N, outputs, H / stride, W / stride)


class ConvBlock(nn.Module):
    """Convolutions with the same number of filters, then what halves the maps, then dropout."""

    def __init__(self, c: CifarCNNConfig, inputs: int, outputs: int):
        super().__init__()
        layers = []
        for i in range(c.convolutions):
            stride = 2 if c.pooling == "stride" and i == c.convolutions - 1 else 1
            sizes = (inputs, outputs, c.kernel_size, stride)
            layers.append(ConvLayer(*sizes, c.batch_norm))
            inputs = outputs
        self.layers = nn.Sequential(*layers)
        self.pool = POOLINGS[c.pooling](2) if c.pooling in POOLINGS else nn.Identity()
        self.dropout = nn.Dropout(c.dropout)

    def forward(self, x: Tensor) -> Tensor:  # (N, inputs, H, W)
        """Return the smaller maps."""
        return self.dropout(self.pool(self.layers(x)))  # (N, outputs, H / 2, W / 2)


# --8<-- [end:block]


# --8<-- [start:model]
class CifarCNN(nn.Module):
    """Blocks of convolution, batch norm and ReLU, each block pooled, then one linear layer; returns logits."""

    def __init__(self, config: CifarCNNConfig | None = None):
        super().__init__()
        c = self.config = config or CifarCNNConfig()
        widths = zip((c.in_channels, *c.filters), c.filters, strict=False)
        self.blocks = nn.Sequential(*[ConvBlock(c, a, b) for a, b in widths])
        self.average = nn.AdaptiveAvgPool2d(1) if c.head == "average" else nn.Identity()
        self.fc = nn.Linear(c.flat, c.classes)
        he_convolutions(self)

    # --8<-- [start:forward]
    def features(self, x: Tensor) -> Tensor:  # (N, 3, 32, 32)
        """Return the maps that the last block finds."""
        return self.blocks(x)  # (N, 128, 4, 4)

    def forward(self, x: Tensor) -> Tensor:  # (N, 3, 32, 32)
        """Return the logits, one a class."""
        x = torch.flatten(self.average(self.features(x)), 1)  # (N, 128)
        return self.fc(x)  # (N, 10)

    # --8<-- [end:forward]


# --8<-- [end:model]
