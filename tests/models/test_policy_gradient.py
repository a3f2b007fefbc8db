"""Policy gradients: returns by hand, the exact gradient by enumeration, refusals."""

import itertools

import numpy as np
import pytest

from book_code.autodiff import Tensor, functional, grad
from book_code.environments import CartPole, GridWorld
from book_code.models import registry
from book_code.models.policy_gradient.episodes import (
    Episode,
    advantages,
    judged,
    play,
    returns_to_go,
)
from book_code.models.policy_gradient.numpy_model import actor_critic_loss, policy_loss


def test_returns_by_hand():
    assert returns_to_go([1.0, 2.0, 3.0], 0.5).tolist() == [2.75, 3.5, 3.0]
    assert returns_to_go([1.0, 2.0], 0.5, last=8.0).tolist() == [4.0, 6.0]


def test_advantages_go_from_one_step_to_the_whole_return():
    rng = np.random.default_rng(0)
    rewards, values = rng.normal(size=6), rng.normal(size=7)
    whole = returns_to_go(rewards, 0.9, last=values[-1]) - values[:-1]
    np.testing.assert_allclose(advantages(rewards, values, 0.9, 1.0), whole)
    one = rewards + 0.9 * values[1:] - values[:-1]
    np.testing.assert_allclose(advantages(rewards, values, 0.9, 0.0), one)
    # between them: the mixture of n-step advantages with weights (1 - λ) λ^(n-1)
    share, mixed = 0.7, 0.0
    for n in range(1, 6):
        ahead = rewards[:n] @ 0.9 ** np.arange(n) + 0.9**n * values[n] - values[0]
        mixed += (1 - share) * share ** (n - 1) * ahead
    mixed += share**5 * whole[0]
    assert advantages(rewards, values, 0.9, share)[0] == pytest.approx(mixed)


def test_what_follows_a_cut_is_the_critics_word_and_nothing_follows_an_end():
    observations, actions, rewards = np.zeros((3, 1)), np.array([0, 1]), np.array([1.0, 1.0])
    settings = {"discount": 0.5, "smoothing": 1.0, "standardized": False}
    for ended, returns in ((True, [1.5, 1.0]), (False, [2.5, 3.0])):
        episode = Episode(observations, actions, rewards, ended)
        steps = judged([episode], lambda x: np.full(len(x), 4.0), **settings)
        assert steps.returns.tolist() == returns
        assert steps.advantages.tolist() == [value - 4 for value in returns]


def test_advantages_are_standardized_over_all_episodes():
    rng = np.random.default_rng(0)
    net = registry.build("policy-gradient-cartpole", rng=rng)
    played = [play(lambda o: np.zeros(2), CartPole(), rng=rng) for _ in range(3)]
    settings = {"discount": 0.9, "smoothing": 0.9, "standardized": True}
    steps = judged(played, lambda x: net(x).value.numpy(), **settings)
    assert len(steps.observations) == sum(len(episode.rewards) for episode in played)
    assert steps.advantages.mean() == pytest.approx(0, abs=1e-6)
    assert steps.advantages.std() == pytest.approx(1, abs=1e-6)


def test_actions_are_as_likely_as_the_policy_says():
    world, rng = GridWorld("S.......G", limit=1), np.random.default_rng(0)
    logits = np.log([0.1, 0.2, 0.3, 0.4])
    taken = [play(lambda o: logits, world, rng=rng).actions[0] for _ in range(4000)]
    assert np.bincount(taken, minlength=4) / 4000 == pytest.approx(
        [0.1, 0.2, 0.3, 0.4], abs=0.02
    )


@pytest.mark.parametrize("baseline", [False, True])
def test_the_expected_gradient_is_that_of_the_expected_return(baseline):
    """Over all 4³ ways to act in three steps: E[Σ (G_t - b(s_t)) ∇ ln π] = ∇ E[return], with any baseline."""
    world, rng = GridWorld("S.G", limit=3), np.random.default_rng(0)
    table = Tensor(rng.normal(size=(3, 4)), requires_grad=True)
    b = rng.normal(size=4) if baseline else np.zeros(4)
    expected, estimate, seen = 0.0, np.zeros((3, 4)), set()
    for ways in itertools.product(range(4), repeat=3):
        episode = scripted(world, ways)
        if tuple(episode.actions) in seen:
            continue
        seen.add(tuple(episode.actions))
        places, steps = episode.observations[:-1].argmax(axis=1), len(episode.actions)
        logits = table[places]
        p = functional.exp(
            functional.log_softmax(logits)[np.arange(steps), episode.actions].sum()
        )
        expected = expected + p * episode.rewards.sum()
        better = returns_to_go(episode.rewards, 1.0) - b[places]
        loss = policy_loss(logits, episode.actions, better) * steps
        estimate -= p.item() * grad(loss, table)[0].numpy()
    np.testing.assert_allclose(estimate, grad(expected, table)[0].numpy(), atol=1e-12)
    assert np.abs(estimate).max() > 0.01


def scripted(world, ways):
    actions = iter(ways)
    return play(lambda o: 1e9 * np.eye(4)[next(actions)], world, rng=np.random.default_rng(0))


def test_entropy_is_rewarded():
    sure, unsure = Tensor([[5.0, 0.0, 0.0]]), Tensor([[0.0, 0.0, 0.0]])
    assert policy_loss(unsure, [0], [0.0], entropy=0.5).item() == pytest.approx(
        -0.5 * np.log(3)
    )
    assert policy_loss(sure, [0], [0.0], 0.5).item() > -0.05


def test_the_critic_does_not_move_the_policy():
    net = registry.build("policy-gradient-tiny", rng=np.random.default_rng(0))
    x, actions = np.ones((4, 3), np.float32), np.array([0, 1, 2, 0])
    actor_critic_loss(net, x, actions, np.zeros(4), np.full(4, 9.0)).backward()
    assert all(not layer.weight.grad.numpy().any() for layer in net.policy)
    assert net.critic[-1].bias.grad.item() < -1


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="one value more than rewards, got 2 and 2"):
        advantages([1.0, 2.0], [0.0, 0.0], 1.0, 1.0)
    net = registry.build("policy-gradient-tiny", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"inputs of shape \(N, 3\), got \(2, 4\)"):
        net(np.zeros((2, 4), np.float32))


def test_steps_that_do_not_fit_are_refused_where_they_would_broadcast() -> None:
    logits = Tensor(np.zeros((3, 2)))
    for taken, better in (
        ([0, 1, 0], np.ones((3, 1))),
        ([0], np.ones(3)),
        ([0, 1, 0], [1.0]),
    ):
        with pytest.raises(ValueError, match="3 actions and 3 advantages"):
            policy_loss(logits, taken, better)
