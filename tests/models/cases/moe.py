"""Mixtures of experts."""

import importlib

from book_code import losses

from . import Case, Objective
from .gpt import texts


def forward(model, batch):
    return model(batch["tokens"])


def balance(model, scores, backend):
    module = importlib.import_module(f"book_code.models.moe.{backend}_model")
    return module.balance_loss(scores, model.config.experts_per_token)


def numpy_loss(model, batch):
    logits, scores = forward(model, batch)
    return losses.cross_entropy(logits, batch["next"]) + 0.01 * balance(model, scores, "numpy")


def torch_loss(model, batch):
    from torch.nn import functional

    logits, scores = forward(model, batch)
    wanted = functional.cross_entropy(logits.mT, batch["next"])
    return wanted + 0.01 * balance(model, scores, "torch")


CASES = {
    "moe-tiny": Case(
        batch=texts,
        forward=forward,
        objectives={
            # the first token of each of the eight texts cannot be told from another: some loss stays
            "next token and balance": Objective(
                numpy_loss,
                torch_loss,
                room={"embed_dim": 16, "feedforward": 32, "layers": 2},
                lr=0.01,
                below=0.5,
                steps=250,
            )
        },
        other={
            "vocabulary": 12,
            "positions": 13,
            "embed_dim": 12,
            "heads": 4,
            "layers": 2,
            "feedforward": 5,
            "experts": 4,
            "experts_per_token": 3,
            "normalized": False,
            "capacity": 0.7,
        },
        variants=(
            {"experts_per_token": 1, "normalized": False, "layers": 2},
            {"capacity": 0.7, "normalized": False},
        ),
        unpublished={
            "moe-nano": "a size for a CPU",
            "moe-switch-nano": "a size for a CPU",
        },
    )
}
