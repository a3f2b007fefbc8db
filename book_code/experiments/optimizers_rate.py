"""Eight optimizers, each with many learning rates, on the same small network."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from book_code.data import Dataset
from book_code.experiments import _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP
from book_code.schedules import cosine

TITLE = "Eight optimizers and their learning rates"
LABELS = {
    "sgd": "SGD",
    "momentum": "momentum",
    "nesterov": "Nesterov",
    "muon": "Muon",
    "adagrad": "AdaGrad",
    "rmsprop": "RMSProp",
    "adam": "Adam",
    "adamw": "AdamW",
}
NEAR = 2.0  # percentage points from the best: a rate this near is called a good one


@dataclass(frozen=True)
class Config:
    """A share of the training images, few epochs; every rate with every seed."""

    dataset: str = "fashion-mnist"
    train_size: int = 10_000
    hidden: int = 100
    epochs: int = 3
    batch_size: int = 100
    rates: tuple[float, ...] = (3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
    bias_rate: float = 3e-3  # of the AdamW beside Muon, which trains matrices only
    seeds: tuple[int, ...] = (0, 1, 2)
    test_size: int = 10_000

    def quick(self) -> Config:
        """Few images, three rates."""
        return replace(
            self, train_size=1_000, test_size=1_000, epochs=1, rates=(1e-3, 0.03, 1.0)
        )


def optimizers(label: str, model: nn.Module, config: Config, rate: float) -> list[Any]:
    """One optimizer for all parameters; Muon needs a second one for the biases."""
    every, make = list(model.parameters()), torch.optim
    makers: dict[str, Callable[[], list[Any]]] = {
        "sgd": lambda: [make.SGD(every, rate)],
        "momentum": lambda: [make.SGD(every, rate, momentum=0.9)],
        "nesterov": lambda: [make.SGD(every, rate, momentum=0.9, nesterov=True)],
        "muon": lambda: [
            make.Muon([p for p in every if p.ndim == 2], rate, weight_decay=0.0),
            make.AdamW([p for p in every if p.ndim != 2], config.bias_rate),
        ],
        "adagrad": lambda: [make.Adagrad(every, rate)],
        "rmsprop": lambda: [make.RMSprop(every, rate)],
        "adam": lambda: [make.Adam(every, rate)],
        "adamw": lambda: [make.AdamW(every, rate, weight_decay=0.01)],
    }
    return makers[label]()


def train(
    label: str, config: Config, data: Dataset, seed: int, rate: float, device: str, decay: bool
) -> nn.Module:
    """Train one network, at a constant rate or down half a cosine to zero."""
    torch.manual_seed(seed)
    model = MLP(MLPConfig(hidden=(config.hidden,))).to(device)
    group = optimizers(label, model, config, rate)
    starts = [optimizer.param_groups[0]["lr"] for optimizer in group]
    x, y = torch.from_numpy(data.train.x).to(device), torch.from_numpy(data.train.y).to(device)
    rng, number = np.random.default_rng(seed), 0
    total = config.epochs * math.ceil(len(y) / config.batch_size)
    for _ in range(config.epochs):
        order = torch.from_numpy(rng.permutation(len(y)).astype(np.int64)).to(device)
        for rows in order.split(config.batch_size):
            loss = cross_entropy(model(x[rows]), y[rows])
            model.zero_grad()
            loss.backward()
            for optimizer, start in zip(group, starts, strict=True):
                if decay:
                    optimizer.param_groups[0]["lr"] = cosine(number, start, total)
                optimizer.step()
            number += 1
    return model


def run(config: Config, device: str, progress: Progress) -> Result:
    """Sweep the rates; read the test split at each optimizer's best one, with and without decay."""
    progress.begin(len(LABELS) * (len(config.rates) + 2))
    data = {seed: _sweep.images(config, seed) for seed in config.seeds}
    result = Result()
    for label, words in LABELS.items():
        kept: dict[tuple[float, bool], list[nn.Module]] = {}

        def sweep(
            rate: float, decay: bool, label: str = label, kept: Any = kept, words: str = words
        ) -> list[float]:
            kept[rate, decay] = [
                train(label, config, data[seed], seed, rate, device, decay)
                for seed in config.seeds
            ]
            progress.step(f"{words}, learning rate {rate:g}{' with decay' if decay else ''}")
            return [
                accuracy(model, data[seed].validation, device)
                for model, seed in zip(kept[rate, decay], config.seeds, strict=True)
            ]

        scores = {rate: sweep(rate, False) for rate in config.rates}
        means = {rate: float(np.mean(found)) for rate, found in scores.items()}
        best = max(means, key=means.__getitem__)
        result.add_series(label, config.rates, list(zip(*scores.values(), strict=True)),
                          x_label="learning rate", y_label="validation accuracy (%)")  # fmt: skip
        higher = config.rates[min(config.rates.index(best) + 1, len(config.rates) - 1)]
        decayed = {rate: float(np.mean(sweep(rate, True))) for rate in (best, higher)}
        best_decayed = max(decayed, key=decayed.__getitem__)
        result.add(f"best_rate_{label}", best)
        result.add(f"best_rate_decayed_{label}", best_decayed)
        result.add(f"good_rates_{label}", sum(m > means[best] - NEAR for m in means.values()))
        result.add(f"validation_accuracy_{label}", scores[best], "%")
        for name, key in (("", (best, False)), ("_decayed", (best_decayed, True))):
            result.add(f"test_accuracy{name}_{label}",
                       [accuracy(model, data[seed].test, device)
                        for model, seed in zip(kept[key], config.seeds, strict=True)], "%")  # fmt: skip
    describe(result)
    return result


@torch.no_grad()
def accuracy(model: nn.Module, split: Any, device: str) -> float:
    """Accuracy in per cent. A network whose scores are not numbers has none right."""
    scores: Tensor = model(torch.from_numpy(split.x).to(device))
    right = scores.argmax(dim=1).cpu() == torch.from_numpy(split.y)
    return 100 * float((right & scores.isfinite().all(dim=1).cpu()).double().mean())


def describe(result: Result) -> None:
    """The table and the description."""
    names = [f"test_accuracy_{label}" for label in LABELS]
    result.add("lowest_test_accuracy", min(result.mean(name) for name in names), "%")
    result.add("highest_test_accuracy", max(result.mean(name) for name in names), "%")
    result.tabulate(
        ["optimizer", "best rate", "good rates", "test accuracy", "rate with decay",
         "test accuracy with decay"],
        [
            [words, f"{result.mean(f'best_rate_{k}'):g}", result.mean(f"good_rates_{k}"),
             result.say(f"test_accuracy_{k}", 1), f"{result.mean(f'best_rate_decayed_{k}'):g}",
             result.say(f"test_accuracy_decayed_{k}", 1)]
            for k, words in LABELS.items()
        ],
    )  # fmt: skip
    result.alt = (
        "Validation accuracy against the learning rate, one curve an optimizer: each rises to a flat top "
        "and then falls. Best rates: "
        + ", ".join(f"{w} {result.mean(f'best_rate_{k}'):g}" for k, w in LABELS.items())
        + ". At them the mean test accuracies lie between "
        f"{result.say('lowest_test_accuracy', 1)} and {result.say('highest_test_accuracy', 1)}."
    )


def plot(result: Result) -> Any:
    """Accuracy against the learning rate: one rate for all weights, and one for each."""
    from book_code.experiments._draw import curve, log_scale, subplots

    figure, sides = subplots(ncols=2, sharey=True)
    names = list(LABELS)
    titles = ("one rate for all weights", "a rate for every weight")
    for axes, group, title in zip(sides, (names[:4], names[4:]), titles, strict=True):
        for look, label in enumerate(group):
            curve(axes, result, label, look, label=LABELS[label])
        log_scale(axes.xaxis, (1e-3, 0.01, 0.1, 1))
        axes.tick_params(axis="x", labelsize=9)
        axes.set_xlabel("learning rate")
        axes.set_title(title, fontsize=11)
        axes.legend(loc="lower center", fontsize=9)
    sides[0].set_ylabel("validation accuracy (%)")
    return figure
