"""Siamese networks, with the loss of pairs and that of triplets."""

import numpy as np

from book_code import losses

from . import Batch, Case, Objective, With


def pairs(config, n, rng) -> Batch:
    """Return pairs, every second of which belongs together, and a stranger for each."""
    first = rng.normal(size=(n, *config.input_shape))
    same = np.arange(n) % 2 == 0
    noise = rng.normal(size=first.shape)
    mine = first + 0.1 * noise
    second = np.where(same[:, None, None, None], mine, rng.normal(size=first.shape))
    stranger = rng.normal(size=first.shape)
    return {"x": first, "second": second, "mine": mine, "stranger": stranger,
            "same": same.astype(np.int64)}  # fmt: skip


def forward(model, batch):
    return model(batch["x"], batch["second"])


def contrastive(model, batch):
    one, other = model.embed(batch["x"]), model.embed(batch["second"])
    return losses.contrastive(one, other, batch["same"].astype(bool))


def torch_contrastive(model, batch):
    import torch

    from book_code.models.siamese.torch_model import distance

    d = distance(model.embed(batch["x"]), model.embed(batch["second"]))
    same = batch["same"].to(d)
    apart = torch.clamp(1.0 - d, min=0)
    return 0.5 * (same * d**2 + (1 - same) * apart**2).mean()


def triplet(model, batch):
    points = [model.embed(batch[key]) for key in ("x", "mine", "stranger")]
    return losses.triplet(*points, margin=0.5)


def torch_triplet(model, batch):
    from torch.nn import functional

    points = [model.embed(batch[key]) for key in ("x", "mine", "stranger")]
    return functional.triplet_margin_loss(*points, margin=0.5)


CASES = {
    "siamese-tiny": Case(
        batch=pairs,
        forward=forward,
        objectives={
            "contrastive": Objective(contrastive, torch_contrastive, below=0.02),
            "triplet": Objective(triplet, torch_triplet),
        },
        other={
            "image_size": 12,
            "in_channels": 3,
            "channels": (3,),
            "embed_dim": 5,
            "normalized": With(True),
        },
        variants=({"normalized": True}, {"channels": (2, 3, 4)}),
        unpublished={"siamese": "sizes of the book"},
    )
}
