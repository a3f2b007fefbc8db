"""GoogLeNet: table 1, what comes out in training and in use, its loss, and what is refused."""

import numpy as np
import pytest

from book_code import losses
from book_code.models import registry
from book_code.models.googlenet import (
    GoogLeNetConfig,
    GoogLeNetOutputs,
    googlenet_loss,
)
from book_code.models.googlenet.config import TABLE_1


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_stages_have_the_shapes_of_table_1_with_an_eighth_of_the_maps(rng):
    stages = tuple(tuple(tuple(n // 8 for n in w) for w in stage) for stage in TABLE_1)
    net = registry.build("googlenet", rng=rng, stages=stages, stem_channels=(8, 24), aux=False)
    found = net.eval().stages(np.zeros((1, 3, 64, 64), np.float32))
    outputs = [24, *(w[0] + w[2] + w[4] + w[5] for stage in stages for w in stage)]
    assert [out.shape[1] for out in found.values()] == outputs == [
        24, 32, 60, 64, 64, 64, 66, 104, 104, 128,
    ]  # fmt: skip
    assert [out.shape[2] for out in found.values()] == [8, 8, 8, 4, 4, 4, 4, 4, 2, 2]


def test_three_logits_in_training_and_one_in_use(rng):
    net = registry.build("googlenet-tiny", rng=rng)
    x = rng.random((4, 1, 8, 8), dtype=np.float32)
    out = net(x)
    assert isinstance(out, GoogLeNetOutputs)
    assert [part.shape for part in out] == [(4, 3)] * 3
    assert net.eval()(x).shape == (4, 3)
    assert registry.build("googlenet-tiny", rng=rng, aux=False)(x).shape == (4, 3)


def test_the_auxiliary_classifiers_hang_at_the_first_module_of_stage_4_and_the_last_but_one(
    rng,
):
    full = registry.config("googlenet")
    assert (full.names[1][0], full.names[1][-2]) == ("inception4a", "inception4d")
    w = (1, 1, 1, 1, 1, 1)
    stages = ((w,), (w, (2, *w[1:]), (3, *w[1:])), (w,))
    net = registry.build("googlenet-tiny", rng=rng, stages=stages)
    assert net.aux1.conv.conv.weight.shape[1] == 4
    assert net.aux2.conv.conv.weight.shape[1] == 5
    x = rng.random((4, 1, 8, 8), dtype=np.float32)
    maps = net.eval().stages(x)
    expected = net.aux1(maps["inception4a"]).data, net.aux2(maps["inception4b"]).data
    for name, p in net.named_parameters():
        if name.startswith("inception4c"):
            p.data[:] = np.nan  # comes after both: must not reach them
    net.train()
    for module in net.modules():
        if hasattr(module, "running_mean"):
            module.training = False
    out = net(x)
    np.testing.assert_allclose(out.aux_logits1.data, expected[0], rtol=1e-5)
    np.testing.assert_allclose(out.aux_logits2.data, expected[1], rtol=1e-5)
    assert np.isnan(out.logits.data).all()


def test_the_loss_weighs_the_auxiliary_classifiers_with_0_3(rng):
    logits = [rng.normal(size=(5, 3)) for _ in range(3)]
    labels = np.array([0, 1, 2, 1, 0])
    whole, second, first = (losses.cross_entropy(z, labels).item() for z in logits)
    total = googlenet_loss(GoogLeNetOutputs(*logits), labels)
    assert total.item() == pytest.approx(whole + 0.3 * first + 0.3 * second)
    assert googlenet_loss(logits[0], labels).item() == pytest.approx(whole)


@pytest.mark.parametrize("side", [3, 5])
def test_the_third_branch_has_the_wanted_filters(side, rng):
    net = registry.build("googlenet-tiny", rng=rng, third_kernel=side)
    assert net.inception3a.branch3[1].conv.weight.shape[2:] == (side, side)
    assert net.inception3a.branch2[1].conv.weight.shape[2:] == (3, 3)


def test_clothes_fit_the_small_form(rng):
    w = (1, 1, 1, 1, 1, 1)
    stages = ((w, w), (w, w, w), (w, w))
    net = registry.build("googlenet-fashion", rng=rng, stages=stages, stem_channels=(2, 3))
    x = np.zeros((1, *net.config.input_shape), np.float32)
    sides = [out.shape[-1] for out in net.stages(x).values()]
    assert sides == [14, 14, 14, 7, 7, 7, 4, 4]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"image_size": 14}, r"14 x 14 are too small.*sides \(3, 1, 0,"),
        ({"dropout": 1.0}, "must be below 1; got 1.0 and 0.7"),
        ({"aux_dropout": 1.5}, "must be below 1; got 0.2 and 1.5"),
        (
            {"stages": (TABLE_1[0], TABLE_1[1][:1], TABLE_1[2])},
            "at least two, or aux=False; got 1",
        ),
        ({"stages": ((), *TABLE_1[1:])}, "at least one module"),
        (
            {"stages": (((1, 2),), *TABLE_1[1:])},
            r"stages\[0\]\[0\] must be a tuple of 6 values",
        ),
    ],
)
def test_what_cannot_work_is_refused(fields, message):
    with pytest.raises((ValueError, TypeError), match=message):
        GoogLeNetConfig(**fields)


def test_grey_pictures_are_refused_by_a_network_for_colour(rng):
    net = registry.build("googlenet-tiny", rng=rng, in_channels=3)
    with pytest.raises(ValueError, match=r"Conv2d expected .*3"):
        net(np.zeros((2, 1, 8, 8), np.float32))
