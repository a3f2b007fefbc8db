"""Conditional GANs, by concatenation and by projection."""

import numpy as np

from book_code.models.conditional_gan import numpy_model

from . import Case, Objective, With
from .gan import LOSSES, examples_and_noise


def of_classes(config, n, rng):
    """Return examples, noise and labels."""
    labels = np.resize(np.arange(config.classes, dtype=np.int64), n)
    return {**examples_and_noise(config, n, rng), "y": labels}


def forward(model, batch):
    """Return what both players put out."""
    return model(batch["z"], batch["y"]), model.discriminator(batch["x"], batch["y"])


def discriminator_loss(model, batch):
    return numpy_model.discriminator_loss(model, batch["x"], batch["y"], batch["z"])


def torch_discriminator_loss(model, batch):
    from book_code.models.conditional_gan import torch_model

    return torch_model.discriminator_loss(model, batch["x"], batch["y"], batch["z"])


def torch_generator_loss(model, batch):
    from book_code.models.conditional_gan import torch_model

    return torch_model.generator_loss(model, batch["y"], batch["z2"])


CASES = {
    "conditional-gan-tiny": Case(
        batch=of_classes,
        forward=forward,
        objectives={
            "discriminator": Objective(
                discriminator_loss, torch_discriminator_loss, trains="discriminator."
            ),
            "generator": Objective(
                lambda model, batch: numpy_model.generator_loss(model, batch["y"], batch["z2"]),
                torch_generator_loss,
                trains="generator.",
            ),
        },
        other={
            "shape": (1, 2, 2),
            "classes": 4,
            "latent": 4,
            "generator_noise": 5,
            "generator_label": 4,
            "generator": (6, 6),
            "discriminator_example": 6,
            "discriminator_label": 4,
            "discriminator": (),
            "pieces": None,
            "joint_pieces": 2,
            "conditioning": "projection",
            "output": "tanh",
            "loss": With("hinge"),
        },
        variants=(
            *({"loss": loss} for loss in LOSSES),
            {"conditioning": "projection", "loss": "hinge"},
            {"conditioning": "projection", "discriminator": (), "pieces": None},
            {"shape": (1, 2, 3), "output": "sigmoid", "joint_pieces": 3, "classes": 2},
        ),
        # the layers of section 4.1; tests/models/test_conditional_gan.py adds them up
        published={"conditional-gan-mnist": 2_413_984 + 1_224_351},
        unpublished={
            "projection-gan-mnist": "the paper's own is for ImageNet; this is a size of this book"
        },
    )
}
