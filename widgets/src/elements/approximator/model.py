"""The Python half of the bump-by-bump approximator: a curve, and a network of one hidden layer built or trained for it."""

from functools import lru_cache

import numpy as np

from book_code import build, losses, optim
from book_code.autodiff import no_grad

PLACES = np.linspace(-1, 1, 161)
EXAMPLES = np.linspace(-1, 1, 81)
FRAMES = 20
STEPS = 1200
RATE = 0.01
STEEP = 10.0  # how much a step rises within a cell: nearly all
SIZES = (1, 2, 4, 8, 16, 32)


def curve(heights, x):
    """Return the smooth curve through equally spaced heights: cubics that agree in value and slope."""
    heights = np.asarray(heights, dtype=np.float64)
    slopes = np.gradient(heights)
    last = len(heights) - 1
    place = (np.asarray(x) + 1) / 2 * last
    i = np.clip(place.astype(int), 0, last - 1)
    t = place - i
    from_left = heights[i] * (1 + 2 * t) * (1 - t) ** 2 + slopes[i] * t * (1 - t) ** 2
    return from_left + heights[i + 1] * t**2 * (3 - 2 * t) - slopes[i + 1] * t**2 * (1 - t)


def built(heights, kind, units, bumps=None):
    """Return the network whose weights are written down: `units` of its `units + 1` values need a unit each.

    Args:
        heights: the curve; kind: "relu" or "sigmoid".
        bumps: so many values from the left are the curve's, the others zero; all when left out.
    """
    model = _network(kind, units)
    hidden, out = model.layers
    if kind == "relu":
        knots = np.linspace(-1, 1, units + 1)
        values = _first(curve(heights, knots), bumps)
        slopes = np.diff(values) / np.diff(knots)
        weight, bias = np.ones(units), -knots[:-1]
        changes = np.diff(slopes, prepend=0)
    else:
        edges = np.linspace(-1, 1, units + 2)
        values = _first(curve(heights, (edges[1:] + edges[:-1]) / 2), bumps)
        steep = STEEP * (units + 1)
        weight, bias = np.full(units, steep), -steep * edges[1:-1]
        changes = np.diff(values)
    hidden.weight.data, hidden.bias.data = weight[:, None], bias
    out.weight.data, out.bias.data = changes[None, :], values[:1].copy()
    return model


@lru_cache(maxsize=64)
def trained(heights, kind, units, seed):
    """Return the weights of a network that gradient descent trains on the curve, at FRAMES + 1 moments."""
    model = _network(kind, units, seed)
    x, y = EXAMPLES[:, None], curve(heights, EXAMPLES)[:, None]
    optimizer = optim.Adam(model.parameters(), lr=RATE)
    kept = []
    for step in range(STEPS + 1):
        if step == moment(len(kept)):
            kept.append({name: value.copy() for name, value in model.state_dict().items()})
        loss = losses.mse(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return kept


def moment(frame):
    """Return after how many steps a frame was taken: at first often, later seldom."""
    return round(STEPS * (frame / FRAMES) ** 2)


def follow(heights, kind, units, way, part, seed):
    """Return what is drawn: the pieces, their sum, and how far it is from the curve."""
    heights = tuple(heights)
    if way == "built":
        sums = [_answers(built(heights, kind, units, bumps)) for bumps in range(part + 1)]
        pieces, answers = np.diff(sums, axis=0), sums[-1]
    else:
        model = _network(kind, units)
        model.load_state_dict(trained(heights, kind, units, seed)[part])
        pieces, answers = _pieces(model), _answers(model)
    wanted = curve(heights, PLACES)
    off = np.abs(answers - wanted)
    return {
        "sum": _short(answers),
        "pieces": [_short(piece) for piece in pieces],
        "error": float(off.max()),
        "mean": float(np.sqrt((off**2).mean())),
        "worst": int(off.argmax()),
        "curve": float(wanted[off.argmax()]),
        "steps": moment(part) if way == "trained" else 0,
    }


def error(heights, kind, units, way, seed):
    """Return the largest distance between the curve and the finished network."""
    part = FRAMES if way == "trained" else units + 1
    return follow(heights, kind, units, way, part, seed)["error"]


def errors(heights, kind):
    """Return the errors of the networks built by hand, for each of SIZES."""
    return [error(heights, kind, units, "built", 0) for units in SIZES]


def _network(kind, units, seed=0):
    rng = np.random.default_rng(seed)
    model = build("mlp", rng=rng, in_features=1, hidden=(units,), classes=1, activation=kind)
    return model.astype(np.float64)


def _answers(model):
    with no_grad():
        return model(PLACES[:, None]).numpy()[:, 0]


def _pieces(model):
    """What each unit adds to the answer."""
    hidden, out = model.layers
    with no_grad():
        return (model.act(hidden(PLACES[:, None])).numpy() * out.weight.numpy()).T


def _first(values, count):
    return values if count is None else np.where(np.arange(len(values)) < count, values, 0.0)


def _short(values):
    return np.round(values, 3).tolist()
