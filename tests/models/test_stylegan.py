"""StyleGAN2 against the authors' table of layers, and its parts against other ways to write them."""

import itertools
import math

import numpy as np
import pytest

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F
from book_code.models import registry
from book_code.models.stylegan import (
    StyleGAN2Config,
    discriminator_loss,
    draw_noise,
    generator_loss,
    mix,
    path_lengths,
    r1_penalty,
    sample,
    track_mean,
    truncate,
)
from book_code.models.stylegan.numpy_layers import TAPS, ModulatedConv2d, ToRGB, blur, enlarge
from book_code.models.stylegan.numpy_model import DiscriminatorBlock, repeat, spread

from .common import batch, model

# rows of the log that NVlabs/stylegan2-ada-pytorch prints, FFHQ at 1024 x 1024
CONV0 = {8: 2_622_465, 16: 2_622_465, 32: 2_622_465, 64: 2_622_465, 128: 1_442_561, 256: 426_369, 512: 139_457}  # fmt: skip
CONV1 = {4: 2_622_465, 8: 2_622_465, 64: 2_622_465, 128: 721_409, 256: 213_249}
TORGB = {4: 264_195, 64: 264_195, 128: 132_099, 256: 66_051}
JUDGE = {  # fromrgb, skip, conv0, conv1
    1024: (128, 2_048, 9_248, 18_496),
    512: (8_192, 36_928, 73_856),
    256: (32_768, 147_584, 295_168),
    128: (131_072, 590_080, 1_180_160),
}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def size(module):
    return sum(p.size for p in module.parameters())


def test_layers_have_the_sizes_that_the_authors_print():
    """Maps fall as in the table, but thin ones are counted: the formula of a layer, from its maps."""
    wide = dict(zip(StyleGAN2Config().sides, StyleGAN2Config().widths, strict=True))

    def styled(i, o):
        return o * i * 9 + i * 512 + i + o + 1  # filters, style to scales, bias, noise strength

    for side, count in CONV0.items():
        assert styled(wide[side // 2], wide[side]) == count
    for side, count in CONV1.items():
        assert styled(wide[side], wide[side]) == count
    for side, count in TORGB.items():
        assert 3 * wide[side] + 512 * wide[side] + wide[side] + 3 == count
    for side, counts in JUDGE.items():
        i, o = wide[side], wide[side // 2]
        assert counts[-3:] == (i * o, i * i * 9 + i, i * o * 9 + o)
    assert JUDGE[1024][0] == 3 * 32 + 32


def test_layers_of_a_thin_model_follow_the_same_formulas(rng):
    net = registry.build("stylegan2-256", rng=rng, base=512, most=8, style=5, latent=6)
    wide = net.config.widths
    assert wide == (8, 8, 8, 8, 8, 4, 2)
    for level, block in enumerate(net.generator.synthesis.blocks, 1):
        i, o = wide[level - 1], wide[level]
        assert size(block.conv0) == 9 * i * o + 6 * i + o + 1
        assert size(block.conv1) == 9 * o * o + 6 * o + o + 1
        assert size(block.torgb) == 3 * o + 6 * o + 3
    assert size(net.generator.mapping) == 6 * 5 + 5 + 7 * (25 + 5)
    assert size(net.discriminator.conv) == 9 * 9 * 8 + 8
    assert size(net.discriminator.fc) == 8 * 16 * 8 + 8


def test_maps_double_from_four_pixels_on(rng):
    net = registry.build("stylegan2-1024", rng=rng, image_size=64, base=512, most=8, style=5)
    ws = Tensor(rng.normal(size=(1, net.config.layers, 5)).astype(np.float32))
    noise = draw_noise(net.config, 1, rng=rng)
    x = net.generator.synthesis.const.reshape(1, 8, 4, 4)
    sides = []
    for i, block in enumerate(net.generator.synthesis.blocks):
        x = block.conv0(x, ws[:, 2 * i + 1], noise[2 * i + 1])
        sides.append(block.conv1(x, ws[:, 2 * i + 2], noise[2 * i + 2]).shape[2])
    assert sides == [8, 16, 32, 64]
    assert net.generator.synthesis(ws, noise).shape == (1, 3, 64, 64)


@pytest.mark.parametrize("up", [False, True])
def test_scaling_filters_is_scaling_maps_before_and_after(rng, up):
    """Section 2.2: one convolution for all pictures, what comes in times the style, what goes out demodulated."""
    layer = ModulatedConv2d(3, 4, 3, 5, up, rng=rng).astype(np.float64)
    x, w = rng.normal(size=(2, 3, 4, 4)), rng.normal(size=(2, 5))
    scales = layer.affine(w).numpy()[:, :, None, None]
    weight = layer.weight.numpy() / math.sqrt(27)
    lengths = np.sqrt(((weight[None] * scales[:, None, :, :]) ** 2).sum(axis=(2, 3, 4)))
    if up:
        out = F.conv_transpose2d(x * scales, weight.transpose(1, 0, 2, 3), stride=2)
        out = blur(out, 1, 1, 4.0).numpy()
    else:
        out = F.conv2d(x * scales, weight, padding=1).numpy()
    expected = out / lengths[:, :, None, None]
    assert np.allclose(layer(x, w).numpy(), expected, atol=1e-6)


def test_what_goes_out_is_as_large_as_what_comes_in_whatever_the_style(rng):
    layer = ModulatedConv2d(16, 32, 3, 4, rng=rng)
    x = rng.normal(size=(2, 16, 24, 24)).astype(np.float32)
    out = layer(x, 20 * rng.normal(size=(2, 4)).astype(np.float32)).numpy()[:, :, 1:-1, 1:-1]
    assert out.std(axis=(1, 2, 3)) == pytest.approx([1, 1], abs=0.08)
    colours = ToRGB(16, 3, 4, rng=rng)(x, 20 * np.ones((2, 4), np.float32)).numpy()
    assert colours.std() > 5  # not demodulated


def test_colours_are_weighed_by_the_style_and_the_number_of_maps(rng):
    layer = ToRGB(6, 3, 4, rng=rng).astype(np.float64)
    layer.bias.data = rng.normal(size=3)
    x, w = rng.normal(size=(2, 6, 5, 5)), rng.normal(size=(2, 4))
    scales = layer.conv.affine(w).numpy() / math.sqrt(6)
    weight = layer.conv.weight.numpy()[:, :, 0, 0]
    expected = (
        np.einsum("oi,ni,nihw->nohw", weight, scales, x) + layer.bias.numpy()[:, None, None]
    )
    assert np.allclose(layer(x, w).numpy(), expected)
    assert np.allclose(scales * math.sqrt(6), 1 + w @ layer.conv.affine.weight.numpy().T / 2)


def test_a_block_of_the_judge_is_the_mean_of_two_ways_of_one_size(rng):
    block = DiscriminatorBlock(3, 4, rng=rng).astype(np.float64)
    x = rng.normal(size=(2, 3, 8, 8))
    smooth = blur(Tensor(x), 1, 1).numpy()[:, :, ::2, ::2]  # then every second pixel, 1 x 1
    skip = np.einsum(
        "oi,nihw->nohw", block.skip.weight.numpy()[:, :, 0, 0], smooth
    ) / math.sqrt(3)
    through = block.conv1(block.conv0(x)).numpy()
    assert block(x).shape == (2, 4, 4, 4)
    assert np.allclose(block(x).numpy(), (through + skip) / math.sqrt(2))
    first = F.conv2d(x, block.conv0.weight.numpy() / math.sqrt(27), padding=1).numpy()
    first = math.sqrt(2) * np.where(first > 0, first, 0.2 * first)
    assert np.allclose(block.conv0(x).numpy(), first)


def test_the_bell_leaves_flat_maps_flat():
    flat = Tensor(np.full((1, 2, 6, 6), 3.0))
    assert np.allclose(blur(flat, 2, 1).numpy()[:, :, 2:-1, 2:-1], 3)
    assert blur(flat, 2, 1).shape == (1, 2, 6, 6)
    large = enlarge(flat).numpy()
    assert large.shape == (1, 2, 12, 12)
    assert np.allclose(large[:, :, 1:-1, 1:-1], 3)


def test_enlarging_is_zeros_between_pixels_then_the_bell(rng):
    x = rng.normal(size=(1, 1, 3, 3))
    spaced = np.zeros((9, 9))  # two zeros before, one after
    spaced[2:8:2, 2:8:2] = x[0, 0]
    expected = [[(4 * TAPS * spaced[i : i + 4, j : j + 4]).sum() for j in range(6)] for i in range(6)]  # fmt: skip
    assert np.allclose(enlarge(Tensor(x)).numpy()[0, 0], expected)


def test_weights_start_with_variance_1_and_are_scaled_in_use(rng):
    net = registry.build("stylegan2-256", rng=rng, image_size=8, base=4096, most=64, style=64)
    first = net.generator.mapping.fc[0]
    assert first.weight.numpy().std() == pytest.approx(100, rel=0.05)  # 1 / mapping_lr
    conv = net.generator.synthesis.conv1.conv
    assert conv.weight.numpy().std() == pytest.approx(1, rel=0.05)
    assert np.array_equal(conv.affine.bias.numpy(), np.ones(64))
    z = rng.normal(size=(200, 512)).astype(np.float32)
    squares = (net.generator.mapping(z).numpy() ** 2).mean()
    assert squares == pytest.approx(
        1.04**8, rel=0.3
    )  # 1.04: what leaky ReLU leaves of 1, times 2


def test_only_the_direction_of_z_counts(rng):
    mapping, z = model("stylegan-tiny").generator.mapping, rng.normal(size=(2, 3))
    assert np.allclose(mapping(z).numpy(), mapping(7 * z).numpy())


def test_noise_is_weighed_by_its_strength(rng):
    net = registry.build("stylegan-tiny", rng=rng)
    z = rng.normal(size=(2, 3)).astype(np.float32)
    noise = draw_noise(net.config, 2, rng=rng)
    plain = net(z).numpy()
    assert np.array_equal(net(z, noise).numpy(), plain)  # strengths start at 0
    net.generator.synthesis.blocks[0].conv1.noise_strength.data += 0.5
    assert not np.allclose(net(z, noise).numpy(), plain)
    noise[2] = 0 * noise[2]
    assert np.array_equal(net(z, noise).numpy(), plain)  # each convolution has its own map


def test_mixing_gives_early_layers_one_style_and_late_ones_another(rng):
    net = model("stylegan-tiny")
    one, other = rng.normal(size=(2, 1, 4))
    layers, draw = net.config.layers, net.generator.synthesis
    ws = mix(one, other, 2, layers).numpy()
    assert np.array_equal(ws[0], np.stack([one[0], one[0], other[0], other[0]]))
    assert np.array_equal(mix(one, other, 0, layers).numpy(), repeat(other, layers).numpy())
    assert np.array_equal(mix(one, other, layers, layers).numpy(), repeat(one, layers).numpy())
    pictures = [draw(mix(one, other, crossover, layers)).numpy() for crossover in range(5)]
    assert all(not np.allclose(a, b) for a, b in itertools.pairwise(pictures))
    with pytest.raises(ValueError, match="a crossover from 0 to 4, got 5"):
        mix(one, other, 5, layers)


def test_truncation_goes_towards_the_mean(rng):
    ws, mean = rng.normal(size=(3, 4)), np.ones(4)
    assert np.allclose(truncate(ws, mean, 1.0), ws)
    assert np.allclose(truncate(ws, mean, 0.0), mean)
    assert np.allclose(truncate(ws, mean, 0.25), 0.75 + 0.25 * ws)


def test_the_mean_style_is_tracked_and_kept_with_the_weights(rng):
    net, w = registry.build("stylegan-tiny", rng=rng), rng.normal(size=(50, 4))
    for _ in range(400):
        track_mean(net, w, decay=0.98)
    mean = net.state_dict()["generator.mapping.mean"]
    assert mean.dtype == np.float32
    assert np.allclose(mean, w.mean(axis=0), atol=1e-3)
    pictures = sample(net, 4, rng=rng, psi=0.0)  # noise strengths are 0
    assert np.allclose(pictures, pictures[0])
    expected = net.generator.synthesis(repeat(mean[None], 4)).numpy()
    assert np.allclose(pictures[0], expected[0], atol=1e-5)


def test_the_same_generator_gives_the_same_pictures():
    net = model("stylegan-tiny", np.float32)
    one, other, third = (
        sample(net, 3, rng=np.random.default_rng(s), psi=0.7) for s in (5, 5, 6)
    )
    assert one.dtype == np.float32
    assert np.array_equal(one, other)
    assert not np.array_equal(one, third)


def test_the_judge_sees_how_much_a_group_differs(rng):
    x = rng.normal(size=(4, 3, 2, 2))
    out = spread(Tensor(x), 2).numpy()
    assert out.shape == (4, 1, 2, 2)
    for i in range(2):  # pictures i and i + 2 make a group
        std = np.sqrt(x[[i, i + 2]].var(axis=0) + 1e-8).mean()
        assert np.allclose(out[[i, i + 2]], std)
    assert np.allclose(spread(Tensor(x), None).numpy(), x.std(axis=0).mean(), atol=1e-6)


def differences(f, x, step=1e-6):
    """Return the gradient of a number by central differences."""
    out = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        move = np.zeros_like(x)
        move[place] = step
        out[place] = (f(x + move) - f(x - move)) / (2 * step)
    return out


def test_r1_is_the_squared_slope_of_the_judge():
    net, x = model("stylegan-tiny"), batch("stylegan-tiny", 2)["x"]
    slope = differences(lambda x: net.discriminator(x).numpy().sum(), x)
    expected = 0.5 * 0.5 * (slope**2).sum(axis=(1, 2, 3)).mean()
    assert r1_penalty(net, x).item() == pytest.approx(expected, rel=1e-5)


def test_path_lengths_are_those_of_the_jacobian():
    net, given = model("stylegan-tiny"), batch("stylegan-tiny", 2)
    ws = repeat(net.generator.mapping(given["z"]), 4).numpy()
    slope = differences(
        lambda ws: (net.generator.synthesis(ws).numpy() * given["y"]).sum() / 8, ws
    )
    expected = np.sqrt((slope**2).sum(axis=2).mean(axis=1))
    found = path_lengths(net, given["z"], given["y"])
    assert found.numpy() == pytest.approx(expected, rel=1e-5)
    base = generator_loss(net, given["z"]).item()
    loss = generator_loss(net, given["z"], None, given["y"], target=0.2).item()
    assert loss - base == pytest.approx(0.5 * ((expected - 0.2) ** 2).mean(), rel=1e-5)


def test_the_judges_loss_is_the_cross_entropy_and_r1():
    net, given = model("stylegan-tiny"), batch("stylegan-tiny", 4)
    x, z = given["x"], given["z"]
    real, fake = (net.discriminator(p).numpy() for p in (x, net(z).numpy()))
    expected = np.log1p(np.exp(-real)).mean() + np.log1p(np.exp(fake)).mean()
    expected += r1_penalty(net, x).item()
    loss = discriminator_loss(net, x, z)
    assert loss.item() == pytest.approx(expected)
    loss.backward()
    assert all(p.grad is None for p in net.generator.parameters())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"image_size": 12}, "power of two from 8 on; got 12"),
        ({"image_size": 4}, "power of two from 8 on; got 4"),
        ({"base": 4}, "at least image_size=8"),
        ({"mapping_lr": 0.0}, "mapping_lr must be above 0"),
    ],
)
def test_what_cannot_work_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        registry.config("stylegan-tiny", **fields)


def test_what_does_not_fit_is_refused(rng):
    net = registry.build("stylegan-tiny", rng=rng, group=2)
    with pytest.raises(ValueError, match=r"noise z of shape \(N, 3\), got \(2, 4\)"):
        net(np.zeros((2, 4)))
    with pytest.raises(ValueError, match=r"styles of shape \(N, 4, 4\), got \(2, 4\)"):
        net.generator.synthesis(np.zeros((2, 4)))
    with pytest.raises(ValueError, match=r"noise maps of sides \(4, 8, 8\)"):
        net(np.zeros((2, 3)), [np.zeros((2, 1, 4, 4))])
    with pytest.raises(ValueError, match=r"pictures of shape \(N, 1, 8, 8\), got"):
        net.discriminator(np.zeros((2, 3, 8, 8)))
    with pytest.raises(ValueError, match="in groups of 2; a batch of 3 cannot be cut so"):
        net.discriminator(np.zeros((3, 1, 8, 8)))
