"""Key points by heat maps: Tompson et al. (2014), arXiv:1406.2984; the network: Xiao, Wu and Wei (2018), arXiv:1804.06208.

    code        paper                shape             meaning
    x           -                    (N, C, H, W)      pictures
    down.l      backbone             (N, ., H/2, W/2)  convolution of 3 x 3 with stride 2, batch norm, ReLU
    up.l        deconvolution        (N, ., 2H, 2W)    transposed convolution of 4 x 4, batch norm, ReLU
    head        1x1 convolution      (N, K, h, w)      one heat map for each key point
    gaussian_maps                    (N, K, h, w)      what the maps should look like

Deviations from the paper: the backbone is a few convolutions, not a ResNet-50, and the widths are the book's.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from ... import nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from .config import PoseNetConfig


# --8<-- [start:model]
class PoseNet(nn.Module):
    """Maps made small to see far, then larger again to tell where; returns a heat map for each key point.

    Shape:
        (N, C, H, W) -> (N, K, h, w)

    >>> model = PoseNet(PoseNetConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((2, 1, 8, 8), np.float32)).shape
    (2, 2, 4, 4)
    """

    def __init__(self, config: PoseNetConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or PoseNetConfig()
        widths = (config.in_channels, *config.channels)
        wider = (widths[-1], *[config.up_channels] * config.ups)
        settings: dict[str, Any] = {"stride": 2, "padding": 1, "bias": False, "rng": rng}
        self.config = config
        self.down = [nn.Conv2d(a, b, 3, **settings) for a, b in pairwise(widths)]
        self.down_norm = [nn.BatchNorm2d(width) for width in widths[1:]]
        self.up = [nn.ConvTranspose2d(a, b, 4, **settings) for a, b in pairwise(wider)]
        self.up_norm = [nn.BatchNorm2d(width) for width in wider[1:]]
        self.head = nn.Conv2d(wider[-1], config.points, 1, rng=rng)

    def forward(self, x: Any) -> Tensor:  # (N, C, H, W)
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


# --8<-- [start:maps]
def gaussian_maps(points: Any, size: int, sigma: float = 1.0, stride: int = 1) -> np.ndarray:
    """Heat maps that are 1 at the key point and fall off around it like a bell.

    Args:
        points: x and y of each key point in pixels of the picture, (N, K, 2); nan for one that is not there,
            whose map is 0.
        size: height and width of the maps.
        sigma: spread of the bell, in pixels of the map.
        stride: pixels of the picture for each pixel of a map.

    Returns:
        (N, K, size, size), float32.

    >>> gaussian_maps([[[2.0, 0.0]]], 4)[0, 0].round(2)[0]
    array([0.14, 0.61, 1.  , 0.61], dtype=float32)
    """
    if not sigma > 0 or stride < 1 or size < 1:
        raise ValueError(
            f"gaussian_maps expected sigma above 0, size and stride from 1, got {sigma}, {size} and {stride}"
        )
    points = np.asarray(points, np.float64) / stride
    if points.ndim != 3 or points.shape[2] != 2:
        raise ValueError(f"expected points of shape (N, K, 2), got {points.shape}")
    place = np.arange(size)
    x, y = (
        np.exp(-((place - points[..., axis, None]) ** 2) / (2 * sigma**2)) for axis in (0, 1)
    )
    return np.nan_to_num(y[..., :, None] * x[..., None, :]).astype(np.float32)


def peaks(maps: Any, stride: int = 1) -> np.ndarray:
    """Return where each map is highest, x and y in pixels of the picture: (N, K, 2).

    The place is moved by a quarter of a pixel towards the higher neighbour (as Xiao et al. do).

    >>> peaks(gaussian_maps([[[2.0, 1.0]]], 5)).tolist()
    [[[2.0, 1.0]]]
    """
    maps = np.asarray(maps.data if isinstance(maps, Tensor) else maps)
    n, k, height, width = maps.shape
    y, x = np.divmod(maps.reshape(n, k, -1).argmax(axis=2), width)
    framed = np.pad(maps, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
    rows, cols = np.ogrid[:n, :k]
    dx = framed[rows, cols, y + 1, x + 2] - framed[rows, cols, y + 1, x]
    dy = framed[rows, cols, y + 2, x + 1] - framed[rows, cols, y, x + 1]
    inner = (x > 0) & (x < width - 1), (y > 0) & (y < height - 1)
    shifts = [0.25 * np.sign(d) * inside for d, inside in zip((dx, dy), inner, strict=True)]
    return stride * np.stack([x + shifts[0], y + shifts[1]], axis=-1)


def soft_peaks(maps: Any, sharpness: float = 1.0, stride: int = 1) -> Tensor:
    """Return the mean place under softmax(sharpness · map): a peak that has gradients, (N, K, 2).

    Sun et al. (2018), Integral Human Pose Regression, arXiv:1711.08229.

    >>> soft_peaks(100 * gaussian_maps([[[2.0, 1.0]]], 5)).data.round(3).tolist()
    [[[2.0, 1.0]]]
    """
    maps = maps if isinstance(maps, Tensor) else Tensor(maps)
    n, k, height, width = maps.shape
    shares = F.softmax((maps * sharpness).reshape(n, k, height * width))
    y, x = np.divmod(np.arange(height * width), width)
    return shares @ (stride * np.stack([x, y], axis=1)).astype(maps.dtype)


def correct_key_points(truth: Any, found: Any, within: float) -> float:
    """Return the share of key points found within a distance (PCK); those that are not there do not count.

    >>> correct_key_points([[[0.0, 0.0], [5.0, 5.0]]], [[[0.0, 1.0], [9.0, 9.0]]], within=2.0)
    0.5
    """
    truth, found = np.asarray(truth, np.float64), np.asarray(found, np.float64)
    if truth.shape != found.shape or truth.shape[-1] != 2:
        raise ValueError(
            f"expected points of one shape (N, K, 2), got {truth.shape} and {found.shape}"
        )
    there = ~np.isnan(truth).any(axis=-1)
    if not there.any():
        raise ValueError("there is no key point to find")
    return float(np.mean(np.linalg.norm(truth - found, axis=-1)[there] <= within))


# --8<-- [end:maps]
