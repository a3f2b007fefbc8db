"""Clothes drawn from their edges at full size: Pix2Pix with pairs, CycleGAN without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _image_to_image
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "From edges to pictures, at a size for a GPU"
DEVICE = "cuda"


@dataclass(frozen=True)
class Config(_image_to_image.Training):
    """Pictures of 32 x 32 pixels, the published widths, and all training pictures."""

    side: int = 32
    pictures: int = 27_500
    channels: int = 64
    downs: int = 5
    blocks: int = 6
    layers: int = 2
    dropout: float = 0.5
    steps: int = 20_000
    tuning_steps: int = 2_000
    batch_size: int = 32
    rates: tuple[float, ...] = (2e-4, 6e-4)
    judge_pictures: int = 55_000
    judge_epochs: int = 10
    made: int = 5_000


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train every way with every seed on the same task."""
    return _image_to_image.compare(config, device, progress)


def plot(result: Result) -> Any:
    """Pictures, and how near and how recognizable they are."""
    return _image_to_image.draw(result)
