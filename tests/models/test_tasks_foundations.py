"""What the first networks of the book are for, learned from scratch: gates, XOR, flowers, moons."""

import numpy as np
import pytest

from book_code import data, losses, optim, regularizers, schedules
from book_code.autodiff import no_grad
from book_code.models import registry

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
XOR = np.array([0, 1, 1, 0])


def descend(model, loss, optimizer, steps, after=None):
    for _ in range(steps):
        optimizer.zero_grad()
        value = loss(model)
        value.backward()
        optimizer.step()
        if after:
            after()
    return value.item()


@pytest.mark.parametrize("labels", [[0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0]])
def test_a_neuron_learns_the_gates_that_one_line_can_part(labels):
    y = np.array(labels, np.float32)
    model = registry.build("neuron", rng=np.random.default_rng(0))
    optimizer = optim.SGD(model.parameters(), 5.0)
    descend(model, lambda m: losses.binary_cross_entropy(m.score(CORNERS), y), optimizer, 200)
    assert ((model(CORNERS).data > 0.5) == y).all()


def test_a_neuron_cannot_learn_xor():
    model = registry.build("neuron", rng=np.random.default_rng(0))
    optimizer = optim.SGD(model.parameters(), 1.0)

    def loss(m):
        return losses.binary_cross_entropy(m.score(CORNERS), XOR)

    assert descend(model, loss, optimizer, 500) == pytest.approx(np.log(2), abs=1e-3)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_xor_is_learned_with_a_hidden_layer(activation, seed):
    model = registry.build(
        "mlp-tiny", rng=np.random.default_rng(seed), activation=activation, hidden=(8,)
    )
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    loss = descend(model, lambda m: losses.cross_entropy(m(CORNERS), XOR), optimizer, 400)
    assert model(CORNERS).data.argmax(axis=1).tolist() == XOR.tolist()
    assert loss < 0.05


MAKERS = {
    "SGD": lambda p: optim.SGD(p, 0.5),
    "momentum": lambda p: optim.SGD(p, 0.1, momentum=0.9),
    "nesterov": lambda p: optim.SGD(p, 0.1, momentum=0.9, nesterov=True),
    "AdaGrad": lambda p: optim.AdaGrad(p, 0.2),
    "RMSProp": lambda p: optim.RMSProp(p, 0.01),
    "Adam": lambda p: optim.Adam(p, 0.05),
    "AdamW": lambda p: optim.AdamW(p, 0.05),
    "Lion": lambda p: optim.Lion(p, 0.01),
}


@pytest.mark.parametrize("name", MAKERS)
def test_every_optimizer_parts_the_moons(name):
    x, y = data.toy.moons(100, noise=0.1, rng=np.random.default_rng(0))
    model = registry.build("mlp-tiny", rng=np.random.default_rng(1), hidden=(16,))
    optimizer = MAKERS[name](model.parameters())
    descend(model, lambda m: losses.cross_entropy(m(x), y), optimizer, 500)
    assert (model(x).data.argmax(axis=1) == y).mean() >= 0.97


def test_muon_for_the_matrices_and_adamw_for_the_rest():
    x, y = data.toy.moons(100, noise=0.1, rng=np.random.default_rng(0))
    model = registry.build("mlp-tiny", rng=np.random.default_rng(1), hidden=(16, 16))
    hidden = [model.layers[1].weight]
    rest = [p for p in model.parameters() if p is not hidden[0]]
    muon, adam = optim.Muon(hidden, 0.02), optim.AdamW(rest, 0.01)
    for _ in range(200):
        model.zero_grad()
        losses.cross_entropy(model(x), y).backward()
        optim.clip_grad_norm(model.parameters(), 1.0)
        muon.step()
        adam.step()
    assert (model(x).data.argmax(axis=1) == y).mean() >= 0.97


def test_softmax_regression_names_flowers_with_a_schedule():
    iris = data.load("iris")
    mean, std = iris.train.x.mean(axis=0), iris.train.x.std(axis=0)
    x, z = (iris.train.x - mean) / std, (iris.test.x - mean) / std
    model = registry.build(
        "softmax-regression", rng=np.random.default_rng(0), in_features=4, classes=3
    )
    optimizer = optim.SGD(model.parameters(), 1.0)
    schedule = schedules.Schedule(optimizer, schedules.warmup_cosine, warmup=20, total=300)
    descend(
        model, lambda m: losses.cross_entropy(m(x), iris.train.y), optimizer, 300, schedule.step
    )
    with no_grad():
        assert (model(z).data.argmax(axis=1) == iris.test.y).mean() > 0.9
    assert optimizer.lr == pytest.approx(0, abs=1e-9)


def test_l1_leaves_what_says_nothing_at_nearly_0():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((200, 6)).astype(np.float32)
    y = (x @ np.array([2, -1, 0, 0, 0, 0], np.float32) > 0).astype(np.float32)
    weights = {}
    for strength in (0.0, 0.03):
        model = registry.build("neuron", rng=np.random.default_rng(1), in_features=6)

        def loss(m, strength=strength):
            penalty = regularizers.l1([m.weight], strength)
            return losses.binary_cross_entropy(m.score(x), y) + penalty

        descend(model, loss, optim.Adam(model.parameters(), 0.02), 400)
        weights[strength] = np.abs(model.weight.data)
    assert weights[0.03][2:].max() < 0.02 < weights[0.0][2:].max()
    assert weights[0.03][:2].min() > 0.3
