"""Which digit is each pixel of? U-Net on scenes of several digits, with and without its skip connections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from book_code.data import Dataset, Split, load
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.experiments._scenes import Scenes, compose, halved
from book_code.metrics import mask_iou
from book_code.models.unet.config import UNetConfig
from book_code.models.unet.torch_model import UNet, loss

TITLE = "Segmenting scenes of digits: U-Net by number of scenes, with and without skips"
WAYS = {"skips": "U-Net", "cut": "without skip connections"}


@dataclass(frozen=True)
class Config:
    """Scenes of one or two MNIST digits from 0 to 4, at 14 x 14 pixels, under noise; test scenes are of test digits.

    A narrow U-Net with batch norm, to which pixels of digits count `weight` times as much as others, makes `steps`
    steps however many scenes there are, with a learning rate that rises for a tenth of them and then falls (one
    cycle). The sizes were settled on validation scenes. Without skip connections the blocks on the way up get zeros
    in their place, so that the number of weights stays.
    """

    dataset: str = "mnist"
    digits: int = 5
    side: int = 24
    most: int = 2
    noise: float = 0.1
    scenes: tuple[int, ...] = (20, 150, 1_200)
    held: int = 300
    weight: float = 5.0
    width: int = 12
    levels: int = 3
    rate: float = 1e-2
    batch_size: int = 16
    steps: int = 300
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Few scenes and steps, a narrower network."""
        return replace(
            self, scenes=(10, 40), held=20, width=4, batch_size=4, steps=20, seeds=(0, 1)
        )


def run(config: Config, device: str, progress: Progress) -> Result:
    """Both networks for every number of scenes."""
    progress.begin(len(WAYS) * len(config.scenes) * len(config.seeds))
    data, result = load(config.dataset), Result()
    for way, words in WAYS.items():
        found: dict[int, list[dict[str, float]]] = {count: [] for count in config.scenes}
        for count in config.scenes:
            for seed in config.seeds:
                found[count].append(train(config, data, way, count, seed, device))
                progress.step(f"{words}, {count} scenes, seed {seed}")
        for metric in ("test_iou", "test_iou_digits", "validation_iou"):
            rows = [[one[metric] for one in found[count]] for count in config.scenes]
            for count, values in reversed(list(zip(config.scenes, rows, strict=True))):
                result.add(f"{metric}_{way}_{count}", values, "%")
            runs = list(zip(*rows, strict=True))
            result.add_series(f"{metric}_{way}", config.scenes, runs)
    describe(result, config)
    return result


@kept
def train(
    config: Config, data: Dataset, way: str, count: int, seed: int, device: str
) -> dict[str, float]:
    """Train one network on so many scenes; both ways see the same ones."""
    rng = np.random.default_rng(seed)
    scenes = draw(config, data.train, count, rng)
    torch.manual_seed(seed)
    sizes = UNetConfig(
        config.side, 1, config.digits + 1, config.width, config.levels, padded=True, norm=True
    )
    model = UNet(sizes).to(device)
    if way == "cut":
        cut(model)
    optimizer = torch.optim.Adam(model.parameters(), config.rate)
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, config.rate, config.steps, pct_start=0.1
    )
    x, masks = (torch.from_numpy(part).to(device) for part in (scenes.x, scenes.masks))
    weights = torch.where(masks > 0, config.weight, 1.0)
    for _ in range(config.steps):
        rows = torch.randint(len(x), (config.batch_size,)).to(device)
        optimizer.zero_grad()
        loss(model, x[rows], masks[rows], weights[rows]).backward()
        optimizer.step()
        cycle.step()
    parts = {"validation": data.validation, "test": data.test}
    found = {}
    for number, (part, split) in enumerate(parts.items()):
        held = draw(config, split, config.held, np.random.default_rng([seed, number]))
        shares = judge(model, held, device)
        found[f"{part}_iou"] = float(np.nanmean(shares))
        found[f"{part}_iou_digits"] = float(np.nanmean(shares[1:]))
    return found


def draw(config: Config, split: Split, count: int, rng: np.random.Generator) -> Scenes:
    """Scenes of one to `most` digits."""
    numbers = rng.integers(1, config.most + 1, size=count).tolist()
    digits = halved(split.take(np.flatnonzero(split.y < config.digits)))
    return compose(digits, numbers, rng, side=config.side, noise=config.noise)


def cut(model: UNet) -> None:
    """Put zeros in the place of what the skip connections bring, which is the first half of the channels."""

    def forget(block: nn.Module, given: tuple[Tensor]) -> tuple[Tensor]:
        brought, below = given[0].chunk(2, dim=1)
        return (torch.cat([torch.zeros_like(brought), below], dim=1),)

    for block in model.merge:
        block.register_forward_pre_hook(forget)


def judge(model: UNet, scenes: Scenes, device: str) -> np.ndarray:
    """Intersection over union of every class over all pixels of all scenes, in per cent."""
    model.eval()
    with torch.no_grad():
        parts = torch.from_numpy(scenes.x).to(device).split(100)
        guess = torch.cat([model(part).argmax(1) for part in parts]).cpu().numpy()
    return 100 * mask_iou(scenes.masks, guess, model.config.classes)


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    result.tabulate(
        ["training scenes", *(f"mean IoU, {words}" for words in WAYS.values()),
         *(f"of the digits alone, {words}" for words in WAYS.values())],
        [[count, *(result.say(f"{metric}_{way}_{count}", 1)
                   for metric in ("test_iou", "test_iou_digits") for way in WAYS)]
         for count in config.scenes],
    )  # fmt: skip
    result.alt = (
        "Mean intersection over union on new scenes: "
        + "; ".join(
            f"{count:,} training scenes, "
            + " and ".join(
                f"{words} {result.say(f'test_iou_{way}_{count}', 1)}"
                for way, words in WAYS.items()
            )
            for count in config.scenes
        )
        + "."
    )


def plot(result: Result) -> Any:
    """One line a network, over the number of scenes."""
    from book_code.experiments._draw import curve, log_scale, subplots

    figure, axes = subplots()
    for look, (way, words) in enumerate(WAYS.items()):
        curve(axes, result, f"test_iou_{way}", look, label=words)
    log_scale(axes.xaxis, result.config["scenes"])
    axes.set_xlabel("training scenes")
    axes.set_ylabel("mean IoU on new scenes (%)")
    axes.legend(loc="upper left")
    return figure
