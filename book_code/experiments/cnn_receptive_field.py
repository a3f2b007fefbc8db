"""The same number of parameters looking at 7 to 29 pixels of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import nn

from book_code.experiments import _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "How much of the picture must a unit see?"


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """Three convolutions and an average over all places, so that no later layer sees more.

    The dilations of the second and third convolution set the receptive field; parameters and
    multiplications stay the same.
    """

    dataset: str = "mnist"
    learning_rates: tuple[float, ...] = (1e-2,)
    dilations: tuple[tuple[int, int], ...] = ((1, 1), (1, 2), (2, 3), (3, 5), (5, 8))
    filters: int = 8


def network(dilations, filters):
    """A convolution, two dilated ones, the mean of every map, ten classes."""
    layers = [nn.Conv2d(1, filters, 3, padding=1), nn.ReLU()]
    for d in dilations:
        layers += [nn.Conv2d(filters, filters, 3, padding=d, dilation=d), nn.ReLU()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(filters, 10))


def field(dilations):
    """The side of the receptive field: each layer adds twice its dilation."""
    return 3 + 2 * sum(dilations)


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train at each receptive field."""
    networks = {
        f"r{field(tuple(d))}": partial(network, tuple(d), config.filters)
        for d in config.dilations
    }
    runs = _sweep.compare(config, networks, device, progress)
    result = Result()
    _sweep.report(result, runs, (1, 28, 28))
    words = {label: f"{label[1:]} x {label[1:]}" for label in networks}
    _sweep.tabulate(result, words, "receptive field")
    best, first = _sweep.best(result, words), next(iter(words))
    result.add("best_field", int(best[1:]))
    result.alt = (
        "Test accuracy on MNIST against the side of the receptive field of a unit in the last "
        f"convolution, at equal parameters: {result.say(f'test_accuracy_{first}', 1)} for "
        f"{words[first]} pixels, best {result.say(f'test_accuracy_{best}', 1)} for {words[best]}; the "
        "pictures have 28 x 28."
    )
    return result


def plot(result: Result) -> Any:
    """Accuracy against the receptive field."""
    from book_code.experiments._draw import spread, subplots

    figure, axes = subplots()
    sides = [field(d) for d in result.config["dilations"]]
    spread(axes, result, sides, [f"test_accuracy_r{side}" for side in sides])
    axes.set_xticks(sides, [f"{side} x {side}" for side in sides])
    axes.set_xlabel("receptive field of the last convolution (the picture: 28 x 28)")
    axes.set_ylabel("test accuracy (%)")
    return figure
