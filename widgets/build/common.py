"""Folders, problems that say what to do, and stamps that tell whether a step is up to date."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urljoin

ROOT = Path(__file__).resolve().parents[2]
WIDGETS = ROOT / "widgets"
BOOK = ROOT / "docs/assets/book"
PYODIDE = ROOT / "docs/assets/pyodide"
FAST_NUMPY = ROOT / "docs/assets/fast-numpy"
STAMPS = ROOT / "build/stamps"


class BuildError(Exception):
    """What went wrong, and what to do about it."""


def say(text: str) -> None:
    print(text, flush=True)


def cache_folder() -> Path:
    """Where downloads are kept from build to build; BOOK_CACHE puts it elsewhere."""
    if chosen := os.environ.get("BOOK_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "book-build"


def unpack(wheels: Iterable[Path], folder: Path) -> None:
    """Put what is in the wheels into a folder, and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(paths: Iterable[Path], *extra: str) -> str:
    """One hash of the names and contents of files, and of what else counts."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        total.update(path.read_bytes())
    for text in extra:
        total.update(text.encode() + b"\0")
    return total.hexdigest()


def files_in(folder: Path, *patterns: str) -> list[Path]:
    """The source files in a folder, without what Python and the tests leave there."""
    found = (path for pattern in patterns for path in folder.rglob(pattern))
    return [p for p in found if p.is_file() and "__pycache__" not in p.parts]


def file_at(site: Path, page: Path, address: str) -> Path:
    """The file of a built site that a page has by an address.

    404.html, which is shown at any depth, has addresses from the root of the host: before the site's own part there
    is the folder that the site stands in.
    """
    here = urljoin(f"/{page.relative_to(site).as_posix()}", address)
    parts = unquote(here).lstrip("/").split("/")
    places = [site.joinpath(*parts[i:]) for i in range(len(parts))]
    return next((place for place in places if place.is_file()), places[0])


class Stamp:
    """Remembers what a step was made from and what it made."""

    def __init__(self, name: str, source: str, outputs: Iterable[Path]) -> None:
        self.file = STAMPS / f"{name}.json"
        self.source = source
        self.outputs = list(outputs)

    def fresh(self) -> bool:
        if not self.file.exists() or not all(path.exists() for path in self.outputs):
            return False
        return json.loads(self.file.read_text())["source"] == self.source

    def remove(self) -> None:
        self.file.unlink(missing_ok=True)

    def write(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps({"source": self.source}))
