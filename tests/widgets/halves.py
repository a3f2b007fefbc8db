"""The Python halves of the page's elements, under the names that they have beside Pyodide."""

import importlib
import re
import sys
import tempfile
from pathlib import Path
from types import ModuleType

TABLE = Path(__file__).parents[2] / "widgets/src/runtime/python.ts"


def python_half(element: str) -> ModuleType:
    """Load the model of widgets/src/elements/<element>, out of a package as python.ts lays it down."""
    table = TABLE.read_text(encoding="utf-8")
    files = dict(re.findall(r'^import (\w+) from "(.+\.py)";$', table, re.MULTILINE))
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder, "book_kernel")
        package.mkdir()
        (package / "__init__.py").touch()
        for name, source in re.findall(r'^  "(\w+\.py)": (\w+),$', table, re.MULTILINE):
            (package / name).write_bytes((TABLE.parent / files[source]).read_bytes())
        for old in [name for name in sys.modules if name.split(".")[0] == "book_kernel"]:
            del sys.modules[old]
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            return importlib.import_module(f"book_kernel.{element.replace('-', '_')}")
        finally:
            sys.path.remove(folder)
