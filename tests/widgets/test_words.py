"""The words that search knows beyond those on the page."""

import pytest

from widgets.markdown.words import code_words, formula_words, words_part


@pytest.mark.parametrize(
    ("tex", "spoken"),
    [
        (r"\sum_{d=1}^{D} \weight{w_d}\,\data{x_d}", "sum"),
        (r"\frac{\partial L}{\partial w}", "frac fraction partial derivative"),
        (r"\operatorname{softmax}(z) \cdot \gamma", "softmax cdot dot product gamma"),
        (r"x = 1", ""),
    ],
)
def test_a_formula_is_known_by_its_commands_and_as_it_is_spoken(tex: str, spoken: str) -> None:
    assert formula_words(tex) == spoken


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("np.einsum('i,i', a, b)", {"numpy.einsum"}),
        ("import numpy.linalg as la\nla.norm(x)", {"numpy.linalg.norm"}),
        ("from book_code.nn import Linear as L\nL(2, 3)", {"book_code.nn.Linear"}),
        ("import book_code as bc\nbc.models.names()", {"book_code.models.names"}),
        ("x.sum() + mine", set()),
        ("this is not Python", set()),
    ],
)
def test_code_is_known_by_its_full_names(code: str, names: set[str]) -> None:
    assert names <= set(code_words(code).split())
    assert bool(names) == bool(code_words(code))


def test_the_words_are_text() -> None:
    assert words_part("<b>") == '<p class="book-words" hidden>&lt;b&gt;</p>'
    assert words_part("") == ""
