"""BERT with each of its heads."""

import numpy as np

from book_code import losses

from . import Batch, Case, Objective, With


def texts(config, n, rng) -> Batch:
    """Return texts of two sentences, some ending with padding, and labels for every head."""
    tokens = rng.integers(1, config.vocabulary, size=(n, 6))
    tokens[:, 0] = 1
    segments = np.repeat([[0, 0, 0, 1, 1, 1]], n, axis=0)
    labels = rng.permutation(n) % min(2, config.classes)
    guesses = np.where(rng.random((n, 6)) < 0.4, tokens, -100)
    guesses[0, 1] = tokens[0, 1]
    tokens[::2, -1] = 0
    return {
        "tokens": tokens,
        "segments": segments,
        "labels": labels,
        "guesses": guesses,
        "each": rng.integers(0, config.classes, size=(n, 6)),
        "span": rng.integers(0, 6, size=(n, 2)),
    }


def forward(model, batch):
    return model(batch["tokens"], batch["segments"])


def target(config, batch):
    """The labels of a head, of the shape of its logits without the classes."""
    head = config.head
    return batch[{"masked": "guesses", "tokens": "each", "span": "span"}.get(head, "labels")]


def numpy_loss(model, batch):
    out, labels = forward(model, batch), target(model.config, batch)
    if model.config.head == "none":
        return ((out * out).sum(axis=(1, 2)) * labels).mean() + (model.pool(out) ** 3).mean()
    if model.config.head == "span":
        out = out.transpose(0, 2, 1)  # the classes are places
    return losses.cross_entropy(out, labels, ignore=-100)


def torch_loss(model, batch):
    from torch.nn import functional

    out, labels = forward(model, batch), target(model.config, batch)
    if model.config.head == "none":
        return ((out * out).sum(dim=(1, 2)) * labels).mean() + (model.pool(out) ** 3).mean()
    if model.config.head == "span":
        return functional.cross_entropy(out, labels)  # (N, T, 2): PyTorch's order of axes
    return functional.cross_entropy(out.mT if out.ndim == 3 else out, labels)


CASES = {
    "bert-tiny": Case(
        batch=texts,
        forward=forward,
        objectives={
            "head": Objective(numpy_loss, torch_loss, room={"embed_dim": 16, "feedforward": 32})
        },
        other={
            "vocabulary": 12,
            "positions": 13,
            "segments": 3,
            "embed_dim": 12,
            "heads": 4,
            "feedforward": 10,
            "layers": 2,
            "head": "tokens",
            "classes": With(4, head="sentence"),
            "dropout": 0.5,
        },
        variants=(
            *({"head": head} for head in ("none", "sentence", "pair", "tokens", "span")),
            {"layers": 2},
        ),
        # transformers' BertModel, BertForMaskedLM of the same configurations
        published={
            "bert-base": 109_482_240,
            "bert-base-masked": 109_514_298,
            "bert-large": 335_141_888,
        },
        unpublished={"bert-mini": "Turc et al. round to 11.3 million"},
    )
}
