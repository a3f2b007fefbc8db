"""Autoencoders: deep, sparse, denoising, convolutional."""

import numpy as np

from book_code.models.autoencoder import draw_noise, numpy_model

from . import Case, Objective, With


def pictures(config, n, rng):
    """Return pictures of zeros and ones, and noise that spoils them."""
    shape = (n, *config.shape)
    kind = getattr(config, "corruption", "masking")
    noise = draw_noise(shape, kind, rng=rng).astype(np.float64)
    return {"x": rng.integers(2, size=shape).astype(np.float64), "noise": noise}


def forward(model, batch):
    """Return codes and reconstructions."""
    return model.encode(batch["x"]), model(batch["x"])


def torch_loss(model, batch):
    from book_code.models.autoencoder import torch_model

    return torch_model.reconstruction_loss(model, batch["x"], batch["noise"])


def objective(**settings):
    """Return the loss, in nats (or squares) of a whole picture."""
    return {
        "reconstruction": Objective(
            lambda model, batch: numpy_model.reconstruction_loss(
                model, batch["x"], batch["noise"]
            ),
            torch_loss,
            **settings,
        )
    }


SPARSE = {"code_activation": "sigmoid", "penalty": "kl"}
MSE = {"loss": "mse"}
OTHER = {
    "shape": (1, 2, 4),
    "hidden": (5, 5),
    "code": 3,
    "activation": "relu",
    "code_activation": "sigmoid",
    "output": With("linear", **MSE),
    "loss": "mse",
    "penalty": "l1",
    "sparsity": With(0.3, penalty="l1"),
    "activity": With(0.2, **SPARSE),
}

CASES = {
    "autoencoder-tiny": Case(
        batch=pictures,
        forward=forward,
        objectives=objective(room={"hidden": (24,), "code": 8}),
        other=OTHER,
        variants=(
            {"activation": "sigmoid", "code_activation": "relu", "penalty": "l1"},
            {"hidden": (), "activation": "linear", "output": "linear", **MSE},
            {"hidden": (6, 5), "activation": "relu", **SPARSE},
            {"shape": (9,), **MSE},
        ),
        # 784-1000-500-250-30 and back (Hinton and Salakhutdinov 2006); the table of numpy_model.py adds it up
        published={"autoencoder-deep": 2_837_314},
        unpublished={
            "autoencoder-linear": "no one paper",
            "autoencoder-mnist": "a size of this book",
            "autoencoder-sparse": "no one paper",
        },
    ),
    "autoencoder-sparse-tiny": Case(
        batch=pictures,
        forward=forward,
        objectives=objective(below=0.6),
        other={
            **OTHER,
            "activation": With("tanh", hidden=(6,)),
            "code_activation": With("linear", penalty="l1"),
            "sparsity": 0.3,
            "activity": 0.2,
        },
    ),
    "denoising-autoencoder-tiny": Case(
        batch=pictures,
        forward=forward,
        objectives=objective(room={"hidden": (24,), "code": 24}, below=0.1),
        other={
            **OTHER,
            "code_activation": "linear",
            "corruption": "salt_and_pepper",
            "level": 0.6,
            "tied": False,
        },
        variants=(
            {"corruption": "gaussian", "hidden": ()},
            {"corruption": "salt_and_pepper", "tied": False, "level": 0.5},
            {"corruption": "gaussian", "output": "linear", **MSE, **SPARSE},
        ),
        published={
            "denoising-autoencoder": 784 * 1000 + 1000 + 784
        },  # 784-1000-784 with tied weights
    ),
    "convolutional-autoencoder-tiny": Case(
        batch=pictures,
        forward=forward,
        objectives=objective(room={"channels": (8,), "code": 12}, below=0.2),
        other={
            "image_size": 8,
            "in_channels": 2,
            "channels": (2,),
            "code": 3,
            "activation": "relu",
            "output": With("linear", **MSE),
            "loss": "mse",
        },
        variants=(
            {"channels": (), "activation": "sigmoid", "in_channels": 3},
            {
                "image_size": 8,
                "channels": (2, 3),
                "activation": "relu",
                "output": "linear",
                **MSE,
            },
        ),
        unpublished={"convolutional-autoencoder": "a size of this book"},
    ),
}
