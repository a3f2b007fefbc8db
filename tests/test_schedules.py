import inspect

import numpy as np
import pytest

from book_code import schedules
from book_code.autodiff import Tensor
from book_code.optim import SGD

SETTINGS = {
    "constant": {},
    "step_decay": {"every": 3},
    "exponential": {"factor": 0.9},
    "cosine": {"total": 10},
    "linear": {"total": 10},
    "linear_warmup": {"warmup": 4},
    "warmup_cosine": {"warmup": 4, "total": 10},
    "warmup_linear": {"warmup": 4, "total": 10},
    "inverse_square_root": {"warmup": 4},
    "one_cycle": {"total": 10},
}


def rates(name, lr=1.0, steps=20):
    return np.array([getattr(schedules, name)(t, lr, **SETTINGS[name]) for t in range(steps)])


def test_every_schedule_is_in_the_table():
    functions = inspect.getmembers(schedules, inspect.isfunction)
    assert {n for n, _ in functions if not n.startswith("_")} == set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_lr_is_the_highest_rate_and_everything_is_in_proportion(name):
    found = rates(name)
    assert found.max() == pytest.approx(1)
    assert found.min() >= 0
    np.testing.assert_allclose(rates(name, 0.03), 0.03 * found, rtol=1e-12)


@pytest.mark.parametrize("name", SETTINGS)
def test_past_the_last_step_nothing_rises_again(name):
    assert (np.diff(rates(name, steps=100)[10:]) <= 1e-12).all()


def test_a_lowest_rate_is_where_it_ends():
    for name in ("cosine", "linear", "warmup_cosine", "warmup_linear"):
        function = getattr(schedules, name)
        assert function(50, 1.0, **SETTINGS[name], lowest=0.1) == pytest.approx(0.1)
        assert function(9, 1.0, **SETTINGS[name], lowest=0.1) > 0.1
    assert schedules.linear_warmup(0, 1.0, 4, start=0.2) == 0.2


def test_the_transformers_rate_is_equation_3():
    d_model, warmup = 512, 4000
    for n in (1, 100, 4000, 4001, 100_000):
        expected = d_model**-0.5 * min(n**-0.5, n * warmup**-1.5)
        found = schedules.inverse_square_root(n - 1, 1.0, warmup, d_model)
        assert found == pytest.approx(expected, rel=1e-12)


def test_a_schedule_sets_the_rate_and_goes_on_after_a_stop():
    optimizer = SGD([Tensor([0.0], requires_grad=True)], 0.5)
    schedule = schedules.Schedule(optimizer, schedules.warmup_cosine, warmup=2, total=6)
    seen = []
    for _ in range(4):
        seen.append(optimizer.lr)
        schedule.step()
    assert seen == [schedules.warmup_cosine(t, 0.5, 2, 6) for t in range(4)]
    other = SGD([Tensor([0.0], requires_grad=True)], 7.0)
    twin = schedules.Schedule(other, schedules.warmup_cosine, warmup=2, total=6)
    twin.load_state_dict(schedule.state_dict())
    assert other.lr == optimizer.lr == schedules.warmup_cosine(4, 0.5, 2, 6)


BAD = [
    (lambda: schedules.constant(-1, 1.0), "steps count from 0, got -1"),
    (lambda: schedules.cosine(0, -1.0, 10), "must not be negative, got -1.0"),
    (lambda: schedules.cosine(0, 1.0, 0), "total must be above 0, got 0"),
    (lambda: schedules.step_decay(0, 1.0, 0), "every must be above 0"),
    (lambda: schedules.exponential(0, 1.0, -0.5), "factor must be above 0, got -0.5"),
    (lambda: schedules.linear_warmup(0, 1.0, 0), "warmup must be above 0"),
    (lambda: schedules.inverse_square_root(0, 1.0, 10, 0), "width must be above 0"),
    (lambda: schedules.warmup_cosine(0, 1.0, 10, 10), "below total, got 10 of 10"),
    (lambda: schedules.warmup_linear(0, 1.0, 0, 10), "above 0 and below total, got 0 of 10"),
    (lambda: schedules.one_cycle(0, 1.0, 10, warmup=3), "a share of the steps .* got 3"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[b[1] for b in BAD])
def test_what_does_not_fit_is_explained(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("cosine", "lowest"),
        ("linear", "lowest"),
        ("warmup_cosine", "lowest"),
        ("warmup_linear", "lowest"),
        ("linear_warmup", "start"),
        ("one_cycle", "start"),
        ("one_cycle", "end"),
    ],
)
@pytest.mark.parametrize("rate", [-0.5, 1.5, np.nan])
def test_no_rate_is_below_0_or_above_the_highest(name, setting, rate):
    with pytest.raises(ValueError, match=f"{setting} must be from 0 to the highest"):
        getattr(schedules, name)(1, 1.0, **SETTINGS[name], **{setting: rate})
