"""Matrix factorization and neural collaborative filtering: what they compute, learn and refuse."""

import numpy as np
import pytest

from book_code import metrics, optim
from book_code.models import registry
from book_code.models.matrix_factorization.numpy_model import loss
from book_code.models.neural_cf.numpy_model import with_negatives

from .common import model


def test_a_rating_is_mean_biases_and_product():
    net = model("matrix-factorization-tiny")
    p, q = net.user_factors.weight.numpy(), net.item_factors.weight.numpy()
    b, c = net.user_bias.weight.numpy(), net.item_bias.weight.numpy()
    whole = 3.5 + b + c.T + p @ q.T
    users, items = np.divmod(np.arange(30), 5)
    np.testing.assert_allclose(net(users, items).numpy(), whole[users, items], rtol=1e-12)


def test_the_first_ratings_are_near_the_mean():
    net = registry.build("matrix-factorization-ml100k", rng=np.random.default_rng(0), mean=2.5)
    users, items = np.arange(900), np.arange(900)
    assert abs(net(users, items).numpy() - 2.5).max() < 1


def test_ratings_of_rank_2_are_found_again():
    """Three quarters of a table of rank 2 foretell the rest."""
    rng = np.random.default_rng(0)
    table = rng.normal(size=(30, 2)) @ rng.normal(size=(2, 20))
    known = rng.random(table.shape) < 0.75
    sizes = {"users": 30, "items": 20, "factors": 2, "mean": 0.0, "biases": False}
    net = registry.build("matrix-factorization-tiny", rng=rng, **sizes).astype("float64")
    optimizer = optim.Adam(net.parameters(), lr=0.05)
    users, items = np.nonzero(known)
    for _ in range(400):
        net.zero_grad()
        loss(net, users, items, table[known], penalty=1e-4).backward()
        optimizer.step()
    hidden = np.nonzero(~known)
    error = metrics.root_mean_squared_error(table[hidden], net(*hidden).numpy())
    assert error < 0.1 * table.std()


def test_negatives_never_happened():
    rng = np.random.default_rng(0)
    users, items = rng.integers(0, 20, 100), rng.integers(0, 15, 100)
    u, i, y = with_negatives(users, items, 4, all_items=15, rng=rng)
    assert y.dtype == np.float32
    assert y.sum() == 100
    assert len(u) == len(i) == 500
    happened = set(zip(users, items, strict=True))
    assert not happened & set(zip(u[y == 0], i[y == 0], strict=True))
    assert np.array_equal(np.bincount(u[y == 0]), 4 * np.bincount(users))


def test_a_user_who_wants_everything_leaves_nothing_to_draw():
    with pytest.raises(ValueError, match="a user wants every item"):
        with_negatives([0, 0], [0, 1], 1, all_items=2, rng=np.random.default_rng(0))


@pytest.mark.parametrize("name", ["matrix-factorization-tiny", "neural-cf-tiny"])
@pytest.mark.parametrize(("users", "items"), [([6], [0]), ([0], [5]), ([-1], [0])])
def test_an_unknown_user_or_item_is_refused(name, users, items):
    net = registry.build(name, rng=np.random.default_rng(0))
    with pytest.raises((ValueError, IndexError), match=r"from 0 to|0 to"):
        net(users, items)


def test_the_first_width_is_shared_by_user_and_item():
    with pytest.raises(ValueError, match=r"the first even .*got \(7, 4\)"):
        registry.config("neural-cf-tiny", layers=(7, 4))


@pytest.mark.parametrize(
    ("users", "items", "message"),
    [
        ([0], [7], "items from 0 to 3"),  # 7 would be taken for item 3 of user 1
        ([0], [-1], "items from 0 to 3"),
        ([0, 1], [1], "of each pair"),
        ([], [], "of each pair"),
    ],
)
def test_negatives_need_pairs_of_items_that_there_are(
    users: list[int], items: list[int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        with_negatives(users, items, 1, all_items=4, rng=np.random.default_rng(0))


@pytest.mark.parametrize("name", ["matrix-factorization-tiny", "neural-cf-tiny"])
def test_an_item_must_stand_beside_each_user(name: str) -> None:
    for users, items in (([0], [0, 1]), ([[0]], [[1]]), (0, 1)):
        with pytest.raises(ValueError, match="a user and an item of each pair"):
            model(name)(users, items)
