"""Freezing, feature extraction, groups of parameters and weights taken over, in NumPy."""

import numpy as np
import pytest

import book_code as bc
from book_code import losses, optim
from book_code.training.transfer import (
    Together,
    extract,
    freeze,
    hold_statistics,
    parameter_groups,
    take_over,
    trainable,
    unfreeze,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def net(rng):
    return bc.build("resnet-tiny", rng=rng)


@pytest.fixture
def x(rng):
    return rng.normal(size=(6, 1, 16, 16)).astype(np.float32)


LABELS = np.array([0, 1, 2, 0, 1, 2])


def learn(net, x, optimizer):
    losses.cross_entropy(net(x), LABELS).backward()
    optimizer.step()


def changed(net, before):
    return {
        name
        for name, value in net.state_dict().items()
        if not np.array_equal(value, before[name])
    }


def test_what_is_frozen_keeps_its_weights_and_the_rest_learns(net, x):
    frozen = freeze(net, "conv1", "bn1", "layer1")
    before = net.state_dict()
    learn(net, x, optim.SGD(net.parameters(), lr=0.1))
    parameters = {name for name, _ in net.named_parameters()}
    assert changed(net, before) & parameters == parameters - set(frozen)
    assert {"layer1.0.conv1.weight", "bn1.bias"} <= set(frozen)


def test_unfreezing_lets_it_learn_again(net, x):
    everything = freeze(net)
    assert trainable(net) == []
    assert len(unfreeze(net, "fc")) == 2
    assert [p.shape for p in trainable(net)] == [(3, 6), (3,)]
    assert unfreeze(net) == everything
    assert len(trainable(net)) == len(everything)


def test_a_part_is_meant_by_whole_words(rng):
    net = bc.build("resnet-tiny", rng=rng, blocks=(11,))
    assert all(name.startswith("layer1.1.") for name in freeze(net, "layer1.1"))


def test_held_statistics_stay_as_they_are(net, x):
    before = net.state_dict()
    hold_statistics(net.train(), "bn1", "layer1")
    net(x)
    moved = {name.split(".")[0] for name in changed(net, before)}
    assert moved == {"layer2"}
    net.train()(x)
    assert {name.split(".")[0] for name in changed(net, before)} == {"bn1", "layer1", "layer2"}


def test_extraction_is_in_evaluation_mode_and_leaves_the_mode(net, x):
    before = net.state_dict()
    found = extract(net.features, x, batch_size=4, model=net)
    assert net.training
    assert net.bn1.training
    assert not changed(net, before)
    np.testing.assert_allclose(found, net.eval().features(x).data, rtol=1e-6)
    assert extract(net.layer1, net.maxpool(net.conv1(x)).data, 5).shape == (6, 3, 4, 4)


def test_extraction_of_nothing_is_refused(net, x):
    with pytest.raises(ValueError, match="no examples"):
        extract(net.features, x[:0], model=net)


def test_groups_have_the_learning_rates_of_their_parts(net):
    freeze(net, "conv1")
    groups = parameter_groups(
        net, 0.5, {"layer1": 0.1, "layer2": 0.2, "layer2.0.downsample": 0.4}
    )
    rates = {id(p): group["lr"] for group in groups for p in group["params"]}
    found = {name: rates.get(id(p)) for name, p in net.named_parameters()}
    assert found["conv1.weight"] is None
    assert found["layer1.0.conv2.weight"] == pytest.approx(0.05)
    assert found["layer2.0.conv2.weight"] == pytest.approx(0.1)
    assert found["layer2.0.downsample.0.weight"] == pytest.approx(0.2)
    assert found["bn1.weight"] == found["fc.bias"] == 0.5


def test_optimizers_together_take_the_step_of_each(net, x):
    groups = parameter_groups(net, 0.1, {"layer1": 0.0, "layer2": 0.0})
    optimizer = Together(optim.SGD(**group) for group in groups)
    before = net.state_dict()
    learn(net, x, optimizer)
    parameters = {name for name, _ in net.named_parameters()}
    moved = {name.split(".")[0] for name in changed(net, before) & parameters}
    assert moved == {"conv1", "bn1", "fc"}
    optimizer.zero_grad()
    assert all(p.grad is None for p in net.parameters())
    with pytest.raises(ValueError, match="no optimizers"):
        Together([])


def test_weights_are_taken_over_but_for_the_head(net, rng):
    other = bc.build("resnet-tiny", rng=rng, classes=5)
    head = other.fc.weight.data.copy()
    names = take_over(other, net.state_dict(), fresh=("fc",))
    assert "bn1.running_mean" in names
    assert np.array_equal(other.fc.weight.data, head)
    for name in names:
        assert np.array_equal(other.state_dict()[name], net.state_dict()[name])


def test_weights_that_do_not_fit_are_named(net, rng):
    other = bc.build("resnet-tiny", rng=rng, classes=5)
    with pytest.raises(ValueError, match=r"fc\.weight: expected shape \(5, 6\), got \(3, 6\)"):
        take_over(other, net.state_dict())
    state = net.state_dict()
    del state["conv1.weight"]
    with pytest.raises(ValueError, match=r"missing: conv1\.weight"):
        take_over(other, state, fresh=("fc",))


@pytest.mark.parametrize(
    "use",
    [
        lambda net: freeze(net, "layre1"),
        lambda net: parameter_groups(net, 0.1, {"layre1": 0.1}),
        lambda net: take_over(net, net.state_dict(), fresh=("layre1",)),
        lambda net: hold_statistics(net, "layre1"),
    ],
)
def test_an_unknown_part_gets_the_nearest(net, use):
    with pytest.raises(
        ValueError, match="unknown part of the model 'layre1'; did you mean 'layer1'"
    ):
        use(net)
