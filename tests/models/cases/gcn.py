"""Graph convolutional networks."""

import numpy as np

from book_code import losses

from . import Batch, Case, Objective


def graph(config, n, rng) -> Batch:
    """Return n nodes in a ring with one chord, and a class for each."""
    ring = np.stack([np.arange(n), (np.arange(n) + 1) % n])
    edges = np.concatenate([ring, ring[::-1], [[0, 2], [2, 0]]], axis=1)
    x = rng.normal(size=(n, *config.input_shape))
    return {"x": x, "edges": edges, "y": np.resize(np.arange(config.classes), n)}


def forward(model, batch):
    return model(batch["x"], batch["edges"])


def numpy_loss(model, batch):
    return losses.cross_entropy(forward(model, batch), batch["y"])


def torch_loss(model, batch):
    from torch.nn import functional

    return functional.cross_entropy(forward(model, batch), batch["y"])


def objectives(**settings):
    return {"cross_entropy": Objective(numpy_loss, torch_loss, **settings)}


CASES = {
    "gcn-tiny": Case(
        batch=graph,
        forward=forward,
        objectives=objectives(room={"in_features": 16, "hidden": (16,)}),
        other={
            "in_features": 6,
            "hidden": (6, 6),
            "classes": 3,
            "dropout": 0.5,
            "self_loops": False,
        },
        variants=({"self_loops": False}, {"hidden": ()}, {"hidden": (4, 3)}),
        # two layers of section 5.2 with biases: 1433·16 + 16 + 16·7 + 7
        published={"gcn-cora": 23_063},
    )
}
