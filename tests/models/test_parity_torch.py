"""NumPy and PyTorch compute the same: outputs, losses, gradients, buffers, one step, in both modes."""

import dataclasses

import numpy as np
import pytest
import torch

from book_code import interop, optim
from book_code.models import registry

from .cases import all_cases
from .common import TINY, batch, case_of, flat, model, trained

pytestmark = pytest.mark.torch

RTOL = 1e-9

CASES = [
    (name, overrides)
    for name, case in all_cases().items()
    for overrides in ({}, *case.variants)
]


def torch_batch(given):
    return {key: torch.from_numpy(value) for key, value in given.items()}


@pytest.fixture(params=CASES, ids=lambda case: " ".join([case[0], *map(str, case[1].values())]))
def twins(request):
    """The same weights in both back ends, float64, with a batch of examples."""
    name, overrides = request.param
    ours = model(name, **overrides)
    theirs = registry.model_class(name, "torch")(registry.config(name, **overrides)).double()
    theirs.load_state_dict(interop.to_torch(ours.state_dict()), strict=True)
    return name, ours, theirs, batch(name, 4, **overrides)


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_one_step_is_the_same(twins, training):
    name, ours, theirs, given = twins
    ours.train(training)
    theirs.train(training)

    our_outputs = flat(case_of(name).forward(ours, given))
    their_outputs = flat(case_of(name).forward(theirs, torch_batch(given)))
    assert [part.name for part in our_outputs] == [part.name for part in their_outputs]
    for one, other in zip(our_outputs, their_outputs, strict=True):
        close(one.array.data, other.array, one.name)

    for label, objective in case_of(name).objectives.items():
        one_step(ours, theirs, given, label, objective)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for key, value in ours.state_dict().items():
        close(value, theirs.state_dict()[key], f"{key} after the step")


def one_step(ours, theirs, given, label, objective):
    """Compare a loss, its gradients and one step of gradient descent."""
    our_loss = objective.numpy(ours, given)
    their_loss = objective.torch(theirs, torch_batch(given))
    close(our_loss.numpy(), their_loss, label)

    ours.zero_grad()
    theirs.zero_grad()
    our_loss.backward()
    their_loss.backward()
    their_parameters = dict(theirs.named_parameters())
    assert [key for key, _ in ours.named_parameters()] == list(their_parameters)
    steps = trained(ours, objective)
    for key, parameter in steps.items():
        close(gradient(parameter), their_parameters[key].grad, f"{label}: gradient of {key}")

    optim.SGD(list(steps.values()), lr=0.1).step()
    torch.optim.SGD([their_parameters[key] for key in steps], lr=0.1).step()


def gradient(parameter):
    return None if parameter.grad is None else parameter.grad.numpy()


@pytest.mark.parametrize("name", TINY)
def test_weights_of_torch_load_into_numpy(name):
    theirs = registry.model_class(name, "torch")(registry.config(name))
    ours = registry.build(name, rng=np.random.default_rng(5))
    ours.load_state_dict(interop.from_torch(theirs), strict=True)
    for key, value in theirs.state_dict().items():
        assert np.array_equal(ours.state_dict()[key], value.numpy()), key


@pytest.mark.parametrize("name", TINY)
def test_build_draws_the_same_weights_in_both_back_ends(name):
    ours = registry.build(name, "numpy", rng=np.random.default_rng(4))
    theirs = registry.build(name, "torch", rng=np.random.default_rng(4))
    for key, value in ours.state_dict().items():
        assert value.dtype == (np.float32 if value.dtype.kind == "f" else value.dtype)
        assert np.array_equal(value, theirs.state_dict()[key].numpy())


class Hollow(np.random.Generator):
    """Draws nothing but zeros that take no memory: full sizes are built for their shapes alone."""

    def __init__(self):
        super().__init__(np.random.PCG64(0))

    def normal(self, loc=0.0, scale=1.0, size=None):
        return np.broadcast_to(np.float32(0), () if size is None else size)

    uniform = normal

    def standard_normal(self, size=None, dtype=np.float32):
        return np.broadcast_to(dtype(0), () if size is None else size)

    def random(self, size=None, dtype=np.float32):
        return np.broadcast_to(dtype(0), () if size is None else size)


@pytest.mark.native
@pytest.mark.parametrize("name", [name for name in registry.names() if name not in TINY])
def test_full_sizes_agree_and_are_the_published_ones(name):
    with torch.device("meta"):
        theirs = registry.model_class(name, "torch")(registry.config(name))
    ours = registry.build(name, rng=Hollow())
    shapes = {key: tuple(value.shape) for key, value in theirs.state_dict().items()}
    assert {key: value.shape for key, value in ours.state_dict().items()} == shapes
    case, count = case_of(name), sum(p.numel() for p in theirs.parameters())
    assert (name in case.published) != (name in case.unpublished), "say what is published"
    assert case.published.get(name, count) == count
    assert sum(p.size for p in ours.parameters()) == count


def close(ours, theirs, what):
    """Compare with RTOL, relative to the largest entry: a gradient that is 0 up to rounding is 0."""
    if ours is None or theirs is None:
        assert ours is None or not np.any(ours), f"{what}: only NumPy has one"
        assert theirs is None or not theirs.any(), f"{what}: only PyTorch has one"
        return
    theirs = theirs.detach().numpy()
    assert ours.shape == theirs.shape, what
    scale = max(1e-3, np.abs(theirs).max(initial=0))
    np.testing.assert_allclose(ours, theirs, rtol=RTOL, atol=RTOL * scale, err_msg=what)


def test_dropout_silences_as_many_in_both():
    settings = {"dropout": 0.4, "hidden": (20_000,), "in_features": 2}
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


def test_a_configuration_is_the_same_object_for_both():
    for name in TINY:
        ours = registry.build(name, rng=np.random.default_rng(0))
        theirs = registry.build(name, "torch", rng=np.random.default_rng(0))
        assert dataclasses.asdict(ours.config) == dataclasses.asdict(theirs.config)
