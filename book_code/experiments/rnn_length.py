"""How long a plain recurrent network remembers: tanh against ReLU, with gradients clipped and not."""

from __future__ import annotations

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
from book_code.models.rnn.config import RNNConfig
from book_code.models.rnn.torch_model import RNN

TITLE = "How long a plain recurrent network remembers: tanh, ReLU and clipping"
WAYS = {
    "tanh_clipped": "tanh, clipped",
    "tanh_free": "tanh, not clipped",
    "relu_clipped": "ReLU, clipped",
    "relu_free": "ReLU, not clipped",
}


@dataclass(frozen=True)
class Config:
    """The first of a row of symbols is to be said at its end; the others are of another kind, and drawn at random.

    Recurrent weights start as the identity (Le et al. 2015, arXiv:1504.00941). SGD with momentum; each way takes the
    rate that is best at the middle length, on sequences of their own. Clipped is the norm of all gradients, at `norm`.
    """

    lengths: tuple[int, ...] = (5, 10, 20, 30, 40)
    symbols: int = 8
    hidden: int = 32
    steps: int = 300
    batch_size: int = 64
    rates: tuple[float, ...] = (0.003, 0.01, 0.03)
    norm: float = 1.0
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Two lengths, one rate, a few steps."""
        return replace(self, lengths=(4, 8), rates=self.rates[:1], steps=10, seeds=(0, 1))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Choose the rate of each way, train at each length, then ask a thousand new sequences."""
    trials = config.rates if len(config.rates) > 1 else ()
    runs = len(config.lengths) * len(config.seeds)
    progress.begin(len(WAYS) * (len(trials) + runs))
    result, middle = Result(), config.lengths[len(config.lengths) // 2]
    for way, words in WAYS.items():
        scores = {}
        for rate in trials:
            scores[rate] = remembered(config, way, middle, _sweep.TUNING_SEED, rate, device)[0]
            progress.step(f"{words}, learning rate {rate:g}")
        rate = max(scores, key=scores.__getitem__) if scores else config.rates[0]
        rows: list[list[float]] = [[] for _ in config.seeds]
        broken = [0] * len(config.seeds)
        for length in config.lengths:
            for place, seed in enumerate(config.seeds):
                accuracy, finite = remembered(config, way, length, seed, rate, device)
                rows[place].append(accuracy)
                broken[place] += not finite
                progress.step(f"{words}, length {length}, seed {seed}")
            result.add(f"accuracy_{way}_{length}", [row[-1] for row in rows], "%")
        result.add_series(way, config.lengths, rows, x_label="length of the sequence",
                          y_label="first symbol remembered (%)")  # fmt: skip
        result.add(f"diverged_{way}", broken)
        result.add(f"learning_rate_{way}", rate)
    result.add("chance", 100 / config.symbols, "%")
    describe(result, config)
    return result


@kept
def remembered(
    config: Config, way: str, length: int, seed: int, rate: float, device: str
) -> tuple[float, bool]:
    """Train one network; how many per cent of new sequences it answers rightly, and whether its loss stayed finite."""
    torch.manual_seed(seed)
    rng, (nonlinearity, clipping) = np.random.default_rng(seed), way.split("_")
    kinds: Any = {"nonlinearity": nonlinearity}
    model = RNN(RNNConfig(vocabulary=2 * config.symbols, in_features=config.hidden, hidden=config.hidden,
                          outputs=config.symbols, **kinds)).to(device)  # fmt: skip
    nn.init.eye_(model.rnn.weight_hh_l0)  # type: ignore[arg-type]
    optimizer = torch.optim.SGD(model.parameters(), rate, momentum=0.9)
    for _ in range(config.steps):
        x = sequences(config, length, config.batch_size, rng, device)
        loss = cross_entropy(model(x), x[:, 0])
        optimizer.zero_grad()
        loss.backward()
        if clipping == "clipped":
            nn.utils.clip_grad_norm_(model.parameters(), config.norm)
        optimizer.step()
    with torch.no_grad():
        x = sequences(config, length, 1_000, rng, device)
        logits = model(x)
    finite = bool(logits.isfinite().all())
    right = (logits.argmax(1) == x[:, 0]).float().mean().item()
    return 100 * right, finite


def sequences(
    config: Config, length: int, count: int, rng: np.random.Generator, device: str
) -> Tensor:
    """Rows (N, length) of symbols: the first of one kind, the others of the other."""
    x = rng.integers(config.symbols, 2 * config.symbols, size=(count, length))
    x[:, 0] -= config.symbols
    return torch.from_numpy(x).to(device)


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    result.tabulate(
        ["length of the sequence", *WAYS.values()],
        [
            [length, *(result.say(f"accuracy_{way}_{length}", 1) for way in WAYS)]
            for length in config.lengths
        ]
        + [["learning rate", *(f"{result.mean(f'learning_rate_{way}'):g}" for way in WAYS)]],
    )
    first, last = config.lengths[0], config.lengths[-1]
    result.alt = (
        "Share of sequences whose first symbol a plain recurrent network says at their end, against their length; "
        f"guessing gives {result.mean('chance'):g} %. "
        + " ".join(
            f"{words}: {result.say(f'accuracy_{way}_{first}', 0)} at length {first}, "
            f"{result.say(f'accuracy_{way}_{last}', 0)} at {last}."
            for way, words in WAYS.items()
        )
    )


def plot(result: Result) -> Any:
    """What is remembered against the length."""
    from book_code.experiments._draw import beside, curve, reference, room, subplots

    figure, axes = subplots()
    ends = {}
    for look, (way, words) in enumerate(WAYS.items()):
        curve(axes, result, way, look)
        ends[look] = (result.series[way]["mean"][-1], words)
    reference(axes, result.mean("chance"), "guessing", to=0.68)
    axes.set_ylim(0, 105)
    axes.set_xticks(result.config["lengths"])
    room(axes, 0.42)
    beside(axes, result.config["lengths"][-1], ends)
    axes.set_xlabel("length of the sequence")
    axes.set_ylabel("first symbol remembered (%)")
    return figure
