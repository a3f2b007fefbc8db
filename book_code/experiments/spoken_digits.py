"""Spoken digits: new recordings of people whom the network knows, and of people whom it never heard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from book_code.audio import log_mel
from book_code.data import Dataset, Split, fsdd
from book_code.experiments import _images, _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.audio_cnn.config import AudioCNNConfig
from book_code.models.audio_cnn.torch_model import AudioCNN

TITLE = "Spoken digits: known voices and new ones"
LABELS = {"recordings": "new recordings, known voices", "speakers": "new voices"}


@dataclass(frozen=True)
class Config:
    """Log-mel pictures of 0.8 s. Of every digit and person the first five takes test, the next five choose.

    The learning rate, if there are several, is the best on the validation takes with a seed of its own. For new
    voices, each seed leaves two of the six people out, so that three seeds test all of them.
    """

    dataset: str = "fsdd"
    takes: int = 50
    mels: int = 40
    frames: int = 52
    size: int = 256
    hop: int = 125
    channels: tuple[int, int] = (16, 32)
    dropout: float = 0.2
    most_pixels: int = 2
    epochs: int = 16
    batch_size: int = 16
    learning_rates: tuple[float, ...] = (2e-3,)
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Few takes and epochs."""
        return replace(
            self, takes=16, epochs=1, learning_rates=(1e-3,), channels=(4, 4), seeds=(0, 1)
        )


def run(config: Config, device: str, progress: Progress) -> Result:
    """Choose the learning rate on validation recordings, then train for both questions with every seed."""
    rates = config.learning_rates
    trials = rates if len(rates) > 1 else ()
    progress.begin(len(trials) + len(LABELS) * len(config.seeds))
    sounds = fsdd.load()
    x = pictures(config, sounds)
    known = split(config, sounds, x, ())
    scores = {}
    for rate in trials:
        trial = train(
            config, replace(known, test=known.validation), _sweep.TUNING_SEED, rate, device
        )
        scores[rate] = trial.validation_accuracy[-1]
        progress.step(f"learning rate {rate:g}")
    best = max(scores, key=scores.__getitem__) if scores else rates[0]
    runs: dict[str, list[_sweep.Run]] = {label: [] for label in LABELS}
    for seed in config.seeds:
        for label in LABELS:
            out = (seed % 3, seed % 3 + 3) if label == "speakers" else ()
            data = split(config, sounds, x, out) if out else known
            runs[label].append(train(config, data, seed, best, device))
            progress.step(f"{LABELS[label]}, seed {seed}")
    return report(config, runs, best)


def pictures(config: Config, sounds: fsdd.Recordings) -> np.ndarray:
    """Log-mel pictures (N, 1, M, T) of mean 0 and spread 1 each, cut or filled with silence to the same length."""
    found = np.empty((len(sounds.waves), 1, config.mels, config.frames), np.float32)
    length = config.hop * (config.frames - 1)
    for row, wave in zip(found, sounds.waves, strict=True):
        wave = wave / max(np.abs(wave).max(), 1e-3)
        spare = length - len(wave)
        before = max(0, spare // 2)
        wave = np.pad(wave, (before, max(0, spare - before)))
        cut = (len(wave) - length) // 2
        picture = log_mel(wave[cut : cut + length], fsdd.RATE, size=config.size, hop=config.hop,
                          count=config.mels, floor=1e-4)  # fmt: skip
        row[0] = (picture - picture.mean()) / picture.std()
    return found


def split(
    config: Config, sounds: fsdd.Recordings, x: np.ndarray, out: tuple[int, ...]
) -> Dataset:
    """Known voices with new takes for the test; or all takes of the people left `out`."""
    away, used = np.isin(sounds.speakers, out), sounds.takes < config.takes
    parts = {
        "train": used & ~away & (sounds.takes >= 10),
        "validation": ~away & (sounds.takes >= 5) & (sounds.takes < 10),
        "test": (away & used) if out else sounds.takes < 5,
    }
    splits = {part: Split(x[rows], sounds.digits[rows]) for part, rows in parts.items()}
    return Dataset("fsdd", **splits, classes=tuple("0123456789"), licence="CC BY-SA 4.0")


def train(config: Config, data: Dataset, seed: int, rate: float, device: str) -> _sweep.Run:
    """One network, on pictures moved a little in pitch and time."""
    network = partial(AudioCNN, AudioCNNConfig(mels=config.mels, frames=config.frames,
                                               channels=config.channels, dropout=config.dropout))  # fmt: skip
    move = partial(_images.random_shift, most=config.most_pixels)
    return _sweep.train(config, network, data, seed, rate=rate, device=device, augment=move)


def report(config: Config, runs: dict[str, list[_sweep.Run]], rate: float) -> Result:
    """Accuracies on new recordings and on new voices."""
    result = Result()
    for label, group in runs.items():
        result.add(f"test_accuracy_{label}", [run.test_accuracy for run in group], "%")
        result.add(
            f"validation_accuracy_{label}", [run.validation_accuracy[-1] for run in group], "%"
        )
        result.add(f"seconds_{label}", [run.seconds for run in group], "s")
    result.add("learning_rate", rate)
    result.add("parameters", _sweep.parameters(runs["recordings"][0].model))
    result.refer("the goal of this book", "test_accuracy_recordings", 97.0, "set beforehand")
    result.tabulate(
        ["test", "accuracy", "validation accuracy (known voices)", "training time"],
        [
            [words, result.say(f"test_accuracy_{k}", 1), result.say(f"validation_accuracy_{k}", 1),
             result.say(f"seconds_{k}", 0)]
            for k, words in LABELS.items()
        ],
    )  # fmt: skip
    result.alt = (
        "Accuracy of a convolutional network on spoken digits, every seed a dot: "
        f"{result.say('test_accuracy_recordings', 1)} on new recordings of the people that it was trained on, "
        f"{result.say('test_accuracy_speakers', 1)} on people that it never heard."
    )
    return result


def plot(result: Result) -> Any:
    """Accuracy for each question."""
    from book_code.experiments._draw import dots, subplots

    figure, axes = subplots(figsize=(6.1, 2.4))
    dots(axes, result, {f"test_accuracy_{k}": words for k, words in LABELS.items()})
    axes.set_xlim(right=100.5)
    axes.set_xlabel("test accuracy (%)")
    return figure
