"""Recipes of the models that make pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor
from torch.optim.lr_scheduler import CosineAnnealingLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from book_code.data import load
from book_code.models import registry
from book_code.models.ddpm import torch_model as ddpm
from book_code.models.gan import torch_model as gan
from book_code.models.vae import torch_model as vae
from book_code.weights.torch_pictures import MNIST, MNIST_LICENCE
from book_code.weights.torch_recipe import Measured, Recipe

SAMPLES = 1_000
SURE = 0.9  # of the probability that LeNet-5 gives to a digit


@dataclass(frozen=True)
class Training:
    """Adam for so many epochs."""

    epochs: int
    rate: float
    batch_size: int = 64
    train_size: int = 55_000
    seed: int = 0

    def quick(self) -> Self:
        """One epoch of a few pictures."""
        return replace(self, epochs=1, train_size=128)


@dataclass(frozen=True)
class Denoising(Training):
    """What ships is the running average of the weights; labels are withheld now and then, for guidance."""

    average: float = 0.998
    withheld: float = 0.1
    sampling_steps: int = 25
    guidance: float = 0.5

    def quick(self) -> Self:
        """One epoch of a few pictures, and two steps a sample."""
        return replace(super().quick(), sampling_steps=2)


def batches(dataset: str, settings: Training) -> Any:
    """The minibatches of all epochs, shuffled in each: pictures and labels."""
    split = load(dataset).train.take(slice(settings.train_size))
    x, y = torch.from_numpy(split.x), torch.from_numpy(split.y)
    for _ in range(settings.epochs):
        for rows in torch.randperm(len(x)).split(settings.batch_size):
            yield x[rows], y[rows]


def steps(settings: Training, size: int) -> int:
    """How many steps that is, of a training split of `size` pictures."""
    return settings.epochs * -(-min(size, settings.train_size) // settings.batch_size)


def fit_vae(model: Any, settings: Training) -> None:
    """Raise the evidence lower bound."""
    optimizer = torch.optim.Adam(model.parameters(), settings.rate)
    falling = CosineAnnealingLR(optimizer, steps(settings, len(load("mnist").train)))
    for x, _ in batches("mnist", settings):
        loss = vae.negative_elbo(model, x, torch.randn(len(x), model.config.latent))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        falling.step()


def measure_vae(model: Any, settings: Training) -> list[Measured]:
    """The bound on the test split, and how many samples are digits to LeNet-5."""
    x, chance = torch.from_numpy(load("mnist").test.x), seeded()
    noise = torch.randn(len(x), model.config.latent, generator=chance)
    with torch.no_grad():
        bound = vae.elbo(model, x, noise).item()
    drawn = vae.sample(model, SAMPLES, generator=chance)
    return [Measured("evidence lower bound on the test split", bound, "nats"), *digits(drawn)]


def fit_gan(model: Any, settings: Training) -> None:
    """Let generator and discriminator take turns."""
    players = [
        torch.optim.Adam(part.parameters(), settings.rate, betas=(0.5, 0.999))
        for part in (model.discriminator, model.generator)
    ]
    falling = [CosineAnnealingLR(each, steps(settings, 55_000), 2e-5) for each in players]
    for x, _ in batches("mnist", settings):
        z = torch.randn(2, len(x), model.config.latent)
        gan.discriminator_step(model, players[0], 2 * x - 1, z[0])
        gan.generator_step(model, players[1], z[1])
        for each in falling:
            each.step()


def measure_gan(model: Any, settings: Training) -> list[Measured]:
    """How many samples are digits to LeNet-5, and of which kinds."""
    return digits((gan.sample(model, SAMPLES, generator=seeded()) + 1) / 2)


def fit_ddpm(model: Any, settings: Denoising) -> None:
    """Find the noise in pictures, with an average of the weights that follows the training."""
    optimizer = torch.optim.Adam(model.parameters(), settings.rate)
    falling = CosineAnnealingLR(optimizer, steps(settings, len(load("digits").train)))
    follow = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(settings.average))
    for x, y in batches("digits", settings):
        t = torch.randint(0, model.config.steps, (len(x),))
        unlabelled = torch.rand(len(x)) < settings.withheld
        loss = ddpm.diffusion_loss(model, 2 * x - 1, t, torch.randn_like(x), y, unlabelled)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        falling.step()
        follow.update_parameters(model)
    model.load_state_dict(follow.module.state_dict())


def measure_ddpm(model: Any, settings: Denoising) -> list[Measured]:
    """The error in the noise of the test split, and how often a sample is what was asked for."""
    test, chance = load("digits").test, seeded()
    x = 2 * torch.from_numpy(test.x).repeat(10, 1, 1, 1) - 1
    y = torch.from_numpy(test.y).repeat(10)
    t = torch.randint(0, model.config.steps, (len(x),), generator=chance)
    noise = torch.randn(x.shape, generator=chance)
    with torch.no_grad():
        loss = ddpm.diffusion_loss(model, x, t, noise, y).item()
    asked = torch.arange(SAMPLES) % 10
    drawn = ddpm.sample(
        model, SAMPLES, generator=chance, labels=asked,
        steps=settings.sampling_steps, guidance=settings.guidance,
    )  # fmt: skip
    hit = (nearest((drawn + 1) / 2) == asked.numpy()).mean()
    way = f"{settings.sampling_steps} steps of DDIM, guidance {settings.guidance:g}"
    return [
        Measured("mean squared error of the noise on the test split", loss),
        Measured(f"samples whose nearest test picture shows the digit asked for ({way})", 100 * hit, "%"),
    ]  # fmt: skip


def seeded() -> torch.Generator:
    """The random numbers of measurements, the same each time."""
    return torch.Generator().manual_seed(2024)


@torch.no_grad()
def digits(drawn: Tensor) -> list[Measured]:
    """How sure the book's LeNet-5 is of samples, and how evenly they are spread over the digits."""
    chances = registry.load("lenet5", "mnist", "torch")(drawn).softmax(1)
    sure, kind = chances.max(1)
    counts = np.bincount(kind.numpy(), minlength=10)
    return [
        Measured(f"samples that LeNet-5 reads with a probability over {SURE}",
                 100 * (sure > SURE).float().mean().item(), "%"),
        Measured(f"samples of the rarest digit, {counts.argmin()}", 100 * counts.min() / len(kind), "%"),
        Measured(f"samples of the commonest digit, {counts.argmax()}", 100 * counts.max() / len(kind), "%"),
    ]  # fmt: skip


def nearest(drawn: Tensor) -> np.ndarray:
    """The label of the test picture that is nearest to each sample."""
    test = load("digits").test
    distances = torch.cdist(drawn.flatten(1), torch.from_numpy(test.x).flatten(1))
    return test.y[distances.argmin(1).numpy()]


RECIPES = [
    Recipe(
        title="VAE that draws digits",
        preset="vae",
        dataset="mnist",
        fields={"hidden": (256,), "latent": 10},
        settings=Training(epochs=10, rate=2e-3, batch_size=128),
        train=fit_vae,
        measure=measure_vae,
        data=MNIST,
        licence=MNIST_LICENCE,
        limits="Its digits are blurred, as the pixels' independence makes them, some of its codes lie between two digits, and a few samples have noise at the rim.",
    ),
    Recipe(
        title="DCGAN that draws digits",
        preset="dcgan",
        dataset="mnist",
        fields={
            "image_size": 28, "in_channels": 1, "start": 7, "latent": 32,
            "generator": 32, "discriminator": 24,
        },
        settings=Training(epochs=2, rate=1e-3),
        train=fit_gan,
        measure=measure_gan,
        data=MNIST,
        licence=MNIST_LICENCE,
        limits="Some samples are strokes that are no digit. Pixels run from -1 to 1.",
    ),
    Recipe(
        title="DDPM that draws small digits when told which",
        preset="ddpm-tiny",
        dataset="digits",
        fields={
            "image_size": 8, "channels": 24, "multipliers": (1, 2), "blocks": 1, "attention": (4,), "groups": 8,
            "classes": 10, "steps": 200, "schedule": "cosine",
        },
        settings=Denoising(epochs=150, rate=2e-3),
        train=fit_ddpm,
        measure=measure_ddpm,
        data="digits, 1,797 handwritten digits of 8 × 8 pixels (Alpaydin and Kaynak 1998, UCI); the 1,197 of the training split",
        licence="CC BY 4.0",
        limits="Pictures of 8 × 8 pixels from -1 to 1. With so few pictures to learn from, samples resemble those of the training split.",
    ),
]  # fmt: skip
