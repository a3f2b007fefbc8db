"""Clothes drawn from their edges, at a size for the CPU: Pix2Pix with pairs, CycleGAN without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _image_to_image
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "From edges to pictures: Pix2Pix with pairs, CycleGAN without"


@dataclass(frozen=True)
class Config(_image_to_image.Training):
    """Pictures of 16 x 16 pixels, narrow networks and few steps."""


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train every way with every seed on the same task."""
    return _image_to_image.compare(config, device, progress)


def plot(result: Result) -> Any:
    """Pictures, and how near and how recognizable they are."""
    return _image_to_image.draw(result)
