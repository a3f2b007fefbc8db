"""The PyTorch loop makes the steps of the NumPy loop, and refuses what that refuses."""

import numpy as np
import pytest
import torch

import book_code as bc
from book_code import data, optim, training
from book_code.data import Split
from book_code.training.torch_loop import evaluate_torch, fit_torch, predicted

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def iris():
    return data.load("iris")


def build(backend, name="mlp-tiny"):
    rng = np.random.default_rng(0)
    return bc.build(name, backend, rng=rng, in_features=4, classes=3), rng


def both(iris, epochs=3, **more):
    """Run both loops in float64 from the same weights and seed."""
    ours, rng = build("numpy")
    ours.astype(np.float64)
    ours_history = training.fit(
        ours, iris, optimizer=optim.SGD(ours.parameters(), lr=0.1, momentum=0.9),
        epochs=epochs, batch_size=16, rng=rng, **more,
    )  # fmt: skip
    theirs, rng = build("torch")
    theirs.double()
    theirs_history = fit_torch(
        theirs, iris, optimizer=torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.9),
        epochs=epochs, batch_size=16, rng=rng, **more,
    )  # fmt: skip
    return ours, ours_history, theirs, theirs_history


def test_both_loops_make_the_same_run(iris):
    ours, ours_history, theirs, theirs_history = both(iris)
    for column in ("train_loss", "validation_loss", "validation_accuracy"):
        np.testing.assert_allclose(
            ours_history.column(column), theirs_history.column(column), rtol=1e-9
        )
    for name, value in ours.state_dict().items():
        np.testing.assert_allclose(value, theirs.state_dict()[name].numpy(), rtol=1e-8)
    assert ours_history.best.number == theirs_history.best.number


def test_without_validation_and_with_a_callback(iris):
    calls = []
    stop = [lambda model, history: len(history) == 2, lambda m, h: calls.append(1)]
    _, first, _, second = both(iris.train, epochs=5, callbacks=stop)
    assert len(first) == len(second) == 2
    assert len(calls) == 4
    np.testing.assert_allclose(
        first.column("train_loss"), second.column("train_loss"), rtol=1e-9
    )


def test_best_weights_do_not_move_with_the_model(iris):
    _, _, theirs, history = both(iris, epochs=2)
    before = {name: value.copy() for name, value in history.best_weights.items()}
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.add_(1)
    for name, value in history.best_weights.items():
        assert np.array_equal(value, before[name])


def test_augment_sees_every_minibatch(iris):
    model, rng = build("torch")
    sizes = []

    def look(x, generator):
        assert generator is rng
        sizes.append(len(x))
        return x

    fit_torch(
        model, iris, optimizer=torch.optim.SGD(model.parameters(), lr=0.1),
        epochs=1, batch_size=32, rng=rng, augment=look,
    )  # fmt: skip
    assert sizes == [32, 32, 26]


def test_a_loss_that_is_not_finite_stops_the_run(iris):
    model, rng = build("torch")
    x = iris.train.x.copy()
    x[5] = np.nan
    with pytest.raises(FloatingPointError, match="loss became nan at epoch 1"):
        fit_torch(
            model, Split(x, iris.train.y), optimizer=torch.optim.SGD(model.parameters(), lr=0.1),
            epochs=2, batch_size=16, rng=rng,
        )  # fmt: skip


def test_what_cannot_begin_is_refused(iris):
    model, _ = build("torch")
    with pytest.raises(TypeError, match="training needs rng"):
        fit_torch(
            model, iris, optimizer=torch.optim.SGD(model.parameters(), lr=0.1),
            epochs=1, batch_size=16, rng=None,
        )  # fmt: skip


def test_evaluation_leaves_the_mode_as_it_was(iris):
    model, _ = build("torch")
    x, y = map(torch.from_numpy, iris.validation)
    for mode in (True, False):
        model.train(mode)
        evaluate_torch(model, x, y, batch_size=7)
        assert model.training is mode
    assert evaluate_torch(model, x, y, batch_size=7) == pytest.approx(
        evaluate_torch(model, x, y)
    )


def test_answers_are_the_same_in_both():
    scores = np.array([[0.1, 2.0], [3.0, -1.0]])
    assert predicted(torch.from_numpy(scores)).tolist() == training.predicted(scores).tolist()
    signs = np.array([-0.5, 2.0, 0.0])
    assert predicted(torch.from_numpy(signs)).tolist() == training.predicted(signs).tolist()
