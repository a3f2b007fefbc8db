import pytest

from widgets.markdown import parse_page
from widgets.markdown.fences import Fence, FenceError, parse, scan

EXERCISE = """\
````exercise id=double title="Twice 'it'"
Write $f$:

```python
f(2)
```
--- starter
def f(x): ...

--- tests
expect_equal(f(2), 4, "f(2)")
--- hidden
assert f(0) == 0
--- hint
first
--- hint
second
--- solution
def f(x):
    return 2 * x
--- remarks
Nice.
--- wrong: expected 4
def f(x):
    return x
--- wrong: return
def f(x):
    2 * x
````"""

QUIZ = """\
```quiz id=why
Which one?

- [ ] this :: it is not
- [x] that, which
  is longer :: it is
```"""


def first(text):
    return parse(next(piece for piece in scan(text.splitlines()) if isinstance(piece, Fence)))


def test_a_cell():
    cell = first("text\n\n```live id=a-1 raises=ValueError\nx = 1\n\ny = '``'\n```\nmore")
    assert (cell.id, cell.code, cell.raises, cell.line) == (
        "a-1",
        "x = 1\n\ny = '``'",
        "ValueError",
        3,
    )


def test_a_cell_in_a_tab_loses_its_indent():
    assert first("    ```live id=a\n    if x:\n        y\n\n    ```").code == "if x:\n    y\n"


def test_an_exercise():
    exercise = first(EXERCISE)
    assert (exercise.id, exercise.title) == ("double", "Twice 'it'")
    assert exercise.prompt == "Write $f$:\n\n```python\nf(2)\n```"
    assert exercise.starter == "def f(x): ..."
    assert exercise.hints == ["first", "second"]
    assert exercise.solution == "def f(x):\n    return 2 * x"
    assert exercise.remarks == "Nice."
    assert [answer.message for answer in exercise.wrong] == ["expected 4", "return"]
    assert exercise.wrong[1].code == "def f(x):\n    2 * x"
    assert exercise.spec == {
        "id": "double",
        "tests": 'expect_equal(f(2), 4, "f(2)")',
        "hidden": "assert f(0) == 0",
    }


def test_a_quiz():
    quiz = first(QUIZ)
    assert quiz.question == "Which one?"
    assert [(c.text, c.right, c.why) for c in quiz.choices] == [
        ("this", False, "it is not"),
        ("that, which is longer", True, "it is"),
    ]


def test_fences_of_others_and_what_is_quoted_in_them_are_left_alone():
    text = "````markdown\n```live id=a\nx\n```\n````\n~~~\n```live id=b\n~~~\n```python\ny\n```"
    pieces = list(scan(text.splitlines()))
    assert [piece.kind for piece in pieces] == ["markdown", "", "python"]
    assert not any(piece.ours for piece in pieces)
    assert [line for piece in pieces for line in piece.source] == text.splitlines()


def test_a_fence_that_is_not_closed_is_text():
    assert list(scan(["```live id=a", "x"])) == ["```live id=a", "x"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```live\nx\n```", "needs an id"),
        ("```live id=Big_One\nx\n```", "small letters"),
        ("```live id=a raise=E\nx\n```", "`raise=E` is not an option of live"),
        ("```live id=a hide\nx\n```", "`hide` is not an option"),
        ('```exercise id=a title="open\nx\n```', "a quote is not closed"),
        (EXERCISE.replace("--- hint", "--- hints"), "`--- hints` is no section"),
        (EXERCISE.replace("--- solution", "--- remarks"), "needs one section `--- solution`"),
        (EXERCISE.split("--- wrong")[0] + "````", "typical wrong answer"),
        (EXERCISE.replace("--- wrong: return", "--- wrong"), "part of the message"),
        (QUIZ.replace("[x]", "[ ]"), "one of them right"),
        (QUIZ.replace(":: it is not", ""), "says why"),
        ("```figure\nCaption\n```", "in one word"),
        ("```figure lenet mnist\nCaption\n```", "in one word"),
        ("```figure lenet\n\n```", "needs a caption"),
    ],
)
def test_what_cannot_be_read_says_how_it_is_written(text, said):
    with pytest.raises(FenceError, match=r".+") as error:
        first(text)
    assert said in str(error.value)


def test_a_page_is_read_with_what_it_quotes(tmp_path):
    page = tmp_path / "page.md"
    quoted = '```live id=a\n--8<-- "LICENSE"\n```\n'
    page.write_text(f"{quoted}\n{EXERCISE}\n\n{QUIZ}\n\n```figure loss\nSee it fall.\n```\n")
    contents = parse_page(page)
    assert contents.cells[0].code.startswith("MIT License")
    assert [e.id for e in contents.exercises] == ["double"]
    assert [q.id for q in contents.quizzes] == ["why"]
    assert [(f.name, f.caption) for f in contents.figures] == [("loss", "See it fall.")]
