"""U-Net in PyTorch: the names, shapes and results of `numpy_model.py` (Ronneberger et al. 2015, arXiv:1505.04597)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import UNetConfig
from .numpy_model import check_maps, check_pictures


# --8<-- [start:block]
class TwoConvs(nn.Module):
    """Two convolutions of 3 x 3, each followed by ReLU (and batch norm before it, if asked for)."""

    def __init__(self, inputs: int, outputs: int, config: UNetConfig):
        super().__init__()
        around, bias = int(config.padded), not config.norm
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=around, bias=bias)
        self.norm1 = nn.BatchNorm2d(outputs) if config.norm else nn.Identity()
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=around, bias=bias)
        self.norm2 = nn.BatchNorm2d(outputs) if config.norm else nn.Identity()
        for conv in (self.conv1, self.conv2):
            nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W)
        """Return the maps after both."""
        x = F.relu(self.norm1(self.conv1(x)))  # (N, O, H - 2, W - 2)
        return F.relu(self.norm2(self.conv2(x)))  # (N, O, H - 4, W - 4)


# --8<-- [end:block]


# --8<-- [start:model]
class UNet(nn.Module):
    """A path down that sees ever more, and a path up that says where; returns logits for every pixel."""

    def __init__(self, config: UNetConfig | None = None):
        super().__init__()
        config = config or UNetConfig()
        widths = [config.width * 2**level for level in range(config.levels + 1)]
        self.config = config
        inputs = [config.in_channels, *widths[:-2]]
        self.down = nn.ModuleList(
            TwoConvs(a, b, config) for a, b in zip(inputs, widths, strict=False)
        )
        self.bottom = TwoConvs(widths[-2], widths[-1], config)
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(2 * w, w, 2, stride=2) for w in reversed(widths[:-1])
        )
        self.merge = nn.ModuleList(TwoConvs(2 * w, w, config) for w in reversed(widths[:-1]))
        self.head = nn.Conv2d(widths[0], config.classes, 1)

    # --8<-- [start:forward]
    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W)
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
            x = merge(torch.cat([crop(kept.pop(), x.shape[2]), x], dim=1))
        return self.head(x)  # (N, K, H', W')

    # --8<-- [end:forward]


def crop(x: Tensor, size: int) -> Tensor:
    """Return the middle of the maps, so many pixels high and wide."""
    start = (x.shape[2] - size) // 2
    return x[:, :, start : start + size, start : start + size]


# --8<-- [end:model]


# --8<-- [start:loss]
def loss(model: nn.Module, x: Tensor, labels: Tensor, weights: Tensor | None = None) -> Tensor:
    """The mean cross-entropy of the pixels, each with its weight (equation 1)."""
    logits = model(x)  # (N, K, H', W')
    if weights is None:
        return F.cross_entropy(logits, labels)
    check_maps((len(logits), *logits.shape[2:]), labels, weights)
    each = F.cross_entropy(logits, labels, reduction="none")  # (N, H', W')
    return (each * weights.to(each)).mean()


# --8<-- [end:loss]
