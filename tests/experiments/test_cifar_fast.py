"""The fast recipe for CIFAR-10: each of its pieces does what it says."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from book_code.data import cifar10  # noqa: E402
from book_code.experiments import _cifar_fast as fast  # noqa: E402
from book_code.experiments import _cifar_fast_report as runs  # noqa: E402
from book_code.optim import muon as numpy_muon  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.native]

CONFIG = replace(fast.Training().quick(), widths=(24, 24, 32))


@pytest.fixture(scope="module")
def pictures():
    read = cifar10.read(cifar10.TEST)
    x = torch.from_numpy(read.x[:600]).float() / 255
    return (x - x.mean((0, 2, 3), keepdim=True)) / x.std((0, 2, 3), keepdim=True)


@pytest.fixture(scope="module")
def net(pictures):
    torch.manual_seed(0)
    found = fast.Net(CONFIG.widths)
    found.begin(pictures)
    return found


def test_a_chapter_can_show_it():
    assert len(Path(fast.__file__).read_text("utf-8").splitlines()) <= 250


def test_what_leaves_the_first_layer_is_white(net, pictures):
    with torch.no_grad():
        maps = torch.nn.functional.conv2d(pictures, net.whiten.weight)
    rows = maps.permute(0, 2, 3, 1).reshape(-1, 24)
    assert torch.equal(rows[:, 12:], -rows[:, :12])
    moments = rows[:, :12].T @ rows[:, :12] / len(rows)
    assert torch.allclose(moments - torch.diag(moments.diag()), torch.zeros(12, 12), atol=1e-3)
    strong = moments.diag()[6:]  # the weak directions are held back by eps
    assert strong.numpy() == pytest.approx(1, abs=0.01)


def test_a_group_begins_as_the_identity(net):
    x = torch.randn(2, 24, 6, 6)
    with torch.no_grad():
        assert torch.allclose(net.groups[0].conv1(x), x, atol=1e-6)
        assert torch.allclose(net.groups[2].conv1(x)[:, :24], x, atol=1e-6)


def test_the_bias_of_the_first_layer_learns_only_when_told(net, pictures):
    for learns in (True, False):
        net.zero_grad(set_to_none=True)
        net(pictures[:8], learns).sum().backward()
        assert (net.whiten.bias.grad is not None) == learns
        assert net.whiten.weight.grad is None
        assert net.groups[0].norm1.weight.grad is None
    net.zero_grad(set_to_none=True)


def test_the_network_can_be_compiled_whole(net, pictures):
    """As on a GPU, without the compiler that needs one."""
    whole = torch.compile(net, backend="eager", fullgraph=True)
    net.eval()
    with torch.no_grad():
        assert torch.equal(whole(pictures[:8], True), net(pictures[:8]))


@pytest.mark.parametrize("shape", [(6, 9), (9, 6)])
def test_orthogonal_steps_are_those_of_the_numpy_version(shape):
    matrix = np.random.default_rng(0).standard_normal(shape)
    ours = fast.orthogonalize(torch.from_numpy(matrix), 3).numpy()
    assert ours == pytest.approx(numpy_muon.orthogonalize(matrix, 3), abs=1e-7)


def test_muon_keeps_the_length_and_looks_ahead():
    torch.manual_seed(0)
    weight = torch.nn.Parameter(torch.randn(4, 2, 3, 3, dtype=torch.float64))
    muon = fast.Muon([weight], CONFIG, fast.orthogonalize)
    first, second = torch.randn(2, *weight.shape, dtype=torch.float64)
    weight.grad = first.clone()
    muon.step(0.0)
    assert weight.norm().item() == pytest.approx(2)  # the root of 4 filters
    before = weight.detach().clone()
    weight.grad = second.clone()
    muon.step(0.1)
    beta = CONFIG.filter_momentum
    direction = second + beta * (beta * first + second)
    step = numpy_muon.orthogonalize(direction.reshape(4, 18).numpy(), CONFIG.rounds)
    moved = (before - weight).detach().reshape(4, 18).numpy() / 0.1
    assert moved == pytest.approx(step, rel=1e-6)


def numbered(n=12, side=8):
    """Pictures that tell themselves apart, and so do their columns."""
    torch.manual_seed(1)
    return torch.rand(n, 3, side, side), torch.arange(n)


def test_every_other_epoch_is_the_mirror_of_the_one_before():
    x, y = numbered()
    config = replace(CONFIG, batch_size=5, epochs=3, most_pixels=0)
    parts = list(fast.minibatches(config, x, y))
    assert [len(part) for _, part in parts] == [5] * 6, "what is left of an epoch is left out"
    seen = [{}, {}, {}]
    for place, (pictures, labels) in enumerate(parts):
        for one, label in zip(pictures, labels.tolist(), strict=True):
            assert label not in seen[place // 2], "twice in an epoch"
            seen[place // 2][label] = one
            assert torch.equal(one, x[label]) or torch.equal(one, x[label].flip(2))
    for before, after in itertools.pairwise(seen):
        for label in before.keys() & after.keys():
            assert torch.equal(before[label], after[label].flip(2))
    ways = {torch.equal(one, x[label]) for label, one in seen[0].items()}
    assert ways == {True, False}, "in the first epoch some are mirrored, some are not"


def test_pictures_are_moved_by_up_to_two_pixels():
    x, y = numbered(n=60)
    padded = torch.nn.functional.pad(x, (2,) * 4, "reflect")
    found = set()
    for pictures, labels in fast.minibatches(replace(CONFIG, batch_size=60), x, y):
        for one, label in zip(pictures, labels.tolist(), strict=True):
            places = [
                (i, j, turned)
                for i in range(5)
                for j in range(5)
                for turned in (False, True)
                if torch.equal(one.flip(2) if turned else one, padded[label, :, i : i + 8, j : j + 8])
            ]  # fmt: skip
            assert len(places) == 1
            found.add(places[0][:2])
    assert len(found) > 15


def test_six_looks_have_weights_that_sum_to_one():
    """A `network` that answers with two pixels shows which looks count how much."""
    x = torch.arange(2 * 3 * 64.0).reshape(2, 3, 8, 8)
    asked = fast.look(torch.nn.Identity(), lambda view: view[:, :1, 3, 2], x)
    there, back = x[:, :1, 3, 2], x[:, :1, 3, 5]  # mirrored, column 2 is column 5
    up_left = x[:, :1, 2, 1] + x[:, :1, 2, 4]
    down_right = x[:, :1, 4, 3] + x[:, :1, 4, 6]
    assert torch.allclose(asked, (there + back) / 4 + (up_left + down_right) / 8)


def test_it_learns_and_a_seed_gives_the_same_again():
    config = replace(CONFIG, train_size=800, batch_size=40)
    train, test, _ = fast.read(config, "cpu")
    tools = runs.make(config, "cpu")
    first, again = (runs.one_run(config, tools, train, test, 0, "cpu") for _ in range(2))
    assert first.losses == again.losses
    assert first.accuracy == again.accuracy
    assert len(first.losses) == 20
    assert np.mean(first.losses[-5:]) < first.losses[0] - 0.1
