"""The browser's Python in docs/assets/pyodide: core, wheels, book_code and a small lock file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from .common import PYODIDE, ROOT, WIDGETS, BuildError, Stamp, digest, files_in, say, sha256
from .gather import VERSION, gather

NPM = WIDGETS / "node_modules/pyodide"
CORE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]
WANTED = ["numpy", "matplotlib"]
NOT_NEEDED = {
    "pytz"
}  # the lock file names it for Matplotlib, which has not imported it for years
WHEEL = ROOT / "build/wheel"


def lock_file() -> dict:
    """The lock file of Pyodide's npm package, whose hash npm has verified."""
    path = NPM / "pyodide-lock.json"
    if not path.exists():
        raise BuildError("Pyodide's npm package is missing: run `python -m widgets.build`.")
    return json.loads(path.read_text())


def closure(packages: dict, names: list[str]) -> dict[str, dict]:
    """The named packages and all that they depend on, without what is not needed."""
    found: dict[str, dict] = {}
    todo = list(names)
    while todo:
        name = todo.pop()
        if name in found or name in NOT_NEEDED:
            continue
        package = packages[name]
        found[name] = {
            **package,
            "depends": [other for other in package["depends"] if other not in NOT_NEEDED],
        }
        todo += found[name]["depends"]
    return dict(sorted(found.items()))


def build_wheel() -> Path:
    """The wheel of book_code, by pip and the project's own build backend."""
    sources = [*files_in(ROOT / "book_code", "*"), ROOT / "pyproject.toml", ROOT / "README.md"]
    made = sorted(WHEEL.glob("book_code-*.whl"))
    stamp = Stamp("wheel", digest(sources), made or [WHEEL / "book_code.whl"])
    if stamp.fresh():
        say("book_code wheel: up to date.")
        return made[0]
    say("book_code wheel: building...")
    stamp.remove()
    shutil.rmtree(WHEEL, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    done = subprocess.run(
        [*command, "--wheel-dir", str(WHEEL), str(ROOT)], capture_output=True, text=True
    )
    if done.returncode:
        raise BuildError(f"The book_code wheel could not be built:\n{done.stderr}")
    stamp.write()
    return next(WHEEL.glob("book_code-*.whl"))


def build_distribution() -> None:
    """Write docs/assets/pyodide; files that are there and right stay."""
    wheel = build_wheel()
    lock = lock_file()
    packages = closure(lock["packages"], WANTED)
    files = [*CORE, wheel.name, *(package["file_name"] for package in packages.values())]
    made = ["pyodide-lock.json", "sizes.json"]
    outputs = [PYODIDE / name for name in [*files, *made]]
    source = digest([*files_in(WIDGETS / "build", "*.py"), NPM / "package.json"], sha256(wheel))
    stamp = Stamp("pyodide", source, outputs)
    if stamp.fresh():
        say("Python for the browser: up to date.")
        return
    say("Python for the browser: gathering...")
    stamp.remove()
    PYODIDE.mkdir(parents=True, exist_ok=True)
    for name in CORE:
        shutil.copyfile(NPM / name, PYODIDE / name)
    gather(list(packages.values()), PYODIDE)
    shutil.copyfile(wheel, PYODIDE / wheel.name)
    write_lock(lock["info"], packages, PYODIDE / wheel.name)
    sizes = {name: (PYODIDE / name).stat().st_size for name in [*files, "pyodide-lock.json"]}
    (PYODIDE / "sizes.json").write_text(json.dumps(sizes))  # the page counts what arrives
    keep = {*files, *made}
    for path in PYODIDE.iterdir():
        if path.name not in keep:
            path.unlink()
    stamp.write()
    size = sum(path.stat().st_size for path in PYODIDE.iterdir()) / 1e6
    say(f"Python for the browser: {len(files)} files, {size:.0f} MB.")


def write_lock(info: dict, packages: dict[str, dict], wheel: Path) -> None:
    """A lock file of these packages and book_code only, made and checked by pyodide-lock."""
    from pyodide_lock import PyodideLockSpec
    from pyodide_lock.utils import add_wheels_to_spec

    spec = PyodideLockSpec(
        info={**info, "version": VERSION},
        packages=packages,
    )
    spec = add_wheels_to_spec(spec, [wheel], base_path=wheel.parent)
    spec.check_wheel_filenames()
    spec.to_json(wheel.parent / "pyodide-lock.json")
