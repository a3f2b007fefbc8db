"""GPT."""

from book_code import losses

from . import Batch, Case, Objective


def texts(config, n, rng) -> Batch:
    """Return texts, and the same one token later."""
    tokens = rng.integers(0, config.vocabulary, size=(n, 7))
    return {"tokens": tokens[:, :-1], "next": tokens[:, 1:]}


def forward(model, batch):
    return model(batch["tokens"])


def numpy_loss(model, batch):
    return losses.cross_entropy(forward(model, batch), batch["next"])


def torch_loss(model, batch):
    from torch.nn import functional

    return functional.cross_entropy(forward(model, batch).mT, batch["next"])


CASES = {
    "gpt-tiny": Case(
        batch=texts,
        forward=forward,
        objectives={
            # the first token of each of the eight texts cannot be told from another: some loss stays
            "next token": Objective(
                numpy_loss, torch_loss, room={"embed_dim": 16}, lr=0.01, below=0.5, steps=200
            )
        },
        other={
            "vocabulary": 12,
            "positions": 13,
            "embed_dim": 12,
            "heads": 4,
            "layers": 3,
            "dropout": 0.5,
        },
        variants=({"heads": 1, "layers": 1},),
        # transformers' GPT2LMHeadModel of the same configurations
        published={"gpt2": 124_439_808, "gpt2-medium": 354_823_168},
        unpublished={
            "gpt-nano": "sizes of nanoGPT's character model, which has no biases",
            "gpt-nano-cpu": "sizes of nanoGPT's for a CPU",
        },
    )
}
