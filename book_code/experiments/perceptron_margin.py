"""Updates until the perceptron makes no mistake, against the bound of Novikoff's theorem."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from book_code.data.toy import blobs
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.perceptron.config import PerceptronConfig
from book_code.models.perceptron.numpy_model import Perceptron

TITLE = "The wider the margin, the fewer the updates"


@dataclass(frozen=True)
class Config:
    """Points in a ball of radius 3, on both sides of a plane through its centre."""

    points: int = 200
    radius: float = 3.0
    margins: tuple[float, ...] = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
    dimensions: tuple[int, ...] = (2, 20, 200)
    seeds: tuple[int, ...] = tuple(range(20))

    def quick(self) -> Config:
        """Fewer margins and seeds."""
        return replace(self, margins=(0.2, 0.8), dimensions=(2, 20), seeds=(0, 1, 2))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Count the updates for every margin, number of dimensions and seed."""
    progress.begin(len(config.dimensions) * len(config.margins))
    result = Result()
    ratios: list[float] = []
    for dim in config.dimensions:
        rows: list[list[float]] = [[] for _ in config.seeds]
        for margin in config.margins:
            for row, seed in zip(rows, config.seeds, strict=True):
                updates, bound = count(config, margin, dim, seed)
                row.append(updates)
                ratios.append(updates / bound)
            progress.step(f"{dim} dimensions, margin {margin}")
        result.add_series(f"updates_{dim}", config.margins, rows, x_label="margin",
                          y_label="updates")  # fmt: skip
        for margin, column in zip(config.margins, zip(*rows, strict=True), strict=True):
            result.add(f"updates_{dim}_{round(100 * margin):03d}", column)
    bounds = [(config.radius / margin) ** 2 for margin in config.margins]
    result.add_series("bound", config.margins, [bounds], x_label="margin", y_label="bound")
    result.add("max_ratio", max(ratios))
    result.add("mean_ratio", float(np.mean(ratios)))
    result.add("runs", len(ratios))
    result.tabulate(
        ["margin", "bound", *(f"updates, {dim} dimensions" for dim in config.dimensions)],
        [
            [margin, f"{bound:,.0f}",
             *(result.say(f"updates_{d}_{round(100 * margin):03d}", 0) for d in config.dimensions)]
            for margin, bound in zip(config.margins, bounds, strict=True)
        ],
    )  # fmt: skip
    result.alt = (
        "Updates of the perceptron until it makes no mistake against the margin of the data, both "
        f"axes logarithmic, in {', '.join(map(str, config.dimensions))} dimensions. All of "
        f"{len(ratios)} runs stay below the bound, the square of radius over margin; the nearest "
        f"reaches {100 * max(ratios):.0f} % of it."
    )
    return result


def count(config: Config, margin: float, dim: int, seed: int) -> tuple[int, float]:
    """Updates until no mistake is left, and the bound for these very points."""
    rng = np.random.default_rng([seed, dim, round(1000 * margin)])
    x, y = blobs(config.points, margin, rng, dim=dim, radius=config.radius)
    model = Perceptron(PerceptronConfig(in_features=dim, bias=False))
    updates = model.fit(x, y, max_epochs=100_000, rng=rng)
    if updates[-1]:
        raise RuntimeError(f"{sum(updates)} updates were not enough for margin {margin}")
    return sum(updates), float(np.linalg.norm(x, axis=1).max() / margin) ** 2


def plot(result: Result) -> Any:
    """Updates and the bound, against the margin."""
    from book_code.experiments._draw import curve, log_scale, subplots
    from book_code.plotting import CYCLE, INK_SOFT

    figure, axes = subplots()
    bound = result.series["bound"]
    axes.plot(bound["x"], bound["mean"], color=INK_SOFT, linestyle=":")
    axes.annotate("bound  (R / margin)²", (bound["x"][1], bound["mean"][1]), xytext=(8, 4),
                  textcoords="offset points", color=INK_SOFT)  # fmt: skip
    for look, dim in enumerate(result.config["dimensions"]):
        name = f"updates_{dim}"
        curve(axes, result, name, look)
        data = result.series[name]
        axes.annotate(f"{dim} dimensions", (data["x"][0], data["mean"][0]), xytext=(-8, 0),
                      textcoords="offset points", ha="right", va="center",
                      color=CYCLE[look]["color"])  # fmt: skip
    log_scale(axes.xaxis, result.config["margins"])
    log_scale(axes.yaxis)
    axes.set_ylim(bottom=0.8)
    axes.set_xlabel("margin (R = 3)")
    axes.set_ylabel("updates")
    low, high = axes.get_xlim()
    axes.set_xlim(low / 5, high)
    return figure
