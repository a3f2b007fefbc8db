"""Key points by heat maps."""

import numpy as np

from book_code import losses
from book_code.models.posenet.numpy_model import gaussian_maps

from . import Batch, Case, Objective, With


def points(config, n, rng) -> Batch:
    """Return pictures with a bright spot for each key point, and the maps that tell them."""
    places = rng.integers(1, config.image_size - 1, size=(n, config.points, 2))
    x = 0.1 * rng.normal(size=(n, *config.input_shape))
    for k in range(config.points):
        x[np.arange(n), :, places[:, k, 1], places[:, k, 0]] += (-1.0) ** k * 2
    maps = gaussian_maps(places, config.map_size, stride=config.stride)
    return {"x": x, "maps": maps.astype(np.float64)}


def numpy_loss(model, batch):
    return losses.mse(model(batch["x"]), batch["maps"])


def torch_loss(model, batch):
    from torch.nn import functional

    return functional.mse_loss(model(batch["x"]), batch["maps"])


CASES = {
    "posenet-tiny": Case(
        batch=points,
        objectives={
            "maps": Objective(
                numpy_loss,
                torch_loss,
                below=0.01,
                room={"channels": (8, 16), "up_channels": 16},
            )
        },
        other={
            "image_size": 12,
            "in_channels": 3,
            "points": 3,
            "channels": With((4, 5)),
            "ups": 2,
            "up_channels": 4,
        },
        variants=({"ups": 2}, {"channels": (2, 3, 4), "ups": 1}),
        unpublished={"posenet": "sizes of the book"},
    )
}
