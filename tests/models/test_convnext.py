"""ConvNeXt: its blocks, stochastic depth, and what is refused."""

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.convnext import ConvNeXtConfig
from book_code.models.convnext.numpy_model import CNBlock, LayerNorm2d, StochasticDepth


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize(("patch", "size"), [(4, 35), (2, 16), (1, 7)])
def test_the_maps_are_those_of_the_configuration(patch, size, rng):
    net = registry.build("convnext-tiny", rng=rng, patch_size=patch, image_size=size)
    x, found = np.zeros((1, 1, size, size), np.float32), []
    for i, part in enumerate(net.features.layers):
        x = part(x)
        if i % 2:
            found.append(x.shape[1:3])
    assert found == list(zip(net.config.channels, net.config.map_sizes, strict=True))


def test_a_norm_of_channels_leaves_every_pixel_with_mean_0_and_variance_1(rng):
    out = LayerNorm2d(6)(rng.normal(size=(2, 6, 3, 4))).data
    np.testing.assert_allclose(out.mean(axis=1), 0, atol=1e-6)
    np.testing.assert_allclose(out.var(axis=1), 1, rtol=1e-3)


def test_a_block_begins_as_the_identity(rng):
    """With a layer scale of 1e-6 a block adds next to nothing."""
    block = CNBlock(ConvNeXtConfig(), 5, 0.0, rng=rng)
    x = rng.normal(size=(2, 5, 8, 8)).astype(np.float32)
    assert 0 < np.abs(block(x).data - x).max() < 1e-5


def test_whole_examples_are_dropped_and_the_others_scaled_up(rng):
    layer = StochasticDepth(0.25, rng=rng)
    out = layer(np.ones((2000, 3, 2, 2), np.float32)).data.reshape(2000, -1)
    assert (out == out[:, :1]).all()
    assert set(np.unique(out)) == {np.float32(0), np.float32(1 / 0.75)}
    assert (out[:, 0] == 0).mean() == pytest.approx(0.25, abs=0.04)
    assert (layer.eval()(np.ones((9, 2))).data == 1).all()


def test_later_blocks_are_left_out_more_often(rng):
    config = ConvNeXtConfig(blocks=(1, 2, 2), channels=(2, 3, 4), stochastic_depth=0.2)
    np.testing.assert_allclose(config.drop_rates, [0, 0.05, 0.1, 0.15, 0.2])
    net = registry.build(
        "convnext-tiny", rng=rng, blocks=(1, 2), channels=(2, 3), stochastic_depth=0.2
    )
    found = [module.p for module in net.modules() if isinstance(module, StochasticDepth)]
    np.testing.assert_allclose(found, [0, 0.1, 0.2])


def test_first_weights_are_small(rng):
    net = registry.build("convnext-tiny", rng=rng, channels=(32, 64))
    for name, parameter in net.named_parameters():
        if parameter.ndim in (2, 4):
            assert parameter.data.std() == pytest.approx(0.02, rel=0.3), name
        if name.endswith("bias"):
            assert not parameter.data.any(), name


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"blocks": (1, 1)}, r"must name the same stages.*\(1, 1\) and \(96,"),
        ({"kernel_size": 4}, "kernel_size must be odd; got 4"),
        ({"stochastic_depth": 1.0}, "stochastic_depth must be below 1"),
        ({"image_size": 28}, r"28 x 28 are too small for 4 stages.*sides \(7, 3, 1, 0\)"),
    ],
)
def test_what_cannot_work_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        ConvNeXtConfig(**fields)


def test_grey_pictures_are_refused_by_a_network_for_colour(rng):
    net = registry.build("convnext-tiny", rng=rng, in_channels=3)
    with pytest.raises(ValueError, match=r"Conv2d expected .*3"):
        net(np.zeros((2, 1, 8, 8), np.float32))
