"""Matplotlib and what it needs as one bundle of files: a first drawing waits for one fetch, not for ten wheels."""

from __future__ import annotations

import json

from .common import PYODIDE, ROOT, WIDGETS, Stamp, digest, say, sha256, unpack
from .distribution import COMPILED, NPM, closure, lock_file
from .node import run_node

FILES = ROOT / "build/drawing"
SCRIPTS = [WIDGETS / "build/image" / name for name in ("drawing.mjs", "files.mjs")]
KNOWN = PYODIDE / "drawing.json"
IN_THE_IMAGE = {"numpy"}


def build_drawing() -> None:
    """Write drawing-HASH.wasm and drawing.json into docs/assets/pyodide."""
    packages = closure(lock_file()["packages"], ["matplotlib"])
    wheels = [
        COMPILED / packages[name]["file_name"] for name in packages if name not in IN_THE_IMAGE
    ]
    sources = [*SCRIPTS, WIDGETS / "src/runtime/start/bundle.ts", NPM / "package.json"]
    made = [PYODIDE / json.loads(KNOWN.read_text())["file"]] if KNOWN.exists() else []
    stamp = Stamp("drawing", digest(sources, *map(sha256, wheels)), [KNOWN, *made])
    if stamp.fresh():
        say("Matplotlib's bundle: up to date.")
        return
    say("Matplotlib's bundle: making...")
    stamp.remove()
    unpack(wheels, FILES)
    order = {
        "distribution": str(PYODIDE),
        "files": str(FILES),
        "packages": [name for name in packages if name not in IN_THE_IMAGE],
    }
    run_node([str(SCRIPTS[0]), json.dumps(order)], "Making Matplotlib's bundle")
    stamp.write()
