"""Spiking networks: when neurons fire, what the surrogate gradient is, codes, and digits that are learned by spikes."""

import numpy as np
import pytest

from book_code import data, optim
from book_code.autodiff import Tensor, check_grads, grad, no_grad
from book_code.losses import cross_entropy
from book_code.models import registry
from book_code.models.spiking import SpikingNetConfig, latency_code, rate_code
from book_code.models.spiking.numpy_model import LIF, spike


def neuron(fires=True, **fields):
    """One input, one neuron of weight 1 and bias 0."""
    config = SpikingNetConfig(in_features=1, steps=8, spike="step", **fields)
    layer = LIF(1, 1, config, fires=fires, rng=np.random.default_rng(0)).astype(np.float64)
    layer.linear.weight.data[:], layer.linear.bias.data[:] = 1, 0
    return layer


def run(layer, x):
    return layer(Tensor(np.asarray(x, float).reshape(1, -1, 1))).data.ravel()


def test_a_neuron_by_hand():
    """α = 0.5, β = 0.8, θ = 1: the potential falls by 1 in the step after a spike."""
    fields = {"current_decay": 0.5, "membrane_decay": 0.8, "threshold": 1.0}
    x = [0.6, 0.6, 0.0, 0.0, 2.5, 0.0]
    #   I: 0.6  0.9   0.45   0.225   2.6125   1.30625
    #   U: 0.6  1.38  0.554  0.6682  3.14706  2.823898 (falls by 1 twice)
    assert run(neuron(**fields), x).tolist() == [0, 1, 0, 0, 1, 1]
    quiet = run(neuron(False, **fields), x)
    np.testing.assert_allclose(quiet, [0.6, 1.38, 1.554, 1.4682, 3.78706, 4.335898], rtol=1e-6)


def test_how_often_it_fires_is_what_arrives():
    """Without leak each spike takes θ away: a current of 0.3 fires in 3 of 10 steps, of 0.7 in 7 of 10."""
    layer = neuron(current_decay=0.0, membrane_decay=0.999999, threshold=1.0)
    for current in (0.3, 0.7):
        assert run(layer, np.full(200, current)).mean() == pytest.approx(current, abs=0.01)
    assert not run(neuron(current_decay=0.0, membrane_decay=0.5), np.full(50, 0.49)).any()


def test_the_surrogate_gradient_is_that_of_the_fast_sigmoid():
    v = np.linspace(-2, 2, 41) + 0.01
    x = Tensor(v, requires_grad=True)
    spikes = spike(x, slope=10.0)
    assert np.array_equal(spikes.data, v > 0)
    (found,) = grad(spikes.sum(), x)
    np.testing.assert_allclose(found.data, 1 / (1 + 10 * np.abs(v)) ** 2, rtol=1e-12)


def test_the_smooth_spike_is_the_derivative_of_itself_and_near_the_step():
    v = np.array([-0.6, 0.2, 0.9])
    check_grads(lambda x: spike(x, 3.0, "sigmoid"), v, order=2)
    np.testing.assert_allclose(spike(Tensor(v), 1e3, "sigmoid").data, v > 0, atol=1e-12)


def test_no_gradient_goes_through_the_fall_after_a_spike():
    """The second potential is β U_1 + I_2 - θ S_1: with the fall held fixed its slope by x_1 is α + β."""
    layer = neuron(current_decay=0.5, membrane_decay=0.8)
    x = Tensor(np.array([1.5, 1.0]).reshape(1, 2, 1), requires_grad=True)
    spikes = layer(x)
    second = 0.8 * 1.5 + (0.5 * 1.5 + 1.0) - 1.0 - 1.0  # above the threshold
    assert spikes.data.ravel().tolist() == [1, 1]
    (found,) = grad(spikes[0, 1, 0], x)
    surrogate = 1 / (1 + 10 * second) ** 2
    np.testing.assert_allclose(found.data.ravel(), [surrogate * 1.3, surrogate])


def test_rates_and_latencies():
    x = np.array([[0.0, 0.25, 1.0]])
    trains = rate_code(x, 2000, rng=np.random.default_rng(0))
    assert trains.shape == (1, 2000, 3)
    assert trains.mean(axis=1)[0] == pytest.approx(x[0], abs=0.03)
    early = latency_code(np.array([[1.0, 0.75, 0.5, 0.02]]), 5, least=0.1)
    assert early.argmax(axis=1).tolist() == [[0, 1, 2, 0]]
    assert early.sum(axis=1).tolist() == [[1, 1, 1, 0]]
    for code in (latency_code, lambda *a: rate_code(*a, rng=np.random.default_rng(0))):
        with pytest.raises(ValueError, match="from 0 to 1"):
            code(np.array([[17.0]]), 5)
        with pytest.raises(ValueError, match=r"shape \(N, D\)"):
            code(np.zeros(3), 5)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"membrane_decay": 1.0}, "membrane_decay must be below 1"),
        ({"threshold": 0.0}, "must be above 0"),
    ],
)
def test_constants_that_cannot_work(fields, message):
    with pytest.raises(ValueError, match=message):
        SpikingNetConfig(**fields)


def test_trains_of_another_shape_are_refused():
    model = registry.build("spiking-tiny", rng=np.random.default_rng(0))
    for shape in ((2, 4, 5), (2, 3), (2, 0, 3)):
        with pytest.raises(ValueError, match=r"trains of shape \(N, T, 3\)"):
            model(np.zeros(shape, np.float32))
    assert model(np.zeros((2, 9, 3), np.float32)).logits.shape == (2, 3)


def test_digits_are_told_apart_by_when_pixels_fire():
    digits = data.load("digits")
    rng = np.random.default_rng(0)
    model = registry.build("spiking-digits", rng=rng)
    optimizer = optim.Adam(model.parameters(), lr=2e-3)

    def trains(split):
        x = split.x.reshape(len(split.x), -1)
        return latency_code(x / x.max(), 12, least=0.1)

    x, y = trains(digits.train), digits.train.y
    for _ in range(5):
        order = rng.permutation(len(x))
        for i in range(0, len(x), 32):
            batch = order[i : i + 32]
            optimizer.zero_grad()
            cross_entropy(model(x[batch]).logits, y[batch]).backward()
            optimizer.step()
    with no_grad():
        logits, (spikes,) = model(trains(digits.test))
    assert (logits.data.argmax(axis=1) == digits.test.y).mean() > 0.9
    assert set(np.unique(spikes.data)) == {0.0, 1.0}
    assert 0.005 < spikes.data.mean() < 0.5
