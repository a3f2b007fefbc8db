"""The masked autoencoder: what it may see, where patches stand, what it is asked for."""

import dataclasses
import math

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.mae import (
    MAEConfig,
    draw_order,
    mae_loss,
    patchify,
    reconstruct,
    targets,
    unpatchify,
)
from book_code.models.mae.patches import places

from .common import batch, model


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_the_encoder_sees_a_quarter_of_the_patches():
    config = registry.config("mae-b16")
    assert (config.patches, config.visible, config.pixels) == (196, 49, 768)


def test_parameters_by_the_layers_of_the_paper():
    """ViT-B without head and places, eight layers of width 512, a linear layer before and one after."""

    def layer(d, wide):
        return 4 * (d * d + d) + 2 * d * wide + wide + d + 4 * d

    encoder = 768 * 768 + 768 + 768 + 12 * layer(768, 3072) + 2 * 768
    decoder = 768 * 512 + 512 + 512 + 8 * layer(512, 2048) + 2 * 512 + 512 * 768 + 768
    assert encoder + decoder == 111_655_680


def test_patches_are_cut_row_by_row_and_put_back(rng):
    x = rng.normal(size=(2, 3, 8, 8))
    rows = patchify(x, 4)
    assert rows.shape == (2, 4, 48)
    assert np.array_equal(rows[1, 2].reshape(4, 4, 3), x[1, :, 4:, :4].transpose(1, 2, 0))
    assert np.array_equal(unpatchify(rows, 4, 3), x)


def test_places_are_sines_and_cosines_of_column_and_row():
    table = places(8, 3)
    assert table.shape == (10, 8)
    assert not table[0].any()
    column, row = 2, 1
    expected = [
        f(at * w) for at in (column, row) for f in (math.sin, math.cos) for w in (1, 0.01)
    ]
    assert np.allclose(table[1 + 3 * row + column], expected)
    assert len(np.unique(table.round(6), axis=0)) == 10


def test_orders_are_permutations_evenly_drawn(rng):
    orders = draw_order(MAEConfig.tiny(), 4000, rng=rng)
    assert np.array_equal(np.sort(orders, axis=1), np.tile(np.arange(4), (4000, 1)))
    assert np.bincount(orders[:, 0]) / 4000 == pytest.approx([0.25] * 4, abs=0.03)


def test_what_is_hidden_is_not_seen():
    """Changing hidden pixels changes nothing; changing seen ones changes everything that is painted."""
    net, given = model("mae-tiny"), batch("mae-tiny", 2)
    x, order = given["x"], given["order"]
    before = net(x, order)
    assert np.array_equal(np.argwhere(before.mask.numpy())[:2, 1], np.sort(order[0, 2:]))
    rows = patchify(x, 4)
    rows[0, order[0, 2:]] += 5
    after = net(unpatchify(rows, 4, 1), order).prediction.numpy()
    assert np.array_equal(after, before.prediction.numpy())
    rows[0, order[0, 0]] += 5
    after = net(unpatchify(rows, 4, 1), order).prediction.numpy()
    assert not np.isclose(after[0], before.prediction.numpy()[0]).all(axis=1).any()
    assert np.array_equal(after[1], before.prediction.numpy()[1])


def test_only_the_set_of_seen_patches_counts_not_their_order():
    net, given = model("mae-tiny"), batch("mae-tiny", 2)
    turned = given["order"][:, [1, 0, 3, 2]]
    one, other = net(given["x"], given["order"]), net(given["x"], turned)
    assert np.allclose(one.prediction.numpy(), other.prediction.numpy())
    assert np.array_equal(one.mask.numpy(), other.mask.numpy())


def test_the_loss_is_taken_where_patches_were_hidden():
    net, given = model("mae-tiny"), batch("mae-tiny", 3)
    x, order = given["x"], given["order"]
    painted, rows = net(x, order).prediction.numpy(), patchify(x, 4)
    errors = []
    for i in range(3):
        for patch in order[i, 2:]:
            truth = rows[i, patch]
            truth = (truth - truth.mean()) / np.sqrt(truth.var(ddof=1) + 1e-6)
            errors.append(((painted[i, patch] - truth) ** 2).mean())
    assert mae_loss(net, x, order).item() == pytest.approx(np.mean(errors))


def test_targets_are_normalized_patch_by_patch(rng):
    x = 3 + 2 * rng.normal(size=(2, 1, 8, 8))
    rows = targets(x, MAEConfig.tiny())
    assert rows.mean(axis=2) == pytest.approx(np.zeros((2, 4)), abs=1e-12)
    assert rows.std(axis=2, ddof=1) == pytest.approx(np.ones((2, 4)), abs=1e-5)
    plain = registry.config("mae-tiny", normalize=False)
    assert np.array_equal(targets(x, plain), patchify(x, 4))


@pytest.mark.parametrize("normalize", [False, True])
def test_pictures_keep_what_was_seen_and_get_what_was_painted(normalize):
    net = model("mae-tiny", normalize=normalize)
    given = batch("mae-tiny", 2)
    x, order = given["x"], given["order"]
    rows, made = patchify(x, 4), patchify(reconstruct(net, x, order), 4)
    painted = net(x, order).prediction.numpy()
    for i in range(2):
        seen, hidden = order[i, :2], order[i, 2:]
        assert np.array_equal(made[i, seen], rows[i, seen])
        if normalize:
            scale = np.sqrt(rows[i, hidden].var(axis=1, ddof=1, keepdims=True) + 1e-6)
            expected = painted[i, hidden] * scale + rows[i, hidden].mean(axis=1, keepdims=True)
        else:
            expected = painted[i, hidden]
        assert np.allclose(made[i, hidden], expected)


def test_features_of_all_patches_are_there_for_other_tasks():
    net, given = model("mae-tiny"), batch("mae-tiny", 2)
    everything = np.tile(np.arange(4), (2, 1))
    out = net.features(given["x"])
    assert out.shape == (2, 5, 8)
    assert np.array_equal(out.numpy(), net.features(given["x"], everything).numpy())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"image_size": 10}, "cannot be cut into patches of 4 x 4"),
        ({"embed_dim": 6}, "embed_dim must be a multiple of 4"),
        ({"embed_dim": 12, "heads": 5}, "of its 5 heads; got 12"),
        ({"decoder_dim": 6}, "decoder_dim must be a multiple of 4"),
        ({"mask_ratio": 0.9}, "leaves 0 of 4 patches"),
        ({"mask_ratio": 0.0}, "leaves 4 of 4 patches"),
        ({"mask_ratio": 1.5}, "some to see and some to paint"),
    ],
)
def test_what_cannot_work_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        registry.config("mae-tiny", **fields)


def test_what_does_not_fit_is_refused(rng):
    net, order = registry.build("mae-tiny", rng=rng), np.array([[0, 1, 2, 3]])
    with pytest.raises(
        ValueError, match=r"pictures of shape \(N, 1, 8, 8\), got \(1, 3, 8, 8\)"
    ):
        net(np.zeros((1, 3, 8, 8)), order)
    with pytest.raises(
        ValueError, match=r"order of the patches of shape \(2, 4\), got \(1, 4\)"
    ):
        net(np.zeros((2, 1, 8, 8)), order)
    with pytest.raises(TypeError, match="the numbers of patches as order, got float64"):
        net(np.zeros((1, 1, 8, 8)), order.astype(float))


@pytest.mark.parametrize("order", [[0, 0, 1, 2], [0, 1, 2, -1], [1, 2, 3, 4]])
def test_an_order_in_which_a_patch_is_missing_is_refused(order: list[int]) -> None:
    with pytest.raises(ValueError, match="each patch from 0 to 3 stands once"):
        model("mae-tiny")(np.zeros((1, 1, 8, 8)), np.array([order]))


def test_a_patch_of_one_number_cannot_be_normalized() -> None:
    tiny = MAEConfig.tiny()
    with pytest.raises(ValueError, match="normalize=False"):
        dataclasses.replace(tiny, patch=1)
    assert dataclasses.replace(tiny, patch=1, normalize=False).patches == 64
