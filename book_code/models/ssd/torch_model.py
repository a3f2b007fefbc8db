"""SSD in PyTorch: the names, shapes and results of `numpy_model.py` (Liu et al. 2015, arXiv:1512.02325)."""

from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...metrics import Detections
from .boxes import decode, default_boxes, hardest
from .config import SSDConfig
from .numpy_model import Predictions, check_pictures, detections


# --8<-- [start:model]
class Stage(nn.Module):
    """Two convolutions of 3 x 3, each with batch norm and ReLU, then a pooling that halves the maps."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:  # (N, C, H, W)
        """Return maps of half the size."""
        x = F.relu(self.norm1(self.conv1(x)))  # (N, O, H, W)
        return F.max_pool2d(F.relu(self.norm2(self.conv2(x))), 2)  # (N, O, H/2, W/2)


class Detector(nn.Module):
    """What detectors have in common: default boxes, and the way from predictions to objects."""

    _defaults: np.ndarray  # (A, 4)

    def detect(
        self, x: Tensor, least: float = 0.3, overlap: float = 0.45
    ) -> list[Detections]:  # (N, C, H, W)
        """Return the objects of each picture: boxes by their corners, scores and classes, the surest first."""
        with torch.no_grad():
            out = self(x)
        p = out.logits.softmax(dim=-1).cpu().numpy()[..., 1:]  # (N, A, K)
        return detections(p, decode(out.codes.cpu().numpy(), self._defaults), least, overlap)


class SingleShotDetector(Detector):
    """All boxes at once: for every default box, what is in it and how it has to be changed."""

    def __init__(self, config: SSDConfig | None = None):
        super().__init__()
        config = config or SSDConfig()
        widths, n = (config.in_channels, *config.channels), config.per_place
        self.config = config
        self._defaults = default_boxes(config)
        self.stages = nn.ModuleList(Stage(a, b) for a, b in pairwise(widths))
        last = widths[-config.heads :]
        self.class_heads = nn.ModuleList(
            nn.Conv2d(w, n * (config.classes + 1), 3, padding=1) for w in last
        )
        self.box_heads = nn.ModuleList(nn.Conv2d(w, n * 4, 3, padding=1) for w in last)

    def forward(self, x: Tensor) -> Predictions:  # (N, C, H, W)
        """Return what the network says of every default box."""
        check_pictures(x, self.config.input_shape)
        maps = []
        for stage in self.stages:
            x = stage(x)  # (N, width, H/2, W/2)
            maps.append(x)
        last = maps[-self.config.heads :]
        logits = [
            by_box(head(m), self.config.classes + 1)
            for head, m in zip(self.class_heads, last, strict=True)
        ]
        codes = [by_box(head(m), 4) for head, m in zip(self.box_heads, last, strict=True)]
        return Predictions(torch.cat(logits, dim=1), torch.cat(codes, dim=1))


def by_box(maps: Tensor, numbers: int) -> Tensor:
    """Return what a head says, box by box: (N, B · numbers, h, w) -> (N, h · w · B, numbers)."""
    return maps.permute(0, 2, 3, 1).reshape(len(maps), -1, numbers)


# --8<-- [end:model]


# --8<-- [start:loss]
def loss(model: Any, x: Tensor, classes: Tensor, codes: Tensor) -> Tensor:
    """The multibox loss: cross-entropy of the classes, with the hardest background, and smooth L1 of the codes."""
    out = model(x)
    each = F.cross_entropy(out.logits.mT, classes, reduction="none")  # (N, A)
    found = classes > 0
    chosen = hardest(each.detach().cpu().numpy(), np.asarray(classes.cpu()))
    counted = torch.from_numpy(chosen).to(each.device)
    off = F.smooth_l1_loss(out.codes[found], codes.to(out.codes)[found], reduction="sum")
    return (each[counted].sum() + off) / found.sum().clamp(min=1)


# --8<-- [end:loss]
