"""The GPT of ten million parameters that nanoGPT trains on tiny Shakespeare in minutes on a GPU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _char_gpt
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "GPT on tiny Shakespeare, at a size for a GPU"
DEVICE = "cuda"


@dataclass(frozen=True)
class Config(_char_gpt.Training):
    """Six layers of 384 features that see 256 characters; nanoGPT's settings."""

    preset: str = "gpt-nano"
    steps: int = 5_000
    batch_size: int = 64
    rates: tuple[float, ...] = (1e-3,)
    warmup: float = 0.02
    marks: int = 20


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train, and put nanoGPT's loss beside."""
    result = _char_gpt.train_all(config, device, progress)
    result.refer("nanoGPT at this size", "validation_loss", 1.4697, _char_gpt.NANOGPT)
    return result


def plot(result: Result) -> Any:
    """The loss by step."""
    return _char_gpt.draw(result, 1.4697, "nanoGPT: 1.4697")
