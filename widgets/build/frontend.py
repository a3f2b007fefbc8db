"""The front end: its packages by npm, its bundle by esbuild, its tests by tsc and vitest."""

from __future__ import annotations

import subprocess

from .common import BOOK, PYODIDE, WIDGETS, BuildError, Stamp, digest, files_in, say
from .licences import licences
from .node import environment, node_path, npm_script, run_node

MODULES = WIDGETS / "node_modules"
LOCK = [WIDGETS / "package.json", WIDGETS / "package-lock.json"]


def install_packages() -> None:
    """`npm ci`: exactly the versions and hashes of the lock file."""
    stamp = Stamp("packages", digest(LOCK), [MODULES / ".package-lock.json"])
    if stamp.fresh():
        say("Front-end packages: up to date.")
        return
    say("Front-end packages: installing (about ten seconds)...")
    stamp.remove()
    try:
        run_node([npm_script(), "ci", "--no-progress"], "Installing the packages", WIDGETS)
    except BuildError as error:
        hint = "npm must reach its package registry; a proxy is set by `npm config set proxy`."
        raise BuildError(f"{error}\n{hint} Then run the same command again.") from None
    stamp.write()


def bundle() -> None:
    """Write docs/assets/book."""
    sources = files_in(WIDGETS / "src", "*.ts", "*.css", "*.py", "*.json", "*.woff2", "*.svg")
    sources = [path for path in sources if not path.name.endswith(".test.ts")]
    script = WIDGETS / "build/bundle.mjs"
    names = (
        "book.js",
        "book.css",
        "worker.js",
        "unpacker.js",
        "search.js",
        "service-worker.js",
        "licences.txt",
    )
    outputs = [BOOK / name for name in names]
    known = [PYODIDE / name for name in ("image.json", "drawing.json")]
    known = [path for path in known if path.exists()]
    others = licences()
    stamp = Stamp("bundle", digest([*sources, *LOCK, script, *known], others), outputs)
    if stamp.fresh():
        say("Front end: up to date.")
        return
    say("Front end: bundling...")
    stamp.remove()
    run_node([str(script)], "Bundling the front end")
    (BOOK / "licences.txt").write_text(others, encoding="utf-8")
    stamp.write()


def test_frontend(words: list[str]) -> int:
    """Types and unit tests of the front end; words go to vitest."""
    say("Front end: checking types...")
    node = node_path()
    checks = [
        [node, str(MODULES / "typescript/bin/tsc"), "--noEmit"],
        [node, str(MODULES / "vitest/vitest.mjs"), "run", *words],
    ]
    codes = [
        subprocess.run(check, cwd=WIDGETS, env=environment()).returncode for check in checks
    ]
    return max(codes)
