import numpy as np
import pytest

from book_code import nn, optim
from book_code.autodiff import Tensor, grad

OPTIMIZERS = {
    "SGD": lambda p: optim.SGD(p, 0.05),
    "momentum": lambda p: optim.SGD(p, 0.02, momentum=0.9),
    "nesterov": lambda p: optim.SGD(p, 0.02, momentum=0.9, nesterov=True),
    "decay": lambda p: optim.SGD(p, 0.05, weight_decay=1e-4),
    "Adam": lambda p: optim.Adam(p, 0.1),
    "AdamW": lambda p: optim.AdamW(p, 0.1, weight_decay=1e-4),
    "AdaGrad": lambda p: optim.AdaGrad(p, 0.5),
    "RMSProp": lambda p: optim.RMSProp(p, 0.01),
    "RMSProp, all": lambda p: optim.RMSProp(p, 0.003, momentum=0.5, centered=True),
    "Lion": lambda p: optim.Lion(p, 0.007, (0.8, 0.8), 1e-4),
}


def valley(w):
    return (w * w * np.array([1.0, 10.0])).sum()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_it_finds_the_bottom_of_a_valley(name):
    w = Tensor([2.0, -1.0], requires_grad=True)
    optimizer = OPTIMIZERS[name]([w])
    for _ in range(400):
        optimizer.zero_grad()
        valley(w).backward()
        optimizer.step()
    assert np.abs(w.data).max() < 1e-2


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_gradients_may_be_handed_over(name):
    w, v = (Tensor([2.0, -1.0], requires_grad=True) for _ in range(2))
    one, two = OPTIMIZERS[name]([w]), OPTIMIZERS[name]([v])
    for _ in range(3):
        w.grad = None
        valley(w).backward()
        one.step()
        two.step(grad(valley(v), [v]))
    np.testing.assert_array_equal(w.data, v.data)
    assert v.grad is None


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_float32_stays_float32_and_given_arrays_stay_as_they_are(name):
    array = np.array([2.0, -1.0], np.float32)
    w = Tensor(array, requires_grad=True)
    optimizer = OPTIMIZERS[name](w)
    for _ in range(2):
        optimizer.step([[1.0, 1.0]])
    assert w.dtype == np.float32
    assert array.tolist() == [2, -1]
    for value in optimizer.state[0].values():
        assert isinstance(value, int) or value.dtype == np.float32


def test_a_parameter_without_gradient_stays():
    w, v = Tensor([1.0], requires_grad=True), Tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([w, v], 0.1, weight_decay=1.0)
    (w * 2).sum().backward()
    optimizer.step()
    assert (w.data != 1).all()
    assert v.data == [1.0]


def test_a_frozen_parameter_stays():
    w, v = Tensor([1.0], requires_grad=True), Tensor([1.0])
    optimizer = optim.SGD([w, v], 0.1)
    (w * v).sum().backward()
    optimizer.step()
    assert (w.data, v.data) == (0.9, 1.0)


def test_the_learning_rate_may_change():
    w = Tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([w], 0.1)
    optimizer.lr = 0.5
    optimizer.step([[1.0]])
    assert w.data == [0.5]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_saved_optimizer_goes_on_as_if_nothing_had_happened(name):
    w, v = (Tensor([2.0, -1.0], requires_grad=True) for _ in range(2))
    one, two = OPTIMIZERS[name]([w]), OPTIMIZERS[name]([v])
    for _ in range(3):
        one.step(grad(valley(w), [w]))
    saved = one.state_dict()
    one.step(grad(valley(w), [w]))  # what was saved is a copy
    after = w.data
    v.data = np.array([2.0, -1.0])
    w.data = np.array([2.0, -1.0])
    two.load_state_dict(saved)
    one.load_state_dict(saved)
    for _ in range(2):
        one.step(grad(valley(w), [w]))
        two.step(grad(valley(v), [v]))
    np.testing.assert_array_equal(w.data, v.data)
    assert not np.array_equal(w.data, after)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_step_leaves_gradients_and_old_weights_as_they_were(name):
    w = Tensor([2.0, -1.0], requires_grad=True)
    g, old = np.array([1.0, -3.0]), w.data
    optimizer = OPTIMIZERS[name]([w])
    for _ in range(3):
        optimizer.step([g])
    assert g.tolist() == [1, -3]
    assert old.tolist() == [2, -1]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_single_number_can_be_trained(name):
    w = Tensor(2.0, requires_grad=True)
    optimizer = OPTIMIZERS[name]([w])
    for _ in range(2):
        optimizer.step(grad(w * w, [w]))
    assert isinstance(w.data, np.ndarray)
    assert w.data < 2


def test_rounding_brings_no_variance_below_0():
    g = np.random.default_rng(0).standard_normal(100).astype(np.float32)
    w = Tensor(np.zeros(100, np.float32), requires_grad=True)
    optimizer = optim.RMSProp([w], alpha=0.5, centered=True)
    for _ in range(100):  # always the same gradient
        optimizer.step([g])
    assert np.isfinite(w.data).all()


def test_lion_is_its_formula():
    """Algorithm 2 of arXiv:2302.06675, line by line."""
    rng, eta, decay, (b1, b2) = np.random.default_rng(0), 0.03, 0.1, (0.8, 0.95)
    theta, m = rng.standard_normal(5), np.zeros(5)
    w = Tensor(theta, requires_grad=True)
    optimizer = optim.Lion([w], eta, (b1, b2), decay)
    for _ in range(10):
        g = rng.standard_normal(5)
        c = b1 * m + (1 - b1) * g
        theta = theta - eta * (np.sign(c) + decay * theta)
        m = b2 * m + (1 - b2) * g
        optimizer.step([g])
        np.testing.assert_allclose(w.data, theta, rtol=1e-12)


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5)])
def test_orthogonalize_brings_all_singular_values_near_1(shape):
    g = np.random.default_rng(0).standard_normal(shape)
    u, s, vt = np.linalg.svd(g, full_matrices=False)
    out = optim.orthogonalize(g, 8)
    assert s.max() / s.min() > 3
    turned = np.diag(u.T @ out @ vt.T)
    assert turned.min() > 0.6
    assert turned.max() < 1.3
    np.testing.assert_allclose(u @ np.diag(turned) @ vt, out, atol=1e-12)
    np.testing.assert_allclose(optim.orthogonalize(100 * g), optim.orthogonalize(g))
    assert (optim.orthogonalize(0 * g) == 0).all()
    assert optim.orthogonalize(g.astype(np.float32)).dtype == np.float32


def test_muon_finds_the_bottom_in_every_direction():
    rng = np.random.default_rng(0)
    w, scales = (
        Tensor(rng.standard_normal((4, 3)).astype(np.float32), True),
        np.diag([1, 10, 100]),
    )
    optimizer = optim.Muon([w], 0.1, weight_decay=0.0)
    for step in range(150):
        optimizer.lr = 0.1 * (1 - step / 150)
        optimizer.step(grad((w @ scales * w).sum(), [w]))
    assert w.dtype == np.float32
    assert np.abs(w.data).max() < 0.02


def trained(*gradients):
    params = [
        Tensor(np.zeros_like(np.asarray(g, float)), requires_grad=True) for g in gradients
    ]
    for p, g in zip(params, gradients, strict=True):
        p.grad = None if g is None else Tensor(np.asarray(g, float))
    return params


def test_clipping_by_norm_scales_all_gradients_together():
    a, b = trained([3.0, 0.0], [[4.0]])
    assert optim.clip_grad_norm([a, b, W], 0.5) == 5
    np.testing.assert_allclose([*a.grad.data, *b.grad.data[0]], [0.3, 0, 0.4], rtol=1e-5)
    assert optim.clip_grad_norm([a, b], 7.0) == pytest.approx(0.5)
    np.testing.assert_allclose(a.grad.data, [0.3, 0], rtol=1e-5)  # small ones stay
    assert optim.clip_grad_norm(W, 1.0) == 0  # it has no gradient


def test_clipping_tells_what_is_not_finite():
    (a,) = trained([np.inf, 1.0])
    with pytest.raises(FloatingPointError, match="norm of the gradients is inf"):
        optim.clip_grad_norm(a, 1.0)
    big = Tensor(np.zeros(2, np.float32), requires_grad=True)
    big.grad = Tensor(np.full(2, 1e30, np.float32))
    assert optim.clip_grad_norm(big, 1.0) == pytest.approx(2**0.5 * 1e30)
    assert big.grad.dtype == np.float32
    np.testing.assert_allclose(big.grad.data, 0.5**0.5, rtol=1e-6)


def test_an_average_of_weights_is_the_sum_of_its_formula():
    model = nn.Sequential(nn.Linear(2, 2, rng=np.random.default_rng(0)), nn.BatchNorm1d(2))
    ema, past = optim.ExponentialMovingAverage(model, 0.8), [model[0].weight.data]
    for step in range(4):
        model[0].weight.data = model[0].weight.data + step
        model(np.random.default_rng(step).standard_normal((3, 2)))
        past.append(model[0].weight.data)
        ema.update()
    shares = [0.8**4, *(0.2 * 0.8 ** (4 - i) for i in range(1, 5))]
    mean = sum(s * w for s, w in zip(shares, past, strict=True))
    state = ema.state_dict()
    np.testing.assert_allclose(state["0.weight"], mean, rtol=1e-5)
    np.testing.assert_array_equal(state["1.running_mean"], model[1].running_mean)
    assert state["1.num_batches_tracked"] == 4
    own = model.state_dict()
    with ema.applied() as averaged:
        np.testing.assert_allclose(averaged[0].weight.data, mean, rtol=1e-5)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, own[name])
    other = optim.ExponentialMovingAverage(model, 0.8)
    other.load_state_dict(state)
    np.testing.assert_array_equal(other.state_dict()["0.weight"], state["0.weight"])


def test_shared_weights_have_one_average():
    model = nn.Sequential(*(nn.Linear(2, 2, rng=np.random.default_rng(i)) for i in (0, 1)))
    model[1].weight = model[0].weight
    ema = optim.ExponentialMovingAverage(model, 0.5)
    model[0].weight.data = model[0].weight.data + 1
    ema.update()
    with ema.applied():
        assert model[1].weight is model[0].weight
    state = ema.state_dict()
    np.testing.assert_array_equal(state["0.weight"], state["1.weight"])


W = Tensor([1.0, 2.0], requires_grad=True)
M = Tensor(np.ones((2, 2)), requires_grad=True)
BAD = [
    (lambda: optim.SGD([], 0.1), ValueError, "given no parameters"),
    (lambda: optim.SGD([np.ones(2)], 0.1), TypeError, "Tensors, got ndarray at place 0"),
    (lambda: optim.SGD([W * 2], 0.1), ValueError, "place 0 is the result of multiply"),
    (lambda: optim.SGD([W, W], 0.1), ValueError, "a parameter is there twice"),
    (lambda: optim.SGD([W], -1), ValueError, "must not be negative, got -1"),
    (lambda: optim.SGD([W], 0.1, momentum=-1), ValueError, "must not be negative"),
    (lambda: optim.SGD([W], 0.1, nesterov=True), ValueError, "nesterov needs a momentum"),
    (lambda: optim.SGD([W], float("nan")), ValueError, "must not be negative, got nan"),
    (lambda: optim.AdaGrad([W], eps=-1), ValueError, "eps must not be negative, got -1"),
    (lambda: optim.RMSProp([W], alpha=1), ValueError, "alpha must lie between 0 and 1 .*, got 1"),
    (lambda: optim.RMSProp([W], momentum=-1), ValueError, "momentum must not be negative"),
    (lambda: optim.Lion([W], betas=(-0.1, 0.9)), ValueError, "betas must lie"),
    (lambda: optim.Lion([W], weight_decay=-0.1), ValueError, "must not be negative"),
    (lambda: optim.Muon([W]), ValueError, r"place 0 has shape \(2,\): .* AdamW beside it"),
    (lambda: optim.Muon([M], momentum=1), ValueError, "momentum must lie"),
    (lambda: optim.Muon([M], scale="large"), ValueError, "'original' or 'match_rms_adamw', got 'large'"),
    (lambda: optim.Muon([M], steps=2.5), TypeError, "whole number of rounds, got 2.5"),
    (lambda: optim.orthogonalize([[1, 2]]), TypeError, "expected floating-point numbers, got int(32|64)"),
    (lambda: optim.orthogonalize(np.ones(3)), ValueError, r"expected a matrix, got shape \(3,\)"),
    (lambda: optim.SGD([W], 0.1).load_state_dict(optim.Adam([W]).state_dict()), ValueError,
     "this state is of Adam, the optimizer is SGD"),
    (lambda: optim.SGD([W], 0.1).load_state_dict(optim.SGD([W, M], 0.1).state_dict()), ValueError,
     "of 2 parameters, SGD has 1"),
    (lambda: optim.SGD([W], 0.1).load_state_dict({"optimizer": "SGD", "lr": 1, "state": [{"velocity": np.ones(3)}]}),
     ValueError, r"velocity of parameter 0: expected shape \(2,\), got \(3,\)"),
    (lambda: optim.clip_grad_norm([W], 0), ValueError, "norm and kind above 0"),
    (lambda: optim.clip_grad_value([W], -1), ValueError, "a value above 0, got -1"),
    (lambda: optim.ExponentialMovingAverage(nn.ReLU(), 1.5), ValueError, "between 0 and 1, got 1.5"),
    (lambda: optim.ExponentialMovingAverage(nn.ReLU()).load_state_dict({"a": W.data}), ValueError, "not of a ReLU"),
    (lambda: optim.Adam([W], betas=(0.9, 1.0)), ValueError, "betas must lie"),
    (lambda: optim.SGD([Tensor(np.array([1, 2]))], 0.1), TypeError, "floating-point, got int(32|64) at place 0"),
    (lambda: optim.Adam([W], eps=-1), ValueError, "must not be negative"),
    (lambda: optim.Adam([W], betas=(0.9,)), ValueError, r"expected two betas, got \(0.9,\)"),
    (lambda: optim.Lion([W], betas=0.9), ValueError, "expected two betas, got 0.9"),
    (lambda: optim.AdamW([W], weight_decay=-1), ValueError, "must not be negative"),
    (lambda: optim.SGD([W], 0.1).step([]), ValueError, "expected 1 gradients, got 0"),
    (lambda: optim.SGD([W], 0.1).step([[1.0]]), ValueError, r"shape \(2,\) got a gradient of shape \(1,\)"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD, ids=[b[2] for b in BAD])
def test_what_does_not_fit_is_explained(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_gradient_that_does_not_fit_stops_the_step_before_it_begins():
    first, second = (Tensor(np.ones(2), requires_grad=True) for _ in range(2))
    with pytest.raises(ValueError, match="got a gradient of shape"):
        optim.SGD([first, second], 0.1).step([np.ones(2), np.ones(3)])
    assert first.data.tolist() == [1.0, 1.0]
