"""The Python half of the optimizer race: a surface out of a formula, and the path of every optimizer on it."""

import math

import numpy as np

from book_code import optim
from book_code.autodiff import Tensor, grad

from .formula import Formula, tensor

GRID = 41  # points of the surface along each side
FAR = 1e6  # a path that is further away than this has flown away

MAKERS = {
    "sgd": lambda p, lr: optim.SGD(p, lr),
    "momentum": lambda p, lr: optim.SGD(p, lr, momentum=0.9),
    "nesterov": lambda p, lr: optim.SGD(p, lr, momentum=0.9, nesterov=True),
    "adagrad": lambda p, lr: optim.AdaGrad(p, lr),
    "rmsprop": lambda p, lr: optim.RMSProp(p, lr, alpha=0.9),
    "adam": lambda p, lr: optim.Adam(p, lr),
    "adamw": lambda p, lr: optim.AdamW(p, lr),
    "muon": lambda p, lr: optim.Muon(p, lr, weight_decay=0.0),
}


def race(formula, start, rates, steps, noise=0.0, half=3.0):
    """The surface and every optimizer's path.

    Args:
        formula: the height, in x and y.
        start: x and y to begin with.
        rates: a learning rate for each optimizer that runs, by name.
        steps: number of steps.
        noise: standard deviation of what is added to each gradient.
        half: the picture goes from -half to half both ways.
    """
    try:
        surface = Formula(formula)
        side = np.linspace(-half, half, GRID)
        x, y = np.meshgrid(side, side)
        with np.errstate(all="ignore"):  # a value that is none is told below
            heights = tensor(surface.at(Tensor(x), Tensor(y))).data
        heights = np.broadcast_to(heights, x.shape).astype(float)
        if not np.isfinite(heights).all():
            raise ValueError(
                "the formula has no value in a part of the picture: look for a log, a root or a division"
            )
    except ValueError as error:
        return {"error": str(error)}
    except (OverflowError, ZeroDivisionError):
        return {"error": "a number in the formula becomes too large, or is divided by zero"}
    paths = {
        name: path(surface, name, start, rate, steps, noise) for name, rate in rates.items()
    }
    return {"heights": np.round(heights, 6).ravel().tolist(), "paths": paths}


def path(surface, name, start, rate, steps, noise):
    """One optimizer's places and heights, up to where it flies away."""
    place = Tensor(
        np.array([start], dtype=float), requires_grad=True
    )  # (1, 2): Muon wants a matrix
    optimizer = MAKERS[name]([place], rate)
    rng = np.random.default_rng(0)  # every optimizer meets the same noise
    places = []
    for _ in range(steps + 1):
        x, y = place.data[0].tolist()
        height = tensor(surface.at(place[0, 0], place[0, 1]))
        value = height.item()
        if not (abs(x) < FAR and abs(y) < FAR and math.isfinite(value)):
            break
        places.append([round(x, 5), round(y, 5), round(value, 6)])
        slope = grad(height, [place])[0].data if height.record else np.zeros((1, 2))
        optimizer.step([slope + noise * rng.standard_normal((1, 2))])
    return places
