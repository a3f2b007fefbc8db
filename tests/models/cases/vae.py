"""Variational autoencoders, told the label or not."""

import numpy as np

from book_code.models.vae import numpy_model

from . import Case, Objective


def pictures(config, n, rng):
    """Return pictures of zeros and ones, noise for one sample of the code and for three, and labels."""
    given = {
        "x": rng.integers(2, size=(n, *config.shape)).astype(np.float64),
        "noise": rng.normal(size=(n, config.latent)),
        "many": rng.normal(size=(3, n, config.latent)),
    }
    if config.classes:
        given["y"] = np.resize(np.arange(config.classes, dtype=np.int64), n)
    return given


def forward(model, batch):
    return model(batch["x"], batch["noise"], batch.get("y"))


def objective(**settings):
    """Return minus the bound; and minus the bound by importance, which has other gradients."""

    def torch_elbo(model, batch):
        from book_code.models.vae import torch_model

        return torch_model.negative_elbo(model, batch["x"], batch["noise"], batch.get("y"))

    def torch_importance(model, batch):
        from book_code.models.vae import torch_model

        return -torch_model.importance_weighted_bound(
            model, batch["x"], batch["many"], batch.get("y")
        )

    return {
        "elbo": Objective(
            lambda model, batch: numpy_model.negative_elbo(
                model, batch["x"], batch["noise"], batch.get("y")
            ),
            torch_elbo,
            **settings,
        ),
        "importance": Objective(
            lambda model, batch: (
                -numpy_model.importance_weighted_bound(
                    model, batch["x"], batch["many"], batch.get("y")
                )
            ),
            torch_importance,
            **settings,
        ),
    }


# Eight pictures, each by its own code: log 8 = 2.1 nats are the least, as long as the noise does not help; with the
# noise given, codes may hide in it, and the bound may be better than that.
OTHER = {
    "shape": (1, 2, 4),
    "hidden": (5, 5),
    "latent": 2,
    "activation": "relu",
    "likelihood": "gaussian",
    "beta": 2.0,
    "classes": 3,
}

CASES = {
    "vae-tiny": Case(
        batch=pictures,
        forward=forward,
        objectives=objective(room={"hidden": (32,), "latent": 4}, below=2.5),
        other=OTHER,
        variants=(
            {"likelihood": "gaussian", "activation": "softplus", "beta": 0.5},
            {"hidden": (), "shape": (4,)},
            {"hidden": (6, 5), "activation": "relu", "beta": 4.0},
        ),
        # 784-500-(20, 20) and 20-500-784 (appendix C); the table of numpy_model.py adds it up
        published={"vae": 815_824},
        unpublished={
            "vae-plane": "the size of the paper's figure 4, two numbers of code",
            "beta-vae": "the paper's is for other pictures; this is a size of this book",
            "conditional-vae": "the paper's is convolutional; this is a size of this book",
        },
    ),
    "conditional-vae-tiny": Case(
        batch=pictures,
        forward=forward,
        objectives=objective(room={"hidden": (32,), "latent": 4}, below=2.5),
        other=OTHER,
        variants=({"classes": 4, "likelihood": "gaussian", "hidden": ()},),
    ),
}
