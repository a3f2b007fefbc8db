"""Selective state spaces: the scan as a sum, what it forgets and keeps, one token at a time."""

import numpy as np
import pytest

from book_code import optim
from book_code.autodiff import Tensor
from book_code.losses import cross_entropy
from book_code.models import registry
from book_code.models.ssm import SelectiveSSMConfig
from book_code.models.ssm.numpy_model import SelectiveMixer, State, scan


def test_the_scan_is_the_sum_over_all_that_was_written():
    rng = np.random.default_rng(0)
    decay, written = rng.uniform(0.1, 0.9, size=(2, 2, 6, 3, 4))
    start = rng.normal(size=(2, 3, 4))
    states = scan(Tensor(decay), Tensor(written), Tensor(start)).data
    for t in range(6):
        wanted = decay[:, : t + 1].prod(axis=1) * start
        for s in range(t + 1):
            wanted = wanted + decay[:, s + 1 : t + 1].prod(axis=1) * written[:, s]
        np.testing.assert_allclose(states[:, t], wanted, rtol=1e-12)


def mixer_of(**fields):
    config = SelectiveSSMConfig(vocabulary=11, embed_dim=4, state_size=3, layers=1, **fields)
    return SelectiveMixer(config, rng=np.random.default_rng(0)).astype(np.float64)


def test_formula_of_the_paper_written_out():
    """Algorithm 2 with numbers: one text, one channel at a time."""
    mixer, rng = mixer_of(), np.random.default_rng(1)
    for p in mixer.parameters():
        p.data = p.data + 0.3 * rng.normal(size=p.shape)
    text = rng.normal(size=(5, 4))
    w = mixer.state_dict()
    x, z = np.split(text @ w["in_proj.weight"].T, 2, axis=1)
    padded = np.concatenate([np.zeros((3, 8)), x])
    x = np.stack([(padded[t : t + 4].T * w["conv1d.weight"][:, 0]).sum(1) for t in range(5)])
    x = silu(x + w["conv1d.bias"])
    made = x @ w["x_proj.weight"].T
    dt, b, c = made[:, :1], made[:, 1:4], made[:, 4:]
    dt = np.log1p(np.exp(dt @ w["dt_proj.weight"].T + w["dt_proj.bias"]))
    y = np.zeros((5, 8))
    for i in range(8):
        h = np.zeros(3)
        for t in range(5):
            h = np.exp(-np.exp(w["A_log"][i]) * dt[t, i]) * h + dt[t, i] * b[t] * x[t, i]
            y[t, i] = c[t] @ h + w["D"][i] * x[t, i]
    wanted = (y * silu(z)) @ w["out_proj.weight"].T
    np.testing.assert_allclose(mixer(Tensor(text[None])).data[0], wanted, rtol=1e-10)


def silu(x):
    return x / (1 + np.exp(-x))


def test_it_begins_as_s4d_real():
    mixer = mixer_of()
    np.testing.assert_allclose(np.exp(mixer.A_log.data), np.tile([1, 2, 3], (8, 1)), rtol=1e-6)
    steps = np.log1p(np.exp(mixer.dt_proj.bias.data))
    assert steps.min() >= 0.001
    assert steps.max() <= 0.1


def test_no_token_sees_what_follows():
    model = registry.build("ssm-tiny", rng=np.random.default_rng(0), layers=2)
    one = np.array([[3, 1, 4, 1, 5, 9]])
    other = np.array([[3, 1, 4, 2, 6, 8]])
    same = np.isclose(model(one).data, model(other).data, atol=1e-7).all(axis=2)[0]
    assert same.tolist() == [True, True, True, False, False, False]


@pytest.mark.parametrize("kernel", [1, 2, 4])
def test_one_token_at_a_time_is_all_at_once(kernel):
    model = registry.build(
        "ssm-tiny", rng=np.random.default_rng(0), layers=2, conv_kernel=kernel
    ).astype(np.float64)
    tokens = np.random.default_rng(1).integers(11, size=(2, 9))
    whole, states = model(tokens).data, [State(), State()]
    parts = [model(tokens[:, i:j], states).data for i, j in ((0, 1), (1, 2), (2, 7), (7, 9))]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, rtol=1e-12)


def test_generation_goes_on_with_a_state_of_fixed_size():
    model = registry.build("ssm-tiny", rng=np.random.default_rng(0))
    prompt = np.array([[3, 1, 4]])
    made = model.generate(prompt, 30, rng=np.random.default_rng(0), temperature=1e-6)
    assert made.shape == (1, 33)
    for t in range(3, 33):
        assert made[0, t] == model(made[:, :t]).data[0, -1].argmax()
    sizes = [[part.shape for part in model.step(made[:, :n], None)[1][0]] for n in (1, 5, 30)]
    assert sizes == [[(1, 3, 8), (1, 8, 3)]] * 3


def test_it_learns_which_token_to_keep():
    """Selective copying (section 4.1.1, with one token): it stands somewhere among blanks and is asked for at the end."""
    rng = np.random.default_rng(0)
    model = registry.build("ssm-tiny", rng=rng, vocabulary=6, embed_dim=16, state_size=4)
    optimizer = optim.Adam(model.parameters(), lr=0.01)

    def texts(n):
        wanted = rng.integers(4, size=n)
        tokens = np.full((n, 12), 4)
        tokens[np.arange(n), rng.integers(11, size=n)] = wanted
        tokens[:, -1] = 5
        return tokens, wanted

    for _ in range(150):
        tokens, wanted = texts(32)
        optimizer.zero_grad()
        cross_entropy(model(tokens)[:, -1], wanted).backward()
        optimizer.step()
    tokens, wanted = texts(200)
    assert (model(tokens).data[:, -1].argmax(axis=1) == wanted).mean() > 0.95


def test_bad_tokens_are_refused():
    model = registry.build("ssm-tiny", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="token 11 is not in the vocabulary"):
        model([[11]])
    with pytest.raises(ValueError, match=r"one sequence is tokens\[None\]"):
        model([1, 2])
    assert model(np.zeros((1, 200), int)).shape == (1, 200, 11)
