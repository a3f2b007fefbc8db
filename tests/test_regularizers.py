import numpy as np
import pytest

from book_code import nn, optim, regularizers
from book_code.autodiff import Tensor, check_grads, grad

RNG = np.random.default_rng(0)
W, V, B = RNG.standard_normal((3, 4)), RNG.standard_normal((5, 2)), RNG.standard_normal(3)
PENALTIES = {
    "l1": lambda *p: regularizers.l1(p, 0.3),
    "l2": lambda *p: regularizers.l2(p, 0.3),
    "elastic_net": lambda *p: regularizers.elastic_net(p, 0.3, 0.25),
    "orthogonal": lambda *p: regularizers.orthogonal(p, 0.3),
}


@pytest.mark.parametrize("name", PENALTIES)
def test_gradients_of_first_and_second_order(name):
    check_grads(PENALTIES[name], [W, V, B] if name != "orthogonal" else [W, V])


@pytest.mark.parametrize("name", PENALTIES)
def test_one_number_and_float32_stays_float32(name):
    w = Tensor(W.astype(np.float32), requires_grad=True)
    out = PENALTIES[name](w)
    assert (out.shape, out.dtype) == ((), np.float32)
    assert grad(out, w)[0].dtype == np.float32


def test_values_by_hand():
    params = [Tensor(p) for p in (W, V, B)]
    every = np.concatenate([p.data.ravel() for p in params])
    l1, l2 = np.abs(every).sum(), 0.5 * (every**2).sum()
    assert regularizers.l1(params, 0.3).item() == pytest.approx(0.3 * l1)
    assert regularizers.l2(params, 0.3).item() == pytest.approx(0.3 * l2)
    mixed = 0.3 * (0.25 * l1 + 0.75 * l2)
    assert regularizers.elastic_net(iter(params), 0.3, 0.25).item() == pytest.approx(mixed)
    gap = np.sum((W @ W.T - np.eye(3)) ** 2) + np.sum((V.T @ V - np.eye(2)) ** 2)
    assert regularizers.orthogonal(params, 0.3).item() == pytest.approx(0.3 * gap)


def test_l2_is_the_weight_decay_of_sgd():
    w, v = (Tensor(W, requires_grad=True) for _ in range(2))
    regularizers.l2(w, 0.1).backward()
    optim.SGD([w], 0.5).step()
    optim.SGD([v], 0.5, weight_decay=0.1).step([0 * W])
    np.testing.assert_allclose(w.data, v.data, rtol=1e-12)


def test_an_orthonormal_matrix_costs_nothing_and_descent_leads_there():
    q = np.linalg.qr(RNG.standard_normal((4, 4)))[0]
    assert regularizers.orthogonal(Tensor(q), 1.0).item() < 1e-20
    filters = Tensor(RNG.standard_normal((3, 2, 2, 2)) / 3, requires_grad=True)
    optimizer = optim.SGD([filters], 0.05)
    for _ in range(300):
        optimizer.step(grad(regularizers.orthogonal(filters, 1.0), filters))
    rows = filters.data.reshape(3, 8)
    np.testing.assert_allclose(rows @ rows.T, np.eye(3), atol=1e-3)


def test_max_norm_shortens_what_is_long_and_nothing_else():
    layer = nn.Conv2d(2, 3, 3, rng=np.random.default_rng(0))
    before = layer.weight.data * np.array([10, 1, 0], np.float32).reshape(3, 1, 1, 1)
    layer.weight.data, bias = before, layer.bias.data
    lengths = np.sqrt((before**2).sum(axis=(1, 2, 3)))
    limit = float(lengths[1]) * 1.5
    regularizers.max_norm(layer.parameters(), limit)
    after = layer.weight.data
    np.testing.assert_allclose(after[0], before[0] * limit / lengths[0], rtol=1e-6)
    np.testing.assert_allclose(after[1:], before[1:], rtol=1e-6)
    assert after.dtype == np.float32
    assert layer.bias.data is bias


BAD = [
    (lambda: regularizers.l1([], 0.1), "l1 was given no parameters"),
    (lambda: regularizers.l2([Tensor(W)], -1), "l2 expected a strength that is not negative"),
    (lambda: regularizers.elastic_net(Tensor(W), 0.1, 2), "a ratio from 0 to 1, got 2"),
    (lambda: regularizers.orthogonal([Tensor(B)], 0.1), "at least one weight with two axes"),
    (lambda: regularizers.max_norm([Tensor(W)], 0), "a limit above 0, got 0"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[b[1] for b in BAD])
def test_what_does_not_fit_is_explained(call, message):
    with pytest.raises(ValueError, match=message):
        call()
