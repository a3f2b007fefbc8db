"""Moved and turned copies of the training pictures, by the number of pictures there are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from book_code.data import Dataset
from book_code.experiments import _images, _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.lenet.config import LeNetConfig
from book_code.models.lenet.torch_model import LeNet5

TITLE = "What augmentation is worth, by the size of the training set"
LABELS = {"plain": "as they are", "augmented": "moved and turned"}


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """LeNet-5 on shares of MNIST, always for the same number of steps."""

    dataset: str = "mnist"
    learning_rates: tuple[float, ...] = (4e-3,)
    sizes: tuple[int, ...] = (100, 300, 1_000, 3_000, 10_000)
    steps: int = 600
    most_pixels: int = 2
    most_degrees: float = 12.0

    def quick(self) -> Config:
        """Fewer pictures and steps."""
        return replace(super().quick(), sizes=(100, 300), steps=20)


def augment(x, rng, config):
    """Move and turn every picture a little."""
    return _images.random_shift(
        _images.random_turn(x, rng, config.most_degrees), rng, config.most_pixels
    )


def pictures(config: Config, seed: int) -> Dataset:
    """The data, with hardly any validation: the runs have hundreds of epochs, nothing is chosen."""
    data = _sweep.images(config, seed)
    return replace(data, validation=data.validation.take(slice(64)))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train at each size, with and without augmentation."""
    result = Result()
    progress.begin(len(config.sizes) * len(LABELS) * len(config.seeds))
    ways = {"plain": None, "augmented": partial(augment, config=config)}
    scores: dict[str, list[list[float]]] = {
        label: [[] for _ in config.seeds] for label in LABELS
    }
    for size in config.sizes:
        share = replace(config, train_size=size)
        epochs = max(1, round(config.steps / -(-size // config.batch_size)))
        for label, way in ways.items():
            for row, seed in zip(scores[label], config.seeds, strict=True):
                one = _sweep.train(
                    share, partial(LeNet5, LeNetConfig()), pictures(share, seed), seed,
                    rate=config.learning_rates[0], device=device, augment=way, epochs=epochs,
                )  # fmt: skip
                row.append(100 - one.test_accuracy)
                progress.step(f"{size:,} pictures, {label}, seed {seed}")
    for label, rows in scores.items():
        result.add_series(label, config.sizes, rows, x_label="training pictures",
                          y_label="test error (%)")  # fmt: skip
        for size, column in zip(config.sizes, zip(*rows, strict=True), strict=True):
            result.add(f"test_error_{label}_{size}", column, "%")
    result.tabulate(
        ["training pictures", *(f"test error, {words}" for words in LABELS.values())],
        [
            [f"{n:,}", *(result.say(f"test_error_{k}_{n}") for k in LABELS)]
            for n in config.sizes
        ],
    )
    small, large = config.sizes[0], config.sizes[-1]
    result.alt = (
        "Test error of LeNet-5 on MNIST against the number of training pictures, both axes logarithmic. "
        f"With {small}: {result.say(f'test_error_plain_{small}', 1)} without and "
        f"{result.say(f'test_error_augmented_{small}', 1)} with augmentation; with {large:,}: "
        f"{result.say(f'test_error_plain_{large}')} and {result.say(f'test_error_augmented_{large}')}."
    )
    return result


def plot(result: Result) -> Any:
    """Error against size."""
    from book_code.experiments._draw import curve, log_scale, subplots
    from book_code.plotting import CYCLE

    figure, axes = subplots()
    for look, (label, words) in enumerate(LABELS.items()):
        curve(axes, result, label, look)
        data, above = result.series[label], label == "plain"
        middle = len(data["x"]) // 2
        axes.annotate(words, (data["x"][middle], data["mean"][middle]), xytext=(10, 8) if above else (-10, -8),
                      textcoords="offset points", color=CYCLE[look]["color"],
                      ha="left" if above else "right", va="bottom" if above else "top")  # fmt: skip
    ticks = [t for t in (1, 2, 5, 10, 20, 50) if t < 1.2 * max(result.series["plain"]["mean"])]
    log_scale(axes.yaxis, ticks)
    log_scale(axes.xaxis, result.config["sizes"])
    axes.set_xlabel("training pictures")
    axes.set_ylabel("test error (%)")
    return figure
