"""What precision and batch size cost and bring on a processor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _precision
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "Precision and batch size against pictures a second, on a CPU"


@dataclass(frozen=True)
class Config(_precision.Settings):
    """An MLP of two layers of 256 on a part of the training pictures."""


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train in two precisions, use the networks in three."""
    return _precision.measure_all(config, device, progress)


def plot(result: Result) -> Any:
    """Pictures a second, and accuracy."""
    return _precision.draw(result)
