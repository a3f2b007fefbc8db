"""The choices of a convolutional network for CIFAR-10, each varied by itself around one base setting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from book_code.data import Dataset
from book_code.experiments import _cifar, _cifar_resnets, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.cifar_cnn.config import CifarCNNConfig
from book_code.models.cifar_cnn.torch_model import CifarCNN

TITLE = "The choices of a network for CIFAR-10, one at a time"
BASE: dict[str, Any] = {
    "convolutions": 1,
    "filters": (8, 16, 32),
    "pooling": "max",
    "head": "average",
    "dropout": 0.0,
    "batch_size": 32,
    "rate": 1e-2,
    "augment": False,
    "longer": 1,
}
# For every choice its name in words, and for every setting a label, its name in words and what differs from the base.
CHOICES: dict[str, tuple[str, dict[str, tuple[str, dict[str, Any]]]]] = {
    "depth": (
        "convolutions",
        {
            "base": ("3", {}),
            "deep6": ("6", {"convolutions": 2}),
            "deep9": ("9", {"convolutions": 3}),
        },
    ),
    "filters": (
        "filters of the three blocks",
        {
            "narrow": ("4, 8, 16", {"filters": (4, 8, 16)}),
            "base": ("8, 16, 32", {}),
            "wide": ("16, 32, 64", {"filters": (16, 32, 64)}),
        },
    ),
    "pooling": (
        "what halves the maps",
        {
            "base": ("maxima", {}),
            "avg": ("means", {"pooling": "avg"}),
            "stride": ("steps of 2", {"pooling": "stride"}),
        },
    ),
    "head": (
        "what the last layer sees",
        {"base": ("mean of each map", {}), "flatten": ("every place", {"head": "flatten"})},
    ),
    "batch": (
        "batch size",
        {
            "batch16": ("16", {"batch_size": 16}),
            "base": ("32", {}),
            "batch128": ("128", {"batch_size": 128}),
            "batch512": ("512", {"batch_size": 512}),
        },
    ),
    "rate": (
        "learning rate",
        {
            "rate0.0003": ("0.0003", {"rate": 3e-4}),
            "rate0.002": ("0.002", {"rate": 2e-3}),
            "base": ("0.01", {}),
            "rate0.05": ("0.05", {"rate": 5e-2}),
            "rate0.3": ("0.3", {"rate": 0.3}),
        },
    ),
    "augmentation": (
        "augmentation (epochs)",
        {
            "base": ("none (10)", {}),
            "moved": ("moved (10)", {"augment": True}),
            "long": ("none (30)", {"longer": 3}),
            "moved_long": ("moved (30)", {"augment": True, "longer": 3}),
        },
    ),
    "dropout": (
        "dropout",
        {"base": ("0", {}), "dropout": ("0.2", {"dropout": 0.2})},
    ),
}
PARTS = {"train": "training pictures", "test": "new pictures"}


@dataclass(frozen=True)
class Config(_cifar.Sizes):
    """2,000 pictures of 16 x 16 pixels, a narrow CifarCNN, ten epochs of Adam; 2,000 others to test on.

    The base was chosen on the validation split beforehand. All else stays as it is when one thing is
    varied, the number of epochs too: large batches take fewer steps. The learning rate rises for a
    tenth of the steps and then falls to zero. Moved pictures are also mirrored, half of them.
    """

    train_size: int = 2_000
    validation_size: int = 1_000
    test_size: int = 2_000
    side: int = 16
    epochs: int = 10
    batch_size: int = BASE["batch_size"]
    choices: tuple[str, ...] = tuple(CHOICES)
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Few pictures, one epoch."""
        return replace(self, train_size=200, validation_size=64, test_size=64, epochs=1, side=8,
                       seeds=(0, 1))  # fmt: skip


def settings(config: Config) -> dict[str, dict[str, Any]]:
    """What differs from the base, by label; the base once."""
    return {
        label: change
        for choice in config.choices
        for label, (_, change) in CHOICES[choice][1].items()
    }


def network(config: Config, chosen: dict[str, Any]) -> CifarCNN:
    """The network of a setting."""
    fields = ("convolutions", "filters", "pooling", "head", "dropout")
    sizes = {field: chosen[field] for field in fields}
    return CifarCNN(CifarCNNConfig(image_size=config.side, **sizes))


@kept
def train(
    config: Config, label: str, change: dict[str, Any], data: Dataset, seed: int, device: str
) -> dict[str, Any]:
    """Train one network and measure it on the pictures that it learned and on new ones."""
    chosen = BASE | change
    run = _sweep.train(
        replace(config, batch_size=chosen["batch_size"]), partial(network, config, chosen), data, seed,
        rate=chosen["rate"], device=device, epochs=config.epochs * chosen["longer"],
        augment=_cifar_resnets.changed if chosen["augment"] else None,
    )  # fmt: skip
    return {
        "train_accuracy": _sweep.accuracy(run.model, data.train, device),
        "test_accuracy": run.test_accuracy,
        "validation_accuracy": run.validation_accuracy[-1],
        "first_loss": run.train_loss[0],
        "seconds": run.seconds,
        "parameters": _sweep.parameters(run.model),
    }


def run(config: Config, device: str, progress: Progress) -> Result:
    """Every setting with every seed."""
    result, changes = Result(), settings(config)
    progress.begin(len(changes) * len(config.seeds))
    data = {seed: _cifar.pictures(config, seed) for seed in config.seeds}
    for label, change in changes.items():
        found = []
        for seed in config.seeds:
            found.append(train(config, label, change, data[seed], seed, device))
            progress.step(f"{label}, seed {seed}")
        for part in ("test", "train", "validation"):
            scores = [one[f"{part}_accuracy"] for one in found]
            result.add(f"{part}_accuracy_{label}", scores, "%")
        gaps = [one["train_accuracy"] - one["test_accuracy"] for one in found]
        result.add(f"gap_{label}", gaps, "points")
        result.add(f"first_loss_{label}", [one["first_loss"] for one in found])
        result.add(f"seconds_{label}", [one["seconds"] for one in found], "s")
        result.add(f"parameters_{label}", found[0]["parameters"])
    result.add("pictures_from_jpeg", _cifar.from_jpeg(config))
    describe(result, config)
    return result


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    rows, sentences = [], []
    for choice in config.choices:
        words, options = CHOICES[choice]
        for label, (said, _) in options.items():
            rows.append([f"{words}: {said}",
                         *(result.say(f"{metric}_{label}", 1)
                           for metric in ("test_accuracy", "train_accuracy", "gap")),
                         result.say(f"first_loss_{label}"), f"{result.mean(f'parameters_{label}'):,}",
                         result.say(f"seconds_{label}", 1)])  # fmt: skip
        scores = ", ".join(
            f"{said}: {result.say(f'test_accuracy_{label}', 1)}"
            for label, (said, _) in options.items()
        )
        sentences.append(f"{words.capitalize()} – {scores}.")
    result.tabulate(
        ["setting", "test accuracy", "training accuracy", "gap", "loss of the first epoch", "parameters",
         "training time"], rows,
    )  # fmt: skip
    result.alt = (
        "Accuracy on training pictures and on new ones of CIFAR-10, eight choices varied one at a time; "
        "on new ones: " + " ".join(sentences)
    )


def plot(result: Result) -> Any:
    """A small picture for every choice, with both accuracies."""
    from book_code.experiments._draw import spread, subplots

    choices = result.config["choices"]
    figure, grid = subplots(
        nrows=-(-len(choices) // 2), ncols=2, sharey=True, figsize=(6.1, 8.6)
    )
    for axes, choice in zip(grid.flat, choices, strict=True):
        words, options = CHOICES[choice]
        places = range(len(options))
        for look, part in enumerate(PARTS):
            metrics = [f"{part}_accuracy_{label}" for label in options]
            spread(axes, result, places, metrics, look)
        axes.set_xlim(-0.4, len(options) - 0.6)
        axes.set_xticks(
            places, [said.replace(" (", "\n(") for said, _ in options.values()], fontsize=9
        )
        axes.set_title(words, fontsize=11)
    for axes in grid[:, 0]:
        axes.set_ylabel("accuracy (%)")
    handles = [bars.lines[0] for bars in grid.flat[0].containers]
    figure.legend(handles, PARTS.values(), loc="outside lower center", ncols=2)
    return figure
