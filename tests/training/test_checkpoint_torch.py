"""A run in PyTorch that is stopped and continued is the run that was never stopped."""

import numpy as np
import pytest
import torch

import book_code as bc
from book_code import data
from book_code.optim.torch_lion import Lion
from book_code.training.torch_checkpoint import checkpoint, load_checkpoint, save_checkpoint
from book_code.training.torch_loop import fit_torch

pytestmark = [pytest.mark.torch, pytest.mark.native]

KINDS = {
    "Adam": (torch.optim.Adam, {}),
    "SGD": (torch.optim.SGD, {"momentum": 0.9}),
    "Lion": (Lion, {}),
}


@pytest.fixture(scope="module")
def iris():
    return data.load("iris")


def start(kind="Adam", scheduled=False):
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    model = bc.build("mlp-tiny", "torch", rng=rng, in_features=4, classes=3, dropout=0.2)
    make, settings = KINDS[kind]
    optimizer = make(model.parameters(), lr=0.05, **settings)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5) if scheduled else None
    return model, optimizer, rng, scheduler


def go_on(parts, iris, epochs, callbacks=(), **more):
    model, optimizer, rng, scheduler = parts
    if scheduler is not None:
        callbacks = [lambda model, history: scheduler.step(), *callbacks]
    return fit_torch(
        model, iris, optimizer=optimizer, epochs=epochs, batch_size=16, rng=rng,
        callbacks=callbacks, **more,
    )  # fmt: skip


@pytest.mark.parametrize("scheduled", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_stopped_run_goes_on_as_if_nothing_had_happened(iris, tmp_path, kind, scheduled):
    whole_parts = start(kind, scheduled)
    whole = go_on(whole_parts, iris, 6)

    path = tmp_path / "folder" / "run.pt"
    parts = start(kind, scheduled)
    go_on(parts, iris, 3, [checkpoint(path, *parts[1:])])
    parts = start(kind, scheduled)  # another day
    torch.manual_seed(99)
    history = load_checkpoint(path, *parts)
    assert len(history) == 3
    history = go_on(parts, iris, 6, history=history)

    assert history.column("train_loss") == whole.column("train_loss")
    assert history.best.number == whole.best.number
    assert parts[1].param_groups[0]["lr"] == whole_parts[1].param_groups[0]["lr"]
    for name, value in whole_parts[0].state_dict().items():
        torch.testing.assert_close(parts[0].state_dict()[name], value, rtol=0, atol=0)
        np.testing.assert_array_equal(history.best_weights[name], whole.best_weights[name])
    assert [p.name for p in path.parent.iterdir()] == ["run.pt"]


def test_the_wrong_checkpoint_is_named(iris, tmp_path):
    path = tmp_path / "c.pt"
    model, optimizer, rng, _ = parts = start()
    history = go_on(parts, iris, 1)
    save_checkpoint(path, model, optimizer, history, rng)

    with pytest.raises(ValueError, match=r"c\.pt was written with Adam; the optimizer is SGD"):
        load_checkpoint(path, *start("SGD"))
    with pytest.raises(ValueError, match=r"c\.pt was written with no scheduler"):
        load_checkpoint(path, *start(scheduled=True))
    other = bc.build("mlp-tiny", "torch", rng=rng)
    with pytest.raises(ValueError, match=r"c\.pt does not fit MLP"):
        load_checkpoint(path, other, torch.optim.Adam(other.parameters()), rng)

    torch.save(model.state_dict(), path)
    with pytest.raises(ValueError, match="is a file of weights, not a checkpoint"):
        load_checkpoint(path, *parts)
    path.write_bytes(b"nothing")
    with pytest.raises(ValueError, match=r"c\.pt is not a file of tensors"):
        load_checkpoint(path, *parts)
    with pytest.raises(FileNotFoundError, match="there is no file"):
        load_checkpoint(tmp_path / "none.pt", *parts)


def test_a_file_that_would_run_code_is_refused(tmp_path):
    class Trap:
        def __reduce__(self):
            return (print, ("opened",))

    torch.save({"kind": Trap()}, tmp_path / "trap.pt")
    with pytest.raises(ValueError, match=r"trap\.pt is not a file of tensors"):
        load_checkpoint(tmp_path / "trap.pt", *start())
