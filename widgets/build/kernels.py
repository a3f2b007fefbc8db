"""The kernels that make NumPy fast in the browser, in docs/assets/fast-numpy: one .wasm and one module."""

from __future__ import annotations

from .common import FAST_NUMPY, WIDGETS, Stamp, digest, files_in, say
from .frontend import LOCK
from .node import run_node

SOURCE = WIDGETS / "src/fast-numpy"
COMPILER = WIDGETS / "node_modules/assemblyscript/bin/asc.js"
SCRIPT = WIDGETS / "build/kernels.mjs"
# The memory is Python's: nothing may be put into it but what `place` was given.
OPTIONS = ["--runtime", "stub", "--importMemory", "--use", "abort=", "--noAssert", "-O3"]


def build_kernels() -> None:
    """Compile the kernels, and bundle what installs them; any page with Pyodide can use the two files."""
    sources = [
        *files_in(SOURCE, "*.ts", "*.py"),
        *LOCK,
        SCRIPT,
        WIDGETS / "build/kernels.py",
    ]
    wasm, module = FAST_NUMPY / "fast-numpy.wasm", FAST_NUMPY / "fast-numpy.mjs"
    stamp = Stamp("kernels", digest(sources), [wasm, module])
    if stamp.fresh():
        say("NumPy's kernels: up to date.")
        return
    say("NumPy's kernels: compiling...")
    stamp.remove()
    FAST_NUMPY.mkdir(parents=True, exist_ok=True)
    entry = str(SOURCE / "kernels/index.ts")
    run_node(
        [str(COMPILER), entry, "-o", str(wasm), "--enable", "simd", *OPTIONS],
        "Compiling the kernels",
    )
    run_node(
        [str(SCRIPT), str(SOURCE / "index.ts"), str(module)],
        "Bundling what installs the kernels",
    )
    stamp.write()
