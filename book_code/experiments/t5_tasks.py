"""Four small tasks of text to text: one T5 for all of them against one for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from book_code.experiments import _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.t5.config import T5Config
from book_code.models.t5.torch_model import T5

TITLE = "T5: several tasks in one model against one model each"
TASKS = {"copy": "copy", "reverse": "reverse", "sort": "sort", "sum": "sum"}
WAYS = {"each": "a model for each task", "all": "one model for all tasks"}
END, ZERO, FIRST = 1, 2, 12  # 0 is padding and start; then the digits; then the tasks' names


@dataclass(frozen=True)
class Config:
    """A narrow T5 of one layer; a text is the name of the task and some digits.

    A model for one task takes `steps`, the one for all as many for every task, with batches in which the tasks are
    mixed: both see as many examples of each, and the work is the same in sum, but the one for all takes as many times
    more steps as there are tasks. Examples are drawn anew at every step. Answers are written token by token,
    and count if all of them is right.
    """

    tasks: tuple[str, ...] = ("copy", "reverse", "sort", "sum")
    digits: int = 4
    embed_dim: int = 48
    heads: int = 4
    layers: int = 1
    steps: int = 250
    batch_size: int = 64
    rate: float = 1e-2
    marks: int = 5
    asked: int = 500
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """A few steps, a narrow model."""
        return replace(
            self, embed_dim=16, steps=4, batch_size=8, marks=2, asked=20, seeds=(0, 1)
        )


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train one model for each task and one for all; ask new texts of every task."""
    progress.begin((len(config.tasks) + 1) * len(config.seeds))
    result = Result()
    places = [round(config.steps * (i + 1) / config.marks) for i in range(config.marks)]
    seconds: dict[str, list[float]] = {way: [0.0] * len(config.seeds) for way in WAYS}
    for way, groups in (("each", [(task,) for task in config.tasks]), ("all", [config.tasks])):
        for group in groups:
            runs = []
            for row, seed in enumerate(config.seeds):
                runs.append(train(config, group, seed, device))
                seconds[way][row] += runs[-1]["seconds"]
                progress.step(f"{', '.join(group)}, seed {seed}")
            for task in group:
                curves = [one["right"][task] for one in runs]
                result.add(f"right_{way}_{task}", [curve[-1] for curve in curves], "%")
                result.add_series(f"right_{way}_{task}", places, curves, x_label="steps for each task",
                                  y_label="right answers (%)")  # fmt: skip
        result.add(f"seconds_{way}", seconds[way], "s")
        result.add(f"parameters_{way}", len(groups) * runs[0]["parameters"])
        rows = [result.metrics[f"right_{way}_{task}"]["values"] for task in config.tasks]
        result.add(
            f"right_{way}", [float(np.mean(row)) for row in zip(*rows, strict=True)], "%"
        )
    describe(result, config)
    return result


@kept
def train(config: Config, tasks: Sequence[str], seed: int, device: str) -> dict[str, Any]:
    """Train one model on some tasks; the share of right answers at every mark, by task."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = T5(
        T5Config(vocabulary=FIRST + len(TASKS), embed_dim=config.embed_dim, heads=config.heads,
                 head_dim=config.embed_dim // config.heads, feedforward=2 * config.embed_dim,
                 layers=config.layers, buckets=16, furthest=16, dropout=0.0)
    ).to(device)  # fmt: skip
    steps = config.steps * len(tasks)
    optimizer = torch.optim.Adam(model.parameters(), config.rate)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, config.rate, steps, pct_start=0.1)
    at = {round(steps * (i + 1) / config.marks) for i in range(config.marks)}
    right: dict[str, list[float]] = {task: [] for task in tasks}
    seconds, start = 0.0, _sweep.clock(device)
    for step in range(1, steps + 1):
        names = [tasks[i] for i in rng.integers(0, len(tasks), config.batch_size)]
        x, y = texts(config, names, rng, device)
        before = nn.functional.pad(y[:, :-1], (1, 0))  # what stands before each token
        loss = cross_entropy(model(x, before).flatten(0, 1), y.flatten(), ignore_index=0)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        cycle.step()
        if step in at:
            seconds += _sweep.clock(device) - start
            for task in tasks:
                right[task].append(asked(config, model, task, rng, device))
            start = _sweep.clock(device)
    return {"right": right, "seconds": seconds, "parameters": _sweep.parameters(model)}


def texts(
    config: Config, names: Sequence[str], rng: np.random.Generator, device: str
) -> tuple[Tensor, Tensor]:
    """Name and digits (N, 1 + digits), and the answers (N, digits + 1), which end with END and padding."""
    digits = rng.integers(0, 10, size=(len(names), config.digits))
    first = [[FIRST + list(TASKS).index(name)] for name in names]
    x = np.concatenate([first, digits + ZERO], axis=1)
    y = np.zeros((len(names), config.digits + 1), np.int64)
    for row, name, given in zip(y, names, digits, strict=True):
        said = [digit + ZERO for digit in answer(name, given.tolist())] + [END]
        row[: len(said)] = said
    return torch.from_numpy(x).to(device), torch.from_numpy(y).to(device)


def answer(name: str, digits: list[int]) -> list[int]:
    """The digits to write.

    >>> [answer(name, [3, 1, 9]) for name in TASKS]
    [[3, 1, 9], [9, 1, 3], [1, 3, 9], [1, 3]]
    """
    if name == "sum":
        return [int(figure) for figure in str(sum(digits))]
    return {"copy": digits, "reverse": digits[::-1], "sort": sorted(digits)}[name]


@torch.no_grad()
def asked(config: Config, model: T5, task: str, rng: np.random.Generator, device: str) -> float:
    """How many per cent of new texts are answered rightly, written token by token."""
    x, y = texts(config, [task] * config.asked, rng, device)
    model.eval()
    memory, written = model.encode(x), torch.zeros_like(y[:, :1])
    for _ in range(y.shape[1]):
        token = model.decode(written, memory, x)[:, -1:].argmax(2)
        written = torch.cat([written, token], dim=1)
    model.train()
    same = (written[:, 1:] == y) | (y == 0)  # nothing counts after the end
    return 100 * same.all(dim=1).float().mean().item()


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    result.tabulate(
        ["model", *(f"{TASKS[task]}, right" for task in config.tasks), "mean of the tasks", "parameters",
         "training time"],
        [
            [words, *(result.say(f"right_{way}_{task}", 1) for task in config.tasks), result.say(f"right_{way}", 1),
             f"{result.mean(f'parameters_{way}'):,}", result.say(f"seconds_{way}", 1)]
            for way, words in WAYS.items()
        ],
    )  # fmt: skip
    result.alt = (
        "Right answers of a small T5 against the steps of training for each task, one panel a task. "
        + " ".join(
            f"{TASKS[task].capitalize()}: {result.say(f'right_each_{task}', 0)} with {WAYS['each']}, "
            f"{result.say(f'right_all_{task}', 0)} with {WAYS['all']}."
            for task in config.tasks
        )
    )


def plot(result: Result) -> Any:
    """A panel a task."""
    from book_code.experiments._draw import curve, subplots

    figure, axes = subplots(nrows=2, ncols=2, figsize=(6.6, 5.2), sharex=True, sharey=True)
    for one, task in zip(axes.flat, result.config["tasks"], strict=True):
        for look, (way, words) in enumerate(WAYS.items()):
            curve(one, result, f"right_{way}_{task}", look, label=words)
        one.set_title(TASKS[task], fontsize=12)
        one.set_ylim(-3, 105)
    for one in axes[1]:
        one.set_xlabel("steps for each task")
    for one in axes[:, 0]:
        one.set_ylabel("right answers (%)")
    axes[1, 1].legend(fontsize=9, loc="upper left")
    return figure
