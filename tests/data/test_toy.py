"""The made data sets keep what they promise."""

import numpy as np
import pytest

from book_code.data import toy


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("margin", [0.0, 0.1, 1.0, 2.9])
@pytest.mark.parametrize("dim", [1, 2, 5])
def test_blobs_have_the_margin_that_was_asked_for(margin, dim):
    x, y = toy.blobs(500, margin=margin, rng=np.random.default_rng(0), dim=dim)
    normal = np.random.default_rng(0).normal(size=dim)
    distances = y * (x @ (normal / np.linalg.norm(normal)))
    assert distances.min() == pytest.approx(margin, abs=1e-6)
    assert np.linalg.norm(x, axis=1).max() <= 3.0
    assert x.shape == (500, dim)
    assert y.sum() == 0


@pytest.mark.parametrize("bad", [{"n": 1}, {"margin": 3.0}, {"margin": -0.1}, {"dim": 0}])
def test_blobs_say_what_they_need(bad, rng):
    with pytest.raises(ValueError, match="blobs needs n >= 2"):
        toy.blobs(**{"n": 10, "rng": rng, **bad})


@pytest.mark.parametrize("name", toy.GATES)
def test_gates_are_the_truth_tables(name):
    python = {
        "and": lambda a, b: a and b,
        "or": lambda a, b: a or b,
        "nand": lambda a, b: not (a and b),
        "nor": lambda a, b: not (a or b),
        "xor": lambda a, b: a != b,
        "xnor": lambda a, b: a == b,
    }[name]
    x, y = toy.logic_gates(name.upper())
    assert [bool(python(bool(a), bool(b))) for a, b in x] == [label == 1 for label in y]


def test_a_gate_is_the_readers_to_change():
    toy.xor()[0][:] = 9
    assert toy.xor()[0].max() == 1


def test_an_unknown_gate_gets_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'nand'"):
        toy.logic_gates("nannd")


def test_moons_are_half_circles_without_noise(rng):
    x, y = toy.moons(101, noise=0, rng=rng)
    assert np.linalg.norm(x[y == 0], axis=1) == pytest.approx(1, abs=1e-6)
    assert np.linalg.norm(x[y == 1] - [1, 0.5], axis=1) == pytest.approx(1, abs=1e-6)
    assert np.bincount(y).tolist() == [50, 51]


def test_spirals_stay_in_the_unit_circle_without_noise(rng):
    x, y = toy.spirals(300, noise=0, rng=rng, classes=3)
    assert np.linalg.norm(x, axis=1).max() <= 1
    assert np.bincount(y).tolist() == [100, 100, 100]
    assert len(np.unique(x, axis=0)) == 300


@pytest.mark.parametrize("make", [toy.blobs, toy.moons, toy.spirals])
def test_same_seed_same_points(make):
    first, second = (make(20, rng=np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first[0], second[0])
    assert first[0].dtype == np.float32
    assert first[1].dtype == np.int64
    with pytest.raises(TypeError, match=r"needs rng=np\.random\.default_rng\(seed\)"):
        make(20)
