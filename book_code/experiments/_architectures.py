"""Six families of convolutional networks on the same pictures: what accuracy costs in each."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from book_code.data import Dataset, Split
from book_code.experiments import _images, _memory, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.googlenet.torch_model import googlenet_loss
from book_code.training.torch_loop import evaluate_torch

LABELS = {
    "lenet": "LeNet-5",
    "alexnet": "AlexNet",
    "vgg": "VGG-11",
    "googlenet": "GoogLeNet",
    "resnet": "ResNet-18",
    "densenet": "DenseNet",
}


@dataclass(frozen=True)
class Training(_sweep.Sweep):
    """AdamW, one cycle of the rate; in training, pictures are moved by up to `most_pixels` and, with `flip`, mirrored.

    Of several `learning_rates` each family takes the one that is best on validation pictures after `tuning_epochs`,
    with a seed of its own.
    """

    validation_size: int = 5_000
    tuning_epochs: int = 4
    decay: float = 0.01
    most_pixels: int = 0
    flip: bool = False
    halved: bool = False  # pictures of 14 x 14, with a border of one pixel

    def quick(self) -> Self:
        """A few pictures, one epoch."""
        return replace(self, train_size=8, validation_size=8, test_size=8, batch_size=4, epochs=1,
                       tuning_epochs=1, learning_rates=self.learning_rates[:1], seeds=(0, 1))  # fmt: skip


@dataclass
class Run:
    """What was measured on one trained network."""

    rate: float
    epoch_seconds: list[float]
    validation_accuracy: list[float]
    test_accuracy: float
    peak_mb: float | None  # of a GPU's memory


def train_all(
    config: Training, networks: Mapping[str, _sweep.Network], device: str, progress: Progress
) -> Result:
    """For each family choose the learning rate, then train with every seed."""
    rates = config.learning_rates
    trials = rates if len(rates) > 1 else ()
    progress.begin(len(networks) * (len(trials) + len(config.seeds)))
    tuning = pictures(config, _sweep.TUNING_SEED)
    tuning = replace(tuning, test=tuning.validation)
    short = replace(config, epochs=config.tuning_epochs)
    result = Result()
    runs: dict[str, list[Run]] = {}
    for label, network in networks.items():
        scores = {}
        for rate in trials:
            trial = train(short, network, tuning, _sweep.TUNING_SEED, rate, device)
            scores[rate] = trial.validation_accuracy[-1]
            progress.step(f"{LABELS[label]}, learning rate {rate:g}")
        best = max(scores, key=scores.__getitem__) if scores else rates[0]
        runs[label] = []
        for seed in config.seeds:
            runs[label].append(
                train(config, network, pictures(config, seed), seed, best, device)
            )
            progress.step(f"{LABELS[label]}, seed {seed}")
        costs(result, label, network(), tuning, config.batch_size)
    report(result, runs)
    return result


def pictures(config: Training, seed: int) -> Dataset:
    """The pictures that a seed draws, with mean 0 and spread 1 over the training split."""
    data = _sweep.images(config, seed)
    mean, spread = data.train.x.mean(), data.train.x.std()

    def scaled(split: Split) -> Split:
        x = halved(split.x) if config.halved else split.x
        return Split((x - mean) / spread, split.y)

    validation = data.validation.take(slice(config.validation_size))
    return replace(
        data, train=scaled(data.train), validation=scaled(validation), test=scaled(data.test)
    )


def halved(x: np.ndarray) -> np.ndarray:
    """Pictures (N, 1, 28, 28) as (N, 1, 16, 16): means over squares, and a border for what halves them four times."""
    squares = x.reshape(len(x), 1, 14, 2, 14, 2).mean(axis=(3, 5))
    return np.pad(squares, ((0, 0), (0, 0), (1, 1), (1, 1)))


@kept
def train(
    config: Training,
    network: Callable[[], nn.Module],
    data: Dataset,
    seed: int,
    rate: float,
    device: str,
) -> Run:
    """Train one network and read the test split once, after the last epoch."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    _reset(device)
    model: Any = network().to(device)
    model.to(memory_format=torch.channels_last)  # channels side by side: faster on CPU and GPU
    updates = torch.optim.AdamW(model.parameters(), rate, weight_decay=config.decay)
    steps = config.epochs * -(-len(data.train) // config.batch_size)
    cycle = torch.optim.lr_scheduler.OneCycleLR(updates, rate, steps, pct_start=0.2)
    x, y = (torch.from_numpy(part).to(device) for part in data.train)
    seen, labels = (torch.from_numpy(part).to(device) for part in data.validation)
    run = Run(rate, [], [], 0.0, None)
    for _ in range(config.epochs):
        start = _sweep.clock(device)
        for batch in torch.from_numpy(rng.permutation(len(x))).to(device).split(config.batch_size):  # fmt: skip
            loss = step_loss(model, changed(config, x[batch], rng), y[batch])
            updates.zero_grad()
            loss.backward()
            updates.step()
            cycle.step()
        run.epoch_seconds.append(_sweep.clock(device) - start)
        run.validation_accuracy.append(100 * evaluate_torch(model, seen, labels)[1])
    run.peak_mb = _memory.peak_mb(device) if device.startswith("cuda") else None
    run.test_accuracy = _sweep.accuracy(model, data.test, device)
    return run


def step_loss(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """The loss of a minibatch, with GoogLeNet's auxiliary ones; in half precision on a GPU."""
    with torch.autocast(x.device.type, torch.bfloat16, enabled=x.device.type == "cuda"):
        return googlenet_loss(model(x), y)


def changed(config: Training, x: Tensor, rng: np.random.Generator) -> Tensor:
    """The training pictures of a minibatch as they go in."""
    if config.flip:
        turned = torch.from_numpy(rng.random(len(x)) < 0.5).to(x.device)
        x = torch.where(turned[:, None, None, None], x.flip(3), x)
    return _images.random_shift(x, rng, config.most_pixels) if config.most_pixels else x


def _reset(device: str) -> None:
    """Watch the GPU's memory from here."""
    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats(device)


def costs(result: Result, label: str, model: nn.Module, data: Dataset, batch_size: int) -> None:
    """Parameters, multiplications a picture, and the memory that a training step needs at least."""
    x, y = (torch.from_numpy(part[:batch_size]) for part in data.train)
    result.add(f"parameters_{label}", _sweep.parameters(model))
    result.add(f"memory_{label}", step_memory(model, x, y) / 1e6, "MB")
    model.eval()
    result.add(f"multiplications_{label}", _sweep.multiplications(model, x.shape[1:]))


def step_memory(model: nn.Module, x: Tensor, y: Tensor) -> int:
    """Bytes of weights, gradients and Adam's two means, and of what is kept for the way back."""
    weights = {p.untyped_storage().data_ptr(): p.numel() * p.element_size() for p in model.parameters()}  # fmt: skip
    saved: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        place = tensor.untyped_storage()
        saved[place.data_ptr()] = place.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        loss = step_loss(model.train(), x, y)
    assert loss.requires_grad  # as long as it lives, no place is used twice
    return 4 * sum(weights.values()) + sum(saved[key] for key in saved.keys() - weights.keys())


def report(result: Result, runs: Mapping[str, list[Run]]) -> None:
    """Accuracy, time and memory of every family."""
    for label, group in runs.items():
        result.add(f"test_accuracy_{label}", [run.test_accuracy for run in group], "%")
        result.add(f"validation_accuracy_{label}",
                   [run.validation_accuracy[-1] for run in group], "%")  # fmt: skip
        result.add(f"seconds_per_epoch_{label}",
                   [statistics.median(run.epoch_seconds) for run in group], "s")  # fmt: skip
        result.add(f"learning_rate_{label}", group[0].rate)
        peaks = [run.peak_mb for run in group if run.peak_mb]
        if peaks:
            result.add(f"peak_memory_{label}", peaks, "MB")
        result.add_series(f"validation_{label}", range(1, 1 + len(group[0].epoch_seconds)),
                          [run.validation_accuracy for run in group],
                          x_label="epoch", y_label="validation accuracy (%)")  # fmt: skip
    describe(result)


def describe(result: Result) -> None:
    """The table and the description."""
    result.tabulate(
        ["network", "test accuracy", "parameters", "multiplications a picture", "time of an epoch",
         "memory of a step", "learning rate"],
        [
            [words, result.say(f"test_accuracy_{k}"), f"{result.mean(f'parameters_{k}'):,}",
             f"{result.mean(f'multiplications_{k}'):,}", result.say(f"seconds_per_epoch_{k}", 1),
             result.say(f"memory_{k}", 0), f"{result.mean(f'learning_rate_{k}'):g}"]
            for k, words in LABELS.items()
        ],
    )  # fmt: skip
    best = _sweep.best(result, LABELS)
    result.alt = (
        "Test accuracy of six families of networks on Fashion-MNIST against their parameters and against the time of "
        f"an epoch. Best: {LABELS[best]}, {result.say(f'test_accuracy_{best}', 1)} with "
        f"{result.mean(f'parameters_{best}'):,} parameters; "
        + "; ".join(f"{words} {result.say(f'test_accuracy_{k}', 1)}" for k, words in LABELS.items() if k != best)
        + "."
    )  # fmt: skip


def draw(result: Result) -> Any:
    """Accuracy against parameters, and against time."""
    from book_code.experiments._draw import log_scale, subplots
    from book_code.plotting import CYCLE

    figure, panels = subplots(ncols=2, sharey=True, figsize=(6.1, 3.6))
    words = {"parameters": "parameters", "seconds_per_epoch": "time of an epoch (s)"}
    for axes, (metric, name) in zip(panels, words.items(), strict=True):
        for look, (label, family) in enumerate(LABELS.items()):
            x, y = result.mean(f"{metric}_{label}"), result.mean(f"test_accuracy_{label}")
            style = CYCLE[look] | {"linestyle": "none"}
            axes.errorbar(x, y, yerr=result.sd(f"test_accuracy_{label}"), capsize=3,
                          label=family, **style)  # fmt: skip
        means = [result.mean(f"{metric}_{label}") for label in LABELS]
        low, high = min(means) / 1.5, max(means) * 1.5
        places = [digit * 10.0**power for power in range(-3, 10) for digit in (1, 3)]
        wide = high > 100 * low  # then powers of ten are enough
        log_scale(axes.xaxis, [p for p in places[:: 2 if wide else 1] if low < p < high])
        axes.set_xlim(low, high)
        axes.set_xlabel(name)
    panels[0].set_ylabel("test accuracy (%)")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure
