"""Siamese networks: Hadsell, Chopra and LeCun (2006), doi:10.1109/CVPR.2006.100; FaceNet: arXiv:1503.03832.

    code              paper            shape        meaning
    first, second     X_1, X_2         (N,C,H,W)    the two pictures of each pair
    embed             G_W, f           (N, D)       the point that stands for a picture
    forward           D_W              (N,)         the distance of the two points
    losses.contrastive, losses.triplet              what is minimized

Bromley et al. (1993) were the first to run one network over two inputs. Deviations: the encoder is a small network of
today, not the paper's; points on the sphere are FaceNet's.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from .config import SiameseConfig


# --8<-- [start:model]
class SiameseNet(nn.Module):
    """One encoder for both pictures of a pair; returns how far apart their points are.

    Shape:
        first and second (N, C, H, W) -> (N,)

    >>> model = SiameseNet(SiameseConfig.tiny(), rng=np.random.default_rng(0))
    >>> x = np.ones((2, 1, 8, 8), np.float32)
    >>> model(x, x).shape, model.embed(x).shape
    ((2,), (2, 4))
    """

    def __init__(self, config: SiameseConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or SiameseConfig()
        widths = (config.in_channels, *config.channels)
        self.config = config
        self.convs = [nn.Conv2d(a, b, 3, padding=1, rng=rng) for a, b in pairwise(widths)]
        inputs = widths[-1] * config.map_size**2
        # a bias would move all points alike: without the sphere no distance changes
        self.fc = nn.Linear(inputs, config.embed_dim, bias=config.normalized, rng=rng)

    def embed(self, x: Any) -> Tensor:  # (N, C, H, W)
        """Return the point that stands for each picture."""
        check_pictures(x, self.config)
        for conv in self.convs:
            x = F.max_pool2d(F.relu(conv(x)), 2)  # (N, width, H/2, W/2)
        x = self.fc(F.flatten(x))  # (N, D)
        return F.normalize(x) if self.config.normalized else x

    def forward(self, first: Any, second: Any) -> Tensor:  # (N, C, H, W) twice
        """Return the distance of the two pictures of each pair."""
        return distance(self.embed(first), self.embed(second))  # (N,)


def distance(one: Tensor, other: Tensor) -> Tensor:
    """The distance of points, (N, D) and (N, D) -> (N,); where they meet, its gradient is 0.

    >>> distance(Tensor([[0.0, 0.0]]), Tensor([[3.0, 4.0]]))
    Tensor([5.])
    """
    squares = ((one - other) ** 2).sum(axis=-1)
    return F.where(squares > 0, F.maximum(squares, 1e-30) ** 0.5, 0.0)


# --8<-- [end:model]


def check_pictures(x: Any, config: SiameseConfig) -> None:
    """Raise, in either back end, unless x is a batch of pictures of the size that the model was made for.

    >>> check_pictures(np.zeros((2, 1, 9, 9)), SiameseConfig.tiny())
    Traceback (most recent call last):
    ValueError: SiameseNet expected pictures of shape (N, 1, 8, 8), got (2, 1, 9, 9)
    """
    if len(x.shape) != 4 or tuple(x.shape[1:]) != config.input_shape:
        wanted = ", ".join(map(str, config.input_shape))
        raise ValueError(
            f"SiameseNet expected pictures of shape (N, {wanted}), got {tuple(x.shape)}"
        )


# --8<-- [start:verify]
def best_threshold(distances: Any, same: Any) -> tuple[float, float]:
    """Find the distance below which pairs are most often told right: choose it on validation pairs.

    Args:
        distances: of each pair, (N,).
        same: whether the pair belongs together, (N,).

    Returns:
        The threshold, and the share of the pairs that it tells right.

    >>> best_threshold([0.1, 0.4, 0.9], [True, True, False])
    (0.65, 1.0)
    """
    distances, same = np.asarray(distances, np.float64), np.asarray(same, bool)
    if distances.shape != same.shape or distances.ndim != 1 or not len(distances):
        raise ValueError(
            f"expected one distance for each pair, got {distances.shape} and {same.shape}"
        )
    if np.isnan(distances).any():
        raise ValueError("best_threshold was given a distance that is nan")
    known = np.unique(distances)
    between = np.concatenate([[-np.inf], (known[:-1] + known[1:]) / 2, [np.inf]])
    shares = [float(np.mean((distances <= t) == same)) for t in between]
    best = int(np.argmax(shares))
    return float(between[best]), shares[best]


# --8<-- [end:verify]
