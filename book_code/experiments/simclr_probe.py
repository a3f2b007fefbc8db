"""What can be learned of clothes without their names: SimCLR and a linear probe, against training from scratch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, cross_entropy

from book_code.data import Dataset, Split
from book_code.experiments import _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.simclr.augment import views
from book_code.models.simclr.config import SimCLRConfig
from book_code.models.simclr.numpy_model import linear_probe
from book_code.models.simclr.torch_model import SimCLR, encode_all, simclr_loss

TITLE = "SimCLR: a linear probe by number of labels, against training from scratch"
LABELS = {
    "simclr": "SimCLR, linear probe",
    "untrained": "untrained encoder, linear probe",
    "scratch": "trained from scratch",
}


@dataclass(frozen=True)
class Config:
    """A narrow residual network on pictures of 14 x 14; the same one is the encoder and learns from scratch.

    SimCLR sees `train_size` pictures without labels; of these some get labels. All parts run for fixed numbers of steps,
    so nothing is chosen.
    """

    dataset: str = "fashion-mnist"
    train_size: int = 5_000
    test_size: int = 1_000
    blocks: tuple[int, ...] = (1, 1)
    width: int = 8
    projection: int = 32
    temperature: float = 0.5
    smallest: float = 0.3
    strength: float = 0.5
    steps: int = 100
    batch_size: int = 128
    rate: float = 3e-3
    labelled: tuple[int, ...] = (50, 200, 1_000)
    label_steps: int = 300
    label_batch: int = 32
    label_rate: float = 1e-2
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Few pictures and steps."""
        return replace(self, train_size=300, test_size=200, width=4, steps=2, batch_size=16,
                       labelled=(40, 80), label_steps=2, label_batch=20, seeds=(0, 1))  # fmt: skip


def run(config: Config, device: str, progress: Progress) -> Result:
    """Learn without labels, then ask both ways to learn from few labels or more; one reading of the test split each."""
    progress.begin(len(config.seeds) * (1 + len(LABELS) * len(config.labelled)))
    result = Result()
    rows: dict[str, list[list[float]]] = {label: [] for label in LABELS}
    losses, seconds = [], []
    for seed in config.seeds:
        data = halved(_sweep.images(config, seed))
        state, curve, taken = pretrain(config, data, seed, device)
        losses.append(curve)
        seconds.append(taken)
        progress.step(f"without labels, seed {seed}")
        for label, words in LABELS.items():
            row = []
            for count in config.labelled:
                few = data.train.take(
                    slice(count)
                )  # a seed has drawn the pictures in its own way
                row.append(judged(config, label, few, data.test, state, seed, device))
                progress.step(f"{words}, {count:,} labels, seed {seed}")
            rows[label].append(row)
    for label, runs in rows.items():
        result.add_series(
            label, config.labelled, runs, x_label="labels", y_label="test accuracy (%)"
        )
        for count, values in zip(config.labelled, zip(*runs, strict=True), strict=True):
            result.add(f"test_accuracy_{label}_{count}", values, "%")
    places = [round(config.steps * (i + 1) / len(losses[0])) for i in range(len(losses[0]))]
    result.add_series(
        "contrastive_loss", places, losses, x_label="step", y_label="contrastive loss"
    )
    result.add("pretraining_seconds", seconds, "s")
    describe(result, config)
    return result


def halved(data: Dataset) -> Dataset:
    """Pictures of half the size, in an order without classes."""

    def half(split: Split) -> Split:
        x = avg_pool2d(torch.from_numpy(split.x), 2).numpy()
        order = np.random.default_rng(_sweep.TUNING_SEED).permutation(len(split))
        return Split(x[order], split.y[order])

    return replace(data, train=half(data.train), test=half(data.test))


def network(config: Config, data: Split, seed: int) -> SimCLR:
    """The untrained model of a seed."""
    torch.manual_seed(seed)
    return SimCLR(
        SimCLRConfig(
            image_size=data.x.shape[-1], in_channels=data.x.shape[1], block="basic", blocks=config.blocks,
            width=config.width, stem="small", projection=config.projection, temperature=config.temperature,
        )
    )  # fmt: skip


@kept
def pretrain(
    config: Config, data: Dataset, seed: int, device: str
) -> tuple[dict[str, Tensor], list[float], float]:
    """Make two views of a picture alike; the state, the loss in tenths of the run, and the seconds."""
    model = network(config, data.train, seed).to(device)
    rng, start = np.random.default_rng(seed), _sweep.clock(device)
    optimizer = torch.optim.Adam(model.parameters(), config.rate)
    losses = []
    for _ in range(config.steps):
        rows = rng.integers(0, len(data.train), size=config.batch_size)
        pairs = views(data.train.x[rows], rng=rng, strength=config.strength, smallest=config.smallest,
                      blurred=False)  # fmt: skip
        one, other = (torch.from_numpy(view).to(device) for view in pairs)
        loss = simclr_loss(model, one, other)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    parts = np.array_split(losses, min(10, len(losses)))
    state = {name: value.cpu() for name, value in model.state_dict().items()}
    return state, [float(part.mean()) for part in parts], _sweep.clock(device) - start


@kept
def judged(
    config: Config, label: str, few: Split, test: Split, state: dict[str, Tensor], seed: int, device: str
) -> float:  # fmt: skip
    """Learn from few labels; the accuracy on the test split, in per cent."""
    model = network(config, few, seed)
    if label == "scratch":
        return from_scratch(config, model, few, test, seed, device)
    if label == "simclr":
        model.load_state_dict(state)
    model.to(device)
    h, asked = (
        encode_all(model, torch.from_numpy(part.x).to(device)).cpu().numpy()
        for part in (few, test)
    )
    middle, spread = h.mean(axis=0), h.std(axis=0) + 1e-6
    probe = linear_probe((h - middle) / spread, few.y, 10, rng=np.random.default_rng(seed))
    guesses = probe(((asked - middle) / spread).astype(np.float32)).data.argmax(axis=1)
    return 100 * float((guesses == test.y).mean())


def from_scratch(
    config: Config, model: SimCLR, few: Split, test: Split, seed: int, device: str
) -> float:
    """Train encoder and classifier together; the accuracy on the test split."""
    rng = np.random.default_rng(seed)
    classifier = nn.Sequential(model.encoder, nn.Linear(model.config.features, 10)).to(device)
    optimizer = torch.optim.Adam(classifier.parameters(), config.label_rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, config.label_rate, config.label_steps
    )
    for _ in range(config.label_steps):
        rows = rng.permutation(len(few))[: config.label_batch]
        x, y = (torch.from_numpy(part[rows]).to(device) for part in few)
        optimizer.zero_grad()
        cross_entropy(classifier(x), y).backward()
        optimizer.step()
        schedule.step()
    return _sweep.accuracy(classifier, test, device)


def describe(result: Result, config: Config) -> None:
    """Verdicts against the two others, the table and the description."""
    for count in config.labelled:
        for other in ("untrained", "scratch"):
            result.refer(f"{LABELS[other]}, {count:,} labels", f"test_accuracy_simclr_{count}",
                         result.mean(f"test_accuracy_{other}_{count}"), "this experiment")  # fmt: skip
    result.tabulate(
        ["labels", *LABELS.values()],
        [[f"{count:,}", *(result.say(f"test_accuracy_{k}_{count}", 1) for k in LABELS)] for count in config.labelled],
    )  # fmt: skip
    result.alt = (
        "Test accuracy on clothes of Fashion-MNIST against the number of labels. "
        + " ".join(
            f"{words[0].upper()}{words[1:]}: "
            + ", ".join(f"{result.say(f'test_accuracy_{k}_{n}', 1)} with {n:,}" for n in config.labelled) + "."
            for k, words in LABELS.items()
        )
    )  # fmt: skip


def plot(result: Result) -> Any:
    """Accuracy against the number of labels."""
    from book_code.experiments._draw import curve, log_scale, subplots

    figure, axes = subplots()
    for look, (label, words) in enumerate(LABELS.items()):
        curve(axes, result, label, look, marker="o", label=words)
    axes.legend(loc="lower right")
    log_scale(axes.xaxis, result.config["labelled"])
    axes.set_xlabel("labels")
    axes.set_ylabel("test accuracy (%)")
    return figure
