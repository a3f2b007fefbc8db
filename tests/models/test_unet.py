"""U-Net: the sizes of figure 1, what is cropped, pictures that do not fit."""

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.unet import UNetConfig
from book_code.models.unet.numpy_model import crop

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
        ({"image_size": 16, "padded": False}, "are too small|cannot be halved"),
    ],
)
def test_sizes_that_cannot_be_halved_are_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        registry.config("unet-tiny", **fields)


@pytest.mark.parametrize("shape", [(1, 3, 8, 8), (1, 1, 8, 12), (1, 8, 8)])
def test_pictures_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=r"pictures of shape \(N, 1, 8, 8\), got"):
        model("unet-tiny")(np.zeros(shape))
