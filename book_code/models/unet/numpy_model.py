"""U-Net: Ronneberger, Fischer and Brox (2015), arXiv:1505.04597.

    code        figure 1                  shape (paper's sizes)
    x           input image tile          (N,    1, 572, 572)
    down.0      conv 3x3, ReLU, twice     (N,   64, 568, 568)
    down.1      max pool, conv twice      (N,  128, 280, 280)
    down.2                                (N,  256, 136, 136)
    down.3                                (N,  512,  64,  64)
    bottom                                (N, 1024,  28,  28)
    up.0        up-conv 2x2               (N,  512,  56,  56)
    merge.0     copy and crop, conv twice (N,  512,  52,  52)
    ...
    merge.3                               (N,   64, 388, 388)
    head        conv 1x1                  (N,    2, 388, 388)

Deviations from the paper: the convolutions can be padded, so that the map of classes is as large as the picture; batch
norm can be added; the dropout at the end of the path down is left out; the loss is the mean over the pixels, not their
sum. The first weights of the convolutions of 3 x 3 are He's, as the paper asks.
"""

from typing import Any

import numpy as np

from ... import init, losses, nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from .config import UNetConfig


# --8<-- [start:block]
class TwoConvs(nn.Module):
    """Two convolutions of 3 x 3, each followed by ReLU (and batch norm before it, if asked for).

    Shape:
        (N, C, H, W) -> (N, O, H - 4, W - 4), or (N, O, H, W) when padded

    >>> TwoConvs(1, 4, UNetConfig.tiny(), np.random.default_rng(0))(np.zeros((1, 1, 8, 8), np.float32)).shape
    (1, 4, 8, 8)
    """

    def __init__(self, inputs: int, outputs: int, config: UNetConfig, rng: np.random.Generator):
        super().__init__()
        around, bias = int(config.padded), not config.norm
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=around, bias=bias, rng=rng)
        self.norm1 = nn.BatchNorm2d(outputs) if config.norm else nn.Identity()
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=around, bias=bias, rng=rng)
        self.norm2 = nn.BatchNorm2d(outputs) if config.norm else nn.Identity()
        for conv in (self.conv1, self.conv2):
            conv.weight.data = init.he_normal(conv.weight.shape, rng=rng)

    def forward(self, x: Any) -> Tensor:  # (N, C, H, W)
        """Return the maps after both."""
        x = F.relu(self.norm1(self.conv1(x)))  # (N, O, H - 2, W - 2)
        return F.relu(self.norm2(self.conv2(x)))  # (N, O, H - 4, W - 4)


# --8<-- [end:block]


# --8<-- [start:model]
class UNet(nn.Module):
    """A path down that sees ever more, and a path up that says where; returns logits for every pixel.

    Shape:
        (N, C, H, W) -> (N, K, H', W'), smaller by a margin unless padded

    >>> model = UNet(UNetConfig.tiny(), rng=np.random.default_rng(0))
    >>> model(np.zeros((2, 1, 8, 8), np.float32)).shape
    (2, 3, 8, 8)
    """

    def __init__(self, config: UNetConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or UNetConfig()
        widths = [config.width * 2**level for level in range(config.levels + 1)]
        self.config = config
        inputs = [config.in_channels, *widths[:-2]]
        self.down = [TwoConvs(a, b, config, rng) for a, b in zip(inputs, widths, strict=False)]
        self.bottom = TwoConvs(widths[-2], widths[-1], config, rng)
        self.up = [
            nn.ConvTranspose2d(2 * w, w, 2, stride=2, rng=rng) for w in reversed(widths[:-1])
        ]
        self.merge = [TwoConvs(2 * w, w, config, rng) for w in reversed(widths[:-1])]
        self.head = nn.Conv2d(widths[0], config.classes, 1, rng=rng)

    # --8<-- [start:forward]
    def forward(self, x: Any) -> Tensor:  # (N, C, H, W)
        """Return the logits of every pixel, one a class."""
        check_pictures(x, self.config)
        kept = []
        for block in self.down:
            x = block(x)  # (N, width, H, W)
            kept.append(x)
            x = F.max_pool2d(x, 2)  # (N, width, H/2, W/2)
        x = self.bottom(x)
        for up, merge in zip(self.up, self.merge, strict=True):
            x = up(x)  # (N, width, 2H, 2W)
            x = merge(F.concatenate([crop(kept.pop(), x.shape[2]), x], axis=1))
        return self.head(x)  # (N, K, H', W')

    # --8<-- [end:forward]


def crop(x: Tensor, size: int) -> Tensor:
    """Return the middle of the maps, so many pixels high and wide.

    >>> crop(Tensor(np.arange(25.0).reshape(1, 1, 5, 5)), 1).data.item()
    12.0
    """
    start = (x.shape[2] - size) // 2
    return x[:, :, start : start + size, start : start + size]


# --8<-- [end:model]


# --8<-- [start:loss]
def loss(model: Any, x: Any, labels: Any, weights: Any = None) -> Tensor:
    """The mean cross-entropy of the pixels, each with its weight (equation 1).

    Args:
        model: the network.
        x: pictures, (N, C, H, W).
        labels: the class of every pixel that the network tells, (N, H', W').
        weights: how much each counts, (N, H', W'), as `weight_map` of `tools.py` makes them.

    >>> model = UNet(UNetConfig.tiny(), rng=np.random.default_rng(0))
    >>> loss(model, np.zeros((1, 1, 8, 8), np.float32), np.zeros((1, 8, 8), int)).shape
    ()
    """
    logits = model(x).transpose(0, 2, 3, 1)  # (N, H', W', K)
    if weights is None:
        return losses.cross_entropy(logits, labels)
    check_maps(logits.shape[:3], labels, weights)
    right = F.one_hot(np.asarray(labels), logits.shape[3], logits.dtype)
    each = (F.log_softmax(logits) * right).sum(axis=3)  # (N, H', W')
    return -(each * np.asarray(weights, logits.dtype)).mean()


# --8<-- [end:loss]


def check_maps(shape: tuple[int, ...], labels: Any, weights: Any) -> None:
    """Raise, in either back end, unless there is a label and a weight for every pixel that the network tells.

    >>> check_maps((1, 4, 4), np.zeros((1, 8, 8)), np.zeros((1, 4, 4)))
    Traceback (most recent call last):
    ValueError: U-Net tells pixels (1, 4, 4), the labels have shape (1, 8, 8): crop them to the middle
    """
    for name, given in (("labels", labels), ("weights", weights)):
        if tuple(given.shape) != tuple(shape):
            raise ValueError(
                f"U-Net tells pixels {tuple(shape)}, the {name} have shape {tuple(given.shape)}: crop them to the "
                "middle"
            )


def check_pictures(x: Any, config: UNetConfig) -> None:
    """Raise unless the pictures have the channels of the model, and a size that it was made for.

    >>> check_pictures(np.zeros((1, 3, 8, 8)), UNetConfig.tiny())
    Traceback (most recent call last):
    ValueError: UNet expected pictures of shape (N, 1, 8, 8), got (1, 3, 8, 8)
    """
    shape = tuple(x.shape)
    if len(shape) != 4 or shape[1:] != config.input_shape:
        wanted = ", ".join(map(str, config.input_shape))
        raise ValueError(f"UNet expected pictures of shape (N, {wanted}), got {shape}")
