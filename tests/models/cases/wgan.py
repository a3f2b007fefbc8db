"""Wasserstein GANs, whose critic is trained through the gradient of its gradient."""

from book_code.models.wgan import numpy_model

from . import Case, Objective, With
from .gan import examples_and_noise


def with_places(config, n, rng):
    """Return examples and noise, and the places between them where the slope is measured."""
    return {**examples_and_noise(config, n, rng), "epsilon": rng.uniform(size=n)}


def forward(model, batch):
    """Return what both players put out."""
    return model(batch["z"]), model.critic(batch["x"])


def critic_loss(model, batch):
    return numpy_model.critic_loss(model, batch["x"], batch["z"], batch["epsilon"])


def torch_critic_loss(model, batch):
    from book_code.models.wgan import torch_model

    return torch_model.critic_loss(model, batch["x"], batch["z"], batch["epsilon"])


def torch_generator_loss(model, batch):
    from book_code.models.wgan import torch_model

    return torch_model.generator_loss(model, batch["z2"])


# No loss has a bottom at 0: the critic's goes down to minus the distance, the generator's as far as the critic slopes.
OBJECTIVES = {
    "critic": Objective(
        critic_loss, torch_critic_loss, trains="critic.", below=-0.4, steps=100
    ),
    "generator": Objective(
        lambda model, batch: numpy_model.generator_loss(model, batch["z2"]),
        torch_generator_loss,
        trains="generator.",
        below=-1.0,
        steps=60,
    ),
}
OTHER = {
    "shape": (3,),
    "latent": 4,
    "generator": (8, 8),
    "critic": (6,),
    "output": "tanh",
}
VARIANTS = (
    {"shape": (1, 4, 4), "generator": (3,), "critic": (4, 3), "output": "tanh"},
    {"shape": (2, 6, 6), "generator": (3,), "critic": (4,), "output": "sigmoid"},
    {"generator": (), "critic": (7, 6, 5)},
)

CASES = {
    "wgan-tiny": Case(
        batch=with_places,
        forward=forward,
        objectives=OBJECTIVES,
        other={**OTHER, "clip": 0.05},
        variants=VARIANTS,
        published={"wgan": 3_576_704 + 2_765_568},  # both players are DCGAN's
    ),
    "wgan-gp-tiny": Case(
        batch=with_places,
        forward=forward,
        objectives=OBJECTIVES,
        other={**OTHER, "penalty": With(0.5)},
        variants=VARIANTS,
        unpublished={
            "wgan-gp": "DCGAN's players; the critic without batch norm has biases instead",
            "wgan-gp-mnist": "a size of this book",
            "wgan-gp-ring": "points of the plane, a size of this book",
        },
    ),
}
