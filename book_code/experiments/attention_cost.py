"""What attention costs as texts grow, against a recurrent network, and how it is told where a token stands."""

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
from book_code.models.gru.config import GRUConfig
from book_code.models.gru.torch_model import GRU
from book_code.models.transformer.config import TransformerClassifierConfig
from book_code.models.transformer.torch_layers import MultiHeadAttention
from book_code.models.transformer.torch_model import TransformerClassifier

TITLE = "Attention: its cost by length, and how it is told where tokens stand"
COSTS = {"written": "attention as written", "fused": "fused attention", "gru": "GRU"}
POSITIONS = {"rotary": "rotary", "alibi": "ALiBi", "sinusoidal": "sinusoidal", "learned": "learned", "none": "none"}  # fmt: skip
ENCODED = {**POSITIONS, "gru": "GRU"}
PARTS = {"ms": "time of a step (ms)", "mb": "kept for backward (MB)"}


@dataclass(frozen=True)
class Config:
    """Two questions to narrow models on one task: of two marks among random symbols, which comes first?

    Cost: one step of training on a few sequences, the best of several repetitions. Positions: training on sequences of
    `length`, judged on new ones of the same length and of `longer` ones.
    """

    lengths: tuple[int, ...] = (64, 128, 256, 512, 1_024)
    cost_batch: int = 2
    repetitions: int = 3
    symbols: int = 8
    embed_dim: int = 32
    heads: int = 2
    layers: int = 2
    length: int = 24
    longer: tuple[int, ...] = (24, 48, 96)
    steps: int = 200
    batch_size: int = 64
    rate: float = 3e-3
    asked: int = 500
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Short sequences, a few steps."""
        return replace(self, lengths=(16, 32), repetitions=1, length=8, longer=(8, 16), steps=3,
                       asked=50, seeds=(0, 1))  # fmt: skip


def run(config: Config, device: str, progress: Progress) -> Result:
    """Measure time and memory at every length, then train with every way to tell positions."""
    progress.begin(len(config.seeds) * (len(COSTS) + len(ENCODED)))
    result = Result()
    for label, words in COSTS.items():
        found: dict[str, list[list[float]]] = {part: [] for part in PARTS}
        for seed in config.seeds:
            for part, values in zip(PARTS, cost(config, label, seed, device), strict=True):
                found[part].append(values)
            progress.step(f"{words}, seed {seed}")
        for part, axis in PARTS.items():
            result.add_series(f"{part}_{label}", config.lengths, found[part], x_label="tokens",
                              y_label=axis)  # fmt: skip
            for length, values in zip(  # type: ignore[assignment]
                config.lengths, zip(*found[part], strict=True), strict=True
            ):
                result.add(
                    f"{part}_{label}_{length}", values, part.upper() if part == "mb" else part
                )
    for label, words in ENCODED.items():
        rows = []
        for seed in config.seeds:
            rows.append(learned(config, label, seed, device))
            progress.step(f"{words}, seed {seed}")
        result.add_series(f"accuracy_{label}", config.longer, rows, x_label="tokens",
                          y_label="accuracy (%)")  # fmt: skip
        for length, values in zip(  # type: ignore[assignment]
            config.longer, zip(*rows, strict=True), strict=True
        ):
            result.add(f"accuracy_{label}_{length}", values, "%")
    result.add("chance", 50, "%")
    describe(result, config)
    return result


def network(config: Config, label: str, positions: int) -> nn.Module:
    """A classifier of sequences: a Transformer with a way to tell positions, or a GRU of the same width."""
    tokens = config.symbols + 2
    if label == "gru":
        return GRU(
            GRUConfig(vocabulary=tokens, in_features=config.embed_dim, hidden=config.embed_dim,
                      layers=config.layers, outputs=2)
        )  # fmt: skip
    position: Any = label if label in POSITIONS else "none"
    model = TransformerClassifier(
        TransformerClassifierConfig(
            vocabulary=tokens, classes=2, embed_dim=config.embed_dim,
            heads=config.heads, feedforward=2 * config.embed_dim, layers=config.layers,
            positions=positions, position=position, dropout=0.0,
        )
    )  # fmt: skip
    for part in model.modules():
        if isinstance(part, MultiHeadAttention):
            part.fused = label != "written"
    return model


@kept
def cost(config: Config, label: str, seed: int, device: str) -> tuple[list[float], list[float]]:
    """Milliseconds of one step of training, and megabytes that are kept for the way back, by length."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = network(config, label, max(config.lengths)).to(device)
    times, sizes = [], []
    for length in config.lengths:
        x, y = sequences(config, length, config.cost_batch, rng, device)
        sizes.append(kept_megabytes(model, x, y))
        best = np.inf
        for _ in range(config.repetitions):
            start = _sweep.clock(device)
            cross_entropy(model(x), y).backward()
            best = min(best, _sweep.clock(device) - start)
        times.append(1_000 * float(best))
    return times, sizes


def kept_megabytes(model: nn.Module, x: Tensor, y: Tensor) -> float:
    """The size of what a forward pass keeps for the backward pass, besides the parameters, each piece counted once."""
    pieces = {}
    own = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}

    def note(piece: Tensor) -> Tensor:
        storage = piece.untyped_storage()
        if storage.data_ptr() not in own:
            pieces[storage.data_ptr()] = storage.nbytes()
        return piece

    with torch.autograd.graph.saved_tensors_hooks(note, lambda piece: piece):
        cross_entropy(model(x), y).backward()
    return sum(pieces.values()) / 1e6


@kept
def learned(config: Config, label: str, seed: int, device: str) -> list[float]:
    """Train on short sequences; the accuracy on new ones, by length, in per cent."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = network(config, label, max(config.longer)).to(device)
    optimizer = torch.optim.Adam(model.parameters(), config.rate)
    for _ in range(config.steps):
        x, y = sequences(config, config.length, config.batch_size, rng, device)
        loss = cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    model.eval()
    found = []
    with torch.no_grad():
        for length in config.longer:
            x, y = sequences(config, length, config.asked, rng, device)
            found.append(100 * float((model(x).argmax(1) == y).float().mean()))
    return found


def sequences(
    config: Config, length: int, count: int, rng: np.random.Generator, device: str
) -> tuple[Tensor, Tensor]:
    """Symbols (N, T) with two marks at different places, and whether the second mark comes first (N,)."""
    x = rng.integers(0, config.symbols, size=(count, length))
    places = np.argsort(rng.random((count, length)), axis=1)[:, :2]
    x[np.arange(count)[:, None], places] = config.symbols + np.arange(2)
    y = (places[:, 0] > places[:, 1]).astype(np.int64)
    return torch.from_numpy(x).to(device), torch.from_numpy(y).to(device)


def describe(result: Result, config: Config) -> None:
    """Growth, the table and the description."""
    first, last = config.lengths[0], config.lengths[-1]
    for label in COSTS:
        for part in PARTS:
            values = [result.mean(f"{part}_{label}_{length}") for length in (first, last)]
            result.add(f"growth_{part}_{label}", values[1] / max(values[0], 1e-9))
    rows = [
        [words, *(result.say(f"{part}_{label}_{length}", 1) for part in PARTS for length in (first, last))]
        for label, words in COSTS.items()
    ]  # fmt: skip
    ends = config.longer[0], config.longer[-1]
    rows += [
        [f"positions: {words}" if label in POSITIONS else f"{words}, on the task",
         *(f"{result.say(f'accuracy_{label}_{length}', 0)} right at {length}" for length in ends), "", ""]
        for label, words in ENCODED.items()
    ]  # fmt: skip
    result.tabulate(
        ["model", *(f"{what}, {n:,} tokens" for what in ("time", "memory") for n in (first, last))], rows
    )  # fmt: skip
    result.alt = (
        "Above: time and memory of one training step against the number of tokens, both axes logarithmic. From "
        f"{first:,} to {last:,} tokens "
        + "; ".join(
            f"{words} takes {result.mean(f'growth_ms_{k}'):.0f} times the time and "
            f"{result.mean(f'growth_mb_{k}'):.0f} times the memory"
            for k, words in COSTS.items()
        )
        + f". Below: how often the first of two marks is named after training on {config.length} tokens, by way to "
        "tell positions: "
        + "; ".join(
            f"{words} {result.say(f'accuracy_{k}_{ends[0]}', 0)} at {ends[0]} tokens and "
            f"{result.say(f'accuracy_{k}_{ends[1]}', 0)} at {ends[1]}"
            for k, words in ENCODED.items()
        )
        + "."
    )


def plot(result: Result) -> Any:
    """Time and memory above, positions below."""
    from book_code.experiments._draw import beside, curve, log_scale, reference, room, subplots
    from book_code.plotting import INK_SOFT

    figure, axes = subplots(nrows=2, ncols=2, figsize=(6.6, 6.2))
    grid = axes[1, 0].get_gridspec()
    for one in axes[1]:
        one.remove()
    below = figure.add_subplot(grid[1, :])
    lengths, longer = result.config["lengths"], result.config["longer"]
    for above, part in zip(axes[0], PARTS, strict=True):
        for look, label in enumerate(COSTS):
            curve(above, result, f"{part}_{label}", look, label=COSTS[label])
        log_scale(above.xaxis, lengths[::2])
        log_scale(above.yaxis)
        above.set_xlabel("tokens")
        above.set_ylabel(PARTS[part])
    axes[0, 0].legend(fontsize=9, loc="upper left")
    ends = {}
    for look, (label, words) in enumerate(ENCODED.items()):
        curve(below, result, f"accuracy_{label}", look, marker="o")
        ends[look] = (result.series[f"accuracy_{label}"]["mean"][-1], words)
    below.set_ylim(40, 105)
    reference(below, result.mean("chance"), "")
    below.annotate("guessing", (0.01, 48.5), xycoords=("axes fraction", "data"), va="top",
                   fontsize=11, color=INK_SOFT)  # fmt: skip
    log_scale(below.xaxis, longer)
    room(below, 0.3)
    beside(below, longer[-1], ends, gap=0.07)
    below.set_xlabel(f"tokens (trained on {result.config['length']})")
    below.set_ylabel("accuracy (%)")
    return figure
