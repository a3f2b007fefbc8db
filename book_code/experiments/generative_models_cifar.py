"""Seven generators on the colour pictures of CIFAR-10, at a size for a GPU."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from book_code.data import Dataset, Split, cifar10, hold_out, names
from book_code.experiments import _generative
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "VAE, GANs and diffusion side by side on CIFAR-10"
DEVICE = "cuda"
HO = "J. Ho, A. Jain and P. Abbeel (2020), Denoising diffusion probabilistic models, arXiv:2006.11239, table 1"


@dataclass(frozen=True)
class Config(_generative.Large):
    """CIFAR-10, of which the quick form reads one training batch of five."""

    dataset: str = "cifar10"
    batches: int = 5

    def quick(self) -> Config:
        """A few steps of models of least width on a fifth of the pictures."""
        return replace(super().quick(), batches=1)


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train all, judge all, and put the paper's DDPM beside, whose FID is of other features."""
    source = None if config.dataset in names() else partial(pictures, config.batches)
    result = _generative.train_all(config, device, progress, source)
    result.refer(
        "DDPM of the paper, by Inception's features: another scale", "fid_ddpm", 3.17, HO, "another scale"
    )  # fmt: skip
    return result


def pictures(batches: int) -> Dataset:
    """CIFAR-10, or what so many of its training batches have of it."""
    if batches == len(cifar10.TRAIN):
        return cifar10.load()
    parts = [cifar10.read(cifar10.TRAIN[:batches]), cifar10.read(cifar10.TEST)]
    first, test = (Split(part.x.astype(np.float32) / np.float32(255), part.y) for part in parts)
    return Dataset("cifar10", *hold_out(first, 500), test, cifar10.CLASSES)


def plot(result: Result) -> Any:
    """Distances, pictures, and quality against diversity."""
    return _generative.draw(result)
