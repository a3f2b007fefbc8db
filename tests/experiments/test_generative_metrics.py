"""The defects are those that they are named after."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.experiments import _fid, generative_metrics  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = generative_metrics.Config("digits", side=8, made=200, few=5)


@pytest.fixture(scope="module")
def spoiled():
    data = _fid.pictures(CONFIG)
    rng = np.random.default_rng(0)
    found = generative_metrics.spoiled(CONFIG, data.train, data.validation, rng)
    return data, found


def rows(x):
    return {one.tobytes() for one in np.asarray(x)}


def test_each_defect_has_its_pictures(spoiled):
    _, found = spoiled
    assert list(found) == list(generative_metrics.DEFECTS)
    for defect, x in found.items():
        assert x.dtype == np.float32
        assert len(x) == (pytest.approx(150, abs=3) if defect == "half" else 200), defect


def test_real_pictures_are_held_out_and_copies_are_not(spoiled):
    data, found = spoiled
    assert rows(found["none"]) <= rows(data.validation.x)
    assert rows(found["copies"]) <= rows(data.train.x)
    assert rows(found["half"]) <= rows(data.validation.x[data.validation.y < 5])
    assert len(rows(found["few"])) == 5
    assert rows(found["few"]) <= rows(found["none"])


def test_noise_and_blur_have_their_strength(spoiled):
    _, found = spoiled
    difference = found["noise"] - found["none"]
    assert difference.std() == pytest.approx(CONFIG.noise, rel=0.05)
    corner = found["none"][:, 0, :2, :2].mean(
        (1, 2)
    )  # at the border only what is inside counts
    np.testing.assert_allclose(found["blur"][:, 0, 0, 0], corner, rtol=1e-5)
    inside = found["none"][:, 0, 2:5, 3:6].mean((1, 2))
    np.testing.assert_allclose(found["blur"][:, 0, 3, 4], inside, rtol=1e-5)
