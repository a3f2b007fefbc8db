"""Every loss against PyTorch's, in float64: value and gradient."""

import numpy as np
import pytest
import torch
import torch.nn.functional as TF

from book_code import losses
from book_code.autodiff import Tensor, grad

pytestmark = pytest.mark.torch

RNG = np.random.default_rng(0)
NUMBERS, TARGETS = 3 * RNG.standard_normal((2, 6, 4))
LABELS = RNG.integers(0, 4, 6)
T, L = torch.from_numpy(TARGETS), torch.from_numpy(LABELS)

CASES = {
    "mse": (lambda x: losses.mse(x, TARGETS), lambda x: TF.mse_loss(x, T)),
    "mae": (lambda x: losses.mae(x, TARGETS), lambda x: TF.l1_loss(x, T)),
    "huber": (
        lambda x: losses.huber(x, TARGETS, delta=0.7),
        lambda x: TF.huber_loss(x, T, delta=0.7),
    ),
    "cross_entropy": (
        lambda x: losses.cross_entropy(x, LABELS),
        lambda x: TF.cross_entropy(x, L),
    ),
    "multiclass_hinge": (
        lambda x: losses.multiclass_hinge(x, LABELS),
        lambda x: TF.multi_margin_loss(x, L),
    ),
    "binary_cross_entropy": (
        lambda x: losses.binary_cross_entropy(x, TARGETS > 0),
        lambda x: TF.binary_cross_entropy_with_logits(x, (T > 0).double()),
    ),
    "hinge": (
        lambda x: losses.hinge(x, np.sign(TARGETS)),
        lambda x: TF.relu(1 - x * T.sign()).mean(),
    ),
    "perceptron": (
        lambda x: losses.perceptron(x, np.sign(TARGETS)),
        lambda x: TF.relu(-x * T.sign()).mean(),
    ),
}


@pytest.mark.parametrize("array", [NUMBERS, np.asfortranarray(NUMBERS), 0 * NUMBERS], ids="cfz")
@pytest.mark.parametrize("name", CASES)
def test_value_and_gradient_equal_torch(name, array):
    ours, theirs = CASES[name]
    x, z = Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    loss, expected = ours(x), theirs(z)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-9)
    expected.backward()
    np.testing.assert_allclose(grad(loss, x)[0].data, z.grad.numpy(), rtol=1e-9, atol=1e-12)
