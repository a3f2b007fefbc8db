"""A table of results: aligned text in a terminal, a real table on the page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class Table:
    """Rows of values with names for the columns.

    Args:
        rows: a mapping from column name to its values, a list of mappings with the same keys, or a list of
            sequences together with `columns`.
        columns: names of the columns; needed for a list of sequences only.

    Raises:
        ValueError: if the rows or the columns differ in length or in their names.

    >>> Table([{"layer": "conv1", "parameters": 156}, {"layer": "fc3", "parameters": 850}])
    layer  parameters
    conv1         156
    fc3           850
    >>> Table({"x": [0.5, 2.0]})
      x
    0.5
      2
    """

    def __init__(
        self,
        rows: Mapping[str, Iterable[Any]] | Iterable[Mapping[str, Any] | Sequence[Any]],
        columns: Sequence[str] | None = None,
    ):
        if isinstance(rows, Mapping):
            self.columns = [str(name) for name in rows]
            values = [list(column) for column in rows.values()]
            lengths = {name: len(v) for name, v in zip(self.columns, values, strict=True)}
            if len(set(lengths.values())) > 1:
                raise ValueError(f"the columns of a table must be equally long; got {lengths}")
            self.rows = [list(row) for row in zip(*values, strict=True)]
        else:
            self.columns, self.rows = _from_rows(list(rows), columns)

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        texts = [[_text(value) for value in row] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(self.columns, *texts, strict=True)]
        right = [_all_numbers(column) for column in zip(*self.rows, strict=True)]
        right = right or [False] * len(widths)
        lines = []
        for row in [self.columns, *texts]:
            cells = zip(row, widths, right, strict=True)
            lines.append(
                "  ".join(t.rjust(w) if r else t.ljust(w) for t, w, r in cells).rstrip()
            )
        return "\n".join(lines)

    def _repr_table_(self) -> dict[str, list]:
        """Return what a live cell shows: names of columns, and rows of texts."""
        return {"columns": self.columns, "rows": [[_text(v) for v in row] for row in self.rows]}


def _from_rows(rows: list, columns: Sequence[str] | None) -> tuple[list[str], list[list]]:
    if columns is None:
        if not rows or not all(isinstance(row, Mapping) for row in rows):
            raise ValueError(
                "a table of plain rows needs the names of its columns: Table(rows, columns)"
            )
        columns = [str(name) for name in rows[0]]
    columns = [str(name) for name in columns]
    table = []
    for index, row in enumerate(rows):
        if isinstance(row, Mapping):
            if set(map(str, row)) != set(columns):
                raise ValueError(f"row {index} has {list(row)}; the columns are {columns}")
            by_name = {str(name): value for name, value in row.items()}
            row = [by_name[name] for name in columns]
        if len(row) != len(columns):
            raise ValueError(
                f"row {index} has {len(row)} values; there are {len(columns)} columns"
            )
        table.append(list(row))
    return columns, table


def _text(value: Any) -> str:
    """Return a value as a cell shows it: six digits of a float are enough to compare by eye."""
    value = value.item() if getattr(value, "shape", None) == () else value
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _all_numbers(column: Sequence[Any]) -> bool:
    numbers = [getattr(v, "shape", None) == () or isinstance(v, int | float) for v in column]
    return all(numbers) and not any(isinstance(v, bool) for v in column)
