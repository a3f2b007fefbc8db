"""LeNet-5 on Fashion-MNIST, beside what others print for it; its weights ship."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _lenet, _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "LeNet-5 on Fashion-MNIST"
ZALANDO = "README of zalandoresearch/fashion-mnist"


@dataclass(frozen=True)
class Config(_lenet.Training):
    """The whole of Fashion-MNIST."""

    dataset: str = "fashion-mnist"
    way: str = "plain"


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train on moved pictures and on those as they are; tell which classes are hard."""
    runs = _lenet.train_both(config, device, progress)
    result = Result()
    _lenet.report(result, runs, config.way)
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
        f"{result.say('test_accuracy_plain')} on pictures as they are. D2L prints 77.9 %; people reach "
        f"83.5 %. The hardest class is {hardest}."
    )
    return result


def plot(result: Result) -> Any:
    """Validation accuracy by epoch; test accuracy at the end."""
    from book_code.experiments._draw import curve, reference, room, subplots
    from book_code.plotting import CYCLE

    figure, axes = subplots()
    for look, (way, words) in enumerate(_lenet.WAYS.items()):
        curve(axes, result, f"validation_{way}", look)
        axes.errorbar(result.config["epochs"] + 1.2, result.mean(f"test_accuracy_{way}"),
                      yerr=result.sd(f"test_accuracy_{way}"), capsize=3, **CYCLE[look])  # fmt: skip
        axes.annotate(f"{words}\n{result.say(f'test_accuracy_{way}')} on test",
                      (result.config["epochs"] + 1.2, result.mean(f"test_accuracy_{way}")),
                      xytext=(10, 12 if way == "shifted" else -16), textcoords="offset points",
                      va="center", color=CYCLE[look]["color"], annotation_clip=False)  # fmt: skip
    for entry in result.references:
        if entry["name"] in ("human", "XGBoost"):
            reference(axes, entry["value"], f"{entry['name']} {entry['value']} %", at=0.72)
        if entry["name"].startswith("D2L"):
            reference(axes, entry["value"], f"LeNet in D2L {entry['value']} %", at=0.72)
    axes.set_xlabel("epoch")
    axes.set_ylabel("validation accuracy (%)")
    room(axes, 0.55)
    axes.set_xticks(range(0, result.config["epochs"] + 1, 5))
    return figure
