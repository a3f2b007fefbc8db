"""The same networks, narrow, on a part of CIFAR-10 at a quarter of the size: what shows after minutes on a processor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _cifar_resnets
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "Plain and residual networks of 20 and 56 layers, at a size for the CPU"


@dataclass(frozen=True)
class Config(_cifar_resnets.Training):
    """5,000 pictures of 8 x 8 pixels and half the paper's maps, for ten epochs with its recipe."""

    train_size: int = 5_000
    validation_size: int = 1_000
    test_size: int = 2_000
    side: int = 8
    width: int = 8
    steps: int = 400
    marks: int = 25


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train all."""
    return _cifar_resnets.train_all(config, device, progress)


def plot(result: Result) -> Any:
    """The training loss, and gradients by layer."""
    return _cifar_resnets.draw(result)
