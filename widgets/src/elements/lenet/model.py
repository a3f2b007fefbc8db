"""The Python half of the drawing board: what every stage of the trained LeNet-5 makes of one picture."""

from functools import cache

import numpy as np

import book_code as bc
from book_code.autodiff import no_grad
from book_code.autodiff.functional import softmax

SIDE = 28  # pixels
BOX = 20  # MNIST scales a digit into a box of this size before it centres it
LEVELS = 99  # values are sent as whole numbers up to this


@cache
def network():
    return bc.load("lenet5", "mnist")


def read(pixels, centre=True):
    """Return the picture as the network sees it, every stage, and the ten probabilities.

    Args:
        pixels: 784 numbers from 0 (paper) to 1 (ink), row by row.
        centre: whether to scale and centre the drawing first, as MNIST was made.
    """
    image = np.array(pixels, dtype=np.float32).reshape(SIDE, SIDE)
    if centre:
        image = centred(image)
    with no_grad():
        stages = network().stages(image[None, None])
        chances = softmax(stages["fc3"]).numpy()[0]
    named = {"input": image[None], **{name: out.numpy()[0] for name, out in stages.items()}}
    return {
        "stages": [packed(name, values) for name, values in named.items()],
        "probabilities": [round(float(chance), 6) for chance in chances],
    }


def packed(name, values):
    """Return the numbers of a stage as whole numbers between -99 and 99, and what 99 stands for."""
    most = float(np.abs(values).max())
    whole = np.rint(values * (LEVELS / (most or 1.0))).astype(np.int64)
    return {
        "name": name,
        "shape": list(values.shape),
        "most": round(most, 4),
        "values": whole.ravel().tolist(),
    }


def centred(image):
    """Scale the ink into 20 x 20 pixels and move its centre of mass to the middle, as MNIST does."""
    rows, columns = np.nonzero(image > 0.05)
    if rows.size == 0:
        return image
    top, left = rows.min(), columns.min()
    height, width = rows.max() - top + 1, columns.max() - left + 1
    scale = BOX / max(height, width)
    cut = image[top : top + height, left : left + width]
    small = resized(cut, max(1, round(height * scale)), max(1, round(width * scale)))
    total = small.sum()
    mass_y = (small.sum(axis=1) @ (np.arange(small.shape[0]) + 0.5)) / total
    mass_x = (small.sum(axis=0) @ (np.arange(small.shape[1]) + 0.5)) / total
    y = int(np.clip(round(SIDE / 2 - mass_y), 0, SIDE - small.shape[0]))
    x = int(np.clip(round(SIDE / 2 - mass_x), 0, SIDE - small.shape[1]))
    out = np.zeros_like(image)
    out[y : y + small.shape[0], x : x + small.shape[1]] = small
    return out


def resized(image, height, width):
    """Return the picture at another size: each new pixel is the mean of what it covers."""
    return shares(image.shape[0], height) @ image @ shares(image.shape[1], width).T


def shares(old, new):
    """Return how much of each old cell falls into each new one, along one axis, (new, old)."""
    edges = np.linspace(0, old, new + 1)
    cells = np.arange(old)
    overlap = np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells)
    weights = np.clip(overlap, 0, None)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
