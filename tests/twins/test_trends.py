"""Every twin shows the trend of its experiment and refuses the contrary.

In the reader's Python its cell prints the same (tests/experiments/test_twins.py).
"""

import math
from functools import cache

import pytest

from book_code.experiments import twins

pytestmark = pytest.mark.native


@cache
def measured(name):
    return twins.twin(name).measure()


@pytest.mark.parametrize("name", twins.names())
def test_a_twin_shows_the_trend(name):
    numbers = measured(name)
    assert all(math.isfinite(value) for value in numbers.values())
    assert twins.twin(name).agrees(numbers), numbers


@pytest.mark.parametrize("name", twins.names())
def test_the_trend_turned_round_is_refused(name):
    numbers = measured(name)
    turned = dict(zip(numbers, reversed(numbers.values()), strict=True))
    assert not twins.twin(name).agrees(turned), turned


@pytest.mark.parametrize("name", twins.names())
def test_no_effect_is_no_trend(name):
    level = dict.fromkeys(measured(name), 50.0)
    assert not twins.twin(name).agrees(level)


def test_what_a_cell_prints(capsys):
    twins.show("init_depth")
    *lines, verdict = capsys.readouterr().out.splitlines()
    numbers = measured("init_depth")
    assert [line.split("  ")[0] for line in lines] == list(numbers)
    assert [line.split()[-1] for line in lines] == [twins.say(n) for n in numbers.values()]
    assert verdict == "As in the large run."


def test_a_trend_that_is_not_seen_is_not_claimed(capsys, monkeypatch):
    monkeypatch.setattr(twins.twin("init_depth"), "agrees", lambda numbers: False)
    twins.show("init_depth")
    assert capsys.readouterr().out.endswith("\nNot as in the large run, with this seed.\n")


def test_an_unknown_twin_gets_the_nearest_name():
    with pytest.raises(ValueError, match="lenet_depth"):
        twins.twin("lenet_dept")
