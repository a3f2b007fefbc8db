"""U-Net."""

import numpy as np

from book_code import losses

from . import Batch, Case, Objective, With


def maps(config, n, rng) -> Batch:
    """Return pictures, and a class for every pixel that the network tells."""
    size = config.output_size
    labels = rng.integers(0, config.classes, size=(n, size, size))
    return {"x": rng.normal(size=(n, *config.input_shape)), "y": labels}


def numpy_loss(model, batch):
    return losses.cross_entropy(model(batch["x"]).transpose(0, 2, 3, 1), batch["y"])


def torch_loss(model, batch):
    from torch.nn import functional

    return functional.cross_entropy(model(batch["x"]), batch["y"])


def two_halves(config, n, rng) -> Batch:
    """Return pictures whose brighter pixels are of class 1: eight of them can be learned by heart."""
    made = maps(config, n, rng)
    size = config.output_size
    start = (config.image_size - size) // 2
    inner = made["x"][:, 0, start : start + size, start : start + size]
    return {**made, "y": (inner > 0).astype(np.int64)}


CASES = {
    "unet-tiny": Case(
        batch=two_halves,
        objectives={
            "pixels": Objective(
                numpy_loss, torch_loss, below=0.15, steps=250, lr=0.01, room={"width": 8}
            )
        },
        other={
            "image_size": 12,
            "in_channels": 3,
            "classes": 4,
            "width": 4,
            "levels": 1,
            "padded": With(False, image_size=44),
            "norm": True,
        },
        variants=({"padded": False, "image_size": 44}, {"norm": True}, {"levels": 1}),
        # by the layers of figure 1: two convolutions a level, up-convolutions, the head
        published={"unet": 31_030_658},
        unpublished={"unet-padded": "not of the paper"},
    )
}
