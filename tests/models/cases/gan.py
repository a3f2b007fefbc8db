"""Generative adversarial nets: one loss a player."""

from book_code.models.gan import numpy_model

from . import Case, Objective, With


def examples_and_noise(config, n, rng):
    """Return real examples and noise; the noise of each player's step is its own."""
    return {
        "x": 1 + rng.uniform(-1, 1, size=(n, *config.shape)),
        "z": rng.normal(size=(n, config.latent)),
        "z2": rng.normal(size=(n, config.latent)),
    }


def forward(model, batch):
    """Return what both players put out."""
    return model(batch["z"]), model.discriminator(batch["x"])


def players(module, **settings):
    """Return the two losses of a family's modules, `numpy_model` and (by name) `torch_model`."""
    torch_name = module.__name__.replace("numpy_model", "torch_model")

    def in_torch():
        import importlib

        return importlib.import_module(torch_name)

    return {
        "discriminator": Objective(
            lambda model, batch: module.discriminator_loss(model, batch["x"], batch["z"]),
            lambda model, batch: in_torch().discriminator_loss(model, batch["x"], batch["z"]),
            trains="discriminator.",
            **settings.get("discriminator", {}),
        ),
        "generator": Objective(
            lambda model, batch: module.generator_loss(model, batch["z2"]),
            lambda model, batch: in_torch().generator_loss(model, batch["z2"]),
            trains="generator.",
            **settings.get("generator", {}),
        ),
    }


LOSSES = ("minimax", "least_squares", "hinge", "wasserstein")

CASES = {
    "gan-tiny": Case(
        batch=examples_and_noise,
        forward=forward,
        objectives=players(numpy_model, discriminator={"room": {"discriminator": (16, 16)}}),
        other={
            "shape": (1, 2, 2),
            "latent": 4,
            "generator": (8, 8),
            "discriminator": (6,),
            "pieces": 2,
            "output": "tanh",
            "loss": With("hinge"),
        },
        variants=(
            *({"loss": loss} for loss in LOSSES),
            {"pieces": 3, "shape": (1, 2, 3), "output": "sigmoid", "generator": ()},
            {"output": "tanh", "discriminator": ()},
        ),
        # by the layers of https://github.com/goodfeli/adversarial, mnist.yaml: the paper names no sizes
        published={"gan-mnist": 2_503_984 + 1_231_441},
        unpublished={"gan-ring": "points of the plane, a size of this book"},
    )
}
