"""What other pages gather from the chapters: the question bank, the teacher's plan, the sheet of exercises."""

from pathlib import Path

import pytest
import yaml

from tests.docs.site import ROOT, items
from widgets.markdown.chapters import Chapter, chapters, files, read, unlinked
from widgets.markdown.problems import Problem
from widgets.markdown.questions import Question, kinds_of, questions
from widgets.markdown.teaching import reading_minutes

KINDS = {
    "A-1": "question",
    "A-2": "observation",
    "A-3": "project",
    "A-4": "question",
    "A-5": "topic",
}


@pytest.fixture
def chapter(tmp_path: Path):
    def made(text: str) -> Chapter:
        (tmp_path / "part").mkdir(exist_ok=True)
        (tmp_path / "part/one.md").write_text(text, encoding="utf-8")
        return read("part/one.md", tmp_path)

    return made


def nav():
    class Loader(yaml.SafeLoader):
        """mkdocs.yml has tags of its own; the nav has none."""

    Loader.add_multi_constructor("", lambda *_: None)
    return yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)["nav"]


def test_questions_are_those_of_the_closing_section(chapter):
    found = questions(
        chapter(
            "# One\n### Early? { #early data-item='A-1' }\nno\n## Questions answered\n\n"
            '### Why? { #why data-item="A-1" }\n\nBecause.\n\nTwice.\n'
            '### Build it { #build data-item="A-3" }\nBuilt.\n'
            '### What if? { #if data-item="A-2 A-4 A-5" }\nThen.\n'
            '### Things { #things data-item="A-5" }\nSeen.\n'
            '### What are things? { #are data-item="A-5" }\nThese.\n'
            '## Papers\n### No { #no data-item="A-4" }\n'
        ),
        KINDS,
    )
    assert list(found) == [
        Question(("A-1",), "question", "Why?", "why", "Because.\n\nTwice."),
        Question(("A-2", "A-4"), "observation", "What if?", "if", "Then."),
        Question(("A-5",), "question", "What are things?", "are", "These."),
    ]


def test_a_page_without_the_section_asks_nothing(chapter):
    assert not list(questions(chapter('# One\n### Why? { #why data-item="A-1" }\nSo.'), KINDS))


def test_an_answer_that_cannot_be_linked_to_is_a_problem(chapter):
    page = chapter('# One\n## Questions answered\n### Why? { data-item="A-1" }\nBecause.')
    with pytest.raises(Problem, match="A-1 needs an id"):
        list(questions(page, KINDS))


def test_what_stands_in_a_fence_is_no_heading(chapter):
    page = chapter("# One\n````live id=a\n# comment\n```\n# more\n````\n## Two\n```\n# no\n```")
    assert [section.title for section in page.sections] == ["One", "Two"]


def test_a_heading_has_the_anchor_that_the_page_gives_it(chapter):
    page = chapter("# One\n## Rosenblatt's rule: why?\n## Given { #here .wide }")
    assert [section.anchor for section in page.sections[1:]] == ["rosenblatts-rule-why", "here"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("[here](#cell)", "[here](part/one.md#cell)"),
        ("[](#figure)", "[there](part/one.md#figure)"),
        ("[two](two.md)", "[two](part/two.md)"),
        ("[far](../other/far.md#end)", "[far](other/far.md#end)"),
        ("[a [b] c](#x) and [d](#y)", "[a [b] c](part/one.md#x) and [d](part/one.md#y)"),
        ("[paper](https://example.org/a#b)", "[paper](https://example.org/a#b)"),
    ],
)
def test_links_lead_where_they_led(chapter, written, meant):
    assert chapter("# One").moved(written, "questions.md") == meant


def test_from_another_folder_links_go_up(chapter):
    assert chapter("# One").moved("[a](#b)", "teaching/part.md") == "[a](../part/one.md#b)"


def test_what_is_pressed_keeps_the_words_of_links_alone():
    asked = (
        "In $f(x)$, [in training](#mlp 'a title') and [here](a.md#b), see [](#eq-1): `w[0](x)`?"
    )
    assert unlinked(asked).startswith("In $f(x)$, in training and here, see there:")


def test_the_order_is_that_of_the_book():
    nav = ["index.md", {"Part": ["a/one.md", {"Two": "a/two.md"}]}, {"Lab": ["lab.ipynb"]}]
    assert list(files(nav)) == ["index.md", "a/one.md", "a/two.md"]


def test_a_part_that_does_not_exist_is_a_problem():
    with pytest.raises(Problem, match="no part nowhere"):
        chapters(nav(), "nowhere")


def test_the_bank_holds_every_question_that_a_chapter_answers():
    kinds, book = kinds_of(), chapters(nav())
    bank = [question for chapter in book for question in questions(chapter, kinds)]
    headings = [one.title for chapter in book for one in chapter.below("Questions answered")]
    done = {
        row["id"]
        for row in items()
        if row["state"] == "answered" and row["kind"] in ("question", "observation")
    }
    assert len(done) > 30
    assert done <= {item for question in bank for item in question.items}
    assert {title for title in headings if title.endswith("?")} <= {one.text for one in bank}


def test_reading_time_counts_words_and_code_and_leaves_exercises_out(chapter):
    text = "# One\n" + "word " * 238 * 5 + "\n```live id=a\n" + "x = 1\n" * 40 + "```\n"
    assert reading_minutes(chapter(text)) == 7
    assert reading_minutes(chapter(text + "## Exercises\n" + "word " * 5000)) == 7
    still = "<book-graph id='g'>\n" + "word " * 5000 + "\n</book-graph>\n"
    assert reading_minutes(chapter(text + still)) == 7


def test_a_chapter_of_the_foundations_is_read_in_25_minutes():
    minutes = {c.title: reading_minutes(c) for c in chapters(nav(), "foundations")}
    print(minutes)
    assert len(minutes) >= 2
    assert max(minutes.values()) <= 25, minutes
