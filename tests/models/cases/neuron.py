"""One neuron."""

import numpy as np

from book_code import losses

from . import Case, Objective


def answers(config, n, rng):
    """Return inputs and answers, 0 and 1 as often, as numbers: the neuron gives a number."""
    x = rng.normal(size=(n, *config.input_shape))
    return {"x": x, "y": rng.permutation(np.resize([0.0, 1.0], n))}


def numpy_loss(model, batch):
    return losses.mse(model(batch["x"]), batch["y"])


def torch_loss(model, batch):
    from torch.nn import functional

    return functional.mse_loss(model(batch["x"]), batch["y"])


CASES = {
    "neuron-tiny": Case(
        batch=answers,
        objectives={"mse": Objective(numpy_loss, torch_loss, lr=0.1, room={"in_features": 32})},
        other={"in_features": 5, "activation": "tanh", "bias": False},
        variants=(
            {"bias": False},
            *({"activation": a} for a in ("identity", "tanh", "relu", "leaky_relu", "elu")),
            *({"activation": a} for a in ("gelu", "silu", "softplus")),
        ),
        unpublished={"neuron": "as many as inputs, and the bias"},
    )
}
