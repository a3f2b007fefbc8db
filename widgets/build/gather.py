"""Brings the wheels that Pyodide's lock file names, from the first source that has them.

Whatever the source, a file counts only if it has the SHA-256 that the lock file states.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

from .common import BuildError, cache_folder, say, sha256

VERSION = "314.0.3"
RELEASE = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
ARCHIVE = "open-webui==0.12.4"  # a wheel on PyPI that carries Pyodide's own wheels
ARCHIVE_FOLDER = "open_webui/frontend/pyodide/"
SECONDS_TO_ANSWER = 5

Package = dict[str, Any]


class Unavailable(Exception):
    """A source that does not answer, or does not have the file."""


def gather(packages: list[Package], folder: Path) -> None:
    """Put the packages' files into a folder; what the cache holds is not fetched again."""
    cache = cache_folder() / f"pyodide-{VERSION}"
    cache.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    missing = [package for package in packages if not in_cache(package, cache)]
    if missing:
        fetch(missing, cache)
    for package in packages:
        (folder / package["file_name"]).write_bytes((cache / package["file_name"]).read_bytes())


def in_cache(package: Package, cache: Path) -> bool:
    path = cache / package["file_name"]
    if path.exists() and sha256(path) != package["sha256"]:
        say(f"  {path.name} in the cache is damaged; it is fetched again.")
        path.unlink()
    return path.exists()


def fetch(packages: list[Package], cache: Path) -> None:
    reasons = []
    for name, source in (("Pyodide's release", Release), ("an archive on PyPI", Archive)):
        try:
            say(f"  Asking {name} for {len(packages)} wheels...")
            with source() as opened:
                for package in packages:
                    store(package, opened, cache)
            return
        except Unavailable as error:
            say(f"  {name} is not available: {error}")
            reasons.append(f"- {name}: {error}")
        packages = [package for package in packages if not in_cache(package, cache)]
    names = ", ".join(package["file_name"] for package in packages)
    raise BuildError(
        f"No source has the browser's Python packages ({names}):\n"
        + "\n".join(reasons)
        + f"\nConnect to the internet once, or put the files into {cache} (or into the folder that "
        "the variable BOOK_CACHE names, under the same last folder name); then run this again."
    )


def store(package: Package, source: Release | Archive, cache: Path) -> None:
    """Write one verified file into the cache; one that differs from the lock file stops the build."""
    name = package["file_name"]
    part = cache / f"{name}.{os.getpid()}.part"
    try:
        size, chunks = source.open(name)
        with (
            part.open("wb") as file,
            tqdm(
                total=size, desc=f"  {name[:40]}", unit="B", unit_scale=True, leave=False
            ) as bar,
        ):
            for chunk in chunks:
                file.write(chunk)
                bar.update(len(chunk))
        if (found := sha256(part)) != package["sha256"]:
            raise BuildError(
                f"{name} is not what Pyodide's lock file states (SHA-256 {found} instead of "
                f"{package['sha256']}). It was deleted. Run this again; if it happens again, the "
                "source or something on the way changes files: do not use it."
            )
        part.replace(cache / name)
    finally:
        part.unlink(missing_ok=True)


class Release:
    """Pyodide's release on its CDN; it gets five seconds to answer."""

    address = RELEASE

    def __enter__(self) -> Release:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def open(self, name: str) -> tuple[int | None, Iterator[bytes]]:
        try:
            answer = urllib.request.urlopen(self.address + name, timeout=SECONDS_TO_ANSWER)
        except (urllib.error.URLError, OSError) as error:
            raise Unavailable(getattr(error, "reason", error)) from None
        size = answer.headers.get("Content-Length")
        return int(size) if size else None, chunks_of(answer, size and int(size))


class Archive:
    """Single members out of a wheel on PyPI, without fetching the whole of it."""

    def __enter__(self) -> Archive:
        from remotezip import RemoteIOError, RemoteZip

        try:
            self.zip: zipfile.ZipFile = RemoteZip(self.address(), timeout=60)
        except (RemoteIOError, OSError) as error:
            raise Unavailable(error) from None
        return self

    def __exit__(self, *error: object) -> None:
        self.zip.close()

    def address(self) -> str:
        """Where pip would get the wheel from: the index that this machine uses."""
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            command = [
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--dry-run",
            ]
            command += [
                "--ignore-installed",
                "--only-binary=:all:",
                "--report",
                str(report),
                ARCHIVE,
            ]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                raise Unavailable(done.stderr.strip().splitlines()[-1])
            return json.loads(report.read_text())["install"][0]["download_info"]["url"]

    def open(self, name: str) -> tuple[int | None, Iterator[bytes]]:
        try:
            info = self.zip.getinfo(ARCHIVE_FOLDER + name)
            return info.file_size, chunks_of(self.zip.open(info), info.file_size)
        except KeyError:
            raise Unavailable(f"it does not hold {name}") from None


def chunks_of(file: Any, size: int | None) -> Iterator[bytes]:
    """The content in pieces; a connection that ends too early is a source that is not available."""
    got = 0
    try:
        while chunk := file.read(1 << 16):
            got += len(chunk)
            yield chunk
    except (OSError, zipfile.BadZipFile, EOFError) as error:
        raise Unavailable(f"the transfer broke off: {error}") from None
    if size is not None and got < size:
        raise Unavailable(f"the transfer broke off after {got} of {size} bytes")
