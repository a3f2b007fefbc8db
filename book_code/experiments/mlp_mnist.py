"""How far plain layers come on MNIST: the width and the dropout that are best on the validation split."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

from book_code.experiments import _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP

TITLE = "How far plain layers come on MNIST"
SIMARD = "P. Simard, D. Steinkraus and J. Platt (2003), ICDAR, as listed on the MNIST page: 2 layers, 800 hidden units, cross-entropy"
WAYS = {
    "chosen": "two hidden layers",
    "none": "no hidden layer",
}


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """Two hidden ReLU layers on all training pictures of MNIST, as they are; short trials choose, then three seeds train."""

    dataset: str = "mnist"
    train_size: int = 55_000
    epochs: int = 30
    batch_size: int = 128
    learning_rates: tuple[float, ...] = (2e-3,)
    widths: tuple[int, ...] = (256, 512)
    dropouts: tuple[float, ...] = (0.0, 0.25, 0.5)
    trial_epochs: int = 10

    def quick(self) -> Self:
        """Few pictures, narrow layers."""
        return replace(super().quick(), widths=(16, 32), dropouts=(0.0, 0.25), trial_epochs=1)


def run(config: Config, device: str, progress: Progress) -> Result:
    """Choose width and dropout on the validation split; train the choice, and no hidden layer beside it, with every seed."""
    progress.begin(len(config.widths) * len(config.dropouts) + len(WAYS) * len(config.seeds))
    result = Result()
    width, dropout = choose(config, result, device, progress)
    result.add("width", width)
    result.add("dropout", dropout)
    hidden = {"chosen": ((width, width), dropout), "none": ((), 0.0)}
    for way, (layers, share) in hidden.items():
        network = partial(MLP, MLPConfig(hidden=layers, dropout=share))
        runs = []
        for seed in config.seeds:
            data = _sweep.images(config, seed)
            runs.append(
                _sweep.train(
                    config, network, data, seed, rate=config.learning_rates[0], device=device
                )
            )
            progress.step(f"{WAYS[way]}, seed {seed}")
        report(result, way, runs)
    describe(result)
    return result


def choose(
    config: Config, result: Result, device: str, progress: Progress
) -> tuple[int, float]:
    """The width and the dropout with the fewest validation errors after a short training, by a seed that no result uses."""
    data = _sweep.images(config, _sweep.TUNING_SEED)
    data = replace(data, test=data.validation)
    errors = {}
    for width in config.widths:
        for dropout in config.dropouts:
            network = partial(MLP, MLPConfig(hidden=(width, width), dropout=dropout))
            trial = _sweep.train(config, network, data, _sweep.TUNING_SEED, rate=config.learning_rates[0],
                                 device=device, epochs=config.trial_epochs)  # fmt: skip
            errors[width, dropout] = 100 - trial.validation_accuracy[-1]
            progress.step(f"width {width}, dropout {dropout:g}")
        row = [errors[width, dropout] for dropout in config.dropouts]
        result.add_series(f"trial_w{width}", config.dropouts, [row], x_label="dropout",
                          y_label="validation error (%)")  # fmt: skip
    return min(errors, key=errors.__getitem__)


def report(result: Result, way: str, runs: list[_sweep.Run]) -> None:
    """Errors by epoch and at the end, and the time."""
    result.add(f"test_error_{way}", [100 - run.test_accuracy for run in runs], "%")
    result.add(f"seconds_{way}", [run.seconds for run in runs], "s")
    rows = [[100 - accuracy for accuracy in run.validation_accuracy] for run in runs]
    result.add_series(f"validation_error_{way}", range(1, len(rows[0]) + 1), rows, x_label="epoch",
                      y_label="validation error (%)")  # fmt: skip


def describe(result: Result) -> None:
    """Reference, table and alt text."""
    result.refer(
        "MLP of 800 hidden units, no picture changed", "test_error_chosen", 1.6, SIMARD
    )
    columns = ("network", "test error", "training time")
    rows = [(words, result.say(f"test_error_{way}"), result.say(f"seconds_{way}", 0)) for way, words in WAYS.items()]  # fmt: skip
    result.tabulate(columns, rows)
    width, dropout = result.mean("width"), result.mean("dropout")
    result.alt = (
        f"Test error on MNIST: {result.say('test_error_chosen')} with two hidden layers of {width:.0f} units and dropout "
        f"{dropout:g}, chosen on the validation split; {result.say('test_error_none')} without a hidden layer."
    )


def plot(result: Result) -> Any:
    """The short trials on the left; the errors by epoch, and on the test split at the end, on the right."""
    from book_code.experiments._draw import curve, log_scale, subplots, training

    figure, (left, right) = subplots(ncols=2, gridspec_kw={"width_ratios": (2, 3)})
    for look, width in enumerate(result.config["widths"]):
        curve(left, result, f"trial_w{width}", look, label=f"{width} units")
    left.set_xticks(result.config["dropouts"])
    left.set_xlabel("dropout")
    left.set_ylabel("validation error (%)")
    left.legend()
    right.set_ylim(1, 12)
    log_scale(right.yaxis, (1, 1.5, 2, 3, 5, 8, 12))
    training(right, result, WAYS, "validation_error", "test_error")
    right.set_xticks(range(0, result.config["epochs"] + 1, 10))
    return figure
