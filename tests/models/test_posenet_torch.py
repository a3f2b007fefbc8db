"""Soft peaks in both back ends, with their gradients."""

import numpy as np
import pytest
import torch

from book_code.autodiff import Tensor, grad
from book_code.models.posenet import numpy_model, torch_model

pytestmark = pytest.mark.torch


def test_soft_peaks_are_the_same():
    maps = np.random.default_rng(0).normal(size=(2, 3, 5, 7))
    weights = np.random.default_rng(1).normal(size=(2, 3, 2))
    ours, theirs = Tensor(maps, requires_grad=True), torch.from_numpy(maps).requires_grad_()
    one = numpy_model.soft_peaks(ours, sharpness=3.0, stride=2)
    other = torch_model.soft_peaks(theirs, sharpness=3.0, stride=2)
    np.testing.assert_allclose(one.numpy(), other.detach().numpy(), rtol=1e-9)
    (slope,) = grad((one * weights).sum(), ours)
    (other * torch.from_numpy(weights)).sum().backward()
    np.testing.assert_allclose(slope.numpy(), theirs.grad.numpy(), rtol=1e-9, atol=1e-12)


def test_soft_peaks_of_sharp_maps_are_the_largest_entries():
    maps = np.random.default_rng(2).normal(size=(4, 2, 6, 9))
    flat = torch.from_numpy(maps).flatten(2).argmax(dim=2)
    expected = torch.stack([flat % 9, flat // 9], dim=2)
    found = torch_model.soft_peaks(torch.from_numpy(maps), sharpness=1e4)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), atol=1e-6)
