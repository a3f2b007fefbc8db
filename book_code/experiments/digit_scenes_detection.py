"""Where are the digits, and which? A single-shot detector on scenes of few and of many, with and without suppression."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from book_code.data import Dataset, Split, load
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.experiments._scenes import Scenes, compose, halved
from book_code.metrics import Detections, Objects, mean_average_precision
from book_code.models.ssd.boxes import default_boxes
from book_code.models.ssd.config import SSDConfig
from book_code.models.ssd.numpy_model import targets
from book_code.models.ssd.torch_model import SingleShotDetector, loss

TITLE = "Detecting digits: how many, how exactly, with and without suppression"
WAYS = {"nms": "with non-maximum suppression", "all": "without"}


@dataclass(frozen=True)
class Config:
    """MNIST digits of 14 x 14 pixels on a canvas under noise; new scenes for every step, made of training digits.

    The book's single-shot detector with one stage less makes `steps` steps, with a learning rate that rises for a
    tenth of them and then falls (one cycle); the sizes were settled on validation scenes. Test scenes are of test
    digits, for each of `numbers` apart; a box is told from the score `least` on, and sure from
    `sure` on; `iou` is the overlap that is asked for where nothing else is said.
    """

    dataset: str = "mnist"
    side: int = 48
    numbers: tuple[int, ...] = (1, 2, 4, 6, 8)
    ious: tuple[float, ...] = (0.5, 0.6, 0.7, 0.8, 0.9)
    noise: float = 0.1
    iou: float = 0.5
    suppression: float = 0.45
    least: float = 0.01
    sure: float = 0.3
    channels: tuple[int, ...] = (12, 24, 48)
    scales: tuple[float, ...] = (0.18, 0.27, 0.4)
    held: int = 40
    rate: float = 1e-2
    batch_size: int = 16
    steps: int = 200
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Few steps and scenes, a narrower network."""
        return replace(
            self, numbers=(1, 3), ious=(0.5, 0.8), channels=(4, 6, 8), least=0.15, held=4, steps=20, batch_size=2, seeds=(0, 1)
        )  # fmt: skip


def run(config: Config, device: str, progress: Progress) -> Result:
    """One detector a seed; what it says of the same test scenes is judged in all ways."""
    progress.begin(len(config.seeds))
    data, result, runs = load(config.dataset), Result(), []
    for seed in config.seeds:
        runs.append(train(config, data, seed, device))
        progress.step(f"seed {seed}")
    for metric in runs[0]:
        result.add(metric, [one[metric] for one in runs], "%" if "map" in metric else "")
    for way in WAYS:
        for what, places in (("number", config.numbers), ("iou", config.ious)):
            names = [f"test_map_{way}_{what}_{place}" for place in places]
            result.add_series(
                f"test_map_{way}_{what}", places, [[one[n] for n in names] for one in runs]
            )
    describe(result, config)
    return result


@kept
def train(config: Config, data: Dataset, seed: int, device: str) -> dict[str, float]:
    """Train a detector; its mean average precision by number of digits and by overlap."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    digits = halved(data.train)
    sizes = SSDConfig(config.side, channels=config.channels, scales=config.scales)
    model, defaults = SingleShotDetector(sizes).to(device), default_boxes(sizes)
    optimizer = torch.optim.Adam(model.parameters(), config.rate)
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, config.rate, config.steps, pct_start=0.1
    )
    for _ in range(config.steps):
        counts = rng.integers(1, config.numbers[-1] + 1, size=config.batch_size).tolist()
        scenes = compose(digits, counts, rng, side=config.side, noise=config.noise)
        x, classes, codes = (
            torch.from_numpy(part).to(device)
            for part in (scenes.x, *targets(scenes.objects, defaults))
        )
        optimizer.zero_grad()
        loss(model, x, classes, codes).backward()
        optimizer.step()
        cycle.step()
    model.eval()
    return judge(config, model, data, seed, device)


def judge(
    config: Config, model: SingleShotDetector, data: Dataset, seed: int, device: str
) -> dict[str, float]:
    """Mean average precision in per cent, and how many boxes are told for each digit that there is."""
    validation, test = halved(data.validation), halved(data.test)
    kinds = {number: drawn(config, test, number, seed) for number in config.numbers}
    middle = drawn(config, validation, config.numbers[len(config.numbers) // 2], seed)
    found = {}
    for way, overlap in (
        ("nms", config.suppression),
        ("all", 1.0),
    ):  # nothing overlaps by more than 1

        def detect(scenes: Scenes, overlap: float = overlap) -> list[Detections]:
            x = torch.from_numpy(scenes.x).to(device)
            return model.detect(x, config.least, overlap)

        said = {number: detect(scenes) for number, scenes in kinds.items()}
        found[f"validation_map_{way}"] = precision(middle.objects, detect(middle), config.iou)
        for number, scenes in kinds.items():
            name = f"test_map_{way}_number_{number}"
            found[name] = precision(scenes.objects, said[number], config.iou)
        objects = [one for scenes in kinds.values() for one in scenes.objects]
        told = [one for boxes in said.values() for one in boxes]
        for iou in config.ious:
            found[f"test_map_{way}_iou_{iou}"] = precision(objects, told, iou)
        sure = sum(int((one.scores >= config.sure).sum()) for one in told)
        found[f"test_boxes_{way}"] = sure / sum(len(one.labels) for one in objects)
    return found


def drawn(config: Config, digits: Split, number: int, seed: int) -> Scenes:
    """New scenes of so many digits each."""
    rng = np.random.default_rng([seed, number])
    return compose(digits, [number] * config.held, rng, side=config.side, noise=config.noise)


def precision(objects: list[Objects], told: list[Detections], iou: float) -> float:
    """Mean average precision in per cent."""
    return 100 * mean_average_precision(objects, told, iou)


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    places = [
        *((f"{number} digits a scene, IoU {config.iou}", f"number_{number}") for number in config.numbers),
        *((f"all scenes, IoU {iou}", f"iou_{iou}") for iou in config.ious),
    ]  # fmt: skip
    result.tabulate(
        ["scenes and overlap asked for", *(f"mAP, {words}" for words in WAYS.values())],
        [[words, *(result.say(f"test_map_{way}_{place}", 1) for way in WAYS)]
         for words, place in places],
    )  # fmt: skip
    first, last = config.numbers[0], config.numbers[-1]
    result.alt = (
        "Mean average precision on new scenes: "
        + "; ".join(
            f"{words} {result.say(f'test_map_{way}_number_{first}', 1)} with {first} digit a scene and "
            f"{result.say(f'test_map_{way}_number_{last}', 1)} with {last}, "
            f"{result.say(f'test_map_{way}_iou_{config.ious[-1]}', 1)} when an overlap of {config.ious[-1]} is asked for"
            for way, words in WAYS.items()
        )
        + f". Boxes told with a score of {config.sure} for each digit: "
        + " and ".join(
            f"{result.say(f'test_boxes_{way}')} {words}" for way, words in WAYS.items()
        )
        + "."
    )


def plot(result: Result) -> Any:
    """By number of digits on the left, by overlap on the right."""
    from book_code.experiments._draw import curve, subplots

    figure, panels = subplots(ncols=2, sharey=True, figsize=(6.1, 3.4))
    words = {"number": "digits in the scene", "iou": "overlap asked for (IoU)"}
    for axes, (what, label) in zip(panels, words.items(), strict=True):
        for look, (way, name) in enumerate(WAYS.items()):
            curve(axes, result, f"test_map_{way}_{what}", look, label=name)
        axes.set_xlabel(label)
        axes.set_ylim(0, 100)
    panels[0].set_ylabel("mean average precision (%)")
    panels[0].legend(loc="lower left")
    return figure
