"""LeNet-5 on pictures with noise, moved and turned: trained on clean ones, and on changed ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from torch import nn

from book_code.experiments import _images, _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.lenet.config import LeNetConfig
from book_code.models.lenet.torch_model import LeNet5

TITLE = "How accuracy falls as pictures get worse"
LABELS = {
    "augmented": "LeNet-5, trained on changed pictures",
    "lenet": "LeNet-5",
    "dense": "dense network",
}
CHANGES = {"noise": "noise (s.d.)", "shift": "pixels moved", "rotation": "degrees turned"}


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """A share of MNIST. Strengths are in the units of CHANGES, noise in hundredths."""

    dataset: str = "mnist"
    learning_rates: tuple[float, ...] = (4e-3,)
    noise: tuple[int, ...] = (0, 10, 20, 30, 40, 50, 60)
    shift: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    rotation: tuple[int, ...] = (0, 10, 20, 30, 40, 50, 60)
    hidden: int = 78


def dense(hidden):
    """A network without convolutions, with as many parameters as LeNet-5."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, hidden), nn.Tanh(), nn.Linear(hidden, 10))


def worsen(x, rng):
    """What the third network trains on: up to half of the strongest change, of each kind."""
    x = _images.random_shift(_images.random_turn(x, rng, 30.0), rng, 3)
    return _images.add_noise(x, rng, rng.uniform(0, 0.3, len(x)))


def change(x, kind, strength):
    """Change all pictures by the same strength."""
    rng = np.random.default_rng(strength)
    if kind == "noise":
        return _images.add_noise(x, rng, strength / 100)
    return (_images.shift_all if kind == "shift" else _images.turn_all)(x, strength, rng)


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train the three networks; measure each on every change at every strength."""
    lenet = partial(LeNet5, LeNetConfig())
    networks = {"augmented": lenet, "lenet": lenet, "dense": partial(dense, config.hidden)}
    runs = _sweep.compare(config, networks, device, progress, augments={"augmented": worsen})
    result = Result()
    _sweep.report(result, runs, LeNetConfig().input_shape)
    for label, group in runs.items():
        for kind in CHANGES:
            strengths = getattr(config, kind)
            rows = [
                [
                    _sweep.accuracy(one.model, _sweep.images(config, seed).test, device,
                                    partial(change, kind=kind, strength=s))
                    for s in strengths
                ]
                for seed, one in zip(config.seeds, group, strict=True)
            ]  # fmt: skip
            scale = 0.01 if kind == "noise" else 1
            result.add_series(f"{kind}_{label}", [scale * s for s in strengths], rows,
                              x_label=CHANGES[kind], y_label="test accuracy (%)")  # fmt: skip
            for strength, column in zip(strengths, zip(*rows, strict=True), strict=True):
                result.add(f"accuracy_{label}_{kind}_{strength}", column, "%")
    middle = {kind: getattr(config, kind)[3] for kind in CHANGES}
    result.tabulate(
        ["", "clean", f"noise {middle['noise'] / 100}", f"moved {middle['shift']}",
         f"turned {middle['rotation']}"],
        [
            [words, result.say(f"test_accuracy_{k}", 1),
             *(result.say(f"accuracy_{k}_{kind}_{middle[kind]}", 1) for kind in CHANGES)]
            for k, words in LABELS.items()
        ],
    )  # fmt: skip
    result.alt = (
        "Three panels: test accuracy on MNIST against noise, pixels moved and degrees turned. "
        + " ".join(in_words(result, label, middle) for label in LABELS)
    )
    return result


def in_words(result, label, strengths):
    """The accuracy of one network on clean pictures and on middling changes."""
    clean = result.say(f"test_accuracy_{label}", 1)
    changed = [
        f"{result.say(f'accuracy_{label}_{kind}_{strengths[kind]}', 1)} with {strengths[kind]} {words}"
        for kind, words in {"noise": "hundredths of noise", "shift": "pixels moved",
                            "rotation": "degrees turned"}.items()
    ]  # fmt: skip
    return f"{LABELS[label]}: {clean} clean, {', '.join(changed)}."


def plot(result: Result) -> Any:
    """One panel a change."""
    from book_code.experiments._draw import curve, subplots
    from book_code.plotting import CYCLE

    figure, panels = subplots(ncols=3, sharey=True, figsize=(6.1, 3.9))
    for axes, (kind, words) in zip(panels, CHANGES.items(), strict=True):
        for look, label in enumerate(LABELS):
            curve(axes, result, f"{kind}_{label}", look, markersize=4)
        axes.set_xlabel(words)
        axes.set_ylim(0, 103)
        axes.set_xticks(result.series[f"{kind}_lenet"]["x"][::2])
    panels[0].set_ylabel("test accuracy (%)")
    for look, (words, place) in enumerate(
        zip(LABELS.values(), (0.09, 0.64, 0.78), strict=True)
    ):
        figure.text(place, 0.99, words, color=CYCLE[look]["color"], va="top")
    figure.get_layout_engine().set(rect=(0, 0, 1, 0.92))
    return figure
