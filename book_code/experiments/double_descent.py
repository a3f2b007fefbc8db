"""Double descent: least squares on more and more random features, with wrong labels and without.

M. Belkin, D. Hsu, S. Ma, S. Mandal (2019). Reconciling modern machine-learning practice and the
classical bias-variance trade-off. PNAS 116. arXiv:1812.11118: the error has its peak where the
features are as many as the examples, and falls again beyond. P. Nakkiran and others (2019),
arXiv:1912.02292: wrong labels make the peak higher; (2020), arXiv:2003.01897: the right penalty
takes it away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from book_code.data import Dataset
from book_code.experiments import _small
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "Double descent, and the penalty that cures it"
MEASURES = {
    "train_none": "train_error",
    "test_none": "test_error",
    "test_best": "test_error_best",
    "norm": "norm",
}
CUT = 1e-12  # eigenvalues below this share of the largest count as zero


@dataclass(frozen=True)
class Config:
    """500 pictures of Fashion-MNIST; a share of their labels (per cent) is drawn anew.

    Random ReLU features, then the linear map of least squares; of several, the one of smallest norm.
    """

    dataset: str = "fashion-mnist"
    train_size: int = 500
    validation_size: int = 1_000
    test_size: int = 2_000
    noise: tuple[int, ...] = (0, 20)
    features: tuple[int, ...] = (10, 25, 50, 100, 200, 300, 400, 450, 500, 550, 600, 800, 1_500,
                                 3_000, 6_000)  # fmt: skip
    penalties: tuple[float, ...] = (1e-3, 1e-2, 1e-1, 1, 10, 100)
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)

    def quick(self) -> Config:
        """Fewer pictures and features."""
        return replace(self, train_size=100, validation_size=500, test_size=500,
                       features=(20, 100, 400), seeds=(0, 1, 2))  # fmt: skip


def least_squares(z: np.ndarray, y: np.ndarray, penalties: Sequence[float]) -> list[np.ndarray]:
    """For each penalty the map w that minimizes |z w - y|^2 + penalty |w|^2; for 0 the shortest such w.

    Shape:
        z (N, P), y (N, K) -> (P, K) for each penalty
    """
    wide = z.shape[1] > len(z)
    square = z @ z.T if wide else z.T @ z  # the smaller of the two
    values, vectors = np.linalg.eigh(square)
    right, found = vectors.T @ (y if wide else z.T @ y), []
    for penalty in penalties:
        total = values + penalty
        inverse = np.divide(1, total, out=np.zeros_like(total), where=values > CUT * values[-1])
        w = vectors @ (inverse[:, None] * right)
        found.append(z.T @ w if wide else w)
    return found


def wrong(z: np.ndarray, w: np.ndarray, labels: np.ndarray) -> float:
    """Error in per cent."""
    return 100 * float(((z @ w).argmax(axis=1) != labels).mean())


@kept
def measure(config: Config, percent: int, count: int, seed: int) -> dict[str, float]:
    """Errors with `count` features, without a penalty and with the one that is best on validation."""
    rng = np.random.default_rng([seed, percent, count])
    data = _small.draw(config.dataset, seed, config.train_size, config.validation_size,
                       config.test_size)  # fmt: skip
    labels, classes = relabel(data, percent, seed), len(data.classes)
    y = np.eye(classes)[labels] - 1 / classes
    pixels = data.train.x[0].size
    project = rng.standard_normal((pixels, count)) / np.sqrt(pixels)
    mean = data.train.x.reshape(-1, pixels).mean(axis=0)
    shift = 0.1 * rng.standard_normal(count)

    def features(x: np.ndarray) -> np.ndarray:
        return np.maximum((x.reshape(-1, pixels) - mean) @ project + shift, 0)

    z, validation = features(data.train.x), features(data.validation.x)
    plain, *maps = least_squares(z, y, (0, *config.penalties))
    best = min(maps, key=lambda w: wrong(validation, w, data.validation.y))
    test = features(data.test.x)
    return {
        "train_none": wrong(z, plain, labels),
        "test_none": wrong(test, plain, data.test.y),
        "test_best": wrong(test, best, data.test.y),
        "norm": float(np.linalg.norm(plain)),
    }


def relabel(data: Dataset, percent: int, seed: int) -> np.ndarray:
    """The training labels, a share of them drawn anew among the other classes."""
    rng, classes = np.random.default_rng(seed), len(data.classes)
    labels = data.train.y.copy()
    rows = rng.permutation(len(labels))[: round(len(labels) * percent / 100)]
    labels[rows] = (labels[rows] + rng.integers(1, classes, len(rows))) % classes
    return labels


def run(config: Config, device: str, progress: Progress) -> Result:
    """Every number of features with every seed, at each level of noise."""
    progress.begin(len(config.noise) * len(config.features) * len(config.seeds))
    result = Result()
    for percent in config.noise:
        found: list[list[dict[str, float]]] = []
        for count in config.features:
            found.append([])
            for seed in config.seeds:
                found[-1].append(measure(config, percent, count, seed))
                progress.step(f"{percent} % wrong labels, {count:,} features, seed {seed}")
            for key, name in MEASURES.items():
                values = [one[key] for one in found[-1]]
                result.add(f"{name}_{percent}_{count}", values, "" if key == "norm" else "%")
        for key in MEASURES:
            columns = [[one[key] for one in row] for row in found]
            result.add_series(f"{key}_{percent}", config.features, list(zip(*columns, strict=True)),
                              x_label="random features", y_label="error (%)")  # fmt: skip
    describe(result, config)
    return result


def describe(result: Result, config: Config) -> None:
    """Where the peak is, what the largest model has, the table and the description."""
    sentences = []
    for percent in config.noise:
        series = result.series[f"test_none_{percent}"]["mean"]
        last = config.features[-1]
        below = [i for i, count in enumerate(config.features) if count < config.train_size]
        places = range(1, len(series))
        peak = max(places, key=lambda i: series[i] - min(series[:i]))
        lowest = min(below or [0], key=lambda i: series[i])
        result.add(f"peak_features_{percent}", config.features[peak])
        sentences.append(
            f"{percent} % wrong labels: {say(result, percent, config.features[lowest])}, "
            f"{say(result, percent, config.features[peak])}, {say(result, percent, last)}; there with "
            f"the best penalty {result.say(f'test_error_best_{percent}_{last}', 1)}."
        )
    result.tabulate(
        ["features", *(f"{what}, {p} % wrong labels" for p in config.noise
                       for what in ("training error", "test error", "with the best penalty"))],
        [
            [f"{n:,}", *(result.say(f"{name}_{p}_{n}", 1) for p in config.noise
                         for name in ("train_error", "test_error", "test_error_best"))]
            for n in config.features
        ],
    )  # fmt: skip
    result.alt = (
        f"Test error of least squares on random features, {config.train_size:,} training pictures: it falls, "
        "rises to a peak where the features are as many as the pictures, and falls again. "
        + " ".join(sentences)
    )


def say(result: Result, percent: int, count: int) -> str:
    """The test error with so many features, in words."""
    return f"{result.say(f'test_error_{percent}_{count}', 1)} with {count:,} features"


def plot(result: Result) -> Any:
    """Errors by the number of features: a panel a level of noise, with the number of examples marked."""
    from book_code.experiments._draw import curve, log_scale, subplots
    from book_code.plotting import INK_SOFT

    noise: Sequence[int] = result.config["noise"]
    figure, columns = subplots(ncols=len(noise), sharey=True, squeeze=False, figsize=(6.1, 4.2))
    for axes, percent in zip(columns[0], noise, strict=True):
        for look, (key, words) in enumerate(
            {"test_none": "test, no penalty", "train_none": "training, no penalty",
             "test_best": "test, best penalty"}.items()
        ):  # fmt: skip
            curve(axes, result, f"{key}_{percent}", look, label=words, markersize=4)
        axes.axvline(result.config["train_size"], color=INK_SOFT, linestyle=":", linewidth=1.2)
        log_scale(axes.xaxis, [10, 100, 1_000])
        axes.set_title(f"{percent} % wrong labels")
        axes.set_xlabel("random features")
        axes.set_ylim(-2, 100)
    columns[0][0].set_ylabel("error (%)")
    columns[0][0].annotate("as many as\npictures", (result.config["train_size"], 97), ha="right",
                           xytext=(-4, 0), textcoords="offset points", va="top", fontsize=9,
                           color=INK_SOFT)  # fmt: skip
    handles, names = columns[0][0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=3)
    return figure
