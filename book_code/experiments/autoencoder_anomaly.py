"""An autoencoder beside PCA: how well each gives pictures back, and how well its error finds what it never saw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from book_code.data import load
from book_code.experiments._checkpoint import kept
from book_code.experiments._fid import resized
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.metrics.classification import roc_auc
from book_code.models.autoencoder.config import AutoencoderConfig
from book_code.models.autoencoder.torch_model import Autoencoder, reconstruction_loss

TITLE = "Autoencoder against PCA: giving back, and finding what is new"
WAYS = {"pca": "PCA", "autoencoder": "Autoencoder"}


@dataclass(frozen=True)
class Config:
    """Fashion-MNIST at 14 x 14 pixels, with one class at a time left out of training: it is what is new.

    An example's score is its squared error; the area under the ROC curve compares scores of new and of known classes
    among test pictures. Known ones have the error of giving back. Nothing is chosen on these pictures.
    """

    dataset: str = "fashion-mnist"
    side: int = 14
    new: tuple[int, ...] = (1, 5, 8)  # trousers, sandals, bags
    codes: tuple[int, ...] = (2, 8, 32)
    hidden: int = 128
    rate: float = 2e-3
    batch_size: int = 64
    steps: int = 500
    test_size: int = 5_000
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """One class, few steps."""
        return replace(self, new=(1,), codes=(2, 4), steps=10, test_size=500, seeds=(0, 1))


def run(config: Config, device: str, progress: Progress) -> Result:
    """For every size of the code: PCA, which no seed changes, and an autoencoder a seed."""
    progress.begin(len(config.codes) * (1 + len(config.seeds)))
    data, result = load(config.dataset), Result()
    train, test = (resized(part.x, config.side) for part in (data.train, data.test))
    train, test = train.reshape(len(train), -1), test.reshape(len(test), -1)[: config.test_size]
    known, new = data.train.y, data.test.y[: config.test_size]
    for code in config.codes:
        found = {way: [] for way in WAYS}  # type: dict[str, list[dict[str, float]]]
        found["pca"].append(average([
            judge(principal(train[known != label], test, code), test, new == label)
            for label in config.new
        ]))  # fmt: skip
        progress.step(f"PCA, {code} numbers")
        for seed in config.seeds:
            found["autoencoder"].append(average([
                judge(learned(config, train[known != label], test, code, label, seed, device), test, new == label)
                for label in config.new
            ]))  # fmt: skip
            progress.step(f"autoencoder, {code} numbers, seed {seed}")
        for way, runs in found.items():
            for metric in ("auc", "error"):
                result.add(f"{metric}_{way}_{code}", [one[metric] for one in runs])
    for way in WAYS:
        for metric in ("auc", "error"):
            values = [
                result.metrics[f"{metric}_{way}_{code}"]["values"] for code in config.codes
            ]
            result.add_series(f"{metric}_{way}", config.codes, list(zip(*values, strict=True)))
    describe(result, config)
    return result


def principal(train: np.ndarray, test: np.ndarray, code: int) -> np.ndarray:
    """Test pictures, given back from their first principal components."""
    mean = train.mean(axis=0)
    _, vectors = np.linalg.eigh(np.cov(train - mean, rowvar=False))
    basis = vectors[:, -code:]
    return mean + (test - mean) @ basis @ basis.T


@kept
def learned(
    config: Config, train: np.ndarray, test: np.ndarray, code: int, label: int, seed: int, device: str
) -> np.ndarray:  # fmt: skip
    """Test pictures, given back by an autoencoder that learned from pictures without class `label`."""
    torch.manual_seed(seed)
    shape = (train.shape[1],)
    sizes = AutoencoderConfig(shape, (config.hidden,), code, "relu", loss="cross_entropy")
    model = Autoencoder(sizes).to(device)
    optimizer = torch.optim.Adam(model.parameters(), config.rate)
    x: Tensor = torch.from_numpy(train).to(device)
    for _ in range(config.steps):
        batch = x[torch.randint(len(x), (config.batch_size,)).to(device)]
        loss = reconstruction_loss(model, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return model(torch.from_numpy(test).to(device)).cpu().numpy()


def judge(given_back: np.ndarray, test: np.ndarray, new: np.ndarray) -> dict[str, float]:
    """How well errors tell new pictures from known ones, and the mean error of the known ones."""
    errors = ((given_back - test) ** 2).mean(axis=1)
    return {
        "auc": float(roc_auc(new.astype(np.int64), errors)),
        "error": float(errors[~new].mean()),
    }


def average(parts: list[dict[str, float]]) -> dict[str, float]:
    """The mean over the classes left out."""
    return {metric: float(np.mean([part[metric] for part in parts])) for metric in parts[0]}


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    result.tabulate(
        ["numbers of the code", *(f"{what}, {words}" for what in ("area under the ROC curve", "error of known pictures")
                                  for words in WAYS.values())],
        [[code, *(result.say(f"auc_{way}_{code}", 3) for way in WAYS),
          *(result.say(f"error_{way}_{code}", 4) for way in WAYS)] for code in config.codes],
    )  # fmt: skip
    result.alt = " ".join(
        f"{start}: "
        + "; ".join(
            f"{code} numbers, " + " and ".join(f"{words} {result.say(f'{metric}_{way}_{code}', digits)}" for way, words in WAYS.items())
            for code in config.codes
        )
        + "."
        for start, metric, digits in (("Squared error a pixel of known test pictures given back", "error", 4),
                                      ("Area under the ROC curve of finding a class that was never seen", "auc", 3))
    )  # fmt: skip


def plot(result: Result) -> Any:
    """The error of what is known on the left, how well what is new is found on the right."""
    from book_code.experiments._draw import curve, log_scale, subplots

    figure, panels = subplots(ncols=2, figsize=(6.1, 3.4))
    words = {
        "error": "squared error a pixel",
        "auc": "area under the ROC curve",
    }
    for axes, (metric, label) in zip(panels, words.items(), strict=True):
        for look, (way, name) in enumerate(WAYS.items()):
            curve(axes, result, f"{metric}_{way}", look, label=name)
        log_scale(axes.xaxis, result.config["codes"])
        axes.set_xlabel("numbers of the code")
        axes.set_ylabel(label)
    panels[0].legend()
    return figure
