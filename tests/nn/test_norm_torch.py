"""Normalization against PyTorch's in float64: outputs, gradients and buffers, step after step."""

import numpy as np
import pytest
import torch

from book_code import nn
from book_code.autodiff import Tensor
from book_code.autodiff import functional as F

pytestmark = pytest.mark.torch

VECTORS, SEQUENCES, IMAGES = (5, 4), (3, 4, 5), (3, 4, 3, 2)
CASES = {
    "BatchNorm1d": (VECTORS, {}),
    "BatchNorm1d, sequences": (SEQUENCES, {}),
    "BatchNorm1d, mean over all": (VECTORS, {"momentum": None}),
    "BatchNorm2d": (IMAGES, {}),
    "BatchNorm2d, bare": (IMAGES, {"affine": False}),
    "BatchNorm2d, no running": (IMAGES, {"track_running_stats": False}),
    "BatchNorm2d, settings": (IMAGES, {"momentum": 0.3, "eps": 0.1}),
    "InstanceNorm2d": (IMAGES, {}),
    "InstanceNorm2d, all": (IMAGES, {"affine": True, "track_running_stats": True, "eps": 0.1}),
    "InstanceNorm2d, standing": (IMAGES, {"momentum": None, "track_running_stats": True}),
    "LayerNorm": (SEQUENCES, {"normalized_shape": 5}),
    "LayerNorm, two axes": (SEQUENCES, {"normalized_shape": (4, 5), "eps": 0.1}),
    "LayerNorm, no bias": (SEQUENCES, {"normalized_shape": 5, "bias": False}),
    "LayerNorm, bare": (SEQUENCES, {"normalized_shape": 5, "elementwise_affine": False}),
    "RMSNorm": (SEQUENCES, {"normalized_shape": 5}),
    "RMSNorm, two axes": (SEQUENCES, {"normalized_shape": (4, 5), "eps": 0.1}),
    "RMSNorm, bare": (SEQUENCES, {"normalized_shape": 5, "elementwise_affine": False}),
    "GroupNorm": (IMAGES, {"num_groups": 2}),
    "GroupNorm, vectors": (VECTORS, {"num_groups": 2}),
    "GroupNorm, bare": (SEQUENCES, {"num_groups": 4, "affine": False, "eps": 0.1}),
}


def pair(name):
    """Ours and PyTorch's with the same random weights, in float64."""
    shape, settings = CASES[name]
    kind = name.split(",")[0]
    if kind.startswith(("Batch", "Instance")):
        settings = {"num_features": 4} | settings
    if kind == "GroupNorm":
        settings = {"num_channels": 4} | settings
    ours, theirs = getattr(nn, kind)(**settings), getattr(torch.nn, kind)(**settings).double()
    rng = np.random.default_rng(0)
    for p in ours.parameters():
        p.data = rng.standard_normal(p.shape)
    ours.astype("float64")
    state = {k: torch.from_numpy(v) for k, v in ours.state_dict().items()}
    theirs.load_state_dict(state, strict=True)
    return ours, theirs, shape


@pytest.mark.parametrize("name", CASES)
def test_three_batches_and_one_in_use_equal_torch(name):
    ours, theirs, shape = pair(name)
    rng = np.random.default_rng(1)
    for mode in ("train", "train", "train", "eval"):
        getattr(ours, mode)()
        getattr(theirs, mode)()
        array, seed = 3 + 2 * rng.standard_normal((2, *shape))
        x, z = Tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
        out, expected = ours(x), theirs(z)
        np.testing.assert_allclose(out.data, expected.detach(), rtol=1e-11, atol=1e-11)
        ours.zero_grad()
        theirs.zero_grad()
        out.backward(seed)
        expected.backward(torch.from_numpy(seed))
        np.testing.assert_allclose(x.grad.data, z.grad, rtol=1e-11, atol=1e-11)
        for (label, p), (twin, q) in zip(
            ours.named_parameters(), theirs.named_parameters(), strict=True
        ):
            assert label == twin
            np.testing.assert_allclose(p.grad.data, q.grad, rtol=1e-11, atol=1e-11)
        assert list(ours.state_dict()) == list(theirs.state_dict())
        for label, value in theirs.state_dict().items():
            found = ours.state_dict()[label]
            assert found.dtype == value.numpy().dtype
            np.testing.assert_allclose(found, value, rtol=1e-12, err_msg=label)


def test_the_functions_take_what_torchs_take():
    import torch.nn.functional as TF

    rng = np.random.default_rng(0)
    x, w, b, m = rng.standard_normal(IMAGES), *rng.standard_normal((3, 4))
    v = rng.random(4) + 0.5
    t = torch.from_numpy
    for ours, theirs in [
        (F.batch_norm(x, m, v, w, b), TF.batch_norm(t(x), t(m), t(v), t(w), t(b))),
        (F.instance_norm(x, weight=w), TF.instance_norm(t(x), weight=t(w))),
        (F.group_norm(x, 2, w, b), TF.group_norm(t(x), 2, t(w), t(b))),
        (F.layer_norm(x, (3, 2)), TF.layer_norm(t(x), (3, 2))),
        (F.rms_norm(x, 2, w[:2]), TF.rms_norm(t(x), (2,), t(w[:2]))),
    ]:
        np.testing.assert_allclose(ours.data, theirs, rtol=1e-12, atol=1e-14)
    mean, var, twin, twin_var = m.copy(), v.copy(), t(m.copy()), t(v.copy())
    F.batch_norm(x, mean, var, training=True)
    TF.batch_norm(t(x), twin, twin_var, training=True)
    np.testing.assert_allclose([mean, var], [twin, twin_var], rtol=1e-13)


@pytest.mark.parametrize(
    ("kind", "arguments", "shape"),
    [
        ("BatchNorm1d", (3,), (1, 3)),
        ("BatchNorm1d", (3,), (1, 3, 1)),
        ("BatchNorm2d", (3,), (1, 3, 1, 1)),
        ("InstanceNorm2d", (3,), (2, 3, 1, 1)),
        ("GroupNorm", (3, 3), (1, 3)),
    ],
)
def test_one_value_is_refused_where_torch_refuses(kind, arguments, shape):
    x = np.ones(shape, np.float32)
    with pytest.raises(ValueError, match="more than 1"):
        getattr(torch.nn, kind)(*arguments)(torch.from_numpy(x))
    with pytest.raises(ValueError, match="needs more than one value"):
        getattr(nn, kind)(*arguments)(x)


def test_float32_of_very_different_sizes():
    """A mean far from 0 costs digits; no more than it costs PyTorch."""
    x = (1e3 + np.random.default_rng(0).standard_normal((64, 256))).astype(np.float32)
    exact = (x - x.mean(1, dtype=np.float64)[:, None]) / x.astype(np.float64).std(1)[:, None]
    ours = nn.LayerNorm(256)(x).data
    theirs = torch.nn.LayerNorm(256)(torch.from_numpy(x)).detach().numpy()
    assert np.abs(ours - exact).max() <= 2 * np.abs(theirs - exact).max() + 1e-5
