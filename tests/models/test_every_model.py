"""What every architecture must do, from the registry: a family that is added is tried at once."""

import dataclasses

import numpy as np
import pytest

from book_code import interop, optim
from book_code.autodiff import Tensor, check_grads
from book_code.models import registry
from book_code.nn import functional_call

from .cases import With, all_cases
from .common import OBJECTIVES, TINY, Loss, batch, flat, model, trained


@pytest.fixture(params=TINY)
def name(request):
    return request.param


@pytest.fixture(params=OBJECTIVES, ids="-".join)
def objective(request):
    """A preset and one of its losses."""
    name, loss = request.param
    return name, all_cases()[name].objectives[loss]


def test_every_parameter_gets_a_gradient(name):
    found = {}
    for objective in all_cases()[name].objectives.values():
        net = model(name)
        objective.numpy(net, batch(name, 12)).backward()
        for key, parameter in trained(net, objective).items():
            assert parameter.grad is not None, key
            assert parameter.grad.shape == parameter.shape
            found[key] = max(found.get(key, 0.0), np.abs(parameter.grad.numpy()).max())
    assert set(found) == {key for key, p in net.named_parameters() if p.requires_grad}
    assert not [key for key, largest in found.items() if largest == 0]


def test_gradients_and_their_gradients_are_right(objective):
    """Along random directions of all weights at once; parity holds every single one to PyTorch's."""
    name, loss = objective
    net = model(name)
    given = batch(name, 5)
    function = Loss(net, loss)
    weights = {f"net.{key}": p for key, p in trained(net, loss).items()}
    start = np.concatenate([p.data.reshape(-1) for p in weights.values()])

    def of(move):
        vector, parameters, begin = start + loss.shrink * move, {}, 0
        for key, p in weights.items():
            parameters[key] = vector[begin : begin + p.size].reshape(p.shape)
            begin += p.size
        return functional_call(function, parameters, given)

    check_grads(of, np.zeros_like(start), order=2)


def test_float32_stays_float32(name):
    net = model(name, np.float32)
    given = batch(name, 6, np.float32)
    for part in flat(all_cases()[name].forward(net, given)):
        if isinstance(part.array, Tensor) and part.array.dtype.kind == "f":
            assert part.array.dtype == np.float32, part.name
    for objective in all_cases()[name].objectives.values():
        value = objective.numpy(net, given)
        value.backward()
        assert value.dtype == np.float32
        for key, parameter in trained(net, objective).items():
            assert parameter.dtype == parameter.grad.dtype == np.float32, key
        for make in (optim.SGD, optim.Adam):
            make(list(trained(net, objective).values()), lr=0.01).step()
    assert {v.dtype for v in net.state_dict().values() if v.dtype.kind == "f"} == {
        np.dtype(np.float32)
    }


def test_eight_samples_are_learned_by_heart(objective):
    name, loss = objective
    net = model(name, np.float32, **loss.room)
    given = batch(name, 8, np.float32, **loss.room)
    parameters = list(trained(net, loss).values())
    optimizer = optim.Adam(parameters, lr=loss.lr)
    for _ in range(loss.steps):
        value = loss.numpy(net, given)
        net.zero_grad()
        value.backward()
        optimizer.step()
    assert value.item() < loss.below


def test_every_field_changes_something(name):
    case = all_cases()[name]
    fields = {field.name for field in dataclasses.fields(registry.config(name))}
    assert set(case.other) == fields, "the case must name another value for every field"
    for field, other in case.other.items():
        value, room = (other.value, other.room) if isinstance(other, With) else (other, {})
        room = {**case.room, **room}
        assert getattr(registry.config(name, **room), field) != value, field
        plain = fingerprint(name, **room)
        changed = fingerprint(name, **{**room, field: value})
        assert changed != plain, field


def fingerprint(name, **overrides):
    """Return the shapes of all weights, and numbers that the model and its losses give in training."""
    case = all_cases()[name]
    net = model(name, **overrides)
    net.train()
    given = batch(name, 4, **overrides)
    shapes = {key: value.shape for key, value in net.state_dict().items()}
    numbers = [
        float(np.sin(np.asarray(part.array.data)).sum())
        for part in flat(case.forward(net, given))
    ]
    numbers += [loss.numpy(net, given).item() for loss in case.objectives.values()]
    return shapes, numbers


def test_the_same_generator_gives_the_same_model(name):
    first, second = (registry.build(name, rng=np.random.default_rng(3)) for _ in range(2))
    for key, value in first.state_dict().items():
        assert np.array_equal(value, second.state_dict()[key])


def test_evaluation_repeats_itself_and_changes_nothing(name):
    net, case = model(name).eval(), all_cases()[name]
    given, before = batch(name, 4), net.state_dict()
    first, second = (flat(case.forward(net, given)) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one.array.data, other.array.data), one.name
    for key, value in net.state_dict().items():
        assert np.array_equal(value, before[key]), key


@pytest.mark.parametrize(
    "suffix", ["npz", pytest.param("safetensors", marks=pytest.mark.native)]
)
def test_weights_survive_a_file(name, suffix, tmp_path):
    net, other = model(name, np.float32), registry.build(name, rng=np.random.default_rng(9))
    path = tmp_path / f"w.{suffix}"
    save = interop.save_npz if suffix == "npz" else interop.save_safetensors
    save(path, net.state_dict())
    interop.load_into(other, path)
    for key, value in net.state_dict().items():
        assert np.array_equal(value, other.state_dict()[key]), key
    given, case = batch(name, 3, np.float32), all_cases()[name]
    first, second = (flat(case.forward(each.eval(), given)) for each in (net, other))
    for one, same in zip(first, second, strict=True):
        assert np.array_equal(one.array.data, same.array.data)


def test_a_file_that_does_not_fit_is_named_with_the_weights(name, tmp_path):
    net = model(name)
    state = net.state_dict()
    lost = next(iter(state))
    del state[lost]
    interop.save_npz(tmp_path / "w.npz", {**state, "stranger": np.zeros(1)})
    with pytest.raises(ValueError, match=r"w\.npz does not fit") as caught:
        interop.load_into(net, tmp_path / "w.npz")
    assert lost in str(caught.value)
    assert "stranger" in str(caught.value)
