"""Residual networks: He, Zhang, Ren and Sun (2015), Deep residual learning for image recognition, arXiv:1512.03385.

    code         paper     shape of the output in ResNet-18       ResNet-50              ResNet-20 (CIFAR-10)
    x            input     (N,   3, 224, 224)                                            (N,  3, 32, 32)
    conv1, bn1   conv1     (N,  64, 112, 112)                                            (N, 16, 32, 32)
    maxpool                (N,  64,  56,  56)                                            none
    layer1       conv2_x   (N,  64,  56,  56)                     (N,  256, 56, 56)      (N, 16, 32, 32)
    layer2       conv3_x   (N, 128,  28,  28)                     (N,  512, 28, 28)      (N, 32, 16, 16)
    layer3       conv4_x   (N, 256,  14,  14)                     (N, 1024, 14, 14)      (N, 64,  8,  8)
    layer4       conv5_x   (N, 512,   7,   7)                     (N, 2048,  7,  7)      none
    avgpool                (N, 512)                               (N, 2048)              (N, 64)
    fc                     (N, 1000)                              (N, 1000)              (N, 10)
    parameters             11,689,512                             25,557,032             269,722

Names are torchvision's, whose weights load as they are. Deviations from the paper, all torchvision's:

* a bottleneck that halves the maps does so in its 3 x 3 convolution, not in its first 1 x 1;
* the output is logits; the softmax is in the loss.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from ..he import he_convolutions
from .config import ResNetConfig


def conv3x3(
    inputs: int, outputs: int, stride: int = 1, *, rng: np.random.Generator
) -> nn.Conv2d:
    """Return a 3 x 3 convolution that keeps the size of the maps, or halves it with stride 2."""
    return nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False, rng=rng)


def conv1x1(
    inputs: int, outputs: int, stride: int = 1, *, rng: np.random.Generator
) -> nn.Conv2d:
    """Return a 1 x 1 convolution: a linear layer for each pixel."""
    return nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False, rng=rng)


# --8<-- [start:block]
class ResidualBlock(nn.Module):
    """What all blocks have in common: ReLU(F(x) + x), where F is a few convolutions."""

    expansion: int
    relu: nn.ReLU
    downsample: nn.Module | None

    def residual(self, x: Any) -> Tensor:
        """Return F(x), what the block adds to its input; every kind of block has its own."""
        raise NotImplementedError

    def forward(self, x: Any) -> Tensor:  # (N, inputs, H, W)
        """Return ReLU(F(x) + x); without a shortcut, in a plain network, ReLU(F(x))."""
        if self.downsample is None:
            return self.relu(self.residual(x))
        return self.relu(self.residual(x) + self.downsample(x))


class BasicBlock(ResidualBlock):
    """Two 3 x 3 convolutions and a shortcut around them.

    Shape:
        (N, inputs, H, W) -> (N, width, H / stride, W / stride)

    >>> block = BasicBlock(4, 8, 2, "padding", rng=np.random.default_rng(0))
    >>> block(np.zeros((2, 4, 6, 6), np.float32)).shape
    (2, 8, 3, 3)
    """

    expansion = 1

    def __init__(
        self, inputs: int, width: int, stride: int, shortcut: str, *, rng: np.random.Generator
    ):
        super().__init__()
        self.conv1 = conv3x3(inputs, width, stride, rng=rng)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU()
        self.conv2 = conv3x3(width, width, rng=rng)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = make_shortcut(shortcut, inputs, width, stride, rng=rng)

    def residual(self, x: Any) -> Tensor:  # (N, inputs, H, W)
        """Return F(x)."""
        x = self.relu(self.bn1(self.conv1(x)))  # (N, width, H / stride, W / stride)
        return self.bn2(self.conv2(x))


# --8<-- [end:block]


# --8<-- [start:bottleneck]
class Bottleneck(ResidualBlock):
    """A 1 x 1 convolution that makes the maps fewer, a 3 x 3, and a 1 x 1 that makes them four times as many.

    Shape:
        (N, inputs, H, W) -> (N, 4 width, H / stride, W / stride)

    >>> block = Bottleneck(8, 2, 1, "projection", rng=np.random.default_rng(0))
    >>> block(np.zeros((2, 8, 6, 6), np.float32)).shape
    (2, 8, 6, 6)
    """

    expansion = 4

    def __init__(
        self, inputs: int, width: int, stride: int, shortcut: str, *, rng: np.random.Generator
    ):
        super().__init__()
        outputs = self.expansion * width
        self.conv1 = conv1x1(inputs, width, rng=rng)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = conv3x3(width, width, stride, rng=rng)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv1x1(width, outputs, rng=rng)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU()
        self.downsample = make_shortcut(shortcut, inputs, outputs, stride, rng=rng)

    def residual(self, x: Any) -> Tensor:  # (N, inputs, H, W)
        """Return F(x)."""
        x = self.relu(self.bn1(self.conv1(x)))  # (N, width, H, W)
        x = self.relu(self.bn2(self.conv2(x)))  # (N, width, H / stride, W / stride)
        return self.bn3(self.conv3(x))  # (N, 4 width, H / stride, W / stride)


# --8<-- [end:bottleneck]


# --8<-- [start:shortcut]
class PadShortcut(nn.Module):
    """Option A of the paper: every `stride`-th pixel, and channels of zeros behind those that come in.

    The paper does not say where the zeros go; here they come last.

    >>> PadShortcut(1, 2)(np.arange(4.0).reshape(1, 1, 2, 2)).data.tolist()
    [[[[0.0]], [[0.0]]]]
    """

    def __init__(self, extra: int, stride: int):
        super().__init__()
        self.extra, self.stride = extra, stride

    def forward(self, x: Any) -> Tensor:  # (N, C, H, W)
        """Return the input, smaller and with more channels."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        x = x[:, :, :: self.stride, :: self.stride]  # (N, C, H / stride, W / stride)
        return F.pad(x, ((0, 0), (0, self.extra), (0, 0), (0, 0)))  # (N, C + extra, ...)


def make_shortcut(
    kind: str, inputs: int, outputs: int, stride: int, *, rng: np.random.Generator
) -> nn.Module | None:
    """Return what leads x around a block: the identity where it fits, None in a plain network."""
    if kind == "none":
        return None
    if stride == 1 and inputs == outputs:
        return nn.Identity()
    if kind == "projection":
        return nn.Sequential(conv1x1(inputs, outputs, stride, rng=rng), nn.BatchNorm2d(outputs))
    return PadShortcut(outputs - inputs, stride)


# --8<-- [end:shortcut]

BLOCKS: dict[str, Any] = {"basic": BasicBlock, "bottleneck": Bottleneck}


# --8<-- [start:model]
class ResNet(nn.Module):
    """A first convolution, stages of residual blocks, the mean over all places; returns logits.

    Shape:
        (N, 3, 224, 224) -> (N, 1000), with the standard configuration; other sizes of pictures too.

    >>> model = ResNet(ResNetConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((2, 1, 16, 16), np.float32)).shape
    (2, 3)
    """

    def __init__(self, config: ResNetConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        c = self.config = config or ResNetConfig()
        if c.stem == "imagenet":
            self.conv1 = nn.Conv2d(
                c.in_channels, c.width, 7, stride=2, padding=3, bias=False, rng=rng
            )
        else:
            self.conv1 = conv3x3(c.in_channels, c.width, rng=rng)
        self.bn1 = nn.BatchNorm2d(c.width)
        self.relu = nn.ReLU()
        pooled = c.stem == "imagenet"
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1) if pooled else nn.Identity()
        for i in range(len(c.blocks)):
            setattr(self, f"layer{i + 1}", make_stage(c, i, rng=rng))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(c.widths[-1] * c.expansion, c.classes, rng=rng)
        he_convolutions(self, rng=rng)

    # --8<-- [start:forward]
    def features(self, x: Any) -> Tensor:  # (N, 3, 224, 224)
        """Return the maps that the last stage finds."""
        x = self.relu(self.bn1(self.conv1(x)))  # (N, 64, 112, 112)
        x = self.maxpool(x)  # (N, 64, 56, 56)
        for i in range(len(self.config.blocks)):
            stage = getattr(self, f"layer{i + 1}")
            x = stage(x)  # (N, 64 * 2**i, 56 / 2**i, 56 / 2**i)
        return x  # (N, 512, 7, 7)

    def forward(self, x: Any) -> Tensor:  # (N, 3, 224, 224)
        """Return the logits, one a class."""
        x = F.flatten(self.avgpool(self.features(x)))  # (N, 512)
        return self.fc(x)  # (N, 1000)

    # --8<-- [end:forward]


# --8<-- [end:model]


def make_stage(c: ResNetConfig, stage: int, *, rng: np.random.Generator) -> nn.Sequential:
    """Return the blocks of one stage; the first of them halves the maps, except in the first stage."""
    inputs = c.widths[stage - 1] * c.expansion if stage else c.width
    blocks = []
    for i in range(c.blocks[stage]):
        stride = 2 if stage and i == 0 else 1
        blocks.append(BLOCKS[c.block](inputs, c.widths[stage], stride, c.shortcut, rng=rng))
        inputs = c.widths[stage] * c.expansion
    return nn.Sequential(*blocks)
