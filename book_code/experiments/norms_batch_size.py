"""The size of a minibatch against the norm: batch, layer, group norm, and none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from torch import nn

from book_code.experiments import _small, _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.cifar_cnn.config import CifarCNNConfig
from book_code.models.cifar_cnn.torch_model import CifarCNN, ConvLayer

TITLE = "Small batches and the norms"
LABELS = {
    "batch": "batch norm",
    "layer": "layer norm",
    "group": "group norm",
    "none": "no norm",
}


@dataclass(frozen=True)
class Config:
    """A convolutional network of four layers on 400 of the 8 x 8 digits, the same epochs for all.

    Adam with a rate that rises and falls; each norm takes, at each batch size, the rate that is
    best on the validation split with a seed of its own.
    """

    dataset: str = "digits"
    train_size: int = 400
    filters: tuple[int, ...] = (16, 32)
    groups: int = 4
    batch_sizes: tuple[int, ...] = (2, 4, 8, 16, 32)
    rates: tuple[float, ...] = (1e-3, 3e-3, 1e-2, 3e-2)
    epochs: int = 6
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Two batch sizes, one rate, few pictures."""
        return replace(
            self, train_size=100, batch_sizes=(4, 16), rates=(3e-3,), epochs=2, seeds=(0, 1)
        )


@dataclass(frozen=True)
class _Sized:
    """What `_sweep.train` asks for."""

    batch_size: int
    epochs: int


def network(config: Config, label: str) -> nn.Module:
    """The network with another norm in the place of batch norm; layer norm is a group norm of one group."""
    model = CifarCNN(CifarCNNConfig(image_size=8, in_channels=1, filters=config.filters))
    groups = {"layer": 1, "group": config.groups}
    for layer in model.modules():
        if isinstance(layer, ConvLayer) and label != "batch":
            channels = layer.conv.out_channels
            layer.norm = (
                nn.GroupNorm(groups[label], channels) if label in groups else nn.Identity()  # type: ignore[assignment]
            )
    return model


def run(config: Config, device: str, progress: Progress) -> Result:
    """Choose the rate of every norm at every batch size, then train once a seed."""
    trials = config.rates if len(config.rates) > 1 else ()
    progress.begin(len(LABELS) * len(config.batch_sizes) * (len(trials) + len(config.seeds)))
    data = {seed: _small.draw(config.dataset, seed, config.train_size) for seed in config.seeds}
    tuning = _small.draw(config.dataset, _sweep.TUNING_SEED, config.train_size)
    tuning = replace(tuning, test=tuning.validation)
    result = Result()
    for label, words in LABELS.items():
        columns: list[list[float]] = []
        for size in config.batch_sizes:
            train = partial(
                _sweep.train, _Sized(size, config.epochs), partial(network, config, label)
            )
            scores = {}
            for rate in trials:
                trial = train(tuning, _sweep.TUNING_SEED, rate=rate, device=device)
                scores[rate] = trial.validation_accuracy[-1]
                progress.step(f"{words}, batches of {size}, learning rate {rate:g}")
            best = max(scores, key=scores.__getitem__) if scores else config.rates[0]
            columns.append([])
            for seed in config.seeds:
                fitted = train(data[seed], seed, rate=best, device=device)
                columns[-1].append(fitted.test_accuracy)
                progress.step(f"{words}, batches of {size}, seed {seed}")
            result.add(f"test_accuracy_{label}_{size}", columns[-1], "%")
            result.add(f"best_rate_{label}_{size}", best)
        result.add_series(label, config.batch_sizes, list(zip(*columns, strict=True)),
                          x_label="batch size", y_label="test accuracy (%)")  # fmt: skip
    describe(result, config)
    return result


def describe(result: Result, config: Config) -> None:
    """How much each norm loses from the largest batch to the smallest, the table, the description."""
    small, large = config.batch_sizes[0], config.batch_sizes[-1]
    for label in LABELS:
        pair = [
            result.metrics[f"test_accuracy_{label}_{size}"]["values"] for size in (large, small)
        ]
        result.add(f"drop_{label}", [a - b for a, b in zip(*pair, strict=True)], "points")
    result.tabulate(
        ["batch size", *LABELS.values()],
        [
            [size, *(result.say(f"test_accuracy_{label}_{size}", 1) for label in LABELS)]
            for size in config.batch_sizes
        ],
    )
    result.alt = "Test accuracy against the size of a minibatch. " + " ".join(
        f"{words}: {result.say(f'test_accuracy_{label}_{small}', 1)} in batches of {small}, "
        f"{result.say(f'test_accuracy_{label}_{large}', 1)} in batches of {large}."
        for label, words in LABELS.items()
    )


def plot(result: Result) -> Any:
    """Accuracy by batch size, a line a norm."""
    from book_code.experiments._draw import beside, curve, log_scale, room, subplots

    figure, axes = subplots()
    ends = {}
    for look, (label, words) in enumerate(LABELS.items()):
        curve(axes, result, label, look)
        ends[look] = (result.series[label]["mean"][-1], words)
    log_scale(axes.xaxis, result.config["batch_sizes"])
    axes.set_xlabel("batch size")
    axes.set_ylabel("test accuracy (%)")
    room(axes, 0.3)
    beside(axes, result.config["batch_sizes"][-1], ends)
    return figure
