"""The squared error against cross-entropy for a neuron that begins by being sure, and wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from book_code.data.toy import blobs
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "Squared error against cross-entropy from a saturated start"
LABELS = {"mse": "squared error", "cross_entropy": "cross-entropy"}


@dataclass(frozen=True)
class Config:
    """A sigmoid neuron on two separable classes; `scores` is its mean score, on the wrong side, at the start."""

    scores: tuple[float, ...] = (0, 1, 2, 3, 4, 5, 6, 7, 8)
    rates: tuple[float, ...] = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000)
    rate: float = 0.1  # the one at which the starts are compared
    points: int = 400
    dim: int = 10
    margin: float = 0.05
    steps: int = 20_000
    right: float = 0.95
    seeds: tuple[int, ...] = tuple(range(10))

    def quick(self) -> Config:
        """Fewer starts, rates, steps and seeds."""
        return replace(self, scores=(0, 4), rates=(0.1, 1), steps=2_000, seeds=(0, 1, 2))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Count the steps until 95 % of the points are right: from each start at one rate, from the last at all."""
    starts, last = config.scores, config.scores[-1]
    settings = [(score, config.rate) for score in starts] + [(last, r) for r in config.rates]
    progress.begin(len(settings))
    result = Result()
    steps: dict[str, list[list[int]]] = {loss: [] for loss in LABELS}  # setting by setting
    for score, rate in settings:
        for loss, counts in steps.items():
            counts.append([learn(config, loss, score, rate, seed) for seed in config.seeds])
        progress.step(f"mean score {score:g}, learning rate {rate:g}")
    for loss, counts in steps.items():
        by_start, by_rate = counts[: len(starts)], counts[len(starts) :]
        result.add_series(loss, starts, list(zip(*by_start, strict=True)),
                          x_label="mean score at the start", y_label="steps")  # fmt: skip
        result.add_series(f"{loss}_by_rate", config.rates, list(zip(*by_rate, strict=True)),
                          x_label="learning rate", y_label="steps")  # fmt: skip
        for score, found in zip(starts, by_start, strict=True):
            result.add(f"steps_{loss}_{score:g}", found)
        for rate, found in zip(config.rates, by_rate, strict=True):
            result.add(f"steps_{loss}_{last:g}_at_{rate:g}", found)
    describe(result, config)
    return result


def describe(result: Result, config: Config) -> None:
    """Make the table and the words for those who do not see the figure."""
    first, last = config.scores[0], config.scores[-1]

    def row(score: float, rate: float, metric: str) -> list[str]:
        said = (result.say(f"steps_{loss}_{metric}", 0) for loss in LABELS)
        return [f"{score:g}", f"{rate:g}", *said]

    result.tabulate(
        ["mean score, on the wrong side", "learning rate", *LABELS.values()],
        [row(score, config.rate, f"{score:g}") for score in config.scores]
        + [row(last, r, f"{last:g}_at_{r:g}") for r in config.rates if r != config.rate],
    )

    low, high = config.rates[0], config.rates[-1]

    def both(one: str, other: str) -> str:
        return "; ".join(
            f"{words} {result.say(f'steps_{loss}_{one}', 0)} and {result.say(f'steps_{loss}_{other}', 0)}"
            for loss, words in LABELS.items()
        )

    result.alt = (
        f"Steps of gradient descent until {100 * config.right:g} % of the points are right, on a logarithmic "
        f"scale. Left, at the learning rate {config.rate:g}, against how surely wrong the neuron is at the "
        f"start, from a mean score of {first:g} and of {last:g}: {both(f'{first:g}', f'{last:g}')}. Right, "
        f"from a mean score of {last:g}, against the learning rate, at {low:g} and at {high:g}: "
        f"{both(f'{last:g}_at_{low:g}', f'{last:g}_at_{high:g}')}."
    )


def learn(config: Config, loss: str, score: float, rate: float, seed: int) -> int:
    """Steps until enough points are right; the limit where they never are."""
    rng = np.random.default_rng(seed)
    x, signs = blobs(config.points, config.margin, rng, dim=config.dim)
    y = (signs > 0).astype(float)
    w = wrong_start(x, signs, score)
    for step in range(config.steps):
        z = x @ w
        if np.mean((z > 0) == (y > 0.5)) >= config.right:
            return step
        p = 1 / (1 + np.exp(-np.clip(z, -60, 60)))
        slope = p - y if loss == "cross_entropy" else 2 * (p - y) * p * (1 - p)
        w = w - rate * x.T @ slope / len(x)
    return config.steps


def wrong_start(x: np.ndarray, signs: np.ndarray, score: float) -> np.ndarray:
    """Weights against the classes, so that the points score `score` on the wrong side on average."""
    w = -(x * signs[:, None]).mean(0)
    size = np.abs(x @ w).mean()
    return w * (score / size) if size else w


def plot(result: Result) -> Any:
    """Steps against the start at one rate, and against the rate from the surest start."""
    from book_code.experiments._draw import beside, curve, log_scale, room, subplots

    figure, (left, right) = subplots(ncols=2, figsize=(6.1, 3.3), sharey=True)
    ends = {}
    for look, (loss, words) in enumerate(LABELS.items()):
        curve(left, result, loss, look)
        curve(right, result, f"{loss}_by_rate", look)
        ends[look] = (result.series[loss]["mean"][-1], words)
    left.set_ylabel(f"steps to {100 * result.config['right']:g} % right")
    left.set_xlabel("mean score at the start")
    log_scale(left.yaxis, (1, 10, 100, 1_000))
    room(left, 0.55)
    left.set_xticks(result.config["scores"][::2])
    beside(left, result.config["scores"][-1], ends)
    right.set_xlabel("learning rate")
    log_scale(right.xaxis, (0.1, 10, 1_000))
    return figure
