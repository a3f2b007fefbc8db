"""What the measures of generators say of pictures whose defect is known: each is blind to something."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import torch
from torch.nn import functional

from book_code.data import Split
from book_code.experiments import _fid
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "FID, Inception score, precision and recall against known defects"
DEFECTS = {
    "none": "real pictures",
    "noise": "with noise",
    "blur": "blurred",
    "half": "half of the classes",
    "few": "the same few, again and again",
    "copies": "copies of training pictures",
}
METRICS = {
    "fid": ("FID (own features)", 1),
    "score": ("Inception score (own features)", 1),
    "precision": ("precision, %", 0),
    "recall": ("recall, %", 0),
}


@dataclass(frozen=True)
class Config(_fid.Judged):
    """Pictures of the training and validation splits, spoiled and compared with test pictures.

    Noise has the standard deviation `noise`; blur is a mean over 3 x 3 pixels; `few` is the number of pictures that
    are repeated. Copies of training pictures have no defect that these measures see: a model that only remembers
    is perfect by them.
    """

    noise: float = 0.2
    few: int = 20
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Self:
        """Few pictures."""
        return replace(super().quick(), few=5, seeds=(0, 1))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Judge each defect with pictures that every seed draws anew."""
    progress.begin(1 + len(config.seeds))
    data = _fid.pictures(config)
    judge = _fid.train_judge(config, device, lambda: data)
    progress.step("the judge")
    real = judge.see(data.test.x[: config.made])
    found = []
    for seed in config.seeds:
        found.append(judged(config, data.train, data.validation, judge, real, seed))
        progress.step(f"seed {seed}")
    result = Result()
    for defect in DEFECTS:
        for metric in METRICS:
            share = 100 if metric in ("precision", "recall") else 1
            values = [share * getattr(one[defect], metric) for one in found]
            result.add(f"{metric}_{defect}", values, "%" if share > 1 else "")
    result.add("judge_accuracy", judge.accuracy, "%")
    describe(result)
    return result


@kept
def judged(
    config: Config, train: Split, held_out: Split, judge: _fid.Judge, real: _fid.Seen, seed: int
) -> dict[str, _fid.Scores]:
    """The scores of pictures with each defect."""
    rng = np.random.default_rng(seed)
    return {
        defect: _fid.compare(config, real, judge.see(x))
        for defect, x in spoiled(config, train, held_out, rng).items()
    }


def spoiled(
    config: Config, train: Split, held_out: Split, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """As many pictures with each defect."""

    def drawn(x: np.ndarray) -> np.ndarray:
        return x[rng.permutation(len(x))[: config.made]]

    x = drawn(held_out.x)
    soft = functional.avg_pool2d(torch.from_numpy(x), 3, 1, 1, count_include_pad=False)
    few = x[: config.few]
    return {
        "none": x,
        "noise": (x + config.noise * rng.standard_normal(x.shape)).astype(np.float32),
        "blur": soft.numpy(),
        "half": drawn(held_out.x[held_out.y < (held_out.y.max() + 1) / 2]),
        "few": few[np.arange(len(x)) % len(few)],
        "copies": drawn(train.x),
    }


def describe(result: Result) -> None:
    """The table and the description."""
    result.tabulate(
        ["pictures", *(words for words, _ in METRICS.values())],
        [[words, *(result.say(f"{metric}_{defect}", digits) for metric, (_, digits) in METRICS.items())]
         for defect, words in DEFECTS.items()],
    )  # fmt: skip
    result.alt = (
        "What four measures say of pictures with known defects, by the book's own features, not comparable to "
        "Inception's. "
        + "; ".join(
            f"{words}: FID {result.say(f'fid_{k}', 1)}, Inception score {result.say(f'score_{k}', 1)}, precision "
            f"{result.say(f'precision_{k}', 0)}, recall {result.say(f'recall_{k}', 0)}"
            for k, words in DEFECTS.items()
        )
        + "."
    )


def plot(result: Result) -> Any:
    """A panel for each measure, a row for each defect."""
    from book_code.experiments._draw import dots, subplots

    figure, panels = subplots(nrows=2, ncols=2, figsize=(6.1, 6.6), sharey=True)
    for axes, (metric, (words, digits)) in zip(panels.flat, METRICS.items(), strict=True):
        dots(axes, result, {f"{metric}_{k}": v for k, v in DEFECTS.items()}, digits=digits)
        axes.set_xlim(left=0)
        axes.margins(x=0.1)
        axes.set_xlabel(words.split(" (")[0])
    figure.supxlabel("by the features of the book's own classifier", fontsize=12)
    return figure
