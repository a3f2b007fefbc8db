"""A Vision Transformer and a ResNet of about as many parameters, by the number of training pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from torch import nn

from book_code.data import Dataset, Split
from book_code.experiments import _small, _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.resnet.config import ResNetConfig
from book_code.models.resnet.torch_model import ResNet
from book_code.models.vit.config import ViTConfig
from book_code.models.vit.torch_model import ViT

TITLE = "A ViT and a ResNet, by the size of the training set"
LABELS = {"vit": "ViT", "resnet": "ResNet"}
SIDE = 16


@dataclass(frozen=True)
class Config:
    """Shares of Fashion-MNIST at 16 x 16; both from scratch, without augmentation, for the same steps.

    The ViT sees 16 patches of 4 x 4 pixels. The learning rates follow from a few trials on the
    validation split. In so few steps, one epoch of the largest share, neither has learned all that
    there is: what is compared is equal work, not the best that each can do.
    """

    dataset: str = "fashion-mnist"
    sizes: tuple[int, ...] = (100, 1_000, 10_000)
    steps: int = 200
    batch_size: int = 50
    vit_rate: float = 5e-3
    resnet_rate: float = 1e-2
    embed_dim: int = 32
    layers: int = 3
    width: int = 9
    test_size: int = 2_000
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Fewer pictures and steps."""
        return replace(self, sizes=(100, 300), steps=5, test_size=200)


def network(config: Config, label: str) -> nn.Module:
    """The ViT, or the ResNet: three stages of one block, as in the paper's for CIFAR-10."""
    if label == "resnet":
        return ResNet(ResNetConfig(10, SIDE, 1, "basic", (1, 1, 1), config.width, "small"))
    width = config.embed_dim
    sizes: Any = {
        "embed_dim": width,
        "heads": 4,
        "feedforward": 2 * width,
        "layers": config.layers,
    }
    return ViT(ViTConfig(SIDE, 4, 1, 10, pool="mean", **sizes))


def small(split: Split) -> Split:
    """Pictures of 28 x 28 with a border of two pixels, made 16 x 16: the mean of every 2 x 2 pixels."""
    x = np.pad(split.x, [(0, 0), (0, 0), (2, 2), (2, 2)])
    return Split(x.reshape(len(x), 1, SIDE, 2, SIDE, 2).mean(axis=(3, 5)), split.y)


def pictures(config: Config, seed: int, size: int) -> Dataset:
    """The data, with hardly any validation: the runs have many epochs, and nothing is chosen."""
    data = _small.draw(config.dataset, seed, size, 64, config.test_size)
    parts: Any = {part: small(getattr(data, part)) for part in ("train", "validation", "test")}
    return replace(data, **parts)


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train both at each size, with every seed."""
    result = Result()
    progress.begin(len(config.sizes) * len(LABELS) * len(config.seeds))
    rates = {"vit": config.vit_rate, "resnet": config.resnet_rate}
    scores: dict[str, dict[str, list[list[float]]]] = {
        part: {label: [] for label in LABELS} for part in ("test", "train")
    }
    seconds: dict[str, list[float]] = {label: [] for label in LABELS}
    for size in config.sizes:
        epochs = max(1, round(config.steps / -(-size // config.batch_size)))
        for label in LABELS:
            runs, learned = [], []
            for seed in config.seeds:
                data = pictures(config, seed, size)
                one = _sweep.train(config, partial(network, config, label), data, seed,
                                   rate=rates[label], device=device, epochs=epochs)  # fmt: skip
                runs.append(one)
                learned.append(_sweep.accuracy(one.model, data.train, device))
                progress.step(f"{size:,} pictures, {LABELS[label]}, seed {seed}")
            scores["test"][label].append([one.test_accuracy for one in runs])
            scores["train"][label].append(learned)
            seconds[label] = [one.seconds for one in runs]
            result.add(f"parameters_{label}", _sweep.parameters(runs[0].model))
            cost = _sweep.multiplications(runs[0].model, (1, SIDE, SIDE))
            result.add(f"multiplications_{label}", cost)
    for label in LABELS:
        result.add(f"seconds_{label}", seconds[label], "s")
        for part, columns in scores.items():
            rows = list(zip(*columns[label], strict=True))
            result.add_series(f"{part}_{label}", config.sizes, rows, x_label="training pictures",
                              y_label=f"{part} accuracy (%)")  # fmt: skip
            for size, column in zip(config.sizes, columns[label], strict=True):
                result.add(f"{part}_accuracy_{label}_{size}", column, "%")
    describe(result, config)
    return result


def describe(result: Result, config: Config) -> None:
    """How far the ViT is behind at each size, the table and the description."""
    for size in config.sizes:
        resnet, vit = (
            result.metrics[f"test_accuracy_{label}_{size}"]["values"]
            for label in ("resnet", "vit")
        )
        result.add(
            f"behind_{size}", [a - b for a, b in zip(resnet, vit, strict=True)], "points"
        )
    result.tabulate(
        ["training pictures", *(f"test accuracy, {words}" for words in LABELS.values()), "ViT behind by"],
        [
            [f"{n:,}", *(result.say(f"test_accuracy_{k}_{n}", 1) for k in LABELS), result.say(f"behind_{n}", 1)]
            for n in config.sizes
        ],
    )  # fmt: skip
    few, many = config.sizes[0], config.sizes[-1]
    result.alt = (
        "Test accuracy on Fashion-MNIST against the number of training pictures, and below it how far the ViT "
        f"is behind. With {few}: ViT {result.say(f'test_accuracy_vit_{few}', 1)}, ResNet "
        f"{result.say(f'test_accuracy_resnet_{few}', 1)}; with {many:,}: "
        f"{result.say(f'test_accuracy_vit_{many}', 1)} and {result.say(f'test_accuracy_resnet_{many}', 1)}."
    )


def plot(result: Result) -> Any:
    """Accuracy above, the distance below."""
    from book_code.experiments._draw import curve, log_scale, spread, subplots

    figure, (top, bottom) = subplots(
        nrows=2, sharex=True, figsize=(6.1, 4.6), height_ratios=(3, 2)
    )
    sizes = result.config["sizes"]
    for look, (label, words) in enumerate(LABELS.items()):
        curve(top, result, f"test_{label}", look, label=words)
    spread(bottom, result, sizes, [f"behind_{n}" for n in sizes], look=2)
    log_scale(bottom.xaxis, sizes)
    top.set_ylabel("test accuracy (%)")
    top.legend(loc="lower right")
    bottom.set_ylabel("ViT behind\nby (points)")
    bottom.set_ylim(bottom=min(0, bottom.get_ylim()[0]))
    bottom.set_xlabel("training pictures")
    return figure
