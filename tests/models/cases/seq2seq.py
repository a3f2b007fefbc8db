"""Encoder and decoder, without and with attention."""

import numpy as np

from book_code.models.seq2seq import END, START, teacher_forcing

from . import Case, Objective, With


def translations(config, n, rng):
    """Return sources and targets of different lengths, padded at the end."""
    source = rng.integers(3, config.source_vocabulary, size=(n, 5))
    words = rng.integers(3, config.target_vocabulary, size=(n, 4))
    target = np.concatenate([np.full((n, 1), START), words, np.full((n, 1), END)], axis=1)
    for row in range(n):
        source[row, 5 - row % 4 :] = 0
        if row % 3:
            target[row, 5 - row % 3 :] = [END, *[0] * (row % 3)]
    return {"source": source, "target": target}


def forward(model, batch):
    return model(batch["source"], batch["target"][:, :-1])


def numpy_loss(model, batch):
    return teacher_forcing(model, batch["source"], batch["target"])


def torch_loss(model, batch):
    from book_code.models.seq2seq import torch_model

    return torch_model.teacher_forcing(model, batch["source"], batch["target"])


OBJECTIVES = {
    "teacher_forcing": Objective(numpy_loss, torch_loss, room={"hidden": 24, "embedding": 8})
}
OTHER = {
    "source_vocabulary": 8,
    "target_vocabulary": 7,
    "embedding": 4,
    "hidden": 5,
    "layers": 2,
    "dropout": 0.5,
}
CASES = {
    "seq2seq-tiny": Case(
        batch=translations,
        forward=forward,
        objectives=OBJECTIVES,
        other={**OTHER, "cell": "gru", "reverse_source": False},
        variants=(
            {"cell": "gru", "layers": 2},
            {"layers": 2, "reverse_source": False},
        ),
        unpublished={"seq2seq": "sizes of this book; test_seq2seq_torch.py has the paper's"},
    ),
    "attention-seq2seq-tiny": Case(
        batch=translations,
        forward=forward,
        objectives=OBJECTIVES,
        other={
            **OTHER,
            "cell": "lstm",
            "bidirectional": False,
            "attention": With("dot", bidirectional=False),
            "units": 6,
        },
        variants=(
            {"cell": "lstm", "layers": 2},
            {"cell": "lstm", "bidirectional": False, "attention": "dot", "layers": 2},
            {"attention": "general"},
            {"bidirectional": False},
        ),
        unpublished={"attention-seq2seq": "sizes of this book, not of the papers"},
    ),
}
