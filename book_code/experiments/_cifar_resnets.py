"""Plain and residual networks of two depths on CIFAR-10, after section 4.2 of He et al. (2015)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from book_code.data import Dataset
from book_code.experiments import _cifar, _images, _sweep
from book_code.experiments._checkpoint import kept
from book_code.experiments._result import Result
from book_code.experiments._runner import Progress
from book_code.models.resnet.config import ResNetConfig
from book_code.models.resnet.torch_model import ResNet

HE = "K. He et al. (2015), Deep residual learning for image recognition, table 6, arXiv:1512.03385"
SHORTCUTS: dict[str, Any] = {"plain": "none", "resnet": "padding"}
WORDS = {"plain": "plain", "resnet": "ResNet"}


@dataclass(frozen=True)
class Training(_cifar.Sizes):
    """The paper's recipe, nothing chosen here: momentum 0.9, batches of 128, a rate of 0.1 that falls to a tenth
    after half and after three quarters of the steps, pictures moved by up to an eighth of their side and mirrored.

    Channels, not pixels, are given mean 0, and spread 1 besides.
    """

    depths: tuple[int, ...] = (20, 56)
    width: int = 16
    steps: int = 64_000
    batch_size: int = 128
    rate: float = 0.1
    momentum: float = 0.9
    decay: float = 1e-4
    marks: int = 64
    seeds: tuple[int, ...] = (0, 1, 2)

    def quick(self) -> Self:
        """Shallow networks for a few steps."""
        return replace(self, train_size=256, validation_size=64, test_size=64, depths=(8, 14), width=4,
                       steps=4, batch_size=16, marks=2, seeds=(0, 1))  # fmt: skip


@dataclass
class Run:
    """The mean training loss between marks, the gradient of each layer before the first step, and errors at the end."""

    losses: list[float]
    gradients: list[float]
    train_error: float
    validation_error: float
    test_error: float
    seconds: float
    parameters: int


def train_all(config: Training, device: str, progress: Progress) -> Result:
    """Train both kinds of network at each depth with every seed."""
    progress.begin(len(SHORTCUTS) * len(config.depths) * len(config.seeds))
    labels = [(kind, depth) for kind in SHORTCUTS for depth in config.depths]
    runs: dict[str, list[Run]] = {f"{kind}{depth}": [] for kind, depth in labels}
    for seed in config.seeds:
        data = _cifar.pictures(config, seed)
        for kind, depth in labels:
            runs[f"{kind}{depth}"].append(train(config, kind, depth, data, seed, device))
            progress.step(f"{WORDS[kind]}-{depth}, seed {seed}")
    return report(config, runs)


@kept
def train(
    config: Training, kind: str, depth: int, data: Dataset, seed: int, device: str
) -> Run:
    """Train one network; the test split is read once, after the last step."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = network(config, kind, depth).to(device)
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    updates = torch.optim.SGD(
        model.parameters(), config.rate, config.momentum, weight_decay=config.decay
    )
    falls = [config.steps // 2, config.steps * 3 // 4]
    schedule = torch.optim.lr_scheduler.MultiStepLR(updates, falls, 0.1)
    x, y = (torch.from_numpy(part).to(device) for part in data.train)
    gradients = gradient_by_layer(model, x[: config.batch_size], y[: config.batch_size])
    start = _sweep.clock(device)
    losses = torch.zeros(config.marks, device=device)
    for step, batch in enumerate(minibatches(len(x), config, rng)):
        loss = step_loss(model, changed(x[batch.to(device)], rng), y[batch.to(device)])
        updates.zero_grad()
        loss.backward()
        updates.step()
        schedule.step()
        losses[step * config.marks // config.steps] += loss.detach()
    seconds = _sweep.clock(device) - start
    train_error, validation_error, test_error = (
        100 - _sweep.accuracy(model, split, device)
        for split in (data.train, data.validation, data.test)
    )
    means = (losses * (config.marks / config.steps)).tolist()
    return Run(means, gradients, train_error, validation_error, test_error, seconds, _sweep.parameters(model))  # fmt: skip


def network(config: Training, kind: str, depth: int) -> nn.Module:
    """The paper's network of a depth, with shortcuts or without."""
    paper = ResNetConfig.cifar(depth, SHORTCUTS[kind])
    return ResNet(replace(paper, width=config.width, image_size=config.side))


def step_loss(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """The mean cross-entropy of a minibatch; in half precision on a GPU."""
    with torch.autocast(x.device.type, torch.bfloat16, enabled=x.device.type == "cuda"):
        return cross_entropy(model(x), y)


def changed(x: Tensor, rng: np.random.Generator) -> Tensor:
    """Pictures moved by up to an eighth of their side, half of them mirrored."""
    turned = torch.from_numpy(rng.random(len(x)) < 0.5).to(x.device)
    x = torch.where(turned[:, None, None, None], x.flip(3), x)
    return _images.random_shift(x, rng, x.shape[-1] // 8)


def minibatches(count: int, config: Training, rng: np.random.Generator) -> Iterator[Tensor]:
    """Rows for every step; an epoch is a new order, and what is left of it at the end is left out."""
    each = count // config.batch_size
    for step in range(config.steps):
        if step % each == 0:
            order = torch.from_numpy(rng.permutation(count))
        yield order[step % each * config.batch_size :][: config.batch_size]


def gradient_by_layer(model: nn.Module, x: Tensor, y: Tensor) -> list[float]:
    """The norm of the gradient of every convolution's weights, from the first layer to the last."""
    filters = [layer.weight for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    found = torch.autograd.grad(step_loss(model, x, y), filters)
    return [gradient.norm().item() for gradient in found]


def report(config: Training, runs: dict[str, list[Run]]) -> Result:
    """Errors, time and curves; what more depth adds to the error of each kind."""
    result = Result()
    for label, group in runs.items():
        for split in ("test", "validation", "train"):
            result.add(f"{split}_error_{label}", [getattr(run, f"{split}_error") for run in group], "%")  # fmt: skip
        result.add(f"train_loss_{label}", [run.losses[-1] for run in group])
        result.add(f"seconds_{label}", [run.seconds for run in group], "s")
        result.add(f"parameters_{label}", group[0].parameters)
        places = [round(config.steps * (i + 1) / config.marks) for i in range(config.marks)]
        result.add_series(f"loss_{label}", places, [run.losses for run in group],
                          x_label="step", y_label="training loss")  # fmt: skip
        result.add_series(f"gradient_{label}", range(1, 1 + len(group[0].gradients)),
                          [run.gradients for run in group], x_label="layer",
                          y_label="norm of the gradient at the start")  # fmt: skip
    shallow, deep = config.depths[0], config.depths[-1]
    for kind in SHORTCUTS:
        pairs = list(zip(runs[f"{kind}{deep}"], runs[f"{kind}{shallow}"], strict=True))
        result.add(f"train_error_added_{kind}", [a.train_error - b.train_error for a, b in pairs], "points")  # fmt: skip
        result.add(f"test_error_added_{kind}", [a.test_error - b.test_error for a, b in pairs], "points")  # fmt: skip
    result.add("pictures_from_jpeg", _cifar.from_jpeg(config))
    describe(result, config)
    return result


def named(config: Any) -> dict[str, str]:
    """The networks in words."""
    return {f"{k}{depth}": f"{w}-{depth}" for k, w in WORDS.items() for depth in config.depths}


def describe(result: Result, config: Training) -> None:
    """The table and the description."""
    labels = named(config)
    result.tabulate(
        ["network", "training error", "test error", "training loss at the end", "parameters", "training time"],
        [
            [words, result.say(f"train_error_{k}", 1), result.say(f"test_error_{k}"), result.say(f"train_loss_{k}"),
             f"{result.mean(f'parameters_{k}'):,}", result.say(f"seconds_{k}", 0)]
            for k, words in labels.items()
        ],
    )  # fmt: skip
    shallow, deep = config.depths[0], config.depths[-1]
    result.alt = (
        "Left: training loss by step of plain and of residual networks. From "
        f"{shallow} to {deep} layers the training error changes by {result.say('train_error_added_plain', 1)} in the plain "
        f"networks and by {result.say('train_error_added_resnet', 1)} in the residual ones; test errors: "
        + ", ".join(
            f"{words} {result.say(f'test_error_{k}', 1)}" for k, words in labels.items()
        )
        + ". Right: the norm of the gradient of each layer's weights before the first step."
    )


def draw(result: Result) -> Any:
    """Training loss by step, and the gradient by layer."""
    from book_code.experiments._draw import curve, log_scale, subplots

    figure, (left, right) = subplots(ncols=2, figsize=(6.1, 3.6))
    depths = result.config["depths"]
    labels = {f"{k}{d}": f"{w}-{d}" for k, w in WORDS.items() for d in depths}
    for look, (label, words) in enumerate(labels.items()):
        curve(left, result, f"loss_{label}", look, markersize=0, label=words)
        curve(right, result, f"gradient_{label}", look, markersize=0)
    left.set_xlabel("step")
    left.set_ylabel("training loss")
    right.set_xlabel("layer")
    right.set_ylabel("norm of the gradient at the start")
    log_scale(right.yaxis)
    figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=4)
    return figure
