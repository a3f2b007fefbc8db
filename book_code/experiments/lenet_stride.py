"""Strides of 1 to 4 in both convolutions of LeNet-5, with no pooling beside them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from book_code.experiments import _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.lenet.config import LeNetConfig
from book_code.models.lenet.torch_model import LeNet5

TITLE = "What a stride saves and what it costs"


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """LeNet-5 without pooling on a share of Fashion-MNIST."""

    learning_rates: tuple[float, ...] = (2e-3,)
    strides: tuple[int, ...] = (1, 2, 3, 4)


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train with each stride."""
    settings = {f"s{s}": LeNetConfig(stride=s, pooling="none") for s in config.strides}
    networks = {label: partial(LeNet5, setting) for label, setting in settings.items()}
    runs = _sweep.compare(config, networks, device, progress)
    result = Result()
    _sweep.report(result, runs, LeNetConfig().input_shape)
    for label, setting in settings.items():
        result.add(f"side_first_{label}", setting.map_sizes[0])
        result.add(f"side_last_{label}", setting.map_sizes[3])
    words = {f"s{s}": f"stride {s}" for s in config.strides}
    _sweep.tabulate(result, words, "convolutions with")
    first, last = f"s{config.strides[0]}", f"s{config.strides[-1]}"
    result.alt = (
        "Test accuracy of LeNet-5 without pooling against the multiplications a picture costs, for "
        f"strides {config.strides[0]} to {config.strides[-1]}: from "
        f"{result.say(f'test_accuracy_{first}', 1)} at "
        f"{result.mean(f'multiplications_{first}') / 1e6:.2f} million to "
        f"{result.say(f'test_accuracy_{last}', 1)} at "
        f"{result.mean(f'multiplications_{last}') / 1e6:.2f} million."
    )
    return result


def plot(result: Result) -> Any:
    """Accuracy against cost."""
    from book_code.experiments._draw import log_scale, spread, subplots
    from book_code.plotting import DATA

    figure, axes = subplots()
    labels = [f"s{s}" for s in result.config["strides"]]
    x = [result.mean(f"multiplications_{label}") / 1e6 for label in labels]
    spread(axes, result, x, [f"test_accuracy_{label}" for label in labels])
    for at, label, stride in zip(x, labels, result.config["strides"], strict=True):
        sides = f"{result.mean(f'side_first_{label}')}, {result.mean(f'side_last_{label}')}"
        axes.annotate(f"stride {stride}\nmaps {sides}", (at, result.mean(f"test_accuracy_{label}")),
                      xytext=(8, -6), textcoords="offset points", va="top", color=DATA,
                      fontsize=11)  # fmt: skip
    log_scale(axes.xaxis, (0.02, 0.1, 0.5, 2))
    axes.set_xlabel("multiplications a picture (millions)")
    axes.set_ylabel("test accuracy (%)")
    axes.margins(x=0.2, y=0.2)
    return figure
