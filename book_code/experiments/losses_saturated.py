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
    rates: tuple[float, ...] = (0.01, 0.03, 0.1)
    points: int = 400
    dim: int = 10
    margin: float = 0.05
    steps: int = 20_000
    right: float = 0.95
    seeds: tuple[int, ...] = tuple(range(10))

    def quick(self) -> Config:
        """Fewer starts, rates, steps and seeds."""
        return replace(self, scores=(0, 4), rates=(0.03, 0.1), steps=2_000, seeds=(0, 1, 2))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Count the steps of gradient descent until 95 % of the points are right, at each loss's best rate."""
    progress.begin(len(config.scores) * len(config.seeds))
    steps: dict[str, list[list[float]]] = {loss: [[] for _ in config.seeds] for loss in LABELS}
    for score in config.scores:
        for index, seed in enumerate(config.seeds):
            for loss in LABELS:
                found = min(learn(config, loss, score, rate, seed) for rate in config.rates)
                steps[loss][index].append(found)
            progress.step(f"mean score {score:g}, seed {seed}")
    result = Result()
    for loss, counts in steps.items():
        result.add_series(loss, config.scores, counts, x_label="mean score at the start",
                          y_label="steps")  # fmt: skip
        for score, column in zip(config.scores, zip(*counts, strict=True), strict=True):
            result.add(f"steps_{loss}_{score:g}", column)
    result.tabulate(
        ["mean score, on the wrong side", *LABELS.values()],
        [
            [f"{score:g}", *(result.say(f"steps_{loss}_{score:g}", 0) for loss in LABELS)]
            for score in config.scores
        ],
    )
    first, last = config.scores[0], config.scores[-1]
    result.alt = (
        "Steps of gradient descent until 95 % of the points are right, against how surely wrong the neuron "
        "is at the start, on a logarithmic scale. "
        + " ".join(
            f"{words}: {result.say(f'steps_{loss}_{first:g}', 0)} steps from a mean score of {first:g}, "
            f"{result.say(f'steps_{loss}_{last:g}', 0)} from {last:g}."
            for loss, words in LABELS.items()
        )
    )
    return result


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
    """Steps against the start."""
    from book_code.experiments._draw import beside, curve, log_scale, room, subplots

    figure, axes = subplots()
    ends = {}
    for look, (loss, words) in enumerate(LABELS.items()):
        curve(axes, result, loss, look)
        ends[look] = (result.series[loss]["mean"][-1], words)
    axes.set_xlabel("mean score at the start, on the wrong side")
    axes.set_ylabel("steps to 95 % right")
    log_scale(axes.yaxis, (1, 10, 100, 1_000))
    room(axes, 0.32)
    axes.set_xticks(result.config["scores"])
    beside(axes, result.config["scores"][-1], ends)
    return figure
