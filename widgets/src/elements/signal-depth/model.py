"""The Python half of "signal by depth": activations forwards and gradients backwards through random layers."""

import numpy as np

from book_code import init
from book_code.autodiff import Tensor, grad

STARTS = {
    "zeros": init.zeros,
    "small": init.normal,
    "lecun": init.lecun_normal,
    "xavier": init.xavier_normal,
    "he": init.he_normal,
    "orthogonal": init.orthogonal,
}
EXAMPLES = 64


def through(start, activation, depth, width, skip, seed=0):
    """Return the root mean square of each layer's activations, and of the gradient that arrives at it.

    Args:
        start: a name of STARTS; activation: a method of `Tensor`, or "identity".
        depth, width: number of layers and of units in each; skip: whether a layer's input is added to its output.
    """
    rng = np.random.default_rng(seed)
    h = Tensor(rng.normal(size=(EXAMPLES, width)), requires_grad=True)
    layers = []
    for _ in range(depth):
        w = Tensor(STARTS[start]((width, width), rng=rng, dtype=np.float64))
        z = h @ w.T
        out = z if activation == "identity" else getattr(z, activation)()
        h = h + out if skip else out
        layers.append(h)
    arriving = rng.normal(size=(EXAMPLES, width))
    gradients = grad((h * arriving).sum(), layers)
    return {
        "activations": [_size(layer.data) for layer in layers],
        "gradients": [_size(g.data) for g in gradients],
    }


def _size(values):
    return float(f"{np.sqrt((values**2).mean()):.3e}")
