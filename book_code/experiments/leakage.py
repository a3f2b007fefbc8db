"""Three ways in which test examples leak into training, each beside the honest way.

Choosing features before splitting: T. Hastie, R. Tibshirani, J. Friedman (2009). The elements of
statistical learning, section 7.10.2. Duplicates across the split: B. Barz, J. Denzler (2020),
arXiv:1902.00423.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from book_code.data import load
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "What leaks when the split comes too late"
LABELS = {
    "features": "choosing features",
    "duplicates": "changed copies",
    "scaling": "scaling",
}
WAYS = {"before": "before the split", "after": "after the split"}


@dataclass(frozen=True)
class Config:
    """The same pictures twice: once the step comes before the split, once after it.

    - Features: pixels of noise and labels thrown with a coin, the `chosen` that go best with the labels,
      nearest neighbour, `folds` folds. Nothing can be known: the truth is 50 %.
    - Copies: 8 x 8 digits of which a share of the labels is wrong, each with copies under a little noise, and the
      nearest neighbour.
    - Scaling: mean and standard deviation of every pixel of the digits, and the nearest neighbour.
    """

    dataset: str = "digits"
    people: int = 50
    pixels: int = 5_000
    chosen: int = 100
    folds: int = 5
    digits: int = 300
    wrong: float = 0.2
    copies: int = 3
    noise_of_copies: float = 0.1
    seeds: tuple[int, ...] = tuple(range(20))

    def quick(self) -> Config:
        """Fewer pixels, digits and seeds."""
        return replace(self, pixels=500, digits=100, seeds=(0, 1, 2))


def features(config: Config, before: bool, rng: np.random.Generator) -> float:
    """Accuracy over the folds; the best pixels are chosen with all rows, or with the training rows."""
    x = rng.standard_normal((config.people, config.pixels))
    y = rng.permutation(np.arange(config.people) % 2)
    fold = rng.permutation(np.arange(config.people) % config.folds)
    scores = []
    for number in range(config.folds):
        train, held = fold != number, fold == number
        seen = np.ones_like(train) if before else train
        difference = x[seen & (y == 1)].mean(axis=0) - x[seen & (y == 0)].mean(axis=0)
        best = np.abs(difference).argsort()[-config.chosen :]
        scores.append(nearest(x[train][:, best], y[train], x[held][:, best], y[held]))
    return float(np.mean(scores))


def duplicates(config: Config, before: bool, rng: np.random.Generator) -> float:
    """Accuracy of the nearest neighbour; copies are made of all pictures, or of the training pictures."""
    x, y = drawn(config, rng)
    labels = np.where(rng.random(len(y)) < config.wrong, rng.permutation(y), y)
    if before:
        x, labels = copied(x, labels, config, rng)
    train = rng.permutation(len(labels)) < 0.8 * len(labels)
    known = x[train], labels[train]
    if not before:
        known = copied(*known, config, rng)
    return nearest(*known, x[~train], labels[~train])


def copied(
    x: np.ndarray, y: np.ndarray, config: Config, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The pictures and their copies, each with a little noise of its own.

    Shape:
        x (N, H, W), y (N,) -> ((1 + copies) N, H, W), ((1 + copies) N,)
    """
    copies = np.tile(x, (config.copies, 1, 1))
    copies = copies + config.noise_of_copies * rng.standard_normal(copies.shape, np.float32)
    return np.concatenate([x, copies]), np.tile(y, 1 + config.copies)


def scaling(config: Config, before: bool, rng: np.random.Generator) -> float:
    """Accuracy of the nearest neighbour; the scale is that of all pictures, or of the training pictures."""
    x, y = drawn(config, rng)
    train = rng.permutation(len(y)) < 0.8 * len(y)
    seen = x if before else x[train]
    x = (x - seen.mean(axis=0)) / (seen.std(axis=0) + 0.01)
    return nearest(x[train], y[train], x[~train], y[~train])


def drawn(config: Config, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Some of the digits: pictures (N, 8, 8) and labels."""
    part = load(config.dataset).train
    part = part.take(rng.permutation(len(part))[: config.digits])
    return part.x[:, 0], part.y


def nearest(x: np.ndarray, y: np.ndarray, new: np.ndarray, truth: np.ndarray) -> float:
    """Accuracy, in per cent, of the label of the nearest known picture."""
    x, new = x.reshape(len(x), -1), new.reshape(len(new), -1)
    distances = (x * x).sum(axis=1) - 2 * new @ x.T
    return 100 * float((y[distances.argmin(axis=1)] == truth).mean())


@kept
def measure(config: Config, label: str, way: str, seed: int) -> float:
    """One accuracy; both ways get the same pictures of a seed."""
    do = {"features": features, "duplicates": duplicates, "scaling": scaling}[label]
    return do(config, way == "before", np.random.default_rng(seed))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Every leak, both ways, with every seed."""
    progress.begin(len(LABELS) * len(WAYS) * len(config.seeds))
    result = Result()
    for label, words in LABELS.items():
        found: dict[str, list[float]] = {}
        for way, said in WAYS.items():
            found[way] = []
            for seed in config.seeds:
                found[way].append(measure(config, label, way, seed))
                progress.step(f"{words} {said}, seed {seed}")
            result.add(f"accuracy_{label}_{way}", found[way], "%")
        gaps = [a - b for a, b in zip(found["before"], found["after"], strict=True)]
        result.add(f"leak_{label}", gaps, "points")
    result.refer("Hastie, Tibshirani and Friedman, the leak shown", "accuracy_features_before", 97.0,
                 "The elements of statistical learning (2009), 7.10.2: 3 % error, where 50 % is true")  # fmt: skip
    describe(result)
    return result


def describe(result: Result) -> None:
    """The table and the description."""
    result.tabulate(
        ["step", *(f"accuracy, {said}" for said in WAYS.values()), "what leaked"],
        [
            [words, *(result.say(f"accuracy_{label}_{way}", 1) for way in WAYS),
             result.say(f"leak_{label}", 1)]
            for label, words in LABELS.items()
        ],
    )  # fmt: skip
    result.alt = "Accuracy on held-out examples, every seed a dot. " + " ".join(
        f"{words.capitalize()} before the split {result.say(f'accuracy_{label}_before', 1)}, after it "
        f"{result.say(f'accuracy_{label}_after', 1)}."
        for label, words in LABELS.items()
    )


def plot(result: Result) -> Any:
    """A pair of rows a leak."""
    from book_code.experiments._draw import dots, subplots
    from book_code.plotting import INK_SOFT

    figure, axes = subplots(figsize=(6.1, 4.4))
    dots(axes, result, {f"accuracy_{label}_{way}": f"{words}\n{said}"
                        for label, words in LABELS.items() for way, said in WAYS.items()})  # fmt: skip
    axes.axvline(50, color=INK_SOFT, linestyle=":", linewidth=1.2)
    axes.set_xlabel("accuracy on held-out examples (%)")
    axes.tick_params(axis="y", labelsize=10)
    return figure
