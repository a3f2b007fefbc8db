"""The single-shot detector."""

import numpy as np

from book_code.models.ssd import numpy_model
from book_code.models.ssd.boxes import default_boxes

from . import Batch, Case, Objective


def scenes(config, n, rng) -> Batch:
    """Return pictures with one bright square each, and what the network should say."""
    x = 0.1 * rng.normal(size=(n, *config.input_shape))
    objects = []
    for i in range(n):
        size = config.image_size
        side = int(rng.integers(size // 3, size - 1))
        left, top = rng.integers(0, size - side, size=2)
        label = i % config.classes
        x[i, :, top : top + side, left : left + side] += 1 + label
        box = np.array([left, top, left + side, top + side]) / size
        objects.append(([box], [label]))
    classes, codes = numpy_model.targets(objects, default_boxes(config))
    return {"x": x, "classes": classes, "codes": codes}


def numpy_loss(model, batch):
    return numpy_model.loss(model, batch["x"], batch["classes"], batch["codes"])


def torch_loss(model, batch):
    from book_code.models.ssd import torch_model

    return torch_model.loss(model, batch["x"], batch["classes"], batch["codes"])


CASES = {
    "ssd-tiny": Case(
        batch=scenes,
        objectives={
            "multibox": Objective(
                numpy_loss,
                torch_loss,
                below=0.5,
                steps=200,
                room={"channels": (8, 12, 16)},
                shrink=0.03,
            )
        },
        other={
            "image_size": 24,
            "in_channels": 3,
            "classes": 3,
            "channels": (4, 4, 5),
            "scales": (0.3, 0.6, 0.9),
            "ratios": (2.0, 0.5),
        },
        variants=({"ratios": (), "classes": 4}, {"scales": (0.4, 0.7)}),
        unpublished={"ssd": "sizes of the book; the paper's base network is VGG-16"},
    )
}
