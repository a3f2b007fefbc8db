"""Early stopping, the spread over seeds and over folds, and ensembles of k networks against one.

L. K. Hansen, P. Salamon (1990). Neural network ensembles. IEEE PAMI 12. Of the mean of the
probabilities: B. Lakshminarayanan, A. Pritzel, C. Blundell (2017), arXiv:1612.01474.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn

from book_code.data import Dataset, Split
from book_code.experiments import _small
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP
from book_code.training.torch_loop import fit_torch

TITLE = "Early stopping, the spread of one run, and ensembles"
GROUPS = {"same": "another start, the same pictures", "folds": "another fold left out",
          "bags": "pictures drawn with replacement"}  # fmt: skip


@dataclass(frozen=True)
class Config:
    """An MLP on 1,000 pictures of Fashion-MNIST; each seed draws its pictures and trains eight networks a way.

    The networks of "same" differ in their start and the order of the pictures only; those of
    "folds" each leave another eighth out, which is their validation split; those of "bags" are
    Breiman's: as many pictures, drawn with replacement.
    """

    dataset: str = "fashion-mnist"
    train_size: int = 1_000
    validation_size: int = 500
    test_size: int = 5_000
    hidden: tuple[int, ...] = (100,)
    members: int = 8
    epochs: int = 20
    batch_size: int = 50
    rate: float = 3e-3
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Few pictures, networks and epochs."""
        return replace(self, train_size=200, validation_size=200, test_size=500, members=3,
                       epochs=4)  # fmt: skip


def part(
    config: Config, data: Dataset, group: str, member: int, seed: int
) -> tuple[Split, Split]:
    """What a network is trained on and what it is stopped by."""
    rng, count = np.random.default_rng([seed, member]), len(data.train)
    if group == "folds":
        held = np.random.default_rng(seed).permutation(count) % config.members == member
        return data.train.take(~held), data.train.take(held)
    rows = rng.integers(0, count, count) if group == "bags" else np.arange(count)
    return data.train.take(rows), data.validation


@kept
def train(
    config: Config, data: Dataset, group: str, member: int, seed: int, device: str
) -> dict[str, Any]:
    """One network to the last epoch; what it says of the test pictures then, and where it was best."""
    torch.manual_seed(1_000 * seed + member)
    fitted, held = part(config, data, group, member, seed)
    model = MLP(MLPConfig(in_features=data.train.x[0].size, hidden=config.hidden)).to(device)
    history = fit_torch(
        model, replace(data, train=fitted, validation=held),
        optimizer=torch.optim.Adam(model.parameters(), config.rate), epochs=config.epochs,
        batch_size=config.batch_size, rng=np.random.default_rng([seed, member]), device=device,
    )  # fmt: skip
    said = {"last": probabilities(model, data.test, device)}
    assert history.best_weights is not None
    model.load_state_dict({k: torch.from_numpy(v) for k, v in history.best_weights.items()})
    said["stopped"] = probabilities(model, data.test, device)
    return {
        "said": said,
        "train_loss": history.column("train_loss"),
        "validation_loss": history.column("validation_loss"),
        "validation_accuracy": 100 * history.best.validation_accuracy,
        "epoch": history.best.number,
    }


@torch.no_grad()
def probabilities(model: nn.Module, split: Split, device: str) -> np.ndarray:
    """The probability of every class, (N, K), without dropout."""
    model.eval()
    return torch.softmax(model(torch.from_numpy(split.x).to(device)), dim=1).cpu().numpy()


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train all networks of all seeds, then put them together."""
    progress.begin(len(GROUPS) * len(config.seeds) * config.members)
    result, members = Result(), range(config.members)
    found: dict[str, list[list[dict[str, Any]]]] = {group: [] for group in GROUPS}
    labels = []
    for seed in config.seeds:
        data = _small.draw(config.dataset, seed, config.train_size, config.validation_size,
                           config.test_size)  # fmt: skip
        labels.append(data.test.y)
        for group, words in GROUPS.items():
            found[group].append([])
            for member in members:
                found[group][-1].append(train(config, data, group, member, seed, device))
                progress.step(f"{words}, {member + 1}, seed {seed}")
    stopping(result, config, found["same"], labels)
    for group, rows in found.items():
        ensembles(result, config, group, rows, labels)
    describe(result, config)
    return result


def right(said: np.ndarray, labels: np.ndarray) -> float:
    """Accuracy in per cent."""
    return 100 * float((said.argmax(axis=1) == labels).mean())


def cross_entropy(said: np.ndarray, labels: np.ndarray) -> float:
    """Mean surprise at the right answers."""
    return float(-np.log(np.maximum(said[np.arange(len(labels)), labels], 1e-12)).mean())


def stopping(result: Result, config: Config, rows: Any, labels: Any) -> None:
    """The first network of every seed: its curves, and the test split at the best epoch and at the last."""
    first = [row[0] for row in rows]
    for curve in ("train_loss", "validation_loss"):
        result.add_series(curve, range(1, config.epochs + 1), [one[curve] for one in first],
                          x_label="epoch", y_label="loss")  # fmt: skip
    result.add("best_epoch", [one["epoch"] for one in first])
    for when in ("stopped", "last"):
        pairs = list(zip((one["said"][when] for one in first), labels, strict=True))
        result.add(f"test_accuracy_{when}", [right(*pair) for pair in pairs], "%")
        result.add(f"test_loss_{when}", [cross_entropy(*pair) for pair in pairs])


def ensembles(result: Result, config: Config, group: str, rows: Any, labels: Any) -> None:
    """The spread of single networks, and the accuracy of the mean of the first k."""
    said = [
        np.stack([one["said"]["stopped"] for one in row]) for row in rows
    ]  # seeds of (M, N, K)
    alone = [[right(one, y) for one in s] for s, y in zip(said, labels, strict=True)]
    result.add(f"test_accuracy_{group}_1", [float(np.mean(row)) for row in alone], "%")
    result.add(f"spread_{group}", [float(np.std(row, ddof=1)) for row in alone], "points")
    scores = [[one["validation_accuracy"] for one in row] for row in rows]
    result.add(
        f"validation_spread_{group}", [float(np.std(row, ddof=1)) for row in scores], "points"
    )
    curves = []
    for s, y, row in zip(said, labels, alone, strict=True):
        together = [right(s[:k].mean(axis=0), y) for k in range(2, config.members + 1)]
        curves.append([float(np.mean(row)), *together])
    result.add_series(group, range(1, config.members + 1), curves,
                      x_label="networks", y_label="test accuracy (%)")  # fmt: skip
    result.add(f"test_accuracy_{group}_{config.members}", [row[-1] for row in curves], "%")
    result.add(f"gain_{group}", [row[-1] - row[0] for row in curves], "points")


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    many = config.members
    result.tabulate(
        ["networks differ by", "one network", f"{many} together", "gain",
         "s.d. of one network on test", "s.d. of its validation accuracy"],
        [
            [words, result.say(f"test_accuracy_{g}_1"), result.say(f"test_accuracy_{g}_{many}"),
             result.say(f"gain_{g}"), result.say(f"spread_{g}"), result.say(f"validation_spread_{g}")]
            for g, words in GROUPS.items()
        ],
    )  # fmt: skip
    result.alt = (
        "Left: the training loss falls on, the validation loss soon falls no more. At the best epoch of "
        f"validation, {result.say('best_epoch', 0)}, test accuracy {result.say('test_accuracy_stopped', 1)} and loss "
        f"{result.say('test_loss_stopped')}; at the last, {result.say('test_accuracy_last', 1)} and "
        f"{result.say('test_loss_last')}. Right: test accuracy of ensembles. "
        + " ".join(
            f"{words.capitalize()}: one {result.say(f'test_accuracy_{g}_1', 1)}, {many} together "
            f"{result.say(f'test_accuracy_{g}_{many}', 1)}."
            for g, words in GROUPS.items()
        )
    )


def plot(result: Result) -> Any:
    """The losses of one network by epoch; the accuracy of an ensemble by its size."""
    from book_code.experiments._draw import curve, subplots
    from book_code.plotting import INK_SOFT

    figure, (left, right_) = subplots(ncols=2, figsize=(6.1, 4.2))
    for look, (series, words) in enumerate(
        {"train_loss": "training", "validation_loss": "validation"}.items()
    ):
        curve(left, result, series, look, marker="", label=words)
    left.axvline(result.mean("best_epoch"), color=INK_SOFT, linestyle=":", linewidth=1.2)
    left.set_xlabel("epoch")
    left.set_ylabel("loss")
    left.legend()
    for look, (group, words) in enumerate(GROUPS.items()):
        curve(right_, result, group, look, label=words, markersize=4)
    right_.set_xlabel("networks in the ensemble")
    right_.set_ylabel("test accuracy (%)")
    handles, names = right_.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower right", fontsize=10)
    return figure
