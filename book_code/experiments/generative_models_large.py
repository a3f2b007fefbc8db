"""Seven generators on clothes of 32 x 32 pixels, with steps enough for a GPU: who comes nearest?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _generative
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "VAE, GANs and diffusion side by side on Fashion-MNIST, at a size for a GPU"
DEVICE = "cuda"


@dataclass(frozen=True)
class Config(_generative.Large):
    """Fashion-MNIST with a border, at 32 x 32 pixels."""


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train all, judge all."""
    return _generative.train_all(config, device, progress)


def plot(result: Result) -> Any:
    """Distances, pictures, and quality against diversity."""
    return _generative.draw(result)
