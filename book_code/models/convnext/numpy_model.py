"""ConvNeXt: Liu, Mao, Wu, Feichtenhofer, Darrell and Xie (2022), A ConvNet for the 2020s, arXiv:2201.03545.

    code                 paper                         shape of the output in ConvNeXt-T
    x                    input                         (N,   3, 224, 224)
    features.0           stem: 4 x 4, stride 4, LN     (N,  96,  56,  56)
    features.1           res2, 3 blocks                (N,  96,  56,  56)
    features.2           LN, 2 x 2, stride 2           (N, 192,  28,  28)
    features.3           res3, 3 blocks                (N, 192,  28,  28)
    features.4, 5        res4, 9 blocks                (N, 384,  14,  14)
    features.6, 7        res5, 3 blocks                (N, 768,   7,   7)
    classifier           LN, linear layer              (N, 1000)             28,589,128 parameters
    block.0              d7x7                          (N,   C, H, W)
    block.2              LN                            (N, H, W,   C)
    block.3, block.5     1x1, 1x1                      (N, H, W, 4 C), (N, H, W, C)
    layer_scale          gamma                         (C, 1, 1)

Names are torchvision's, whose weights load as they are; its "convnext_tiny" is "convnext-t" here. Deviations from the
paper: none that we know of; the 1 x 1 convolutions are linear layers with the channels last, as in the authors' code.
"""

from typing import Any

import numpy as np

from ... import init, nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from .config import ConvNeXtConfig


# --8<-- [start:block]
class LayerNorm2d(nn.LayerNorm):
    """Layer norm over the channels of each pixel.

    Shape:
        (N, C, H, W) -> the same

    >>> LayerNorm2d(2)(np.array([1.0, 3.0]).reshape(1, 2, 1, 1)).data.round(2).reshape(-1).tolist()
    [-1.0, 1.0]
    """

    def forward(self, x: Any) -> Tensor:  # (N, C, H, W)
        """Normalize every pixel of every example."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        x = super().forward(x.transpose(0, 2, 3, 1))  # (N, H, W, C)
        return x.transpose(0, 3, 1, 2)  # (N, C, H, W)


class Permute(nn.Module):
    """Axes in another order.

    >>> Permute(0, 2, 3, 1)(np.zeros((5, 2, 3, 4))).shape
    (5, 3, 4, 2)
    """

    def __init__(self, *axes: int):
        super().__init__()
        self.axes = axes

    def forward(self, x: Any) -> Tensor:
        """Return the input with its axes in the new order."""
        return (x if isinstance(x, Tensor) else Tensor(x)).transpose(*self.axes)


class StochasticDepth(nn.Module):
    """In training, sets the whole result of a block to 0 for some examples (Huang et al. 2016, arXiv:1603.09382).

    >>> drop = StochasticDepth(0.5, rng=np.random.default_rng(0))
    >>> sorted(set(drop(np.ones((50, 2))).data.sum(axis=1).tolist()))
    [0.0, 4.0]
    """

    def __init__(self, p: float, *, rng: np.random.Generator):
        super().__init__()
        self.p, self.rng = p, rng

    def forward(self, x: Any) -> Tensor:  # (N, ...)
        """Drop examples in training and scale the others up; pass on otherwise."""
        x = x if isinstance(x, Tensor) else Tensor(x)
        if not self.training or self.p == 0:
            return x
        ones = np.ones((x.shape[0],) + (1,) * (x.ndim - 1), x.dtype)
        return x * F.dropout(ones, self.p, rng=self.rng)


class CNBlock(nn.Module):
    """A depthwise convolution, layer norm and two linear layers for each pixel, added to the input.

    Shape:
        (N, C, H, W) -> the same

    >>> block = CNBlock(ConvNeXtConfig.tiny(), 3, 0.0, rng=np.random.default_rng(0))
    >>> block(Tensor(np.zeros((2, 3, 4, 4), np.float32))).shape
    (2, 3, 4, 4)
    """

    def __init__(
        self, c: ConvNeXtConfig, channels: int, drop: float, *, rng: np.random.Generator
    ):
        super().__init__()
        k, wide = c.kernel_size, 4 * channels
        self.block = nn.Sequential(
            nn.Conv2d(channels, channels, k, padding=k // 2, groups=channels, rng=rng),
            Permute(0, 2, 3, 1),  # (N, H, W, C)
            nn.LayerNorm(channels, eps=1e-6),
            nn.Linear(channels, wide, rng=rng),  # (N, H, W, 4 C)
            nn.GELU(),
            nn.Linear(wide, channels, rng=rng),  # (N, H, W, C)
            Permute(0, 3, 1, 2),  # (N, C, H, W)
        )
        scale = np.full((channels, 1, 1), c.layer_scale, np.float32)
        self.layer_scale = Tensor(scale, requires_grad=True)
        self.stochastic_depth = StochasticDepth(drop, rng=rng)

    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W)
        """Return the input and what the block adds to it."""
        return x + self.stochastic_depth(self.layer_scale * self.block(x))


# --8<-- [end:block]


def small_weights(model: nn.Module, *, rng: np.random.Generator) -> None:
    """Draw all weights again, normal with standard deviation 0.02; set all biases to 0.

    The authors cut the normal off at 2, a hundred standard deviations away: nothing is cut.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            module.weight.data = init.normal(module.weight.shape, 0.02, rng=rng)
            if module.bias is not None:
                module.bias.data = init.zeros(module.bias.shape)


# --8<-- [start:model]
class ConvNeXt(nn.Module):
    """Patches, stages of blocks, the mean over all places; returns logits.

    Shape:
        (N, 3, 224, 224) -> (N, 1000), with the standard configuration; larger pictures too.

    >>> model = ConvNeXt(ConvNeXtConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((2, 1, 8, 8), np.float32)).shape
    (2, 3)
    """

    def __init__(self, config: ConvNeXtConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        c = self.config = config or ConvNeXtConfig()
        drops = iter(c.drop_rates)
        layers: list[nn.Module] = []
        for i, (blocks, width) in enumerate(zip(c.blocks, c.channels, strict=True)):
            inputs, side = (c.channels[i - 1], 2) if i else (c.in_channels, c.patch_size)
            conv = nn.Conv2d(inputs, width, side, stride=side, rng=rng)
            norm = LayerNorm2d(inputs if i else width, eps=1e-6)
            layers.append(nn.Sequential(*((norm, conv) if i else (conv, norm))))
            layers.append(
                nn.Sequential(*[CNBlock(c, width, next(drops), rng=rng) for _ in range(blocks)])
            )
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            LayerNorm2d(c.channels[-1], eps=1e-6),
            nn.Flatten(),
            nn.Linear(c.channels[-1], c.classes, rng=rng),
        )
        small_weights(self, rng=rng)

    # --8<-- [start:forward]
    def forward(self, x: Any) -> Tensor:  # (N, 3, 224, 224)
        """Return the logits, one a class."""
        x = self.features(x)  # (N, 768, 7, 7)
        x = self.avgpool(x)  # (N, 768, 1, 1)
        return self.classifier(x)  # (N, 1000)

    # --8<-- [end:forward]


# --8<-- [end:model]
