"""The memory image: Pyodide as it is after NumPy and book_code have been imported, for the fast start."""

from __future__ import annotations

import json
from pathlib import Path

from .common import PYODIDE, ROOT, WIDGETS, Stamp, digest, files_in, say, sha256, unpack
from .distribution import NPM
from .node import run_node

PACKAGES = {"numpy": "numpy-*.whl", "book-code": "book_code-*.whl"}
FILES = ROOT / "build/image"
SCRIPTS = WIDGETS / "build/image"
KNOWN = PYODIDE / "image.json"


def build_image() -> None:
    """Write image-HASH.wasm, rest-HASH.wasm and image.json into docs/assets/pyodide."""
    wheels = [next(PYODIDE.glob(pattern)) for pattern in PACKAGES.values()]
    sources = [
        *files_in(SCRIPTS, "*.mjs", "*.py"),
        *files_in(WIDGETS / "src/runtime/start", "*.ts", "*.py"),
        *files_in(WIDGETS / "src", "*.py"),
        WIDGETS / "src/runtime/python.ts",
        Path(__file__),
        NPM / "package.json",
    ]
    parts = [sha256(path) for path in [*wheels, PYODIDE / "python_stdlib.zip"]]
    stamp = Stamp("image", digest(set(sources), *parts), [KNOWN, *made()])
    if stamp.fresh():
        say("Memory image: up to date.")
        return
    say("Memory image: making...")
    stamp.remove()
    unpack(wheels, FILES)
    order = {
        "pyodide": str(NPM),
        "distribution": str(PYODIDE),
        "files": str(FILES),
        "packages": list(PACKAGES),
    }
    run_node([str(SCRIPTS / "make.mjs"), json.dumps(order)], "Making the memory image")
    size = (PYODIDE / json.loads(KNOWN.read_text())["file"]).stat().st_size / 1e6
    say(f"Memory image: {size:.1f} MB.")
    stamp.write()


def made() -> list[Path]:
    """The files that the present image.json names."""
    if not KNOWN.exists():
        return []
    known = json.loads(KNOWN.read_text())
    return [PYODIDE / known["file"], PYODIDE / known["late"]["rest"]["file"]]
