"""The surrogate gradient against a function of PyTorch's own autograd that is written as the papers write it."""

import numpy as np
import pytest
import torch

from book_code.autodiff import Tensor, grad
from book_code.models.spiking import numpy_model, torch_model

pytestmark = pytest.mark.torch


class SuperSpike(torch.autograd.Function):
    """As in the authors' tutorial SpyTorch: the step forwards, 1 / (scale · |v| + 1)² backwards."""

    @staticmethod
    def forward(ctx, v):
        ctx.save_for_backward(v)
        return (v > 0).to(v)

    @staticmethod
    def backward(ctx, g):
        (v,) = ctx.saved_tensors
        return g / (100.0 * v.abs() + 1.0) ** 2


def test_the_surrogate_gradient_is_that_of_the_authors_code():
    v = torch.linspace(-1, 1, 20, dtype=torch.float64, requires_grad=True)
    g = torch.linspace(1, 2, 20, dtype=torch.float64)
    wanted = torch.autograd.grad(SuperSpike.apply(v), v, g)[0]
    theirs = torch_model.spike(v, 100.0)
    assert torch.equal(theirs.detach(), (v > 0).double())
    torch.testing.assert_close(torch.autograd.grad(theirs, v, g)[0], wanted)
    x = Tensor(v.detach().numpy(), requires_grad=True)
    (ours,) = grad((numpy_model.spike(x, 100.0) * g.numpy()).sum(), x)
    np.testing.assert_allclose(ours.data, wanted, rtol=1e-12)
