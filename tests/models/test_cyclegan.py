"""CycleGAN against the layers of the paper; its losses, its memory of pictures."""

import numpy as np
import pytest

from book_code import optim
from book_code.models import registry
from book_code.models.cyclegan import (
    CycleGANConfig,
    ImagePool,
    discriminator_loss,
    generator_loss,
    train_step,
)

from .common import batch, model


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_stages_of_the_generator(rng):
    net = registry.build("cyclegan", rng=rng, channels=2).g.model
    x, shapes = np.zeros((1, 3, 64, 64), np.float32), {}
    for i, layer in enumerate(net.layers):
        x = layer(x)
        shapes[i] = x.shape[1:]
    assert len(net) == 28
    assert shapes[0] == (3, 70, 70)
    assert {i: shapes[i] for i in (3, 6, 9, 18, 21, 24, 27)} == {
        3: (2, 64, 64), 6: (4, 32, 32), 9: (8, 16, 16), 18: (8, 16, 16), 21: (4, 32, 32),
        24: (2, 64, 64), 27: (3, 64, 64),
    }  # fmt: skip


def test_parameters_by_the_layers_of_the_paper():
    """c7s1-64, d128, d256, nine R256, u128, u64, c7s1-3; judges C64-C128-C256-C512; all with biases."""

    def conv(i, o, k):
        return o * (i * k * k + 1)

    maker = conv(3, 64, 7) + conv(64, 128, 3) + conv(128, 256, 3) + 18 * conv(256, 256, 3)
    maker += conv(256, 128, 3) + conv(128, 64, 3) + conv(64, 3, 7)
    assert maker == 11_378_179
    judge = conv(3, 64, 4) + conv(64, 128, 4) + conv(128, 256, 4) + conv(256, 512, 4)
    assert judge + conv(512, 1, 4) == 2_764_737


def test_the_names_are_those_of_the_authors(rng):
    names = {
        name for name, _ in registry.build("cyclegan", rng=rng, channels=1).named_parameters()
    }
    for part in (
        "g.model.1",
        "g.model.10.conv_block.1",
        "g.model.18.conv_block.5",
        "f.model.26",
    ):
        assert {f"{part}.weight", f"{part}.bias"} <= names
    assert {"d_x.model.0.weight", "d_y.model.11.bias"} <= names
    assert not [name for name in names if ".model.3." in name]  # a norm: nothing to learn


def test_a_block_adds_to_what_it_gets(rng):
    block = registry.build("cyclegan-tiny", rng=rng).g.model[10]
    x = rng.normal(size=(1, 8, 4, 4)).astype(np.float32)
    assert np.allclose(block(x).numpy(), x + block.conv_block(x).numpy())


def test_there_and_back_goes_through_both_generators():
    net, given = model("cyclegan-tiny"), batch("cyclegan-tiny", 3)
    made = net(given["x"], given["y"])
    assert np.array_equal(made.fake_y.numpy(), net.g(given["x"]).numpy())
    assert np.array_equal(made.back_x.numpy(), net.f(made.fake_y).numpy())
    assert np.array_equal(made.fake_x.numpy(), net.f(given["y"]).numpy())
    assert np.array_equal(made.back_y.numpy(), net.g(made.fake_x).numpy())


def test_the_losses_are_those_of_the_paper():
    net, given = model("cyclegan-tiny"), batch("cyclegan-tiny", 3)
    x, y, fake_x, fake_y = (given[key] for key in ("x", "y", "fake_x", "fake_y"))
    made = [part.numpy() for part in net(x, y)]
    judged = ((net.d_y(made[0]).numpy() - 1) ** 2).mean()
    judged += ((net.d_x(made[2]).numpy() - 1) ** 2).mean()
    cycle = np.abs(made[1] - x).mean() + np.abs(made[3] - y).mean()
    same = np.abs(net.g(y).numpy() - y).mean() + np.abs(net.f(x).numpy() - x).mean()
    expected = judged + 10 * cycle + 5 * same
    assert generator_loss(net, x, y).item() == pytest.approx(expected)
    parts = [
        ((judge(pictures).numpy() - answer) ** 2).mean()
        for judge, pictures, answer in [
            (net.d_x, x, 1), (net.d_x, fake_x, 0), (net.d_y, y, 1), (net.d_y, fake_y, 0),
        ]
    ]  # fmt: skip
    found = discriminator_loss(net, x, y, fake_x, fake_y).item()
    assert found == pytest.approx(sum(parts) / 2)


def test_a_step_moves_each_player_by_its_own_optimizer(rng):
    net, given = model("cyclegan-tiny", np.float32), batch("cyclegan-tiny", 2, np.float32)
    x, y = given["x"], given["y"]
    makers = [*net.g.parameters(), *net.f.parameters()]
    judges = [*net.d_x.parameters(), *net.d_y.parameters()]
    pools = [ImagePool(3, rng=rng), ImagePool(3, rng=rng)]
    start, made = net.state_dict(), net(x, y)
    expected = (
        generator_loss(net, x, y).item(),
        discriminator_loss(net, x, y, made.fake_x.numpy(), made.fake_y.numpy()).item(),
    )
    still, moving = optim.SGD(makers, lr=0.0), optim.SGD(judges, lr=0.1)
    assert train_step(net, x, y, (still, moving), pools) == pytest.approx(expected)
    moved = {k for k, v in net.state_dict().items() if not np.array_equal(v, start[k])}
    assert {name.split(".")[0] for name in moved} == {"d_x", "d_y"}
    assert [len(pool.pictures) for pool in pools] == [2, 2]
    assert np.array_equal(pools[0].pictures[0], made.fake_x.numpy()[0])


def test_a_pool_mixes_earlier_pictures_in(rng):
    pool = ImagePool(50, rng=rng)
    assert pool.swap(range(50)) == list(range(50))
    out = pool.swap(range(50, 1050))
    new = sum(one == other for one, other in zip(out, range(50, 1050), strict=True))
    assert 440 < new < 560
    assert len(pool.pictures) == 50
    assert sorted([*out, *pool.pictures]) == list(
        range(1050)
    )  # each once: nothing lost or doubled
    assert ImagePool(0, rng=rng).swap([1, 2]) == [1, 2]
    with pytest.raises(ValueError, match="a size from 0 on, got -1"):
        ImagePool(-1, rng=rng)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"image_size": 10}, "multiple of 4"),
        ({"image_size": 4}, "at least 8"),
        ({"x_channels": 3}, "needs identity=0"),
        ({"layers": 3}, "fewer than 1 judgement"),
    ],
)
def test_what_cannot_work_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        registry.config("cyclegan-tiny", **fields)


def test_pictures_that_do_not_fit_are_refused(rng):
    net = registry.build("cyclegan-tiny", rng=rng, x_channels=2, identity=0.0)
    y = np.zeros((1, 1, 8, 8), np.float32)
    with pytest.raises(
        ValueError, match=r"expected pictures of shape \(N, 2, 8, 8\), got \(1, 1"
    ):
        net(y, y)
    assert CycleGANConfig.tiny().output_shape == (1, 8, 8)
