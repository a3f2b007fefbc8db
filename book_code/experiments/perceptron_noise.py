"""Wrong labels among the training points: last perceptron, averaged perceptron, logistic regression."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from book_code.data.toy import blobs
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.perceptron.config import PerceptronConfig
from book_code.models.perceptron.numpy_model import Perceptron

TITLE = "What wrong labels do to three linear classifiers"
LABELS = {
    "averaged": "averaged perceptron",
    "logistic": "logistic regression",
    "perceptron": "perceptron",
}


@dataclass(frozen=True)
class Config:
    """Two classes in 20 dimensions, with a share of the training labels turned round (per cent)."""

    noise: tuple[int, ...] = (0, 5, 10, 20, 30, 40)
    points: int = 500
    test_points: int = 5_000
    dim: int = 20
    margin: float = 0.1
    epochs: int = 50
    logistic_steps: int = 500
    logistic_rate: float = 1.0
    seeds: tuple[int, ...] = tuple(range(10))

    def quick(self) -> Config:
        """Less noise, fewer seeds."""
        return replace(self, noise=(0, 20), epochs=5, seeds=(0, 1, 2))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train the three on the same points; test them on clean ones."""
    progress.begin(len(config.noise) * len(config.seeds))
    rows: dict[str, list[list[float]]] = {label: [[] for _ in config.seeds] for label in LABELS}
    for percent in config.noise:
        for index, seed in enumerate(config.seeds):
            for label, score in compare(config, percent, seed).items():
                rows[label][index].append(score)
            progress.step(f"{percent} % wrong, seed {seed}")
    result = Result()
    for label, scores in rows.items():
        result.add_series(label, config.noise, scores, x_label="wrong labels (%)",
                          y_label="test accuracy (%)")  # fmt: skip
        for percent, column in zip(config.noise, zip(*scores, strict=True), strict=True):
            result.add(f"accuracy_{label}_{percent}", column, "%")
    result.tabulate(
        ["wrong labels", *LABELS.values()],
        [
            [f"{p} %", *(result.say(f"accuracy_{k}_{p}", 1) for k in LABELS)]
            for p in config.noise
        ],
    )
    most = config.noise[-1]
    result.alt = (
        "Accuracy on clean test points against the share of wrong training labels. "
        + " ".join(
            f"{words}: {result.say(f'accuracy_{k}_0', 1)} without, "
            f"{result.say(f'accuracy_{k}_{most}', 1)} with {most} % wrong."
            for k, words in LABELS.items()
        )
    )
    return result


def compare(config: Config, percent: int, seed: int) -> dict[str, float]:
    """Test accuracy of each classifier, in per cent."""
    rng = np.random.default_rng([seed, percent])
    total = config.points + config.test_points
    x, y = blobs(total, config.margin, rng, dim=config.dim)
    order = rng.permutation(total)
    train, test = order[: config.points], order[config.points :]
    wrong = rng.permutation(config.points) < round(config.points * percent / 100)
    labels = np.where(wrong, -y[train], y[train])
    scores = {}
    for label in ("perceptron", "averaged"):
        model = Perceptron(PerceptronConfig(in_features=config.dim))
        model.fit(x[train], labels, config.epochs, averaged=label == "averaged", rng=rng)
        scores[label] = 100 * float((model.predict(x[test]) == y[test]).mean())
    w, b = logistic(x[train], labels, config.logistic_steps, config.logistic_rate)
    scores["logistic"] = 100 * float((np.where(x[test] @ w + b > 0, 1, -1) == y[test]).mean())
    return scores


def logistic(x: np.ndarray, y: np.ndarray, steps: int, rate: float) -> tuple[np.ndarray, float]:
    """Weights and bias of a logistic regression, by gradient descent on all points."""
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(steps):
        pull = y / (1 + np.exp(np.clip(y * (x @ w + b), -50, 50)))  # minus the loss's slope
        w += rate * pull @ x / len(x)
        b += rate * pull.mean()
    return w, b


def plot(result: Result) -> Any:
    """Accuracy against label noise."""
    from book_code.experiments._draw import beside, curve, room, subplots

    figure, axes = subplots()
    ends = {}
    for look, (label, words) in enumerate(LABELS.items()):
        curve(axes, result, label, look)
        ends[look] = (result.series[label]["mean"][-1], words)
    axes.set_xlabel("wrong training labels (%)")
    axes.set_ylabel("accuracy on clean points (%)")
    room(axes, 0.42)
    axes.set_xticks(result.config["noise"])
    beside(axes, result.config["noise"][-1], ends)
    return figure
