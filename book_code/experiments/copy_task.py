"""How long recurrent networks remember: symbols to be repeated after a silence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.gru.config import GRUConfig
from book_code.models.gru.torch_model import GRU
from book_code.models.lstm.config import LSTMConfig
from book_code.models.lstm.torch_model import LSTM
from book_code.models.rnn.config import RNNConfig
from book_code.models.rnn.torch_model import RNN

TITLE = "How long recurrent networks remember"
CORES: dict[str, Any] = {
    "rnn": (RNN, RNNConfig),
    "lstm": (LSTM, LSTMConfig),
    "gru": (GRU, GRUConfig),
}
LABELS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}


@dataclass(frozen=True)
class Config:
    """Some of eight symbols, a silence, a sign to begin: then the symbols are to be said again (Hochreiter's task).

    Every network is trained for the same number of steps on sequences that it never sees twice.
    """

    delays: tuple[int, ...] = (5, 10, 20, 40, 80)
    symbols: int = 8
    length: int = 3
    hidden: int = 64
    steps: int = 1_000
    batch_size: int = 64
    rate: float = 3e-3
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Two delays, a few steps."""
        return replace(self, delays=(3, 6), steps=10, seeds=(0, 1))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train at each delay, then ask a thousand new sequences."""
    progress.begin(len(LABELS) * len(config.delays) * len(config.seeds))
    result = Result()
    for label, words in LABELS.items():
        rows: list[list[float]] = [[] for _ in config.seeds]
        for delay in config.delays:
            for row, seed in zip(rows, config.seeds, strict=True):
                row.append(remembered(config, label, delay, seed, device))
                progress.step(f"{words}, delay {delay}, seed {seed}")
            result.add(f"accuracy_{label}_{delay}", [row[-1] for row in rows], "%")
        result.add_series(label, config.delays, rows, x_label="steps of silence",
                          y_label="symbols remembered (%)")  # fmt: skip
    result.add("chance", 100 / config.symbols, "%")
    describe(result, config)
    return result


@kept
def remembered(config: Config, label: str, delay: int, seed: int, device: str) -> float:
    """Train one network; the share of the symbols of new sequences that it says again, in per cent."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    tokens = config.symbols + 2
    model: nn.Module = CORES[label][0](
        CORES[label][1](vocabulary=tokens, in_features=tokens, hidden=config.hidden,
                        outputs=config.symbols, head="step")
    ).to(device)  # fmt: skip
    optimizer = torch.optim.Adam(model.parameters(), config.rate)
    for _ in range(config.steps):
        x, y = sequences(config, delay, config.batch_size, rng, device)
        loss = cross_entropy(answers(model, x, config.length), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    with torch.no_grad():
        x, y = sequences(config, delay, 1_000, rng, device)
        right = answers(model, x, config.length).argmax(1) == y.flatten()
    return 100 * right.float().mean().item()


def answers(model: nn.Module, x: Tensor, length: int) -> Tensor:
    """The logits at the last places, where the symbols are due."""
    return model(x)[:, -length:].flatten(0, 1)


def sequences(
    config: Config, delay: int, count: int, rng: np.random.Generator, device: str
) -> tuple[Tensor, Tensor]:
    """What goes in (N, length + delay + length), and the symbols (N, length) that are to come out at the end."""
    silence, sign = config.symbols, config.symbols + 1
    y = rng.integers(0, config.symbols, size=(count, config.length))
    x = np.full((count, 2 * config.length + delay), silence)
    x[:, : config.length] = y
    x[:, -config.length] = sign
    return torch.from_numpy(x).to(device), torch.from_numpy(y).to(device)


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    result.tabulate(
        ["steps of silence", *(f"{words} remembers" for words in LABELS.values())],
        [
            [delay, *(result.say(f"accuracy_{k}_{delay}", 1) for k in LABELS)]
            for delay in config.delays
        ],
    )
    first, last = config.delays[0], config.delays[-1]
    result.alt = (
        "Share of symbols that a network repeats after a silence, against the length of the silence; guessing "
        f"gives {result.mean('chance'):g} %. "
        + " ".join(
            f"{words}: {result.say(f'accuracy_{k}_{first}', 0)} after {first} steps, "
            f"{result.say(f'accuracy_{k}_{last}', 0)} after {last}."
            for k, words in LABELS.items()
        )
    )


def plot(result: Result) -> Any:
    """What is remembered against the silence."""
    from book_code.experiments._draw import beside, curve, log_scale, reference, room, subplots

    figure, axes = subplots()
    ends = {}
    for look, (label, words) in enumerate(LABELS.items()):
        curve(axes, result, label, look, marker="o")
        ends[look] = (result.series[label]["mean"][-1], words)
    reference(axes, result.mean("chance"), "guessing")
    axes.set_ylim(0, 105)
    log_scale(axes.xaxis, result.config["delays"])
    room(axes, 0.18)
    beside(axes, result.config["delays"][-1], ends)
    axes.set_xlabel("steps of silence")
    axes.set_ylabel("symbols remembered (%)")
    return figure
