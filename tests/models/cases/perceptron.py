"""The perceptron and its form for several classes."""

import numpy as np

from book_code import losses

from . import Case, Objective, cross_entropy, labelled


def signed(config, n, rng):
    """Return inputs and signs, -1 and +1 as often."""
    x = rng.normal(size=(n, *config.input_shape))
    return {"x": x, "y": rng.permutation(np.resize(np.array([-1, 1], dtype=np.int64), n))}


def numpy_loss(model, batch):
    return losses.perceptron(model(batch["x"]), batch["y"])


def torch_loss(model, batch):
    from torch.nn import functional

    return functional.relu(-batch["y"] * model(batch["x"])).mean()


CASES = {
    "perceptron-tiny": Case(
        batch=signed,
        objectives={"perceptron": Objective(numpy_loss, torch_loss, room={"in_features": 32})},
        other={"in_features": 5, "bias": False},
        variants=({"bias": False},),
        unpublished={"perceptron": "as many as inputs, and the bias"},
    ),
    "multiclass-perceptron-tiny": Case(
        batch=labelled,
        objectives=cross_entropy(room={"in_features": 32}),
        other={"in_features": 5, "classes": 4, "bias": False},
        variants=({"bias": False},),
        unpublished={"multiclass-perceptron": "as many as a softmax regression"},
    ),
}
