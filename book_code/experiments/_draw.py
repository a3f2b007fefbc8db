"""How the experiments' figures look alike: spread always shown, labels beside the lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from book_code.experiments._result import Result
from book_code.plotting import CYCLE, DATA, INK_SOFT

Axes = Any


def subplots(**options: Any) -> Any:
    """A figure and its axes, in the book's size unless told otherwise."""
    import matplotlib.pyplot as plt

    return plt.subplots(**options)


def curve(axes: Axes, result: Result, series: str, look: int = 0, **options: Any) -> None:
    """A mean over seeds, with a band of one standard deviation on each side."""
    data, style = result.series[series], CYCLE[look]
    low = [mean - sd for mean, sd in zip(data["mean"], data["sd"], strict=True)]
    high = [mean + sd for mean, sd in zip(data["mean"], data["sd"], strict=True)]
    axes.fill_between(data["x"], low, high, color=style["color"], alpha=0.18, linewidth=0)
    axes.plot(data["x"], data["mean"], **(style | options))


def training(
    axes: Axes, result: Result, ways: Mapping[str, str], series: str, metric: str
) -> None:
    """A curve over the epochs for each way to train, and what it came to on the test split."""
    end, labels = result.config["epochs"] + 1.2, {}
    for look, (way, words) in enumerate(ways.items()):
        curve(axes, result, f"{series}_{way}", look)
        mean, sd = result.mean(f"{metric}_{way}"), result.sd(f"{metric}_{way}")
        axes.errorbar(end, mean, yerr=sd, capsize=3, **CYCLE[look])
        labels[look] = (mean, f"{words}\n{result.say(f'{metric}_{way}')} on test")
    axes.set_xlabel("epoch")
    room(axes, 0.6)
    axes.set_xticks(range(0, result.config["epochs"] + 1, 3))
    beside(axes, end, labels)


def beside(
    axes: Axes, x: float, labels: Mapping[int, tuple[float, str]], gap: float = 0.075
) -> None:
    """Write labels to the right of `x`, each at its own height and look, kept apart from each other.

    Call it when the limits of the axes are set. `labels` gives height and words by look.
    """
    to_share = axes.transData + axes.transAxes.inverted()
    wanted = {
        look: to_share.transform((x, height)).clip(
            max=(2, 1), min=(-1, 0)
        )  # a label never leaves the picture
        for look, (height, _) in labels.items()
    }
    heights: dict[int, float] = {}
    floor = -1.0
    for look in sorted(labels, key=lambda look: labels[look][0]):
        half = gap * (1 + labels[look][1].count("\n")) / 2
        heights[look] = max(floor + half, wanted[look][1])
        floor = heights[look] + half
    lift = sum(heights[look] - wanted[look][1] for look in labels) / len(labels)
    for look, (_, words) in labels.items():
        axes.annotate(words, (wanted[look][0], heights[look] - lift), xycoords="axes fraction",
                      xytext=(8, 0), textcoords="offset points", color=CYCLE[look]["color"],
                      va="center", annotation_clip=False)  # fmt: skip


def dots(
    axes: Axes, result: Result, metrics: Mapping[str, str], color: str = DATA, digits: int = 1
) -> None:
    """One row a setting: every seed a small dot, the mean a tick with its number beside it."""
    rows = range(len(metrics))
    for row, metric in zip(rows, metrics, strict=True):
        entry = result.metrics[metric]
        axes.plot(entry["values"], [row] * len(entry["values"]), "o", color=color, alpha=0.45,
                  markeredgewidth=0)  # fmt: skip
        axes.errorbar(entry["mean"], row, xerr=entry["sd"], color=color, marker="|", markersize=15,
                      markeredgewidth=2.2, elinewidth=1.4, linestyle="none")  # fmt: skip
        axes.annotate(f"{entry['mean']:.{digits}f}", (entry["mean"], row), xytext=(0, 9),
                      textcoords="offset points", ha="center", va="bottom", color=color)  # fmt: skip
    axes.set_yticks(list(rows), list(metrics.values()))
    axes.set_ylim(len(metrics) - 0.5, -0.75)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def spread(
    axes: Axes, result: Result, x: Sequence[float], metrics: Sequence[str], look: int = 0
) -> None:
    """A line through the means of several metrics, with bars of one standard deviation."""
    means = [result.mean(metric) for metric in metrics]
    errors = [result.sd(metric) for metric in metrics]
    axes.errorbar(x, means, yerr=errors, capsize=2.5, elinewidth=1.3, **CYCLE[look])


def race(
    result: Result,
    ways: Mapping[str, str],
    trials: str,
    *,
    first: float,
    below: float,
    height: float,
) -> Any:
    """The best validation accuracy so far of several searches above, and what it came to on the test split below.

    What they find in the `first` share of the trials is chance, and may lie under the picture; `below` leaves room.
    """
    figure, (axes, last) = subplots(nrows=2, figsize=(6.1, height), height_ratios=(3, 2))
    for look, (way, words) in enumerate(ways.items()):
        curve(axes, result, way, look, marker="", label=words)
    means = [result.series[way]["mean"] for way in ways]
    low, high = min(row[int(first * len(row))] for row in means), max(row[-1] for row in means)
    axes.set_ylim(low - below, high + 4)
    axes.legend(loc="lower right")
    axes.set_xlabel(trials)
    axes.set_ylabel("best validation\naccuracy so far (%)")
    dots(last, result, {f"test_accuracy_{way}": words for way, words in ways.items()})
    last.set_xlabel("test accuracy of the best (%)")
    return figure


def reference(
    axes: Axes, value: float, label: str, *, at: float = 0.01, to: float = 1.0
) -> None:
    """A quiet dotted line at a published figure, and whose it is; across, to a share of the width."""
    axes.axhline(value, xmax=to, color=INK_SOFT, linestyle=":", linewidth=1.4)
    axes.annotate(label, (at, value), xycoords=("axes fraction", "data"), xytext=(0, 3),
                  textcoords="offset points", color=INK_SOFT, fontsize=11, va="bottom")  # fmt: skip


def log_scale(axis: Any, ticks: Sequence[float] | None = None) -> None:
    """A logarithmic axis with plain numbers, at the places given or at powers of ten."""
    from matplotlib.ticker import LogLocator, NullLocator

    axis._set_axes_scale("log")
    axis.set_minor_locator(NullLocator())
    if ticks is None:
        axis.set_major_locator(LogLocator(numticks=8))
    else:
        axis.set_ticks(list(ticks))
    axis.set_major_formatter(lambda value, _: f"{value:,.10g}")


def room(axes: Axes, share: float = 0.2) -> None:
    """Leave room on the right for the labels beside the lines."""
    low, high = axes.get_xlim()
    if axes.get_xscale() == "log":
        axes.set_xlim(low, high * (high / low) ** share)
    else:
        axes.set_xlim(low, high + (high - low) * share)
