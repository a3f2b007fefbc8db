"""The output that stands under a cell: made once by the reader's own Python, kept by content."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .fences import Cell
from .service import ServiceError, service

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build/cells"
PYODIDE = ROOT / "docs/assets/pyodide"
KERNELS = ROOT / "docs/assets/fast-numpy/fast-numpy.wasm"
TWINS = "book_code/experiments/twins/"  # only the results page runs them
NOT_IN_CELLS = re.compile(r"/experiments/(?!twins/)|/torch_\w+\.py$|\.dist-info/")


def outputs_of(page: str, cells: list[Cell]) -> list[list[dict[str, Any]] | ServiceError]:
    """The outputs of a page's cells, in order; the cells run only if one of them is not kept."""
    files = [KEPT / f"{key}.json" for key in chain(cells)]
    if not all(file.exists() for file in files):
        return run(page, cells, files)
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def chain(cells: Iterable[Cell]) -> list[str]:
    """A key for each cell: a hash of its code, of all before it, and of what runs them."""
    keys: list[str] = []
    cells = list(cells)
    twins = any("book_code.experiments" in cell.code for cell in cells)
    total = hashlib.sha256(toolchain(twins).encode())
    for cell in cells:
        total.update(f"\0{cell.id}\0{cell.code}".encode())
        keys.append(total.copy().hexdigest()[:32])
    return keys


def run(
    page: str, cells: list[Cell], files: list[Path]
) -> list[list[dict[str, Any]] | ServiceError]:
    service().ask("forget", page=page)
    made: list[list[dict[str, Any]] | ServiceError] = []
    for cell, file in zip(cells, files, strict=True):
        try:
            outputs = service().ask("run", page=page, id=cell.id, code=cell.code)["outputs"]
        except ServiceError as error:
            stopped = ServiceError("not run, because a cell above was stopped")
            return [*made, error, *[stopped] * (len(cells) - len(made) - 1)]
        keep(file, outputs)
        made.append(outputs)
    return made


def keep(file: Path, outputs: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(outputs, ensure_ascii=False), encoding="utf-8")
    part.replace(file)


def toolchain(twins: bool = False) -> str:
    """A hash of what a cell's output depends on besides its code: book_code, the kernel, Pyodide, NumPy's kernels."""
    lock = PYODIDE / "pyodide-lock.json"
    if not lock.exists():
        raise ServiceError("the reader's Python is not built: run `python -m widgets.build`")
    wheel = next(PYODIDE.glob("book_code-*.whl"))
    parts = [
        *sorted((ROOT / "widgets/src/runtime").glob("*.py")),
        ROOT / "widgets/package-lock.json",
        KERNELS,
    ]
    total = hashlib.sha256(contents(wheel, wheel.stat().st_mtime_ns, twins).encode())
    for part in parts:
        total.update(part.read_bytes())
    return total.hexdigest()


@functools.lru_cache(maxsize=2)
def contents(wheel: Path, changed: int, twins: bool) -> str:
    """Names and checksums of what cells can import from the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        infos = [
            info
            for info in archive.infolist()
            if not NOT_IN_CELLS.search(info.filename)
            and (twins or not info.filename.startswith(TWINS))
        ]
        return "\n".join(f"{info.filename} {info.CRC}" for info in infos)
