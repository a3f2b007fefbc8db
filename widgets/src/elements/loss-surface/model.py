"""The Python half of the loss surface: a line's loss over slope and intercept, its gradient, its lowest place."""

import numpy as np

from book_code import losses
from book_code.autodiff import Tensor, no_grad

SIDE = 33  # places a side of the surface
MOST = 2.0
FINE = 0.002
AROUND = range(-4, 5)


def surface(points, loss):
    """Return the loss over the window, row by row from the highest intercept, and its lowest place.

    Args:
        points: pairs [x, y]; loss: a name of `book_code.losses`.
    """
    x, y = np.array(points, dtype=np.float64).T
    places = np.linspace(-MOST, MOST, SIDE)
    with no_grad():
        values = [[_loss(loss, x, y, w, b).item() for w in places] for b in places[::-1]]
        place = lowest(x, y, loss, values)
    return {"side": SIDE, "values": np.round(values, 4).ravel().tolist(), "lowest": place}


def at(points, loss, w, b):
    """Return the loss of one line, its gradient, and the pull of each point on the line's answer there."""
    x, y = np.array(points, dtype=np.float64).T
    w, b = Tensor(float(w), requires_grad=True), Tensor(float(b), requires_grad=True)
    answers = w * Tensor(x) + b
    value = getattr(losses, loss)(answers, y)
    value.backward()
    said = Tensor(answers.numpy(), requires_grad=True)
    getattr(losses, loss)(said, y).backward()
    return {
        "loss": round(value.item(), 4),
        "gradient": [round(w.grad.item(), 4), round(b.grad.item(), 4)],
        "pull": np.round(-said.grad.numpy(), 4).tolist(),
    }


def lowest(x, y, loss, values):
    """Return slope and intercept where the loss is lowest: from the surface's lowest place, ever finer."""
    row, column = np.unravel_index(int(np.argmin(values)), (SIDE, SIDE))
    places = np.linspace(-MOST, MOST, SIDE)
    w, b, width = places[column], places[::-1][row], places[1] - places[0]
    while width > FINE:
        near = [(w + i * width / 3, b + j * width / 3) for i in AROUND for j in AROUND]
        w, b = min(near, key=lambda place: _loss(loss, x, y, *place).item())
        width /= 3
    return [round(float(w), 3), round(float(b), 3)]


def _loss(name, x, y, w, b):
    return getattr(losses, name)(w * Tensor(x) + b, y)
