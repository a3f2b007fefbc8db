"""A small U-Net tells the ink of 8 x 8 digits from the background, with its skip connections and without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from book_code import optim
from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.data import Split
from book_code.experiments._scenes import Scenes, compose
from book_code.experiments.twins._learning import digits
from book_code.metrics import mask_iou
from book_code.models.unet.config import UNetConfig
from book_code.models.unet.numpy_model import UNet, loss

TREND = "In as many steps U-Net finds far more of the digits' pixels with its skip connections than without."
METRICS = {
    "mean IoU (%), U-Net": "test_iou_skips_1200",
    "mean IoU (%), without skip connections": "test_iou_cut_1200",
}


def measure(seed: int = 0) -> dict[str, float]:
    """Train both on the same scenes."""
    train, held = digits()
    new = draw(held, 60, np.random.default_rng([seed, 1]))
    scores = [score(trained(train, cut, seed), new) for cut in (False, True)]
    return dict(zip(METRICS, scores, strict=True))


def draw(split: Split, count: int, rng: np.random.Generator) -> Scenes:
    """Scenes of one digit each or two; all digits are one class."""
    scenes = compose(split, rng.integers(1, 3, size=count).tolist(), rng, side=16, noise=0.1)
    return scenes._replace(masks=np.minimum(scenes.masks, 1))


def trained(split: Split, cut: bool, seed: int) -> Any:
    """A U-Net that learned from 200 scenes."""
    rng = np.random.default_rng(seed)
    scenes = draw(split, 200, rng)
    config = UNetConfig(image_size=16, classes=2, width=4, levels=2, padded=True, norm=True)
    model: Any = UNet(config, rng=rng).astype(np.float64)
    for block in model.merge if cut else ():
        forget(block)
    optimizer = optim.Adam(model.parameters(), lr=2e-2)
    weights = np.where(scenes.masks > 0, 3.0, 1.0)
    x = scenes.x.astype(np.float64)
    for step in range(40):
        optimizer.lr = 2e-2 * (1 - step / 40)
        rows = rng.integers(0, len(x), size=8)
        optimizer.zero_grad()
        loss(model, x[rows], scenes.masks[rows], weights[rows]).backward()
        optimizer.step()
    return model.eval()


def forget(block: Any) -> None:
    """Put zeros in the place of what a skip connection brings, which is the first half of the channels."""
    run = block.forward

    def forward(x: Tensor) -> Tensor:
        half = x.shape[1] // 2
        return run(F.concatenate([0.0 * x[:, :half], x[:, half:]], axis=1))

    vars(block)["forward"] = forward


def score(model: Any, scenes: Scenes) -> float:
    """Mean intersection over union in per cent."""
    guess = model(scenes.x.astype(np.float64)).numpy().argmax(axis=1)
    return 100 * float(np.nanmean(mask_iou(scenes.masks, guess, 2)))


def agrees(numbers: Mapping[str, float]) -> bool:
    """Whether numbers show the trend."""
    skips, cut = numbers.values()
    return skips > cut + 10
