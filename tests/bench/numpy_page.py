"""NumPy in the reader's Python, with the kernels and without, beside NumPy here on one thread; milliseconds."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from .numpy_steps import measured

HERE = Path(__file__).parent
SCRIPT = HERE / "numpy_page.mjs"
CODE = HERE / "numpy_steps.py"


def table() -> None:
    """Print products and training steps: stock, with kernels, native, and what they are to each other."""
    from widgets.build.node import environment, node_path

    native = json.loads(measured())
    page = json.loads(
        subprocess.run(
            [node_path(), str(SCRIPT), str(CODE)],
            check=True,
            capture_output=True,
            text=True,
            env=environment(),
        ).stdout.splitlines()[-1]
    )
    print(
        f"{'':36}{'stock':>10}{'kernels':>10}{'times':>8}{'first':>8}{'native':>10}{'of native':>11}"
    )
    for name, (fast, fast_first) in page["fast"].items():
        stock, stock_first = page["stock"][name]
        here = native[name][0]
        print(
            f"{name:36}{stock:10.4f}{fast:10.4f}{stock / fast:7.1f}x{stock_first / fast_first:7.1f}x"
            f"{here:10.4f}{fast / here:10.1f}x"
        )
