"""Key points: bells, peaks, soft peaks, and a network that finds bright spots."""

import numpy as np
import pytest

from book_code.autodiff import check_grads
from book_code.models import registry
from book_code.models.posenet.numpy_model import (
    correct_key_points,
    gaussian_maps,
    peaks,
    soft_peaks,
)

from .common import model


def test_the_stages():
    net = model("posenet-tiny")
    assert net(np.zeros((2, 1, 8, 8))).shape == (2, 2, 4, 4)
    assert (net.config.stride, net.config.map_size) == (2, 4)
    big = registry.config("posenet")
    assert (big.stride, big.map_size) == (2, 32)


def test_a_bell_is_1_at_its_point_and_falls_off():
    maps = gaussian_maps([[[12.0, 20.0], [np.nan, 3.0]]], 16, sigma=1.5, stride=2)
    assert maps.shape == (1, 2, 16, 16)
    assert maps[0, 0, 10, 6] == 1
    assert maps[0, 0, 10, 7] == pytest.approx(np.exp(-1 / (2 * 1.5**2)))
    assert not maps[0, 1].any()


def test_peaks_are_found_to_a_quarter_of_a_pixel():
    rng = np.random.default_rng(0)
    points = rng.uniform(2, 29, size=(20, 3, 2))
    maps = gaussian_maps(points, 32)
    hard, soft = peaks(maps), soft_peaks(maps, sharpness=200.0).numpy()
    assert np.abs(hard - points).max() <= 0.2501 + 1e-9
    assert np.abs(soft - points).max() < 0.5
    assert np.abs(peaks(gaussian_maps(points, 16, stride=2), stride=2) - points).max() <= 0.5002


def test_soft_peaks_are_told_in_pixels_of_the_picture():
    maps = gaussian_maps([[[12.0, 20.0]]], 16, stride=2)
    assert soft_peaks(maps, sharpness=500.0, stride=2).numpy().tolist() == [[[12, 20]]]


def test_a_soft_peak_has_gradients():
    check_grads(
        lambda m: soft_peaks(m, sharpness=2.0),
        np.random.default_rng(0).normal(size=(1, 2, 3, 4)),
    )


def test_key_points_that_are_not_there_do_not_count():
    truth = [[[0.0, 0.0], [np.nan, np.nan], [3.0, 4.0]]]
    assert correct_key_points(truth, np.zeros((1, 3, 2)), within=5.0) == 1.0
    assert correct_key_points(truth, np.zeros((1, 3, 2)), within=4.9) == 0.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gaussian_maps([[1.0, 2.0]], 4), r"points of shape \(N, K, 2\)"),
        (lambda: correct_key_points([[[1.0, 2.0]]], [[1.0, 2.0]], 1.0), "of one shape"),
        (
            lambda: correct_key_points([[[np.nan, 2.0]]], [[[1.0, 2.0]]], 1.0),
            "no key point to find",
        ),
        (lambda: registry.config("posenet-tiny", image_size=10), "take a multiple of 4"),
        (lambda: registry.config("posenet-tiny", ups=3), "ups must be at most 2"),
        (
            lambda: model("posenet-tiny")(np.zeros((1, 1, 8, 12))),
            r"\(N, 1, 8, 8\), got \(1, 1, 8, 12\)",
        ),
    ],
)
def test_input_without_meaning_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("settings", [{"sigma": 0.0}, {"stride": 0}, {"size": 0}])
def test_heat_maps_without_a_spread_or_a_size_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="gaussian_maps expected"):
        gaussian_maps([[[2.0, 1.0]]], **{"size": 5, **settings})  # type: ignore[arg-type]
