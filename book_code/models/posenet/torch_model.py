"""The network of key points in PyTorch: the names, shapes and results of `numpy_model.py` (Xiao et al. 2018)."""

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import PoseNetConfig


# --8<-- [start:model]
class PoseNet(nn.Module):
    """Maps made small to see far, then larger again to tell where; returns a heat map for each key point."""

    def __init__(self, config: PoseNetConfig | None = None):
        super().__init__()
        config = config or PoseNetConfig()
        widths = (config.in_channels, *config.channels)
        wider = (widths[-1], *[config.up_channels] * config.ups)
        settings: dict[str, Any] = {"stride": 2, "padding": 1, "bias": False}
        self.config = config
        self.down = nn.ModuleList(nn.Conv2d(a, b, 3, **settings) for a, b in pairwise(widths))
        self.down_norm = nn.ModuleList(nn.BatchNorm2d(width) for width in widths[1:])
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 4, **settings) for a, b in pairwise(wider)
        )
        self.up_norm = nn.ModuleList(nn.BatchNorm2d(width) for width in wider[1:])
        self.head = nn.Conv2d(wider[-1], config.points, 1)

    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W)
        """Return the heat maps."""
        if tuple(x.shape[1:]) != self.config.input_shape:
            wanted = ", ".join(map(str, self.config.input_shape))
            raise ValueError(
                f"PoseNet expected pictures of shape (N, {wanted}), got {tuple(x.shape)}"
            )
        for conv, norm in zip(self.down, self.down_norm, strict=True):
            x = F.relu(norm(conv(x)))  # (N, width, H/2, W/2)
        for wider, norm in zip(self.up, self.up_norm, strict=True):
            x = F.relu(norm(wider(x)))  # (N, width, 2H, 2W)
        return self.head(x)  # (N, K, h, w)


# --8<-- [end:model]


def soft_peaks(maps: Tensor, sharpness: float = 1.0, stride: int = 1) -> Tensor:
    """Return the mean place under softmax(sharpness · map): a peak that has gradients, (N, K, 2)."""
    width = maps.shape[3]
    shares = (maps * sharpness).flatten(2).softmax(dim=2)  # (N, K, h · w)
    place = torch.arange(shares.shape[2], device=maps.device)
    return shares @ (stride * torch.stack([place % width, place // width], dim=1)).to(maps)
