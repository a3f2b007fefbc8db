"""Siamese networks: one encoder, distances, thresholds, and pairs that are learned."""

import numpy as np
import pytest

from book_code import build, losses, optim
from book_code.autodiff import Tensor, grad
from book_code.data import load
from book_code.models import registry
from book_code.models.siamese.numpy_model import best_threshold, distance

from .common import batch, model


def test_both_pictures_go_through_the_same_weights():
    net, given = model("siamese-tiny"), batch("siamese-tiny", 4)
    there, back = net(given["x"], given["second"]), net(given["second"], given["x"])
    np.testing.assert_allclose(there.numpy(), back.numpy(), rtol=1e-12)
    assert net(given["x"], given["x"]).numpy().tolist() == [0] * 4


def test_points_on_the_sphere_are_at_most_2_apart():
    net, given = model("siamese-tiny", normalized=True), batch("siamese-tiny", 6)
    np.testing.assert_allclose(np.linalg.norm(net.embed(given["x"]).numpy(), axis=1), 1)
    assert net(given["x"], given["stranger"]).numpy().max() <= 2


def test_where_points_meet_the_gradient_is_0():
    x = Tensor([[1.0, 2.0]], requires_grad=True)
    assert grad(distance(x, Tensor([[1.0, 2.0]])).sum(), x)[0].numpy().tolist() == [[0, 0]]


def test_the_threshold_tells_most_pairs_right():
    rng = np.random.default_rng(0)
    same = rng.random(200) < 0.5
    distances = np.where(same, rng.normal(0.4, 0.1, 200), rng.normal(1.0, 0.2, 200))
    threshold, share = best_threshold(distances, same)
    assert 0.5 < threshold < 0.9
    assert share == np.mean((distances <= threshold) == same) > 0.93
    assert best_threshold([1.0, 2.0], [False, False]) == (-np.inf, 1.0)
    with pytest.raises(ValueError, match="one distance for each pair"):
        best_threshold([1.0], [True, False])


def test_digits_of_new_pictures_are_told_apart():
    """8 x 8 digits: the threshold is chosen on validation pairs, the share told on pairs of test pictures."""
    rng = np.random.default_rng(0)
    digits = load("digits")
    net = build("siamese-tiny", rng=rng, channels=(16, 32), embed_dim=16, normalized=True)
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    for _ in range(100):
        one, other, same = draw_pairs(digits.train, 64, rng)
        loss = losses.contrastive(net.embed(one), net.embed(other), same)
        net.zero_grad()
        loss.backward()
        optimizer.step()
    one, other, same = draw_pairs(digits.validation, 300, rng)
    threshold, _ = best_threshold(net(one, other).numpy(), same)
    one, other, same = draw_pairs(digits.test, 300, rng)
    assert np.mean((net(one, other).numpy() <= threshold) == same) > 0.9


def draw_pairs(split, n, rng):
    """Return n pairs of pictures, about half of which are of one digit, and whether they are."""
    x, y = split.x.reshape(-1, 1, 8, 8), split.y
    first, second = rng.choice(len(y), n), rng.choice(len(y), n)
    for i in range(0, n, 2):
        second[i] = rng.choice(np.nonzero(y == y[first[i]])[0])
    return x[first], x[second], y[first] == y[second]


def test_pictures_that_are_too_small_are_refused():
    with pytest.raises(ValueError, match="pictures of 8 x 8 cannot be halved 4 times"):
        registry.config("siamese-tiny", channels=(2, 2, 2, 2))
    for shape in ((2, 3, 8, 8), (2, 1, 9, 9), (1, 8, 8)):
        with pytest.raises(ValueError, match=r"pictures of shape \(N, 1, 8, 8\), got \("):
            model("siamese-tiny").embed(np.zeros(shape))


def test_a_threshold_between_tiny_distances_is_not_rounded_away() -> None:
    threshold, right = best_threshold([1e-14, 3e-14], [True, False])
    assert right == 1.0
    assert 1e-14 < threshold < 3e-14


def test_a_distance_that_is_nan_is_refused() -> None:
    with pytest.raises(ValueError, match="nan"):
        best_threshold([np.nan, 0.3], [True, False])
