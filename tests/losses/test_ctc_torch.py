"""CTC against PyTorch's: values and gradients, lengths, repeats, empty targets, sequences that are too short."""

import numpy as np
import pytest
import torch

from book_code.autodiff import Tensor
from book_code.losses.ctc import ctc

pytestmark = pytest.mark.torch


def both(logits, targets, counts, lengths, **settings):
    """Our loss and gradient, and theirs."""
    x = Tensor(logits, requires_grad=True)
    loss = ctc(x, targets, counts, lengths, **settings)
    loss.backward()
    z = torch.from_numpy(logits).requires_grad_()
    theirs = torch.nn.functional.ctc_loss(
        z.log_softmax(2).transpose(0, 1), torch.as_tensor(targets), torch.as_tensor(lengths),
        torch.as_tensor(counts), reduction="none", **settings,
    ).mean()  # fmt: skip
    theirs.backward()
    return (loss.item(), x.grad.data), (theirs.item(), z.grad.numpy())


@pytest.mark.parametrize("blank", [0, 4])
@pytest.mark.parametrize("seed", range(3))
def test_values_and_gradients_equal_torch(seed, blank):
    rng = np.random.default_rng(seed)
    logits = 3 * rng.standard_normal((6, 12, 5))
    targets = rng.integers(1, 4, size=(6, 5))
    targets[0] = 2  # five equal labels: nine frames at least
    counts, lengths = np.array([5, 5, 3, 1, 0, 4]), np.array([12, 10, 12, 1, 7, 8])
    (one, gradient), (other, expected) = both(logits, targets, counts, lengths, blank=blank)
    assert one == pytest.approx(other, rel=1e-9)
    np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-12)


def test_sequences_that_are_too_short_equal_torch():
    logits = np.random.default_rng(0).standard_normal((3, 4, 3))
    targets = np.array([[1, 1, 1], [1, 2, 1], [2, 2, 1]])
    settings = {"zero_infinity": True}
    (one, gradient), (other, expected) = both(logits, targets, [3, 3, 3], [4, 4, 4], **settings)
    assert one == pytest.approx(other, rel=1e-9)
    np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-12)
    assert (gradient[0] == 0).all()
