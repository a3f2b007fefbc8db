"""The diffusion model."""

import numpy as np

from book_code.models.ddpm import diffusion_loss

from . import Case, Objective, With


def noised(config, n, rng):
    """Return pictures, time steps and noise, and labels where the model has classes, some withheld."""
    shape = (n, *config.input_shape)
    given = {
        "x": rng.uniform(-1, 1, size=shape),
        "t": rng.integers(0, config.steps, size=n),
        "noise": rng.normal(size=shape),
    }
    if config.classes:
        given["y"] = np.resize(np.arange(config.classes), n)
        given["unlabelled"] = np.arange(n) % 4 == 3
    return given


def forward(model, batch):
    return model(batch["x"], batch["t"], batch.get("y"))


def arguments(batch):
    return [batch.get(key) for key in ("x", "t", "noise", "y", "unlabelled")]


def numpy_loss(model, batch):
    return diffusion_loss(model, *arguments(batch))


def torch_loss(model, batch):
    from book_code.models.ddpm import torch_model

    return torch_model.diffusion_loss(model, *arguments(batch))


CASES = {
    "ddpm-tiny": Case(
        batch=noised,
        forward=forward,
        objectives={
            "noise": Objective(numpy_loss, torch_loss, room={"channels": 8}, lr=0.02, steps=50)
        },
        other={
            "image_size": With(8, attention=()),
            "in_channels": 3,
            "channels": 6,
            "multipliers": (2, 1),
            "blocks": 2,
            "attention": (4, 2),
            "groups": 1,
            "dropout": 0.5,
            "classes": None,
            "steps": 12,
            "schedule": "cosine",
            "beta_start": 0.1,
            "beta_end": 0.4,
        },
        variants=(
            {"classes": None, "schedule": "cosine", "blocks": 2},
            {"attention": (4,), "multipliers": (1, 1, 2), "in_channels": 3},
        ),
        # Ho et al. (2020), section 4: "35.7 million parameters"; to the last one by the layers of their code
        published={"ddpm-cifar10": 35_746_307},
        unpublished={"ddpm-mnist": "a size of this book"},
    )
}
