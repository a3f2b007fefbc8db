import json
import re

import pytest

from widgets.markdown import results
from widgets.markdown.problems import Problem

FILE = {
    "name": "lenet_mnist",
    "seeds": [0, 1, 2],
    "metrics": {
        "test_error": {"values": [0.9, 1.0], "mean": 0.948, "sd": 0.043, "unit": "%"},
        "parameters": {"values": [61706], "mean": 61706, "sd": 0, "unit": ""},
        "time": {"values": [1, 2], "mean": 1234.5, "sd": 101.0, "unit": "s"},
        "zero": {"values": [0.0], "mean": 0.0, "sd": 0.0, "unit": ""},
    },
    "config": {"epochs": 12, "rates": [0.1, 0.01]},
    "device": "CPU",
    "wall_time_s": 130.0,
    "commit": "0123456789",
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "lenet_mnist.json").write_text(json.dumps(FILE))
    monkeypatch.setattr(results, "RESULTS", tmp_path)


def said(text):
    match = re.fullmatch(results.REFERENCE, text)
    html = results.reference(match)
    return re.search(r">(.*)</span>", html)[1].replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("{{ lenet_mnist.test_error }}", "0.95 ± 0.04 %"),
        ("{{lenet_mnist.test_error.mean:.1f}}", "0.9"),
        ("{{ lenet_mnist.test_error.values.1 }}", "1"),
        ("{{ lenet_mnist.parameters }}", "61,706"),
        ("{{ lenet_mnist.parameters.mean:,}}", "61,706"),
        ("{{ lenet_mnist.time }}", "1,234 ± 101 s"),
        ("{{ lenet_mnist.zero }}", "0"),
        ("{{ lenet_mnist.zero.sd }}", "0"),
        ("{{ lenet_mnist.config.epochs }}", "12"),
        ("{{ lenet_mnist.config.rates.0 }}", "0.1"),
        ("{{ lenet_mnist.wall_time_s:.0f }}", "130"),
    ],
)
def test_a_number_is_said_with_its_spread_and_unit(reference, text):
    assert said(reference) == text


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("{{ nothing.test_error }}", "nox -s figures -- nothing"),
        ("{{ lenet_mnist.test_eror }}", "there is no `test_eror`; there is ['test_error'"),
        ("{{ lenet_mnist.config.rates.5 }}", "a list of 2"),
        ("{{ lenet_mnist.test_error:.1f }}", "does not fit"),
        ("{{ lenet_mnist.config }}", "no single value"),
    ],
)
def test_what_is_not_there_is_a_problem(reference, problem):
    with pytest.raises(Problem, match=re.escape(problem)):
        said(reference)


def test_a_number_says_where_it_comes_from():
    html = results.reference(re.fullmatch(results.REFERENCE, "{{ lenet_mnist.test_error }}"))
    assert "Experiment lenet_mnist, 3 seeds, CPU, 2 min, commit 0123456" in html
    assert 'tabindex="0"' in html
