"""ViT: the stages of the paper, what attention tells, pictures of another size."""

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.vit import ViTConfig

from .common import batch, model


def test_the_sizes_of_table_1():
    base, large = ViTConfig(), registry.config("vit-l16")
    assert (base.layers, base.embed_dim, base.feedforward, base.heads) == (12, 768, 3072, 12)
    assert (large.layers, large.embed_dim, large.feedforward, large.heads) == (
        24,
        1024,
        4096,
        16,
    )
    assert base.patches == 14 * 14


def test_the_stages():
    net, x = model("vit-tiny"), batch("vit-tiny", 2)["x"]
    assert net.conv_proj(x).shape == (2, 8, 2, 2)
    assert net.embed(x).shape == net.features(x).shape == (2, 5, 8)
    assert net(x).shape == (2, 3)
    assert model("vit-tiny", pool="mean").embed(x).shape == (2, 4, 8)


def test_a_patch_is_a_flattened_square_times_a_matrix():
    net, x = model("vit-tiny", pool="mean"), batch("vit-tiny", 1)["x"]
    squares = x.reshape(1, 1, 2, 4, 2, 4).transpose(0, 2, 4, 1, 3, 5).reshape(1, 4, 16)
    by_hand = (
        squares @ net.conv_proj.weight.numpy().reshape(8, 16).T + net.conv_proj.bias.numpy()
    )
    np.testing.assert_allclose(
        net.embed(x).numpy(), by_hand + net.pos_embedding.numpy(), rtol=1e-9
    )


def test_attention_is_told_layer_by_layer():
    net, x = model("vit-tiny", layers=2).eval(), batch("vit-tiny", 2)["x"]
    told = net.attention(x)
    assert [weights.shape for weights in told] == [(2, 2, 5, 5)] * 2
    np.testing.assert_allclose(told[1].sum(axis=-1), 1)


@pytest.mark.parametrize("shape", [(1, 1, 9, 8), (1, 3, 8, 8), (1, 8, 8)])
def test_pictures_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=r"pictures of shape \(N, 1, 8, 8\).*resize them"):
        model("vit-tiny")(np.zeros(shape))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"patch": 3}, "pictures of 8 x 8 cannot be cut into patches of 3 x 3"),
        ({"heads": 3}, "embed_dim=8 cannot be shared evenly by heads=3"),
        ({"dropout": 1.0}, "dropout must be below 1"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        registry.config("vit-tiny", **fields)


def test_pictures_may_be_lists():
    net = model("vit-tiny")
    pictures = np.random.default_rng(0).normal(size=(1, 1, 8, 8))
    np.testing.assert_array_equal(net(pictures.tolist()).numpy(), net(pictures).numpy())
