"""Pix2Pix against the layers of the paper, and what a judge of patches sees."""

import itertools
import math

import numpy as np
import pytest

from book_code import losses, optim
from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.models import registry
from book_code.models.pix2pix import (
    Pix2PixConfig,
    discriminator_loss,
    generator_loss,
    receptive_field,
    train_step,
)
from book_code.models.pix2pix.config import patch_side
from book_code.models.pix2pix.patchgan import PatchGAN

from .common import batch, model


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def small(rng, **fields):
    """Return a generator of the full depth, thin enough to run."""
    return registry.build("pix2pix", rng=rng, channels=2, **fields)


def test_maps_halve_to_one_pixel_and_meet_again_at_every_side(rng):
    net = small(rng).generator
    x, maps = np.zeros((2, 3, 256, 256), np.float32), []
    for down in net.down:
        x = down(x)
        maps.append(x)
    widths = (2, 4, 8, 16, 16, 16, 16, 16)
    assert [m.shape[1:] for m in maps] == [
        (width, 128 >> i, 128 >> i) for i, width in enumerate(widths)
    ]
    x, made = net.up[-1](maps[-1]), {}
    made[7] = x.shape[1:]
    for i in reversed(range(7)):
        x = net.up[i](F.concatenate([maps[i], x], axis=1))
        made[i] = x.shape[1:]
    assert made[0] == (3, 256, 256)
    assert [made[i] for i in range(1, 8)] == [
        (widths[i - 1], 256 >> i, 256 >> i) for i in range(1, 8)
    ]


def test_parameters_by_the_layers_of_the_paper():
    """64 to 512 maps, 4 x 4 kernels without biases (batch norm has one), twice the maps where a skip comes in."""
    wide = (64, 128, 256, 512, 512, 512, 512, 512)
    down = 16 * (3 * 64 + sum(a * b for a, b in itertools.pairwise(wide)))
    up = 16 * (512 * 512 + sum(2 * a * b for a, b in zip(wide[1:-1], wide, strict=False)))
    up += 16 * 128 * 3 + 3
    norms = 2 * (sum(wide[1:7]) + sum(wide[:7]))
    assert down + up + norms == 54_413_955
    judge = 16 * (6 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512) + 64 + 1
    assert judge + 2 * (128 + 256 + 512) == 2_768_705


def test_norm_and_dropout_are_where_the_paper_has_them(rng):
    net = small(rng).generator
    assert [down.norm is not None for down in net.down] == [False, *[True] * 6, False]
    assert [up.norm is not None for up in net.up] == [False, *[True] * 7]
    assert [up.dropout is not None for up in net.up] == [False] * 5 + [True] * 3


@pytest.mark.parametrize(("layers", "side"), [(1, 16), (2, 34), (3, 70)])
def test_one_judgement_sees_so_many_pixels(rng, layers, side):
    """Of the gradient of one logit with respect to the picture, exactly that square is not zero."""
    judge = PatchGAN(1, 2, layers, rng=rng).eval()
    size = side + 8 * 2**layers
    x = Tensor(rng.normal(size=(1, 1, size, size)).astype(np.float32), requires_grad=True)
    out = judge(x)
    assert out.shape[2:] == (patch_side(size, layers),) * 2
    middle = out.shape[2] // 2
    out[0, 0, middle, middle].backward()
    seen = np.argwhere(x.grad.numpy()[0, 0])
    assert (np.ptp(seen, axis=0) + 1).tolist() == [side, side] == [receptive_field(layers)] * 2


def test_leaky_relu_lets_a_fifth_through(rng):
    net = model("pix2pix-tiny").generator
    h = rng.normal(size=(2, 3, 4, 4))
    twisted = np.where(h > 0, h, 0.2 * h)
    assert np.allclose(net.down[1](h).numpy(), net.down[1].conv(twisted).numpy())


def test_the_losses_are_those_of_the_paper():
    net, given = model("pix2pix-tiny"), batch("pix2pix-tiny", 4)
    x, y = given["x"], given["y"]
    fake = net(x).numpy()
    real_logits, fake_logits = net.judge(x, y).numpy(), net.judge(x, fake).numpy()
    log = np.log1p  # -log sigmoid(a) = log(1 + exp(-a))
    judge = log(np.exp(-real_logits)).mean() + log(np.exp(fake_logits)).mean()
    assert discriminator_loss(net, x, y).item() == pytest.approx(judge / 2)
    maker = log(np.exp(-fake_logits)).mean() + 10 * np.abs(fake - y).mean()
    assert generator_loss(net, x, y).item() == pytest.approx(maker)


def test_the_judge_teaches_nothing_to_the_generator():
    net, given = model("pix2pix-tiny"), batch("pix2pix-tiny", 4)
    discriminator_loss(net, given["x"], given["y"]).backward()
    assert all(p.grad is None for p in net.generator.parameters())
    assert all(p.grad is not None for p in net.discriminator.parameters())


def test_a_step_moves_each_player_by_its_own_optimizer():
    net, given = model("pix2pix-tiny", np.float32), batch("pix2pix-tiny", 4, np.float32)
    x, y = given["x"], given["y"]
    start, expected = net.state_dict(), discriminator_loss(net, x, y).item()
    one = optim.SGD(net.discriminator.parameters(), lr=0.1)
    other = optim.SGD(net.generator.parameters(), lr=0.0)
    assert train_step(net, x, y, one, other)[0] == pytest.approx(expected)
    moved = {k for k, v in net.state_dict().items() if not np.array_equal(v, start[k])}
    weights = {k for k, _ in net.named_parameters()}
    assert moved & weights == {k for k in weights if k.startswith("discriminator.")}
    before = generator_loss(net, x, y).item()
    other = optim.SGD(net.generator.parameters(), lr=0.01)
    for _ in range(5):
        train_step(net, x, y, optim.SGD(net.discriminator.parameters(), lr=0.0), other)
    assert generator_loss(net, x, y).item() < before


def test_dropout_is_the_noise(rng):
    net = registry.build("pix2pix-tiny", rng=rng, dropout=0.5)
    x = batch("pix2pix-tiny", 2, np.float32)["x"]
    assert not np.array_equal(net(x).numpy(), net(x).numpy())
    net.eval()
    assert np.array_equal(net(x).numpy(), net(x).numpy())
    assert np.abs(net(100 * x).numpy()).max() <= 1


def test_weights_start_small(rng):
    net = registry.build("pix2pix-tiny", rng=rng, channels=16)
    for name, p in net.named_parameters():
        values = p.numpy()
        if name.endswith("bias"):
            assert not values.any()
        else:
            center = 1.0 if values.ndim == 1 else 0.0
            assert values.mean() == pytest.approx(center, abs=0.08 / math.sqrt(values.size))
            assert values.std() == pytest.approx(0.02, rel=0.5)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"downs": 1}, "downs must be at least 2"),
        ({"image_size": 10}, "must be a multiple of 4; got 10"),
        ({"dropout": 1.0}, "must be below 1"),
        ({"layers": 3}, "layers=3 leave a PatchGAN on pictures of 8 x 8 fewer than 1"),
    ],
)
def test_what_cannot_work_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        registry.config("pix2pix-tiny", **fields)


def test_the_smallest_pictures_that_are_allowed_are_judged(rng):
    config = Pix2PixConfig(image_size=24, downs=3, layers=3, channels=2)
    judge = PatchGAN(3, 2, 3, rng=rng)
    assert judge(np.zeros((2, 3, config.image_size, 24), np.float32)).shape == (2, 1, 1, 1)


def test_pictures_that_do_not_fit_are_refused(rng):
    net = registry.build("pix2pix-tiny", rng=rng)
    with pytest.raises(
        ValueError, match=r"expected pictures of shape \(N, 2, 8, 8\), got \(1, 1"
    ):
        net(np.zeros((1, 1, 8, 8)))
    x = np.zeros((2, 2, 8, 8), np.float32)
    with pytest.raises(
        ValueError, match=r"discriminator expected pictures of shape \(N, 1, 8, 8"
    ):
        net.judge(x, x)
    assert losses.mae(net(x), np.zeros((2, 1, 8, 8), np.float32)).item() >= 0
