"""Grid, random and Bayesian search (TPE) for four settings of an MLP, with the same number of trials.

J. Bergstra, Y. Bengio (2012). Random search for hyper-parameter optimization. JMLR 13: a grid spends
its trials on few values of the one setting that matters.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from book_code.data import Dataset
from book_code.experiments import _small, _sweep, _tpe
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP

TITLE = "Random against grid against Bayesian search"
LABELS = {"grid": "grid", "random": "random", "tpe": "Bayesian (TPE)"}


@dataclass(frozen=True)
class Config:
    """300 of the 8 x 8 digits, few steps; the score of a trial is the accuracy on the validation split.

    The ranges are wide, as those of a beginner: learning rate, weight decay and units on
    logarithmic scales. `grid` is the number of values of each; their product is the budget of all.
    """

    dataset: str = "digits"
    train_size: int = 300
    rate: tuple[float, float] = (1e-5, 1.0)
    decay: tuple[float, float] = (1e-6, 1.0)
    units: tuple[int, int] = (8, 128)
    dropout: tuple[float, float] = (0.0, 0.8)
    grid: tuple[int, int, int, int] = (4, 3, 2, 2)
    first: int = 12
    epochs: int = 6
    batch_size: int = 32
    seeds: tuple[int, ...] = tuple(range(8))

    def quick(self) -> Config:
        """Few trials and seeds."""
        return replace(self, grid=(3, 2, 1, 1), first=3, epochs=2, seeds=(0, 1))


def settings(config: Config, point: np.ndarray) -> dict[str, float]:
    """What a point of the unit cube means."""
    scales = {}
    for name, share in zip(("rate", "decay", "units"), point, strict=False):
        low, high = getattr(config, name)
        scales[name] = float(low * (high / low) ** share)
    low, high = config.dropout
    return scales | {
        "units": round(scales["units"]),
        "dropout": float(low + (high - low) * point[3]),
    }


def train(config: Config, data: Dataset, seed: int, point: np.ndarray, device: str) -> MLP:
    """One network with the settings of a point; AdamW."""
    chosen = settings(config, point)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = MLP(MLPConfig(in_features=data.train.x[0].size, hidden=(int(chosen["units"]),),
                          dropout=chosen["dropout"])).to(device)  # fmt: skip
    optimizer = torch.optim.AdamW(
        model.parameters(), chosen["rate"], weight_decay=chosen["decay"]
    )
    x, y = (torch.from_numpy(array).to(device) for array in data.train)
    for _ in range(config.epochs):
        for rows in torch.from_numpy(rng.permutation(len(y))).split(config.batch_size):
            optimizer.zero_grad()
            cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
    return model


@kept
def search(config: Config, label: str, seed: int, device: str) -> dict[str, Any]:
    """One search: the best score so far after each trial, then the test accuracy of the best, once."""
    data = _small.draw(config.dataset, seed, config.train_size)
    rng = np.random.default_rng([seed, list(LABELS).index(label)])
    budget, scores = int(np.prod(config.grid)), []

    def score(point: np.ndarray) -> float:
        model = train(config, data, seed, point, device)
        scores.append(_sweep.accuracy(model, data.validation, device))
        return scores[-1]

    if label == "tpe":
        points = _tpe.tpe(score, 4, budget, rng, first=config.first)
    else:
        points = cells(config, rng) if label == "grid" else rng.random((budget, 4))
        for point in points:
            score(point)
    best = points[int(np.argmax(scores))]
    model = train(config, data, seed, best, device)
    return {
        "so_far": np.maximum.accumulate(scores).tolist(),
        "test": _sweep.accuracy(model, data.test, device),
        "settings": settings(config, best),
    }


def cells(config: Config, rng: np.random.Generator) -> np.ndarray:
    """The points of the grid, the middles of equal parts, in random order."""
    axes = [(np.arange(n) + 0.5) / n for n in config.grid]
    return rng.permutation(np.array(list(itertools.product(*axes))))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Every way to search with every seed."""
    progress.begin(len(LABELS) * len(config.seeds))
    result, budget = Result(), int(np.prod(config.grid))
    for label, words in LABELS.items():
        found = []
        for seed in config.seeds:
            found.append(search(config, label, seed, device))
            progress.step(f"{words}, seed {seed}")
        result.add_series(label, range(1, budget + 1), [one["so_far"] for one in found],
                          x_label="trials", y_label="best validation accuracy so far (%)")  # fmt: skip
        for share in (4, 2, 1):
            trials = max(1, budget // share)
            result.add(f"validation_accuracy_{label}_{trials}",
                       [one["so_far"][trials - 1] for one in found], "%")  # fmt: skip
        result.add(f"test_accuracy_{label}", [one["test"] for one in found], "%")
        result.add(f"chosen_rate_{label}", [one["settings"]["rate"] for one in found])
    describe(result, budget)
    return result


def describe(result: Result, budget: int) -> None:
    """The table and the description."""
    trials = [max(1, budget // share) for share in (4, 2, 1)]
    result.tabulate(
        ["search", *(f"best validation accuracy after {n} trials" for n in trials), "test accuracy"],
        [
            [words, *(result.say(f"validation_accuracy_{label}_{n}", 1) for n in trials),
             result.say(f"test_accuracy_{label}", 1)]
            for label, words in LABELS.items()
        ],
    )  # fmt: skip
    result.alt = f"The best validation accuracy so far, over {budget} trials. " + " ".join(
        f"{words.capitalize() if label != 'tpe' else words}: "
        f"{result.say(f'validation_accuracy_{label}_{trials[0]}', 1)} after {trials[0]}, "
        f"{result.say(f'validation_accuracy_{label}_{budget}', 1)} at the end; "
        f"{result.say(f'test_accuracy_{label}', 1)} on the test split."
        for label, words in LABELS.items()
    )


def plot(result: Result) -> Any:
    """The best so far by trials, and what it came to on the test split."""
    from book_code.experiments._draw import race

    return race(result, LABELS, "trials", first=0.25, below=8, height=5.6)
