"""Docstrings as the book writes them, made ready for mkdocstrings (a Griffe extension)."""

import re
from typing import Any

import griffe

ROLE = re.compile(r":(?:func|meth|class|attr|mod|data|exc):`~?([^`]+)`")
DOCTEST = re.compile(r"(?:\A|\n\n)(?=>>> )")
SECTION = re.compile(
    r"^(Args|Attributes|Examples?|Raises|Returns|Shape|Yields|Note|Source):", re.M
)


def prepared(text: str) -> str:
    """Return a docstring with its bare doctest under a heading, and Sphinx's roles as plain code.

    >>> prepared("Add. See :func:`sum`.\\n\\n>>> 1 + 1\\n2")
    'Add. See `sum`.\\n\\nExamples:\\n    >>> 1 + 1\\n    2'
    """
    text = ROLE.sub(r"`\1`", text)
    start = DOCTEST.search(text)
    if start is None:
        return text
    before, example = text[: start.start()], text[start.end() :]
    after = SECTION.search(example)
    rest = ""
    if after:
        example, rest = example[: after.start()], "\n\n" + example[after.start() :]
    lines = [f"    {line}".rstrip() for line in example.rstrip().splitlines()]
    return f"{before}\n\nExamples:\n" + "\n".join(lines) + rest


class PreparedDocstrings(griffe.Extension):
    """Prepares every docstring as it is read."""

    def on_instance(self, *, obj: Any, **_: Any) -> None:
        if obj.docstring:
            obj.docstring.value = prepared(obj.docstring.value)
