"""The Python half of "one neuron": what the plane, the points and the line show, and that XOR is out of reach."""

import numpy as np
import pytest

from tests.widgets.halves import python_half

RIDES = [[0.8, 0.3], [0.8, 0.8], [0.2, 0.1], [0.25, 0.0]]


@pytest.fixture(scope="module")
def model():
    return python_half("one-neuron")


def test_the_mornings_of_the_chapter(model):
    found = model.answers([4, -6], -1, "sigmoid", RIDES)
    assert found["scores"] == pytest.approx([0.4, -2.6, -0.8, 0.0])
    assert found["activations"] == pytest.approx([0.5987, 0.0691, 0.31, 0.5], abs=1e-4)


@pytest.mark.parametrize(
    ("activation", "phi"),
    [
        ("step", lambda z: float(z > 0)),
        ("sigmoid", lambda z: 1 / (1 + np.exp(-z))),
        ("tanh", np.tanh),
        ("relu", lambda z: max(z, 0.0)),
        ("identity", lambda z: z),
    ],
)
def test_plane_and_curve_are_the_activation_of_the_score(model, activation, phi):
    found = model.everywhere([2, -1], 0.5, activation)
    plane = np.array(found["plane"]).reshape(model.SIDE, model.SIDE)
    for row, column in [(0, 0), (7, 33), (40, 20)]:
        x1, x2 = -1 + 3 * column / 40, 2 - 3 * row / 40
        assert plane[row, column] == pytest.approx(phi(2 * x1 - x2 + 0.5), abs=1e-3)
    assert found["curve"][90] == pytest.approx(phi(3.0), abs=1e-3)
    here = model.answers([2, -1], 0.5, activation, [[0.25, 0.0]])
    assert here["activations"] == [pytest.approx(phi(1.0), abs=1e-3)]


def test_on_the_line_the_score_is_0_and_w_stands_upright_on_it(model):
    x1, x2, *way = model.everywhere([3, 4], -2, "sigmoid")["line"]
    assert 3 * x1 + 4 * x2 - 2 == pytest.approx(0, abs=1e-3)
    assert way == pytest.approx([0.6, 0.8])
    away = np.array([x1, x2]) - 0.5  # the nearest place to the middle lies straight across
    assert away @ [4, -3] == pytest.approx(0, abs=1e-3)


def test_without_weights_there_is_no_line(model):
    assert model.everywhere([0, 0], 1, "step")["line"] is None


def test_every_gate_but_xor_is_within_reach(model):
    found = model.nearest()
    assert found["wrong"] == {"and": 0, "or": 0, "nand": 0, "xor": 1}
    assert found["neurons"] == 17**3


def test_no_four_corners_are_told_apart_as_xor_asks(model):
    """Beyond the grid: the sum of the two scores on each diagonal is the same."""
    rng = np.random.default_rng(0)
    for w1, w2, b in rng.normal(size=(50, 3)) * 10:
        s = model.answers([w1, w2], b, "identity", model.CORNERS)["scores"]
        assert s[0] + s[3] == pytest.approx(s[1] + s[2], abs=1e-3)
