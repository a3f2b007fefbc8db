"""DDPM and DDIM on CIFAR-10: steps against FID, and the moving average of the weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from book_code.data import Dataset, Split, cifar10, hold_out
from book_code.experiments import _diffusion_steps
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "Diffusion on CIFAR-10: steps a picture against FID, and the average of the weights"
DEVICE = "cuda"


@dataclass(frozen=True)
class Config(_diffusion_steps.Training):
    """The published U-Net with half its maps, and fewer training steps than the 800,000 of the paper."""

    dataset: str = "cifar10"
    side: int = 32
    train_size: int = 45_000
    judge_pictures: int = 45_000
    judge_epochs: int = 20
    made: int = 5_000
    channels: int = 64
    multipliers: tuple[int, ...] = (1, 2, 2, 2)
    blocks: int = 2
    attention: tuple[int, ...] = (16,)
    groups: int = 32
    dropout: float = 0.1
    schedule: str = "linear"
    steps: int = 20_000
    batch_size: int = 128
    rates: tuple[float, ...] = (2e-4,)
    decay: float = 0.999
    counts: tuple[int, ...] = (10, 20, 50, 100)
    marks: int = 5


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train, sample with both ways and judge; put beside what others lost without the average."""
    source = partial(colour, config.train_size) if config.dataset == "cifar10" else None
    result = _diffusion_steps.compare(config, device, progress, source)
    words, average, last = _diffusion_steps.NO_AVERAGE
    result.refer("FID without the average over FID with it, Inception's features",
                 "times_worse_without_average", round(last / average, 2), words, "higher")  # fmt: skip
    return result


def colour(count: int) -> Dataset:
    """CIFAR-10; where few pictures are wanted, from the first batch alone, which is read in a moment."""
    if count > 5_000:
        return cifar10.load()
    train, test = (
        Split(found.x.astype(np.float32) / 255, found.y)
        for found in (cifar10.read(cifar10.TRAIN[:1]), cifar10.read(cifar10.TEST))
    )
    return Dataset("cifar10", *hold_out(train, cifar10.VALIDATION), test, cifar10.CLASSES)


def plot(result: Result) -> Any:
    """FID by steps a picture, and by training steps."""
    return _diffusion_steps.draw(result)
