"""Transfer by the number of labelled pictures: from scratch, frozen and fine-tuned, from a near task and a far one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from book_code.data import Dataset, Split
from book_code.experiments import _small, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.cifar_cnn.config import CifarCNNConfig
from book_code.models.cifar_cnn.torch_model import CifarCNN
from book_code.training.transfer import freeze, hold_statistics, take_over, trainable

TITLE = "What transfer is worth, by the number of labelled pictures"
LABELS = {
    "scratch": "from scratch",
    "near_frozen": "from digits, frozen",
    "near_tuned": "from digits, fine-tuned",
    "far_frozen": "from clothes, frozen",
    "far_tuned": "from clothes, fine-tuned",
}
SIDE = 14


@dataclass(frozen=True)
class Config:
    """New: the digits 5 to 9 of MNIST. Learned before: 0 to 4 (near), or Fashion-MNIST (far); all 14 x 14.

    Frozen, only the new last layer learns; fine-tuned, all of it. Each way takes, at each size,
    the rate that is best on the validation split over all seeds; all take the same number of
    steps. Of the labelled pictures there are as many of each class.
    """

    dataset: str = "mnist"
    far_dataset: str = "fashion-mnist"
    source_size: int = 5_000
    source_updates: int = 300
    source_rate: float = 5e-3
    source_batch_size: int = 32
    filters: tuple[int, ...] = (16, 32)
    shots: tuple[int, ...] = (10, 20, 50, 200, 1_000)
    rates: tuple[float, ...] = (5e-3, 2e-2)
    updates: int = 60
    batch_size: int = 20
    validation_size: int = 1_000
    test_size: int = 2_000
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Few pictures and steps."""
        return replace(self, source_size=300, source_updates=5, shots=(10, 50), updates=5,
                       rates=(5e-3,), validation_size=100, test_size=100)  # fmt: skip


def network(config: Config, classes: int) -> CifarCNN:
    """A small convolutional network with a last layer for so many classes."""
    sizes: Any = {"filters": config.filters, "convolutions": 1, "head": "flatten"}
    return CifarCNN(CifarCNNConfig(classes, SIDE, 1, **sizes))


def small(split: Split) -> Split:
    """Pictures of 28 x 28 made 14 x 14: the mean of every 2 x 2 pixels."""
    x = split.x
    return Split(x.reshape(len(x), 1, SIDE, 2, SIDE, 2).mean(axis=(3, 5)), split.y)


def of_classes(split: Split, classes: tuple[int, ...]) -> Split:
    """The pictures of some classes, with labels from 0 in their order."""
    part = split.take(np.isin(split.y, classes))
    return Split(part.x, np.searchsorted(classes, part.y))


def task(config: Config, name: str, seed: int, size: int) -> Dataset:
    """The new task or an old one, near or far; a seed draws the training pictures, of each class as many."""
    far = name == "far"
    classes = {"new": tuple(range(5, 10)), "near": tuple(range(5)), "far": tuple(range(10))}[
        name
    ]
    data = _small.draw(config.far_dataset if far else config.dataset, seed, 4 * size + 100,
                       2 * config.validation_size, 3 * config.test_size)  # fmt: skip
    train, validation, test = (
        small(of_classes(part, classes)) for part in (data.train, data.validation, data.test)
    )
    rows = np.concatenate(
        [np.flatnonzero(train.y == k)[: size // len(classes)] for k in range(len(classes))]
    )
    parts: Any = {
        "train": train.take(rows),
        "validation": validation.take(slice(config.validation_size)),
        "test": test.take(slice(config.test_size)),
    }
    return replace(data, classes=tuple(map(str, classes)), **parts)


def learn(
    model: CifarCNN, split: Split, updates: int, batch_size: int, rate: float, seed: int
) -> CifarCNN:
    """Adam on what is not frozen, with a rate that falls to zero; frozen norms keep their statistics."""
    rng = np.random.default_rng(seed)
    device = next(model.parameters()).device
    x, y = (torch.from_numpy(array).to(device) for array in (split.x, split.y))
    model.train()
    if not all(p.requires_grad for p in model.parameters()):
        hold_statistics(model, "blocks")
    optimizer = torch.optim.Adam(trainable(model), rate)
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1, 0, updates)
    rows: list[int] = []
    for _ in range(updates):
        while len(rows) < batch_size:
            rows.extend(rng.permutation(len(y)).tolist())
        batch, rows = rows[:batch_size], rows[batch_size:]
        optimizer.zero_grad()
        cross_entropy(model(x[batch]), y[batch]).backward()
        optimizer.step()
        falling.step()
    return model.eval()


@kept
def source(config: Config, name: str, seed: int, device: str) -> dict[str, torch.Tensor]:
    """The weights of a network that has learned an old task."""
    torch.manual_seed(seed)
    data = task(config, name, seed, config.source_size)
    model = network(config, len(data.classes)).to(device)
    learn(model, data.train, config.source_updates, config.source_batch_size,
          config.source_rate, seed)  # fmt: skip
    return model.state_dict()


@kept
def train(
    config: Config, way: str, state: Any, data: Dataset, rate: float, seed: int, device: str
) -> tuple[CifarCNN, float]:
    """One network on the new pictures, and its accuracy on the validation split."""
    torch.manual_seed(seed)
    model = network(config, len(data.classes)).to(device)
    if way != "scratch":
        take_over(model, state, fresh=("fc",))
    if way.endswith("frozen"):
        freeze(model, "blocks")
    learn(model, data.train, config.updates, config.batch_size, rate, seed)
    return model, _sweep.accuracy(model, data.validation, device)


def run(config: Config, device: str, progress: Progress) -> Result:
    """Learn the two old tasks, then the new one in every way, at every size, with every seed."""
    each = len(config.shots) * len(LABELS) * len(config.rates)
    progress.begin(len(config.seeds) * (2 + each))
    states: dict[str, list[Any]] = {"scratch": [None] * len(config.seeds)}
    for name in ("near", "far"):
        states[name] = []
        for seed in config.seeds:
            states[name].append(source(config, name, seed, device))
            progress.step(f"the {name} task, seed {seed}")
    result = Result()
    scores: dict[str, list[list[float]]] = {label: [] for label in LABELS}
    for shots in config.shots:
        data = [task(config, "new", seed, shots) for seed in config.seeds]
        for label in LABELS:
            found = compare(config, label, states[label.split("_")[0]], data, device, progress)
            best = max(found, key=lambda rate: np.mean([score for _, score in found[rate]]))
            column = [
                _sweep.accuracy(model, one.test, device)
                for (model, _), one in zip(found[best], data, strict=True)
            ]
            scores[label].append(column)
            result.add(f"test_accuracy_{label}_{shots}", column, "%")
            result.add(f"best_rate_{label}_{shots}", best)
    for label, columns in scores.items():
        result.add_series(label, config.shots, list(zip(*columns, strict=True)),
                          x_label="labelled pictures", y_label="test accuracy (%)")  # fmt: skip
    describe(result, config)
    return result


def compare(
    config: Config,
    way: str,
    states: list[Any],
    data: list[Dataset],
    device: str,
    progress: Progress,
) -> dict[float, list[tuple[CifarCNN, float]]]:
    """Networks and validation accuracies by rate, one a seed."""
    found: dict[float, list[tuple[CifarCNN, float]]] = {}
    for rate in config.rates:
        found[rate] = []
        for seed, state, one in zip(config.seeds, states, data, strict=True):
            found[rate].append(train(config, way, state, one, rate, seed, device))
            progress.step(f"{way}, {len(one.train)} pictures, rate {rate:g}, seed {seed}")
    return found


def describe(result: Result, config: Config) -> None:
    """What transfer gains at each size, the table and the description."""
    for label in list(LABELS)[1:]:
        for shots in config.shots:
            ours, plain = (
                result.metrics[f"test_accuracy_{way}_{shots}"]["values"]
                for way in (label, "scratch")
            )
            gains = [a - b for a, b in zip(ours, plain, strict=True)]
            result.add(f"gain_{label}_{shots}", gains, "points")
    result.tabulate(
        ["labelled pictures", *LABELS.values()],
        [
            [f"{n:,}", *(result.say(f"test_accuracy_{label}_{n}", 1) for label in LABELS)]
            for n in config.shots
        ],
    )
    few, many = config.shots[0], config.shots[-1]
    result.alt = (
        "Test accuracy on the digits 5 to 9 against the number of labelled pictures. "
        + " ".join(
            f"{words.capitalize()}: {result.say(f'test_accuracy_{label}_{few}', 1)} with {few}, "
            f"{result.say(f'test_accuracy_{label}_{many}', 1)} with {many:,}."
            for label, words in LABELS.items()
        )
    )


def plot(result: Result) -> Any:
    """Accuracy by the number of pictures: from the near task on the left, from the far one on the right."""
    from book_code.experiments._draw import curve, log_scale, subplots

    figure, columns = subplots(ncols=2, sharey=True, figsize=(6.1, 4.2))
    titles = {"near": "from the digits 0 to 4", "far": "from clothes"}
    ways = {"scratch": "from scratch", "frozen": "frozen", "tuned": "fine-tuned"}
    for axes, (name, title) in zip(columns, titles.items(), strict=True):
        for look, (way, words) in enumerate(ways.items()):
            label = way if way == "scratch" else f"{name}_{way}"
            curve(axes, result, label, look, label=words)
        ticks = [n for n in result.config["shots"] if n != 100]
        log_scale(axes.xaxis, ticks)
        axes.set_xlabel("labelled pictures")
        axes.set_title(title)
    columns[0].set_ylabel("test accuracy (%)")
    handles, names = columns[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=3)
    return figure
