"""In the image: what has to be done when it is restored, before the reader's first line."""

import gc
import json
import os
import random
import sys
import time
import types

import numpy as np

# Left out of the image; comes with the rest.
DOCSTRINGS = "/lib/python3.14/site-packages/book_docstrings.json"
# For the self-test, seeded when the image is made: seeding would be half of the test's time.
LEGACY = np.random.RandomState(3)
GENERATORS = [
    np.random.Generator(kind(7))
    for kind in (np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64)
]


def wake(language):
    """Seed chance anew, set language and time zone, and say what the libraries answer."""
    answer = self_test()
    os.environ["LANG"] = language
    random.seed()
    np.random.seed()
    winter, summer = sorted(
        (time.localtime(1767225600), time.localtime(1782864000)), key=lambda now: now.tm_gmtoff
    )
    time.timezone, time.altzone = -winter.tm_gmtoff, -summer.tm_gmtoff
    time.daylight = int(winter.tm_gmtoff != summer.tm_gmtoff)
    time.tzname = winter.tm_zone, summer.tm_zone
    return answer


def documented():
    """The functions and classes of all modules, NumPy's dispatchers among them."""
    kinds = (types.FunctionType, type, type(np.sum))
    return [owner for owner in gc.get_objects() if isinstance(owner, kinds)]


def bring_docstrings():
    """Give the functions and classes their docstrings, by module and name."""
    with open(DOCSTRINGS, encoding="utf-8") as file:
        texts = json.load(file)
    for owner in documented():
        text = texts.get(owner.__module__, {}).get(owner.__qualname__)
        if text is not None and owner.__doc__ is None:
            owner.__doc__ = text


def rehearse():
    """What the self-test will answer; chance is put back to where it was."""
    legacy, states = LEGACY.get_state(), [one.bit_generator.state for one in GENERATORS]
    answer = self_test()
    LEGACY.set_state(legacy)
    for one, state in zip(GENERATORS, states, strict=True):
        one.bit_generator.state = state
    return answer


def self_test():
    """A call or two into every extension that was imported; the same text wherever they are sound."""
    return repr(numpy_test() + (drawing_test() if "matplotlib" in sys.modules else []))


def numpy_test():
    matrix = np.array([[4.0, 1.0, 2.0], [1.0, 5.0, 3.0], [2.0, 3.0, 6.0]])
    vector = np.arange(12, dtype=np.float32).reshape(3, 4)
    return [
        (vector @ vector.T).sum(),
        np.sort(np.array([3, 1, 2]))[::-1].tolist(),
        np.exp(matrix).sum(),
        f"{np.arange(3)!r} {np.float64(1) / 3}",
        np.linalg.solve(matrix, matrix[0]).tolist(),
        np.fft.fft(vector[0]).tolist(),
        LEGACY.standard_normal(2).tolist(),
        GENERATORS[0].integers(0, 100, 3).tolist(),
        [one.random() for one in GENERATORS],
    ]


def drawing_test():
    from contourpy import contour_generator
    from kiwisolver import Solver, Variable
    from matplotlib import _image, font_manager
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D
    from PIL import Image

    circle = Path.unit_circle()
    renderer = RendererAgg(12, 12, 72)
    place = Affine2D().scale(5).translate(6, 6)
    renderer.draw_path(renderer.new_gc(), circle, place, (1.0, 0.0, 0.0))
    solver, variable = Solver(), Variable("x")
    solver.addConstraint(variable >= 3)
    solver.updateVariables()
    larger = np.zeros((4, 4))
    _image.resample(np.arange(4.0).reshape(2, 2), larger, Affine2D().scale(2), _image.BILINEAR)
    font = font_manager.get_font(font_manager.findfont("DejaVu Sans"))
    font.set_size(12, 72)
    font.set_text("book")
    return [
        int(np.asarray(renderer.buffer_rgba()).astype(int).sum()),
        bool(circle.intersects_path(Path.unit_rectangle())),
        circle.get_extents(place).bounds,
        variable.value(),
        larger.sum(),
        font.get_width_height(),
        contour_generator(z=[[0.0, 1.0], [1.0, 2.0]]).lines(0.5)[0].tolist(),
        Image.frombytes("L", (2, 2), bytes([1, 2, 3, 4])).resize((1, 1)).getpixel((0, 0)),
    ]
