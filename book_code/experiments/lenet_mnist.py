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
    from book_code.experiments._draw import log_scale, reference, subplots, training

    figure, axes = subplots()
    axes.set_ylabel("validation error (%)")
    axes.set_ylim(0.6, 8)
    log_scale(axes.yaxis, (0.7, 1, 2, 3, 5, 8))
    training(axes, result, _lenet.WAYS, "validation_error", "test_error")
    reference(axes, 0.95, "LeCun 1998: 0.95 % on test", to=0.6)
    return figure
