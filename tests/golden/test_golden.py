"""What the explorables are checked against is what book_code computes today."""

import pytest

from . import make


@pytest.mark.parametrize("path", make.FILES, ids=lambda path: path.stem)
def test_the_file_is_fresh(path):
    assert not make.stale(path, make.FILES[path]()), "run: python tests/golden/make.py"


def test_a_changed_number_is_noticed():
    assert make.same({"a": [1.0, 2]}, {"a": [1.0 + 1e-12, 2]})
    assert not make.same({"a": [1.0, 2]}, {"a": [1.001, 2]})
    assert not make.same([1, 2], [1, 2, 3])


def test_the_margin_of_a_known_case():
    # Two points at distance 2 from each other, on the first axis: the best (w, b) is (1, 0, 0), its margin 1.
    x = make.np.array([[1.0, 0.0], [-1.0, 0.0]])
    assert make.margin(x, make.np.array([1, -1])) == pytest.approx(1.0)
    assert make.margin(x, make.np.array([1, 1])) == pytest.approx(1.0)  # by (0, 0, 1)
