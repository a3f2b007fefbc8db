"""U-Net: the sizes of figure 1, what is cropped, pictures that do not fit."""

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.unet import UNetConfig
from book_code.models.unet.numpy_model import crop, loss
from book_code.models.unet.tools import by_tiles, distance_to, weight_map

from .common import model


def test_the_sizes_of_figure_1():
    config = UNetConfig()
    assert (config.image_size, config.output_size) == (572, 388)
    widths = [64, 128, 256, 512]
    convs = sum(
        9 * a * b + b + 9 * b * b + b
        for a, b in zip([1, *widths], [*widths, 1024], strict=True)
    )
    ups = sum(4 * 2 * w * w + w for w in widths)
    merges = sum(9 * 2 * w * w + w + 9 * w * w + w for w in widths)
    assert convs + ups + merges + 64 * 2 + 2 == 31_030_658


def test_the_stages_of_a_small_one():
    net = model("unet-tiny", padded=False, image_size=44)
    x = np.zeros((1, 1, 44, 44))
    first = net.down[0](x)
    assert first.shape == (1, 3, 40, 40)
    assert net(x).shape == (1, 3, net.config.output_size, net.config.output_size)
    assert net.config.output_size == 4


def test_what_is_kept_is_cropped_in_the_middle():
    x = np.arange(36.0).reshape(1, 1, 6, 6)
    assert crop(x, 2)[0, 0].tolist() == [[14, 15], [20, 21]]


def test_a_pixel_is_told_by_its_neighbours_alone():
    """Without padding the result is the same wherever the object stands, by steps of the lowest level."""
    net = model("unet-tiny", padded=False, image_size=44).eval()
    rng = np.random.default_rng(0)
    wide = rng.normal(size=(1, 1, 48, 48))
    other = (
        registry.build("unet-tiny", rng=rng, padded=False, image_size=48)
        .astype("float64")
        .eval()
    )
    other.load_state_dict(net.state_dict())
    # the output of the larger picture holds that of the smaller one at the same place
    assert other(wide).shape[2] == 8
    np.testing.assert_allclose(
        other(wide).numpy()[:, :, :4, :4], net(wide[:, :, :44, :44]).numpy(), rtol=1e-9
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"image_size": 10},
            r"cannot be halved 2 times: level 1 has maps of 5 x 5. Take a multiple of 4, such as 12",
        ),
        (
            {"image_size": 45, "padded": False},
            "cannot be halved 2 times.*Take 48, or padded=True",
        ),
        (
            {"image_size": 20, "padded": False},
            "are too small: the lowest level has maps of 2 x 2",
        ),
    ],
)
def test_sizes_that_cannot_be_halved_are_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        registry.config("unet-tiny", **fields)


def test_the_maps_of_figure_1():
    """Sides of the maps of the full network, from the shapes that each part asks for and gives."""
    sides, size = [], 572
    for _ in range(4):
        sides += [size, size - 4]
        size = (size - 4) // 2
    assert sides == [572, 568, 284, 280, 140, 136, 68, 64]
    assert size - 4 == 28
    net = model("unet-tiny", padded=False, image_size=44, norm=True)
    x = np.zeros((1, 1, 44, 44))
    assert net.down[0].conv1(x).shape == (1, 3, 42, 42)
    assert net.bottom(np.zeros((1, 6, 8, 8))).shape == (1, 12, 4, 4)
    assert net.up[0](np.zeros((1, 12, 4, 4))).shape == (1, 6, 8, 8)
    assert net.merge[0](np.zeros((1, 12, 8, 8))).shape == (1, 6, 4, 4)


def test_filters_start_as_he_et_al_say():
    net = registry.build("unet-tiny", rng=np.random.default_rng(0), width=32)
    for conv in (net.down[1].conv1, net.bottom.conv2, net.merge[0].conv1):
        wanted = np.sqrt(2 / conv.weight.data[0].size)  # the paper's sqrt(2 / N)
        assert conv.weight.data.std() == pytest.approx(wanted, rel=0.05)


def test_the_loss_weighs_every_pixel():
    net, rng = model("unet-tiny"), np.random.default_rng(0)
    x, labels = rng.normal(size=(2, 1, 8, 8)), rng.integers(0, 3, size=(2, 8, 8))
    weights = rng.random((2, 8, 8))
    scores = net(x).numpy()
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    each = -np.log(np.take_along_axis(p, labels[:, None], axis=1)[:, 0])
    assert loss(net, x, labels, weights).item() == pytest.approx((weights * each).mean())
    assert loss(net, x, labels).item() == pytest.approx(each.mean())


def test_weights_are_those_of_equation_2():
    cells = np.zeros((9, 12), int)
    cells[1:4, 1:5], cells[2:5, 7:9], cells[6:9, 3:6] = 1, 2, 3
    weights = weight_map(cells, w0=7.0, sigma=2.0)
    share = (cells > 0).mean()
    for y in range(9):
        for x in range(12):
            far = sorted(
                min(np.hypot(y - a, x - b) for a, b in np.argwhere(cells == cell))
                for cell in (1, 2, 3)
            )
            gap = 7 * np.exp(-((far[0] + far[1]) ** 2) / 8)
            wanted = 0.5 / share if cells[y, x] else 0.5 / (1 - share) + gap
            assert weights[y, x] == pytest.approx(wanted)
    assert weight_map(np.zeros((2, 2), int)).tolist() == [[1, 1], [1, 1]]
    one = weight_map(np.array([[1, 0, 0, 0]]))
    assert one.round(6).tolist() == [[2, 0.666667, 0.666667, 0.666667]]
    assert np.isinf(distance_to(np.zeros((2, 2), bool))).all()


@pytest.mark.parametrize("size", [(8, 8), (5, 7), (3, 9)])
def test_tiles_make_the_whole(size):
    """A model for pictures twice as large tells in one go what four tiles tell."""
    small = model("unet-tiny", padded=False, image_size=44).eval()
    large = registry.build(
        "unet-tiny", rng=np.random.default_rng(0), padded=False, image_size=52
    )
    large = large.astype(np.float64).eval()
    large.load_state_dict(small.state_dict())
    x = np.random.default_rng(1).normal(size=(2, 1, *size))
    found = by_tiles(small, x, small.config)
    ends = [(20, 32 - side) for side in size]
    whole = large(np.pad(x, ((0, 0), (0, 0), *ends), mode="reflect")).numpy()
    np.testing.assert_allclose(found, whole[:, :, : size[0], : size[1]], rtol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: weight_map(np.zeros((2, 2))), "number of its cell for each pixel"),
        (lambda: weight_map(np.zeros((1, 2, 2), int)), r"\(H, W\); got int(32|64) \(1, 2, 2\)"),
        (
            lambda: by_tiles(None, np.zeros((1, 3, 8, 8)), UNetConfig.tiny()),
            r"\(N, 1, H, W\), got \(1, 3, 8, 8\)",
        ),
        (
            lambda: loss(
                model("unet-tiny"),
                np.zeros((1, 1, 8, 8)),
                np.zeros((1, 8, 8), int),
                np.ones((1, 9, 9)),
            ),
            r"the weights have shape \(1, 9, 9\)",
        ),
    ],
)
def test_maps_that_do_not_fit_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("shape", [(1, 3, 8, 8), (1, 1, 8, 12), (1, 8, 8)])
def test_pictures_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=r"pictures of shape \(N, 1, 8, 8\), got"):
        model("unet-tiny")(np.zeros(shape))


@pytest.mark.parametrize("size", [140, 156, 172])
def test_a_picture_of_which_the_way_up_leaves_nothing_is_refused_at_once(size: int) -> None:
    with pytest.raises(ValueError, match="Take 188, or padded=True"):
        UNetConfig(image_size=size, width=2)
    assert UNetConfig(image_size=188, width=2).output_size == 4


def test_a_weight_map_needs_a_width_of_gaps() -> None:
    with pytest.raises(ValueError, match="sigma above 0"):
        weight_map([[1, 0, 2]], sigma=0.0)
