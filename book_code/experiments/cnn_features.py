"""Features made by hand (histograms of oriented gradients) against features that LeNet-5 learns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from book_code.data import Split
from book_code.experiments import _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.lenet.config import LeNetConfig
from book_code.models.lenet.torch_model import LeNet5

TITLE = "Features by hand against features learned"
LABELS = {
    "pixels": "pixels + linear",
    "hog": "HOG + linear",
    "lenet": "LeNet-5",
    "modern": "modern LeNet-5",
}


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """Shares of Fashion-MNIST; the linear classifiers are trained just as the network is."""

    learning_rates: tuple[float, ...] = (2e-3, 6e-3)
    sizes: tuple[int, ...] = (1_000, 3_000, 10_000, 55_000)
    tuning_size: int = 10_000
    orientations: int = 9
    cell: int = 4

    def quick(self) -> Config:
        """Fewer pictures."""
        return replace(super().quick(), sizes=(300, 600), tuning_size=300)


def hog(x, orientations, cell):
    """Histograms of oriented gradients (Dalal and Triggs 2005): cells, then blocks of 2 x 2 cells.

    Shape:
        (N, 1, 28, 28) -> (N, 1296) with nine orientations and cells of 4 x 4 pixels.
    """
    slope = torch.tensor([[-1.0, 0.0, 1.0]], device=x.device)
    dx = functional.conv2d(x, slope[None, None], padding=(0, 1))
    dy = functional.conv2d(x, slope.T[None, None], padding=(1, 0))
    strength = torch.hypot(dx, dy)
    place = (
        torch.remainder(torch.atan2(dy, dx), torch.pi) / torch.pi * orientations
    )  # (N, 1, H, W)
    bins = torch.arange(orientations, device=x.device)[None, :, None, None]
    apart = (place - bins - 0.5 + orientations / 2).remainder(orientations) - orientations / 2
    votes = strength * (1 - apart.abs()).clamp(min=0)  # shared between the two nearest bins
    cells = functional.avg_pool2d(votes, cell)  # (N, bins, 7, 7)
    blocks = functional.unfold(cells, 2)  # (N, bins * 4, 36)
    blocks = functional.normalize(functional.normalize(blocks, dim=1).clamp(max=0.2), dim=1)
    return blocks.flatten(1)


def described(data, config):
    """The data set with every picture replaced by its features."""

    def describe(split):
        parts = torch.from_numpy(split.x).split(1_000)
        return Split(
            torch.cat([hog(x, config.orientations, config.cell) for x in parts]).numpy(),
            split.y,
        )

    parts = {part: describe(getattr(data, part)) for part in ("train", "validation", "test")}
    return replace(data, **parts)


def linear(inputs: int) -> nn.Module:
    """One linear layer."""
    return nn.Sequential(nn.Flatten(), nn.Linear(inputs, 10))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train the four at each size, after choosing their learning rates at one of them."""
    blocks = (28 // config.cell - 1) ** 2
    networks: dict[str, Any] = {
        "pixels": partial(linear, 28 * 28),
        "hog": partial(linear, blocks * 4 * config.orientations),
        "lenet": partial(LeNet5, LeNetConfig()),
        "modern": partial(LeNet5, LeNetConfig(activation="relu", pooling="max")),
    }
    result = Result()
    steps = len(LABELS) * (len(config.learning_rates) + len(config.sizes) * len(config.seeds))
    progress.begin(steps)
    scores: dict[str, list[list[float]]] = {
        label: [[] for _ in config.seeds] for label in LABELS
    }
    for label, network in networks.items():
        rate = choose(config, label, network, device, progress)
        result.add(f"learning_rate_{label}", rate)
        for size in config.sizes:
            runs = []
            for row, seed in zip(scores[label], config.seeds, strict=True):
                data = pictures(config, size, seed, label)
                runs.append(_sweep.train(config, network, data, seed, rate=rate, device=device,
                                         epochs=epochs(config, size)))  # fmt: skip
                row.append(runs[-1].test_accuracy)
                progress.step(f"{LABELS[label]}, {size:,} pictures, seed {seed}")
            result.add(
                f"test_accuracy_{label}_{size}", [one.test_accuracy for one in runs], "%"
            )
        result.add(f"seconds_{label}", [one.seconds for one in runs], "s")
        result.add(f"parameters_{label}", _sweep.parameters(runs[0].model))
        result.add_series(label, config.sizes, scores[label], x_label="training pictures",
                          y_label="test accuracy (%)")  # fmt: skip
    largest = config.sizes[-1]
    result.tabulate(
        ["classifier", "parameters", *(f"accuracy with {n:,} pictures" for n in config.sizes)],
        [
            [words, f"{result.mean(f'parameters_{k}'):,}",
             *(result.say(f"test_accuracy_{k}_{n}") for n in config.sizes)]
            for k, words in LABELS.items()
        ],
    )  # fmt: skip
    result.alt = (
        f"Test accuracy on Fashion-MNIST against the number of training pictures. With {largest:,}: "
        + ", ".join(
            f"{v} {result.say(f'test_accuracy_{k}_{largest}', 1)}" for k, v in LABELS.items()
        )
        + f"; with {config.sizes[0]:,}: "
        + ", ".join(
            f"{v} {result.say(f'test_accuracy_{k}_{config.sizes[0]}', 1)}"
            for k, v in LABELS.items()
        )
        + ". The modern LeNet-5 has ReLU and max pooling."
    )
    return result


def epochs(config, size):
    """More epochs over fewer pictures."""
    return max(1, round(config.epochs * min(4.0, (config.sizes[-1] / size) ** 0.5)))


def pictures(config, size, seed, label):
    """What a classifier is trained on."""
    data = _sweep.images(replace(config, train_size=size), seed)
    return described(data, config) if label == "hog" else data


def choose(config, label, network, device, progress):
    """The learning rate that is best on the validation split."""
    data = pictures(config, config.tuning_size, _sweep.TUNING_SEED, label)
    data = replace(data, test=data.validation)
    scores = {}
    for rate in config.learning_rates:
        scores[rate] = _sweep.train(config, network, data, _sweep.TUNING_SEED, rate=rate, device=device,
                                    epochs=epochs(config, config.tuning_size)).test_accuracy  # fmt: skip
        progress.step(f"{LABELS[label]}, learning rate {rate:g}")
    return max(scores, key=scores.__getitem__)


def plot(result: Result) -> Any:
    """Accuracy against size."""
    from book_code.experiments._draw import beside, curve, log_scale, room, subplots

    figure, axes = subplots()
    ends = {}
    for look, (label, words) in enumerate(LABELS.items()):
        curve(axes, result, label, look)
        ends[look] = (result.series[label]["mean"][-1], words)
    sizes = result.config["sizes"]
    log_scale(axes.xaxis, sizes)
    axes.set_xlabel("training pictures")
    axes.set_ylabel("test accuracy (%)")
    room(axes, 0.34)
    beside(axes, sizes[-1], ends)
    return figure
