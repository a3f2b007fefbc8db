"""One deep MLP, eight activations: what it learns, what reaches its first layer, which units are silent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from book_code.data import Dataset, Split
from book_code.experiments import _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.mlp.config import MLPConfig
from book_code.models.mlp.torch_model import MLP

TITLE = "Eight activations, ten layers deep"
LABELS = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "prelu": "PReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
}
SHOWN = ("relu", "gelu", "tanh", "sigmoid")  # a line each in the figure
ONE_OVER_N = ("sigmoid", "tanh")  # their weights start with variance 1/n, the others' with 2/n
PROBE = 256  # pictures on which gradients are measured


@dataclass(frozen=True)
class Config:
    """Ten hidden layers on a share of Fashion-MNIST, SGD with momentum, the best of four rates."""

    dataset: str = "fashion-mnist"
    train_size: int = 6_000
    test_size: int = 10_000
    depth: int = 10
    width: int = 64
    epochs: int = 6
    batch_size: int = 64
    momentum: float = 0.9
    learning_rates: tuple[float, ...] = (0.003, 0.01, 0.03, 0.1)
    silent_slope: float = 0.005  # a unit is silent if its slope is smaller on every picture
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Config:
        """A share of the pictures, two epochs, one rate."""
        return replace(
            self,
            train_size=1_000,
            test_size=1_000,
            epochs=2,
            learning_rates=(0.01,),
            seeds=(0, 1),
        )


@dataclass
class Run:
    """One training: what was measured before, along the way and after."""

    losses: list[float]  # on the training pictures, epoch by epoch
    gradients: list[float]  # at the start: of the first hidden layer ... of the last
    silent: float  # share of hidden units, in per cent
    validation_accuracy: float
    test_accuracy: float


def run(config: Config, device: str, progress: Progress) -> Result:
    """Choose a rate for each activation on the validation split, then train once a seed."""
    trials = len(config.learning_rates) if len(config.learning_rates) > 1 else 0
    progress.begin(len(LABELS) * (trials + len(config.seeds)))
    data = {seed: _sweep.images(config, seed) for seed in config.seeds}
    tuning = _sweep.images(config, _sweep.TUNING_SEED)
    tuning = replace(tuning, test=tuning.validation)
    result = Result()
    for label, words in LABELS.items():
        scores = {}
        for rate in config.learning_rates[:trials]:
            trial = train(config, label, tuning, _sweep.TUNING_SEED, rate, device)
            scores[rate] = trial.validation_accuracy
            progress.step(f"{words}, learning rate {rate:g}")
        best = max(scores, key=scores.__getitem__) if scores else config.learning_rates[0]
        runs = []
        for seed in config.seeds:
            runs.append(train(config, label, data[seed], seed, best, device))
            progress.step(f"{words}, seed {seed}")
        report(result, config, label, best, runs)
    result.add("hidden_layers", config.depth)
    tabulate(result, config)
    return result


def report(result: Result, config: Config, label: str, rate: float, runs: list[Run]) -> None:
    """Add what one activation came to."""
    result.add(f"test_accuracy_{label}", [one.test_accuracy for one in runs], "%")
    result.add(f"loss_{label}", [one.losses[-1] for one in runs])
    result.add(f"silent_{label}", [one.silent for one in runs], "%")
    shares = [100 * one.gradients[0] / one.gradients[-1] for one in runs]
    result.add(f"first_gradient_{label}", shares, "%")
    result.add(f"learning_rate_{label}", rate)
    result.add_series(f"loss_{label}", range(1, config.epochs + 1), [one.losses for one in runs],
                      x_label="epoch", y_label="training loss")  # fmt: skip
    relative = [[g / one.gradients[-1] for g in one.gradients] for one in runs]
    result.add_series(f"gradient_{label}", range(1, config.depth + 1), relative,
                      x_label="hidden layer", y_label="gradient at the start")  # fmt: skip


def tabulate(result: Result, config: Config) -> None:
    """Make the table and the words for those who do not see the figure."""
    result.tabulate(
        ["activation", "test accuracy", "training loss", "gradient at the first layer",
         "silent units", "learning rate"],
        [
            [words, result.say(f"test_accuracy_{k}", 1), result.say(f"loss_{k}", 2),
             result.say(f"first_gradient_{k}", 2), result.say(f"silent_{k}", 1),
             f"{result.mean(f'learning_rate_{k}'):g}"]
            for k, words in LABELS.items()
        ],
    )  # fmt: skip
    result.alt = (
        f"Left: training loss of an MLP with {config.depth} hidden layers, epoch by epoch; at the end "
        + ", ".join(f"{LABELS[k]} {result.say(f'loss_{k}', 2)}" for k in SHOWN)
        + ". Right: size of the gradient at each hidden layer before training, as a share of the last "
        "layer's, on a logarithmic axis; at the first layer "
        + ", ".join(f"{LABELS[k]} {result.say(f'first_gradient_{k}', 2)}" for k in SHOWN)
        + "."
    )


@kept
def train(
    config: Config, activation: Any, data: Dataset, seed: int, rate: float, device: str
) -> Run:
    """Train one network; the test split is read once, at the end."""
    torch.manual_seed(seed)
    model = network(config, activation).to(device)
    x, y = tensors(data.train, device)
    gradients = gradient_by_layer(model, x[:PROBE], y[:PROBE])
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=config.momentum)
    rng, losses = np.random.default_rng(seed), []
    for _ in range(config.epochs):
        total = 0.0
        for rows in np.array_split(rng.permutation(len(x)), len(x) // config.batch_size):
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += float(loss.detach()) * len(rows)
        losses.append(total / len(x))
    return Run(
        losses=losses,
        gradients=gradients,
        silent=100 * silent(model, tensors(data.validation, device)[0], config.silent_slope),
        validation_accuracy=_sweep.accuracy(model, data.validation, device),
        test_accuracy=_sweep.accuracy(model, data.test, device),
    )


def network(config: Config, activation: Any) -> MLP:
    """The MLP, with weights that start with the variance that suits its activation."""
    model: Any = MLP(MLPConfig(hidden=(config.width,) * config.depth, activation=activation))
    for layer in model.layers:
        variance = (1 if activation in ONE_OVER_N else 2) / layer.weight.shape[1]
        nn.init.normal_(layer.weight, std=variance**0.5)
        nn.init.zeros_(layer.bias)
    return model


def tensors(split: Split, device: str) -> tuple[Tensor, Tensor]:
    """Pictures and labels."""
    return torch.from_numpy(split.x).to(device), torch.from_numpy(split.y).to(device)


def scores(model: MLP, x: Tensor) -> tuple[list[Tensor], Tensor]:
    """The score of every hidden layer, before its activation, and the logits."""
    found, h = [], x.flatten(1)
    for layer in model.layers[:-1]:
        found.append(layer(h))
        h = model.act(found[-1])
    return found, model.layers[-1](h)


def gradient_by_layer(model: MLP, x: Tensor, y: Tensor) -> list[float]:
    """The root mean square of the loss's gradient at the scores of each hidden layer."""
    found, logits = scores(model, x)
    grads = torch.autograd.grad(nn.functional.cross_entropy(logits, y), found)
    return [float(g.square().mean().sqrt()) for g in grads]


def silent(model: MLP, x: Tensor, least: float) -> float:
    """The share of hidden units whose activation has a smaller slope than `least` on every picture."""
    with torch.no_grad():
        found, _ = scores(model, x)
    flat = []
    for score in found:
        z = score.requires_grad_()
        (slope,) = torch.autograd.grad(model.act(z).sum(), z)
        flat.append((slope.abs() < least).all(dim=0))
    return float(torch.cat(flat).float().mean())


def plot(result: Result) -> Any:
    """Loss by epoch, and the gradient by layer."""
    from book_code.experiments._draw import beside, curve, log_scale, room, subplots

    figure, (left, right) = subplots(ncols=2, figsize=(6.1, 3.3))
    for axes, kind in ((left, "loss"), (right, "gradient")):
        ends = {}
        for look, label in enumerate(SHOWN):
            curve(axes, result, f"{kind}_{label}", look, markevery=1)
            data = result.series[f"{kind}_{label}"]
            ends[look] = (data["mean"][-1 if kind == "loss" else 0], LABELS[label])
        if kind == "loss":
            axes.set_xlabel("epoch")
            axes.set_ylabel("training loss")
            axes.set_ylim(0)
            room(axes, 0.5)
            axes.set_xticks(range(1, result.config["epochs"] + 1))
            beside(axes, result.config["epochs"], ends)
        else:
            log_scale(axes.yaxis)
            axes.set_xlabel("hidden layer")
            axes.set_ylabel("gradient, last layer = 1")
            axes.invert_xaxis()
            axes.set_xticks([1, 5, 10])
    return figure
