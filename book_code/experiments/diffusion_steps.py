"""DDPM and DDIM on small pictures of clothes: steps against FID, and the moving average of the weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _diffusion_steps
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "Diffusion: steps a picture against FID, and what the average of the weights is worth"


@dataclass(frozen=True)
class Config(_diffusion_steps.Training):
    """Fashion-MNIST made small, 8 x 8 pixels, and a narrow model in a short training, for a processor."""

    side: int = 8
    made: int = 400
    judge_pictures: int = 10_000


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train, sample with both ways and judge."""
    return _diffusion_steps.compare(config, device, progress)


def plot(result: Result) -> Any:
    """FID by steps a picture, and by training steps."""
    return _diffusion_steps.draw(result)
