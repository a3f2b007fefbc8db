"""Seven generators on small pictures of clothes, with about the same time to learn: who comes nearest?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _generative
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "VAE, GANs and diffusion side by side, with seconds to learn"


@dataclass(frozen=True)
class Config(_generative.Training):
    """Fashion-MNIST at 16 x 16 pixels, and some ten seconds of one core for each model.

    Little time favours models whose steps are cheap: the order at the end of a long training is another question.
    """


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train all, judge all."""
    return _generative.train_all(config, device, progress)


def plot(result: Result) -> Any:
    """Distances, pictures, and quality against diversity."""
    return _generative.draw(result)
