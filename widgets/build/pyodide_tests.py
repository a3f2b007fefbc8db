"""The NumPy half of the repository's tests, run by the Python that readers get."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .common import ROOT, WIDGETS, BuildError, say
from .node import environment, node_path

SCRIPT = WIDGETS / "build/pyodide_tests.mjs"
PACKAGES = ["pytest", "_pytest", "pluggy", "iniconfig", "pygments"]  # pytest, all in Python
ELSEWHERE_FOLDERS = {"bench", "browser", "docs", "experiments", "golden", "widgets"}
ELSEWHERE = re.compile(r"^pytestmark = \[?pytest\.mark\.(torch|native|browser)\b", re.MULTILINE)
PARTS = 4  # more than processes, since no part knows how long it will take
MARKS = "not torch and not native and not browser"


def test_pyodide(words: list[str]) -> int:
    """Run pytest inside Pyodide; words take the place of the files and go to pytest."""
    if words:
        say("Tests inside Pyodide...")
        return subprocess.run(command(words), cwd=ROOT, env=environment()).returncode
    say("Tests inside Pyodide, two processes at a time...")
    files = sorted(test_files(), key=lambda path: path.stat().st_size)
    parts = [
        [path.relative_to(ROOT).as_posix() for path in files[i::PARTS]] for i in range(PARTS)
    ]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return max(pool.map(run, parts))


def run(words: list[str]) -> int:
    """Run a part, and print what it says when it has ended."""
    ended = subprocess.run(
        command(words),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    say(ended.stdout.decode(errors="replace"))
    return ended.returncode


def command(words: list[str]) -> list[str]:
    mounts = {f"/home/packages/{name}": str(origin_of(name).parent) for name in PACKAGES}
    mounts["/home/book/tests"] = str(ROOT / "tests")
    files = {
        "/home/book/README.md": ROOT / "README.md",
        "/home/packages/py.py": origin_of("py"),
        "/home/book/pyproject.toml": ROOT / "pyproject.toml",
    }
    options = [
        "-m",
        MARKS,
        "-q",
        "--capture=sys",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:faulthandler",
    ]
    question = {
        "files": {place: str(file) for place, file in files.items()},
        "mounts": mounts,
        "arguments": [*options, *words],
    }
    return [node_path(), str(SCRIPT), json.dumps(question)]


def test_files() -> list[Path]:
    """The test files of the NumPy half: not those that are marked, as a whole, for elsewhere."""
    tests = ROOT / "tests"
    return sorted(
        path
        for path in tests.rglob("test_*.py")
        if path.relative_to(tests).parts[0] not in ELSEWHERE_FOLDERS
        and not ELSEWHERE.search(path.read_text(encoding="utf-8"))
    )


def origin_of(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise BuildError(f"{package} is missing: `python -m nox -s tests` installs it.")
    return Path(found.origin)
