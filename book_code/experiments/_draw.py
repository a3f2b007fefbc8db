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


def curve(
    axes: Axes, result: Result, series: str, look: int = 0, label: str = "", **options: Any
) -> None:
    """A mean over seeds, with a band of one standard deviation on each side."""
    data, style = result.series[series], CYCLE[look]
    low = [mean - sd for mean, sd in zip(data["mean"], data["sd"], strict=True)]
    high = [mean + sd for mean, sd in zip(data["mean"], data["sd"], strict=True)]
    axes.fill_between(data["x"], low, high, color=style["color"], alpha=0.18, linewidth=0)
    axes.plot(data["x"], data["mean"], **(style | options))
    if label:
        beside(axes, data["x"][-1], data["mean"][-1], label, style["color"])


def beside(axes: Axes, x: float, y: float, label: str, color: str, **options: Any) -> None:
    """Write a label to the right of the end of a line, in the line's colour."""
    place = {"xytext": (7, 0), "ha": "left", "va": "center"} | options
    axes.annotate(label, (x, y), textcoords="offset points", color=color, annotation_clip=False,
                  **place)  # fmt: skip


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
    axes: Axes, result: Result, x: Sequence[float], metrics: Sequence[str], look: int = 0,
    label: str = "",
) -> None:  # fmt: skip
    """A line through the means of several metrics, with bars of one standard deviation."""
    means = [result.mean(metric) for metric in metrics]
    errors = [result.sd(metric) for metric in metrics]
    axes.errorbar(x, means, yerr=errors, capsize=2.5, elinewidth=1.3, **CYCLE[look])
    if label:
        beside(axes, x[-1], means[-1], label, CYCLE[look]["color"])


def reference(
    axes: Axes, value: float, label: str, *, along: str = "y", at: float = 0.0
) -> None:
    """A quiet dotted line at a published figure, and whose it is."""
    if along == "y":
        axes.axhline(value, color=INK_SOFT, linestyle=":", linewidth=1.4)
        axes.annotate(label, (at, value), xytext=(0, 3), textcoords="offset points", color=INK_SOFT,
                      fontsize=11, ha="left", va="bottom",
                      xycoords=("axes fraction", "data"))  # fmt: skip
    else:
        axes.axvline(value, color=INK_SOFT, linestyle=":", linewidth=1.4)
        axes.annotate(label, (value, at), xytext=(4, 0), textcoords="offset points", color=INK_SOFT,
                      fontsize=11, ha="left", va="center",
                      xycoords=("data", "axes fraction"))  # fmt: skip


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
