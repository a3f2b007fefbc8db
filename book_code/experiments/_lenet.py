"""LeNet-5 on a whole data set, with and without moved training pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from book_code.data import Dataset
from book_code.experiments import _images, _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.interop import from_torch
from book_code.models.lenet.config import LeNetConfig
from book_code.models.lenet.torch_model import LeNet5

LECUN = "Y. LeCun et al. (1998), Gradient-based learning applied to document recognition"
WAYS = {"shifted": "moved by up to a pixel", "plain": "pictures as they are"}


@dataclass(frozen=True)
class Training(_sweep.Sweep):
    """All training pictures; learning rate and `way` were chosen on the validation split beforehand."""

    train_size: int = 55_000
    epochs: int = 12
    learning_rates: tuple[float, ...] = (3e-3,)
    most_pixels: int = 1
    way: str = "shifted"


def train_both(
    config: Training, device: str, progress: Progress
) -> dict[str, list[_sweep.Run]]:
    """Train with each way of showing the pictures, once a seed."""
    networks = dict.fromkeys(WAYS, partial(LeNet5, LeNetConfig()))
    moved = {"shifted": partial(_images.random_shift, most=config.most_pixels)}
    return _sweep.compare(config, networks, device, progress, augments=moved)


def report(result: Result, runs: Mapping[str, list[_sweep.Run]], way: str) -> None:
    """Errors, accuracies and costs; those of one `way` also without a suffix."""
    _sweep.report(result, runs, LeNetConfig().input_shape)
    for each, group in runs.items():
        result.add(f"test_error_{each}", [100 - run.test_accuracy for run in group], "%")
        errors = [[100 - share for share in run.validation_accuracy] for run in group]
        epochs = range(1, 1 + len(errors[0]))
        result.add_series(f"validation_error_{each}", epochs, errors, x_label="epoch",
                          y_label="validation error (%)")  # fmt: skip
    for metric in ("test_error", "test_accuracy", "validation_accuracy", "seconds"):
        result.metrics[metric] = result.metrics[f"{metric}_{way}"]
    result.add("parameters", result.mean(f"parameters_{way}"))
    result.add("multiplications", result.mean(f"multiplications_{way}"))
    per_epoch = [run.seconds / len(run.train_loss) for run in runs[way]]
    result.add("seconds_per_epoch", per_epoch, "s")
    result.tabulate(
        ["training pictures", "test error", "test accuracy", "validation accuracy", "training time"],
        [
            [words, *(result.say(f"{metric}_{way}") for metric in
                      ("test_error", "test_accuracy", "validation_accuracy")),
             result.say(f"seconds_{way}", 0)]
            for way, words in WAYS.items()
        ],
    )  # fmt: skip


def ship(result: Result, group: list[_sweep.Run], dataset: str) -> None:
    """Keep the weights of the run that is best on the validation split, for the book's pages."""
    best = max(range(len(group)), key=lambda index: group[index].validation_accuracy[-1])
    result.weights["lenet5", dataset] = from_torch(group[best].model)
    result.add("shipped_seed", best)
    result.add("shipped_test_error", 100 - group[best].test_accuracy, "%")


def recall(runs: list[_sweep.Run], data: Dataset, device: str) -> np.ndarray:
    """Per cent of each class's test pictures that are recognized; a row a run."""
    x, rows = torch.from_numpy(data.test.x).to(device), []
    with torch.no_grad():
        for run in runs:
            guess = (
                torch.cat([run.model(part).argmax(1) for part in x.split(2_000)]).cpu().numpy()
            )
            hit = guess == data.test.y
            rows.append([100 * hit[data.test.y == label].mean() for label in range(10)])
    return np.array(rows)
