"""The size of a minibatch: accuracy after as many epochs, after as many steps, and the time of an epoch."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from book_code.data import Dataset
from book_code.experiments import _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP

TITLE = "What the size of a minibatch costs and brings"
LABELS = {"epochs": "as many epochs", "steps": "as many steps"}


@dataclass(frozen=True)
class Config:
    """Plain SGD; each batch size takes the rate that is best for it on the validation split.

    Two ways to be fair: every batch size sees every picture `epochs` times, or makes `steps` steps.
    """

    dataset: str = "fashion-mnist"
    train_size: int = 5_000
    hidden: int = 100
    batch_sizes: tuple[int, ...] = (1, 8, 32, 128, 512)
    rates: tuple[float, ...] = (0.01, 0.03, 0.1, 0.3, 1.0)
    epochs: int = 3
    steps: int = 300
    seeds: tuple[int, ...] = (0, 1, 2)
    test_size: int = 10_000

    def quick(self) -> Config:
        """Few images, two batch sizes, one rate."""
        return replace(
            self,
            train_size=1_000,
            test_size=1_000,
            batch_sizes=(16, 64),
            rates=(0.1,),
            steps=20,
        )


def train(
    config: Config,
    data: Dataset,
    seed: int,
    batch_size: int,
    rate: float,
    steps: int,
    device: str,
) -> tuple[nn.Module, float]:
    """Train for a number of steps; return the network and the seconds of the steps."""
    torch.manual_seed(seed)
    model = MLP(MLPConfig(hidden=(config.hidden,))).to(device)
    optimizer = torch.optim.SGD(model.parameters(), rate)
    x, y = torch.from_numpy(data.train.x).to(device), torch.from_numpy(data.train.y).to(device)
    rng = np.random.default_rng(seed)
    batches: list[torch.Tensor] = []
    start = _sweep.clock(device)
    for _ in range(steps):
        if not batches:
            order = torch.from_numpy(rng.permutation(len(y)).astype(np.int64)).to(device)
            batches = list(order.split(batch_size))[::-1]
        rows = batches.pop()
        optimizer.zero_grad()
        cross_entropy(model(x[rows]), y[rows]).backward()
        optimizer.step()
    return model, _sweep.clock(device) - start


def run(config: Config, device: str, progress: Progress) -> Result:
    """Choose the rate of each batch size on the validation split, over all seeds; then read the test split."""
    progress.begin(len(LABELS) * len(config.batch_sizes) * len(config.rates))
    data = [_sweep.images(config, seed) for seed in config.seeds]
    pairs = list(zip(config.seeds, data, strict=True))
    result = Result()
    found: dict[str, list[list[float]]] = {label: [] for label in LABELS}
    times: list[list[float]] = []
    for size in config.batch_sizes:
        an_epoch = math.ceil(len(data[0].train) / size)
        for label in LABELS:
            steps = config.epochs * an_epoch if label == "epochs" else config.steps
            runs, scores = {}, {}
            for rate in config.rates:
                runs[rate] = [
                    train(config, d, seed, size, rate, steps, device) for seed, d in pairs
                ]
                scores[rate] = np.mean(
                    [_sweep.accuracy(model, d.validation, device)
                     for (model, _), d in zip(runs[rate], data, strict=True)]
                )  # fmt: skip
                progress.step(f"batches of {size}, {LABELS[label]}, learning rate {rate:g}")
            best = max(scores, key=lambda rate: scores[rate])
            accuracies = [_sweep.accuracy(model, d.test, device)
                          for (model, _), d in zip(runs[best], data, strict=True)]  # fmt: skip
            found[label].append(accuracies)
            result.add(f"test_accuracy_{label}_{size}", accuracies, "%")
            result.add(f"best_rate_{label}_{size}", best)
            if label == "epochs":
                seconds = [time / steps * an_epoch for _, time in runs[best]]
                times.append(seconds)
                result.add(f"epoch_seconds_{size}", seconds, "s")
                result.add(f"steps_{size}", steps)
    for label, columns in found.items():
        result.add_series(label, config.batch_sizes, list(zip(*columns, strict=True)),
                          x_label="batch size", y_label="test accuracy (%)")  # fmt: skip
    result.add_series("time", config.batch_sizes, list(zip(*times, strict=True)),
                      x_label="batch size", y_label="seconds an epoch")  # fmt: skip
    describe(result, config)
    return result


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    first, last = config.batch_sizes[0], config.batch_sizes[-1]
    result.add("epoch_time_ratio",
               result.mean(f"epoch_seconds_{first}") / result.mean(f"epoch_seconds_{last}"))  # fmt: skip
    result.tabulate(
        ["batch size", "steps", "best rate", "test accuracy", "an epoch", f"rate for {config.steps} steps",
         f"test accuracy after {config.steps} steps"],
        [
            [size, f"{result.mean(f'steps_{size}'):,}", f"{result.mean(f'best_rate_epochs_{size}'):g}",
             result.say(f"test_accuracy_epochs_{size}", 1), result.say(f"epoch_seconds_{size}"),
             f"{result.mean(f'best_rate_steps_{size}'):g}", result.say(f"test_accuracy_steps_{size}", 1)]
            for size in config.batch_sizes
        ],
    )  # fmt: skip
    result.alt = (
        "Left: test accuracy against the size of a batch. "
        + " ".join(
            f"With {words}: {result.say(f'test_accuracy_{label}_{first}', 1)} for {first}, "
            f"{result.say(f'test_accuracy_{label}_{last}', 1)} for {last}."
            for label, words in LABELS.items()
        )
        + f" Right: the time of an epoch, {result.say(f'epoch_seconds_{first}')} for {first}, "
        f"{result.say(f'epoch_seconds_{last}')} for {last}."
    )


def plot(result: Result) -> Any:
    """Accuracy at equal epochs and at equal steps; the time of an epoch."""
    from book_code.experiments._draw import curve, log_scale, subplots

    figure, (axes, side) = subplots(ncols=2, width_ratios=(3, 2))
    for look, (label, words) in enumerate(LABELS.items()):
        curve(axes, result, label, look, label=words)
    axes.legend(loc="lower center")
    axes.set_ylabel("test accuracy (%)")
    curve(side, result, "time", 2)
    side.set_ylabel("seconds an epoch")
    for each in (axes, side):
        log_scale(each.xaxis, result.config["batch_sizes"])
        each.set_xlabel("batch size")
        each.tick_params(axis="x", labelsize=9)
    log_scale(side.yaxis)
    return figure
