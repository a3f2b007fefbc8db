"""The Python half of the approximator: the built networks keep their bounds, the trained ones are trained."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

PATH = Path(__file__).parents[2] / "widgets/src/elements/approximator/model.py"
WAVE = [0, 1.06, 0.8, 0.51, 0.92, 0.54, -0.79, -1.18, -0.56, -0.58, -0.76]
FINE = np.linspace(-1, 1, 20001)


@pytest.fixture(scope="module")
def model():
    spec = importlib.util.spec_from_file_location("approximator", PATH)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture
def quick(model, monkeypatch):
    """A short training, forgotten afterwards."""
    monkeypatch.setattr(model, "STEPS", 400)
    model.trained.cache_clear()
    yield model
    model.trained.cache_clear()


def steepest(model):
    """The largest slope and the largest bend of the curve; the bend within its cubic pieces."""
    values = model.curve(WAVE, FINE)
    slope = np.abs(np.diff(values)) / np.diff(FINE)
    bend = np.abs(np.diff(values, 2)) / np.diff(FINE)[:-1] ** 2
    return slope.max(), bend.max()


def test_the_curve_goes_through_its_points_without_a_corner(model):
    places = np.linspace(-1, 1, len(WAVE))
    assert model.curve(WAVE, places) == pytest.approx(WAVE)
    slope = np.diff(model.curve(WAVE, FINE)) / np.diff(FINE)
    assert np.abs(np.diff(slope)).max() < 0.1


def test_the_curve_is_the_cubic_that_the_page_draws(model):
    def bezier(i, t):
        slopes = np.gradient(np.array(WAVE))
        p, q = WAVE[i], WAVE[i + 1]
        a, b = p + slopes[i] / 3, q - slopes[i + 1] / 3
        return p * (1 - t) ** 3 + 3 * a * t * (1 - t) ** 2 + 3 * b * t**2 * (1 - t) + q * t**3

    for i, t in [(0, 0.5), (4, 0.25), (9, 0.8)]:
        place = -1 + 2 * (i + t) / (len(WAVE) - 1)
        assert model.curve(WAVE, [place])[0] == pytest.approx(bezier(i, t))


@pytest.mark.parametrize("units", [1, 4, 16, 32])
def test_what_is_built_keeps_the_bounds_of_the_chapter(model, units):
    slope, bend = steepest(model)
    ramps = model.error(WAVE, "relu", units, "built", 0)
    assert ramps <= bend * (2 / units) ** 2 / 8
    steps = model.error(WAVE, "sigmoid", units, "built", 0)
    softness = 0.5 * slope * 2 / (units + 1)  # half of a jump, where a step is not yet up
    assert steps <= slope / (units + 1) + softness


def test_ramps_meet_the_curve_at_their_knots(model):
    network = model.built(WAVE, "relu", 8)
    knots = np.linspace(-1, 1, 9)
    assert network(knots[:, None]).numpy()[:, 0] == pytest.approx(model.curve(WAVE, knots))


def test_twice_as_many_units_quarter_the_error_of_ramps(model):
    errors = dict(zip(model.SIZES, model.errors(WAVE, "relu"), strict=True))
    assert errors[32] < 0.4 * errors[16] < 0.4 * 0.6 * errors[8]


@pytest.mark.parametrize("kind", ["relu", "sigmoid"])
def test_bumps_add_up_one_by_one(model, kind):
    whole = model.follow(WAVE, kind, 6, "built", 7, 0)
    assert len(whole["pieces"]) == 7
    assert np.sum(whole["pieces"], axis=0) == pytest.approx(whole["sum"], abs=0.01)
    some = model.follow(WAVE, kind, 6, "built", 3, 0)
    assert some["pieces"] == whole["pieces"][:3]
    assert some["sum"][-1] == pytest.approx(0, abs=0.01)  # the right side is not built yet
    assert model.follow(WAVE, kind, 6, "built", 0, 0)["pieces"] == []


@pytest.mark.parametrize("kind", ["relu", "sigmoid"])
def test_training_ends_nearer_than_it_began(quick, kind):
    begun = quick.follow(WAVE, kind, 8, "trained", 0, 1)
    ended = quick.follow(WAVE, kind, 8, "trained", quick.FRAMES, 1)
    assert ended["steps"] == 400
    assert ended["mean"] < 0.9 * begun["mean"]
    assert len(ended["pieces"]) == 8
    assert ended["error"] == quick.error(WAVE, kind, 8, "trained", 1)


def test_seeds_differ_and_repeat(quick):
    ends = [quick.error(WAVE, "relu", 4, "trained", seed) for seed in (0, 1)]
    quick.trained.cache_clear()
    assert ends[0] != ends[1]
    assert quick.error(WAVE, "relu", 4, "trained", 0) == ends[0]


def test_the_largest_error_is_where_it_is_said_to_be(model):
    found = model.follow(WAVE, "relu", 5, "built", 6, 0)
    off = found["sum"][found["worst"]] - found["curve"]
    assert abs(off) == pytest.approx(found["error"], abs=1e-3)
