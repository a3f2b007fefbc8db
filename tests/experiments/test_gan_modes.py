"""What counts as covered: heaps with points enough, near enough."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.experiments import gan_modes  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = gan_modes.Config()


def test_the_ring_itself_is_covered():
    torch.manual_seed(0)
    points = gan_modes.draw_ring(CONFIG, 2_000).numpy()
    covered, good = gan_modes.coverage(CONFIG, points)
    assert covered == 8
    assert 98 < good < 99.5  # three standard deviations in the plane hold 98.9 %


@pytest.mark.parametrize("heaps", [1, 3, 7])
def test_missing_heaps_are_missed(heaps):
    middles = gan_modes.middles(CONFIG).numpy()
    points = np.repeat(middles[:heaps], 100, axis=0)
    assert gan_modes.coverage(CONFIG, points) == (heaps, 100)


def test_points_that_are_few_or_far_cover_nothing():
    middles = gan_modes.middles(CONFIG).numpy()
    many = np.repeat(middles[:1], 1_000, axis=0)
    assert gan_modes.coverage(CONFIG, np.concatenate([many, middles[1:2]]))[0] == 1
    away = np.repeat(middles, 100, axis=0) + np.array([0.4, 0])  # four standard deviations
    assert gan_modes.coverage(CONFIG, away) == (0, 0)


def test_the_rates_of_each_way_reach_the_player_that_is_named():
    config = CONFIG.quick()
    still = gan_modes.replace(config, slow=1e-12)
    fresh = gan_modes.train(gan_modes.replace(still, fast=1e-12), "generator", 0, "cpu").points
    slow = gan_modes.train(still, "discriminator", 0, "cpu").points
    fast = gan_modes.train(still, "generator", 0, "cpu").points
    np.testing.assert_allclose(slow, fresh, atol=1e-6)
    assert np.abs(fast - fresh).max() > 0.05
