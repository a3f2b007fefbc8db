"""LeNet-5 on MNIST, as LeCun, Bottou, Bengio and Haffner trained it in 1998; its weights ship."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from book_code.experiments import _lenet
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress

TITLE = "LeNet-5 on MNIST"


@dataclass(frozen=True)
class Config(_lenet.Training):
    """The whole of MNIST."""

    dataset: str = "mnist"


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train on moved pictures and on those as they are."""
    runs = _lenet.train_both(config, device, progress)
    result = Result()
    _lenet.report(result, runs, config.way)
    _lenet.ship(result, runs[config.way], config.dataset)
    result.refer("LeNet-5", "test_error_plain", 0.95, _lenet.LECUN)
    result.refer("LeNet-5, distorted pictures added", "test_error_shifted", 0.8, _lenet.LECUN)
    result.alt = (
        "Validation error of LeNet-5 on MNIST by epoch. On the test set at the end: "
        f"{result.say('test_error_shifted')} trained on pictures moved by up to a pixel, "
        f"{result.say('test_error_plain')} on pictures as they are. LeCun et al. reported 0.95 % "
        "in 1998."
    )
    return result


def plot(result: Result) -> Any:
    """Validation error by epoch; test error at the end."""
    from book_code.experiments._draw import curve, reference, room, subplots
    from book_code.plotting import CYCLE

    figure, axes = subplots()
    for look, (way, words) in enumerate(_lenet.WAYS.items()):
        curve(axes, result, f"validation_error_{way}", look)
        axes.errorbar(result.config["epochs"] + 1.2, result.mean(f"test_error_{way}"),
                      yerr=result.sd(f"test_error_{way}"), capsize=3, **CYCLE[look])  # fmt: skip
        axes.annotate(f"{words}\n{result.say(f'test_error_{way}')} on test",
                      (result.config["epochs"] + 1.2, result.mean(f"test_error_{way}")),
                      xytext=(10, -12 if way == "shifted" else 12), textcoords="offset points",
                      va="center", color=CYCLE[look]["color"], annotation_clip=False)  # fmt: skip
    reference(axes, 0.95, "LeCun 1998: 0.95 % on test")
    axes.set_yscale("log")
    ticks = (0.7, 1, 2, 3, 5, 8)
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_yticks([], minor=True)
    axes.set_xlabel("epoch")
    axes.set_ylabel("validation error (%)")
    room(axes, 0.55)
    axes.set_xticks(range(0, result.config["epochs"] + 1, 5))
    return figure
