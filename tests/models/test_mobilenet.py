"""MobileNetV2: its blocks, widths, and what is refused."""

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.mobilenet import MobileNetConfig
from book_code.models.mobilenet.numpy_model import InvertedResidual, ReLU6


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize(
    ("stride", "outputs", "added"), [(1, 4, True), (2, 4, False), (1, 6, False)]
)
def test_the_input_is_added_where_the_size_stays(stride, outputs, added, rng):
    block = InvertedResidual(4, outputs, stride, 3, rng=rng)
    block.conv[-1].weight.data[:] = 0
    x = rng.random((2, 4, 6, 6), dtype=np.float32)
    out = block(x).data
    assert out.shape == (2, outputs, 6 // stride, 6 // stride)
    assert np.array_equal(out, x) if added else not out.any()


def test_the_end_of_a_block_is_linear(rng):
    """Nothing is cut off after the last batch norm: about half of the numbers are negative."""
    out = InvertedResidual(4, 6, 1, 3, rng=rng)(rng.normal(size=(8, 4, 6, 6))).data
    assert 0.3 < (out < 0).mean() < 0.7
    assert np.array_equal(ReLU6()([-2.0, 0.5, 7.0]).data, np.float32([0, 0.5, 6]))


def test_the_wide_convolution_sees_one_map_each(rng):
    block = InvertedResidual(4, 6, 1, 3, rng=rng)
    depthwise = block.conv[1][0]
    assert (depthwise.weight.shape, depthwise.groups) == ((12, 1, 3, 3), 12)
    assert len(InvertedResidual(4, 6, 1, 1, rng=rng).conv) == len(block.conv) - 1


def test_blocks_are_those_of_table_2():
    blocks = MobileNetConfig().blocks
    assert len(blocks) == 17
    assert blocks[:4] == [(32, 16, 1, 1), (16, 24, 2, 6), (24, 24, 1, 6), (24, 32, 2, 6)]
    assert blocks[-1] == (160, 320, 1, 6)
    assert [stride for _, _, stride, _ in blocks].count(2) == 4


def test_a_smaller_width_keeps_the_last_layer():
    config = MobileNetConfig(width=0.35)
    assert config.features == 1280
    assert MobileNetConfig(width=1.4).features == 1792  # as the authors' code has it
    assert config.blocks[0][:2] == (16, 8)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"stages": ()}, "at least one stage"),
        ({"stages": ((6, 16, 1, 3),)}, "stride 1 or 2; got 3"),
        ({"width": 0.0}, "width must be above 0"),
        ({"dropout": 1.0}, "dropout must be below 1"),
    ],
)
def test_what_cannot_work_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        MobileNetConfig(**fields)


def test_grey_pictures_are_refused_by_a_network_for_colour(rng):
    net = registry.build("mobilenet-tiny", rng=rng, in_channels=3)
    with pytest.raises(ValueError, match=r"Conv2d expected .*3"):
        net(np.zeros((2, 1, 8, 8), np.float32))
