"""GoogLeNet: Szegedy et al. (2014), Going deeper with convolutions, arXiv:1409.4842.

    code                      paper (table 1)         shape of the output
    x                         input                   (N,    3, 224, 224)
    conv1                     convolution 7 x 7       (N,   64, 112, 112)
    maxpool1                  max pool                (N,   64,  56,  56)
    conv2, conv3              convolution 3 x 3       (N,  192,  56,  56)
    maxpool2                  max pool                (N,  192,  28,  28)
    inception3a, 3b           inception (3a), (3b)    (N,  480,  28,  28)
    inception4a ... 4e        inception (4a) ... (4e) (N,  832,  14,  14)
    inception5a, 5b           inception (5a), (5b)    (N, 1024,   7,   7)
    aux1, aux2                softmax0, softmax1      (N, 1000)
    fc                        softmax2                (N, 1000)
    branch1                   #1x1
    branch2.0, branch2.1      #3x3 reduce, #3x3
    branch3.0, branch3.1      #5x5 reduce, #5x5
    branch4.1                 pool proj

Names are torchvision's, whose weights load as they are. Deviations from the paper, all torchvision's but the last:

* the third branch, "5 x 5", has 3 x 3 filters: a mistake in torchvision's port, with which the published weights were
  trained (pytorch/vision issue 906), kept for their sake; third_kernel=5 gives the paper's;
* a batch norm follows each convolution; no local response normalization;
* dropout of 0.2 before the last layer, not 0.4; the last average is over all places, so that pictures of any size fit;
* the auxiliary classifiers average to 4 x 4 for any size of maps;
* the filters start after He et al. (2015); torchvision cuts off a normal with standard deviation 0.01.
"""

from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from ...losses import cross_entropy
from ..he import he_convolutions
from .config import GoogLeNetConfig, GoogLeNetOutputs, Widths


# --8<-- [start:block]
class BasicConv2d(nn.Module):
    """A convolution without bias, batch norm, ReLU.

    Shape:
        (N, inputs, H, W) -> (N, outputs, H / stride, W / stride) with padding = kernel_size // 2

    >>> layer = BasicConv2d(3, 8, 3, padding=1, rng=np.random.default_rng(0))
    >>> layer(np.zeros((2, 3, 6, 6), np.float32)).shape
    (2, 8, 6, 6)
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        *,
        rng: np.random.Generator,
    ):
        super().__init__()
        self.conv = nn.Conv2d(
            inputs, outputs, kernel_size, stride, padding, bias=False, rng=rng
        )
        self.bn = nn.BatchNorm2d(outputs, eps=0.001)
        self.relu = nn.ReLU()

    def forward(self, x: Any) -> Tensor:  # (N, inputs, H, W)
        """Return the maps that the filters find."""
        return self.relu(self.bn(self.conv(x)))  # (N, outputs, H / stride, W / stride)


class Inception(nn.Module):
    """Four ways to look at the same maps, side by side; their results are joined along the channels.

    Shape:
        (N, inputs, H, W) -> (N, outputs, H, W), outputs = w[0] + w[2] + w[4] + w[5]

    >>> module = Inception(8, (2, 3, 4, 1, 2, 3), rng=np.random.default_rng(0))
    >>> module(np.zeros((2, 8, 6, 6), np.float32)).shape
    (2, 11, 6, 6)
    """

    def __init__(
        self, inputs: int, w: Widths, third_kernel: int = 5, *, rng: np.random.Generator
    ):
        super().__init__()
        self.branch1 = BasicConv2d(inputs, w[0], 1, rng=rng)
        self.branch2 = nn.Sequential(
            BasicConv2d(inputs, w[1], 1, rng=rng),
            BasicConv2d(w[1], w[2], 3, padding=1, rng=rng),
        )
        self.branch3 = nn.Sequential(
            BasicConv2d(inputs, w[3], 1, rng=rng),
            BasicConv2d(w[3], w[4], third_kernel, padding=third_kernel // 2, rng=rng),
        )
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1), BasicConv2d(inputs, w[5], 1, rng=rng)
        )

    def forward(self, x: Any) -> Tensor:  # (N, inputs, H, W)
        """Return what the four branches find."""
        branches = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return F.concatenate(branches, axis=1)  # (N, outputs, H, W)


# --8<-- [end:block]


class InceptionAux(nn.Module):
    """A classifier on maps in the middle of the network, so that gradients reach the early layers.

    Shape:
        (N, inputs, H, W) -> (N, K)

    >>> aux = InceptionAux(GoogLeNetConfig.tiny(), 4, rng=np.random.default_rng(0))
    >>> aux(Tensor(np.zeros((2, 4, 6, 6), np.float32))).shape
    (2, 3)
    """

    def __init__(self, c: GoogLeNetConfig, inputs: int, *, rng: np.random.Generator):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(4)
        self.conv = BasicConv2d(inputs, c.aux_channels, 1, rng=rng)
        self.fc1 = nn.Linear(c.aux_channels * 4 * 4, c.aux_hidden, rng=rng)
        self.fc2 = nn.Linear(c.aux_hidden, c.classes, rng=rng)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(c.aux_dropout, rng=rng)

    def forward(self, x: Any) -> Tensor:  # (N, 512, 14, 14)
        """Return the logits, one a class."""
        x = self.conv(self.pool(x))  # (N, 128, 4, 4)
        x = self.relu(self.fc1(F.flatten(x)))  # (N, 1024)
        return self.fc2(self.dropout(x))  # (N, 1000)


# --8<-- [start:loss]
def googlenet_loss(outputs: Any, labels: Any, aux_weight: float = 0.3) -> Tensor:
    """Return the cross entropy of the logits, and 0.3 times that of both auxiliary ones if they are there."""
    if not isinstance(outputs, GoogLeNetOutputs):
        return cross_entropy(outputs, labels)
    first = cross_entropy(outputs.aux_logits1, labels)
    second = cross_entropy(outputs.aux_logits2, labels)
    return cross_entropy(outputs.logits, labels) + aux_weight * (first + second)


# --8<-- [end:loss]


# --8<-- [start:model]
class GoogLeNet(nn.Module):
    """Inception modules, with auxiliary classifiers in training; returns logits, in training three of them.

    Shape:
        (N, 3, 224, 224) -> (N, 1000) in use; in training `GoogLeNetOutputs` of three (N, 1000), if config.aux.

    >>> model = GoogLeNet(GoogLeNetConfig.tiny(), rng=np.random.default_rng(0))
    >>> x = np.zeros((2, 1, 8, 8), np.float32)
    >>> model(x).aux_logits1.shape, model.eval()(x).shape
    ((2, 3), (2, 3))
    """

    def __init__(self, config: GoogLeNetConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        c = self.config = config or GoogLeNetConfig()
        large = c.stem == "imagenet"
        narrow, inputs = c.stem_channels
        window = (7, 2, 3) if large else (3, 1, 1)
        self.conv1 = BasicConv2d(c.in_channels, narrow, *window, rng=rng)
        self.maxpool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True) if large else nn.Identity()
        self.conv2 = BasicConv2d(narrow, narrow, 1, rng=rng)
        self.conv3 = BasicConv2d(narrow, inputs, 3, padding=1, rng=rng)
        self.maxpool2 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        widths = {}
        for names, stage in zip(c.names, c.stages, strict=True):
            for name, w in zip(names, stage, strict=True):
                setattr(self, name, Inception(inputs, w, c.third_kernel, rng=rng))
                widths[name] = inputs = w[0] + w[2] + w[4] + w[5]
        self.maxpool3 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.maxpool4 = nn.MaxPool2d(2, stride=2, ceil_mode=True)
        if c.aux:
            self.aux1 = InceptionAux(c, widths[c.names[1][0]], rng=rng)
            self.aux2 = InceptionAux(c, widths[c.names[1][-2]], rng=rng)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(c.dropout, rng=rng)
        self.fc = nn.Linear(inputs, c.classes, rng=rng)
        he_convolutions(self, rng=rng)

    # --8<-- [start:forward]
    def stages(self, x: Any) -> dict[str, Any]:  # (N, 3, 224, 224)
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

    def features(self, x: Any) -> Tensor:  # (N, 3, 224, 224)
        """Return the maps that the last module finds."""
        return self.stages(x)[self.config.names[-1][-1]]  # (N, 1024, 7, 7)

    def forward(self, x: Any) -> Any:  # (N, 3, 224, 224)
        """Return the logits, one a class; in training with those of the auxiliary classifiers."""
        c, maps = self.config, self.stages(x)
        pooled = F.flatten(self.avgpool(maps[c.names[2][-1]]))  # (N, 1024)
        logits = self.fc(self.dropout(pooled))  # (N, 1000)
        if not (c.aux and self.training):
            return logits
        aux1 = self.aux1(maps[c.names[1][0]])  # (N, 1000), from module 4a
        aux2 = self.aux2(maps[c.names[1][-2]])  # (N, 1000), from module 4d
        return GoogLeNetOutputs(logits, aux2, aux1)

    # --8<-- [end:forward]


# --8<-- [end:model]
