"""Max pooling, average pooling, strided convolutions, or nothing that halves the maps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from book_code.experiments import _images, _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.lenet.config import LeNetConfig
from book_code.models.lenet.torch_model import LeNet5

TITLE = "Four ways to halve a feature map"
LABELS = {
    "max": "max pooling",
    "avg": "average pooling",
    "stride": "stride 2, no pooling",
    "none": "nothing",
}


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """LeNet-5 on a share of Fashion-MNIST; the test pictures besides moved by some pixels."""

    moved_by: int = 2


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train with each pooling; test on the pictures as they are and moved."""
    kinds: Any = LABELS
    networks = {p: partial(LeNet5, LeNetConfig(pooling=p)) for p in kinds}
    runs = _sweep.compare(config, networks, device, progress)
    result = Result()
    _sweep.report(result, runs, LeNetConfig().input_shape)
    for label, group in runs.items():
        moved = [
            _sweep.accuracy(
                one.model, _sweep.images(config, seed).test, device,
                lambda x: _images.shift_all(x, config.moved_by, np.random.default_rng(0)),
            )
            for seed, one in zip(config.seeds, group, strict=True)
        ]  # fmt: skip
        result.add(f"moved_accuracy_{label}", moved, "%")
    _sweep.tabulate(result, LABELS, "halved by")
    best = _sweep.best(result, LABELS)
    result.alt = (
        f"Test accuracy of LeNet-5 on Fashion-MNIST by pooling, every seed a dot. Best: {LABELS[best]}, "
        f"{result.say(f'test_accuracy_{best}', 1)}; nothing at all: "
        f"{result.say('test_accuracy_none', 1)} at "
        f"{result.mean('parameters_none') / result.mean('parameters_max'):.0f} times the parameters. "
        f"Moved by {config.moved_by} pixels, all lose accuracy."
    )
    return result


def plot(result: Result) -> Any:
    """Accuracy by pooling, still and moved."""
    from book_code.experiments._draw import dots, subplots
    from book_code.plotting import DATA, GRADIENT

    figure, (still, moved) = subplots(ncols=2, sharey=True)
    dots(still, result, {f"test_accuracy_{k}": v for k, v in LABELS.items()}, DATA)
    dots(moved, result, {f"moved_accuracy_{k}": v for k, v in LABELS.items()}, GRADIENT)
    still.set_title("as they are", color=DATA)
    moved.set_title(f"moved by {result.config['moved_by']} pixels", color=GRADIENT)
    for axes in (still, moved):
        axes.set_xlabel("test accuracy (%)")
        axes.margins(x=0.12)
    return figure
