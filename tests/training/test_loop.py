"""The NumPy loop: it learns, it measures, it stops, it goes on, and it refuses in words."""

import math

import numpy as np
import pytest

import book_code as bc
from book_code import data, losses, optim, training
from book_code.autodiff import Tensor
from book_code.data import Split, toy
from book_code.training import Epoch, History


@pytest.fixture(scope="module")
def iris():
    return data.load("iris")


def start(seed=0, lr=0.05, **overrides):
    """Return a small model, its optimizer and the generator of its run."""
    rng = np.random.default_rng(seed)
    settings = {"in_features": 4, "classes": 3, **overrides}
    model = bc.build("mlp-tiny", rng=rng, **settings)
    return model, optim.Adam(model.parameters(), lr=lr), rng


def run(iris, epochs=5, *, parts=None, **more):
    model, optimizer, rng = parts or start()
    return training.fit(
        model, iris, optimizer=optimizer, epochs=epochs, batch_size=16, rng=rng, **more
    )


def test_it_learns(iris):
    parts = start()
    history = run(iris, 20, parts=parts)
    assert history.best.validation_accuracy > 0.9
    assert history.epochs[-1].train_loss < history.epochs[0].train_loss / 2
    assert [epoch.number for epoch in history] == list(range(1, 21))
    assert all(epoch.seconds > 0 for epoch in history)


def test_the_same_seed_gives_the_same_run(iris):
    first, second = run(iris), run(iris)
    assert first.column("train_loss") == second.column("train_loss")
    assert first.column("validation_accuracy") == second.column("validation_accuracy")


def test_train_loss_is_the_mean_over_the_examples():
    split = Split(np.zeros((10, 4), np.float32), np.resize(np.arange(3), 10).astype(np.int64))
    model, _, rng = start()
    frozen = optim.SGD(model.parameters(), lr=0.0)
    history = training.fit(model, split, optimizer=frozen, epochs=1, batch_size=4, rng=rng)
    whole = losses.cross_entropy(model(split.x), split.y).item()
    assert history.epochs[0].train_loss == pytest.approx(whole, rel=1e-6)


def test_every_example_is_seen_once_an_epoch():
    seen = []

    def look(x, rng):
        seen.append(x[:, 0].copy())
        return x

    split = Split(np.arange(40, dtype=np.float32).reshape(10, 4), np.zeros(10, np.int64))
    run(split, 2, augment=look)
    assert [len(x) for x in seen] == [10, 10]
    for epoch in seen:
        assert sorted(epoch.tolist()) == [4.0 * i for i in range(10)]
    assert seen[0].tolist() != seen[1].tolist()


def test_without_validation_the_lowest_training_loss_is_the_best(iris):
    history = run(iris.train, 4)
    assert all(math.isnan(epoch.validation_loss) for epoch in history)
    assert history.best.train_loss == min(history.column("train_loss"))


def test_the_best_weights_are_those_of_the_best_epoch(iris):
    parts = start(lr=0.3)
    snapshots = []
    history = run(
        iris, 8, parts=parts, callbacks=[lambda m, h: snapshots.append(m.state_dict())]
    )
    best = snapshots[history.best.number - 1]
    for name, value in history.best_weights.items():
        assert np.array_equal(value, best[name])
    parts[0].load_state_dict(history.best_weights)
    loss, accuracy = training.evaluate(parts[0], *iris.validation)
    assert (loss, accuracy) == (history.best.validation_loss, history.best.validation_accuracy)


def test_accuracy_decides_then_loss():
    history = History()
    for number, (loss, accuracy) in enumerate([(0.5, 0.9), (0.4, 0.9), (0.1, 0.8)], start=1):
        history.add(Epoch(number, 1.0, loss, accuracy), {})
    assert history.best.number == 2


def test_there_is_no_best_epoch_before_the_first():
    with pytest.raises(ValueError, match="no epoch has been run yet"):
        _ = History().best


def test_a_history_is_a_table(iris):
    history = run(iris, 2)
    table = history._repr_table_()
    assert table["columns"][:2] == ["epoch", "train loss"]
    assert len(table["rows"]) == len(history) == 2
    assert repr(history).count("best") == 1


def test_a_callback_ends_the_run_and_all_are_called(iris):
    calls = []
    callbacks = [lambda m, h: len(h) == 3, lambda m, h: calls.append(len(h))]
    assert len(run(iris, 10, callbacks=callbacks)) == 3
    assert calls == [1, 2, 3]


def test_early_stopping(iris):
    parts = start(lr=0.0)
    history = run(iris, 50, parts=parts, callbacks=[training.early_stopping(patience=3)])
    assert len(history) == history.best.number + 3
    with pytest.raises(ValueError, match="patience must be at least 1"):
        training.early_stopping(0)


def test_progress_prints_one_line_an_epoch(iris, capsys):
    run(iris, 2, callbacks=[training.progress])
    lines = capsys.readouterr().out.splitlines()
    assert [line[:9] for line in lines] == ["epoch  1:", "epoch  2:"]
    run(iris.train, 1, callbacks=[training.progress])
    assert "validation" not in capsys.readouterr().out


def test_dropout_is_on_in_training_and_off_in_validation(iris):
    parts = start(dropout=0.5)
    history = run(iris, 3, parts=parts)
    loss, _ = training.evaluate(parts[0], *iris.validation)
    assert loss == history.epochs[-1].validation_loss
    assert parts[0].training


def test_signs_are_labels_too():
    rng = np.random.default_rng(0)
    model = bc.build("perceptron", rng=rng)
    x, y = toy.blobs(100, margin=0.3, rng=rng)
    split = Split(x, y)
    optimizer = optim.SGD(model.parameters(), lr=0.3)
    training.fit(
        model,
        split,
        loss=losses.hinge,
        optimizer=optimizer,
        epochs=30,
        batch_size=1,
        rng=rng,
    )
    assert training.evaluate(model, x, y, losses.hinge)[1] == 1.0
    assert training.predicted(model.decision(x)).tolist() == model.predict(x).tolist()


def test_evaluate_does_not_depend_on_the_batch_size(iris):
    model, _, _ = start()
    small = training.evaluate(model, *iris.train, batch_size=7)
    large = training.evaluate(model, *iris.train, batch_size=1000)
    assert small == pytest.approx(large, rel=1e-6)


@pytest.mark.parametrize(
    ("wrong", "kind", "message"),
    [
        ({"epochs": 0}, ValueError, "epochs must be an integer of at least 1; got 0"),
        ({"epochs": 1.5}, ValueError, "epochs must be an integer"),
        ({"batch_size": 0}, ValueError, "batch_size must be an integer of at least 1; got 0"),
        (
            {"rng": None},
            TypeError,
            r"training needs rng=np\.random\.default_rng\(seed\); got None",
        ),
        ({"optimizer": "adam"}, TypeError, "optimizer must be one of book_code.optim.*'adam'"),
        (
            {"optimizer": optim.SGD([Tensor([1.0], requires_grad=True)], lr=0.1)},
            ValueError,
            "holds no parameter of this model, which would stay as it is",
        ),
        ({"data": "iris"}, TypeError, "data must be a Dataset, a Split or a pair"),
        ({"data": (np.zeros((3, 4)), np.zeros(2))}, ValueError, "3 inputs and 2 labels"),
        ({"data": (np.zeros((0, 4)), np.zeros(0))}, ValueError, "the split is empty"),
    ],
)
def test_what_cannot_begin_is_refused(iris, wrong, kind, message):
    model, optimizer, rng = start()
    right = {"data": iris, "optimizer": optimizer, "epochs": 1, "batch_size": 8, "rng": rng}
    settings = {**right, **wrong}
    with pytest.raises(kind, match=message):
        training.fit(model, settings.pop("data"), **settings)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_stops_the_run_at_once(iris, value):
    x = iris.train.x.copy()
    x[37] = value
    with (
        np.errstate(all="ignore"),
        pytest.raises(
            FloatingPointError, match=r"loss became nan at epoch 1, step \d+; a smaller"
        ),
    ):
        run(Split(x, iris.train.y), 3)


def test_evaluate_wants_one_label_an_input():
    model, _, _ = start()
    with pytest.raises(
        ValueError, match="evaluate needs one label for each input; got 3 and 2"
    ):
        training.evaluate(model, np.zeros((3, 4), np.float32), np.zeros(2, np.int64))
