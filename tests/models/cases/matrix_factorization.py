"""Matrix factorization."""

import numpy as np

from book_code.models.matrix_factorization import numpy_model

from . import Batch, Case, Objective


def pairs(config, n, rng) -> Batch:
    """Return n ratings; every user and every item occurs, if there are enough."""
    return {
        "users": np.resize(np.arange(config.users), n),
        "items": np.resize(np.arange(config.items)[::-1], n),
        "ratings": rng.integers(1, 6, size=n).astype(np.float64),
    }


def forward(model, batch):
    return model(batch["users"], batch["items"])


def numpy_loss(model, batch):
    return numpy_model.loss(model, batch["users"], batch["items"], batch["ratings"], 0.001)


def torch_loss(model, batch):
    from book_code.models.matrix_factorization import torch_model

    return torch_model.loss(model, batch["users"], batch["items"], batch["ratings"], 0.001)


CASES = {
    "matrix-factorization-tiny": Case(
        batch=pairs,
        forward=forward,
        objectives={"squares": Objective(numpy_loss, torch_loss)},
        other={"users": 7, "items": 6, "factors": 2, "biases": False, "mean": 3.0},
        variants=({"biases": False},),
        unpublished={"matrix-factorization-ml100k": "(943 + 1682) · 21, by the data set"},
    )
}
