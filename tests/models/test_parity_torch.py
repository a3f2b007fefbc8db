"""NumPy and PyTorch compute the same: outputs, loss, gradients, buffers, one step, in both modes."""

import dataclasses

import numpy as np
import pytest
import torch
from torch.nn import functional

from book_code import interop, optim
from book_code.models import registry

from .common import TINY, batch, is_sign_model, model, numpy_loss

pytestmark = pytest.mark.torch

RTOL = 1e-9

CASES = [(name, {}) for name in registry.names()]
CASES += [
    ("lenet-tiny", {"image_size": 12, "activation": activation, "pooling": pooling})
    for activation in ("tanh", "relu", "sigmoid")
    for pooling in ("avg", "max", "stride", "none")
]
CASES += [
    ("lenet-tiny", {"image_size": 16, "kernel_size": 5, "width": 1.5, "in_channels": 2}),
    ("lenet-tiny", {"image_size": 11, "stride": 2, "kernel_size": 1}),
    ("lenet-tiny", {"image_size": 13, "pooling": "max", "kernel_size": 3}),
    ("mlp-tiny", {"hidden": (), "in_features": 6}),
    ("mlp-tiny", {"hidden": (5, 4, 3), "activation": "relu"}),
    ("perceptron-tiny", {"bias": False}),
    ("multiclass-perceptron-tiny", {"bias": False}),
    ("softmax-regression-tiny", {"bias": False}),
]


def torch_loss(name):
    if is_sign_model(name):
        return lambda scores, signs: functional.relu(-signs * scores).mean()
    return functional.cross_entropy


@pytest.fixture(params=CASES, ids=lambda case: " ".join([case[0], *map(str, case[1].values())]))
def twins(request):
    """The same weights in both back ends, float64, with a batch of inputs and labels."""
    name, overrides = request.param
    ours = model(name, **overrides)
    theirs = registry.build(name, "torch", rng=np.random.default_rng(0), **overrides).double()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()), strict=True)
    x, y = batch(name, 4, **overrides)
    return name, ours, theirs, x, y


@pytest.mark.parametrize("training", [True, False])
def test_one_step_is_the_same(twins, training):
    name, ours, theirs, x, y = twins
    ours.train(training)
    theirs.train(training)

    our_outputs = ours(x)
    their_outputs = theirs(torch.from_numpy(x))
    close(our_outputs.numpy(), their_outputs, "outputs")

    our_loss = numpy_loss(name)(our_outputs, y)
    their_loss = torch_loss(name)(their_outputs, torch.from_numpy(y))
    close(our_loss.numpy(), their_loss, "loss")

    our_loss.backward()
    their_loss.backward()
    gradients = dict(theirs.named_parameters())
    assert [key for key, _ in ours.named_parameters()] == list(gradients)
    for key, parameter in ours.named_parameters():
        close(parameter.grad.numpy(), gradients[key].grad, f"gradient of {key}")

    optim.SGD(ours.parameters(), lr=0.1).step()
    torch.optim.SGD(theirs.parameters(), lr=0.1).step()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for key, value in ours.state_dict().items():
        close(value, theirs.state_dict()[key], f"{key} after the step")


def test_weights_of_torch_load_into_numpy(twins):
    name, ours, theirs, x, _ = twins
    other = registry.build(name, rng=np.random.default_rng(5), **changed(ours))
    other.astype(np.float64).load_state_dict(interop.from_torch(theirs), strict=True)
    assert np.array_equal(other(x).numpy(), ours(x).numpy())


def changed(net):
    return dataclasses.asdict(net.config)


@pytest.mark.parametrize("name", TINY)
def test_build_draws_the_same_weights_in_both_back_ends(name):
    ours = registry.build(name, "numpy", rng=np.random.default_rng(4))
    theirs = registry.build(name, "torch", rng=np.random.default_rng(4))
    for key, value in ours.state_dict().items():
        assert value.dtype == np.float32
        assert np.array_equal(value, theirs.state_dict()[key].numpy())


def test_dropout_silences_as_many_in_both():
    settings = {"dropout": 0.4, "hidden": (20_000,), "in_features": 2}
    x = np.ones((1, 2), np.float32)
    silent = []
    for net in (
        registry.build("mlp-tiny", rng=np.random.default_rng(0), **settings).dropout,
        registry.build("mlp-tiny", "torch", rng=np.random.default_rng(0), **settings).dropout,
    ):
        wide = np.ones((1, 20_000), np.float32)
        out = net(torch.from_numpy(wide)) if isinstance(net, torch.nn.Module) else net(wide)
        values = np.asarray(out.detach().numpy())
        silent.append((values == 0).mean())
        assert values.max() == pytest.approx(1 / 0.6)
    assert silent == pytest.approx([0.4, 0.4], abs=0.02)
    assert x.shape == (1, 2)


@pytest.mark.parametrize("name", ["perceptron-tiny", "multiclass-perceptron-tiny"])
def test_rosenblatts_rule_is_the_same_in_both(name):
    ours = registry.build(name, rng=np.random.default_rng(0)).astype(np.float64)
    theirs = registry.build(name, "torch", rng=np.random.default_rng(0)).double()
    x, y = batch(name, 60)
    steps = [
        (ours.update(a, b), theirs.update(torch.from_numpy(a), int(b)))
        for a, b in zip(x, y, strict=True)
    ]
    assert all(first == second for first, second in steps)
    assert 5 < sum(first for first, _ in steps) < 60
    for key, value in ours.state_dict().items():
        close(value, theirs.state_dict()[key], key)


def close(ours, theirs, what):
    theirs = theirs.detach().numpy()
    assert ours.shape == theirs.shape, what
    np.testing.assert_allclose(ours, theirs, rtol=RTOL, atol=1e-13, err_msg=what)
