"""The plain recurrent network, and what the cases of the LSTM and the GRU share with it."""

import numpy as np

from book_code import losses

from . import Case, Objective, With

STEPS = 6


def sequences(config, n, rng):
    """Return sequences of different lengths with labels: a class at every step, or for the whole."""
    shape = (n, STEPS) if config.head == "step" else (n,)
    lengths = np.resize(np.array([STEPS, 2, 1, 4], np.int64), n)
    if config.vocabulary is None:
        x = rng.normal(size=(n, STEPS, config.in_features))
    else:
        x = rng.integers(config.vocabulary, size=(n, STEPS))
    labels = np.resize(np.arange(config.outputs, dtype=np.int64), int(np.prod(shape)))
    y = rng.permutation(labels).reshape(shape)
    if config.head == "step":
        y[np.arange(STEPS) >= lengths[:, None]] = -100
    return {"x": x, "lengths": lengths, "y": y}


def forward(model, batch):
    return model(batch["x"], batch["lengths"])


def numpy_loss(model, batch):
    return losses.cross_entropy(forward(model, batch), batch["y"], ignore=-100)


def torch_loss(model, batch):
    from torch.nn import functional

    return functional.cross_entropy(forward(model, batch).flatten(0, -2), batch["y"].flatten())


def case(other, variants, unpublished):
    """Return the case of a sequence model with the fields and variants of its own."""
    room = {"hidden": 16, "in_features": 8}
    return Case(
        batch=sequences,
        forward=forward,
        objectives={"cross_entropy": Objective(numpy_loss, torch_loss, room=room)},
        other={
            "vocabulary": 7,
            "in_features": 4,
            "hidden": 6,
            "layers": 2,
            "bidirectional": True,
            "dropout": With(0.5, vocabulary=5),
            "outputs": 4,
            "head": "step",
            **other,
        },
        variants=(
            {"vocabulary": 7, "head": "step"},
            {"bidirectional": True, "layers": 2, "vocabulary": 4},
            {"bidirectional": True, "head": "step"},
            {"layers": 3, "head": "step", "in_features": 1},
            *variants,
        ),
        unpublished=unpublished,
    )


CASES = {
    "rnn-tiny": case(
        other={"nonlinearity": "relu"},
        variants=({"nonlinearity": "relu", "layers": 2, "bidirectional": True},),
        unpublished={"rnn": "sizes of this book, not of the paper"},
    )
}
