"""What privacy costs: accuracy against epsilon with DP-SGD, and how well one who has the model guesses who was in it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from book_code.data import Dataset, Split
from book_code.experiments import _fid, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP
from book_code.training.privacy import noise_for
from book_code.training.torch_dp_sgd import fit_private_torch

TITLE = "What privacy costs: accuracy against epsilon with DP-SGD"
ABADI = "M. Abadi et al. (2016), arXiv:1607.00133, section 5.2: 60,000 digits, PCA, 1,000 units"
PUBLISHED = {0.5: 90.0, 2.0: 95.0, 8.0: 97.0}  # accuracy by epsilon, at the same delta
WAYS = {"clipped": "clipped, no noise", "plain": "plain SGD"}  # what has no epsilon


@dataclass(frozen=True)
class Config:
    """MNIST at 14 x 14 pixels, 2,000 digits to learn from and an MLP of one hidden layer.

    All ways take as many steps of SGD with batches drawn as the accountant wants them; the noise is the least that
    keeps to the epsilon. Each way has the one of `rates` that does best on the validation digits with a seed that no
    result uses (choosing is not private and not counted, as usual). The membership guess says "was in it" of an
    example whose loss is below a threshold: what is told is how far the share of right guesses among training and
    test digits lies above that of wrong ones at the best threshold (Yeom et al. 2018, arXiv:1709.01604). As the
    threshold is found on the same digits, a model that has learned nothing comes above 0, too: `chance` says how far.
    """

    dataset: str = "mnist"
    side: int = 14
    train_size: int = 2_000
    test_size: int = 10_000
    hidden: int = 32
    batch_size: int = 200
    steps: int = 200
    clip: float = 1.0
    epsilons: tuple[float, ...] = (0.5, 1.0, 2.0, 8.0)
    delta: float = 1e-5
    rates: tuple[float, ...] = (0.2, 0.5, 1.0)
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """Few digits, steps and ways."""
        return replace(self, train_size=400, test_size=400, batch_size=50, steps=20, epsilons=(1.0, 8.0),
                       rates=(0.5,), seeds=(0, 1))  # fmt: skip


@dataclass
class Run:
    """Accuracies in per cent, how much better than chance membership is guessed, and seconds of training."""

    train: float
    validation: float
    test: float
    advantage: float
    seconds: float


def run(config: Config, device: str, progress: Progress) -> Result:
    """Choose every way's rate, then train it with every seed."""
    trials = config.rates if len(config.rates) > 1 else ()
    ways = [name(one) for one in config.epsilons] + list(WAYS)
    progress.begin(len(ways) * (len(trials) + len(config.seeds)))
    data = _fid.pictures(config)
    held = replace(data, test=data.validation)
    result, found = Result(), dict[str, list[Run]]()
    for way, setting in zip(ways, settings(config), strict=True):
        scores = {}
        for rate in trials:
            trial = train(config, held, setting, rate, _sweep.TUNING_SEED, device)
            scores[rate] = trial.validation
            progress.step(f"{said(way)}, rate {rate:g}")
        rate = max(scores, key=scores.__getitem__) if scores else config.rates[0]
        found[way] = []
        for seed in config.seeds:
            found[way].append(train(config, data, setting, rate, seed, device))
            progress.step(f"{said(way)}, seed {seed}")
        result.add(f"rate_{way}", rate)
        result.add(f"noise_{way}", setting[1])
        report(result, way, found[way])
    result.add("advantage_by_chance", chance(config.train_size, config.test_size), "%")
    for metric in ("test_accuracy", "advantage"):
        groups = [result.metrics[f"{metric}_{name(one)}"]["values"] for one in config.epsilons]
        result.add_series(metric, config.epsilons, list(zip(*groups, strict=True)), x_label="epsilon",
                          y_label=f"{metric.replace('_', ' ')} (%)")  # fmt: skip
    for epsilon, value in PUBLISHED.items():
        if epsilon in config.epsilons:
            result.refer(f"DP-SGD, epsilon {epsilon:g}", f"test_accuracy_{name(epsilon)}", value, ABADI,
                         better="higher")  # fmt: skip
    describe(result, ways)
    return result


def name(epsilon: float) -> str:
    """An epsilon as part of a metric's name.

    >>> name(0.5)
    'epsilon_0_5'
    """
    return f"epsilon_{epsilon:g}".replace(".", "_")


def said(way: str) -> str:
    """A way in words.

    >>> said("epsilon_0_5"), said("plain")
    ('epsilon 0.5', 'plain SGD')
    """
    return WAYS.get(way, way.replace("_", " ", 1).replace("_", "."))


def settings(config: Config) -> list[tuple[float, float]]:
    """Clip and noise of every way, the last two of which promise nothing."""
    share = config.batch_size / config.train_size
    noises = [noise_for(e, share, config.steps, config.delta) for e in config.epsilons]
    return [*((config.clip, noise) for noise in noises), (config.clip, 0.0), (math.inf, 0.0)]


@kept
def train(
    config: Config, data: Dataset, setting: tuple[float, float], rate: float, seed: int, device: str
) -> Run:  # fmt: skip
    """Train on digits that the seed draws, with a clip and a noise."""
    clip, noise = setting
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(data.train))[: config.train_size]
    seen = data.train.take(np.sort(rows))
    model = MLP(MLPConfig(config.side**2, (config.hidden,), len(data.classes))).to(device)
    start = _sweep.clock(device)
    fit_private_torch(
        model, seen, optimizer=torch.optim.SGD(model.parameters(), rate), steps=config.steps,
        batch_size=config.batch_size, clip=clip, noise=noise, delta=config.delta, rng=rng, device=device,
    )  # fmt: skip
    seconds = _sweep.clock(device) - start
    test = data.test.take(slice(config.test_size))
    inside, outside = losses(model, seen), losses(model, test)
    return Run(_sweep.accuracy(model, seen, device), _sweep.accuracy(model, data.validation, device),
               _sweep.accuracy(model, test, device), advantage(inside, outside), seconds)  # fmt: skip


@torch.no_grad()
def losses(model: MLP, split: Split) -> np.ndarray:
    """The loss of every example."""
    model.eval()
    like = next(model.parameters())
    x, y = torch.from_numpy(split.x).to(like), torch.from_numpy(split.y).to(like.device)
    found: Tensor = cross_entropy(model(x), y, reduction="none")
    return found.double().cpu().numpy()


def advantage(inside: np.ndarray, outside: np.ndarray) -> float:
    """How much more often a loss lies below the best threshold inside than outside, in per cent.

    >>> advantage(np.array([0.1, 0.2]), np.array([0.3, 0.4]))
    100.0
    >>> advantage(np.array([0.1, 0.4]), np.array([0.1, 0.4]))
    0.0
    """
    at = np.sort(np.concatenate([inside, outside]))
    shares = [
        np.searchsorted(np.sort(one), at, side="right") / len(one) for one in (inside, outside)
    ]
    return 100 * float((shares[0] - shares[1]).max())


def chance(inside: int, outside: int) -> float:
    """The advantage to expect where there is none: the mean of Kolmogorov's statistic, in per cent.

    >>> round(chance(2_000, 10_000), 1)
    2.1
    """
    return 100 * math.sqrt(math.pi / 2) * math.log(2) * math.sqrt(1 / inside + 1 / outside)


def report(result: Result, way: str, runs: list[Run]) -> None:
    """Accuracies, the gap between them, and what a guess of membership gains."""
    result.add(f"test_accuracy_{way}", [one.test for one in runs], "%")
    result.add(f"train_accuracy_{way}", [one.train for one in runs], "%")
    result.add(f"gap_{way}", [one.train - one.test for one in runs], "points")
    result.add(f"advantage_{way}", [one.advantage for one in runs], "%")
    result.add(f"seconds_{way}", [one.seconds for one in runs], "s")


def describe(result: Result, ways: list[str]) -> None:
    """The table and the description."""
    digits = {"noise": 2, "rate": 1, "test_accuracy": 1, "gap": 1, "advantage": 1, "seconds": 1}
    result.tabulate(
        ["way", "noise", "learning rate", "test accuracy", "train less test accuracy",
         "membership advantage", "training time"],
        [[said(way), *(result.say(f"{m}_{way}", d) for m, d in digits.items())] for way in ways],
    )  # fmt: skip
    words = "; ".join(
        f"{said(way)} {result.say(f'test_accuracy_{way}', 1)} and {result.say(f'advantage_{way}', 1)}"
        for way in ways
    )
    result.alt = (
        f"Accuracy on test digits, and how far guesses of who was in the training set lie above wrong ones, by the "
        f"epsilon that DP-SGD keeps to: {words}. By chance alone guesses would come to "
        f"{result.say('advantage_by_chance', 1)}."
    )


def plot(result: Result) -> Any:
    """Accuracy above, what a guess of membership gains below, by epsilon."""
    from book_code.experiments._draw import curve, log_scale, reference, subplots

    figure, pair = subplots(nrows=2, figsize=(6.1, 5.8), sharex=True)
    shown = {"test_accuracy": "test accuracy (%)", "advantage": "membership advantage (%)"}
    for look, (axes, (metric, words)) in enumerate(zip(pair, shown.items(), strict=True)):
        curve(axes, result, metric, look)
        reference(axes, result.mean(f"{metric}_plain"), WAYS["plain"])
        axes.margins(y=0.12)
        axes.set_ylabel(words)
    reference(pair[0], result.mean("test_accuracy_clipped"), WAYS["clipped"], at=0.2)
    reference(pair[1], result.mean("advantage_by_chance"), "by chance", at=0.2)
    log_scale(pair[1].xaxis, result.series["advantage"]["x"])
    pair[1].set_ylim(0, 1.15 * pair[1].get_ylim()[1])
    pair[1].set_xlabel("epsilon (less tells less)")
    return figure
