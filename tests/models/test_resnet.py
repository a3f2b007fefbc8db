"""Residual networks: shapes, shortcuts, the counts of the paper, and what is refused."""

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.resnet import BasicBlock, Bottleneck, ResNetConfig
from book_code.models.resnet.numpy_model import PadShortcut


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_stages_halve_the_maps_and_double_the_channels(rng):
    """Of a narrow ResNet-18 on 64 x 64 pictures: table 1 of the paper, divided by 16 and 3.5."""
    net = registry.build("resnet18", rng=rng, width=4, image_size=64, blocks=(1, 1, 1, 1))
    x = rng.random((1, 3, 64, 64), dtype=np.float32)
    shapes = []
    for stage in (net.conv1, net.maxpool, net.layer1, net.layer2, net.layer3, net.layer4):
        x = stage(x)
        shapes.append(x.shape[1:])
    assert shapes == [(4, 32, 32), (4, 16, 16), (4, 16, 16), (8, 8, 8), (16, 4, 4), (32, 2, 2)]


def test_stages_of_the_nets_for_cifar(rng):
    """Section 4.2: maps of 32, 16 and 8, with 16, 32 and 64 filters."""
    net = registry.build("resnet20", rng=rng, blocks=(1, 1, 1))
    x = net.conv1(rng.random((1, 3, 32, 32), dtype=np.float32))
    shapes = [x.shape[1:]]
    for stage in (net.layer1, net.layer2, net.layer3):
        x = stage(x)
        shapes.append(x.shape[1:])
    assert shapes == [(16, 32, 32), (16, 32, 32), (32, 16, 16), (64, 8, 8)]
    assert net.features(np.zeros((1, 3, 32, 32), np.float32)).shape == (1, 64, 8, 8)


@pytest.mark.parametrize(
    ("name", "depth"),
    [
        ("resnet18", 18),
        ("resnet34", 34),
        ("resnet50", 50),
        ("resnet101", 101),
        ("resnet110", 110),
        ("plain56", 56),
    ],
)
def test_the_name_says_the_depth(name, depth):
    assert registry.config(name).depth == depth


@pytest.mark.parametrize(
    ("depth", "millions"), [(20, 0.27), (32, 0.46), (44, 0.66), (56, 0.85), (110, 1.7)]
)
def test_counts_are_those_of_table_6(depth, millions, rng):
    """Also from the formula: a convolution has 9 C_in C_out weights, a batch norm 2 C."""
    n = (depth - 2) // 6
    count = 3 * 9 * 16 + 2 * 16 + 64 * 10 + 10
    for before, width in ((16, 16), (16, 32), (32, 64)):
        count += 9 * before * width + (2 * n - 1) * 9 * width**2 + 2 * n * 2 * width
    assert round(count / 1e6, len(str(millions)) - 2) == millions
    net = registry.build(f"resnet{depth}", rng=rng)
    assert sum(p.size for p in net.parameters()) == count


@pytest.mark.parametrize("block", [BasicBlock, Bottleneck])
@pytest.mark.parametrize("shortcut", ["projection", "padding"])
def test_a_block_whose_convolutions_give_nothing_passes_its_input_on(block, shortcut, rng):
    """This is what makes depth harmless: the identity is what a block can do without learning."""
    layer = block(8, 8 // block.expansion, 1, shortcut, rng=rng)
    last = layer.bn2 if block is BasicBlock else layer.bn3
    last.weight.data[:] = 0
    x = rng.random((2, 8, 4, 4))
    assert np.array_equal(layer.astype("float64")(x).data, x)


def test_a_plain_block_passes_nothing_on(rng):
    layer = BasicBlock(4, 4, 1, "none", rng=rng)
    layer.bn2.weight.data[:] = 0
    assert not layer(rng.random((2, 4, 4, 4))).data.any()


def test_the_shortcut_without_parameters_takes_every_second_pixel_and_adds_zeros():
    x = np.arange(2 * 3 * 4 * 4, dtype=np.float64).reshape(2, 3, 4, 4)
    out = PadShortcut(2, 2)(x).data
    assert out.shape == (2, 5, 2, 2)
    assert np.array_equal(out[:, :3], x[:, :, [[0], [2]], [0, 2]])
    assert not out[:, 3:].any()


def test_filters_start_as_he_et_al_say_with_the_fan_out(rng):
    net = registry.build("resnet18", rng=rng, blocks=(1, 1))
    for layer in (net.conv1, net.layer1[0].conv1, net.layer2[0].downsample[0]):
        outputs, _, *window = layer.weight.shape
        wanted = np.sqrt(2 / (outputs * np.prod(window)))
        assert layer.weight.data.std() == pytest.approx(wanted, rel=0.05)


def test_pictures_of_another_number_of_channels_are_refused(rng):
    net = registry.build("resnet-tiny", rng=rng)
    with pytest.raises(ValueError, match=r"Conv2d expected .*1.*3"):
        net(np.zeros((2, 3, 16, 16), np.float32))


@pytest.mark.parametrize("depth", [7, 18, 2])
def test_a_depth_that_is_not_6n_plus_2_is_refused(depth):
    with pytest.raises(ValueError, match=f"6n \\+ 2 layers.*got depth={depth}"):
        ResNetConfig.cifar(depth)


def test_a_network_without_stages_is_refused():
    with pytest.raises(ValueError, match="at least one stage"):
        ResNetConfig(blocks=())
