"""Many runs of `_cifar_fast`, one after the other: how accurate, and how long each takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from book_code.experiments import _cifar_fast, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._cifar_fast import Pictures, Run, Training
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

AIRBENCH = "K. Jordan et al. (2024), cifar10-airbench, readme (github.com/KellerJordan/cifar10-airbench), arXiv:2404.00498"


@dataclass
class Tools:
    """What all runs share: a network, its compiled form, and the compiled form of Muon's core."""

    net: _cifar_fast.Net
    forward: Callable[..., Any]
    orthogonal: Callable[..., Any]


def make(config: Training, device: str) -> Tools:
    """On a GPU in half precision, compiled when it is first used."""
    net = _cifar_fast.Net(config.widths).to(device)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if not device.startswith("cuda"):
        return Tools(net, net, _cifar_fast.orthogonalize)
    torch.backends.cudnn.benchmark = True
    for part in net.modules():
        part.float() if isinstance(part, torch.nn.BatchNorm2d) else part.half()
    return Tools(
        net,
        torch.compile(net, mode="max-autotune"),
        torch.compile(_cifar_fast.orthogonalize),
    )


def run_all(config: Training, device: str, progress: Progress) -> Result:
    """On a GPU a run to warm up, on labels drawn at random, then one run for each seed."""
    warm = device.startswith("cuda")
    progress.begin(warm + len(config.seeds))
    train, test, changed = _cifar_fast.read(config, device)
    tools, start = make(config, device), time.perf_counter()
    if warm:
        drawn = Pictures(train.x, torch.randint_like(train.y, 10))
        one_run(config, tools, drawn, test, 0, device)
        progress.step("warming up")
    warming = time.perf_counter() - start
    runs = []
    for seed in config.seeds:
        runs.append(timed(config, tools, train, test, seed, device))
        progress.step(f"seed {seed}")
    result = report(config, runs, _sweep.parameters(tools.net))
    if warm:
        result.add("warm_up_seconds", warming, "s")
    result.add("pictures_from_jpeg", changed)
    return result


def one_run(
    config: Training, tools: Tools, train: Pictures, test: Pictures, seed: int, device: str
) -> Run:
    """From bytes to answers."""
    parts = (tools.net, tools.forward, tools.orthogonal)
    return _cifar_fast.train(config, parts, train, test, seed, device)


timed = kept(one_run)


def report(config: Training, runs: list[Run], parameters: int) -> Result:
    """Accuracy and time of all runs."""
    result = Result()
    result.add("test_accuracy", [run.accuracy for run in runs], "%")
    result.add("test_accuracy_one_look", [run.accuracy_one_look for run in runs], "%")
    result.add("seconds", [run.seconds for run in runs], "s")
    shown = config.train_size // config.batch_size * config.batch_size * config.epochs
    result.add("pictures_per_second", [shown / run.seconds for run in runs])
    result.add("parameters", parameters)
    steps = range(1, 1 + len(runs[0].losses))
    result.add_series("loss", steps, [run.losses for run in runs], x_label="step",
                      y_label="training loss, labels smoothed")  # fmt: skip
    result.tabulate(
        ["pictures", "epochs", "parameters", "runs", "test accuracy", "with one look", "time of a run"],
        [[f"{config.train_size:,}", config.epochs, f"{parameters:,}", len(runs), result.say("test_accuracy"),
          result.say("test_accuracy_one_look"), result.say("seconds")]],
    )  # fmt: skip
    result.alt = (
        f"Left: training loss by step over {config.epochs} epochs of {config.train_size:,} pictures. Right: test accuracy "
        f"against the time of a run, every run a dot: {result.say('test_accuracy')} in {result.say('seconds')}; with one "
        f"look at each test picture {result.say('test_accuracy_one_look')}."
    )
    return result


def draw(result: Result, published: tuple[float, float] | None = None) -> Any:
    """The loss by step; accuracy against time, and the published seconds and accuracy."""
    from book_code.experiments._draw import curve, subplots
    from book_code.plotting import DATA, INK_SOFT

    figure, (left, right) = subplots(ncols=2, figsize=(6.1, 3.2))
    curve(left, result, "loss", markersize=0)
    left.set_xlabel("step")
    left.set_ylabel("training loss, labels smoothed")
    values = [result.metrics[metric]["values"] for metric in ("seconds", "test_accuracy")]
    right.plot(*values, "o", color=DATA, alpha=0.6, markeredgewidth=0)
    if published:
        right.plot(*published, "*", color=INK_SOFT, markersize=11)
        right.annotate("published", published, xytext=(6, 6), textcoords="offset points", color=INK_SOFT)  # fmt: skip
    right.margins(0.15)
    right.set_xlabel("time of a run (s)")
    right.set_ylabel("test accuracy (%)")
    return figure
