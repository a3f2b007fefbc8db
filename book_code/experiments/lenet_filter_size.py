"""Kernels from 1 x 1 to 9 x 9 in both convolutions of LeNet-5."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from book_code.experiments import _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.lenet.config import LeNetConfig
from book_code.models.lenet.torch_model import LeNet5

TITLE = "How large should a filter be?"


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """LeNet-5 on a share of Fashion-MNIST, with kernels of several sizes."""

    learning_rates: tuple[float, ...] = (3e-3,)
    sizes: tuple[int, ...] = (1, 3, 5, 7, 9)


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train with each kernel size."""
    sizes = {f"k{size}": size for size in config.sizes}
    networks = {
        label: partial(LeNet5, LeNetConfig(kernel_size=size)) for label, size in sizes.items()
    }
    runs = _sweep.compare(config, networks, device, progress)
    result = Result()
    _sweep.report(result, runs, LeNetConfig().input_shape)
    words = {label: f"{size} x {size}" for label, size in sizes.items()}
    _sweep.tabulate(result, words, "kernel")
    best, first = _sweep.best(result, words), next(iter(words))
    result.add("best_size", sizes[best])
    result.alt = (
        f"Test accuracy of LeNet-5 on Fashion-MNIST against the side of its kernels: "
        f"{result.say(f'test_accuracy_{first}', 1)} for {words[first]}, the best, "
        f"{result.say(f'test_accuracy_{best}', 1)}, for {words[best]}. Below it, the multiplications "
        "that a picture costs."
    )
    return result


def plot(result: Result) -> Any:
    """Accuracy above, cost below."""
    from book_code.experiments._draw import spread, subplots
    from book_code.plotting import WEIGHT

    sizes = result.config["sizes"]
    figure, (top, bottom) = subplots(
        nrows=2, sharex=True, figsize=(6.1, 4.4), height_ratios=(3, 2)
    )
    spread(top, result, sizes, [f"test_accuracy_k{k}" for k in sizes])
    top.set_ylabel("test accuracy (%)")
    cost = [result.mean(f"multiplications_k{k}") / 1000 for k in sizes]
    bottom.bar(sizes, cost, width=0.9, color=WEIGHT, alpha=0.75)
    for size, thousands in zip(sizes, cost, strict=True):
        bottom.annotate(f"{thousands:.0f}", (size, thousands), xytext=(0, 2), ha="center",
                        textcoords="offset points", color=WEIGHT, fontsize=11)  # fmt: skip
    bottom.margins(y=0.2)
    bottom.set_ylabel("multiplications\n(thousands)")
    bottom.set_xticks(sizes, [f"{k} x {k}" for k in sizes])
    bottom.set_xlabel("kernel")
    bottom.grid(visible=False, axis="x")
    return figure
