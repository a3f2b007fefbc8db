"""Recipes of the networks that tell pictures apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import torch

from book_code.data import load
from book_code.experiments import _images, _loop, _runner
from book_code.models import registry
from book_code.training.torch_loop import evaluate_torch
from book_code.weights.torch_recipe import Measured, Recipe


@dataclass(frozen=True)
class Experiment:
    """The weights come from an experiment of the book, which has the best of its seeds on the validation split ship."""

    experiment: str
    dataset: str
    seed: int = 0

    def quick(self) -> Self:
        """There is nothing to train."""
        return self


@dataclass(frozen=True)
class Training:
    """Adam with a learning rate that rises and falls; half of the pictures are mirrored."""

    dataset: str = "fashion-mnist"
    epochs: int = 1
    batch_size: int = 64
    rate: float = 5e-3
    most_pixels: int = 0
    train_size: int = 55_000
    seed: int = 0

    def quick(self) -> Self:
        """One epoch of a few pictures."""
        return replace(self, epochs=1, train_size=128)


def adopt(model: Any, settings: Experiment) -> Mapping[str, Any]:
    """Take the weights that the experiment left, and the record of their training."""
    model.load_state_dict(registry.load("lenet5", settings.dataset, "torch").state_dict())
    result = _runner.read(settings.experiment)
    if result is None:
        raise ValueError(f"the experiment {settings.experiment} has no result yet")
    best = int(result.mean("shipped_seed"))
    chosen = {key: result.config[key] for key in ("epochs", "batch_size", "most_pixels")}
    return chosen | {
        "rate": result.config["learning_rates"][0],
        "seed": best,
        "seconds": round(result.metrics["seconds_shifted"]["values"][best], 1),
        "device": result.device,
        "versions": result.versions,
        "commit": result.commit,
    }


def fit(model: Any, settings: Training) -> None:
    """Train with the loop of the experiments; forward passes in bfloat16, which takes half the time on a CPU that knows it."""
    data = load(settings.dataset)
    data = replace(data, train=data.train.take(slice(settings.train_size)))
    model.to(memory_format=torch.channels_last)  # faster on a CPU
    with torch.autocast("cpu", torch.bfloat16, cache_enabled=False):  # weights change inside
        _loop.fit(
            lambda: model, data,
            device="cpu", seed=settings.seed, epochs=settings.epochs,
            batch_size=settings.batch_size, rate=settings.rate,
            augment=partial(move_and_mirror, most=settings.most_pixels),
        )  # fmt: skip


def move_and_mirror(x: torch.Tensor, rng: Any, most: int) -> torch.Tensor:
    """Move every picture by up to `most` pixels, and turn half of them left to right."""
    x = _images.random_shift(x, rng, most)
    mirrored = torch.from_numpy(rng.random(len(x)) < 0.5)[:, None, None, None]
    return torch.where(mirrored, x.flip(3), x)


def errors(model: Any, settings: Any) -> list[Measured]:
    """The error on the test split."""
    test = load(settings.dataset).test
    _, accuracy = evaluate_torch(model, torch.from_numpy(test.x), torch.from_numpy(test.y))
    return [Measured("error on the test split", 100 * (1 - accuracy), "%")]


MNIST = "MNIST, handwritten digits of 28 × 28 pixels (LeCun, Cortes and Burges 1998); the 55,000 of the training split"
MNIST_LICENCE = "no explicit licence from the authors; commonly given as CC BY-SA 3.0"
FASHION = (
    "Fashion-MNIST, pictures of clothes of 28 × 28 pixels (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747); the 55,000 of "
    "the training split"
)
FASHION_LICENCE = "MIT, (c) 2017 Zalando SE"

RECIPES = [
    Recipe(
        title="LeNet-5 that reads handwritten digits",
        preset="lenet5",
        dataset="mnist",
        settings=Experiment("lenet_mnist", "mnist"),
        train=adopt,
        measure=errors,
        data=MNIST,
        licence=MNIST_LICENCE,
        limits="One white digit on black, centred and scaled as MNIST's are. It takes any other picture for a digit too.",
    ),
    Recipe(
        title="LeNet-5 that tells clothes apart",
        preset="lenet5",
        dataset="fashion-mnist",
        settings=Experiment("lenet_fashion", "fashion-mnist"),
        train=adopt,
        measure=errors,
        data=FASHION,
        licence=FASHION_LICENCE,
        limits="One piece of clothing on black, cut out and centred. Shirts, T-shirts, coats and pullovers are often confused.",
    ),
    Recipe(
        title="Slender ResNet-20 that tells clothes apart",
        preset="resnet20",
        dataset="fashion-mnist",
        fields={"image_size": 28, "in_channels": 1, "width": 8},
        settings=Training(),
        train=fit,
        measure=errors,
        data=FASHION,
        licence=FASHION_LICENCE,
        limits="Trained for one epoch where He et al. (2015) took more than a hundred: more training makes it better. "
        "One piece of clothing on black, cut out and centred.",
    ),
]
