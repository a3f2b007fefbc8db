"""LeNet-5 with a quarter of its filters and units up to four times as many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from book_code.experiments import _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.lenet.config import LeNetConfig
from book_code.models.lenet.torch_model import LeNet5

TITLE = "What more filters buy"


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """LeNet-5 on a share of Fashion-MNIST, its layers wider and narrower."""

    learning_rates: tuple[float, ...] = (2e-3,)
    widths: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0, 4.0)


def name(width):
    """What a width is called among the metrics: x025, x05, x1, x2, x4."""
    return "x" + f"{width:g}".replace(".", "")


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train at each width."""
    networks = {name(w): partial(LeNet5, LeNetConfig(width=w)) for w in config.widths}
    runs = _sweep.compare(config, networks, device, progress)
    result = Result()
    _sweep.report(result, runs, LeNetConfig().input_shape)
    for width in config.widths:
        first, second, *_ = LeNetConfig(width=width).widths
        result.add(f"filters_{name(width)}", first + second)
    words = {
        name(w): " + ".join(map(str, LeNetConfig(width=w).widths[:2])) for w in config.widths
    }
    _sweep.tabulate(result, words, "filters")
    low, high = name(config.widths[0]), name(config.widths[-1])
    result.alt = (
        "Test accuracy of LeNet-5 on Fashion-MNIST against its number of parameters, as all layers "
        f"grow: from {result.say(f'test_accuracy_{low}', 1)} with {words[low]} filters to "
        f"{result.say(f'test_accuracy_{high}', 1)} with {words[high]}; each doubling adds less, "
        f"and the multiplications grow {_factor(result, low, high):.0f}-fold."
    )
    return result


def _factor(result, low, high):
    return result.mean(f"multiplications_{high}") / result.mean(f"multiplications_{low}")


def plot(result: Result) -> Any:
    """Accuracy against parameters, the filters written beside."""
    from book_code.experiments._draw import log_scale, spread, subplots
    from book_code.plotting import DATA

    figure, axes = subplots()
    labels = [name(width) for width in result.config["widths"]]
    x = [result.mean(f"parameters_{label}") for label in labels]
    spread(axes, result, x, [f"test_accuracy_{label}" for label in labels])
    for at, label, row in zip(x, labels, result.table["rows"], strict=True):
        axes.annotate(row[0], (at, result.mean(f"test_accuracy_{label}")), xytext=(4, -8),
                      textcoords="offset points", ha="left", va="top", color=DATA)  # fmt: skip
    log_scale(axes.xaxis)
    axes.set_xlabel("parameters (beside the points: filters of the two convolutions)")
    axes.set_ylabel("test accuracy (%)")
    axes.margins(x=0.12, y=0.12)
    return figure
