"""The memory image for the fast start: Pyodide after NumPy and book_code have been imported, then Matplotlib."""

from __future__ import annotations

import json
from pathlib import Path

from . import drawing
from .common import PYODIDE, ROOT, WIDGETS, Stamp, digest, files_in, say, sha256, unpack
from .distribution import NPM
from .node import run_node

PACKAGES = {"numpy": "numpy-*.whl", "book-code": "book_code-*.whl"}
FILES = ROOT / "build/image"
SCRIPTS = WIDGETS / "build/image"
KNOWN = PYODIDE / "image.json"


def build_image() -> None:
    """Write its two layers, rest-HASH.wasm and image.json into docs/assets/pyodide; Matplotlib's bundle is there."""
    wheels = [next(PYODIDE.glob(pattern)) for pattern in PACKAGES.values()]
    sources = [
        *files_in(SCRIPTS, "*.mjs", "*.py"),
        *files_in(WIDGETS / "src/runtime/start", "*.ts", "*.py"),
        *files_in(WIDGETS / "src", "*.py"),
        WIDGETS / "src/runtime/python.ts",
        Path(__file__),
        NPM / "package.json",
    ]
    parts = [sha256(path) for path in [*wheels, PYODIDE / "python_stdlib.zip", drawing.KNOWN]]
    stamp = Stamp("image", digest(set(sources), *parts), [KNOWN, *made()])
    if stamp.fresh():
        say("Memory image: up to date.")
        return
    say("Memory image: making...")
    stamp.remove()
    unpack(wheels, FILES)
    bundle = json.loads(drawing.KNOWN.read_text())
    order = {
        "pyodide": str(NPM),
        "distribution": str(PYODIDE),
        "files": str(FILES),
        "packages": list(PACKAGES),
        "drawing": {
            "files": str(drawing.FILES),
            "packages": bundle["packages"],
            "rest": {name: bundle[name] for name in ("file", "size", "sum")},
        },
    }
    run_node([str(SCRIPTS / "make.mjs"), json.dumps(order)], "Making the memory image")
    sizes = [layer["size"] / 1e6 for layer in json.loads(KNOWN.read_text())["layers"]]
    say(f"Memory image: {sizes[0]:.1f} MB, and {sizes[1]:.1f} MB for drawing.")
    stamp.write()


def made() -> list[Path]:
    """The files that the present image.json names."""
    if not KNOWN.exists():
        return []
    layers = json.loads(KNOWN.read_text())["layers"]
    return [
        PYODIDE / file for layer in layers for file in (layer["file"], layer["rest"]["file"])
    ]
