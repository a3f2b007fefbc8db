"""Every operation of the table in conftest.py against PyTorch, in float64."""

import numpy as np
import pytest
import torch
import torch.nn.functional as TF

from book_code.autodiff import Tensor, grad

pytestmark = pytest.mark.torch

INDEX, ROWS = torch.tensor([2, 0, 2]), torch.tensor([0, 1, 1])
MASK = torch.tensor([[True, False, True], [False, True, True]])


def scatter(a):
    return torch.zeros(4, 2, dtype=a.dtype).index_add(0, INDEX, a)


def unfold(a):
    columns = TF.unfold(a, (2, 3), dilation=(1, 2), stride=(2, 1))  # N C*kH*kW OH*OW
    return columns.reshape(2, 2, 2, 3, 2, 2).permute(1, 2, 3, 0, 4, 5)


def fold(a):
    columns = a.permute(3, 0, 1, 2, 4, 5).reshape(2, 2 * 2 * 3, 2 * 2)
    return TF.fold(columns, (5, 6), (2, 3), dilation=(1, 2), stride=(2, 1))


# Where PyTorch spells it differently; the other cases run as they stand.
TORCH = {
    "softplus": TF.softplus,
    "softplus at 0": TF.softplus,
    "leaky relu": lambda a: TF.leaky_relu(a, 0.2),
    "where": lambda a, b: torch.where(MASK, a, b),
    "variance": lambda a: a.var(dim=(0, 2), correction=0),
    "max axis": lambda a: a.max(dim=1).values,
    "max axes": lambda a: a.amax(dim=(0, 2), keepdim=True),
    "max of one": lambda a: a.max(dim=0).values,
    "min": lambda a: a.min(dim=-1).values,
    "broadcast": lambda a: a.broadcast_to(4, 2, 3),
    "transpose": lambda a: a.T,
    "transpose axes": lambda a: a.permute(2, 0, 1),
    "slice backwards": lambda a: a.flip(0),
    "index, twice the same": lambda a: a[INDEX],
    "index pairs": lambda a: a[ROWS, INDEX],
    "boolean index": lambda a: a[MASK],
    "scatter": scatter,
    "logsumexp": lambda a: torch.logsumexp(a, (0, 1)),
    "softmax": lambda a: a.softmax(-1),
    "softmax axis": lambda a: a.softmax(1),
    "log softmax": lambda a: a.log_softmax(-1),
    "flatten": lambda a: a.flatten(1),
    "linear": TF.linear,
    "linear, more axes": TF.linear,
    "pad": lambda a: TF.pad(a, (2, 1, 1, 0), value=3.0),
    "unfold": unfold,
    "fold": fold,
    "conv2d": TF.conv2d,
    "conv2d of size 1": TF.conv2d,
    "conv2d strided": lambda x, w, b: TF.conv2d(x, w, b, stride=(2, 3), padding=(1, 2)),
    "conv2d dilated": lambda x, w: TF.conv2d(x, w, dilation=(2, 1), padding=1),
    "conv2d same": lambda x, w: TF.conv2d(TF.pad(x, (2, 2, 1, 2)), w, dilation=(1, 2)),
    "conv2d full": lambda x, w: TF.conv2d(x, w, padding=(1, 2)),
    "max pool": lambda a: TF.max_pool2d(a, 2),
    "max pool, overlapping": lambda a: TF.max_pool2d(a, (3, 2), stride=(1, 2), padding=(1, 1)),
    "average pool": lambda a: TF.avg_pool2d(a, 2),
    "average pool, overlapping": lambda a: TF.avg_pool2d(a, 3, stride=(1, 2), padding=1),
}


def test_value_and_gradients_equal_torch(case, layout):
    arrays = [layout(a) for a in case.args]
    ours = [Tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.from_numpy(np.ascontiguousarray(a)).requires_grad_() for a in arrays]
    out, expected = case.f(*ours), TORCH.get(case.name, case.f)(*theirs)
    np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-9, atol=1e-12)

    seed = np.random.default_rng(1).standard_normal(out.shape)
    expected.backward(torch.from_numpy(seed))
    for g, x in zip(grad(out, ours, seed=seed), theirs, strict=True):
        np.testing.assert_allclose(g.data, x.grad.numpy(), rtol=1e-9, atol=1e-12)


def test_same_padding_is_torchs():
    x, w = np.random.default_rng(0).random((1, 1, 5, 6)), np.ones((1, 1, 4, 3))
    with pytest.warns(UserWarning, match="even kernel"):
        theirs = TF.conv2d(torch.from_numpy(x), torch.from_numpy(w), padding="same")
    from book_code.autodiff.functional import conv2d

    np.testing.assert_allclose(conv2d(x, w, padding="same").data, theirs.numpy())


def test_among_equal_pixels_max_pooling_picks_torchs():
    x = np.random.default_rng(0).integers(0, 2, (2, 3, 6, 6)).astype(np.float64)
    from book_code.autodiff.functional import max_pool2d

    ours, theirs = Tensor(x, requires_grad=True), torch.from_numpy(x).requires_grad_()
    max_pool2d(ours, 3, stride=2).sum().backward()
    TF.max_pool2d(theirs, 3, stride=2).sum().backward()
    np.testing.assert_array_equal(ours.grad.data, theirs.grad.numpy())
