"""AlexNet: shapes of its stages, and what is refused."""

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.alexnet import AlexNetConfig


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def sides(net, x):
    """Return the sides of the maps where they change."""
    found = []
    for layer in net.features.layers:
        x = layer(x)
        if not found or x.shape[-1] != found[-1]:
            found.append(x.shape[-1])
    return tuple(found)


@pytest.mark.parametrize(
    ("stem", "size"), [("imagenet", 63), ("imagenet", 100), ("small", 28), ("small", 16)]
)
def test_the_sides_of_the_maps_are_those_of_the_configuration(stem, size, rng):
    net = registry.build("alexnet-tiny", rng=rng, stem=stem, image_size=size)
    assert sides(net, np.zeros((1, 1, size, size), np.float32)) == net.config.map_sizes


def test_clothes_fit_the_small_form(rng):
    config = registry.config("alexnet-fashion")
    assert config.map_sizes == (28, 13, 6, 2)
    assert config.input_shape == (1, 28, 28)
    net = registry.build("alexnet-fashion", rng=rng, hidden=8)
    assert net(np.zeros((1, 1, 28, 28), np.float32)).shape == (1, 10)


def test_pictures_that_are_too_small_are_refused_with_the_cure():
    with pytest.raises(ValueError, match=r'62 x 62 are too small.*stem="small"'):
        AlexNetConfig(image_size=62)
    assert AlexNetConfig(image_size=63).map_sizes[-1] == 1
    with pytest.raises(ValueError, match=r"14 x 14 are too small.*\(14, 6, 2, 0\)$"):
        AlexNetConfig(image_size=14, stem="small")


def test_a_dropout_of_everything_is_refused():
    with pytest.raises(ValueError, match="dropout must be below 1"):
        AlexNetConfig(dropout=1.0)


def test_grey_pictures_are_refused_by_a_network_for_colour(rng):
    net = registry.build("alexnet-tiny", rng=rng, in_channels=3)
    with pytest.raises(ValueError, match=r"Conv2d expected .*3"):
        net(np.zeros((2, 1, 16, 16), np.float32))
