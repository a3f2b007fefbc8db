"""Spectral normalization is torch.nn.utils.spectral_norm: names, values, gradients, buffers after each batch."""

import numpy as np
import pytest
import torch

from book_code import nn
from book_code.autodiff import Tensor

from .test_spectral_norm import LAYERS

pytestmark = pytest.mark.torch

TORCH = {
    "Linear": lambda: torch.nn.Linear(5, 3),
    "Conv1d": lambda: torch.nn.Conv1d(2, 3, 3),
    "Conv2d": lambda: torch.nn.Conv2d(2, 3, 3, bias=False),
    "ConvTranspose2d": lambda: torch.nn.ConvTranspose2d(3, 2, 2),
}


@pytest.mark.parametrize("iterations", [1, 3])
@pytest.mark.parametrize("name", LAYERS)
def test_three_batches_and_one_in_use_equal_torch(name, iterations):
    make, shape = LAYERS[name]
    rng = np.random.default_rng(0)
    ours = nn.spectral_norm(make(rng), iterations, rng=rng).astype("float64")
    theirs = torch.nn.utils.spectral_norm(TORCH[name](), n_power_iterations=iterations).double()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    state = {key: torch.from_numpy(value) for key, value in ours.state_dict().items()}
    theirs.load_state_dict(state, strict=True)
    for training in (True, True, True, False):
        ours.train(training)
        theirs.train(training)
        x = rng.standard_normal(shape)
        one, other = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
        ours.zero_grad()
        theirs.zero_grad()
        out, expected = ours(one), theirs(other)
        (out * out.sigmoid()).sum().backward()
        (expected * expected.sigmoid()).sum().backward()
        np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-11)
        np.testing.assert_allclose(one.grad.data, other.grad.numpy(), rtol=1e-10, atol=1e-13)
        for key, parameter in theirs.named_parameters():
            mine = dict(ours.named_parameters())[key].grad.data
            np.testing.assert_allclose(mine, parameter.grad.numpy(), rtol=1e-10, atol=1e-13)
        for key, value in theirs.state_dict().items():
            np.testing.assert_allclose(ours.state_dict()[key], value.numpy(), rtol=1e-11)
