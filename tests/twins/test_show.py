"""What a cell of the results page says of a twin."""

import pytest

from book_code.experiments import twins


def test_the_numbers_and_the_verdict(capsys):
    twins.show("init_depth")
    *lines, verdict = capsys.readouterr().out.splitlines()
    numbers = twins.twin("init_depth").measure()
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
