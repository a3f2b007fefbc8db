"""LeNet-5 on Fashion-MNIST, beside what others print for it; its weights ship."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from book_code.experiments import _lenet, _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.lenet.config import LeNetConfig
from book_code.models.lenet.torch_model import LeNet5

TITLE = "LeNet-5 on Fashion-MNIST"
WAYS = _lenet.WAYS | {"modern": "ReLU, max pooling"}
ZALANDO = "README of zalandoresearch/fashion-mnist"


@dataclass(frozen=True)
class Config(_lenet.Training):
    """The whole of Fashion-MNIST."""

    dataset: str = "fashion-mnist"
    way: str = "plain"


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train LeNet-5 in two ways and a modern form of it in one; tell which classes are hard."""
    runs = _lenet.train_both(config, device, progress)
    modern = {"modern": partial(LeNet5, LeNetConfig(activation="relu", pooling="max"))}
    newer = _sweep.compare(config, modern, device, progress)
    result = Result()
    _sweep.report(result, newer, LeNetConfig().input_shape)
    _lenet.report(result, runs, config.way)
    result.add("test_error_modern", [100 - run.test_accuracy for run in newer["modern"]], "%")
    result.table["rows"].append(
        [WAYS["modern"], *(result.say(f"{metric}_modern") for metric in
                           ("test_error", "test_accuracy", "validation_accuracy")),
         result.say("seconds_modern", 0)]
    )  # fmt: skip
    _lenet.ship(result, runs[config.way], config.dataset)
    data = _sweep.images(config, 0)
    shares = _lenet.recall(runs[config.way], data, device)
    for label, column in zip(data.classes, shares.T, strict=True):
        name = label.lower().replace("/", "_").replace("-", "_").replace(" ", "_")
        result.add(f"recall_{name}", column.tolist(), "%")
    hardest = data.classes[int(shares.mean(axis=0).argmin())]
    result.refer("D2L, LeNet with sigmoid and average pooling", "test_accuracy", 77.9,
                 "Dive into Deep Learning, zh-pytorch v2.0.0, print-out after 10 epochs")  # fmt: skip
    result.refer("human", "test_accuracy", 83.5, ZALANDO)
    result.refer("MLP 256-128-100", "test_accuracy", 88.33, ZALANDO)
    result.refer("XGBoost", "test_accuracy", 89.8, ZALANDO)
    result.refer(
        "two convolutions, fewer than 100,000 parameters", "test_accuracy", 92.5, ZALANDO
    )
    result.alt = (
        "Validation accuracy of LeNet-5 on Fashion-MNIST by epoch. On the test set at the end: "
        f"{result.say('test_accuracy_shifted')} trained on moved pictures, "
        f"{result.say('test_accuracy_plain')} on pictures as they are, "
        f"{result.say('test_accuracy_modern')} with ReLU and max pooling. D2L prints 77.9 %; people reach "
        f"83.5 %. The hardest class is {hardest}."
    )
    return result


def plot(result: Result) -> Any:
    """Validation accuracy by epoch; test accuracy at the end."""
    from book_code.experiments._draw import reference, subplots, training

    figure, axes = subplots()
    axes.set_ylabel("validation accuracy (%)")
    axes.set_ylim(77, 93)
    training(axes, result, WAYS, "validation", "test_accuracy")
    for entry in result.references:
        if entry["name"] == "human":
            reference(axes, entry["value"], f"people {entry['value']} %", at=0.3)
        if entry["name"].startswith("D2L"):
            reference(
                axes, entry["value"], f"LeNet as printed in D2L {entry['value']} %", at=0.3
            )
    return figure
