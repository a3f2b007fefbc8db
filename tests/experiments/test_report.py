"""The results page holds every number of every result file, and names what has none."""

import re

import pytest

from book_code.experiments import _report, _result, _table
from widgets.markdown.experiments import results_markdown
from widgets.markdown.problems import Problem

pytestmark = pytest.mark.native

NAV = [{"Convolution": ["convolution/cnn.md"]}]


def text_of(html):
    return re.sub(r"<[^>]+>", " ", html)


def test_every_experiment_and_every_number_is_on_the_page():
    page = "\n".join(results_markdown(NAV, "results.md", "all"))
    sections = re.split(r"^### .*\{ #(?=\w+ \}$)", page, flags=re.M)[1:]
    results = _report.published()
    assert len(sections) == len(results) > 0
    for section, (name, group) in zip(sections, results.items(), strict=True):
        assert section.startswith(name)
        said = text_of(section)
        for result in group:
            assert result.commit in said
            assert result.device in said
            assert f"figures -- {name}" in said
            for version in result.versions.values():
                assert version in said
            for digest in result.data.values():
                assert digest in said
            for metric, entry in result.metrics.items():
                assert metric in said
                assert _report._plain(entry["mean"]) in said
                for value in entry["values"]:
                    assert _report._plain(value) in said


def test_the_table_has_every_reported_value():
    table = text_of("\n".join(results_markdown(NAV, "results.md", "table")))
    alone = "\n".join(results_markdown(NAV, "results.md", "alone"))
    for result, *_ in _report.published().values():
        assert (result.title in table) == bool(result.references)
        assert (result.title in alone) != bool(result.references)
        for reference in result.references:
            assert _table.reported(reference["value"]) in table


def test_the_figure_is_linked_where_a_chapter_shows_it():
    page = "\n".join(results_markdown(NAV, "results.md", "all"))
    assert "(convolution/cnn.md#lenet_mnist)" in page


def test_what_has_no_result_is_named(tmp_path):
    (tmp_path / "_shared.py").write_text("TITLE = 'Not this'\n")
    (tmp_path / "done.py").write_text("TITLE = 'Done'\n")
    (tmp_path / "large.py").write_text("TITLE = 'A large one'\nDEVICE = 'cuda'\n")
    (tmp_path / "small.py").write_text("TITLE = 'A small one'\n")
    result = {"done": [_result.Result(name="done")]}
    large, small = _report.waiting(result, tmp_path)
    assert "A large one" in large
    assert "waits for a GPU (cuda)" in large
    assert "A small one" in small
    assert "is to be run" in small


def test_signs_in_a_name_stay_signs():
    said = _report._said("a_b *c* <d> {{ e.f }} [g](h) $x$")
    for sign in "*_[]{}$<>":
        assert sign not in said


def test_an_edited_result_stops_the_page(tmp_path, monkeypatch):
    _result.write(tmp_path / "a.json", _result.Result(name="a"))
    path = tmp_path / "a.json"
    path.write_text(path.read_text().replace('"quick": false', '"quick": true'))
    monkeypatch.setattr(_report, "RESULTS", tmp_path)
    monkeypatch.setattr(_report.published, "__defaults__", (tmp_path,))
    with pytest.raises(Problem, match="changed after it was written"):
        results_markdown(NAV, "results.md", "all")


def test_an_unknown_part_is_said():
    with pytest.raises(Problem, match="there is table, alone, all and waiting"):
        results_markdown(NAV, "results.md", "tabel")
