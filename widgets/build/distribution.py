"""The browser's Python in docs/assets/pyodide: core, wheels, book_code and a small lock file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from .common import PYODIDE, ROOT, WIDGETS, BuildError, Stamp, digest, files_in, say, sha256
from .gather import VERSION, gather
from .node import run_node

NPM = WIDGETS / "node_modules/pyodide"
CORE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"]
LIBRARY = "python_stdlib.zip"
WANTED = ["numpy", "matplotlib"]
# Matplotlib depends on them by name: pytz, which it no longer imports, and fonttools, for PDF.
NOT_NEEDED = {"pytz", "fonttools"}
WHEEL = ROOT / "build/wheel"
WEIGHTS = "book_code/weights"
GATHERED = ROOT / "build/gathered"
COMPILED = ROOT / "build/compiled"


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


def compile_all(packages: dict[str, dict]) -> None:
    """Gather the packages, and have the reader's own Python compile them and its library."""
    names = [package["file_name"] for package in packages.values()]
    scripts = [WIDGETS / f"build/{name}" for name in ("compile.mjs", "compile_archives.py")]
    source = digest([*scripts, NPM / "package.json"], *names)
    stamp = Stamp("compiled", source, [COMPILED / name for name in [LIBRARY, *names]])
    if stamp.fresh():
        return
    stamp.remove()
    for folder in (GATHERED, COMPILED):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    gather(list(packages.values()), GATHERED)
    shutil.copyfile(NPM / LIBRARY, GATHERED / LIBRARY)
    say("  Compiling them with the Python that will load them (half a minute)...")
    places = dict.fromkeys(names, "/lib/python3.14/site-packages")
    order = {
        "pyodide": str(NPM),
        "from": str(GATHERED),
        "to": str(COMPILED),
        "archives": {LIBRARY: "/lib/python314.zip", **places},
    }
    run_node([str(scripts[0]), json.dumps(order)], "Compiling the browser's packages")
    stamp.write()


def build_distribution() -> None:
    """Write docs/assets/pyodide; what is up to date stays."""
    wheel = build_wheel()
    lock = lock_file()
    packages = closure(lock["packages"], WANTED)
    compiled = [LIBRARY, *(package["file_name"] for package in packages.values())]
    files = [*CORE, *compiled, wheel.name]
    weights = trained_weights()
    made = ["pyodide-lock.json", "sizes.json"]
    outputs = [PYODIDE / name for name in [*files, *made, *weights]]
    source = digest(
        [*files_in(WIDGETS / "build", "*.py", "*.mjs"), NPM / "package.json"], sha256(wheel)
    )
    stamp = Stamp("pyodide", source, outputs)
    if stamp.fresh():
        say("Python for the browser: up to date.")
        return
    say("Python for the browser: gathering...")
    stamp.remove()
    compile_all(packages)
    PYODIDE.mkdir(parents=True, exist_ok=True)
    for name in CORE:
        shutil.copyfile(NPM / name, PYODIDE / name)
    for name in compiled:
        shutil.copyfile(COMPILED / name, PYODIDE / name)
    copy_without_weights(wheel, PYODIDE / wheel.name)
    for name, path in weights.items():
        shutil.copyfile(path, PYODIDE / name)
    write_lock(lock["info"], packages, PYODIDE / wheel.name)
    sizes = {name: (PYODIDE / name).stat().st_size for name in [*files, "pyodide-lock.json"]}
    (PYODIDE / "sizes.json").write_text(json.dumps(sizes))  # the page counts what arrives
    keep = {*files, *made, *weights}
    for (
        path
    ) in PYODIDE.iterdir():  # the memory image among them: it is of what was there before
        if path.name not in keep:
            path.unlink()
    stamp.write()
    size = sum(path.stat().st_size for path in PYODIDE.iterdir()) / 1e6
    say(f"Python for the browser: {len(files)} files, {size:.0f} MB.")


def trained_weights() -> dict[str, Path]:
    """The weights that the page fetches one by one (`runtime/start/weights.ts`), by names with their hashes."""
    paths = sorted((ROOT / WEIGHTS).glob("*.npz"))
    return {f"{path.stem}-{sha256(path)[:8]}.npz": path for path in paths}


def copy_without_weights(wheel: Path, target: Path) -> None:
    """The same wheel but for the weights: a start of Python does not wait for them."""
    with zipfile.ZipFile(wheel) as whole, zipfile.ZipFile(target, "w") as rest:
        for entry in whole.infolist():
            content = whole.read(entry)
            if entry.filename.endswith("/RECORD"):
                lines = content.decode().splitlines(keepends=True)
                content = "".join(line for line in lines if not of_weights(line)).encode()
            if not of_weights(entry.filename):
                rest.writestr(entry, content, zipfile.ZIP_DEFLATED)


def of_weights(name: str) -> bool:
    return name.startswith(f"{WEIGHTS}/") and name.split(",")[0].endswith(".npz")


def write_lock(info: dict, packages: dict[str, dict], wheel: Path) -> None:
    """A lock file of these packages and book_code only, made and checked by pyodide-lock."""
    from pyodide_lock import PyodideLockSpec
    from pyodide_lock.utils import add_wheels_to_spec

    spec = PyodideLockSpec(
        info={**info, "version": VERSION},
        packages={
            name: {**package, "sha256": sha256(wheel.parent / package["file_name"])}
            for name, package in packages.items()
        },
    )
    spec = add_wheels_to_spec(spec, [wheel], base_path=wheel.parent)
    spec.check_wheel_filenames()
    spec.to_json(wheel.parent / "pyodide-lock.json")
