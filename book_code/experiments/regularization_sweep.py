"""How much dropout, how much weight decay: accuracy on the training pictures and on new ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from book_code.data import Dataset
from book_code.experiments import _small, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP
from book_code.training.torch_loop import fit_torch

TITLE = "Dropout and weight decay against the gap"
LABELS = {"dropout": "dropout", "decay": "weight decay"}
PARTS = {"train": "training pictures", "validation": "validation", "test": "new pictures"}


@dataclass(frozen=True)
class Config:
    """A wide MLP that knows its 500 pictures of Fashion-MNIST by heart; SGD with momentum.

    The test split is a part of the whole. The best amount is chosen on the validation split.
    """

    dataset: str = "fashion-mnist"
    train_size: int = 500
    validation_size: int = 2_000
    test_size: int = 5_000
    hidden: tuple[int, ...] = (256, 256)
    dropout: tuple[float, ...] = (0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8)
    decay: tuple[float, ...] = (0, 1e-3, 3e-3, 1e-2, 2e-2, 4e-2, 8e-2)
    rate: float = 0.02
    momentum: float = 0.9
    epochs: int = 50
    batch_size: int = 50
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Few pictures and amounts."""
        return replace(self, train_size=100, validation_size=500, test_size=500, epochs=5,
                       hidden=(32,), dropout=(0, 0.5), decay=(0, 1e-2))  # fmt: skip


@kept
def train(
    config: Config, data: Dataset, seed: int, dropout: float, decay: float, device: str
) -> dict[str, float]:
    """Train one network; its accuracy on each part of the data."""
    torch.manual_seed(seed)
    size = data.train.x[0].size
    model = MLP(MLPConfig(in_features=size, hidden=config.hidden, dropout=float(dropout)))
    optimizer = torch.optim.SGD(
        model.to(device).parameters(),
        config.rate,
        momentum=config.momentum,
        weight_decay=decay,
    )
    fit_torch(model, data.train, optimizer=optimizer, epochs=config.epochs,
              batch_size=config.batch_size, rng=np.random.default_rng(seed), device=device)  # fmt: skip
    return {part: _sweep.accuracy(model, getattr(data, part), device) for part in PARTS}


def run(config: Config, device: str, progress: Progress) -> Result:
    """One of the two at a time, every amount with every seed."""
    amounts = {"dropout": config.dropout, "decay": config.decay}
    progress.begin(sum(map(len, amounts.values())) * len(config.seeds))
    result = Result()
    for label, values in amounts.items():
        found: dict[str, list[list[float]]] = {part: [] for part in PARTS}
        for value in values:
            scores = []
            for seed in config.seeds:
                data = _small.draw(config.dataset, seed, config.train_size,
                                   config.validation_size, config.test_size)  # fmt: skip
                pair = (value, 0.0) if label == "dropout" else (0.0, value)
                scores.append(train(config, data, seed, *pair, device))
                progress.step(f"{LABELS[label]} {value:g}, seed {seed}")
            for part in PARTS:
                found[part].append([score[part] for score in scores])
                result.add(f"{part}_accuracy_{label}_{value:g}", found[part][-1], "%")
            gaps = [score["train"] - score["test"] for score in scores]
            result.add(f"gap_{label}_{value:g}", gaps, "points")
        for part in ("train", "test"):
            result.add_series(f"{part}_{label}", range(len(values)), list(zip(*found[part], strict=True)),
                              x_label=LABELS[label], y_label="accuracy (%)")  # fmt: skip
        means = [float(np.mean(row)) for row in found["validation"]]
        result.add(f"best_{label}", values[int(np.argmax(means))])
    describe(result, config)
    return result


def describe(result: Result, config: Config) -> None:
    """What the best amount gains over none, the table and the description."""
    rows, sentences = [], []
    for label, words in LABELS.items():
        for value in getattr(config, label):
            key = f"{label}_{value:g}"
            rows.append([f"{words} {value:g}", result.say(f"train_accuracy_{key}", 1),
                         result.say(f"test_accuracy_{key}", 1), result.say(f"gap_{key}", 1)])  # fmt: skip
        key = f"{label}_{result.mean(f'best_{label}'):g}"
        pair = zip(*(result.metrics[f"test_accuracy_{k}"]["values"] for k in (key, f"{label}_0")),
                   strict=True)  # fmt: skip
        result.add(f"gain_{label}", [a - b for a, b in pair], "points")
        sentences.append(
            f"{words.capitalize()}: without, {result.say(f'test_accuracy_{label}_0', 1)} on new pictures and a gap of "
            f"{result.say(f'gap_{label}_0', 1)}; at {result.mean(f'best_{label}'):g}, "
            f"{result.say(f'test_accuracy_{key}', 1)} and {result.say(f'gap_{key}', 1)}."
        )
    result.tabulate(["amount", "training accuracy", "test accuracy", "gap"], rows)
    result.alt = "Accuracy on training pictures and on new ones. " + " ".join(sentences)


def plot(result: Result) -> Any:
    """Both accuracies by the amount: dropout on the left, weight decay on the right."""
    from book_code.experiments._draw import curve, subplots

    figure, columns = subplots(ncols=2, sharey=True)
    for axes, (label, words) in zip(columns, LABELS.items(), strict=True):
        for look, (part, said) in enumerate({"train": "training", "test": "test"}.items()):
            curve(axes, result, f"{part}_{label}", look, label=said)
        values = result.config[label]
        axes.set_xticks(range(len(values)), [f"{value:g}" for value in values], fontsize=9)
        axes.set_xlabel(words)
    columns[0].set_ylabel("accuracy (%)")
    columns[0].legend(loc="lower left")
    return figure
