"""A small GPT that writes like Shakespeare, character by character, after minutes on a processor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _char_gpt
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "GPT on tiny Shakespeare, at a size for the CPU"


@dataclass(frozen=True)
class Config(_char_gpt.Training):
    """Four layers of 128 features that see 64 characters."""


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train, and put nanoGPT's loss and time beside."""
    result = _char_gpt.train_all(config, device, progress)
    result.refer("nanoGPT at this size", "validation_loss", 1.88, _char_gpt.NANOGPT)
    result.refer("nanoGPT at this size, about 3 minutes", "training_seconds", 180,
                 _char_gpt.NANOGPT)  # fmt: skip
    return result


def plot(result: Result) -> Any:
    """The loss by step."""
    return _char_gpt.draw(result, 1.88, "nanoGPT on a CPU: 1.88")
