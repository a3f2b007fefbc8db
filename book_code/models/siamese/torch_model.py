"""Siamese networks in PyTorch: the names, shapes and results of `numpy_model.py` (Hadsell et al. 2006)."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import SiameseConfig
from .numpy_model import check_pictures


# --8<-- [start:model]
class SiameseNet(nn.Module):
    """One encoder for both pictures of a pair; returns how far apart their points are."""

    def __init__(self, config: SiameseConfig | None = None):
        super().__init__()
        config = config or SiameseConfig()
        widths = (config.in_channels, *config.channels)
        self.config = config
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in pairwise(widths))
        inputs = widths[-1] * config.map_size**2
        # a bias would move all points alike: without the sphere no distance changes
        self.fc = nn.Linear(inputs, config.embed_dim, bias=config.normalized)

    def embed(self, x: Tensor) -> Tensor:  # (N, C, H, W)
        """Return the point that stands for each picture."""
        check_pictures(x, self.config)
        for conv in self.convs:
            x = F.max_pool2d(F.relu(conv(x)), 2)  # (N, width, H/2, W/2)
        x = self.fc(x.flatten(1))  # (N, D)
        return F.normalize(x) if self.config.normalized else x

    def forward(self, first: Tensor, second: Tensor) -> Tensor:  # (N, C, H, W) twice
        """Return the distance of the two pictures of each pair."""
        return distance(self.embed(first), self.embed(second))  # (N,)


def distance(one: Tensor, other: Tensor) -> Tensor:
    """The distance of points, (N, D) and (N, D) -> (N,); where they meet, its gradient is 0."""
    squares = ((one - other) ** 2).sum(dim=-1)
    return torch.where(squares > 0, squares.clamp(min=1e-30).sqrt(), 0.0)


# --8<-- [end:model]
