"""94 % on CIFAR-10 in seconds: the published recipe of the fastest, in code to be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _cifar_fast, _cifar_fast_report
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "94 % on CIFAR-10 as fast as possible"
DEVICE = "cuda"
PUBLISHED = (2.59, 94.01)  # seconds on one A100, and the mean accuracy of 200 runs


@dataclass(frozen=True)
class Config(_cifar_fast.Training):
    """The published size: all training pictures, eight epochs, twenty runs."""


def run(config: Config, device: str, progress: Progress) -> Result:
    """Twenty runs, and the published time and accuracy beside."""
    result = _cifar_fast_report.run_all(config, device, progress)
    seconds, accuracy = PUBLISHED
    source = _cifar_fast_report.AIRBENCH
    result.refer("airbench94 with Muon, 200 runs", "test_accuracy", accuracy, source)
    result.refer("airbench94 with Muon, one A100", "seconds", seconds, source)
    return result


def plot(result: Result) -> Any:
    """Loss, accuracy and time."""
    return _cifar_fast_report.draw(result, PUBLISHED)
