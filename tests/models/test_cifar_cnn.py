"""The plain network for CIFAR-10: shapes, depth, and what is refused."""

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.cifar_cnn import CifarCNNConfig


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_stages_have_the_shapes_of_the_table(rng):
    net = registry.build("cifar-cnn", rng=rng)
    x, found = np.zeros((1, 3, 32, 32), np.float32), []
    for block in net.blocks.layers:
        found += [layer.shape[1:] for layer in (block.layers(x), block(x))]
        x = block(x)
    assert found == [
        (32, 32, 32), (32, 16, 16), (64, 16, 16), (64, 8, 8), (128, 8, 8), (128, 4, 4),
    ]  # fmt: skip
    assert net.features(np.zeros((1, 3, 32, 32), np.float32)).shape == (1, 128, 4, 4)
    convolutions = [3 * 32, 32 * 32, 32 * 64, 64 * 64, 64 * 128, 128 * 128]
    norms, linear = 2 * 2 * (32 + 64 + 128), 128 * 10 + 10
    count = sum(p.size for p in net.parameters())
    assert count == 9 * sum(convolutions) + norms + linear == 288_746


@pytest.mark.parametrize("pooling", ["max", "avg", "stride", "none"])
@pytest.mark.parametrize("size", [11, 12])
def test_the_sides_of_the_maps_are_those_of_the_configuration(pooling, size, rng):
    net = registry.build(
        "cifar-cnn-tiny", rng=rng, pooling=pooling, image_size=size, convolutions=2
    )
    x, found = np.zeros((1, 1, size, size), np.float32), []
    for block in net.blocks.layers:
        x = block(x)
        found.append(x.shape[-1])
    assert tuple(found) == net.config.map_sizes


def test_depth_counts_the_layers_with_weights(rng):
    net = registry.build("cifar-cnn-tiny", rng=rng, convolutions=3)
    weights = [name for name, p in net.named_parameters() if p.ndim > 1]
    assert net.config.depth == len(weights) == 7


def test_only_convolutions_without_batch_norm_have_a_bias(rng):
    for batch_norm in (True, False):
        net = registry.build("cifar-cnn-tiny", rng=rng, batch_norm=batch_norm)
        names = [name for name, _ in net.named_parameters()]
        assert any("conv.bias" in name for name in names) is not batch_norm
        assert any("norm.weight" in name for name in names) is batch_norm


def test_a_layer_is_convolution_then_batch_norm_then_relu(rng):
    layer = registry.build("cifar-cnn-tiny", rng=rng).blocks[0].layers[0]
    layer.norm.weight.data[:] = 2.0
    layer.norm.bias.data[:] = 0.5
    x = rng.normal(size=(4, 1, 8, 8))
    maps = layer.conv(x).data
    mean, std = (f(maps, axis=(0, 2, 3), keepdims=True) for f in (np.mean, np.std))
    expected = np.maximum(2 * (maps - mean) / std + 0.5, 0)
    np.testing.assert_allclose(layer(x).data, expected, atol=1e-3)


def test_the_last_convolution_of_a_block_takes_the_steps(rng):
    net = registry.build("cifar-cnn-tiny", rng=rng, pooling="stride", convolutions=3)
    for block in net.blocks.layers:
        assert [layer.conv.stride for layer in block.layers.layers] == [1, 1, 2]


def test_dropout_falls_on_every_block_in_training_only(rng):
    net = registry.build("cifar-cnn-tiny", rng=rng, dropout=0.5, head="flatten")
    x = rng.normal(size=(40, 1, 8, 8)).astype(np.float32)
    for block in net.blocks.layers:
        zeros = [(block.train(mode)(x).data == 0).mean() for mode in (True, False)]
        assert zeros[0] > 0.4 > zeros[1]
        x = block(x)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kernel_size": 4}, "kernel_size must be odd; got 4"),
        ({"filters": ()}, "at least one block"),
        ({"dropout": 1.0}, "dropout must be below 1"),
        ({"image_size": 7}, r"7 x 7 are too small for 3 blocks.*sides \(3, 1, 0\)"),
    ],
)
def test_what_cannot_work_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        CifarCNNConfig(**fields)


def test_grey_pictures_are_refused_by_a_network_for_colour(rng):
    with pytest.raises(ValueError, match=r"Conv2d expected .*3"):
        registry.build("cifar-cnn", rng=rng)(np.zeros((2, 1, 32, 32), np.float32))
