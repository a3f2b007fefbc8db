"""The Transformer, and the classifier made of its encoder."""

from book_code import losses

from . import Batch, Case, Objective, With


def pairs(config, n, rng) -> Batch:
    """Return sequences that are read, that are written, and what comes next; a 0 may be padding."""
    tokens = rng.integers(1, config.vocabulary, size=(n, 5))
    tokens[::2, -1] = 0
    target = rng.integers(1, config.vocabulary, size=(n, 5))
    return {"tokens": tokens, "target": target[:, :-1], "next": target[:, 1:]}


def forward(model, batch):
    return model(batch["tokens"], batch["target"])


def numpy_loss(model, batch):
    return losses.cross_entropy(forward(model, batch), batch["next"])


def torch_loss(model, batch):
    from torch.nn import functional

    return functional.cross_entropy(forward(model, batch).mT, batch["next"])


def labelled_tokens(config, n, rng) -> Batch:
    """Return sequences, some of which end with a 0, and a class for each."""
    tokens = rng.integers(1, config.vocabulary, size=(n, 5))
    tokens[::2, -1] = 0
    return {"tokens": tokens, "y": rng.permutation(n) % config.classes}


def classify(model, batch):
    return model(batch["tokens"])


def numpy_classify(model, batch):
    return losses.cross_entropy(classify(model, batch), batch["y"])


def torch_classify(model, batch):
    from torch.nn import functional

    return functional.cross_entropy(classify(model, batch), batch["y"])


OTHER = {
    "vocabulary": 12,
    "embed_dim": 12,
    "heads": 4,
    "feedforward": 10,
    "layers": 2,
    "positions": With(16, position="learned"),
    "position": "rotary",
    "activation": "gelu",
    "dropout": 0.5,
}
VARIANTS = (
    *({"position": position} for position in ("learned", "rotary", "alibi", "none")),
    {"activation": "gelu", "layers": 2},
    *({"padding": True, "position": position} for position in ("sinusoidal", "alibi")),
)

CASES = {
    "transformer-tiny": Case(
        batch=pairs,
        forward=forward,
        objectives={
            "next token": Objective(
                numpy_loss, torch_loss, room={"embed_dim": 16, "feedforward": 32}, lr=0.02
            )
        },
        other=OTHER | {"norm_first": True, "padding": True},
        variants=(*VARIANTS, {"norm_first": True}, {"norm_first": True, "position": "alibi"}),
        unpublished={
            "transformer-base": "the paper says 65 million; with 37,000 tokens ours has 63,082,496",
            "transformer-big": "the paper says 213 million; with 37,000 tokens ours has 214,245,376",
        },
    ),
    "transformer-classifier-tiny": Case(
        batch=labelled_tokens,
        forward=classify,
        objectives={
            "class": Objective(
                numpy_classify,
                torch_classify,
                room={"embed_dim": 16, "feedforward": 32},
                lr=0.02,
            )
        },
        other=OTHER | {"classes": 4, "norm_first": False, "padding": True},
        variants=(*VARIANTS, {"norm_first": False}),
        unpublished={"transformer-classifier": "no one paper"},
    ),
}
