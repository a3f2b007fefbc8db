"""Neural collaborative filtering."""

import numpy as np

from book_code import losses

from . import Batch, Case, Objective
from .matrix_factorization import forward, pairs


def wanted(config, n, rng) -> Batch:
    """Return n pairs, every second of which happened."""
    made = pairs(config, n, rng)
    return {**made, "y": np.resize([0.0, 1.0], n)}


def numpy_loss(model, batch):
    return losses.binary_cross_entropy(forward(model, batch), batch["y"])


def torch_loss(model, batch):
    from torch.nn import functional

    return functional.binary_cross_entropy_with_logits(forward(model, batch), batch["y"])


CASES = {
    "neural-cf-tiny": Case(
        batch=wanted,
        forward=forward,
        objectives={"wanted or not": Objective(numpy_loss, torch_loss)},
        other={"users": 7, "items": 6, "factors": 2, "layers": (8, 6, 4)},
        variants=({"layers": (4, 6, 2)},),
        unpublished={"neural-cf-ml1m": "the paper gives none"},
    )
}
