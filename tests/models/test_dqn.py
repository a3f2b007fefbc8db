"""DQN: the paper's stages, what the targets are, and a memory that forgets the oldest."""

import numpy as np
import pytest

from book_code import optim
from book_code.environments import CartPole
from book_code.models import registry
from book_code.models.dqn import QNetwork, QNetworkConfig, ReplayBuffer
from book_code.models.dqn.learning import act, explored, interact
from book_code.models.dqn.numpy_model import learn, td_loss, td_targets


def test_stages_are_those_of_the_paper():
    """Nature 2015, methods, "Model architecture": 84 x 84 x 4, three convolutions, 512 units."""
    config = QNetworkConfig()
    assert config.map_sizes == [(84, 84), (20, 20), (9, 9), (7, 7)]
    assert config.sizes == (7 * 7 * 64, 512, 18)


def test_targets_by_hand():
    reward, ended = np.array([1.0, 2.0, 3.0]), np.array([False, True, False])
    following = np.array([[1.0, 5.0], [7.0, 7.0], [-4.0, -2.0]])
    assert td_targets(reward, ended, following, 0.9).tolist() == [5.5, 2.0, 1.2]
    choice = np.array(
        [[2.0, 1.0], [0.0, 0.0], [3.0, 4.0]]
    )  # one network chooses, the other judges
    assert td_targets(reward, ended, following, 0.9, choice).tolist() == [1.9, 2.0, 1.2]


def test_double_learning_does_not_overestimate_noise():
    """arXiv:1509.06461, section 3: the largest of noisy zeros is above 0; judged by other noise it is not."""
    rng = np.random.default_rng(0)
    noise, other = rng.normal(size=(2, 4000, 8))
    zeros, never = np.zeros(4000), np.zeros(4000, bool)
    assert td_targets(zeros, never, noise, 1.0).mean() == pytest.approx(1.42, abs=0.05)
    assert abs(td_targets(zeros, never, noise, 1.0, other).mean()) < 0.05


def test_the_loss_looks_at_the_action_that_was_taken():
    net = registry.build("dqn-tiny", rng=np.random.default_rng(0))
    x, action = np.ones((3, 2, 6, 6), np.float32), np.array([2, 0, 1])
    values = net(x).numpy()[np.arange(3), action]
    error = np.array([0.5, -3.0, 0.0])  # Huber: half a square, and a line beyond 1
    assert td_loss(net, x, action, values - error).item() == pytest.approx(
        (0.125 + 2.5 + 0) / 3, abs=1e-5
    )


@pytest.mark.parametrize("shape", [(2, 6, 6), (1, 6, 6, 2), (1, 72)])
def test_other_observations_are_refused(shape):
    net = registry.build("dqn-tiny", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"expected observations of shape \(N, 2, 6, 6\)"):
        net(np.zeros(shape, np.float32))
    with pytest.raises(TypeError, match="divide pixels by 255"):
        net(np.zeros((1, 2, 6, 6), np.uint8))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kernels": (8, 4)}, "one kernel and one stride for each convolution"),
        ({"observation": (4,)}, r"must be \(C, H, W\) with convolutions"),
        ({"observation": (4, 30, 84)}, "too small"),
    ],
)
def test_configurations_that_cannot_work(fields, message):
    with pytest.raises(ValueError, match=message):
        QNetworkConfig(**fields)


def filled(count, capacity=5):
    memory = ReplayBuffer(capacity, (2,))
    for i in range(count):
        memory.add([i, -i], i % 3, 10.0 * i, [i + 1, -i - 1], i % 2 == 1)
    return memory


def test_memory_keeps_what_belongs_together():
    batch = filled(7).sample(5, rng=np.random.default_rng(0))
    i = batch.observation[:, 0]
    assert sorted(i) == [2, 3, 4, 5, 6]
    assert np.array_equal(batch.action, i % 3)
    assert np.array_equal(batch.reward, 10 * i)
    assert np.array_equal(batch.following, np.stack([i + 1, -i - 1], axis=1))
    assert np.array_equal(batch.ended, i % 2 == 1)


def test_memory_gives_every_step_as_often():
    memory, rng = filled(5), np.random.default_rng(0)
    drawn = np.concatenate([memory.sample(2, rng=rng).observation[:, 0] for _ in range(2000)])
    assert np.bincount(drawn.astype(int)) == pytest.approx([800] * 5, rel=0.1)


def test_memory_refuses_what_it_cannot_do():
    with pytest.raises(ValueError, match="holds 3 steps and cannot give 4"):
        filled(3).sample(4, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"observations of shape \(2,\), got \(3,\)"):
        filled(3).add([1, 2, 3], 0, 0.0, [1, 2, 3], False)
    with pytest.raises(ValueError, match="at least 1"):
        ReplayBuffer(0, (2,))


def test_exploration_is_as_often_as_asked():
    rng, values = np.random.default_rng(0), np.array([0.0, 0.0, 1.0, 0.0])
    taken = np.bincount([act(values, 0.4, rng=rng) for _ in range(5000)], minlength=4)
    assert taken / 5000 == pytest.approx([0.1, 0.1, 0.7, 0.1], abs=0.02)
    assert explored(0, 1.0, 0.1, 9) == 1.0
    assert explored(100, 1.0, 0.1, 9) == pytest.approx(0.1)


class Clock:
    """A world that counts its steps, is cut at the third, and asks for nothing."""

    observation_shape, actions = (1,), 2

    def reset(self, *, rng):
        self.time = 0.0
        return np.array([self.time])

    def step(self, action):
        self.time += 1
        return np.array([self.time]), 2.0, False, self.time == 3


def test_what_is_cut_off_has_not_ended():
    seen = []
    settings = {"batch_size": 4, "begin": 4, "memory": 8, "rng": np.random.default_rng(0)}
    returns = interact(lambda o: np.zeros(2), seen.append, list, Clock(), steps=10, **settings)
    assert returns == [6.0, 6.0, 6.0]
    assert len(seen) == 7
    assert not any(batch.ended.any() for batch in seen)
    for batch in seen:
        assert np.array_equal(batch.following, batch.observation + 1)


def test_it_stops_when_it_is_good_enough_and_refuses_to_learn_from_too_little():
    settings = {"batch_size": 4, "begin": 4, "memory": 8, "rng": np.random.default_rng(0)}
    returns = interact(
        lambda o: np.zeros(2),
        lambda batch: None,
        list,
        Clock(),
        steps=1000,
        until=6,
        **settings,
    )
    assert len(returns) == 20
    with pytest.raises(ValueError, match="batch_size <= begin <= memory"):
        interact(
            lambda o: o, print, list, Clock(), steps=1, begin=3, rng=np.random.default_rng(0)
        )


class Fading(Clock):
    """A world in which the first dozen episodes are the best."""

    def reset(self, *, rng):
        self.episodes = getattr(self, "episodes", 0) + 1
        return super().reset(rng=rng)

    def step(self, action):
        observation, reward, ended, cut = super().step(action)
        return observation, reward if self.episodes <= 12 else 0.0, ended, cut


def test_what_went_best_is_kept():
    settings = {"batch_size": 4, "begin": 4, "memory": 8, "rng": np.random.default_rng(0)}
    seen, kept = [], []
    returns = interact(
        lambda o: np.zeros(2),
        seen.append,
        lambda: kept.append(len(seen)),
        Fading(),
        steps=60,
        **settings,
    )
    assert returns == [6.0] * 12 + [0.0] * 8
    assert kept == [3 * episode - 4 for episode in (10, 11, 12)]  # updates so far


def test_the_target_network_is_copied_only_now_and_then(monkeypatch):
    copies = []
    plain = QNetwork.load_state_dict
    monkeypatch.setattr(
        QNetwork, "load_state_dict", lambda self, state: (copies.append(1), plain(self, state))
    )
    net = registry.build("dqn-cartpole", rng=np.random.default_rng(0), hidden=(4,))
    copies.clear()
    settings = {"batch_size": 4, "begin": 10, "memory": 20, "rng": np.random.default_rng(0)}
    learn(
        net, CartPole(), optim.SGD(net.parameters(), 0.01), steps=39, copy_every=10, **settings
    )
    assert (
        len(copies) == 1 + 3
    )  # at the start, and with 30 updates; no ten episodes were to be kept


@pytest.mark.parametrize(
    "ended", [[False, True], [0, 1], np.array([0, 1]), np.array([0.0, 1.0])]
)
def test_an_end_may_be_told_by_numbers_too(ended: object) -> None:
    targets = td_targets(np.ones(2), ended, np.full((2, 2), 4.0), 0.5)
    assert targets.tolist() == [3.0, 1.0]


def test_exploration_can_be_at_its_end_from_the_start() -> None:
    assert explored(0, 1.0, 0.1, 0) == pytest.approx(0.1)
