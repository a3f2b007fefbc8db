"""Everything the project can do, one command each: `python -m nox -s serve`, `tests`, `figures`, `build`.

Every session lives in a virtual environment of its own, which is set up once and again only when
`pyproject.toml` or `constraints.txt` changes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import sys
import time
from pathlib import Path

import nox

ROOT = Path(__file__).parent
ADDRESS = ("127.0.0.1", 8000)

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["serve"]
nox.options.default_venv_backend = "virtualenv"  # carries its own pip: works on Debian's Python
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True

if sys.version_info < (3, 11):  # noqa: UP036 (whoever starts nox may have an older one)
    raise SystemExit(f"The book needs Python 3.11 or newer; this is {sys.version.split()[0]}.")


def install(session: nox.Session, *groups: str, extras: str = "") -> None:
    """Install the package with `extras` and the dependency groups, unless that stands already."""
    project = nox.project.load_toml("pyproject.toml")
    requirements = nox.project.dependency_groups(project, *groups) if groups else []
    wanted = [f"-e.[{extras}]" if extras else "-e.", "-cconstraints.txt", *requirements]
    recipe = [(ROOT / name).read_text() for name in ("pyproject.toml", "constraints.txt")]
    digest = hashlib.sha256("\n".join([*recipe, *wanted]).encode()).hexdigest()
    stamp = Path(session.virtualenv.location) / "installed"
    if stamp.exists() and stamp.read_text() == digest:
        session.log("The environment is up to date.")
        return
    session.log("Setting up the environment (a few minutes the first time)...")
    stamp.unlink(missing_ok=True)
    session.install(*wanted)
    stamp.write_text(digest)


def build_parts(session: nox.Session) -> None:
    """Build the wheel, the front end and the browser's Python; what is up to date is left alone."""
    session.run("python", "-m", "widgets.build", env=QUIET)


QUIET = {
    "NO_MKDOCS_2_WARNING": "1",
    "JUPYTER_PLATFORM_DIRS": "1",
}
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def real_data() -> dict[str, str]:
    """Data sets in a folder `data` or `shared/data` beside the checkout stand in for downloads."""
    for folder in (ROOT.parent / "data", ROOT.parent / "shared/data"):
        if "BOOK_CODE_DATA" not in os.environ and (folder / "mnist").is_dir():
            return {"BOOK_CODE_DATA": str(folder)}
    return {}


@nox.session
def serve(session: nox.Session) -> None:
    """Build the book and serve it at http://127.0.0.1:8000; a saved chapter shows up by itself."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(ADDRESS)
        except OSError:
            session.error(
                "Port 8000 is taken, perhaps by an earlier `nox -s serve`. Stop that program and "
                "try again."
            )
    start = time.monotonic()
    install(session, "site")
    build_parts(session)
    session.log(f"Ready to build the pages after {time.monotonic() - start:.0f} s.")
    session.log("The book will be at http://%s:%d (Ctrl+C ends it).", *ADDRESS)
    session.run("python", "-m", "mkdocs", "serve", "--dirty", env=QUIET)


@nox.session
def build(session: nox.Session) -> None:
    """Build the static site into `site/`, to be put on any web host."""
    install(session, "site")
    build_parts(session)
    session.run("python", "-m", "mkdocs", "build", "--strict", "--clean", env=QUIET)
    session.run("python", "-m", "widgets.build", "release", env=QUIET)


@nox.session
def tests(session: nox.Session) -> None:
    """Try everything that can fail. Words after `--` go to pytest instead, to run a part."""
    install(session, "site", "test", extras="figures")
    if session.posargs:
        session.run("pytest", *session.posargs, env={**ONE_THREAD, **real_data()})
        return
    step = Steps(session)
    step("lint", "ruff", "check", ".")
    step("format", "ruff", "format", "--check", ".")
    step("types", "mypy")
    step("imports", "lint-imports")
    step("build", "python", "-m", "widgets.build")
    step("front end", "python", "-m", "widgets.build", "test-frontend")
    slowest = "--durations=25"
    parallel = ("--numprocesses=2", "--dist=worksteal")
    units = ("pytest", slowest, *parallel, "--ignore=tests/browser", "--ignore=tests/docs")
    step("units", *units, env={**ONE_THREAD, **real_data()})
    step("units in Pyodide", "python", "-m", "widgets.build", "test-pyodide")
    step("site", "python", "-m", "mkdocs", "build", "--strict", "--clean")
    step("site checks", "pytest", "tests/docs", env=ONE_THREAD)
    step("browser", "pytest", slowest, "tests/browser", "--ignore=tests/browser/engines")
    # Chromium has just had the whole of the browser tests; `-- tests/browser/engines` asks it these as well.
    step("engines", "pytest", "tests/browser/engines", "-k", "not chromium")
    step.report()


class Steps:
    """Runs commands one after the other and keeps the time of each."""

    def __init__(self, session: nox.Session) -> None:
        self.session = session
        self.times: list[tuple[str, float]] = []

    def __call__(self, name: str, *command: str, env: dict[str, str] | None = None) -> None:
        start = time.monotonic()
        self.session.log(f"--- {name}")
        self.session.run(*command, env={**QUIET, **(env or {})})
        seconds = time.monotonic() - start
        self.session.log(f"{name}: {seconds:.0f} s")
        self.times.append((name, seconds))

    def report(self) -> None:
        total = sum(seconds for _, seconds in self.times)
        parts = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in self.times)
        self.session.log(f"All passed in {total:.0f} s: {parts}.")


@nox.session
def figures(session: nox.Session) -> None:
    """Run the experiments that are out of date and draw every figure (`-- --list`, `-- --quick`)."""
    install(session, extras="figures")
    session.run("python", "-m", "book_code.experiments", *session.posargs, env=real_data())
    if not session.posargs:  # trained weights, where some are missing or stale
        session.run("python", "-m", "book_code.weights", env=real_data())


@nox.session
def bench(session: nox.Session) -> None:
    """Measure (`-- steps`, `-- profile lstm`, `-- numpy`, `-- page`, `-- gpu`)."""
    install(session, "site", "test", extras="figures")
    words = session.posargs or ["steps"]
    session.run(
        "python", "-m", "tests.bench", *words, env=ONE_THREAD if words[0] != "gpu" else {}
    )


@nox.session
def clean(session: nox.Session) -> None:
    """Remove what the other sessions made (not the downloads, which are kept for the next build)."""
    for path in (
        "build",
        "site",
        "dist",
        "docs/assets/book",
        "docs/assets/pyodide",
        "docs/assets/fast-numpy",
    ):
        shutil.rmtree(ROOT / path, ignore_errors=True)
    session.log("Removed the built files.")
