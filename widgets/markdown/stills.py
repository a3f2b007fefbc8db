"""The picture of an explorable for where it cannot run: on paper, and without scripts."""

import runpy
from typing import Any

from ..build.common import WIDGETS
from .problems import Problem

ELEMENTS = WIDGETS / "src/elements"


def still_markdown(nav: Any, page: str, element: str) -> list[str]:
    """A fence `still <element>`: what `still()` in the element's still.py draws, as SVG."""
    drawing = ELEMENTS / element / "still.py"
    if not drawing.exists():
        known = ", ".join(sorted(path.parent.name for path in ELEMENTS.glob("*/still.py")))
        raise Problem(f"there is no still of {element!r}; there are {known}")
    return ["", *runpy.run_path(str(drawing))["still"]().splitlines(), ""]
