"""SSD: Liu et al. (2015), SSD: Single Shot MultiBox Detector, arXiv:1512.02325.

    code            paper            shape           meaning
    x               -                (N, C, H, W)    pictures
    stages          base network     (N, ., h, w)    two convolutions, batch norm, ReLU; then a pooling
    class_heads     conf             (N, A, K + 1)   logits for each default box; 0 is the background
    box_heads       loc              (N, A, 4)       codes that correct each default box
    default_boxes   d                (A, 4)          see `boxes.py`
    loss            (L_conf + L_loc) / number of boxes that answer for an object      (equation 1, alpha = 1)

Deviations from the paper: the base network is small and has batch norm, where the paper takes VGG-16 (that is
`models/ssd300`); of the augmentations none is done here. A batch without any object has a loss here (its hardest
background), in the paper none. To measure a detector the paper asks for a probability of 0.01, not `detect`'s 0.3.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from ... import nn
from ...autodiff import Tensor
from ...autodiff import functional as F
from ...metrics import Detections
from .boxes import decode, default_boxes, hardest, match, non_maximum_suppression
from .config import SSDConfig

CANDIDATES = 400  # boxes of a class that are compared with one another, the surest
MOST = 200  # detections that are told of a picture, as in the paper


class Predictions(NamedTuple):
    """What the network says of every default box."""

    logits: Any  # (N, A, K + 1)
    codes: Any  # (N, A, 4)


# --8<-- [start:model]
class Stage(nn.Module):
    """Two convolutions of 3 x 3, each with batch norm and ReLU, then a pooling that halves the maps."""

    def __init__(self, inputs: int, outputs: int, *, rng: np.random.Generator):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False, rng=rng)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False, rng=rng)
        self.norm2 = nn.BatchNorm2d(outputs)

    def forward(self, x: Any) -> Tensor:  # (N, C, H, W)
        """Return maps of half the size."""
        x = F.relu(self.norm1(self.conv1(x)))  # (N, O, H, W)
        return F.max_pool2d(F.relu(self.norm2(self.conv2(x))), 2)  # (N, O, H/2, W/2)


class Detector(nn.Module):
    """What detectors have in common: default boxes, and the way from predictions to objects."""

    _defaults: np.ndarray  # (A, 4)

    def detect(
        self, x: Any, least: float = 0.3, overlap: float = 0.45
    ) -> list[Detections]:  # (N, C, H, W)
        """Return the objects of each picture: boxes by their corners, scores and classes, the surest first.

        Args:
            x: pictures.
            least: the least probability of a class.
            overlap: of two boxes of one class that overlap by more, the surer stays.
        """
        out = self(x)
        p = F.softmax(out.logits).numpy()[..., 1:]  # (N, A, K)
        return detections(p, decode(out.codes.numpy(), self._defaults), least, overlap)


class SingleShotDetector(Detector):
    """All boxes at once: for every default box, what is in it and how it has to be changed.

    Shape:
        (N, C, H, W) -> logits (N, A, K + 1), codes (N, A, 4)

    >>> model = SingleShotDetector(SSDConfig.tiny(), rng=np.random.default_rng(0))
    >>> logits, codes = model(np.zeros((2, 1, 16, 16), np.float32))
    >>> logits.shape, codes.shape
    ((2, 60, 3), (2, 60, 4))
    """

    def __init__(self, config: SSDConfig | None = None, *, rng: np.random.Generator):
        super().__init__()
        config = config or SSDConfig()
        widths, n = (config.in_channels, *config.channels), config.per_place
        self.config = config
        self._defaults = default_boxes(config)
        self.stages = [Stage(a, b, rng=rng) for a, b in pairwise(widths)]
        last = widths[-config.heads :]
        self.class_heads = [
            nn.Conv2d(w, n * (config.classes + 1), 3, padding=1, rng=rng) for w in last
        ]
        self.box_heads = [nn.Conv2d(w, n * 4, 3, padding=1, rng=rng) for w in last]

    def forward(self, x: Any) -> Predictions:  # (N, C, H, W)
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
        return Predictions(F.concatenate(logits, axis=1), F.concatenate(codes, axis=1))


def by_box(maps: Tensor, numbers: int) -> Tensor:
    """Return what a head says, box by box: (N, B · numbers, h, w) -> (N, h · w · B, numbers).

    >>> by_box(Tensor(np.zeros((2, 12, 3, 3))), 4).shape
    (2, 27, 4)
    """
    n, channels, h, w = maps.shape
    return maps.transpose(0, 2, 3, 1).reshape(n, h * w * channels // numbers, numbers)


# --8<-- [end:model]


def check_pictures(x: Any, shape: tuple[int, ...]) -> None:
    """Raise, in either back end, unless x is a batch of pictures of this shape.

    >>> check_pictures(np.zeros((1, 3, 16, 16)), (1, 16, 16))
    Traceback (most recent call last):
    ValueError: SSD expected pictures of shape (N, 1, 16, 16), got (1, 3, 16, 16)
    """
    if len(x.shape) != 4 or tuple(x.shape[1:]) != shape:
        wanted = ", ".join(map(str, shape))
        raise ValueError(f"SSD expected pictures of shape (N, {wanted}), got {tuple(x.shape)}")


# --8<-- [start:loss]
def targets(objects: Any, defaults: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what the network should say of each picture: classes (N, A) and codes (N, A, 4).

    Args:
        objects: for each picture its objects' boxes (G, 4) and labels (G,).
        defaults: the default boxes.

    >>> classes, codes = targets([([[0, 0, 0.5, 0.5]], [1])], default_boxes(SSDConfig.tiny()))
    >>> classes.shape, codes.shape, int(classes.max())
    ((1, 60), (1, 60, 4), 2)
    """
    pairs = [match(boxes, labels, defaults) for boxes, labels in objects]
    return np.stack([c for c, _ in pairs]), np.stack([c for _, c in pairs])


def loss(model: Any, x: Any, classes: np.ndarray, codes: np.ndarray) -> Tensor:
    """The multibox loss: cross-entropy of the classes, with the hardest background, and smooth L1 of the codes.

    Args:
        model: the detector.
        x: pictures, (N, C, H, W).
        classes: what `targets` gave, (N, A).
        codes: what `targets` gave, (N, A, 4).

    >>> model = SingleShotDetector(SSDConfig.tiny(), rng=np.random.default_rng(0))
    >>> classes, codes = targets([([[0, 0, 0.5, 0.5]], [1])], default_boxes(model.config))
    >>> loss(model, np.zeros((1, 1, 16, 16), np.float32), classes, codes).item() > 0
    True
    """
    out = model(x)
    log_p = F.log_softmax(out.logits)  # (N, A, K + 1)
    n, a = classes.shape
    each = -log_p[np.arange(n)[:, None], np.arange(a), classes]  # (N, A)
    found = classes > 0
    number = max(1, int(found.sum()))
    counted = hardest(each.data, classes).astype(each.dtype)
    off = (out.codes - codes.astype(each.dtype)) * found[..., None].astype(each.dtype)
    size = F.absolute(off)
    smooth = F.where(size < 1, 0.5 * off * off, size - 0.5)  # (N, A, 4)
    return ((each * counted).sum() + smooth.sum()) / number


# --8<-- [end:loss]


def detections(
    p: np.ndarray, boxes: np.ndarray, least: float, overlap: float
) -> list[Detections]:
    """Choose among all boxes of each picture, class by class; shared with PyTorch.

    >>> p, boxes = np.array([[[0.9], [0.8]]]), np.array([[[0, 0, 1, 1], [0, 0, 1, 0.95]]])
    >>> detections(p, boxes, 0.5, 0.45)[0].scores.tolist()
    [0.9]
    """
    out = []
    for shares, places in zip(p, boxes, strict=True):
        found = []
        for label in range(shares.shape[1]):
            sure = np.nonzero(shares[:, label] >= least)[0]
            sure = sure[np.argsort(-shares[sure, label], kind="stable")[:CANDIDATES]]
            for i in sure[non_maximum_suppression(places[sure], shares[sure, label], overlap)]:
                found.append((shares[i, label], label, places[i]))
        found = sorted(found, key=lambda item: -item[0])[:MOST]
        out.append(
            Detections(
                np.array([box for _, _, box in found]).reshape(-1, 4),
                np.array([score for score, _, _ in found]),
                np.array([label for _, label, _ in found], int),
            )
        )
    return out
