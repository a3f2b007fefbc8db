"""How the loss of a small GPT falls with its size and with the text that it learns from."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from book_code.data import tinyshakespeare
from book_code.experiments import _char_gpt, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.gpt.config import GPTConfig
from book_code.models.gpt.torch_model import GPT

TITLE = "GPT: loss against size and against the amount of text"
KAPLAN = "Kaplan et al. 2020, arXiv:2001.08361, equations 1.1 and 1.2"
AXES = {"size": "parameters without embeddings", "text": "characters to learn from"}


@dataclass(frozen=True)
class Config:
    """Very narrow models of two layers that see 32 characters, a few hundred steps each.

    Models of all `widths` learn from the most text, the one of `width` also from less of it. Rates are chosen for each
    width by short runs. The last tenth of the training text chooses rate and the step to stop at; the validation text
    is read at the end.
    """

    dataset: str = "tinyshakespeare"
    widths: tuple[int, ...] = (4, 8, 16, 32, 64)
    width: int = 32
    amounts: tuple[int, ...] = (2_000, 8_000, 32_000, 128_000, 512_000)
    layers: int = 2
    head_dim: int = 16
    positions: int = 32
    steps: int = 700
    tuning_steps: int = 150
    batch_size: int = 16
    rates: tuple[float, ...] = (4e-3, 1.2e-2)
    warmup: float = 0.05
    decay: float = 0.1
    marks: int = 7
    windows: int = 200  # of the text that chooses
    last_windows: int = 2_000  # of the validation text
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Two widths, two amounts, one rate, a few steps."""
        return replace(self, widths=(4, 8), width=8, amounts=(500, 2_000), steps=6, rates=self.rates[:1],
                       marks=2, windows=4, last_windows=10, seeds=(0, 1))  # fmt: skip


def run(config: Config, device: str, progress: Progress) -> Result:
    """Choose the rate of every width, train all widths on the most text and one width on less."""
    trials = config.rates if len(config.rates) > 1 else ()
    most = max(config.amounts)
    settings = [("size", width, width, most) for width in config.widths]
    settings += [("text", amount, config.width, amount) for amount in config.amounts]
    progress.begin(len(trials) * len(config.widths) + len(settings) * len(config.seeds))
    short, rates = replace(config, steps=config.tuning_steps, marks=1), {}
    result = Result()
    for width in config.widths:
        scores = {}
        for rate in trials:
            scores[rate] = train(short, width, most, _sweep.TUNING_SEED, rate, device)["chosen"]
            progress.step(f"width {width}, learning rate {rate:g}")
        rates[width] = min(scores, key=scores.__getitem__) if scores else config.rates[0]
        result.add(f"learning_rate_{width}", rates[width])
    for kind, place, width, amount in settings:
        runs = []
        for seed in config.seeds:
            runs.append(train(config, width, amount, seed, rates[width], device))
            progress.step(f"width {width}, {amount:,} characters, seed {seed}")
        result.add(f"validation_loss_{kind}_{place}", [one["loss"] for one in runs])
        result.add(f"steps_{kind}_{place}", [one["steps"] for one in runs])
        result.add(f"seconds_{kind}_{place}", [one["seconds"] for one in runs], "s")
        if kind == "size":
            result.add(f"parameters_{width}", runs[0]["parameters"])
    report(result, config)
    return result


@kept
def train(
    config: Any, width: int, amount: int, seed: int, rate: float, device: str
) -> dict[str, float]:
    """Train one GPT on the first characters, and take it as it was when it foretold the text held back best."""
    torch.manual_seed(seed)
    rng, data = np.random.default_rng(seed), tinyshakespeare.load()
    held = data.train[int(0.9 * len(data.train)) :]
    text = torch.from_numpy(data.train[: min(amount, len(data.train) - len(held))])
    model = network(config, width).to(device)
    optimizer = torch.optim.AdamW(
        _char_gpt.groups(model, config.decay), rate, betas=(0.9, 0.99)
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, partial(_char_gpt.share_of_rate, config)
    )
    at = {round(config.steps * (i + 1) / config.marks) for i in range(config.marks)}
    best, found, stop, start = np.inf, model.state_dict(), 0, _sweep.clock(device)
    for step in range(1, config.steps + 1):
        first = rng.integers(0, len(text) - config.positions, size=(config.batch_size, 1))
        window = text[torch.from_numpy(first + np.arange(config.positions + 1))].to(device)
        loss = _char_gpt.losses(model, window, device)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step in at:
            score = _char_gpt.judge(model, held, device, config.windows)
            if score < best:
                best, found, stop = score, copy.deepcopy(model.state_dict()), step
    seconds = _sweep.clock(device) - start
    model.load_state_dict(found)
    return {
        "chosen": best,
        "loss": _char_gpt.judge(model, data.validation, device, config.last_windows),
        "steps": stop,
        "seconds": seconds,
        "parameters": _sweep.parameters(model.layers) + _sweep.parameters(model.norm),
    }


def network(config: Config, width: int) -> GPT:
    """A GPT for the 65 characters."""
    heads = max(1, width // config.head_dim)
    return GPT(GPTConfig(vocabulary=65, positions=config.positions, embed_dim=width, heads=heads,
                         layers=config.layers, dropout=0.0))  # fmt: skip


def line(x: Sequence[float], losses: Sequence[float]) -> tuple[float, float, float]:
    """The straight line through log loss by log x: its slope downwards, the loss at x = 1, and how far the points are off, in %.

    >>> [round(number, 6) for number in line([1, 100], [4, 2])]
    [0.150515, 4.0, 0.0]
    """
    slope, start = np.polyfit(np.log(x), np.log(losses), 1)
    off = np.abs(np.exp(np.log(losses) - start - slope * np.log(x)) - 1).max()
    return -float(slope), float(np.exp(start)), 100 * float(off)


def report(result: Result, config: Config) -> None:
    """Curves, the straight lines through them, the table and the description."""
    places = {"size": config.widths, "text": config.amounts}
    measured = {
        "size": [result.mean(f"parameters_{width}") for width in config.widths],
        "text": [float(amount) for amount in config.amounts],
    }
    for kind, x in measured.items():
        names = [f"validation_loss_{kind}_{place}" for place in places[kind]]
        rows = list(zip(*(result.metrics[name]["values"] for name in names), strict=True))
        result.add_series(f"validation_loss_{kind}", x, rows, x_label=AXES[kind],
                          y_label="validation loss (nats)")  # fmt: skip
        fits = [line(x, row) for row in rows]
        result.add(f"exponent_{kind}", [fit[0] for fit in fits])
        result.add(f"off_line_{kind}", [fit[2] for fit in fits], "%")
        last = [line(x[-2:], row[-2:])[0] for row in rows]
        result.add(f"last_exponent_{kind}", last)
    for kind, value in (("size", 0.076), ("text", 0.095)):
        result.refer(f"exponent of {AXES[kind]}, large models on web text", f"exponent_{kind}", value,
                     KAPLAN, "another scale")  # fmt: skip
    describe(result, config)


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    most = max(config.amounts)
    rows = [(f"{result.mean(f'parameters_{w}'):,}", most, f"size_{w}") for w in config.widths]
    one = f"{result.mean(f'parameters_{config.width}'):,}"
    rows += [(one, amount, f"text_{amount}") for amount in config.amounts]
    result.tabulate(
        ["parameters without embeddings", "characters", "validation loss", "stopped at step", "training time"],
        [
            [parameters, f"{amount:,}", result.say(f"validation_loss_{key}", 3),
             result.say(f"steps_{key}", 0), result.say(f"seconds_{key}", 1)]
            for parameters, amount, key in rows
        ],
    )  # fmt: skip
    result.alt = (
        "Validation loss of GPTs on tiny Shakespeare, both axes logarithmic. "
        + " ".join(
            f"Against {AXES[kind]}: {result.say(f'validation_loss_{kind}_{places[0]}', 2)} nats at "
            f"{result.series[f'validation_loss_{kind}']['x'][0]:,}, {result.say(f'validation_loss_{kind}_{places[-1]}', 2)} "
            f"at {result.series[f'validation_loss_{kind}']['x'][-1]:,}; the straight line falls with an exponent of "
            f"{result.say(f'exponent_{kind}', 3)}, and no point of a seed is farther off it than "
            f"{max(result.metrics[f'off_line_{kind}']['values']):.1f} %."
            for kind, places in (("size", config.widths), ("text", config.amounts))
        )
    )


def plot(result: Result) -> Any:
    """The loss against parameters on the left, against characters on the right, with the straight lines."""
    from book_code.experiments._draw import log_scale, spread, subplots
    from book_code.plotting import INK_SOFT

    figure, axes = subplots(ncols=2, figsize=(6.6, 3.6), sharey=True)
    for look, (one, kind, places) in enumerate(
        zip(axes, AXES, (result.config["widths"], result.config["amounts"]), strict=True)
    ):
        x = result.series[f"validation_loss_{kind}"]["x"]
        spread(one, result, x, [f"validation_loss_{kind}_{place}" for place in places], look)
        slope, start, _ = line(x, result.series[f"validation_loss_{kind}"]["mean"])
        ends = np.array([x[0], x[-1]], float)
        one.plot(ends, start * ends**-slope, color=INK_SOFT, linestyle=":", linewidth=1.6)
        one.annotate(f"straight line:\nexponent {slope:.3f}", (0.97, 0.95), xycoords="axes fraction",
                     ha="right", va="top", color=INK_SOFT, fontsize=11)  # fmt: skip
        log_scale(one.xaxis)
        log_scale(one.yaxis, [2.0, 2.2, 2.5, 2.8, 3.1])
        one.set_xlabel(AXES[kind])
    axes[0].set_ylabel("validation loss (nats)")
    return figure
