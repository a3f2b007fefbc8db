"""The Python half of "signal by depth": what the theory of the starts promises."""

import numpy as np
import pytest

from tests.widgets.halves import python_half


@pytest.fixture(scope="module")
def model():
    return python_half("signal-depth")


def test_he_keeps_what_relu_would_halve(model):
    kept = model.through("he", "relu", 20, 256, False)
    halved = model.through("xavier", "relu", 20, 256, False)
    assert 0.2 < kept["gradients"][0] / kept["gradients"][-1] < 5
    ratio = halved["gradients"][0] / halved["gradients"][-1]
    assert np.log2(ratio) == pytest.approx(-19 / 2, abs=2)


def test_orthogonal_layers_without_a_bend_keep_every_size(model):
    found = model.through("orthogonal", "identity", 30, 64, False)
    assert found["activations"] == pytest.approx([found["activations"][0]] * 30, rel=2e-3)
    assert found["gradients"] == pytest.approx([found["gradients"][0]] * 30, rel=2e-3)


def test_from_zero_nothing_passes_but_along_the_skip(model):
    assert set(model.through("zeros", "relu", 5, 16, False)["activations"]) == {0.0}
    assert len(set(model.through("zeros", "relu", 5, 16, True)["gradients"])) == 1


@pytest.mark.parametrize("start", ["zeros", "small", "lecun", "xavier", "he", "orthogonal"])
@pytest.mark.parametrize("activation", ["identity", "relu", "tanh", "sigmoid"])
def test_every_choice_gives_a_number_a_layer(model, start, activation):
    found = model.through(start, activation, 3, 16, False)
    assert len(found["activations"]) == len(found["gradients"]) == 3
    assert np.isfinite([*found["activations"], *found["gradients"]]).all()
