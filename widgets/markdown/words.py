"""Words that a reader may search for and that do not stand on the page: how a formula is spoken, full names in code."""

from __future__ import annotations

import ast
import html
import re

COMMAND = re.compile(r"\\(?:operatorname\*?|text|mathrm)\{([A-Za-z ]+)\}|\\([A-Za-z]+)")
LAYOUT = frozenset(
    [
        "act",
        "aligned",
        "array",
        "bar",
        "begin",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "boldsymbol",
        "cases",
        "data",
        "dots",
        "end",
        "grad",
        "hat",
        "label",
        "ldots",
        "left",
        "mathbb",
        "mathbf",
        "mathcal",
        "mathit",
        "mathrm",
        "max",
        "middle",
        "min",
        "mid",
        "operatorname",
        "qquad",
        "quad",
        "right",
        "tag",
        "target",
        "text",
        "tfrac",
        "tilde",
        "to",
        "top",
        "underbrace",
        "vdots",
        "weight",
    ]
)
SPOKEN = {
    "cdot": "dot product",
    "exp": "exponential",
    "frac": "fraction",
    "ge": "at least",
    "int": "integral",
    "lambda": "lambda",
    "le": "at most",
    "leftarrow": "update",
    "ln": "logarithm",
    "log": "logarithm",
    "lVert": "norm",
    "nabla": "gradient",
    "odot": "elementwise product",
    "partial": "partial derivative",
    "prod": "product",
    "sqrt": "square root",
    "sum": "sum",
}


def formula_words(tex: str) -> str:
    """The commands of a formula, and how they are spoken: `\\sum` is a sum, `\\partial` a partial derivative."""
    words: dict[str, None] = {}
    for match in COMMAND.finditer(tex):
        word = match[1] or match[2]
        if word.strip() and word not in LAYOUT:
            words |= dict.fromkeys([word, *SPOKEN.get(word, word).split()])
    return " ".join(words)


def code_words(code: str) -> str:
    """The full names behind short ones: `np.einsum` is numpy.einsum, where np was imported as that."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return ""
    known = {"np": "numpy", "bc": "book_code"}  # which an earlier cell has imported
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {name.asname: name.name for name in node.names if name.asname}
        elif isinstance(node, ast.ImportFrom) and node.module:
            known |= {
                name.asname or name.name: f"{node.module}.{name.name}" for name in node.names
            }
    words = {full_name(node, known): None for node in ast.walk(tree)}
    return " ".join(word for word in words if "." in word)


def full_name(node: ast.AST, known: dict[str, str]) -> str:
    """`np.linalg.norm` as numpy.linalg.norm; nothing where it does not begin with a known name."""
    if isinstance(node, ast.Name):
        return known.get(node.id, "")
    if not isinstance(node, ast.Attribute):
        return ""
    before = full_name(node.value, known)
    return f"{before}.{node.attr}" if before else ""


def words_part(words: str) -> str:
    """In the search index, and nowhere to be seen or heard."""
    return f'<p class="book-words" hidden>{html.escape(words)}</p>' if words else ""
