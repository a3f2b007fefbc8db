"""Every experiment beside what others reported, and how it stands to that."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from book_code.experiments._result import Result

LOWER = ("error", "loss", "perplexity", "fid", "rmse", "mae", "mse", "seconds", "bits", "wer")
HIGHER = ("accuracy", "bleu", "recall", "precision", "f1", "auc", "return", "reward", "score")
HEADING = ("figure", "reported", "by", "ours", "verdict", "time")


def verdict(result: Result, reference: dict[str, Any]) -> str:
    """How a metric stands to a reported value: meets, within one s.d., or behind.

    Where neither its name nor `refer` says which side is better: not compared. A value that was measured in
    another way, so that nothing follows from which is larger, is on another scale.
    """
    entry, value = result.metrics[reference["metric"]], reference["value"]
    better = reference.get("better") or direction(reference["metric"])
    if not better:
        return "not compared"
    if better == "another scale":
        return better
    gap = entry["mean"] - value if better == "lower" else value - entry["mean"]
    if gap <= 0:
        return "meets"
    return "within one s.d." if gap <= entry["sd"] else "behind"


def direction(metric: str) -> str:
    """Which values of a metric are better, by the words in its name: "lower", "higher" or ""."""
    words = metric.lower().split("_")
    for better, known in (("lower", LOWER), ("higher", HIGHER)):
        if any(word in known for word in words):
            return better
    return ""


def rows(result: Result) -> list[list[str]]:
    """A row for each reported value; one where there is none."""
    time = say_seconds(result.wall_time_s)
    if not result.references:
        metric = headline(result)
        ours = f"{metric}: {said(result, metric)}" if metric else ""
        return [[result.name, "", "", ours, "no reference", time]]
    return [
        [
            result.name,
            f"{reported(reference['value'])} {result.metrics[reference['metric']]['unit']}".strip(),
            reference["name"],
            said(result, reference["metric"]),
            verdict(result, reference),
            time,
        ]
        for reference in result.references
    ]


def said(result: Result, metric: str) -> str:
    """A metric to the place where its spread begins, and one more where that begins with 1 or 2."""
    entry = result.metrics[metric]
    sd = entry["sd"]
    if len(entry["values"]) < 2 or not sd:
        return result.say(metric)
    place = math.floor(math.log10(sd))
    return result.say(metric, min(4, max(0, (sd < 3 * 10**place) - place)))


def reported(value: float) -> str:
    """A value that others reported as they wrote it; one that was computed, to two places."""
    return f"{round(value, 2) if abs(value) >= 2 else value:,}"


def headline(result: Result) -> str:
    """The metric that stands for a result without references: the first with a spread."""
    found = [name for name, entry in result.metrics.items() if len(entry["values"]) > 1]
    return (found or list(result.metrics) or [""])[0]


def closing(results: Iterable[Result]) -> str:
    """The table that a run ends with."""
    return aligned([list(HEADING), *(row for result in results for row in rows(result))])


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Columns under each other."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def say_seconds(seconds: float) -> str:
    """A time in the unit that suits it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
