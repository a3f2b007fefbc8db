"""Plain and residual networks of 20 and 56 layers on CIFAR-10: depth that harms, and its cure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _cifar_resnets
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "Plain and residual networks of 20 and 56 layers on CIFAR-10"
DEVICE = "cuda"


@dataclass(frozen=True)
class Config(_cifar_resnets.Training):
    """The paper's sizes: 45,000 pictures, 64,000 steps."""


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train all, and put the paper's errors beside."""
    result = _cifar_resnets.train_all(config, device, progress)
    for depth, error in {20: 8.75, 56: 6.97}.items():
        if depth in config.depths:
            result.refer(f"He et al., ResNet-{depth}", f"test_error_resnet{depth}", error,
                         _cifar_resnets.HE)  # fmt: skip
    return result


def plot(result: Result) -> Any:
    """The training loss, and gradients by layer."""
    return _cifar_resnets.draw(result)
