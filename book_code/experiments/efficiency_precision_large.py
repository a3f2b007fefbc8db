"""What precision and batch size cost and bring on a GPU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _precision
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "Precision and batch size against pictures a second, on a GPU"
DEVICE = "cuda"


@dataclass(frozen=True)
class Config(_precision.Settings):
    """An MLP of three layers of 4,096 on all training pictures."""

    train_size: int = 55_000
    hidden: tuple[int, ...] = (4_096, 4_096, 4_096)
    epochs: int = 10
    batch_sizes: tuple[int, ...] = (64, 512, 4_096, 16_384)
    rates: tuple[float, ...] = (1e-4, 3e-4, 1e-3)
    used: tuple[str, ...] = ("float32", "bfloat16")
    use_batch: int = 10_000


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train and use the networks in two precisions."""
    return _precision.measure_all(config, device, progress)


def plot(result: Result) -> Any:
    """Pictures a second, and accuracy."""
    return _precision.draw(result)
