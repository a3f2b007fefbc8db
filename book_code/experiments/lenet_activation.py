"""ReLU, tanh and sigmoid in LeNet-5, each with the learning rate that suits it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import torch

from book_code.data import Dataset
from book_code.experiments import _sweep
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.lenet.config import LeNetConfig
from book_code.models.lenet.torch_model import LeNet5

TITLE = "How fast each activation learns"
LABELS = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}


@dataclass(frozen=True)
class Config(_sweep.Sweep):
    """LeNet-5 on a share of Fashion-MNIST; more learning rates to choose from, for fairness."""

    learning_rates: tuple[float, ...] = (3e-3, 1e-2, 3e-2)


def run(config: Config, device: str, progress: Progress) -> Result:
    """Train with each activation; compare the gradients of the first and last layer at the start."""
    kinds: Any = LABELS
    settings = {a: LeNetConfig(activation=a) for a in kinds}
    networks = {a: partial(LeNet5, setting) for a, setting in settings.items()}
    runs = _sweep.compare(config, networks, device, progress)
    result = Result()
    _sweep.report(result, runs, LeNetConfig().input_shape)
    for label, setting in settings.items():
        shares = [
            first_gradient(setting, _sweep.images(config, seed), seed) for seed in config.seeds
        ]
        result.add(f"first_gradient_{label}", shares, "%")
        result.add(
            f"first_epoch_{label}", [one.validation_accuracy[0] for one in runs[label]], "%"
        )
    _sweep.tabulate(result, LABELS, "activation")
    result.alt = (
        "Validation accuracy of LeNet-5 on Fashion-MNIST, epoch by epoch. After one epoch: "
        + ", ".join(f"{v} {result.say(f'first_epoch_{k}', 1)}" for k, v in LABELS.items())
        + "; on the test set at the end: "
        + ", ".join(f"{v} {result.say(f'test_accuracy_{k}', 1)}" for k, v in LABELS.items())
        + "."
    )
    return result


def first_gradient(setting: LeNetConfig, data: Dataset, seed: int) -> float:
    """The size of an entry of the first layer's gradient, in per cent of one of the last layer's."""
    torch.manual_seed(seed)
    model = LeNet5(setting)
    x, y = torch.from_numpy(data.train.x[:256]), torch.from_numpy(data.train.y[:256])
    torch.nn.functional.cross_entropy(model(x), y).backward()
    first: Any = model.conv1.weight.grad
    last: Any = model.fc3.weight.grad
    return 100 * float(first.square().mean().sqrt() / last.square().mean().sqrt())


def plot(result: Result) -> Any:
    """Accuracy by epoch."""
    from book_code.experiments._draw import beside, curve, room, subplots

    figure, axes = subplots()
    ends = {}
    for look, (label, words) in enumerate(LABELS.items()):
        curve(axes, result, f"validation_{label}", look)
        ends[look] = (result.series[f"validation_{label}"]["mean"][-1], words)
    axes.set_xlabel("epoch")
    axes.set_ylabel("validation accuracy (%)")
    room(axes, 0.16)
    epochs = result.config["epochs"]
    axes.set_xticks(range(1, epochs + 1))
    beside(axes, epochs, ends)
    return figure
