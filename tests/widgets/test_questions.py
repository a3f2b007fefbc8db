"""The question bank: what is gathered from the chapters, and where its links lead."""

import pytest
import yaml

from tests.docs.site import ROOT, items
from widgets.markdown.problems import Problem
from widgets.markdown.questions import Question, chapters, files, moved, questions

KINDS = {"A-1": "question", "A-2": "observation", "A-3": "project", "A-4": "question"}


def asked(text: str) -> list[Question]:
    return list(questions(text.splitlines(), KINDS))


def test_questions_are_those_of_the_closing_section():
    found = asked(
        "# One\n### Early? { #early data-item='A-1' }\nno\n## Questions answered\n\n"
        '### Why? { #why data-item="A-1" }\n\nBecause.\n\nTwice.\n'
        '### Build it { #build data-item="A-3" }\nBuilt.\n'
        '### What if? { #if data-item="A-2 A-4" }\nThen.\n## Papers\n### No { #no data-item="A-4" }\n'
    )
    assert found == [
        Question(("A-1",), "question", "Why?", "why", "Because.\n\nTwice."),
        Question(("A-2", "A-4"), "observation", "What if?", "if", "Then."),
    ]


def test_a_page_without_the_section_asks_nothing():
    assert asked('# One\n### Why? { #why data-item="A-1" }\nBecause.') == []


def test_an_answer_that_cannot_be_linked_to_is_a_problem():
    with pytest.raises(Problem, match="A-1 needs an id"):
        asked('## Questions answered\n### Why? { data-item="A-1" }\nBecause.')


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("[here](#cell)", "[here](part/one.md#cell)"),
        ("[](#figure)", "[there](part/one.md#figure)"),
        ("[two](two.md)", "[two](part/two.md)"),
        ("[far](../other/far.md#end)", "[far](other/far.md#end)"),
        ("[a [b] c](#x) and [d](#y)", "[a [b] c](part/one.md#x) and [d](part/one.md#y)"),
        ("[paper](https://example.org/a#b)", "[paper](https://example.org/a#b)"),
        ("x[0](1)", "x[0](part/1)"),
    ],
)
def test_links_lead_where_they_led(written, meant):
    assert moved(written, "part/one.md", "questions.md") == meant


def test_the_order_is_that_of_the_book():
    nav = ["index.md", {"Part": ["a/one.md", {"Two": "a/two.md"}]}, {"Lab": ["lab.ipynb"]}]
    assert list(files(nav)) == ["index.md", "a/one.md", "a/two.md"]


def test_the_bank_holds_every_question_that_a_chapter_answers():
    class Loader(yaml.SafeLoader):
        """mkdocs.yml has tags of its own; the nav has none."""

    Loader.add_multi_constructor("", lambda *_: None)
    nav = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)["nav"]
    banked = {
        item
        for chapter in chapters(nav)
        for question in chapter.questions
        for item in question.items
    }
    done = {
        row["id"]
        for row in items()
        if row["state"] == "answered" and row["kind"] in ("question", "observation")
    }
    assert len(done) > 30
    assert banked == done
