"""Numbers of 32, 16 or 8 bits and batches of many sizes: pictures a second, and accuracy."""

from __future__ import annotations

import copy
import warnings
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from book_code.data import Dataset
from book_code.experiments import _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP

LOOKS = {"float32": 0, "bfloat16": 1, "int8": 2}


@dataclass(frozen=True)
class Settings:
    """The same epochs of Adam for every size of batch, each with the rate that is best for it on validation pictures.

    bfloat16 is autocast: weights and their updates stay in float32. The networks trained in float32 with the second size
    are then used in every precision of `used`; int8 rounds their weights and what goes into each layer.
    """

    dataset: str = "fashion-mnist"
    train_size: int = 4_000
    test_size: int = 10_000
    hidden: tuple[int, ...] = (256, 256)
    epochs: int = 4
    batch_sizes: tuple[int, ...] = (16, 64, 256, 1_024)
    rates: tuple[float, ...] = (1e-3, 4e-3)
    precisions: tuple[str, ...] = ("float32", "bfloat16")
    used: tuple[str, ...] = ("float32", "bfloat16", "int8")
    use_batch: int = 256
    repetitions: int = 5
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Self:
        """Few pictures, small batches, a narrow network."""
        return replace(self, train_size=200, test_size=200, hidden=(16,), epochs=1, batch_sizes=(20, 50),
                       rates=(1e-3,), use_batch=50, repetitions=1, seeds=(0, 1))  # fmt: skip


def measure_all(config: Settings, device: str, progress: Progress) -> Result:
    """Choose rates on validation pictures, train in every precision, then use the networks in every precision."""
    trials = config.rates if len(config.rates) > 1 else ()
    sizes, precisions, seeds = config.batch_sizes, config.precisions, config.seeds
    progress.begin(len(sizes) * (len(trials) + len(precisions) * len(seeds)) + len(seeds))
    data = {seed: _sweep.images(config, seed) for seed in seeds}
    tuning, result = _sweep.images(config, _sweep.TUNING_SEED), Result()
    networks: dict[tuple[str, int, int], nn.Module] = {}
    for size in sizes:
        scores = {}
        for rate in trials:
            model, _ = train(config, tuning, _sweep.TUNING_SEED, "float32", size, rate, device)
            scores[rate] = right(
                model, tuning.validation.x, tuning.validation.y, "float32", device
            )
            progress.step(f"batches of {size}, learning rate {rate:g}")
        rate = max(scores, key=scores.__getitem__) if scores else config.rates[0]
        result.add(f"rate_{size}", rate)
        for precision in precisions:
            speeds, found = [], []
            for seed in seeds:
                model, speed = train(config, data[seed], seed, precision, size, rate, device)
                networks[precision, size, seed] = model
                speeds.append(speed)
                found.append(
                    right(model, data[seed].test.x, data[seed].test.y, precision, device)
                )
                progress.step(f"{precision}, batches of {size}, seed {seed}")
            result.add(f"pictures_per_second_{precision}_{size}", speeds, "pictures/s")
            result.add(f"test_accuracy_{precision}_{size}", found, "%")
    using: dict[str, list[tuple[float, float]]] = {precision: [] for precision in config.used}
    for seed in seeds:
        model = networks["float32", sizes[1], seed]
        for precision, rows in using.items():
            rows.append(use(config, model, data[seed], precision, device))
        progress.step(f"used, seed {seed}")
    for precision, rows in using.items():
        result.add(f"used_per_second_{precision}", [speed for speed, _ in rows], "pictures/s")
        result.add(f"used_accuracy_{precision}", [share for _, share in rows], "%")
    report(result, config)
    return result


@kept
def train(
    config: Settings,
    data: Dataset,
    seed: int,
    precision: str,
    size: int,
    rate: float,
    device: str,
) -> tuple[nn.Module, float]:
    """Train one network; the network, and pictures a second of its steps."""
    torch.manual_seed(seed)
    model = MLP(MLPConfig(hidden=config.hidden)).to(device)
    optimizer = torch.optim.Adam(model.parameters(), rate)
    x, y = (torch.from_numpy(part).to(device) for part in data.train)
    rng, start = np.random.default_rng(seed), _sweep.clock(device)
    for _ in range(config.epochs):
        for rows in torch.from_numpy(rng.permutation(len(y))).to(device).split(size):
            with computed_in(precision, device):
                loss = cross_entropy(model(x[rows]).float(), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model, config.epochs * len(y) / max(_sweep.clock(device) - start, 1e-6)


def computed_in(precision: str, device: str) -> Any:
    """Matrix products in bfloat16, or all as it is."""
    return torch.autocast(device.split(":")[0], torch.bfloat16, enabled=precision == "bfloat16")


@torch.no_grad()
def right(model: nn.Module, x: np.ndarray, y: np.ndarray, precision: str, device: str) -> float:
    """How many per cent of the pictures are told right."""
    with computed_in(precision, device):
        guesses = [
            model(part).argmax(1) for part in torch.from_numpy(x).to(device).split(1_000)
        ]
    return 100 * float((torch.cat(guesses).cpu().numpy() == y).mean())


@torch.no_grad()
def use(
    config: Settings, model: nn.Module, data: Dataset, precision: str, device: str
) -> tuple[float, float]:
    """Pictures a second, the best of several repetitions, and the accuracy of a trained network in a precision."""
    model = of_bytes(model) if precision == "int8" else model
    x: Tensor = torch.from_numpy(data.test.x).to(device)
    best = np.inf
    with computed_in(precision, device):
        for _ in range(config.repetitions):
            start = _sweep.clock(device)
            for part in x.split(config.use_batch):
                model(part)
            best = min(best, _sweep.clock(device) - start)
    return len(x) / max(best, 1e-6), right(model, data.test.x, data.test.y, precision, device)


def of_bytes(model: nn.Module) -> nn.Module:
    """The network with weights of 8 bits, by PyTorch's own kernels for the CPU."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # that this part of PyTorch is to move to a package of its own
        return torch.ao.quantization.quantize_dynamic(
            copy.deepcopy(model), {nn.Linear}, torch.qint8
        )


def report(result: Result, config: Settings) -> None:
    """Curves, ratios, the table and the description."""
    for precision in config.precisions:
        for metric, words in (
            ("pictures_per_second", "pictures a second"),
            ("test_accuracy", "test accuracy (%)"),
        ):
            columns = [
                result.metrics[f"{metric}_{precision}_{size}"]["values"]
                for size in config.batch_sizes
            ]
            result.add_series(f"{metric}_{precision}", config.batch_sizes, list(zip(*columns, strict=True)),
                              x_label="batch size", y_label=words)  # fmt: skip
    result.tabulate(
        ["precision", "batch size", "pictures a second", "test accuracy"],
        [[precision, f"training, {size:,}", result.say(f"pictures_per_second_{precision}_{size}", 0),
          result.say(f"test_accuracy_{precision}_{size}")] for precision in config.precisions for size in config.batch_sizes]
        + [[precision, f"use, {config.use_batch:,}", result.say(f"used_per_second_{precision}", 0),
            result.say(f"used_accuracy_{precision}")] for precision in config.used],
    )  # fmt: skip
    ends = config.batch_sizes[0], config.batch_sizes[-1]
    result.alt = (
        "Left: pictures a second in training against the size of a batch. Right: test accuracy after as many epochs. "
        + " ".join(
            f"{precision}: "
            + ", ".join(f"{result.say(f'pictures_per_second_{precision}_{size}', 0)} and "
                        f"{result.say(f'test_accuracy_{precision}_{size}', 1)} in batches of {size:,}" for size in ends)
            + "."
            for precision in config.precisions
        )
        + " The trained networks in use: "
        + ", ".join(f"{precision} {result.say(f'used_per_second_{precision}', 0)} and "
                    f"{result.say(f'used_accuracy_{precision}', 1)}" for precision in config.used) + "."
    )  # fmt: skip


def draw(result: Result) -> Any:
    """Pictures a second on the left, accuracy on the right."""
    from book_code.experiments._draw import curve, log_scale, subplots

    figure, axes = subplots(ncols=2, figsize=(6.8, 3.3))
    for one, metric, words in zip(axes, ("pictures_per_second", "test_accuracy"),
                                  ("pictures a second, in training", "test accuracy (%)"), strict=True):  # fmt: skip
        for precision in result.config["precisions"]:
            curve(
                one,
                result,
                f"{metric}_{precision}",
                LOOKS[precision],
                marker="o",
                label=precision,
            )
        log_scale(one.xaxis, result.config["batch_sizes"])
        one.set_xlabel("batch size")
        one.set_ylabel(words)
    axes[0].yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes[0].legend()
    return figure
