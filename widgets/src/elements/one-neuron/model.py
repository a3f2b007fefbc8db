"""The Python half of "one neuron": what it answers everywhere, and how near one can come to each gate."""

import numpy as np

from book_code.autodiff import functional as F
from book_code.autodiff import no_grad
from book_code.models.neuron import Neuron, NeuronConfig

LOW, HIGH = -1.0, 2.0  # the window, both ways
SIDE = 41  # places a side of the plane
REACH = 6.0  # the curve goes from -REACH to REACH
CORNERS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
GATES = {"and": [0, 0, 0, 1], "or": [0, 1, 1, 1], "nand": [1, 1, 1, 0], "xor": [0, 1, 1, 0]}


def neuron(weight, bias, activation):
    """The book's neuron, with these weights and this bias."""
    made = Neuron(NeuronConfig(2, activation), rng=np.random.default_rng(0)).astype(np.float64)
    made.load_state_dict({"weight": np.array(weight, float), "bias": np.array(bias, float)})
    return made


def answers(weight, bias, activation, places):
    """Return score and activation at each of some places.

    Args:
        weight: two numbers; bias: one; activation: a name of `NeuronConfig`.
        places: pairs [x1, x2].
    """
    one, x = neuron(weight, bias, activation), np.array(places, dtype=np.float64)
    with no_grad():
        return {"scores": rounded(one.score(x)), "activations": rounded(one(x))}


def everywhere(weight, bias, activation):
    """Return the activations over the plane, row by row from the top, the boundary, and the curve of the activation."""
    one = neuron(weight, bias, activation)
    side = np.linspace(LOW, HIGH, SIDE)
    plane = np.stack(np.meshgrid(side, side[::-1]), axis=-1)
    with no_grad():
        return {
            "plane": rounded(one(plane.reshape(-1, 2))),
            "curve": rounded(one.act(np.linspace(-REACH, REACH, 121))),
            "line": line(np.array(weight, float), float(bias)),
        }


def line(w, b):
    """Where the score is 0: its place next to the middle of the window, and the way that w points; None without weights."""
    length = np.hypot(*w)
    if length == 0:
        return None
    middle = np.full(2, (LOW + HIGH) / 2)
    foot = middle - (w @ middle + b) / length**2 * w
    return [*foot.round(4).tolist(), *(w / length).round(4).tolist()]


def nearest():
    """Return for each gate how many of its corners the best neuron of a grid has wrong, and the grid's size."""
    sizes = np.linspace(-4, 4, 17)
    w1, w2, b = (axis.ravel() for axis in np.meshgrid(sizes, sizes, sizes + 0.25))
    with no_grad():
        says = F.linear(np.array(CORNERS), np.stack([w1, w2], axis=1), b).numpy().T > 0
    wrong = {name: int((says != np.array(gate)).sum(1).min()) for name, gate in GATES.items()}
    return {"neurons": len(b), "wrong": wrong}


def rounded(values):
    return np.round(values.numpy(), 4).tolist()
