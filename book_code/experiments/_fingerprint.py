"""A hash of the code that a result depends on, and of nothing else.

From an experiment's `Config` and `run`, follow every name into the modules of `book_code` that
define it. Comments, docstrings, layout, type hints, error messages and the ways to show a value
do not count, nor do `plot` and functions that are never reached: rewording a sentence or adding
a layer leaves the results fresh. Nor does the machinery that runs experiments and keeps their
results (`PIPELINE`), with its decorator `kept`: it writes down what was measured, and that it
sums up rightly is tested on the published files themselves.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = "book_code"
ROOTS = ("Config", "run")
PIPELINE = {
    f"book_code.experiments.{name}" for name in ("_checkpoint", "_memory", "_result", "_runner")
}


def fingerprint(module: str, roots: tuple[str, ...] = ROOTS) -> tuple[str, set[str]]:
    """The hash of what `roots` in `module` reach, and the outside packages that they import."""
    pieces: dict[tuple[str, str], str] = {}
    outside: set[str] = set()
    waiting = [(module, name) for name in roots]
    while waiting:
        place = waiting.pop()
        if place in pieces:
            continue
        pieces[place] = ""
        source = _Source.of(place[0])
        for node in source.nodes(place[1]):
            pieces[place] += _canonical(node)
            for target in source.references(node):
                if target[0] in PIPELINE:
                    continue
                if target[0].split(".")[0] == PACKAGE:
                    waiting.append(target)
                else:
                    outside.add(target[0].split(".")[0])
    text = "\n".join(f"{key}={pieces[key]}" for key in sorted(pieces) if pieces[key])
    return hashlib.sha256(text.encode()).hexdigest()[:16], outside


class _Source:
    """One module: what it defines at the top, and what its imports stand for."""

    def __init__(self, name: str) -> None:
        path = _path(name)
        if path is None:
            raise ModuleNotFoundError(f"There is no module {name} to follow.")
        self.tree = ast.parse(path.read_text("utf-8"))
        self.package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        self.name = name
        self.imports = dict(self._imports())
        self.defined: dict[str, list[ast.stmt]] = {}
        for node in self.tree.body:
            for bound in _bound(node):
                self.defined.setdefault(bound, []).append(node)

    @staticmethod
    @cache
    def of(name: str) -> _Source:
        return _Source(name)

    def _imports(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """Every imported name, wherever in the file, as (module, name in it or "")."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.asname or alias.name.split(".")[0], (alias.name, "")
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    parents = self.package.split(".")
                    parents = parents[: len(parents) - node.level + 1]
                    base = ".".join([*parents, *([base] if base else [])])
                for alias in node.names:
                    inner = f"{base}.{alias.name}"
                    is_module = base.split(".")[0] == PACKAGE and _path(inner) is not None
                    meant = (inner, "") if is_module else (base, alias.name)
                    yield alias.asname or alias.name, meant

    def nodes(self, name: str) -> list[ast.stmt]:
        """What defines `name`; the whole module if the name is empty."""
        if not name:
            return [node for node in self.tree.body if _counts(node)]
        if name in self.defined:
            return self.defined[name]
        if name in self.imports:  # re-exported: an import statement stands for the definition
            return [ast.Expr(ast.Name(name, ast.Load()))]
        return []

    def references(self, node: ast.AST) -> Iterator[tuple[str, str]]:
        """The definitions a piece of code uses, here and in other modules."""
        followed = set()
        for part in _walk(node):
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                module, inner = self.imports.get(part.value.id, ("", ""))
                if module and not inner:
                    followed.add(id(part.value))
                    yield module, part.attr
        for part in _walk(node):
            if not isinstance(part, ast.Name) or id(part) in followed:
                continue
            if part.id in self.imports:
                yield self.imports[part.id]
            elif part.id in self.defined:
                yield self.name, part.id


def _path(module: str) -> Path | None:
    stem = ROOT.joinpath(*module.split("."))
    candidates = (stem.with_suffix(".py"), stem / "__init__.py")
    return next((path for path in candidates if path.exists()), None)


def _bound(node: ast.stmt) -> list[str]:
    """The names that a statement at the top of a module gives a meaning to."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    targets = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
        targets = [node.target]
    # `TABLE["exp"] = ...` and `Tensor.exp = ...` belong to the name they change
    return [
        part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)
    ]


def _counts(node: object) -> bool:
    """Whether a piece of code can change a number: docstrings, errors and displays cannot."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return False
    if isinstance(node, ast.FunctionDef) and node.name.startswith(("__repr__", "_repr_")):
        return False
    return not isinstance(node, (ast.Raise, ast.Import, ast.ImportFrom, ast.Load, ast.Store))


def _keeps(decorator: ast.expr) -> bool:
    """Whether a decorator only keeps what a function returns (`_checkpoint.kept`)."""
    return isinstance(decorator, ast.Name) and decorator.id == "kept"


def _parts(node: ast.AST) -> Iterator[tuple[str, object]]:
    """The fields of a piece of code that count."""
    skipped = {"annotation", "returns", "type_comment", "type_params", "kind"}
    for key, value in ast.iter_fields(node):
        if isinstance(value, list):
            value = [item for item in value if _counts(item)]
        if key == "decorator_list":
            value = [item for item in value if not _keeps(item)]
        if key not in skipped and value is not None and value != [] and _counts(value):
            yield key, value


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """The piece of code and all pieces inside of it that count."""
    yield node
    for _, value in _parts(node):
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.AST):
                yield from _walk(item)


def _canonical(node: object) -> str:
    """The code in words that layout and the version of Python do not change."""
    if isinstance(node, list):
        return "".join(_canonical(item) for item in node)
    if not isinstance(node, ast.AST):
        return repr(node)
    if isinstance(node, ast.AnnAssign) and node.value:  # a type hint alone changes nothing
        node = ast.Assign([node.target], node.value)
    parts = [f"{key}:{_canonical(value)}" for key, value in _parts(node)]
    return f"{type(node).__name__}({' '.join(parts)})"
