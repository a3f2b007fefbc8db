"""The Python halves of the page's elements, as modules of their own."""

import importlib.util
from pathlib import Path
from types import ModuleType

ELEMENTS = Path(__file__).parents[2] / "widgets/src/elements"


def python_half(element: str) -> ModuleType:
    """Load the model of widgets/src/elements/<element>."""
    name = element.replace("-", "_")
    spec = importlib.util.spec_from_file_location(name, ELEMENTS / element / "model.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
