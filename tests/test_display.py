"""Table: what a terminal and a page show."""

import numpy as np
import pytest

from book_code import Table


def test_columns_rows_and_mappings_make_the_same_table():
    by_columns = Table({"a": [1, 2], "b": ["x", "y"]})
    by_rows = Table([[1, "x"], [2, "y"]], columns=["a", "b"])
    by_mappings = Table([{"a": 1, "b": "x"}, {"b": "y", "a": 2}])
    assert repr(by_columns) == repr(by_rows) == repr(by_mappings)
    assert by_columns._repr_table_() == {
        "columns": ["a", "b"],
        "rows": [["1", "x"], ["2", "y"]],
    }
    assert len(by_columns) == 2


def test_falsy_values_are_shown():
    rows = Table([[0, False, "", None, 0.0]], columns=list("abcde"))._repr_table_()["rows"]
    assert rows == [["0", "False", "", "None", "0"]]


def test_numbers_are_short_and_right_aligned():
    table = Table({"name": ["a", "bb"], "value": np.array([1 / 3, 200.0], dtype=np.float32)})
    assert repr(table) == "name     value\na     0.333333\nbb         200"


def test_arrays_count_as_numbers_and_nothing_is_lost_of_integers():
    assert Table({"n": np.array([61706], dtype=np.int64)})._repr_table_()["rows"] == [["61706"]]
    assert Table({"n": [12345678901]})._repr_table_()["rows"] == [["12345678901"]]


def test_a_table_without_rows_shows_its_columns():
    assert repr(Table([], columns=["a", "b"])) == "a  b"
    assert repr(Table({"a": []})) == "a"


@pytest.mark.parametrize(
    ("rows", "columns", "message"),
    [
        ({"a": [1, 2], "b": [1]}, None, r"equally long; got \{'a': 2, 'b': 1\}"),
        ([[1, 2], [3]], ["a", "b"], "row 1 has 1 values; there are 2 columns"),
        ([{"a": 1}, {"b": 1}], None, r"row 1 has \['b'\]; the columns are \['a'\]"),
        ([[1]], None, "needs the names of its columns"),
        ([], None, "needs the names of its columns"),
    ],
)
def test_uneven_rows_are_refused(rows, columns, message):
    with pytest.raises(ValueError, match=message):
        Table(rows, columns)
