"""RNN, LSTM and GRU as models of text, character by character: loss, time and memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from book_code.data import tinyshakespeare
from book_code.experiments import _char_gpt, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.experiments.attention_cost import kept_megabytes
from book_code.experiments.copy_task import CORES, LABELS

TITLE = "RNN, LSTM and GRU on tiny Shakespeare: loss, time and memory"
COSTS = {"ms": "time of a step (ms)", "mb": "kept for backward (MB)"}


@dataclass(frozen=True)
class Config:
    """One layer of as many features, as many steps of Adam, windows of 64 characters, each from an empty state.

    Every network takes the rate that is best in a short run, judged on the last tenth of the training text.
    """

    dataset: str = "tinyshakespeare"
    hidden: int = 96
    embed_dim: int = 32
    length: int = 64
    batch_size: int = 32
    steps: int = 400
    tuning_steps: int = 100
    rates: tuple[float, ...] = (4e-3, 1.2e-2)
    warmup: float = 0.05
    marks: int = 8
    windows: int = 200  # of the validation text, for the curve and for a choice
    last_windows: int = 1_000  # for the end
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """A narrow network, one rate, a few steps."""
        return replace(self, hidden=16, length=16, batch_size=4, steps=4, rates=self.rates[:1], marks=2,
                       windows=4, last_windows=4, seeds=(0, 1))  # fmt: skip


def run(config: Config, device: str, progress: Progress) -> Result:
    """Choose the rate of each network, then train it with every seed."""
    text, result = tinyshakespeare.load(), Result()
    trials = config.rates if len(config.rates) > 1 else ()
    progress.begin(len(LABELS) * (len(trials) + len(config.seeds)))
    cut = int(0.9 * len(text.train))
    tuning = replace(text, train=text.train[:cut], validation=text.train[cut:])
    short = replace(config, steps=config.tuning_steps, marks=1)
    places = [round(config.steps * (i + 1) / config.marks) for i in range(config.marks)]
    for label, words in LABELS.items():
        scores = {}
        for rate in trials:
            scores[rate] = train(short, label, tuning, _sweep.TUNING_SEED, rate, device)["loss"]
            progress.step(f"{words}, learning rate {rate:g}")
        rate = min(scores, key=scores.__getitem__) if scores else config.rates[0]
        runs = []
        for seed in config.seeds:
            runs.append(train(config, label, text, seed, rate, device))
            progress.step(f"{words}, seed {seed}")
        result.add(f"validation_loss_{label}", [one["loss"] for one in runs])
        result.add(f"ms_{label}", [one["ms"] for one in runs], "ms")
        result.add(f"mb_{label}", [one["mb"] for one in runs], "MB")
        result.add(f"parameters_{label}", runs[0]["parameters"])
        result.add(f"learning_rate_{label}", rate)
        result.add_series(f"validation_loss_{label}", places, [one["curve"] for one in runs],
                          x_label="step", y_label="validation loss (nats)")  # fmt: skip
    describe(result, config)
    return result


class PerCharacter(nn.Module):
    """A network whose outputs at all places stand in one column, as the loss wants them."""

    def __init__(self, label: str, config: Config):
        super().__init__()
        core, sizes = CORES[label]
        self.network = core(
            sizes(vocabulary=65, in_features=config.embed_dim, hidden=config.hidden, outputs=65,
                  head="step")
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:  # (N, T)
        """The logits of what follows each character, (N·T, 65)."""
        return self.network(x).flatten(0, 1)


@kept
def train(
    config: Any, label: str, text: tinyshakespeare.Text, seed: int, rate: float, device: str
) -> dict[str, Any]:
    """Train one network; its losses on the validation text, the time of a step, and what a step keeps."""
    torch.manual_seed(seed)
    rng, whole = np.random.default_rng(seed), torch.from_numpy(text.train)
    model = PerCharacter(label, config).to(device)
    optimizer = torch.optim.Adam(model.parameters(), rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, partial(_char_gpt.share_of_rate, config)
    )
    at = {round(config.steps * (i + 1) / config.marks) for i in range(config.marks)}
    curve, seconds, start = [], 0.0, _sweep.clock(device)
    for step in range(1, config.steps + 1):
        first = rng.integers(0, len(whole) - config.length, size=(config.batch_size, 1))
        window = whole[torch.from_numpy(first + np.arange(config.length + 1))].to(device)
        loss = cross_entropy(model(window[:, :-1]), window[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step in at:
            seconds += _sweep.clock(device) - start
            curve.append(judge(model, config, text.validation, config.windows, device))
            start = _sweep.clock(device)
    return {
        "curve": curve,
        "loss": judge(model, config, text.validation, config.last_windows, device),
        "ms": 1_000 * seconds / config.steps,
        "mb": kept_megabytes(model, window[:, :-1], window[:, 1:].flatten()),
        "parameters": _sweep.parameters(model),
    }


@torch.no_grad()
def judge(
    model: nn.Module, config: Config, tokens: np.ndarray, windows: int, device: str
) -> float:
    """The mean loss over windows of the text that are evenly spread, in nats a character."""
    firsts = np.arange(0, len(tokens) - config.length, config.length)
    firsts = firsts[:: max(1, len(firsts) // windows)][:windows]
    rows = torch.from_numpy(tokens[firsts[:, None] + np.arange(config.length + 1)]).to(device)
    return cross_entropy(model(rows[:, :-1]), rows[:, 1:].flatten()).item()


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    result.tabulate(
        ["network", "validation loss", *COSTS.values(), "parameters", "learning rate"],
        [
            [words, result.say(f"validation_loss_{k}", 3), result.say(f"ms_{k}", 1), result.say(f"mb_{k}", 1),
             f"{result.mean(f'parameters_{k}'):,}", f"{result.mean(f'learning_rate_{k}'):g}"]
            for k, words in LABELS.items()
        ],
    )  # fmt: skip
    result.alt = (
        f"Above, loss of networks with {config.hidden} features on the validation text of tiny Shakespeare by step; "
        "below, time of a step and memory that it keeps for its backward pass. "
        + " ".join(
            f"{words}: {result.say(f'validation_loss_{k}', 3)} nats a character after {config.steps} steps, "
            f"{result.say(f'ms_{k}', 1)} and {result.say(f'mb_{k}', 1)} a step."
            for k, words in LABELS.items()
        )
    )


def plot(result: Result) -> Any:
    """The loss by step above, what a step takes below."""
    from book_code.experiments._draw import beside, curve, dots, room, subplots

    figure, axes = subplots(nrows=2, ncols=2, figsize=(6.6, 5.6), height_ratios=(3, 2))
    grid = axes[1, 0].get_gridspec()
    for one in axes[0]:
        one.remove()
    above = figure.add_subplot(grid[0, :])
    ends = {}
    for look, (label, words) in enumerate(LABELS.items()):
        curve(above, result, f"validation_loss_{label}", look, marker="o")
        ends[look] = (result.series[f"validation_loss_{label}"]["mean"][-1], words)
    above.set_xticks(result.series["validation_loss_rnn"]["x"])
    room(above, 0.14)
    beside(above, result.config["steps"], ends)
    above.set_xlabel("step")
    above.set_ylabel("validation loss (nats)")
    for one, (part, words) in zip(axes[1], COSTS.items(), strict=True):
        dots(one, result, {f"{part}_{k}": words for k, words in LABELS.items()})
        one.set_xlim(
            0, 1.15 * max(max(result.metrics[f"{part}_{k}"]["values"]) for k in LABELS)
        )
        one.set_xlabel(words)
    return figure
