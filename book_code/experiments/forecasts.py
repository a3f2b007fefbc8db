"""One step into the future: recurrent networks against repeating what was, and a line through the last values."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn

from book_code.data import timeseries
from book_code.data.timeseries import Series
from book_code.experiments import _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.metrics.regression import root_mean_squared_error
from book_code.models.gru.config import GRUConfig
from book_code.models.gru.torch_model import GRU
from book_code.models.lstm.config import LSTMConfig
from book_code.models.lstm.torch_model import LSTM
from book_code.models.rnn.config import RNNConfig
from book_code.models.rnn.torch_model import RNN

TITLE = "Do recurrent networks beat naive forecasts?"
CORES: dict[str, Any] = {
    "rnn": (RNN, RNNConfig),
    "lstm": (LSTM, LSTMConfig),
    "gru": (GRU, GRUConfig),
}
LABELS = {"naive": "naive", "seasonal": "seasonal naive", "linear": "linear", "rnn": "RNN",
          "lstm": "LSTM", "gru": "GRU"}  # fmt: skip
WAYS = ("levels", "changes")


@dataclass(frozen=True)
class Config:
    """Forecasts of the next value on the last fifth of each series, from the `windows` true values before it.

    The tenth before chooses, for each series and network, the step at which training stops and what goes in: the
    values, or how they change. `logs` names the series whose logarithm is taken, because they grow by a factor.
    """

    dataset: str = "timeseries"
    series: tuple[str, ...] = ("temperatures", "passengers", "sunspots")
    windows: tuple[int, ...] = (30, 24, 48)
    logs: tuple[str, ...] = ("passengers",)
    hidden: int = 32
    steps: int = 400
    every: int = 40
    batch_size: int = 64
    rate: float = 3e-3
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Few steps and seeds."""
        return replace(self, steps=10, every=5, seeds=(0, 1))


def run(config: Config, device: str, progress: Progress) -> Result:
    """Forecast every series in every way; the test part is read once for each."""
    progress.begin(len(config.series) * len(CORES) * (len(WAYS) + len(config.seeds)))
    result = Result()
    for name, window in zip(config.series, config.windows, strict=True):
        series = timeseries.load(name)
        test, begin = series.values[series.validation_end :], series.validation_end
        naive = {"naive": series.values[begin - 1 : -1],
                 "seasonal": series.values[begin - series.season : -series.season],
                 "linear": linear(config, series, window)}  # fmt: skip
        for label, forecast in naive.items():
            result.add(
                f"test_rmse_{name}_{label}",
                root_mean_squared_error(test, forecast),
                series.unit,
            )
        for label in CORES:
            trials = {}
            for way in WAYS:
                trials[way] = learn(
                    config, series, window, way, label, _sweep.TUNING_SEED, device
                )[0]
                progress.step(f"{name}, {LABELS[label]}, {way}")
            best = min(trials, key=trials.__getitem__)
            errors = []
            for seed in config.seeds:
                forecast = learn(config, series, window, best, label, seed, device)[1]
                errors.append(root_mean_squared_error(test, forecast))
                progress.step(f"{name}, {LABELS[label]}, seed {seed}")
            result.add(f"test_rmse_{name}_{label}", errors, series.unit)
            result.add(f"way_{name}_{label}", WAYS.index(best))
    describe(result, config)
    return result


def prepared(config: Config, series: Series, window: int, way: str) -> Any:
    """Windows (N, T, 1), what follows them (N, 1), and the way back from what follows to values."""
    values = np.log(series.values) if series.name in config.logs else series.values
    track = np.diff(values, prepend=values[0]) if way == "changes" else values
    mean, sd = track[: series.train_end].mean(), track[: series.train_end].std()
    scaled = ((track - mean) / sd).astype(np.float32)
    x = np.lib.stride_tricks.sliding_window_view(scaled, window)[:-1, :, None].copy()
    y = scaled[window:, None]

    def back(outputs: np.ndarray, first: int) -> np.ndarray:
        """Values from outputs for the places from `first` on."""
        found = outputs[:, 0].astype(np.float64) * sd + mean
        if way == "changes":
            found = found + values[first - 1 : first - 1 + len(found)]
        return np.exp(found) if series.name in config.logs else found

    return x, y, back


def linear(config: Config, series: Series, window: int) -> np.ndarray:
    """The forecasts of the last part by a line through the window, fitted to the training part."""
    x, y, back = prepared(config, series, window, "levels")
    x = np.concatenate([x[:, :, 0], np.ones((len(x), 1), np.float32)], axis=1)
    known, last = series.train_end - window, series.validation_end - window
    weights = np.linalg.lstsq(x[:known], y[:known], rcond=None)[0]
    return back(x[last:] @ weights, series.validation_end)


@kept
def learn(
    config: Config, series: Series, window: int, way: str, label: str, seed: int, device: str
) -> tuple[float, np.ndarray]:
    """Train one network; return its error on the validation part, where that is lowest, and its forecasts of the last part."""
    torch.manual_seed(seed)
    x, y, back = prepared(config, series, window, way)
    inputs, targets = torch.from_numpy(x).to(device), torch.from_numpy(y).to(device)
    first, last = (
        series.train_end - window,
        series.validation_end - window,
    )  # places of the windows
    model = CORES[label][0](CORES[label][1](hidden=config.hidden)).to(device)
    optimizer = torch.optim.Adam(model.parameters(), config.rate)
    rng, lowest, found = np.random.default_rng(seed), np.inf, model.state_dict()
    for step in range(1, config.steps + 1):
        rows = torch.from_numpy(rng.integers(0, first, config.batch_size))
        loss = nn.functional.mse_loss(model(inputs[rows]), targets[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % config.every == 0:
            forecast = back(foretold(model, inputs[first:last]), series.train_end)
            error = root_mean_squared_error(
                series.values[series.train_end : series.validation_end], forecast
            )
            if error < lowest:
                lowest, found = error, copy.deepcopy(model.state_dict())
    model.load_state_dict(found)
    return lowest, back(foretold(model, inputs[last:]), series.validation_end)


@torch.no_grad()
def foretold(model: nn.Module, inputs: torch.Tensor) -> np.ndarray:
    """What the network says follows each window."""
    return model(inputs).cpu().numpy()


def describe(result: Result, config: Config) -> None:
    """Verdicts against the better of the naive forecasts, the table and the description."""
    for name in config.series:
        naive = min(
            result.metrics[f"test_rmse_{name}_{k}"]["mean"] for k in ("naive", "seasonal")
        )
        for label in CORES:
            result.refer(f"{LABELS[label]} on {name} against the better naive forecast", f"test_rmse_{name}_{label}",
                         naive, "this experiment")  # fmt: skip
    result.tabulate(
        ["forecast", *(f"error on {name} (RMSE)" for name in config.series)],
        [
            [words, *(result.say(f"test_rmse_{name}_{k}") for name in config.series)]
            for k, words in LABELS.items()
        ],
    )
    result.alt = (
        "Error of one-step forecasts on the last fifth of each series, every seed a dot. "
        + " ".join(
            f"{name.capitalize()}: "
            + ", ".join(
                f"{words} {result.mean(f'test_rmse_{name}_{k}'):.3g}"
                for k, words in LABELS.items()
            )
            + "."
            for name in config.series
        )
    )


def plot(result: Result) -> Any:
    """A panel for each series."""
    from book_code.experiments._draw import dots, subplots

    names = result.config["series"]
    figure, panels = subplots(ncols=len(names), sharey=True, figsize=(6.1, 3.9))
    for axes, name in zip(panels, names, strict=True):
        dots(axes, result, {f"test_rmse_{name}_{k}": words for k, words in LABELS.items()})
        axes.set_title(name, fontsize=11)
        axes.margins(x=0.25)
    panels[1].set_xlabel("error of the next value (RMSE, in the unit of the series)")
    return figure
