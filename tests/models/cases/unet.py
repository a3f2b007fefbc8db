"""U-Net."""

import numpy as np

from book_code.models.unet import numpy_model

from . import Batch, Case, Objective, With


def maps(config, n, rng) -> Batch:
    """Return pictures, and a class for every pixel that the network tells."""
    size = config.output_size
    labels = rng.integers(0, config.classes, size=(n, size, size))
    return {"x": rng.normal(size=(n, *config.input_shape)), "y": labels}


def two_halves(config, n, rng) -> Batch:
    """Return pictures whose brighter pixels are of class 1: eight of them can be learned by heart."""
    made = maps(config, n, rng)
    size = config.output_size
    start = (config.image_size - size) // 2
    inner = made["x"][:, 0, start : start + size, start : start + size]
    weights = rng.uniform(0.5, 1.5, size=inner.shape)
    return {**made, "y": (inner > 0).astype(np.int64), "weights": weights}


def numpy_loss(weights=None):
    return lambda model, batch: numpy_model.loss(
        model, batch["x"], batch["y"], weights and batch[weights]
    )


def torch_loss(weights=None):
    def loss(model, batch):
        from book_code.models.unet import torch_model

        return torch_model.loss(model, batch["x"], batch["y"], weights and batch[weights])

    return loss


LEARNED = {"below": 0.15, "steps": 250, "lr": 0.01, "room": {"width": 8}}

CASES = {
    "unet-tiny": Case(
        batch=two_halves,
        objectives={
            "pixels": Objective(numpy_loss(), torch_loss(), **LEARNED),
            "weighted": Objective(numpy_loss("weights"), torch_loss("weights"), **LEARNED),
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
        published={
            "unet": 31_030_658,
            "unet-padded": 31_037_698,
        },  # the latter: test_unet_torch.py
    )
}
