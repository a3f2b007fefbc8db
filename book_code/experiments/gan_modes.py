"""A GAN on eight heaps of points in a ring: how many of them it makes, while it learns, by who learns faster."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.optim import Adam

from book_code.experiments import _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.gan.config import GANConfig
from book_code.models.gan.torch_model import GAN, discriminator_step, generator_step, sample

TITLE = "Mode collapse: a GAN on a ring of eight heaps, and whose learning rate is larger"
WAYS = {
    "generator": "generator learns faster",
    "balanced": "both at the same rate",
    "discriminator": "discriminator learns faster",
}
SHOWN = 300  # points of each way in the figure


@dataclass(frozen=True)
class Config:
    """Both players are perceptrons of two layers; the faster one has the `fast` rate, the other the `slow` one.

    A point counts as good within three standard deviations of a heap's middle; a heap counts as covered with at least
    a tenth of its share of the points made.
    """

    heaps: int = 8
    radius: float = 2.0
    sd: float = 0.1
    units: int = 64
    batch_size: int = 128
    steps: int = 1_500
    marks: int = 15
    slow: float = 2e-4
    fast: float = 2e-3
    middle: float = 1e-3
    points: int = 2_000
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """A few steps and points."""
        return replace(self, steps=30, marks=3, points=200, seeds=(0, 1))


@dataclass
class Run:
    """Heaps covered and good points (in per cent) at every mark, the last points, and the seconds of the steps."""

    covered: list[float]
    good: list[float]
    points: np.ndarray
    seconds: float


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train with each balance of rates."""
    progress.begin(len(WAYS) * len(config.seeds))
    result = Result()
    places = marks(config)
    for way, words in WAYS.items():
        runs = []
        for seed in config.seeds:
            runs.append(train(config, way, seed, device))
            progress.step(f"{words}, seed {seed}")
        result.add(f"heaps_{way}", [one.covered[-1] for one in runs])
        result.add(
            f"fewest_heaps_{way}", [min(one.covered[len(places) // 3 :]) for one in runs]
        )
        result.add(f"good_points_{way}", [one.good[-1] for one in runs], "%")
        result.add(f"seconds_{way}", [one.seconds for one in runs], "s")
        result.add_series(f"heaps_{way}", places, [one.covered for one in runs], x_label="step",
                          y_label="heaps covered")  # fmt: skip
        result.add_series(f"good_points_{way}", places, [one.good for one in runs], x_label="step",
                          y_label="good points (%)")  # fmt: skip
        few = runs[0].points[:SHOWN].round(2).tolist()
        result.series[f"points_{way}"] = {"x": [x for x, _ in few], "y": [y for _, y in few]}
    describe(result, config)
    return result


def marks(config: Config) -> list[int]:
    """The steps after which the points are looked at."""
    return sorted({max(1, round(config.steps * (i + 1) / config.marks)) for i in range(config.marks)})  # fmt: skip


@kept
def train(config: Config, way: str, seed: int, device: str) -> Run:
    """Train one GAN on points that are drawn anew for each step."""
    torch.manual_seed(seed)
    sizes = (config.units, config.units)
    model = GAN(GANConfig((2,), 2, sizes, sizes, None, "linear")).to(device)
    make = (
        config.middle if way == "balanced" else {"generator": config.fast}.get(way, config.slow)
    )
    tell = (
        config.middle if way == "balanced" else {"generator": config.slow}.get(way, config.fast)
    )
    generator = Adam(model.generator.parameters(), make, (0.5, 0.999))
    discriminator = Adam(model.discriminator.parameters(), tell, (0.5, 0.999))
    at, found, seconds, start = set(marks(config)), Run([], [], np.zeros(0), 0), 0.0, _sweep.clock(device)  # fmt: skip
    for step in range(1, config.steps + 1):
        x = draw_ring(config, config.batch_size).to(device)
        discriminator_step(model, discriminator, x, torch.randn(len(x), 2, device=device))
        generator_step(model, generator, torch.randn(len(x), 2, device=device))
        if step in at:
            seconds += _sweep.clock(device) - start
            source = torch.Generator(device).manual_seed(seed)
            found.points = sample(model, config.points, generator=source).cpu().numpy()
            covered, good = coverage(config, found.points)
            found.covered.append(covered)
            found.good.append(good)
            start = _sweep.clock(device)
    found.seconds = seconds
    return found


def middles(config: Config) -> Tensor:
    """The middle of every heap, (heaps, 2)."""
    angles = 2 * math.pi * torch.arange(config.heaps) / config.heaps
    return config.radius * torch.stack([angles.cos(), angles.sin()], 1)


def draw_ring(config: Config, count: int) -> Tensor:
    """Points of heaps that are drawn by chance."""
    heap = torch.randint(config.heaps, (count,))
    return middles(config)[heap] + config.sd * torch.randn(count, 2)


def coverage(config: Config, points: np.ndarray) -> tuple[int, float]:
    """How many heaps are covered, and what share of the points is good, in per cent."""
    far = np.linalg.norm(points[:, None] - middles(config).numpy(), axis=2)  # (N, heaps)
    good = far.min(axis=1) <= 3 * config.sd
    counts = np.bincount(far.argmin(axis=1)[good], minlength=config.heaps)
    enough = 0.1 * len(points) / config.heaps
    return int((counts >= enough).sum()), 100 * float(good.mean())


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    result.tabulate(
        ["rates", "heaps covered at the end", "fewest heaps after a third of the training", "good points",
         "training time"],
        [[words, *(result.say(f"{metric}_{way}", 1) for metric in
                   ("heaps", "fewest_heaps", "good_points", "seconds"))]
         for way, words in WAYS.items()],
    )  # fmt: skip
    said = "; ".join(
        f"{words}: {result.say(f'heaps_{way}', 1)} heaps and {result.say(f'good_points_{way}', 0)} of the points good"
        for way, words in WAYS.items()
    )
    result.alt = (
        f"How many of {config.heaps} heaps in a ring a GAN makes, by step, and the points of the first seed at the "
        f"end. {said}."
    )


def plot(result: Result) -> Any:
    """Heaps covered by step above, the points of the last step below."""
    import matplotlib.pyplot as plt

    from book_code.experiments._draw import curve
    from book_code.plotting import CYCLE, INK_SOFT

    figure: Any = plt.figure(figsize=(6.1, 5.6))
    above, below = figure.subfigures(2, 1, height_ratios=(3, 2.4))
    axes = above.subplots()
    for look, (way, words) in enumerate(WAYS.items()):
        curve(axes, result, f"heaps_{way}", look, label=words)
    heaps = result.config["heaps"]
    axes.set_ylim(-0.3, heaps + 0.3)
    axes.set_yticks(range(0, heaps + 1, 2))
    axes.set_xlabel("step")
    axes.set_ylabel("heaps covered")
    axes.legend(loc="best")
    ring = middles(Config(**_known(result.config))).numpy()
    for look, (one, way) in enumerate(zip(below.subplots(1, len(WAYS)), WAYS, strict=True)):
        points = result.series[f"points_{way}"]
        one.plot(*ring.T, "o", markersize=13, markerfacecolor="none", markeredgecolor=INK_SOFT)
        one.plot(points["x"], points["y"], ".", color=CYCLE[look]["color"], markersize=3)
        one.set_title(WAYS[way], fontsize=10)
        one.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal", xticks=[], yticks=[])
    return figure


def _known(config: dict[str, Any]) -> dict[str, Any]:
    """What the place of the heaps depends on."""
    return {key: config[key] for key in ("heaps", "radius")}
