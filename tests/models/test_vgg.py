"""VGG: the columns of table 1, shapes, and what is refused."""

from itertools import pairwise

import numpy as np
import pytest

from book_code import nn
from book_code.models import registry
from book_code.models.vgg import VGGConfig


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("depth", [11, 13, 16, 19])
def test_the_name_says_the_depth(depth):
    assert registry.config(f"vgg{depth}").depth == depth
    assert registry.config(f"vgg{depth}-bn").depth == depth


def test_every_block_halves_the_maps(rng):
    net = registry.build(
        "vgg16", rng=rng, channels=(2, 3, 4, 5, 5), image_size=64, hidden=4, pool=2
    )
    x, found = np.zeros((1, 3, 64, 64), np.float32), []
    for layer in net.features.layers:
        x = layer(x)
        if isinstance(layer, nn.MaxPool2d):
            found.append(x.shape[1:])
    assert found == [(2, 32, 32), (3, 16, 16), (4, 8, 8), (5, 4, 4), (5, 2, 2)]
    assert sum(isinstance(layer, nn.Conv2d) for layer in net.features.layers) == 13


def test_clothes_fit_the_small_form(rng):
    net = registry.build("vgg11-fashion", rng=rng, channels=(2, 3, 4, 5, 5), hidden=4)
    x = np.zeros((1, *net.config.input_shape), np.float32)
    assert net.features(x).shape == (1, 5, 1, 1)
    assert net(x).shape == (1, 10)


def test_a_batch_norm_follows_every_convolution(rng):
    layers = registry.build("vgg-tiny", rng=rng, batch_norm=True).features.layers
    for conv, norm in pairwise(layers):
        assert isinstance(conv, nn.Conv2d) == isinstance(norm, nn.BatchNorm2d)
    assert sum(isinstance(layer, nn.BatchNorm2d) for layer in layers) == 3


def test_the_pictures_still_differ_after_sixteen_convolutions(rng):
    """Filters start after He et al.; with PyTorch's own first weights only the biases would be left."""
    net = registry.build("vgg19", rng=rng, channels=(16,) * 5, hidden=4, pool=1, image_size=32)
    x = rng.normal(size=(8, 3, 32, 32)).astype(np.float32)
    first, last = (
        part.data.std(axis=0).mean() for part in (net.features[0](x), net.features(x))
    )
    assert 0.01 < last / first < 10


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"image_size": 28},
            r"28 x 28 are too small to be halved 5 times; they need 32.*small",
        ),
        ({"image_size": 15, "stem": "small"}, "halved 4 times; they need 16 pixels$"),
        ({"blocks": (1, 1)}, r"must name the same blocks.*\(1, 1\) and \(64,"),
        ({"blocks": (), "channels": ()}, "at least one"),
        ({"dropout": 1.0}, "dropout must be below 1"),
    ],
)
def test_what_cannot_work_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        VGGConfig(**fields)


def test_grey_pictures_are_refused_by_a_network_for_colour(rng):
    net = registry.build("vgg-tiny", rng=rng, in_channels=3)
    with pytest.raises(ValueError, match=r"Conv2d expected .*3"):
        net(np.zeros((2, 1, 8, 8), np.float32))
