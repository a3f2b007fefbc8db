"""Mixtures of experts: equal to computing all experts, balanced when asked, full when full."""

import numpy as np
import pytest

from book_code import optim
from book_code.autodiff import Tensor
from book_code.models import registry
from book_code.models.moe import MixtureOfExperts, MoEConfig, balance_loss
from book_code.models.moe.numpy_model import dispatch


def layer_of(k=2, experts=4, **settings):
    built = MixtureOfExperts(
        6, 5, experts=experts, k=k, rng=np.random.default_rng(0), **settings
    )
    return built.astype(np.float64)


def dense(layer, x):
    """Return what all experts say of all tokens, with gates that are 0 for those that were not chosen."""
    scores = layer.router(x).data
    least = np.sort(scores, axis=1)[:, [-layer.k]]
    if layer.normalized:
        gates = np.where(scores >= least, np.exp(scores), 0)
        gates = gates / gates.sum(axis=1, keepdims=True)
    else:
        gates = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        gates = np.where(scores >= least, gates, 0)
    said = np.stack([expert(x).data for expert in layer.experts], axis=1)  # (T, E, D)
    return np.einsum("te,ted->td", gates, said)


@pytest.mark.parametrize("normalized", [True, False])
@pytest.mark.parametrize("k", [1, 2, 4])
def test_sparse_is_dense_with_zeros(k, normalized):
    layer = layer_of(k, normalized=normalized)
    x = Tensor(np.random.default_rng(1).normal(size=(3, 7, 6)))
    out, scores = layer(x)
    assert (out.shape, scores.shape) == ((3, 7, 6), (21, 4))
    wanted = dense(layer, x.reshape(21, 6)).reshape(3, 7, 6)
    np.testing.assert_allclose(out.data, wanted, rtol=1e-12)


def test_an_expert_computes_for_its_own_tokens_only(monkeypatch):
    layer = layer_of(k=2)
    seen = []
    for expert in layer.experts:
        plain = expert.linear1.forward
        monkeypatch.setattr(
            expert.linear1, "forward", lambda x, plain=plain: (seen.append(len(x)), plain(x))[1]
        )
    layer(Tensor(np.random.default_rng(1).normal(size=(10, 6))))
    assert len(seen) == 4
    assert sum(seen) == 2 * 10


def test_an_expert_that_nobody_asks_is_no_error():
    layer = layer_of(k=1, normalized=False)
    layer.router.weight.data[:] = 0
    layer.router.weight.data[2] = 1
    x = Tensor(np.ones((5, 6)))
    out = layer(x).out
    share = np.exp(6) / (np.exp(6) + 3)
    np.testing.assert_allclose(out.data, share * layer.experts[2](x).data)
    out.sum().backward()
    assert layer.experts[2].linear1.weight.grad is not None


def test_who_finds_no_room_is_passed_on():
    layer = layer_of(k=1, experts=2, normalized=False, capacity=1.0)
    layer.router.weight.data[:] = [[1.0] * 6, [-1.0] * 6]
    x = Tensor(
        np.concatenate([np.ones((5, 6)), -np.ones((1, 6))])
    )  # five want one, one the other
    out = layer(x).out.data  # an even share are three
    assert np.abs(out).sum(axis=1).astype(bool).tolist() == [True] * 3 + [False] * 2 + [True]


def test_dispatch_by_hand():
    chosen = np.array([[1, 0], [1, 2], [0, 1]])
    order, places, counts = dispatch(chosen, 4, None)
    assert counts.tolist() == [2, 3, 1, 0]
    assert chosen.ravel()[order].tolist() == [0, 0, 1, 1, 1, 2]
    assert order[places].ravel().tolist() == list(range(6))
    order, places, counts = dispatch(chosen, 4, 1.0)  # an even share is 1.5: room for two each
    assert counts.tolist() == [2, 2, 1, 0]
    assert places.tolist() == [[2, 0], [3, 4], [1, 5]]  # the last place is nobody's


def test_balance_is_1_when_even_and_the_number_of_experts_when_one_gets_all():
    even = Tensor(50.0 * np.eye(4))
    assert balance_loss(even, 1).item() == pytest.approx(1)
    assert balance_loss(Tensor(50.0 * np.eye(4)[[2, 2, 2]]), 1).item() == pytest.approx(4)
    layers = Tensor(np.stack([50.0 * np.eye(4), 50.0 * np.eye(4)[[0, 0, 0, 0]]]))
    assert balance_loss(layers, 1).item() == pytest.approx(2.5)


def test_the_balance_loss_balances():
    """Tokens that nearly all want the same expert are spread by a few steps on the loss alone."""
    layer = layer_of(k=1, normalized=False)
    x = Tensor(np.random.default_rng(1).normal(0.8, 1.0, size=(200, 6)))
    layer.router.weight.data[1] += 1.0

    def largest():
        return np.bincount(layer.router(x).data.argmax(axis=1), minlength=4).max() / 200

    assert largest() > 0.8
    optimizer = optim.Adam([layer.router.weight], lr=0.05)
    for _ in range(60):
        optimizer.zero_grad()
        balance_loss(layer(x).scores, 1).backward()
        optimizer.step()
    assert largest() < 0.4


def test_generation_with_a_cache_is_that_without():
    model = registry.build("moe-tiny", rng=np.random.default_rng(0), layers=2)
    tokens = np.array([[3, 1, 4, 1, 5]])
    whole = model(tokens).out.data[:, -1]
    logits, state = model.step(tokens[:, :3], None)
    for t in (3, 4):
        logits, state = model.step(tokens[:, t], state)
    np.testing.assert_allclose(logits, whole, rtol=1e-4, atol=1e-6)
    made = model.generate(tokens, 4, rng=np.random.default_rng(0))
    assert made.shape == (1, 9)
    assert np.array_equal(made[:, :5], tokens)


def test_weights_grow_with_the_experts_and_work_does_not():
    few, many = (
        registry.build("moe-tiny", rng=np.random.default_rng(0), experts=n) for n in (3, 9)
    )
    sizes = [sum(p.size for p in model.parameters()) for model in (few, many)]
    expert = 8 * 6 + 6 + 6 * 8 + 8
    assert sizes[1] - sizes[0] == 6 * (expert + 8)  # and a row of the router each


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"experts_per_token": 9}, "cannot go to 9 of 8 experts"),
        ({"experts_per_token": 1}, "router learns nothing"),
        ({"heads": 3}, "cannot be shared evenly"),
        ({"capacity": 0.0}, "above 0"),
    ],
)
def test_configurations_that_cannot_work(fields, message):
    with pytest.raises(ValueError, match=message):
        MoEConfig(**fields)


def test_bad_tokens_are_refused():
    model = registry.build("moe-tiny", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="token 11 is not in the vocabulary"):
        model([[11]])
    with pytest.raises(ValueError, match="longer than positions=12"):
        model(np.zeros((1, 13), int))
    with pytest.raises(ValueError, match="Linear expected inputs"):
        layer_of()(Tensor(np.ones((2, 5))))


@pytest.mark.parametrize("k", [0, 3])
def test_no_more_experts_can_be_chosen_than_there_are(k):
    with pytest.raises(ValueError, match=f"cannot go to {k} of 2 experts"):
        MixtureOfExperts(4, 4, experts=2, k=k, rng=np.random.default_rng(0))


def test_a_token_that_found_no_room_is_not_spoiled_by_another():
    layer = MixtureOfExperts(2, 4, experts=1, k=1, capacity=0.5, rng=np.random.default_rng(0))
    out, _ = layer(Tensor(np.array([[np.nan, 1.0], [1.0, 1.0]])))
    assert out.data[1].tolist() == [0.0, 0.0]
