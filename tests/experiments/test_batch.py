"""Several experiments at once give what they give one after the other; a run says how long it has."""

import json

import pytest

pytest.importorskip("torch")

from book_code.experiments import __main__ as cli
from book_code.experiments import _batch, _runner, _table

pytestmark = [pytest.mark.torch, pytest.mark.native]

TWO = ("backprop_cost", "perceptron_margin")


def test_at_once_as_one_after_the_other(capsys):
    """The processes of `--jobs` write the same metrics, and the table lists all of them."""
    found = {}
    for jobs in (1, 2):
        assert cli.main([*TWO, "--quick", "--jobs", str(jobs)]) == 0
        out = capsys.readouterr().out
        for name in TWO:
            assert f"{name}: done in" in out
        table = out[out.index("figure ") :].splitlines()
        assert [line.split()[0] for line in table[1:]] == list(TWO)
        files = {name: _runner.PREVIEW / f"{name}.json" for name in TWO}
        found[jobs] = {name: json.loads(file.read_text()) for name, file in files.items()}
    margin = [found[jobs]["perceptron_margin"]["metrics"] for jobs in (1, 2)]
    assert margin[0] == margin[1]
    counts = [found[jobs]["backprop_cost"]["metrics"]["flops_ratio_mlp"] for jobs in (1, 2)]
    assert counts[0] == counts[1]


def test_what_goes_wrong_in_a_process_is_said(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("BOOK_CODE_DATA", str(tmp_path / "nowhere"))
    names = ["perceptron_mnist", "perceptron_margin"]
    assert cli.main([*names, "--quick", "--jobs", "2"]) == 1
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    assert line.startswith("perceptron_mnist: ")
    assert "there is no such folder" in line
    assert "perceptron_margin: done" in said.out


def test_the_time_left_is_said_between_experiments(monkeypatch, capsys):
    clock = iter([0.0, 30.0, 60.0, 90.0])
    monkeypatch.setattr(_batch, "_one", lambda name, order: _batch.Result(name=name))
    monkeypatch.setattr(_batch, "_fresh", lambda name, order: None)
    monkeypatch.setattr(_batch.time, "perf_counter", lambda: next(clock))
    assert _batch.run(["a", "b", "c"], _batch.Order()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("1 of 3; 2 to go, about 60 s left")
    assert lines[1].startswith("2 of 3; 1 to go, about 30 s left")


def test_jobs_must_be_a_number_from_one(capsys):
    assert cli.main(["--jobs", "0"]) == 2
    assert "from 1" in capsys.readouterr().err


def test_a_time_has_the_unit_that_suits_it():
    said = [_table.say_seconds(s) for s in (4, 89, 90, 5399, 5400)]
    assert said == ["4 s", "89 s", "2 min", "90 min", "1.5 h"]
