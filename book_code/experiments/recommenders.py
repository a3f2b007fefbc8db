"""What somebody will think of a film, and which ten to suggest: averages and neighbours against learned factors."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from book_code.data import movielens_latest_small as movielens
from book_code.data.movielens_latest_small import Ratings
from book_code.experiments import _neighbours, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.metrics.ranking import recall_at_k
from book_code.metrics.regression import root_mean_squared_error
from book_code.models.matrix_factorization.config import MatrixFactorizationConfig
from book_code.models.matrix_factorization.torch_model import MatrixFactorization
from book_code.models.neural_cf.config import NeuralCFConfig
from book_code.models.neural_cf.torch_model import NeuralCF

TITLE = "Recommending films: learned factors against neighbours"
LEARNED = {"mf": "MatrixFactorization", "ncf": "NeuralCF"}
TASKS = {
    "rmse": {"popularity": "mean of the film", "bias": "film and user", "knn": "item-kNN", **LEARNED},
    "recall": {"popularity": "popularity", "knn": "item-kNN", **LEARNED},
}  # fmt: skip
UNITS = {"rmse": "stars", "recall": "%"}


@dataclass(frozen=True)
class Config:
    """Everybody's last tenth of ratings is the test; the tenth before chooses penalty, neighbours and epoch.

    Ratings are learned by squared error. For suggestions, films that a user rated are told from `negatives` others
    each, drawn at random, by cross-entropy; then all films that the user has not rated before are ranked.
    """

    dataset: str = "movielens-latest-small"
    people: int = 610
    factors: int = 16
    layers: tuple[int, ...] = (32, 16, 8)
    penalties: tuple[float, ...] = (1e-6, 1e-5)
    neighbours: tuple[int, ...] = (20, 100)
    shrink: float = 10.0
    negatives: int = 4
    rate: float = 5e-3
    batch_size: int = 1_024
    epochs: int = 15
    patience: int = 2
    top: int = 10
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Few people, epochs and choices."""
        return replace(
            self, people=30, penalties=(1e-5,), neighbours=(20,), epochs=2, seeds=(0, 1)
        )


def run(config: Config, device: str, progress: Progress) -> Result:
    """Choose on the validation ratings, train with every seed, read the test ratings once for each."""
    data = of_people(movielens.load(), config.people)
    progress.begin(2 * (1 + len(LEARNED) * (len(config.penalties) + len(config.seeds))))
    result = Result()
    for task in TASKS:
        values, count = simple(config, data, task)
        result.add(f"neighbours_{task}", count)
        for label, value in values.items():
            result.add(f"test_{task}_{label}", value, UNITS[task])
        progress.step(f"{task}, without training")
        for label, words in LEARNED.items():
            found = {}
            for penalty in config.penalties:
                trial = learn(
                    config,
                    data,
                    task,
                    label,
                    _sweep.TUNING_SEED,
                    penalty,
                    data.validation,
                    device,
                )
                found[penalty] = trial["end"]
                progress.step(f"{task}, {words}, penalty {penalty:g}")
            best = (min if task == "rmse" else max)(found, key=found.__getitem__)
            runs = []
            for seed in config.seeds:
                runs.append(learn(config, data, task, label, seed, best, data.test, device))
                progress.step(f"{task}, {words}, seed {seed}")
            result.add(f"test_{task}_{label}", [one["end"] for one in runs], UNITS[task])
            result.add(f"penalty_{task}_{label}", best)
            for metric, unit in (("epochs", ""), ("seconds", "s")):
                result.add(f"{metric}_{task}_{label}", [one[metric] for one in runs], unit)
    describe(result)
    return result


def of_people(data: Ratings, count: int) -> Ratings:
    """The ratings of the first people, and the films that they rated."""
    rows = np.flatnonzero(data.users < count)
    films, items = np.unique(data.items[rows], return_inverse=True)
    parts = movielens.by_time(data.users[rows], data.times[rows])
    return Ratings(data.users[rows], items, data.values[rows], data.times[rows], *parts,
                   tuple(data.titles[film] for film in films))  # fmt: skip


@kept
def simple(config: Config, data: Ratings, task: str) -> tuple[dict[str, float], int]:
    """What ways without training come to, and the number of neighbours that validation ratings choose."""
    found, tables = {}, {}
    for count in config.neighbours:
        tables[count] = _neighbours.by_neighbours(
            data, count, config.shrink, ratings=task == "rmse"
        )
        found[count] = judge(config, data, task, tables[count], data.validation)
    best = (min if task == "rmse" else max)(found, key=found.__getitem__)
    scores = {"knn": tables[best]}
    if task == "rmse":
        scores["popularity"] = _neighbours.biases(data, config.shrink, people=False)
        scores["bias"] = _neighbours.biases(data, config.shrink)
    else:
        scores["popularity"] = _neighbours.popularity(data)
    return {
        label: judge(config, data, task, table, data.test) for label, table in scores.items()
    }, best


def judge(
    config: Config, data: Ratings, task: str, scores: np.ndarray, rows: np.ndarray
) -> float:
    """The error of the ratings in `rows`, or how many per cent of these films are among the first ten."""
    users, items = data.users[rows], data.items[rows]
    if task == "rmse":
        return root_mean_squared_error(data.values[rows], scores[users, items])
    wanted, open_ = np.zeros(scores.shape, bool), scores.copy()
    wanted[users, items] = True
    seen = np.setdiff1d(np.concatenate([data.train, data.validation]), rows)
    open_[data.users[seen], data.items[seen]] = scores.min() - 1
    return 100 * recall_at_k(wanted, open_, config.top)


@kept
def learn(
    config: Config, data: Ratings, task: str, label: str, seed: int, penalty: float, rows: np.ndarray, device: str
) -> dict[str, float]:  # fmt: skip
    """Train until the validation ratings are met no better, then judge the best epoch on `rows`."""
    torch.manual_seed(seed)
    rng, start = np.random.default_rng(seed), _sweep.clock(device)
    model = network(config, data, label).to(device)
    optimizer = torch.optim.Adam(model.parameters(), config.rate, weight_decay=penalty)
    best, found, waited, epoch = np.inf, model.state_dict(), 0, 0
    while epoch < config.epochs and waited < config.patience:
        epoch += 1
        for users, items, targets in batches(config, data, task, rng, device):
            optimizer.zero_grad()
            outputs = model(users, items)
            loss = F.mse_loss if task == "rmse" else F.binary_cross_entropy_with_logits
            loss(outputs, targets).backward()
            optimizer.step()
        value = judge(config, data, task, every(model, data, device), data.validation)
        value = value if task == "rmse" else -value
        waited = 0 if value < best else waited + 1
        if value < best:
            best, found = value, copy.deepcopy(model.state_dict())
    seconds = _sweep.clock(device) - start
    model.load_state_dict(found)
    end = judge(config, data, task, every(model, data, device), rows)
    return {"end": end, "epochs": epoch - waited, "seconds": seconds}


def network(config: Config, data: Ratings, label: str) -> nn.Module:
    """A model of scores around 0: ratings without their mean, or logits."""
    sizes: Any = {
        "users": int(data.users.max()) + 1,
        "items": len(data.titles),
        "factors": config.factors,
    }
    if label == "ncf":
        return NeuralCF(NeuralCFConfig(**sizes, layers=config.layers))
    return MatrixFactorization(MatrixFactorizationConfig(**sizes, mean=0.0))


def batches(
    config: Config, data: Ratings, task: str, rng: np.random.Generator, device: str
) -> Any:
    """Minibatches of an epoch: users, items and ratings; or films that were rated, and others with a 0."""
    users, items = data.users[data.train], data.items[data.train]
    targets = data.values[data.train] - data.values[data.train].mean()
    if task == "recall":
        count = config.negatives * len(users)
        targets = np.repeat(np.array([1, 0], np.float32), [len(users), count])
        others = rng.integers(0, len(data.titles), count)
        users = np.concatenate([users, np.repeat(users, config.negatives)])
        items = np.concatenate([items, others])
    order = torch.from_numpy(rng.permutation(len(users)))
    arrays = [torch.from_numpy(a).to(device) for a in (users, items, targets)]
    for rows in order.split(config.batch_size * (1 + config.negatives * (task == "recall"))):
        yield [array[rows.to(device)] for array in arrays]


@torch.no_grad()
def every(model: nn.Module, data: Ratings, device: str) -> np.ndarray:
    """The score of every film for every user; the mean of the ratings is added, which no ranking feels."""
    items = torch.arange(len(data.titles), device=device)
    rows = [model(torch.full_like(items, user), items) for user in range(data.users.max() + 1)]
    return torch.stack(rows).cpu().numpy() + data.values[data.train].mean()


def describe(result: Result) -> None:
    """Verdicts against the simple ways, the table and the description."""
    for task, ways in TASKS.items():
        for label, words in LEARNED.items():
            for other in ("popularity", "knn"):
                result.refer(f"{words} against {ways[other]}", f"test_{task}_{label}",
                             result.mean(f"test_{task}_{other}"), "this experiment")  # fmt: skip
    digits = {"rmse": 3, "recall": 1}
    result.tabulate(
        ["way", "error of the ratings (RMSE)", "recall among ten suggestions"],
        [
            [words, result.say(f"test_rmse_{k}", 3),
             result.say(f"test_recall_{k}", 1) if k in TASKS["recall"] else "the same as popularity"]
            for k, words in TASKS["rmse"].items()
        ],
    )  # fmt: skip
    result.alt = " ".join(
        f"{start}: "
        + ", ".join(f"{words} {result.say(f'test_{task}_{k}', digits[task])}" for k, words in TASKS[task].items())
        + "."
        for task, start in (("rmse", "Error of foretold ratings on MovieLens, every seed a dot"),
                            ("recall", "Share of the films rated last that are among ten suggestions"))
    )  # fmt: skip


def plot(result: Result) -> Any:
    """The error of ratings above, recall below."""
    from book_code.experiments._draw import dots, subplots

    figure, (above, below) = subplots(nrows=2, figsize=(6.1, 5.2), height_ratios=(5, 4))
    for axes, (task, ways), digits in zip((above, below), TASKS.items(), (3, 1), strict=True):
        dots(
            axes,
            result,
            {f"test_{task}_{k}": words for k, words in ways.items()},
            digits=digits,
        )
    above.set_xlabel("error of the ratings (RMSE, stars): less is better")
    below.set_xlabel("recall among ten suggestions (%): more is better")
    return figure
