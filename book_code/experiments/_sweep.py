"""What the experiments with convolutional networks share: data, one training run, many of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from book_code.data import Dataset, Split, load
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.training.torch_loop import Augment, evaluate_torch, fit_torch

Network = Callable[[], nn.Module]
TUNING_SEED = 1_000  # learning rates are chosen with a seed that no result uses


@dataclass(frozen=True)
class Sweep:
    """How every network of a comparison is trained.

    Adam with a learning rate that rises for a tenth of the steps and then falls to zero (one
    cycle). Of several `learning_rates`, each network takes the one that is best on the
    validation split with a seed of its own.
    """

    dataset: str = "fashion-mnist"
    train_size: int = 10_000
    epochs: int = 6
    batch_size: int = 64
    learning_rates: tuple[float, ...] = (1.5e-3, 4e-3)
    seeds: tuple[int, ...] = (0, 1, 2)
    test_size: int = 10_000

    def quick(self) -> Self:
        """The same on a small share of the data."""
        middle = self.learning_rates[len(self.learning_rates) // 2]
        return replace(
            self,
            train_size=1_000,
            test_size=1_000,
            epochs=2,
            learning_rates=(middle,),
            seeds=(0, 1),
        )


@dataclass
class Run:
    """One trained network and what was measured on it; times are of the processor in use."""

    model: nn.Module
    rate: float
    seconds: float
    train_loss: list[float]
    validation_accuracy: list[float]
    test_accuracy: float


@lru_cache(maxsize=2)
def _loaded(name: str) -> Dataset:
    return load(name)


def images(config: Any, seed: int) -> Dataset:
    """The data set with the training images that a seed draws; 8 x 8 digits grow to 28 x 28."""
    data = _loaded(config.dataset)
    size = min(config.train_size, len(data.train))
    rows = np.sort(np.random.default_rng(seed).permutation(len(data.train))[:size])
    data = replace(
        data, train=data.train.take(rows), test=data.test.take(slice(config.test_size))
    )
    if data.train.x.shape[-1] == 8:
        parts: Any = {
            part: _grown(getattr(data, part)) for part in ("train", "validation", "test")
        }
        data = replace(data, **parts)
    return data


def _grown(split: Split) -> Split:
    x = split.x.repeat(3, axis=2).repeat(3, axis=3)
    return Split(np.pad(x, ((0, 0), (0, 0), (2, 2), (2, 2))), split.y)


@kept
def train(
    config: Any,
    network: Network,
    data: Dataset,
    seed: int,
    *,
    rate: float,
    device: str,
    augment: Augment | None = None,
    epochs: int | None = None,
) -> Run:
    """Train one network and read the test split once, after the last epoch."""
    epochs = epochs or config.epochs
    torch.manual_seed(seed)
    model: Any = network().to(device)
    model.to(memory_format=torch.channels_last)  # channels side by side: faster on CPU and GPU
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    steps = epochs * -(-len(data.train) // config.batch_size)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, steps, pct_start=0.1)
    optimizer.register_step_post_hook(
        lambda *_: cycle.step() if cycle.last_epoch < steps - 1 else None
    )
    start = clock(device)
    history = fit_torch(
        model, data, optimizer=optimizer, epochs=epochs, batch_size=config.batch_size,
        rng=np.random.default_rng(seed), device=device, augment=augment,
    )  # fmt: skip
    return Run(
        model=model,
        rate=rate,
        seconds=clock(device) - start,
        train_loss=history.column("train_loss"),
        validation_accuracy=[100 * share for share in history.column("validation_accuracy")],
        test_accuracy=accuracy(model, data.test, device),
    )


def clock(device: str) -> float:
    """Seconds: of the processor's work on a CPU, which other programs do not disturb; else real."""
    if device == "cpu":
        return time.process_time()
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
    return time.perf_counter()


def accuracy(
    model: nn.Module,
    split: Split,
    device: str,
    change: Callable[[Tensor], Tensor] | None = None,
) -> float:
    """Accuracy in per cent, on the pictures as they are or as `change` makes them."""
    x = torch.from_numpy(split.x).to(device)
    y = torch.from_numpy(split.y).to(device)
    return 100 * evaluate_torch(model, x if change is None else change(x), y)[1]


def compare(
    config: Any,
    networks: Mapping[str, Network],
    device: str,
    progress: Progress,
    augments: Mapping[str, Augment] | None = None,
) -> dict[str, list[Run]]:
    """Choose each network's learning rate on the validation split, then train it once a seed."""
    rates = config.learning_rates
    trials = len(rates) if len(rates) > 1 else 0
    progress.begin(len(networks) * (trials + len(config.seeds)))
    data = {seed: images(config, seed) for seed in config.seeds}
    tuning = images(config, TUNING_SEED) if trials else None
    runs: dict[str, list[Run]] = {}
    for label, network in networks.items():
        augment = (augments or {}).get(label)
        scores = {}
        for rate in rates[: trials or 0]:
            trial = train(config, network, _without_test(tuning), TUNING_SEED,
                          rate=rate, device=device, augment=augment)  # fmt: skip
            scores[rate] = trial.validation_accuracy[-1]
            progress.step(f"{label}, learning rate {rate:g}")
        best = max(scores, key=scores.__getitem__) if scores else rates[0]
        runs[label] = []
        for seed in config.seeds:
            run = train(
                config, network, data[seed], seed, rate=best, device=device, augment=augment
            )
            runs[label].append(run)
            progress.step(f"{label}, seed {seed}")
    return runs


def _without_test(data: Dataset | None) -> Dataset:
    """The data for choosing: what stands in for the test split is validation data."""
    assert data is not None
    return replace(data, test=data.validation)


def report(result: Result, runs: Mapping[str, Sequence[Run]], shape: Sequence[int]) -> None:
    """Add what every comparison tells: accuracy, cost and curves of every setting."""
    for label, group in runs.items():
        model = group[0].model
        result.add(f"test_accuracy_{label}", [run.test_accuracy for run in group], "%")
        result.add(f"validation_accuracy_{label}",
                   [run.validation_accuracy[-1] for run in group], "%")  # fmt: skip
        result.add(f"seconds_{label}", [run.seconds for run in group], "s")
        result.add(f"parameters_{label}", parameters(model))
        result.add(f"multiplications_{label}", multiplications(model, shape))
        result.add(f"learning_rate_{label}", group[0].rate)
        epochs = range(1, 1 + len(group[0].train_loss))
        result.add_series(f"validation_{label}", epochs, [run.validation_accuracy for run in group],
                          x_label="epoch", y_label="validation accuracy (%)")  # fmt: skip
        result.add_series(f"loss_{label}", epochs, [run.train_loss for run in group],
                          x_label="epoch", y_label="training loss")  # fmt: skip


def tabulate(result: Result, labels: Mapping[str, str], heading: str) -> None:
    """Make the usual table: one row a setting, with its name in words."""
    result.tabulate(
        [heading, "test accuracy", "parameters", "multiplications a picture", "training time",
         "learning rate"],
        [
            [words, result.say(f"test_accuracy_{label}"), f"{result.mean(f'parameters_{label}'):,}",
             f"{result.mean(f'multiplications_{label}'):,}", result.say(f"seconds_{label}", 1),
             f"{result.mean(f'learning_rate_{label}'):g}"]
            for label, words in labels.items()
        ],
    )  # fmt: skip


def best(result: Result, labels: Mapping[str, str], metric: str = "test_accuracy") -> str:
    """The setting of the highest mean."""
    return max(labels, key=lambda label: result.mean(f"{metric}_{label}"))


def parameters(model: nn.Module) -> int:
    """The number of trainable numbers."""
    return sum(parameter.numel() for parameter in model.parameters())


@torch.no_grad()
def multiplications(model: nn.Module, shape: Sequence[int]) -> int:
    """Multiply-add operations of the layers with weights, for one picture."""
    counts: list[int] = []

    def count(layer: nn.Module, _: Any, output: Tensor) -> None:
        weight: Any = layer.weight
        counts.append(weight[0].numel() * output[0].numel())

    layers = [layer for layer in model.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    hooks = [layer.register_forward_hook(count) for layer in layers]
    model(torch.zeros(1, *shape, device=next(model.parameters()).device))
    for hook in hooks:
        hook.remove()
    return sum(counts)
