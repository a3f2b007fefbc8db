"""Losses of the two players."""

import numpy as np
import pytest

from book_code import losses
from book_code.autodiff import Tensor, check_grads, grad
from book_code.losses.adversarial import KINDS

REAL = np.array([0.4, -0.7, 2.5, -3.1])
FAKE = np.array([-0.3, 0.8, -2.2, 1.7, 0.1])


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_of_first_and_second_order(kind):
    check_grads(lambda x, z: losses.adversarial_discriminator(x, z, kind), [REAL, FAKE])
    check_grads(lambda z: losses.adversarial_generator(z, kind), FAKE)


@pytest.mark.parametrize("kind", KINDS)
def test_a_loss_is_a_scalar_and_float32_stays_float32(kind):
    x, z = Tensor(np.float32(REAL)), Tensor(np.float32(FAKE), requires_grad=True)
    for loss in (
        losses.adversarial_discriminator(x, z, kind),
        losses.adversarial_generator(z, kind),
    ):
        assert (loss.shape, loss.dtype) == ((), np.float32)
        assert grad(loss, z)[0].dtype == np.float32


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


@pytest.mark.parametrize(
    ("kind", "discriminator", "generator"),
    [
        (
            "minimax",
            -np.log(sigmoid(REAL)).mean() - np.log(1 - sigmoid(FAKE)).mean(),
            np.log(1 - sigmoid(FAKE)).mean(),
        ),
        (
            "non_saturating",
            -np.log(sigmoid(REAL)).mean() - np.log(1 - sigmoid(FAKE)).mean(),
            -np.log(sigmoid(FAKE)).mean(),
        ),
        (
            "least_squares",
            ((REAL - 1) ** 2).mean() / 2 + (FAKE**2).mean() / 2,
            ((FAKE - 1) ** 2).mean() / 2,
        ),
        # by hand: (0.6 + 1.7 + 0 + 4.1) / 4 + (0.7 + 1.8 + 0 + 2.7 + 1.1) / 5
        ("hinge", 1.6 + 1.26, -0.02),
        ("wasserstein", 0.02 + 0.225, -0.02),
    ],
)
def test_values_are_those_of_the_papers(kind, discriminator, generator):
    found = losses.adversarial_discriminator(REAL, FAKE, kind).item()
    assert found == pytest.approx(discriminator, rel=1e-12)
    assert losses.adversarial_generator(FAKE, kind).item() == pytest.approx(generator)


def test_the_best_discriminator_earns_minus_twice_the_divergence():
    """Goodfellow et al., theorem 1: with D = p / (p + q) the value is 2 JS(p, q) - log 4."""
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.1, 0.8])
    score = np.log(p / q)  # the logit of p / (p + q)
    rows = np.repeat(np.arange(3), [5, 3, 2]), np.repeat(np.arange(3), [1, 1, 8])
    value = -losses.adversarial_discriminator(score[rows[0]], score[rows[1]], "minimax").item()
    middle = (p + q) / 2
    js = (p * np.log(p / middle) + q * np.log(q / middle)).sum() / 2
    assert value == pytest.approx(2 * js - np.log(4))


def test_only_minimax_saturates():
    """A generator that is seen through: the slope of its loss at a score of -20."""
    slopes = {}
    for kind in KINDS:
        z = Tensor([-20.0], requires_grad=True)
        slopes[kind] = grad(losses.adversarial_generator(z, kind), z)[0].item()
    assert abs(slopes.pop("minimax")) < 1e-8
    assert all(slope < -0.9 for slope in slopes.values())


@pytest.mark.parametrize("kind", ["minimax", "non_saturating"])
def test_huge_scores_give_finite_losses(kind):
    huge = Tensor(np.array([1e4, -1e4], np.float32), requires_grad=True)
    for loss in (
        losses.adversarial_discriminator(huge, huge, kind),
        losses.adversarial_generator(huge, kind),
    ):
        assert np.isfinite(loss.item())
        assert np.isfinite(grad(loss, huge)[0].data).all()


def test_what_does_not_fit_is_explained():
    with pytest.raises(ValueError, match="'non-saturating'; did you mean 'non_saturating'"):
        losses.adversarial_generator(FAKE, "non-saturating")
    with pytest.raises(ValueError, match="kind of adversarial_discriminator 'wgan'"):
        losses.adversarial_discriminator(REAL, FAKE, "wgan")
    with pytest.raises(TypeError, match=r"expected floating-point predictions, got int(32|64)"):
        losses.adversarial_discriminator(np.array([1]), FAKE)
    with pytest.raises(ValueError, match="got an empty batch"):
        losses.adversarial_generator(np.zeros((0, 1)))
