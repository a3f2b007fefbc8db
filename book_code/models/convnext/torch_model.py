"""ConvNeXt in PyTorch: Liu, Mao, Wu, Feichtenhofer, Darrell and Xie (2022), A ConvNet for the 2020s, arXiv:2201.03545.

The same names, shapes and results as `numpy_model.py`, whose docstring has the table of symbols and the
deviations from the paper.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import ConvNeXtConfig


# --8<-- [start:block]
class LayerNorm2d(nn.LayerNorm):
    """Layer norm over the channels of each pixel."""

    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W)
        """Normalize every pixel of every example."""
        x = super().forward(x.permute(0, 2, 3, 1))  # (N, H, W, C)
        return x.permute(0, 3, 1, 2)  # (N, C, H, W)


class Permute(nn.Module):
    """Axes in another order."""

    def __init__(self, *axes: int):
        super().__init__()
        self.axes = axes

    def forward(self, x: Tensor) -> Tensor:
        """Return the input with its axes in the new order."""
        return x.permute(*self.axes)


class StochasticDepth(nn.Module):
    """In training, sets the whole result of a block to 0 for some examples (Huang et al. 2016, arXiv:1603.09382)."""

    def __init__(self, p: float):
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:  # (N, ...)
        """Drop examples in training and scale the others up; pass on otherwise."""
        if not self.training or self.p == 0:
            return x
        ones = torch.ones(len(x), *[1] * (x.ndim - 1), dtype=x.dtype, device=x.device)
        return x * F.dropout(ones, self.p)


class CNBlock(nn.Module):
    """A depthwise convolution, layer norm and two linear layers for each pixel, added to the input."""

    def __init__(self, c: ConvNeXtConfig, channels: int, drop: float):
        super().__init__()
        k, wide = c.kernel_size, 4 * channels
        self.block = nn.Sequential(
            nn.Conv2d(channels, channels, k, padding=k // 2, groups=channels),
            Permute(0, 2, 3, 1),  # (N, H, W, C)
            nn.LayerNorm(channels, eps=1e-6),
            nn.Linear(channels, wide),  # (N, H, W, 4 C)
            nn.GELU(),
            nn.Linear(wide, channels),  # (N, H, W, C)
            Permute(0, 3, 1, 2),  # (N, C, H, W)
        )
        self.layer_scale = nn.Parameter(torch.full((channels, 1, 1), c.layer_scale))
        self.stochastic_depth = StochasticDepth(drop)

    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W)
        """Return the input and what the block adds to it."""
        return x + self.stochastic_depth(self.layer_scale * self.block(x))


# --8<-- [end:block]


def small_weights(model: nn.Module) -> None:
    """Draw all weights again, normal with standard deviation 0.02; set all biases to 0.

    The authors cut the normal off at 2, a hundred standard deviations away: nothing is cut.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


# --8<-- [start:model]
class ConvNeXt(nn.Module):
    """Patches, stages of blocks, the mean over all places; returns logits."""

    def __init__(self, config: ConvNeXtConfig | None = None):
        super().__init__()
        c = self.config = config or ConvNeXtConfig()
        drops = iter(c.drop_rates)
        layers: list[nn.Module] = []
        for i, (blocks, width) in enumerate(zip(c.blocks, c.channels, strict=True)):
            inputs, side = (c.channels[i - 1], 2) if i else (c.in_channels, c.patch_size)
            conv = nn.Conv2d(inputs, width, side, stride=side)
            norm = LayerNorm2d(inputs if i else width, eps=1e-6)
            layers.append(nn.Sequential(*((norm, conv) if i else (conv, norm))))
            layers.append(
                nn.Sequential(*[CNBlock(c, width, next(drops)) for _ in range(blocks)])
            )
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            LayerNorm2d(c.channels[-1], eps=1e-6),
            nn.Flatten(),
            nn.Linear(c.channels[-1], c.classes),
        )
        small_weights(self)

    # --8<-- [start:forward]
    def forward(self, x: Tensor) -> Tensor:  # (N, 3, 224, 224)
        """Return the logits, one a class."""
        x = self.features(x)  # (N, 768, 7, 7)
        x = self.avgpool(x)  # (N, 768, 1, 1)
        return self.classifier(x)  # (N, 1000)

    # --8<-- [end:forward]


# --8<-- [end:model]
