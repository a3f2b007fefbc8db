"""Small data sets that are made, not measured: their answers are known.

Every function returns (x, y). Points are float32 of shape (N, 2). Labels are int64 of shape (N,): -1 and +1
where the perceptron is meant (blobs, xor, logic_gates), 0, 1, ... where classes are (moons, spirals).
"""

import numpy as np

from ..names import unknown

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
GATES = {
    "and": (-1, -1, -1, +1),
    "or": (-1, +1, +1, +1),
    "nand": (+1, +1, +1, -1),
    "nor": (+1, -1, -1, -1),
    "xor": (-1, +1, +1, -1),
    "xnor": (+1, -1, -1, +1),
}

Points = tuple[np.ndarray, np.ndarray]


def logic_gates(name: str) -> Points:
    """Return the truth table of a gate: its four corners and -1 (false) or +1 (true).

    >>> x, y = logic_gates("and")
    >>> y.tolist()
    [-1, -1, -1, 1]
    """
    if name.lower() not in GATES:
        raise ValueError(unknown("gate", name, GATES))
    return CORNERS.copy(), np.array(GATES[name.lower()], dtype=np.int64)


def xor() -> Points:
    """Return the four points that no line separates.

    >>> xor()[1].tolist()
    [-1, 1, 1, -1]
    """
    return logic_gates("xor")


def blobs(
    n: int,
    margin: float = 0.5,
    rng: np.random.Generator | None = None,
    *,
    dim: int = 2,
    radius: float = 3.0,
) -> Points:
    """Return points on both sides of a hyperplane through the origin, none nearer to it than `margin`.

    All points lie in the ball of the given radius; the first two touch the margin, one from each side, and
    so the margin of the data about this hyperplane is exactly what was asked for.

    Args:
        n: number of points, at least 2; half of each sign (the odd one is +1).
        margin: distance between the hyperplane and the nearest points, below `radius`.
        rng: source of randomness.
        dim: number of coordinates.
        radius: R of the perceptron's bound (R / margin)**2.

    Shape:
        x (n, dim), y (n,) of -1 and +1.

    >>> x, y = blobs(100, margin=0.5, rng=np.random.default_rng(0))
    >>> x.shape, int(y.sum())
    ((100, 2), 0)
    """
    rng = _need(rng, "blobs")
    if n < 2 or dim < 1 or not 0 <= margin < radius:
        raise ValueError(
            "blobs needs n >= 2, dim >= 1 and 0 <= margin < radius; got "
            f"n={n}, dim={dim}, margin={margin}, radius={radius}"
        )
    normal = rng.normal(size=dim)
    normal /= np.linalg.norm(normal)
    y = np.where(np.arange(n) % 2 == 0, 1, -1).astype(np.int64)
    # A height over the hyperplane, then a place in the disc that the ball leaves at that height.
    height = rng.uniform(margin, radius, size=n)
    height[:2] = margin
    side = rng.normal(size=(n, dim))
    side -= np.outer(side @ normal, normal)
    length = np.maximum(np.linalg.norm(side, axis=1), 1e-12)
    reach = np.sqrt(radius**2 - height**2) * rng.uniform(size=n) ** (1 / max(dim - 1, 1))
    x = np.outer(y * height, normal) + side * (0.999 * reach / length)[:, None]
    return x.astype(np.float32), y


def moons(n: int, noise: float = 0.1, rng: np.random.Generator | None = None) -> Points:
    """Return two half circles, each reaching into the other; classes 0 and 1.

    >>> x, y = moons(6, rng=np.random.default_rng(0))
    >>> x.shape, y.tolist()
    ((6, 2), [0, 0, 0, 1, 1, 1])
    """
    rng = _need(rng, "moons")
    upper = n // 2
    a, b = np.linspace(0, np.pi, upper), np.linspace(0, np.pi, n - upper)
    x = np.concatenate(
        [
            np.stack([np.cos(a), np.sin(a)], axis=1),
            np.stack([1 - np.cos(b), 0.5 - np.sin(b)], axis=1),
        ]
    )
    x += noise * rng.normal(size=x.shape)
    return x.astype(np.float32), (np.arange(n) >= upper).astype(np.int64)


def spirals(
    n: int,
    noise: float = 0.05,
    rng: np.random.Generator | None = None,
    *,
    classes: int = 2,
    turns: float = 1.0,
) -> Points:
    """Return one spiral arm a class, wound around each other inside the unit circle.

    >>> x, y = spirals(90, rng=np.random.default_rng(0), classes=3)
    >>> np.bincount(y).tolist()
    [30, 30, 30]
    """
    rng = _need(rng, "spirals")
    if classes < 1:
        raise ValueError(f"spirals needs at least one class; got {classes}")
    y = (np.arange(n) % classes).astype(np.int64)
    radius = np.sqrt((np.arange(n) + 0.5) / n)
    angle = 2 * np.pi * (turns * radius + y / classes)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x += noise * rng.normal(size=x.shape)
    return x.astype(np.float32), y


def _need(rng: np.random.Generator | None, name: str) -> np.random.Generator:
    """Return the generator, or say how to give one: nothing here is random behind the reader's back."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"{name} needs rng=np.random.default_rng(seed); got {rng!r}")
    return rng
