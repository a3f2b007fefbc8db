"""DenseNet: every layer sees all before it; shapes, counts, and what is refused."""

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.densenet import DenseNetConfig
from book_code.models.densenet.numpy_model import DenseBlock


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_a_block_passes_on_all_that_came_in_and_adds_k_maps_a_layer(rng):
    block = DenseBlock(DenseNetConfig(growth=3), 5, 4, rng=rng)
    x = rng.random((2, 5, 6, 6), dtype=np.float32)
    out = block(x)
    assert out.shape == (2, 5 + 4 * 3, 6, 6)
    assert np.array_equal(out.data[:, :5], x)
    inputs = [layer.norm1.num_features for _, layer in block.children()]
    assert inputs == [5, 8, 11, 14]


def test_every_layer_depends_on_every_one_before(rng):
    block = DenseBlock(DenseNetConfig(growth=3), 5, 3, rng=rng)
    x = rng.random((2, 5, 6, 6), dtype=np.float32)
    before = block(x).data
    block.denselayer1.conv2.weight.data *= 2
    after = block(x).data
    changed = [not np.allclose(before[:, i : i + 3], after[:, i : i + 3]) for i in (5, 8, 11)]
    assert changed == [True, True, True]


@pytest.mark.parametrize(
    ("stem", "size"), [("imagenet", 33), ("imagenet", 64), ("small", 28), ("small", 15)]
)
def test_the_maps_are_those_of_the_configuration(stem, size, rng):
    net = registry.build(
        "densenet-tiny", rng=rng, stem=stem, image_size=size, blocks=(2, 1, 2), compression=0.4
    )
    x, found = np.zeros((1, 1, size, size), np.float32), []
    for name, layer in net.features.children():
        if name.startswith("denseblock"):
            found.append(x.shape[1:3])
        x = layer(x)
    found.append((x.shape[1], 0))
    assert tuple(width for width, _ in found) == net.config.widths
    assert tuple(side for _, side in found[:-1]) == net.config.map_sizes


def test_the_count_of_the_network_for_cifar_by_hand(rng):
    """DenseNet-BC with L = 100, k = 12: table 2 has 0.8 million."""
    count, width = 27 * 24, 24
    for block in range(3):
        for _ in range(16):
            count += 2 * width + width * 48 + 2 * 48 + 48 * 12 * 9
            width += 12
        if block < 2:
            count += 2 * width + width * (width // 2)
            width //= 2
    count += 2 * width + width * 10 + 10
    net = registry.build("densenet-bc-100-12", rng=rng)
    assert sum(p.size for p in net.parameters()) == count == 769_162


def test_clothes_fit_the_small_form():
    assert registry.config("densenet-fashion").map_sizes == (28, 14, 7, 3)
    assert registry.config("densenet-fashion").widths == (64, 96, 112, 120, 248)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"blocks": ()}, "at least one block"),
        ({"compression": 0.0}, "above 0 and at most 1; got 0.0"),
        ({"compression": 1.5}, "above 0 and at most 1; got 1.5"),
        ({"dropout": 1.0}, "dropout must be below 1"),
        ({"image_size": 28}, r"28 x 28 .*too small.*sides \(7, 3, 1, 0\)"),
        ({"compression": 0.001}, r"leaves no maps.*\(64, 0"),
    ],
)
def test_what_cannot_work_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        DenseNetConfig(**fields)


def test_grey_pictures_are_refused_by_a_network_for_colour(rng):
    net = registry.build("densenet-tiny", rng=rng, in_channels=3)
    with pytest.raises(ValueError, match=r"Conv2d expected .*3"):
        net(np.zeros((2, 1, 16, 16), np.float32))
