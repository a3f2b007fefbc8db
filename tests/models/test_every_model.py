"""What every architecture must do, from the registry: a family that is added is tried at once."""

import dataclasses

import numpy as np
import pytest

from book_code import interop, optim
from book_code.autodiff import check_grads
from book_code.models import registry

from .common import TINY, batch, is_sign_model, model, numpy_loss

# Another value for every field of every configuration; the test below fails for a field without one.
OTHER = {
    "in_features": 5,
    "bias": False,
    "classes": 4,
    "hidden": {"mlp-tiny": (8, 8), "lenet-tiny": (6, 5)},
    "activation": "sigmoid",
    "dropout": 0.5,
    "image_size": 20,
    "in_channels": 3,
    "channels": (2, 4),
    "kernel_size": 5,
    "stride": 2,
    "pooling": "max",
    "width": 2.0,
}


@pytest.fixture(params=TINY)
def name(request):
    return request.param


def test_every_family_has_a_tiny_form():
    families = {family.replace("_", "-") + "-tiny" for family in registry.FAMILIES}
    assert families <= set(TINY)


def test_every_parameter_gets_a_gradient(name):
    net = model(name)
    x, y = batch(name, 12)
    numpy_loss(name)(net(x), y).backward()
    for key, parameter in net.named_parameters():
        assert parameter.grad is not None, key
        assert parameter.grad.shape == parameter.shape
        assert np.abs(parameter.grad.numpy()).max() > 0, key


def test_gradients_and_their_gradients_are_right(name):
    net = model(name)
    x, y = batch(name, 5)
    keys = [key for key, _ in net.named_parameters()]

    def loss(*parameters):
        for key, parameter in zip(keys, parameters, strict=True):
            put(net, key, parameter)
        return numpy_loss(name)(net(x), y)

    check_grads(loss, list(net.state_dict().values()), order=2)


def put(net, key, parameter):
    """Put a tensor in the place of the parameter of that name."""
    *path, last = key.split(".")
    for part in path:
        net = net[int(part)] if part.isdigit() else getattr(net, part)
    setattr(net, last, parameter)


def test_float32_stays_float32(name):
    net = model(name, np.float32)
    x, y = batch(name, 6, np.float32)
    value = numpy_loss(name)(net(x), y)
    value.backward()
    assert value.dtype == net(x).dtype == np.float32
    for make in (optim.SGD, optim.Adam):
        make(net.parameters(), lr=0.1).step()
    for key, parameter in net.named_parameters():
        assert parameter.dtype == parameter.grad.dtype == np.float32, key


def test_eight_samples_are_learned_by_heart(name):
    room = {} if name == "lenet-tiny" else {"in_features": 32}
    net = model(name, np.float32, **room)
    x, y = batch(name, 8, np.float32, **room)
    optimizer = optim.Adam(net.parameters(), lr=0.03)
    for _ in range(150):
        value = numpy_loss(name)(net(x), y)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    outputs = net(x).numpy()
    answers = np.where(outputs > 0, 1, -1) if is_sign_model(name) else outputs.argmax(axis=1)
    assert value.item() < 0.05
    assert (answers == y).all()


def test_every_field_changes_something(name):
    room = {"image_size": 24} if name == "lenet-tiny" else {}  # for larger kernels and strides
    plain = fingerprint(name, **room)
    for field in dataclasses.fields(registry.config(name)):
        other = OTHER[field.name]
        other = other[name] if isinstance(other, dict) else other
        assert getattr(registry.config(name), field.name) != other
        changed = fingerprint(name, **{**room, field.name: other})
        assert changed != plain, field.name


def fingerprint(name, **overrides):
    """Return the shapes of all weights and a number that the model computes from them in training."""
    net = model(name, **overrides)
    net.train()
    x, _ = batch(name, 4, **overrides)
    shapes = {key: value.shape for key, value in net.state_dict().items()}
    return shapes, float(np.sin(net(x).numpy()).sum())


def test_the_same_generator_gives_the_same_model(name):
    first, second = (registry.build(name, rng=np.random.default_rng(3)) for _ in range(2))
    for key, value in first.state_dict().items():
        assert np.array_equal(value, second.state_dict()[key])


def test_training_and_evaluation_agree_where_nothing_is_random(name):
    net = model(name)
    x, _ = batch(name, 4)
    assert np.array_equal(net.train()(x).numpy(), net.eval()(x).numpy())


def test_weights_survive_a_file(name, tmp_path):
    net, other = model(name, np.float32), registry.build(name, rng=np.random.default_rng(9))
    x, _ = batch(name, 3, np.float32)
    interop.save_npz(tmp_path / "w.npz", net.state_dict())
    interop.load_into(other, tmp_path / "w.npz")
    assert np.array_equal(net(x).numpy(), other(x).numpy())


@pytest.mark.native
def test_weights_survive_a_safetensors_file(name, tmp_path):
    net, other = model(name, np.float32), registry.build(name, rng=np.random.default_rng(9))
    interop.save_safetensors(tmp_path / "w.safetensors", net.state_dict())
    interop.load_into(other, tmp_path / "w.safetensors")
    for key, value in net.state_dict().items():
        assert np.array_equal(value, other.state_dict()[key])


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
