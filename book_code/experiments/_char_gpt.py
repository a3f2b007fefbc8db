"""GPT on the characters of tiny Shakespeare, at the two sizes that nanoGPT reports."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from book_code.data import tinyshakespeare
from book_code.experiments import _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.gpt.config import PRESETS
from book_code.models.gpt.torch_model import GPT

NANOGPT = "A. Karpathy, nanoGPT, readme (github.com/karpathy/nanoGPT)"


@dataclass(frozen=True)
class Training:
    """AdamW with a rate that rises for `warmup` of the steps and then falls by a cosine to a tenth.

    The rate is chosen by short runs on the first nine tenths of the training text; the tenth after them judges.
    """

    preset: str = "gpt-nano-cpu"
    dataset: str = "tinyshakespeare"
    steps: int = 2_000
    batch_size: int = 12
    rates: tuple[float, ...] = (2e-3, 4e-3)
    tuning_steps: int = 150
    warmup: float = 0.05
    decay: float = 0.1
    marks: int = 6
    windows: int = 100  # of the validation text, for the curve
    last_windows: int = 0  # for the end; 0 is all of them
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Self:
        """A few steps, and little of the validation text."""
        return replace(
            self,
            steps=4,
            tuning_steps=2,
            marks=2,
            windows=4,
            last_windows=4,
            batch_size=2,
            seeds=(0, 1),
        )


@dataclass
class Run:
    """A curve of losses on the validation text, the last on all of it, and the seconds of the steps."""

    curve: list[float]
    loss: float
    train_loss: float
    seconds: float
    parameters: int


def train_all(config: Training, device: str, progress: Progress) -> Result:
    """Choose the rate, then train with every seed."""
    text = tinyshakespeare.load()
    trials = config.rates if len(config.rates) > 1 else ()
    progress.begin(len(trials) + len(config.seeds))
    cut = int(0.9 * len(text.train))
    tuning = replace(text, train=text.train[:cut], validation=text.train[cut:])
    short = replace(config, steps=config.tuning_steps, marks=1, last_windows=2 * config.windows)
    scores = {}
    for rate in trials:
        scores[rate] = train(short, tuning, _sweep.TUNING_SEED, rate, device).loss
        progress.step(f"learning rate {rate:g}")
    rate = min(scores, key=scores.__getitem__) if scores else config.rates[0]
    runs = []
    for seed in config.seeds:
        runs.append(train(config, text, seed, rate, device))
        progress.step(f"seed {seed}")
    return report(config, runs, rate)


@kept
def train(
    config: Training, text: tinyshakespeare.Text, seed: int, rate: float, device: str
) -> Run:
    """Train one GPT on windows that are drawn from the text."""
    torch.manual_seed(seed)
    model = GPT(PRESETS[config.preset]).to(device)
    optimizer = torch.optim.AdamW(groups(model, config.decay), rate, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, partial(share_of_rate, config))
    length, rng = model.config.positions, np.random.default_rng(seed)
    whole = torch.from_numpy(text.train)
    at = {round(config.steps * (i + 1) / config.marks) for i in range(config.marks)}
    curve, seconds, start = [], 0.0, _sweep.clock(device)
    for step in range(1, config.steps + 1):
        first = rng.integers(0, len(whole) - length, size=(config.batch_size, 1))
        window = whole[torch.from_numpy(first + np.arange(length + 1))].to(device)
        loss = losses(model, window, device)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step in at:
            seconds += _sweep.clock(device) - start
            curve.append(judge(model, text.validation, device, config.windows))
            start = _sweep.clock(device)
    return Run(curve, judge(model, text.validation, device, config.last_windows), loss.item(),
               seconds, _sweep.parameters(model))  # fmt: skip


def groups(model: nn.Module, decay: float) -> list[dict[str, Any]]:
    """The parameters for AdamW: matrices decay, biases and norms do not."""
    parts = {
        True: [p for p in model.parameters() if p.ndim > 1],
        False: [p for p in model.parameters() if p.ndim < 2],
    }
    return [
        {"params": part, "weight_decay": decay * matrices} for matrices, part in parts.items()
    ]


def share_of_rate(config: Training, step: int) -> float:
    """What share of the rate is used at a step."""
    rise = max(1, round(config.warmup * config.steps))
    if step < rise:
        return (step + 1) / rise
    done = (step - rise) / max(1, config.steps - rise)
    return 0.1 + 0.9 * (1 + math.cos(math.pi * done)) / 2


def losses(model: nn.Module, window: Tensor, device: str) -> Tensor:
    """The mean cross-entropy of every next character, in nats."""
    with torch.autocast(device.split(":")[0], torch.bfloat16, enabled=device != "cpu"):
        logits = model(window[:, :-1])
    return cross_entropy(logits.flatten(0, 1).float(), window[:, 1:].flatten())


@torch.no_grad()
def judge(model: Any, tokens: np.ndarray, device: str, windows: int) -> float:
    """The mean loss over the text in windows side by side, or over `windows` of them, evenly spread."""
    length = model.config.positions
    firsts = np.arange(0, len(tokens) - length, length)
    if windows:
        firsts = firsts[:: max(1, len(firsts) // windows)][:windows]
    rows = torch.from_numpy(tokens)[torch.from_numpy(firsts[:, None] + np.arange(length + 1))]
    model.eval()
    total = sum(
        losses(model, part.to(device), device).item() * len(part) for part in rows.split(64)
    )
    model.train()
    return total / len(rows)


def report(config: Training, runs: list[Run], rate: float) -> Result:
    """Losses, time and the curve."""
    result = Result()
    result.add("validation_loss", [run.loss for run in runs])
    result.add("training_loss_last_batch", [run.train_loss for run in runs])
    result.add("training_seconds", [run.seconds for run in runs], "s")
    result.add("learning_rate", rate)
    result.add("parameters", runs[0].parameters)
    places = [round(config.steps * (i + 1) / config.marks) for i in range(config.marks)]
    result.add_series("validation_loss", places, [run.curve for run in runs], x_label="step",
                      y_label="validation loss (nats)")  # fmt: skip
    result.tabulate(
        ["steps", "characters seen", "validation loss", "training time", "parameters", "learning rate"],
        [[f"{config.steps:,}", f"{config.steps * config.batch_size * PRESETS[config.preset].positions:,}",
          result.say("validation_loss", 3), result.say("training_seconds", 0),
          f"{result.mean('parameters'):,}", f"{rate:g}"]],
    )  # fmt: skip
    result.alt = (
        f"Loss of a GPT of {result.mean('parameters'):,} parameters on the validation text of tiny Shakespeare by "
        f"step: {result.say('validation_loss', 3)} nats a character after {config.steps:,} steps and "
        f"{result.say('training_seconds', 0)} of training."
    )
    return result


def draw(result: Result, published: float, words: str) -> Any:
    """The loss by step, with nanoGPT's."""
    from book_code.experiments._draw import curve, reference, subplots

    figure, axes = subplots()
    curve(axes, result, "validation_loss", marker="o")
    reference(axes, published, words)
    axes.set_xlabel("step")
    axes.set_ylabel("validation loss (nats a character)")
    return figure
