"""The experiments at the size of a browser: a few seconds of NumPy, and the same trend.

Every experiment has a module of its name here, which holds four things:

* ``TREND``, what the large run shows, in one sentence;
* ``METRICS``, the numbers that show it, in words, each with its name in the large run's result;
* ``measure(seed)``, which finds such numbers on a small scale;
* ``agrees(numbers)``, which tells whether numbers show the trend, and judges both.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from book_code.experiments._result import Result
from book_code.names import unknown

# Experiments that measure what a small scale cannot have.
WITHOUT = {
    "perceptron_cost": "it is about the time that a computer takes",
}


def names() -> list[str]:
    """The experiments that have a twin.

    >>> "lenet_depth" in names()
    True
    """
    return sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def twin(name: str) -> Any:
    """The twin of an experiment, a module.

    >>> twin("perceptron_margin").TREND
    'The wider the margin, the fewer the updates, and all stay below the bound.'
    """
    if name not in names():
        raise ValueError(unknown("twin", name, names()))
    return importlib.import_module(f"{__name__}.{name}")


def published(result: Result) -> dict[str, float]:
    """The numbers of the large run; `loss@0` is the first point of the curve `loss`."""
    numbers = {}
    for words, metric in twin(result.name).METRICS.items():
        curve, _, place = metric.partition("@")
        numbers[words] = (
            result.series[curve]["mean"][int(place)] if place else result.mean(metric)
        )
    return numbers


def show(name: str, seed: int = 0) -> None:
    """Run a twin and print its numbers, and whether they show the trend of the large run."""
    found = twin(name)
    numbers = found.measure(seed)
    width = max(map(len, numbers))
    for words, value in numbers.items():
        print(f"{words:{width}}  {say(value)}")
    print(
        "As in the large run."
        if found.agrees(numbers)
        else "Not as in the large run, with this seed."
    )


def say(value: float) -> str:
    """A number with three digits, or all before the point.

    >>> say(1234.5), say(87.46), say(87), say(0.51249), say(3e-15), say(0)
    ('1,234', '87.5', '87', '0.512', '3.0e-15', '0')
    """
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 1e-3 or not value else f"{value:.1e}"
