"""Evolution against random search for an architecture, with as many trainings each.

L. Li, A. Talwalkar (2019), arXiv:1902.07638: random search is the baseline that a cleverer one has to beat.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from book_code.architecture_search import Architecture, evolution, random_search
from book_code.data import Dataset
from book_code.experiments import _small, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP

TITLE = "Evolution against random search for an architecture"
LABELS = {"random": "random search", "evolution": "evolution"}


@dataclass(frozen=True)
class Config:
    """MLPs for 300 of the 8 x 8 digits: the width of each of four layers (0: no such layer), the
    activation, and dropout; 7,500 architectures, of which each search trains `budget`.
    """

    dataset: str = "digits"
    train_size: int = 300
    layers: tuple[int, ...] = (0, 4, 8, 16, 64)
    activations: tuple[str, ...] = ("sigmoid", "tanh", "relu", "gelu")
    dropouts: tuple[float, ...] = (0.0, 0.2, 0.5)
    budget: int = 48
    population: int = 12
    sample: int = 4
    epochs: int = 6
    batch_size: int = 32
    rate: float = 3e-3
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)

    def quick(self) -> Config:
        """Few trainings."""
        return replace(self, budget=8, population=4, sample=2, epochs=1, seeds=(0, 1))


def space(config: Config) -> dict[str, Any]:
    """The values that each choice may take."""
    widths = {f"layer_{i}": config.layers for i in range(4)}
    return widths | {"activation": config.activations, "dropout": config.dropouts}


def train(config: Config, data: Dataset, chosen: Architecture, seed: int, device: str) -> MLP:
    """One network of an architecture; every one of a seed is trained the same way."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    hidden = tuple(chosen[f"layer_{i}"] for i in range(4) if chosen[f"layer_{i}"])
    model = MLP(MLPConfig(in_features=data.train.x[0].size, hidden=hidden, dropout=chosen["dropout"],
                          activation=chosen["activation"])).to(device)  # fmt: skip
    optimizer = torch.optim.Adam(model.parameters(), config.rate)
    x, y = (torch.from_numpy(array).to(device) for array in data.train)
    for _ in range(config.epochs):
        for rows in torch.from_numpy(rng.permutation(len(y))).split(config.batch_size):
            optimizer.zero_grad()
            cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
    return model


@kept
def search(config: Config, label: str, seed: int, device: str) -> dict[str, Any]:
    """One search by validation accuracy; its best architecture meets the test split, once."""
    data = _small.draw(config.dataset, seed, config.train_size)
    rng = np.random.default_rng(seed)

    def score(chosen: Architecture) -> float:
        return _sweep.accuracy(
            train(config, data, chosen, seed, device), data.validation, device
        )

    if label == "random":
        found = random_search(space(config), score, config.budget, rng=rng)
    else:
        found = evolution(space(config), score, config.budget, population=config.population,
                          sample=config.sample, rng=rng)  # fmt: skip
    model = train(config, data, found.best.architecture, seed, device)
    return {
        "so_far": found.best_so_far(),
        "tried": [trial.score for trial in found.trials],
        "test": _sweep.accuracy(model, data.test, device),
    }


def run(config: Config, device: str, progress: Progress) -> Result:
    """Both searches with every seed; they begin with the same architectures."""
    progress.begin(len(LABELS) * len(config.seeds))
    result, later = Result(), config.budget - config.population
    for label, words in LABELS.items():
        found = []
        for seed in config.seeds:
            found.append(search(config, label, seed, device))
            progress.step(f"{words}, seed {seed}")
        result.add_series(label, range(1, config.budget + 1), [one["so_far"] for one in found],
                          x_label="trainings", y_label="best validation accuracy so far (%)")  # fmt: skip
        result.add(f"validation_accuracy_{label}", [one["so_far"][-1] for one in found], "%")
        result.add(f"mean_accuracy_later_{label}",
                   [float(np.mean(one["tried"][-later:])) for one in found], "%")  # fmt: skip
        result.add(f"test_accuracy_{label}", [one["test"] for one in found], "%")
    describe(result, config)
    return result


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    columns = {"validation_accuracy": "best validation accuracy", "test_accuracy": "test accuracy of the best",
               "mean_accuracy_later": "mean validation accuracy after the first population"}  # fmt: skip
    result.tabulate(
        ["search", *columns.values()],
        [
            [words, *(result.say(f"{name}_{label}", 1) for name in columns)]
            for label, words in LABELS.items()
        ],
    )
    result.alt = (
        f"The best validation accuracy so far, over {config.budget} trainings. "
        + " ".join(
            f"{words.capitalize()}: {result.say(f'validation_accuracy_{label}', 1)} at the end, "
            f"{result.say(f'test_accuracy_{label}', 1)} on the test split."
            for label, words in LABELS.items()
        )
    )


def plot(result: Result) -> Any:
    """The best so far by trainings, and what it came to on the test split."""
    from book_code.experiments._draw import race

    return race(result, LABELS, "trainings", first=0.1, below=6, height=5.2)
