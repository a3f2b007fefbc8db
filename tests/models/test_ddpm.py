"""The diffusion model against the paper's formulas: noising, samplers, guidance, sizes of the U-Net."""

import math

import numpy as np
import pytest

from book_code.models import registry
from book_code.models.ddpm import (
    DDPM,
    DDPMConfig,
    NoiseSchedule,
    ancestral_step,
    ddim_step,
    ddim_times,
    diffuse,
    diffusion_loss,
    invert_ddim,
    run_ancestral,
    run_ddim,
    sample,
)
from book_code.models.ddpm.numpy_blocks import AttnBlock, Downsample, ResnetBlock
from book_code.models.ddpm.numpy_model import predictor
from book_code.models.ddpm.sampling import ddim_sigma
from book_code.models.ddpm.schedule import timestep_embedding

from .common import model

TINY = DDPMConfig.tiny()
T = 40


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def schedule():
    return NoiseSchedule.of(DDPMConfig(steps=T, beta_start=0.005, beta_end=0.3))


def test_the_linear_schedule_is_that_of_the_paper():
    schedule = NoiseSchedule.of(DDPMConfig())
    assert (len(schedule), schedule.betas[0], schedule.betas[-1]) == (1000, 1e-4, 0.02)
    assert np.allclose(np.diff(schedule.betas), (0.02 - 1e-4) / 999)
    # section 4: the last x is nearly pure noise, about 1e-5 bits a dimension from it
    bits = -0.5 * math.log(1 - schedule.alpha_bars[-1]) / math.log(2)
    assert 1e-5 < bits < 5e-5


def test_the_cosine_schedule_keeps_alpha_bar_on_its_curve():
    schedule = NoiseSchedule.of(DDPMConfig(steps=100, schedule="cosine"))
    u = np.arange(101) / 100
    curve = np.cos((u + 0.008) / 1.008 * math.pi / 2) ** 2
    assert np.allclose(schedule.alpha_bars[:-1], (curve / curve[0])[1:-1])
    assert schedule.betas[-1] == 0.999


def test_noising_step_by_step_is_noising_at_once(schedule, rng):
    """The moments of q(x_t | x_0), by drawing every single step."""
    x, draws = np.full(40_000, 0.7), 12
    for t in range(draws):
        x = np.sqrt(schedule.alphas[t]) * x + np.sqrt(schedule.betas[t]) * rng.normal(
            size=len(x)
        )
    clean = np.full((1, 1, 1, 1), 0.7)
    mean = diffuse(clean, np.array([draws - 1]), np.zeros_like(clean), schedule).item()
    std = diffuse(0 * clean, np.array([draws - 1]), np.ones_like(clean), schedule).item()
    assert x.mean() == pytest.approx(mean, abs=0.01)
    assert x.std() == pytest.approx(std, abs=0.01)


def test_the_posterior_is_bayes_rule(schedule):
    """Multiply the Gaussians q(x_t | x_{t-1}) and q(x_{t-1} | x_0); the step must have their mean and variance."""
    t, x, clean = 7, 0.3, -0.8
    beta, before = schedule.betas[t], schedule.alpha_bar(t - 1)
    precision = (1 - beta) / beta + 1 / (1 - before)
    mean = (
        math.sqrt(1 - beta) / beta * x + math.sqrt(before) / (1 - before) * clean
    ) / precision
    assert schedule.posterior[t] == pytest.approx(1 / precision)
    left = schedule.alpha_bar(t)
    noise = (x - math.sqrt(left) * clean) / math.sqrt(1 - left)
    assert ancestral_step(x, noise, t, schedule, 0.0) == pytest.approx(mean)
    # and algorithm 2's way of writing it
    short = (x - beta / math.sqrt(1 - left) * noise) / math.sqrt(1 - beta)
    assert ancestral_step(x, noise, t, schedule, 0.0) == pytest.approx(short)
    put_in = ancestral_step(x, noise, t, schedule, 1.0, "small") - mean
    assert put_in**2 == pytest.approx(1 / precision)
    assert (ancestral_step(x, noise, t, schedule, 1.0) - mean) ** 2 == pytest.approx(beta)


def test_ddim_with_eta_1_is_the_ancestral_sampler(schedule, rng):
    x, noise, fresh = rng.normal(size=(3, 5))
    for t in range(T):
        assert ddim_sigma(t, t - 1, schedule, 1.0) ** 2 == pytest.approx(schedule.posterior[t])
        one = ddim_step(x, noise, t, t - 1, schedule, fresh, eta=1.0)
        other = ancestral_step(x, noise, t, schedule, fresh, "small")
        assert np.allclose(one, other, rtol=1e-12)
    assert schedule.posterior[0] == 0


def true_noise(schedule, mean, std):
    """Return the best guess of the noise in x_t for data that are normal with this mean and deviation."""

    def predict(x, t):
        left = schedule.alpha_bar(t)
        return math.sqrt(1 - left) * (x - math.sqrt(left) * mean) / (left * std**2 + 1 - left)

    return predict


def moments(run, draws):
    """Return mean and variance of what a sampler makes of standard normal noise, exactly.

    With the noise of normal data the sampler is affine in all that is drawn, so single draws of 1 show how much
    each counts.
    """
    inputs = np.concatenate([np.zeros((1, draws)), np.eye(draws)])
    out = run(inputs)
    return out[0], float(((out[1:] - out[0]) ** 2).sum())


@pytest.mark.parametrize(("std", "variance"), [(1.0, "large"), (0.0, "small")])
def test_the_ancestral_sampler_is_exact_at_the_two_ends(schedule, std, variance):
    """Section 3.2: beta is the right variance for data of variance 1, beta-tilde for one single picture."""
    predict = true_noise(schedule, 0.6, std)
    mean, var = moments(
        lambda given: run_ancestral(
            predict, given[:, -1], schedule, lambda t: given[:, t], variance
        ),
        T + 1,
    )
    # what x_T itself misses of pure noise: its mean is not quite 0
    assert mean == pytest.approx(0.6, abs=0.6 * math.sqrt(schedule.alpha_bars[-1]) + 1e-12)
    last = (
        schedule.betas[0] if variance == "large" else 0
    )  # at the last step no noise is put in
    assert var == pytest.approx(std**2 - last, abs=1e-9)


@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_ddim_finds_a_normal_distribution(eta):
    """Mean and variance come nearer to the data's as the steps get smaller, for any eta."""
    errors = []
    for steps in (100, 400):
        fine = NoiseSchedule.of(DDPMConfig(steps=steps, beta_end=10 / steps))
        predict, times = true_noise(fine, 0.6, 0.5), ddim_times(steps, steps)
        mean, var = moments(
            lambda given, predict=predict, fine=fine, times=times: run_ddim(
                predict, given[:, -1], fine, times, lambda t: given[:, t], eta
            ),
            steps + 1,
        )
        assert mean == pytest.approx(0.6, abs=0.06)
        errors.append(abs(var - 0.25))
    assert errors[0] < 0.03
    assert errors[1] < errors[0] / 2


def test_drawn_samples_have_the_moments_of_the_data(schedule, rng):
    predict = true_noise(schedule, 0.6, 1.0)
    out = run_ancestral(
        predict, rng.normal(size=20_000), schedule, lambda t: rng.normal(size=20_000)
    )
    assert out.mean() == pytest.approx(0.6, abs=0.05)
    assert out.std() == pytest.approx(1.0, abs=0.02)


def test_ddim_runs_backwards():
    x, errors = np.linspace(-1, 1, 5), []
    schedule = NoiseSchedule.of(DDPMConfig())
    predict = true_noise(schedule, 0.2, 0.5)
    for count in (50, 100):
        times = ddim_times(1000, count)
        noise = invert_ddim(predict, x, schedule, times)
        again = run_ddim(predict, noise, schedule, times)
        errors.append(np.abs(again - x).max())
    assert np.abs(noise - x).max() > 0.5
    assert errors[1] < 0.7 * errors[0] < 0.1


def test_ddim_takes_known_noise_out_at_once_and_puts_it_back(schedule, rng):
    clean, noise = rng.normal(size=(2, 3, 1, 2, 2))
    x = diffuse(clean, np.full(3, 20), noise, schedule)
    assert np.allclose(ddim_step(x, noise, 20, -1, schedule), clean)
    assert np.allclose(ddim_step(clean, noise, -1, 20, schedule), x)


def test_clipping_holds_the_clean_picture(schedule):
    x, noise = np.array([5.0]), np.array([0.0])
    assert ddim_step(x, noise, 5, -1, schedule, clip=True) == pytest.approx(1.0)
    assert ancestral_step(x, noise, 0, schedule, 0.0, clip=True) == pytest.approx(1.0)
    # the noise is what then is left of x, so that going nowhere changes nothing
    assert ddim_step(x, noise, 5, 5, schedule, clip=True) == pytest.approx(5.0)


def test_times_go_from_the_last_to_the_first():
    assert ddim_times(10, 10) == list(range(9, -1, -1))
    assert ddim_times(10, 1) == [9]
    for wrong in (0, 11):
        with pytest.raises(ValueError, match=f"from 1 to 10 steps, got {wrong}"):
            ddim_times(10, wrong)


def test_the_time_is_told_by_waves():
    waves = timestep_embedding(np.array([0, 3]), 8)
    frequencies = [10_000 ** (-i / 3) for i in range(4)]
    assert np.allclose(waves[1], [f(3 * w) for f in (math.sin, math.cos) for w in frequencies])


def test_the_unet_halves_and_doubles_as_the_table_says():
    settings = {"image_size": 16, "channels": 8, "multipliers": (1, 2, 2, 2), "blocks": 2}
    net = registry.build("ddpm-tiny", rng=np.random.default_rng(0), attention=(8,), **{
        "in_channels": 3, **settings,
    })  # fmt: skip
    x, time = np.zeros((1, 3, 16, 16), np.float32), np.zeros((1, 32), np.float32)
    maps = [net.conv_in(x)]
    for down in net.down:
        maps += down(maps[-1], time)
    assert [m.shape[1:] for m in maps] == [
        (8, 16, 16), (8, 16, 16), (8, 16, 16), (8, 8, 8), (16, 8, 8), (16, 8, 8), (16, 4, 4),
        (16, 4, 4), (16, 4, 4), (16, 2, 2), (16, 2, 2), (16, 2, 2),
    ]  # fmt: skip
    h, sides = net.mid(maps[-1], time), []
    for up in reversed(net.up):
        h = up(h, maps, time)
        sides.append(h.shape[1:])
    assert sides == [(16, 4, 4), (16, 8, 8), (16, 16, 16), (8, 16, 16)]
    assert not maps
    assert [len(level.attn) for level in net.down] == [0, 2, 0, 0]
    assert [len(level.attn) for level in net.up] == [0, 3, 0, 0]


def test_the_size_for_cifar10_by_hand():
    """35,746,307: each kind of part counted by its formula, for the counts that the paper's layout needs."""

    def conv(i, o, k=3):
        return o * (i * k * k + 1)

    def block(i, o):
        norms = 2 * i + 2 * o
        return norms + conv(i, o) + o * 513 + conv(o, o) + (conv(i, o, 1) if i != o else 0)

    attention = 2 * 256 + 4 * conv(256, 256, 1)
    down = 2 * block(128, 128) + block(128, 256) + 5 * block(256, 256) + 2 * attention
    down += conv(128, 128) + 2 * conv(256, 256)
    middle = 2 * block(256, 256) + attention
    up = 8 * block(512, 256) + block(384, 256) + block(384, 128) + 2 * block(256, 128)
    up += 3 * attention + 3 * conv(256, 256)
    ends = 512 * 129 + 512 * 513 + conv(3, 128) + 2 * 128 + conv(128, 3)
    assert down + middle + up + ends == 35_746_307


def test_attention_weighs_all_places(rng):
    block = AttnBlock(4, TINY, rng)
    block.load_state_dict({k: rng.normal(size=v.shape) for k, v in block.state_dict().items()})
    x = rng.normal(size=(1, 4, 2, 3)).astype(np.float32)
    h = block.norm(x)
    q, k, v = (part(h).numpy().reshape(4, 6) for part in (block.q, block.k, block.v))
    scores = q.T @ k / 2  # the root of four channels
    weights = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    mixed = (v @ weights.T).reshape(1, 4, 2, 3)
    assert np.allclose(block(x).numpy(), x + block.proj_out(mixed).numpy(), atol=1e-4)


def test_a_block_normalizes_adds_the_time_and_carries_its_input(rng):
    """Written out, for maps so faint that the 1e-6 under the root of the variance counts."""
    block = ResnetBlock(4, 6, TINY, rng).astype(np.float64)
    block.load_state_dict({k: rng.normal(size=v.shape) for k, v in block.state_dict().items()})
    x, time = 1e-3 * rng.normal(size=(2, 4, 3, 3)), rng.normal(size=(2, 16))

    def silu(x):
        return x / (1 + np.exp(-x))

    def normalized(x, norm):
        groups = x.reshape(2, 2, -1)
        groups = groups - groups.mean(axis=2, keepdims=True)
        groups = groups / np.sqrt((groups**2).mean(axis=2, keepdims=True) + 1e-6)
        scale, shift = (p.numpy()[:, None, None] for p in (norm.weight, norm.bias))
        return groups.reshape(x.shape) * scale + shift

    h = block.conv1(silu(normalized(x, block.norm1))).numpy()
    h = h + block.temb_proj(silu(time)).numpy()[:, :, None, None]
    h = block.conv2(silu(normalized(h, block.norm2))).numpy()
    assert np.allclose(block(x, time).numpy(), h + block.nin_shortcut(x).numpy())


def test_halving_starts_at_the_first_pixel_and_pads_behind(rng):
    down = Downsample(1, rng)
    down.conv.weight.data = (
        np.eye(1, 9).reshape(1, 1, 3, 3).astype(np.float32)
    )  # the first of nine
    down.conv.bias.data *= 0
    x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
    assert down(x).numpy()[0, 0].tolist() == [[0, 2], [8, 10]]
    down.conv.weight.data = np.ones((1, 1, 3, 3), np.float32)
    assert down(x).numpy()[0, 0].tolist() == [[45, 39], [66, 50]]


def test_a_fresh_model_finds_no_noise(rng):
    net = registry.build("ddpm-tiny", rng=rng)
    assert not net(rng.normal(size=(2, 1, 4, 4)), np.array([1, 2])).numpy().any()


def test_a_withheld_label_is_no_label(rng):
    net = model("ddpm-tiny")
    x, noise = rng.normal(size=(2, 2, 1, 4, 4))
    t, y = np.array([3, 8]), np.array([0, 1])
    none = diffusion_loss(net, x, t, noise).item()
    assert diffusion_loss(net, x, t, noise, y, np.array([True, True])).item() == none
    assert diffusion_loss(net, x, t, noise, y, np.array([False, False])).item() != none
    assert diffusion_loss(net, x, t, noise, y).item() != none


def test_guidance_goes_on_from_no_label_to_the_label(rng):
    net, x, y = model("ddpm-tiny"), rng.normal(size=(2, 1, 4, 4)), np.array([0, 1])
    t = np.full(2, 4)
    told, free = net(x, t, y).numpy(), net(x, t).numpy()
    assert np.allclose(predictor(net, y, 0.0)(x, 4), told)
    assert np.allclose(predictor(net, y, 2.0)(x, 4), told + 2.0 * (told - free))
    with pytest.raises(ValueError, match="guidance needs labels"):
        predictor(net, None, 1.0)


@pytest.mark.parametrize("settings", [{}, {"steps": 4}, {"steps": 4, "eta": 1.0}])
def test_the_same_generator_gives_the_same_pictures(settings):
    net = model("ddpm-tiny", np.float32).eval()
    one, other, third = (
        sample(net, 3, rng=np.random.default_rng(seed), **settings) for seed in (5, 5, 6)
    )
    assert one.shape == (3, 1, 4, 4)
    assert one.dtype == np.float32
    assert np.array_equal(one, other)
    assert not np.array_equal(one, third)
    assert np.abs(one).max() <= 1  # the last step gives the clean picture, which is clipped


def test_eta_needs_noise(schedule):
    with pytest.raises(ValueError, match="give draw"):
        run_ddim(lambda x, t: x, np.zeros(2), schedule, [3, 1], eta=0.5)
    with pytest.raises(ValueError, match="needs eta=0"):
        ddim_step(0.0, 0.0, 3, 5, schedule, 0.0, eta=0.5)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"channels": 7}, "must be even and at least 4"),
        ({"channels": 2, "groups": 1}, "must be even and at least 4"),
        ({"groups": 3}, "groups must divide channels=4; got 3"),
        ({"image_size": 5}, "must be a multiple of 2; got 5"),
        ({"attention": (3,)}, r"must name sides of the levels \(4, 2\); got 3"),
        ({"multipliers": ()}, "at least one level"),
        ({"dropout": 1.0}, "must be below 1"),
        ({"beta_start": 0.6}, "0 < beta_start <= beta_end < 1; got 0.6 and 0.5"),
        ({"schedule": "sine"}, "did you mean"),
    ],
)
def test_what_cannot_work_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        registry.config("ddpm-tiny", **fields)


def test_what_does_not_fit_is_refused(rng):
    net = DDPM(TINY, rng=rng)
    x, t = np.zeros((2, 1, 4, 4)), np.array([0, 1])
    for given, error, message in [
        ((np.zeros((2, 1, 5, 4)), t), ValueError, r"pictures of shape \(N, 1, 4, 4\), got"),
        ((x, np.array([0])), ValueError, r"time steps t of shape \(2,\), one a picture"),
        ((x, np.array([0.0, 1.0])), TypeError, "whole numbers as time steps t, got float64"),
        ((x, t, np.array([0])), ValueError, r"labels y of shape \(2,\)"),
        ((x, t, np.array([0, 3])), ValueError, "ids from 0 to 2"),
    ]:
        with pytest.raises(error, match=message):
            net(*given)
    with pytest.raises(ValueError, match="build it with classes=K"):
        registry.build("ddpm-tiny", rng=rng, classes=None)(x, t, t)
    with pytest.raises(ValueError, match="time steps run from 0 to 9; got 0 to 10"):
        diffusion_loss(net, x, np.array([0, 10]), x)
    with pytest.raises(ValueError, match="noise of the pictures' shape"):
        diffusion_loss(net, x, t, x[:1])
    with pytest.raises(ValueError, match="between 0 and 1 for each step"):
        NoiseSchedule(np.array([0.1, 1.0]))


def test_noising_clean_pictures_may_clip_them() -> None:
    schedule = NoiseSchedule(np.array([0.5, 0.5]))
    x = ddim_step(np.array([2.0]), np.array([1.0]), -1, 0, schedule, clip=True)
    np.testing.assert_allclose(x, [2 * np.sqrt(0.5)])


@pytest.mark.parametrize("times", [[], [1, 5], [3, 3]])
def test_the_steps_of_ddim_must_fall(times: list[int]) -> None:
    with pytest.raises(ValueError, match="time steps that fall"):
        run_ddim(lambda x, t: x, np.zeros(1), NoiseSchedule(np.full(9, 0.1)), times)
