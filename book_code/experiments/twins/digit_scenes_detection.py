"""A window of 8 x 8 pixels slides over small scenes, and a small network says what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.data import Split
from book_code.experiments._scenes import Scenes, compose
from book_code.experiments.twins._learning import digits
from book_code.losses import cross_entropy
from book_code.metrics import mean_average_precision
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.numpy_model import MLP
from book_code.models.ssd.numpy_model import detections

TREND = "Many boxes for one digit are wrong but for one, so suppression helps; the more overlap is asked for, the less is right."
METRICS = {
    "mAP (%), IoU 0.5, with non-maximum suppression": "test_map_nms_iou_0.5",
    "mAP (%), IoU 0.5, without": "test_map_all_iou_0.5",
    "mAP (%), IoU 0.8, with non-maximum suppression": "test_map_nms_iou_0.8",
}
SIDE = 20
SCENES = 80  # to be judged
PLACES = SIDE - 8 + 1


def measure(seed: int = 0) -> dict[str, float]:
    """Train the network on windows and judge it on new scenes."""
    train, held = (pair(split) for split in digits())
    rng = np.random.default_rng(seed)
    model = trained(draw(train, 150, rng), rng, seed)
    scenes = draw(held, SCENES, rng)
    logits = model(windows(scenes.x).reshape(-1, 64)).numpy()
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = (shares / shares.sum(axis=1, keepdims=True)).reshape(SCENES, PLACES**2, 3)[..., 1:]
    boxes = np.broadcast_to(corners() / SIDE, (SCENES, PLACES**2, 4))
    scores = []
    for overlap, iou in [(0.3, 0.5), (1.0, 0.5), (0.3, 0.8)]:
        told = detections(p, boxes, 0.3, overlap)
        scores.append(100 * mean_average_precision(scenes.objects, told, iou))
    return dict(zip(METRICS, scores, strict=True))


def pair(split: Split) -> Split:
    """Zeros and ones."""
    return split.take(np.flatnonzero(split.y < 2))


def draw(split: Split, count: int, rng: np.random.Generator) -> Scenes:
    """Scenes of one digit each or two."""
    numbers = rng.integers(1, 3, size=count).tolist()
    return compose(split, numbers, rng, side=SIDE, noise=0.1, overlap=0.0)


def windows(x: np.ndarray) -> np.ndarray:
    """All windows of all pictures, (N, places, 8, 8)."""
    seen = np.lib.stride_tricks.sliding_window_view(x[:, 0].astype(np.float64), (8, 8), (1, 2))
    return seen.reshape(len(x), -1, 8, 8)


def corners() -> np.ndarray:
    """The windows' boxes, as narrow as digits are: left, top, right, bottom."""
    top, left = np.divmod(np.arange(PLACES**2), PLACES)
    return np.stack([left + 1, top, left + 7, top + 8], axis=1)


def trained(scenes: Scenes, rng: np.random.Generator, seed: int) -> Any:
    """A network that knows windows with a digit in their middle from all others."""
    x, middles = windows(scenes.x), corners()[:, :2] + [3, 4]
    y = np.zeros(x.shape[:2], np.int64)
    for row, objects in enumerate(scenes.objects):
        for box, label in zip(objects.boxes * SIDE, objects.labels, strict=True):
            far = np.abs(middles - (box[:2] + box[2:]) / 2).max(axis=1)
            y[row, far <= 1] = label + 1
    x, labels = x.reshape(-1, 64), y.reshape(-1)
    known, others = np.flatnonzero(labels), np.flatnonzero(labels == 0)
    config = MLPConfig(in_features=64, hidden=(32,), classes=3)
    model: Any = MLP(config, rng=np.random.default_rng(seed)).astype(np.float64)
    optimizer = optim.Adam(model.parameters(), lr=5e-3)
    for _ in range(400):
        rows = np.concatenate([rng.choice(known, 32), rng.choice(others, 64)])
        optimizer.zero_grad()
        cross_entropy(model(x[rows]), labels[rows]).backward()
        optimizer.step()
    return model


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    suppressed, all_, exact = numbers.values()
    return suppressed > all_ + 10 and suppressed > exact + 10
