"""Arithmetic and time of the backward pass, against those of the forward pass."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy as torch_cross_entropy
from torch.utils.flop_counter import FlopCounterMode

from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.interop import to_torch
from book_code.losses import cross_entropy
from book_code.models.lenet import numpy_model as lenet_numpy
from book_code.models.lenet import torch_model as lenet_torch
from book_code.models.lenet.config import LeNetConfig
from book_code.models.mlp import numpy_model as mlp_numpy
from book_code.models.mlp import torch_model as mlp_torch
from book_code.models.mlp.config import MLPConfig

TITLE = "What backward costs, in forward passes"
LABELS = {"mlp": "MLP", "lenet": "LeNet-5"}
BACKENDS = {"numpy": "NumPy engine", "torch": "PyTorch"}


@dataclass(frozen=True)
class Config:
    """Batches of random pictures; the best of several repetitions for every seed."""

    batch_size: int = 128
    repetitions: int = 15
    depths: tuple[int, ...] = (0, 1, 2, 4, 8)
    width: int = 256
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)

    def quick(self) -> Config:
        """Small batches, few repetitions."""
        return replace(self, batch_size=16, repetitions=2, depths=(0, 1), seeds=(0, 1, 2))


def pair(label: str, seed: int) -> dict[str, Any]:
    """The same network twice, in NumPy and in PyTorch."""
    rng = np.random.default_rng(seed)
    ours: Any
    theirs: Any
    if label == "mlp":
        ours, theirs = mlp_numpy.MLP(MLPConfig(), rng=rng), mlp_torch.MLP(MLPConfig())
    else:
        ours = lenet_numpy.LeNet5(LeNetConfig(), rng=rng)
        theirs = lenet_torch.LeNet5(LeNetConfig())
    theirs.load_state_dict(to_torch(ours.state_dict()))
    return {"numpy": ours, "torch": theirs}


def run(config: Config, device: str, progress: Progress) -> Result:
    """Count the arithmetic, measure the time."""
    progress.begin(len(LABELS) * len(config.seeds) + len(config.depths))
    result = Result()
    for label in LABELS:
        times: dict[str, dict[str, list[float]]] = {
            backend: {"forward": [], "backward": []} for backend in BACKENDS
        }
        for seed in config.seeds:
            models = pair(label, seed)
            for backend, model in models.items():
                forward, backward = measure(backend, model, config, seed)
                times[backend]["forward"].append(1000 * forward)
                times[backend]["backward"].append(1000 * backward)
            progress.step(f"{LABELS[label]}, seed {seed}")
        forward, backward = multiplications(models["torch"])
        result.add(f"multiplications_forward_{label}", forward)
        result.add(f"multiplications_backward_{label}", backward)
        result.add(f"flops_ratio_{label}", backward / forward)
        parameters = sum(p.numel() for p in models["torch"].parameters())
        result.add(f"parameters_{label}", parameters)
        for backend, both in times.items():
            name = f"{backend}_{label}"
            result.add(f"forward_ms_{name}", both["forward"], "ms")
            result.add(f"backward_ms_{name}", both["backward"], "ms")
            ratios = [b / f for b, f in zip(both["backward"], both["forward"], strict=True)]
            result.add(f"time_ratio_{name}", ratios)
            differences = [(parameters + 1) * value / 1000 for value in both["forward"]]
            result.add(f"finite_differences_s_{name}", differences, "s")
    by_depth(result, config, progress)
    describe(result)
    return result


def measure(backend: str, model: Any, config: Config, seed: int) -> tuple[float, float]:
    """Processor seconds of forward (with the loss) and of backward, each the best of several."""
    rng = np.random.default_rng(seed)
    x: Any = rng.random((config.batch_size, 1, 28, 28), dtype=np.float32)
    y: Any = rng.integers(0, 10, size=config.batch_size, dtype=np.int64)
    loss: Any = cross_entropy
    if backend == "torch":
        x, y, loss = torch.from_numpy(x), torch.from_numpy(y), torch_cross_entropy
    forward, backward = [], []
    for _ in range(config.repetitions + 1):
        for parameter in model.parameters():
            parameter.grad = None
        start = time.process_time()
        value = loss(model(x), y)
        middle = time.process_time()
        value.backward()
        forward.append(middle - start)
        backward.append(time.process_time() - middle)
    return min(forward[1:]), min(backward[1:])  # the first one warms up


def multiplications(model):
    """Multiplications of one picture, forward and backward, as PyTorch counts them."""
    x, y = torch.zeros(1, 1, 28, 28), torch.zeros(1, dtype=torch.int64)
    with FlopCounterMode(display=False) as counter:
        value = torch_cross_entropy(model(x), y)
        forward = counter.get_total_flops()
        value.backward()
    return forward // 2, (counter.get_total_flops() - forward) // 2  # it counts additions too


def by_depth(result, config, progress):
    """The ratio for networks of more and more hidden layers; it nears 2."""
    ratios = []
    for depth in config.depths:
        model = mlp_torch.MLP(MLPConfig(hidden=(config.width,) * depth))
        forward, backward = multiplications(model)
        ratios.append(backward / forward)
        result.add(f"flops_ratio_depth_{depth}", ratios[-1])
        progress.step(f"{depth} hidden layers")
    result.add_series("depth", config.depths, [ratios], x_label="hidden layers",
                      y_label="multiplications, backward / forward")  # fmt: skip


def describe(result):
    """The table and the description."""
    result.tabulate(
        ["network", "multiplications forward", "backward", "ratio",
         *(f"time ratio, {words}" for words in BACKENDS.values())],
        [
            [words, f"{result.mean(f'multiplications_forward_{k}'):,}",
             f"{result.mean(f'multiplications_backward_{k}'):,}", result.say(f"flops_ratio_{k}"),
             *(result.say(f"time_ratio_{b}_{k}") for b in BACKENDS)]
            for k, words in LABELS.items()
        ],
    )  # fmt: skip
    result.alt = "Cost of backward in forward passes. " + " ".join(
        f"{words}: {result.say(f'flops_ratio_{k}')} times the multiplications; time "
        + ", ".join(
            f"{result.say(f'time_ratio_{b}_{k}')} ({name})" for b, name in BACKENDS.items()
        )
        + "."
        for k, words in LABELS.items()
    )


def plot(result: Result) -> Any:
    """The ratios of both networks, and by depth."""
    from book_code.experiments._draw import subplots
    from book_code.plotting import ACTIVATION, DATA, GRADIENT, INK_SOFT

    figure, (axes, side) = subplots(ncols=2, width_ratios=(3, 2), sharey=True)
    kinds = {
        "flops_ratio": ("multiplications", DATA),
        "time_ratio_numpy": ("time, NumPy engine", GRADIENT),
        "time_ratio_torch": ("time, PyTorch", ACTIVATION),
    }
    for index, (kind, (words, color)) in enumerate(kinds.items()):
        places = [position + 0.28 * (index - 1) for position in range(len(LABELS))]
        means = [result.mean(f"{kind}_{label}") for label in LABELS]
        errors = [result.sd(f"{kind}_{label}") for label in LABELS]
        axes.bar(places, means, width=0.24, color=color, alpha=0.8)
        axes.errorbar(
            places, means, yerr=errors, linestyle="none", color=INK_SOFT, elinewidth=1.3
        )
        for x, mean in zip(places, means, strict=True):
            axes.annotate(f"{mean:.1f}", (x, mean), xytext=(0, 3), textcoords="offset points",
                          ha="center", color=color, fontsize=11)  # fmt: skip
        axes.annotate(words, (0.02, 0.97 - 0.085 * index), xycoords="axes fraction", color=color,
                      va="top")  # fmt: skip
    data = result.series["depth"]
    side.plot(data["x"], data["mean"], color=DATA, marker="o")
    for each in (axes, side):
        each.axhline(2, color=INK_SOFT, linestyle=":", linewidth=1.4)
    axes.set_xticks(range(len(LABELS)), list(LABELS.values()))
    axes.grid(visible=False, axis="x")
    axes.set_ylabel("backward / forward")
    tallest = max(result.mean(f"{kind}_{label}") for kind in kinds for label in LABELS)
    axes.set_ylim(0, max(3.0, tallest * 1.45))
    side.set_xlabel("hidden layers of an MLP")
    side.set_xticks(data["x"])
    side.annotate(
        "multiplications", (0.04, 0.97), xycoords="axes fraction", color=DATA, va="top"
    )
    return figure
