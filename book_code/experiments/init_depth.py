"""Activations and gradients layer by layer, for ways to start, activations, and with and without a skip."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from book_code import init
from book_code.autodiff import Tensor, grad
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "How far a signal and its gradient travel"
STARTS = {"small": "normal, 0.01", "xavier": "Xavier", "he": "He", "orthogonal": "orthogonal"}
ACTIVATIONS = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}
WAYS = {"plain": "without skip", "skip": "with skip"}


@dataclass(frozen=True)
class Config:
    """Random inputs through square layers without biases; the loss is a random sum of the last one."""

    depth: int = 30
    width: int = 100
    batch: int = 100
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)

    def quick(self) -> Config:
        """Fewer and narrower layers."""
        return replace(self, depth=6, width=20, batch=20, seeds=(0, 1, 2))


def weights(start: str, width: int, rng: np.random.Generator) -> np.ndarray:
    """One square weight matrix."""
    makers: dict[str, Any] = {
        "small": init.normal,
        "xavier": init.xavier_normal,
        "he": init.he_normal,
        "orthogonal": init.orthogonal,
    }
    return makers[start]((width, width), rng=rng, dtype=np.float64)


def layers(
    config: Config, start: str, activation: str, skip: bool, seed: int
) -> tuple[list[float], list[float]]:
    """The standard deviation of each layer's output, and the norm of the gradient that arrives there."""
    rng = np.random.default_rng(seed)
    h = Tensor(rng.standard_normal((config.batch, config.width)), requires_grad=True)
    spreads, outputs = [], []
    for _ in range(config.depth):
        out = getattr(h @ weights(start, config.width, rng).T, activation)()
        h = h + out if skip else out
        outputs.append(h)
        spreads.append(float(h.data.std()))
    loss = (h * Tensor(rng.standard_normal(h.shape))).sum() / config.batch
    return spreads, [float(np.linalg.norm(g.data)) for g in grad(loss, outputs)]


def run(config: Config, device: str, progress: Progress) -> Result:
    """Every combination, every seed."""
    progress.begin(len(STARTS) * len(ACTIVATIONS) * len(WAYS))
    result = Result()
    numbers = range(1, config.depth + 1)
    for activation in ACTIVATIONS:
        for start in STARTS:
            for way in WAYS:
                runs = [
                    layers(config, start, activation, way == "skip", seed)
                    for seed in config.seeds
                ]
                name = f"{start}_{activation}_{way}"
                spreads, norms = [run[0] for run in runs], [run[1] for run in runs]
                result.add_series(f"spread_{name}", numbers, spreads,
                                  x_label="layer", y_label="standard deviation")  # fmt: skip
                result.add_series(f"gradient_{name}", numbers, norms,
                                  x_label="layer", y_label="gradient norm")  # fmt: skip
                result.add(f"last_spread_{name}", [row[-1] for row in spreads])
                result.add(f"gradient_ratio_{name}", [row[0] / row[-1] for row in norms])
                progress.step(f"{STARTS[start]}, {ACTIVATIONS[activation]}, {WAYS[way]}")
    describe(result, config)
    return result


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    result.tabulate(
        ["activation", "start", *(f"first / last gradient, {words}" for words in WAYS.values())],
        [
            [words, name, *(f"{result.mean(f'gradient_ratio_{s}_{a}_{w}'):.1e}" for w in WAYS)]
            for a, words in ACTIVATIONS.items()
            for s, name in STARTS.items()
        ],
    )  # fmt: skip
    result.alt = (
        f"The norm of the gradient of the output of each of {config.depth} layers, on a logarithmic axis. "
        "First layer's gradient over the last one's: "
        + "; ".join(
            f"{words} with {name} {result.mean(f'gradient_ratio_{s}_{a}_plain'):.0e}, with a skip "
            f"{result.mean(f'gradient_ratio_{s}_{a}_skip'):.0e}"
            for a, words in ACTIVATIONS.items()
            for s, name in STARTS.items()
        )
        + "."
    )


def plot(result: Result) -> Any:
    """Gradient norm by layer: a column an activation; above without, below with a skip."""
    from book_code.experiments._draw import subplots
    from book_code.plotting import CYCLE

    figure, grid = subplots(
        nrows=2, ncols=len(ACTIVATIONS), sharex=True, sharey="row", figsize=(6.1, 5.2)
    )
    for row, (way, said) in zip(grid, WAYS.items(), strict=True):
        for axes, (activation, words) in zip(row, ACTIVATIONS.items(), strict=True):
            for look, (start, name) in enumerate(STARTS.items()):
                data, style = result.series[f"gradient_{start}_{activation}_{way}"], CYCLE[look]
                axes.semilogy(data["x"], data["mean"], **(style | {"marker": ""}), label=name)
            axes.set_title(f"{words}, {said}", fontsize=10)
            axes.tick_params(labelsize=9)
        row[0].set_ylabel("gradient norm")
    for axes in grid[-1]:
        axes.set_xlabel("layer")
    handles, names = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names))
    return figure
