"""What more examples buy: the error of an MLP against the number of training pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from book_code.experiments import _loop, _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP

TITLE = "What more examples buy"


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """An MLP on shares of the small digits, always for about the same number of steps."""

    dataset: str = "digits"
    learning_rates: tuple[float, ...] = (1e-3, 4e-3)
    hidden: tuple[int, ...] = (128,)
    sizes: tuple[int, ...] = (50, 100, 200, 400, 800)
    steps: int = 150

    def quick(self) -> Config:
        """Fewer pictures and steps."""
        return replace(super().quick(), sizes=(50, 100), steps=20)


def run(config: Config, device: str, progress: Progress) -> Result:
    """At each size, choose the learning rate on the validation split, then train once a seed."""
    result, errors = Result(), []
    rates = config.learning_rates
    progress.begin(len(config.sizes) * (len(rates) + len(config.seeds)))
    for size in config.sizes:
        scores = {}
        for rate in rates:
            fitted, _ = train(config, size, _sweep.TUNING_SEED, rate, device)
            scores[rate] = fitted.validation_accuracy[-1]
            progress.step(f"{size:,} pictures, learning rate {rate:g}")
        chosen = max(scores, key=scores.__getitem__)
        runs = []
        for seed in config.seeds:
            fitted, data = train(config, size, seed, chosen, device)
            error = 100 - _sweep.accuracy(fitted.model, data.test, device)
            runs.append((error, fitted.train_loss[-1]))
            progress.step(f"{size:,} pictures, seed {seed}")
        errors.append([error for error, _ in runs])
        result.add(f"test_error_{size}", errors[-1], "%")
        result.add(f"train_loss_{size}", [loss for _, loss in runs])
        result.add(f"learning_rate_{size}", chosen)
    by_seed = list(zip(*errors, strict=True))
    result.add_series("test_error", config.sizes, by_seed, x_label="training pictures",
                      y_label="test error (%)")  # fmt: skip
    logs = np.log(config.sizes)
    result.add("slope", [float(np.polyfit(logs, np.log(row), 1)[0]) for row in by_seed])
    describe(result, config)
    return result


def train(config, size, seed, rate, device):
    """One network, and the data that its seed draws."""
    data = _sweep.images(replace(config, train_size=size), seed)
    network = partial(MLP, MLPConfig(in_features=data.train.x[0].size, hidden=config.hidden))
    epochs = max(1, round(config.steps / -(-len(data.train) // config.batch_size)))
    fitted = _loop.fit(network, data, device=device, seed=seed, epochs=epochs,
                       batch_size=config.batch_size, rate=rate)  # fmt: skip
    return fitted, data


def describe(result, config):
    """The table and the description."""
    result.tabulate(
        ["training pictures", "learning rate", "test error", "training loss at the end"],
        [
            [f"{n:,}", f"{result.mean(f'learning_rate_{n}'):g}", result.say(f"test_error_{n}"),
             result.say(f"train_loss_{n}", 3)]
            for n in config.sizes
        ],
    )  # fmt: skip
    small, large = config.sizes[0], config.sizes[-1]
    result.alt = (
        "Test error of an MLP on small digits against the number of training pictures, both axes "
        f"logarithmic: {result.say(f'test_error_{small}', 1)} with {small:,} and "
        f"{result.say(f'test_error_{large}', 1)} with {large:,}. The points lie near a line of "
        f"slope {result.say('slope')}: the error falls by a power of the number of pictures."
    )


def plot(result: Result) -> Any:
    """Error by size, both axes logarithmic."""
    from book_code.experiments._draw import curve, log_scale, subplots

    figure, axes = subplots()
    curve(axes, result, "test_error", marker="o")
    log_scale(axes.xaxis, result.config["sizes"])
    log_scale(axes.yaxis, [tick for tick in (3, 5, 7, 10, 15, 20, 30, 40, 60)
                           if tick < 1.1 * max(result.series["test_error"]["mean"])])  # fmt: skip
    axes.set_xlabel("training pictures")
    axes.set_ylabel("test error (%)")
    return figure
