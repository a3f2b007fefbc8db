"""The data sets of the playground: points of the plane from -6 to 6, and what is to be said of each.

The plane, the features and the turns of the spirals are those of TensorFlow Playground, so that the two
can be set side by side. Coordinates are rounded: an exported program holds them digit for digit.
"""

import numpy as np

from book_code.data import toy

HALF = 6.0  # the plane reaches from -HALF to HALF
COUNT = 300
REGRESSION = ("plane", "hill")
FEATURES = {
    "x1": lambda x: x[:, 0],
    "x2": lambda x: x[:, 1],
    "x1^2": lambda x: x[:, 0] ** 2,
    "x2^2": lambda x: x[:, 1] ** 2,
    "x1*x2": lambda x: x[:, 0] * x[:, 1],
    "sin(x1)": lambda x: np.sin(x[:, 0]),
    "sin(x2)": lambda x: np.sin(x[:, 1]),
}


def features(x, names):
    """Return the chosen features of points (N, 2) as columns (N, F)."""
    return np.stack([FEATURES[name](x) for name in names], axis=1)


def make(name, noise, rng, own=()):
    """Return the points (N, 2) and their targets (N,): 0 and 1, or numbers for regression.

    Args:
        name: a data set of `SETS`, or "own" for the reader's points.
        noise: from 0 to 1; how far points stray, as a share of the distance between the classes.
        rng: source of randomness.
        own: the reader's points, rows (x1, x2, target).
    """
    if name == "own":
        rows = np.array(own, dtype=np.float64).reshape(-1, 3)
        return rows[:, :2], rows[:, 2]
    x, y = SETS[name](rng, noise)
    return np.round(x, 3), np.round(y.astype(np.float64), 3)


def gaussians(rng, noise):
    """Two clouds, one in each of two opposite corners."""
    y = np.arange(COUNT) % 2
    centre = np.where(y == 1, 2.0, -2.0)[:, None]
    return centre + (0.7 + 2.6 * noise) * rng.normal(size=(COUNT, 2)), y


def xor(rng, noise):
    """The four quarters of the plane: alike where the signs are."""
    x = rng.uniform(0.3, 5, size=(COUNT, 2)) * rng.choice([-1, 1], size=(COUNT, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(np.int64)
    return x + 2.5 * noise * rng.normal(size=x.shape), y


def circle(rng, noise):
    """A disc and the ring around it."""
    y = np.arange(COUNT) % 2
    radius = np.where(
        y == 1, 2.5 * np.sqrt(rng.uniform(size=COUNT)), rng.uniform(3.5, 5, COUNT)
    )
    angle = rng.uniform(0, 2 * np.pi, COUNT)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x + 2.5 * noise * rng.normal(size=x.shape), y


def spirals(rng, noise):
    """Two arms wound around each other."""
    x, y = toy.spirals(COUNT, 0.0, rng, turns=1.75)
    return 5.2 * x + 1.6 * noise * rng.normal(size=x.shape), y


def moons(rng, noise):
    """Two half circles, each reaching into the other."""
    x, y = toy.moons(COUNT, 0.05 + 0.8 * noise, rng)
    return (x - [0.5, 0.25]) * [3.0, 4.0], y


def plane(rng, noise):
    """A number that grows evenly from one corner to the other."""
    x = rng.uniform(-HALF, HALF, size=(COUNT, 2))
    return x, x.sum(axis=1) / (2 * HALF) + 0.6 * noise * rng.normal(size=COUNT)


def hill(rng, noise):
    """Two hills and two hollows."""
    x = rng.uniform(-HALF, HALF, size=(COUNT, 2))
    bumps = [(3, 3, 1), (-3, -2.5, 1), (-2.5, 3, -1), (3, -3, -1)]
    y = sum(
        sign * np.exp(-((x[:, 0] - a) ** 2 + (x[:, 1] - b) ** 2) / 6) for a, b, sign in bumps
    )
    return x, y + 0.6 * noise * rng.normal(size=COUNT)


SETS = {
    "gaussians": gaussians,
    "xor": xor,
    "circle": circle,
    "spirals": spirals,
    "moons": moons,
    "plane": plane,
    "hill": hill,
}


def split(count, share, rng):
    """Return which points are for training and which are for testing: at least one of each kind."""
    order = rng.permutation(count)
    cut = int(np.clip(round(share * count), 1, max(1, count - 1)))
    return np.sort(order[:cut]), np.sort(order[cut:])
