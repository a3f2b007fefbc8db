"""One to eight convolutions before the same classifier."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import nn

from book_code.experiments import _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "How deep should a small network be?"


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """Convolutions of 3 x 3 with the same number of filters, on a share of Fashion-MNIST."""

    learning_rates: tuple[float, ...] = (2e-3, 5e-3)
    depths: tuple[int, ...] = (1, 2, 4, 6, 8)
    filters: int = 16


def network(depth: int, filters: int) -> nn.Module:
    """A stack of convolutions with He's weights; the maps shrink to 7 x 7, whatever the depth."""
    layers: list[Any] = []
    for index in range(depth):
        layers += [nn.Conv2d(filters if index else 1, filters, 3, padding=1), nn.ReLU()]
        if depth == 1:
            layers.append(nn.MaxPool2d(4))
        elif index < 2:
            layers.append(nn.MaxPool2d(2))
    layers += [nn.Flatten(), nn.Linear(filters * 49, 84), nn.ReLU(), nn.Linear(84, 10)]
    for layer in layers:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.get_parameter("bias"))
    return nn.Sequential(*layers)


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train at each depth."""
    networks = {f"d{d}": partial(network, d, config.filters) for d in config.depths}
    runs = _sweep.compare(config, networks, device, progress)
    result = Result()
    _sweep.report(result, runs, (1, 28, 28))
    words = {f"d{d}": str(d) for d in config.depths}
    _sweep.tabulate(result, words, "convolutions")
    best = _sweep.best(result, words)
    result.add("best_depth", int(words[best]))
    result.alt = (
        "Test accuracy on Fashion-MNIST against the number of convolutions: "
        + ", ".join(f"{result.say(f'test_accuracy_{k}', 1)} with {v}" for k, v in words.items())
        + f"; best with {words[best]}. Below it, the training time, which keeps growing."
    )
    return result


def plot(result: Result) -> Any:
    """Accuracy above, time below."""
    from book_code.experiments._draw import spread, subplots

    depths = result.config["depths"]
    figure, (top, bottom) = subplots(
        nrows=2, sharex=True, figsize=(6.1, 4.4), height_ratios=(3, 2)
    )
    spread(top, result, depths, [f"test_accuracy_d{d}" for d in depths])
    spread(bottom, result, depths, [f"seconds_d{d}" for d in depths], look=1)
    top.set_ylabel("test accuracy (%)")
    bottom.set_ylabel("training\ntime (s)")
    bottom.set_ylim(bottom=0)
    bottom.set_xlabel("convolutions")
    bottom.set_xticks(depths)
    return figure
