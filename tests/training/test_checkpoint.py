"""A run that is stopped and continued is the run that was never stopped."""

import numpy as np
import pytest

import book_code as bc
from book_code import data, interop, optim, training


@pytest.fixture(scope="module")
def iris():
    return data.load("iris")


def start(kind=optim.Adam, **settings):
    rng = np.random.default_rng(0)
    model = bc.build("mlp-tiny", rng=rng, in_features=4, classes=3, dropout=0.2)
    return model, kind(model.parameters(), lr=0.05, **settings), rng


def go_on(parts, iris, epochs, **more):
    model, optimizer, rng = parts
    return training.fit(
        model, iris, optimizer=optimizer, epochs=epochs, batch_size=16, rng=rng, **more
    )


@pytest.mark.parametrize(
    ("kind", "settings"),
    [(optim.Adam, {}), (optim.AdamW, {}), (optim.SGD, {"momentum": 0.9}), (optim.SGD, {})],
)
def test_a_stopped_run_goes_on_as_if_nothing_had_happened(iris, tmp_path, kind, settings):
    whole_parts = start(kind, **settings)
    whole = go_on(whole_parts, iris, 6)

    path = tmp_path / "run.npz"
    parts = start(kind, **settings)
    go_on(parts, iris, 3, callbacks=[training.checkpoint(path, parts[1], parts[2])])
    parts = start(kind, **settings)  # another day
    history = training.load_checkpoint(path, *parts)
    assert len(history) == 3
    history = go_on(parts, iris, 6, history=history)

    assert history.column("train_loss") == whole.column("train_loss")
    assert history.best.number == whole.best.number
    for name, value in whole_parts[0].state_dict().items():
        assert np.array_equal(parts[0].state_dict()[name], value)
        assert value.dtype == parts[0].state_dict()[name].dtype == np.float32
        assert np.array_equal(history.best_weights[name], whole.best_weights[name])


def test_nothing_is_left_to_do(iris, tmp_path):
    parts = start()
    history = go_on(parts, iris, 2)
    assert len(go_on(parts, iris, 2, history=history)) == 2


def test_a_changed_learning_rate_is_kept(iris, tmp_path):
    parts = start()
    history = go_on(parts, iris, 1)
    parts[1].lr = 0.001
    training.save_checkpoint(tmp_path / "c.npz", parts[0], parts[1], history, parts[2])
    parts = start()
    training.load_checkpoint(tmp_path / "c.npz", *parts)
    assert parts[1].lr == 0.001


def test_the_wrong_checkpoint_is_named(iris, tmp_path):
    path = tmp_path / "c.npz"
    parts = start()
    history = go_on(parts, iris, 1)
    training.save_checkpoint(path, parts[0], parts[1], history, parts[2])

    with pytest.raises(ValueError, match=r"c\.npz was written with Adam; the optimizer is SGD"):
        training.load_checkpoint(path, *start(optim.SGD))

    other = bc.build("mlp-tiny", rng=parts[2])
    with pytest.raises(ValueError, match=r"c\.npz does not fit MLP"):
        training.load_checkpoint(path, other, optim.Adam(other.parameters()), parts[2])

    interop.save_npz(path, parts[0].state_dict())
    with pytest.raises(ValueError, match="is a file of weights, not a checkpoint"):
        training.load_checkpoint(path, *parts)

    with pytest.raises(FileNotFoundError, match="there is no file"):
        training.load_checkpoint(tmp_path / "none.npz", *parts)
