"""The time of one epoch of Rosenblatt's rule, against the number of examples and of inputs."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from book_code.data.toy import blobs
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.perceptron.config import PerceptronConfig
from book_code.models.perceptron.numpy_model import Perceptron

TITLE = "What one epoch of the perceptron costs"


@dataclass(frozen=True)
class Config:
    """Numbers of examples at a fixed number of inputs, and the other way round."""

    examples: tuple[int, ...] = (250, 500, 1_000, 2_000, 4_000, 8_000)
    inputs: tuple[int, ...] = (10, 100, 1_000, 10_000, 100_000, 300_000)
    fixed_inputs: int = 100
    fixed_examples: int = 100
    margin: float = 0.3
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)

    def quick(self) -> Config:
        """Small sizes."""
        return replace(
            self, examples=(100, 200), inputs=(10, 100), fixed_examples=100, seeds=(0, 1, 2)
        )


def run(config: Config, device: str, progress: Progress) -> Result:
    """Time an epoch over each size; count the updates to convergence by the number of examples."""
    progress.begin(len(config.seeds) * (len(config.examples) + len(config.inputs)))
    by_examples: list[list[float]] = []
    by_inputs: list[list[float]] = []
    updates: list[list[int]] = []
    epochs: list[list[int]] = []
    for seed in config.seeds:
        rng = np.random.default_rng(seed)
        by_examples.append([])
        updates.append([])
        epochs.append([])
        for n in config.examples:
            by_examples[-1].append(1000 * epoch_time(n, config.fixed_inputs, rng))
            history = converge(n, config.margin, rng)
            updates[-1].append(sum(history))
            epochs[-1].append(len(history))
            progress.step(f"{n:,} examples")
        by_inputs.append([])
        for d in config.inputs:
            by_inputs[-1].append(1000 * epoch_time(config.fixed_examples, d, rng))
            progress.step(f"{d:,} inputs")
    result = Result()
    result.add_series(
        "examples", config.examples, by_examples, x_label="examples", y_label="ms"
    )
    result.add_series("inputs", config.inputs, by_inputs, x_label="inputs", y_label="ms")
    result.add_series(
        "updates", config.examples, updates, x_label="examples", y_label="updates"
    )
    result.add("slope_examples", [slope(config.examples, row) for row in by_examples])
    result.add("slope_inputs", [slope(config.inputs[-2:], row[-2:]) for row in by_inputs])
    for n, column in zip(config.examples, zip(*by_examples, strict=True), strict=True):
        result.add(f"ms_examples_{n}", column, "ms")
    for d, column in zip(config.inputs, zip(*by_inputs, strict=True), strict=True):
        result.add(f"ms_inputs_{d}", column, "ms")
        per_example = [1000 * value / config.fixed_examples for value in column]
        result.add(f"microseconds_{d}", per_example, "µs")
    for n, total, rounds in zip(
        config.examples, zip(*updates, strict=True), zip(*epochs, strict=True), strict=True
    ):
        result.add(f"updates_{n}", total)
        result.add(f"epochs_{n}", rounds)
    describe(result, config)
    return result


def epoch_time(examples, inputs, rng):
    """Processor seconds of one epoch, the best of three: what else runs can only add to it."""
    x = rng.standard_normal((examples, inputs), dtype=np.float32)
    y = np.where(rng.random(examples) < 0.5, -1, 1)
    times = []
    for _ in range(3):
        model = Perceptron(PerceptronConfig(in_features=inputs))
        start = time.process_time()
        model.fit(x, y, max_epochs=1)
        times.append(time.process_time() - start)
    return max(min(times), 1e-6)


def converge(examples, margin, rng):
    """Updates of every epoch until none is made, in two dimensions with a fixed margin."""
    x, y = blobs(examples, margin, rng)
    return Perceptron(PerceptronConfig(in_features=2, bias=False)).fit(
        x, y, max_epochs=10_000, rng=rng
    )


def slope(x, y):
    """The power with which y grows with x."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def describe(result, config):
    """The table and the description."""
    result.tabulate(
        ["examples", "inputs", "time of an epoch", "updates until no mistake (2 inputs)"],
        [
            [f"{n:,}", config.fixed_inputs, result.say(f"ms_examples_{n}", 1),
             result.say(f"updates_{n}", 0)]
            for n in config.examples
        ]
        + [
            [f"{config.fixed_examples:,}", f"{d:,}", result.say(f"ms_inputs_{d}", 1), ""]
            for d in config.inputs
        ],
    )  # fmt: skip
    result.alt = (
        "Two panels, all axes logarithmic: the time of one epoch grows as the number of examples to "
        f"the power {result.mean('slope_examples'):.2f}; against the number of inputs it stays flat "
        "while Python's own work is the larger part, and then grows as the power "
        f"{result.mean('slope_inputs'):.2f}."
    )


def plot(result: Result) -> Any:
    """Time against examples and against inputs."""
    from book_code.experiments._draw import curve, log_scale, subplots

    figure, (left, right) = subplots(ncols=2, sharey=True)
    for look, (axes, name) in enumerate([(left, "examples"), (right, "inputs")]):
        curve(axes, result, name, look)
        log_scale(axes.xaxis, result.series[name]["x"][::2])
        log_scale(axes.yaxis)
    left.set_ylabel("time of an epoch (ms)")
    left.set_xlabel(f"examples\n(of {result.config['fixed_inputs']} inputs)")
    right.set_xlabel(f"inputs\n({result.config['fixed_examples']} examples)")
    return figure
