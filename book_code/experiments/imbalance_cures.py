"""One picture in fifty is a shirt: class weights, oversampling, SMOTE, focal loss, and doing nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from book_code.data import Dataset, Split, load
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.metrics import average_precision, precision_recall_curve, precision_recall_f1
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP

TITLE = "Cures for a class that is rare"
LABELS = {
    "none": "nothing",
    "weights": "class weights",
    "oversampling": "oversampling",
    "smote": "SMOTE",
    "focal": "focal loss",
}


@dataclass(frozen=True)
class Config:
    """Shirts against all else of Fashion-MNIST, a small MLP; the test split has the same share of shirts.

    Every cure makes as many steps of Adam, at the one of `rates` that gives it the best PR-AUC on
    the validation split; the second threshold is the one that is best there, too. Focal loss has the
    numbers of its paper (Lin 2017, arXiv:1708.02002), SMOTE those of its own (Chawla 2002,
    arXiv:1106.1813): five neighbours.
    """

    dataset: str = "fashion-mnist"
    rare: int = 6
    share: float = 0.02
    pictures: int = 5_000
    hidden: tuple[int, ...] = (64,)
    steps: int = 1_000
    batch_size: int = 100
    rates: tuple[float, ...] = (2e-3,)
    gamma: float = 2.0
    alpha: float = 0.25
    neighbours: int = 5
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)

    def quick(self) -> Config:
        """Fewer pictures, steps and seeds."""
        return replace(self, pictures=1_000, steps=60, seeds=(0, 1))


def skew(split: Split, config: Config, count: int | None, rng: np.random.Generator) -> Split:
    """A split of `count` pictures with the share of rare ones; 1 is what is rare. None: as many as there are."""
    rare = rng.permutation(np.flatnonzero(split.y == config.rare))
    others = rng.permutation(np.flatnonzero(split.y != config.rare))
    count = min(count or len(split), round(len(others) / (1 - config.share)))
    few = min(len(rare), max(2, round(count * config.share)))
    rows = rng.permutation(np.concatenate([rare[:few], others[: count - few]]))
    x = split.x[rows].reshape(len(rows), -1)
    return Split(x, (split.y[rows] == config.rare).astype(np.int64))


def smote(x: np.ndarray, count: int, neighbours: int, rng: np.random.Generator) -> np.ndarray:
    """New examples on the lines between examples and their nearest neighbours.

    Shape:
        x (N, D) -> (count, D)
    """
    squares = (x * x).sum(axis=1)
    distances = squares[:, None] + squares - 2 * x @ x.T
    np.fill_diagonal(distances, np.inf)
    nearest = distances.argsort(axis=1)[:, : min(neighbours, len(x) - 1)]  # (N, k)
    start = rng.integers(0, len(x), count)
    end = nearest[start, rng.integers(0, nearest.shape[1], count)]
    return x[start] + rng.random((count, 1), np.float32) * (x[end] - x[start])


def focal(logits: Tensor, targets: Tensor, gamma: float, alpha: float) -> Tensor:
    """Cross-entropy in which what is known already counts little (`book_code.losses.focal`)."""
    entropy = binary_cross_entropy_with_logits(logits, targets, reduction="none")
    missing = 1 - torch.exp(-entropy)  # of the probability of the right answer
    weight = torch.where(targets > 0, alpha, 1 - alpha)
    return (weight * missing**gamma * entropy).mean()


@kept
def train(config: Config, label: str, train: Split, seed: int, rate: float, device: str) -> MLP:
    """One network with one cure."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    x, y = train
    few = int(y.sum())
    missing = len(y) - 2 * few  # so many are added to have as many of both
    if label == "smote":
        added = smote(x[y == 1], missing, config.neighbours, rng)
        x, y = np.concatenate([x, added]), np.concatenate([y, np.ones(missing, np.int64)])
    elif label == "oversampling":
        rows = np.r_[np.arange(len(y)), rng.choice(np.flatnonzero(y), missing)]
        x, y = x[rows], y[rows]
    model = MLP(MLPConfig(in_features=x.shape[1], hidden=config.hidden, classes=1)).to(device)
    optimizer = torch.optim.Adam(model.parameters(), rate)
    inputs, targets = (torch.from_numpy(a.astype(np.float32)).to(device) for a in (x, y))
    weight = torch.tensor((len(y) - few) / few if label == "weights" else 1.0)
    for _ in range(config.steps):
        rows = torch.from_numpy(rng.integers(0, len(y), config.batch_size))
        logits = model(inputs[rows])[:, 0]
        if label == "focal":
            loss = focal(logits, targets[rows], config.gamma, config.alpha)
        else:
            loss = binary_cross_entropy_with_logits(logits, targets[rows], pos_weight=weight)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


@torch.no_grad()
def probabilities(model: MLP, split: Split, device: str) -> np.ndarray:
    """How likely each picture is one of the rare ones, says the model."""
    return torch.sigmoid(model(torch.from_numpy(split.x).to(device))[:, 0]).cpu().numpy()


def threshold(labels: np.ndarray, values: np.ndarray) -> float:
    """The threshold of the highest F1."""
    precision, recall, thresholds = precision_recall_curve(labels, values)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return float(thresholds[f1.argmax()])


def run(config: Config, device: str, progress: Progress) -> Result:
    """Every cure with every rate and seed; the test split is read at the best rate only."""
    progress.begin(len(LABELS) * len(config.rates) * len(config.seeds))
    data, splits = load(config.dataset), []
    for seed in config.seeds:
        rng = np.random.default_rng(seed)
        splits.append(replace(data, train=skew(data.train, config, config.pictures, rng),
                              validation=skew(data.validation, config, None, rng),
                              test=skew(data.test, config, None, rng)))  # fmt: skip
    result = Result()
    for label, words in LABELS.items():
        models: dict[float, list[MLP]] = {}
        scores: dict[float, Any] = {}
        for rate in config.rates:
            models[rate] = []
            for seed, data in zip(config.seeds, splits, strict=True):
                models[rate].append(train(config, label, data.train, seed, rate, device))
                progress.step(f"{words}, learning rate {rate:g}, seed {seed}")
            scores[rate] = np.mean([
                average_precision(data.validation.y, probabilities(model, data.validation, device))
                for model, data in zip(models[rate], splits, strict=True)
            ])  # fmt: skip
        best = max(scores, key=scores.__getitem__)
        result.add(f"best_rate_{label}", best)
        found = [
            judge(model, data, device) for model, data in zip(models[best], splits, strict=True)
        ]
        for name in found[0]:
            result.add(f"{name}_{label}", [one[name] for one in found])
    describe(result, config)
    return result


def judge(model: MLP, data: Dataset, device: str) -> dict[str, float]:
    """PR-AUC, and F1, precision and recall at one half and at the threshold that validation chose."""
    chosen = threshold(data.validation.y, probabilities(model, data.validation, device))
    values = probabilities(model, data.test, device)
    scores = {"pr_auc": average_precision(data.test.y, values), "threshold": chosen}
    for name, at in (("half", 0.5), ("chosen", chosen)):
        rows = precision_recall_f1(data.test.y, (values >= at).astype(np.int64), 2)
        for what, row in zip(("precision", "recall", "f1"), rows, strict=True):
            scores[f"{what}_{name}"] = float(row[1])
    return scores


def describe(result: Result, config: Config) -> None:
    """The table and the description."""
    columns = {"f1_half": "F1 at one half", "recall_half": "recall there", "precision_half": "precision there",
               "f1_chosen": "F1 at the chosen threshold", "pr_auc": "PR-AUC"}  # fmt: skip
    result.tabulate(
        ["cure", *columns.values()],
        [
            [words, *(result.say(f"{name}_{label}") for name in columns)]
            for label, words in LABELS.items()
        ],
    )
    result.alt = (
        f"{100 * config.share:g} % of the pictures are of the rare class. F1 at a threshold of one half, at the "
        "threshold chosen on validation, and PR-AUC: "
        + "; ".join(
            f"{words} "
            + ", ".join(result.say(f"{name}_{label}") for name in ("f1_half", "f1_chosen", "pr_auc"))
            for label, words in LABELS.items()
        )
        + "."
    )  # fmt: skip


def plot(result: Result) -> Any:
    """Three panels, a row a cure, every seed a dot."""
    from book_code.experiments._draw import dots, subplots

    figure, columns = subplots(ncols=3, sharey=True, sharex=True, figsize=(6.1, 3.6))
    panels = {
        "f1_half": "F1 at one half",
        "f1_chosen": "F1, chosen threshold",
        "pr_auc": "PR-AUC",
    }
    for axes, (name, words) in zip(columns, panels.items(), strict=True):
        dots(
            axes, result, {f"{name}_{label}": said for label, said in LABELS.items()}, digits=2
        )
        axes.set_xlabel(words, fontsize=10)
    return figure
