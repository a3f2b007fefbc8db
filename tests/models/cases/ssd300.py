"""SSD300."""

import numpy as np

from book_code.models.ssd.numpy_model import targets

from . import Batch, Case, Objective
from .ssd import numpy_loss, torch_loss


def scenes(config, n, rng) -> Batch:
    """Return pictures with one bright rectangle each, and what the network should say."""
    x = 0.1 * rng.normal(size=(n, *config.input_shape))
    objects, size = [], config.image_size
    for i in range(n):
        sides = rng.integers(size // 3, size - 1, size=2)
        left, top = (rng.integers(0, size - side) for side in sides)
        label = i % config.classes
        x[i, :, top : top + sides[1], left : left + sides[0]] += 1 + label
        objects.append(
            (np.array([[left, top, left + sides[0], top + sides[1]]]) / size, [label])
        )
    classes, codes = targets(objects, config.default_boxes())
    return {"x": x, "classes": classes, "codes": codes}


CASES = {
    "ssd300-tiny": Case(
        batch=scenes,
        objectives={
            "multibox": Objective(
                numpy_loss,
                torch_loss,
                below=1.0,
                steps=200,
                lr=0.003,
                room={"channels": (8, 8, 12, 16, 16), "wide": 16, "extra": ((8, 16, 2),)},
                shrink=0.003,
            )
        },
        other={
            "image_size": 28,
            "in_channels": 3,
            "classes": 3,
            "channels": (3, 4, 4, 6, 5),
            "wide": 6,
            "extra": ((3, 6, 2),),
            "scales": (0.3, 0.5, 0.6, 0.9),
            "ratios": ((2.0,), (0.5,), (0.5,)),
            "steps": (7, 16, 20),
        },
        variants=({"image_size": 52, "extra": ((3, 4, 1),), "steps": (8, 16, 52)},),
        # torchvision's ssd300_vgg16 with 21 outputs a box, and with COCO's 91
        published={"ssd300": 26_285_486, "ssd300-coco": 35_641_826},
    )
}
