"""A dense network and LeNet-5 with as many parameters: as it is, moved, and with pixels shuffled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from torch import Tensor, nn

from book_code.data import Dataset, Split
from book_code.experiments import _images, _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.lenet.config import LeNetConfig
from book_code.models.lenet.torch_model import LeNet5

TITLE = "Dense against convolutional, with equal parameters"
LABELS = {"conv": "LeNet-5", "dense": "dense network"}


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """A share of MNIST; the dense network's hidden layer gives it LeNet-5's number of parameters."""

    dataset: str = "mnist"
    hidden: int = 78
    moves: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


def dense(hidden: int) -> nn.Module:
    """Pixels, one hidden layer, ten classes."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, hidden), nn.Tanh(), nn.Linear(hidden, 10))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train both on pictures as they are, and once more with the same shuffle of all pixels."""
    networks: dict[str, Any] = {
        "conv": partial(LeNet5, LeNetConfig()),
        "dense": partial(dense, config.hidden),
    }
    runs = _sweep.compare(config, networks, device, progress)
    result = Result()
    _sweep.report(result, runs, LeNetConfig().input_shape)
    for label, group in runs.items():
        curves = [
            [
                _sweep.accuracy(one.model, _sweep.images(config, seed).test, device,
                                partial(moved, pixels=p))
                for p in config.moves
            ]
            for seed, one in zip(config.seeds, group, strict=True)
        ]  # fmt: skip
        result.add_series(f"moved_{label}", config.moves, curves, x_label="pixels moved",
                          y_label="test accuracy (%)")  # fmt: skip
        for pixels, column in zip(config.moves, zip(*curves, strict=True), strict=True):
            result.add(f"moved_accuracy_{label}_{pixels}", column, "%")
        result.add(f"shuffled_accuracy_{label}", [
            _sweep.train(config, networks[label], shuffled(_sweep.images(config, seed)), seed,
                         rate=group[0].rate, device=device).test_accuracy
            for seed in config.seeds
        ], "%")  # fmt: skip
    result.tabulate(
        ["", "parameters", "test accuracy", "moved by 2", "moved by 4", "pixels shuffled"],
        [
            [words, f"{result.mean(f'parameters_{k}'):,}", result.say(f"test_accuracy_{k}"),
             *(result.say(f"moved_accuracy_{k}_{p}", 1) for p in (2, 4)),
             result.say(f"shuffled_accuracy_{k}")]
            for k, words in LABELS.items()
        ],
    )  # fmt: skip
    result.alt = (
        "Test accuracy on MNIST against the pixels that the pictures were moved by. "
        f"Not moved: LeNet-5 {result.say('test_accuracy_conv', 1)}, dense "
        f"{result.say('test_accuracy_dense', 1)}; moved by 2 pixels "
        f"{result.say('moved_accuracy_conv_2', 1)} and {result.say('moved_accuracy_dense_2', 1)}. "
        f"With all pixels shuffled the dense network is as good as before "
        f"({result.say('shuffled_accuracy_dense', 1)}), LeNet-5 is not "
        f"({result.say('shuffled_accuracy_conv', 1)})."
    )
    return result


def moved(x: Tensor, pixels: int) -> Tensor:
    """Every picture moved by some pixels, right, left, down or up, always the same way."""
    return _images.shift_all(x, pixels, np.random.default_rng(pixels))


def shuffled(data: Dataset) -> Dataset:
    """Every picture with its pixels in the same new order: nothing is lost but nearness."""
    order = np.random.default_rng(0).permutation(28 * 28)

    def shuffle(split: Split) -> Split:
        return Split(split.x.reshape(-1, 1, 784)[:, :, order].reshape(-1, 1, 28, 28), split.y)

    parts: Any = {
        part: shuffle(getattr(data, part)) for part in ("train", "validation", "test")
    }
    return replace(data, **parts)


def plot(result: Result) -> Any:
    """Accuracy against the move; the shuffled ones beside."""
    from book_code.experiments._draw import curve, room, subplots
    from book_code.plotting import CYCLE

    figure, (axes, side) = subplots(ncols=2, sharey=True, width_ratios=(3, 1.1))
    for look, (label, words) in enumerate(LABELS.items()):
        curve(axes, result, f"moved_{label}", look)
        entry, style = result.metrics[f"shuffled_accuracy_{label}"], CYCLE[look]
        side.errorbar(look, entry["mean"], yerr=entry["sd"], capsize=2.5, **style)
        data = result.series[f"moved_{label}"]
        middle = len(data["x"]) // 2
        axes.annotate(words, (data["x"][middle], data["mean"][middle]), xytext=(8, 4) if look == 0 else (-8, -4),
                      textcoords="offset points", color=style["color"],
                      ha="left" if look == 0 else "right", va="bottom" if look == 0 else "top")  # fmt: skip
    axes.set_xlabel("pixels moved")
    axes.set_ylabel("test accuracy (%)")
    side.set_xlim(-0.7, 1.7)
    side.set_xticks([0, 1], ["LeNet", "dense"])
    side.set_xlabel("pixels shuffled")
    room(axes, 0.03)
    return figure
