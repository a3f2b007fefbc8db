"""The later functions against PyTorch's: values and gradients in float64."""

import numpy as np
import pytest
import torch
from torch.nn import functional as G

from book_code.autodiff import Tensor
from book_code.autodiff import functional as F

pytestmark = pytest.mark.torch

RNG = np.random.default_rng(0)
A = RNG.normal(size=(3, 40)) * 3
Q, K, V = (RNG.normal(size=(2, 2, n, 4)) for n in (5, 6, 6))
MASK = RNG.random((5, 6)) < 0.7
MASK[:, 0] = True

PAIRS = {
    "erf": (F.erf, torch.erf, [A]),
    "gelu": (F.gelu, G.gelu, [A]),
    "gelu, tanh": (lambda x: F.gelu(x, "tanh"), lambda x: G.gelu(x, approximate="tanh"), [A]),
    "silu": (F.silu, G.silu, [A]),
    "elu": (F.elu, G.elu, [A]),
    "normalize": (F.normalize, lambda x: G.normalize(x, dim=-1), [A]),
    "cumsum": (F.cumsum, lambda x: torch.cumsum(x, -1), [A]),
    "clip": (lambda x: F.clip(x, -1, 1), lambda x: torch.clamp(x, -1, 1), [A]),
    "attention": (F.scaled_dot_product_attention, G.scaled_dot_product_attention, [Q, K, V]),
    "attention, causal": (
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v, causal=True),
        lambda q, k, v: G.scaled_dot_product_attention(q, k, v, is_causal=True),
        [Q, K, V],
    ),
    "attention, mask": (
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v, mask=MASK),
        lambda q, k, v: G.scaled_dot_product_attention(q, k, v, torch.from_numpy(MASK)),
        [Q, K, V],
    ),
    "attention, numbers": (
        lambda q, k, v, m: F.scaled_dot_product_attention(q, k, v, mask=m, scale=0.3),
        lambda q, k, v, m: G.scaled_dot_product_attention(q, k, v, m, scale=0.3),
        [Q, K, V, RNG.normal(size=(5, 6))],
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_value_and_gradients(name):
    ours, theirs, args = PAIRS[name]
    inputs = [Tensor(a, requires_grad=True) for a in args]
    tensors = [torch.from_numpy(a).requires_grad_() for a in args]
    out, expected = ours(*inputs), theirs(*tensors)
    np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-12, atol=1e-14)
    seed = RNG.normal(size=out.shape)
    out.backward(seed)
    expected.backward(torch.from_numpy(seed))
    for x, t in zip(inputs, tensors, strict=True):
        np.testing.assert_allclose(x.grad.data, t.grad.numpy(), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("size", range(1, 12))
@pytest.mark.parametrize(
    ("kernel", "stride", "padding"), [(2, 2, 0), (3, 2, 1), (3, 3, 1), (2, 3, 0)]
)
def test_windows_that_hang_over(size, kernel, stride, padding):
    if size + 2 * padding < kernel:
        return
    x = RNG.normal(size=(1, 1, size, size))
    ours = F.max_pool2d(x, kernel, stride, padding, ceil_mode=True).data
    theirs = G.max_pool2d(torch.from_numpy(x), kernel, stride, padding, ceil_mode=True)
    np.testing.assert_array_equal(ours, theirs.numpy())
