"""The Python half of the loss surface: its heights, its lowest place, and the pull of each point."""

import numpy as np
import pytest

from tests.widgets.halves import python_half

POINTS = [
    [-1.5, -1.1],
    [-0.9, -0.3],
    [-0.3, -0.1],
    [0.3, 0.4],
    [0.9, 0.5],
    [1.5, 1.2],
    [1.2, 4.2],
]
X, Y = np.array(POINTS).T


@pytest.fixture(scope="module")
def model():
    return python_half("loss-surface")


def test_the_surface_is_the_loss_of_every_line(model):
    found = model.surface(POINTS, "mse")
    heights = np.array(found["values"]).reshape(found["side"], found["side"])
    for row, column in [(0, 0), (5, 30), (32, 16)]:
        w, b = -2 + column / 8, 2 - row / 8
        assert heights[row, column] == pytest.approx(((w * X + b - Y) ** 2).mean(), abs=1e-3)


def test_the_lowest_place_of_the_squared_error_is_least_squares(model):
    w, b = model.surface(POINTS, "mse")["lowest"]
    assert (w, b) == pytest.approx(tuple(np.polyfit(X, Y, 1)), abs=0.003)


def test_the_absolute_error_stays_with_the_six(model):
    w, b = model.surface(POINTS, "mae")["lowest"]
    assert np.abs(w * X[:6] + b - Y[:6]).max() < 0.35


@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
def test_the_gradient_is_the_slope_of_the_surface(model, loss):
    h = 1e-5
    height = lambda w, b: model._loss(loss, X, Y, w, b).item()  # noqa: E731
    wanted = [
        (height(0.31 + h, -0.2) - height(0.31 - h, -0.2)) / (2 * h),
        (height(0.31, -0.2 + h) - height(0.31, -0.2 - h)) / (2 * h),
    ]
    found = model.at(POINTS, loss, 0.31, -0.2)
    assert found["gradient"] == pytest.approx(wanted, abs=1e-3)
    assert sum(found["pull"]) == pytest.approx(-wanted[1], abs=1e-3)
    assert found["loss"] == pytest.approx(height(0.31, -0.2), abs=1e-3)
