"""Scenes hold what their masks and boxes say, and what is cut off or left out is cut off or left out."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import Split, load  # noqa: E402
from book_code.experiments import _scenes  # noqa: E402
from book_code.experiments import digit_scenes_segmentation as segmentation  # noqa: E402
from book_code.metrics import box_iou  # noqa: E402
from book_code.models.unet.config import UNetConfig  # noqa: E402
from book_code.models.unet.torch_model import UNet  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]


def scenes(numbers, noise=0.0, side=40):
    rng = np.random.default_rng(0)
    return _scenes.compose(load("digits").train, numbers, rng, side=side, noise=noise)


def test_masks_and_boxes_are_around_the_ink():
    made = scenes([1] * 50)
    for picture, mask, objects in zip(made.x[:, 0], made.masks, made.objects, strict=True):
        np.testing.assert_array_equal(mask > 0, picture >= np.float32(_scenes.INK))
        (label,), (box,) = objects.labels, objects.boxes
        assert set(np.unique(mask)) == {0, label + 1}
        rows, columns = np.nonzero(mask)
        around = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        np.testing.assert_allclose(box * 40, around)


def test_as_many_digits_as_are_asked_for_and_none_on_another():
    made = scenes([0, 2, 5])
    assert [len(objects.labels) for objects in made.objects] == [0, 2, 5]
    for objects in made.objects[1:]:
        assert np.triu(box_iou(objects.boxes, objects.boxes), 1).max() <= 0.1
    crowded = scenes([20], side=16)
    assert 1 <= len(crowded.objects[0].labels) < 20  # there is no room for all


def test_noise_is_added_to_pictures_alone():
    still, noisy = scenes([3] * 20), scenes([3] * 20, noise=0.25)
    assert np.std(noisy.x - still.x) == pytest.approx(0.25, rel=0.02)
    np.testing.assert_array_equal(still.masks[0], noisy.masks[0])


def test_half_the_size_is_the_mean():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    np.testing.assert_array_equal(
        _scenes.halved(Split(x, np.zeros(1, int))).x[0, 0], [[2.5, 4.5], [10.5, 12.5]]
    )


def test_a_cut_network_gets_nothing_through_its_skip_connections():
    torch.manual_seed(0)
    model = UNet(UNetConfig(16, 1, 3, 2, 2, padded=True)).eval()
    segmentation.cut(model)
    # the way through the bottom is closed: what still arrives comes through the skips
    for up in model.up:
        torch.nn.init.zeros_(up.weight)
        torch.nn.init.zeros_(up.bias)
    x = torch.rand(2, 1, 16, 16)
    assert torch.equal(model(x[:1]), model(x[1:]))
    for block in model.merge:
        block._forward_pre_hooks.clear()
    assert not torch.equal(model(x[:1]), model(x[1:]))


def test_both_networks_learn_from_the_same_scenes_and_few_kinds_of_digits():
    config = replace(segmentation.Config(), side=24)
    split = grown(load("digits").train)
    one, other = (segmentation.draw(config, split, 30, np.random.default_rng(5)) for _ in "ab")
    np.testing.assert_array_equal(one.x, other.x)
    assert one.masks.max() <= config.digits
    assert {len(objects.labels) for objects in one.objects} == {1, 2}


def grown(split):
    """Twice the size, as what is halved again."""
    return Split(split.x.repeat(2, axis=2).repeat(2, axis=3), split.y)
