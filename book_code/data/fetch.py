"""Find a data file: in the reader's own folder, in the cache, or on the network; verify it always.

1. If the environment names a folder in BOOK_CODE_DATA, `<folder>/<data set>/<file>` is looked at first.
2. Then the cache of this user (`pooch.os_cache("book_code")`).
3. Then every address in turn. A download becomes visible in the cache only when it is whole and right.

Nothing is used before its sha256 is right.
"""

import hashlib
import importlib.util
import os
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import DataError

VARIABLE = "BOOK_CODE_DATA"


@dataclass(frozen=True)
class RemoteFile:
    """A file that others publish: its data set, name, size in bytes, sha256 and addresses."""

    dataset: str
    name: str
    size: int
    sha256: str
    addresses: tuple[str, ...]


def locate(file: RemoteFile) -> Path:
    """Return the path of a verified copy of the file, fetching it if there is none.

    Raises:
        DataError: if there is none and none can be had, or the reader's own copy is damaged.
    """
    own = own_path(file)
    if own is not None and own.exists():
        wrong = fault(own, file)
        if wrong:
            raise DataError(
                f"{own} (in the folder that {VARIABLE} names) {wrong}. It was left as it is: "
                f"replace it, or unset {VARIABLE} to have the file fetched"
            )
        return own
    cached = cache_folder() / file.dataset / file.name
    if cached.exists():
        wrong = fault(cached, file)
        if not wrong:
            return cached
        cached.unlink()
        warnings.warn(f"{cached} {wrong}; deleted, fetching it again", stacklevel=2)
    return _download(file, cached, own)


def available(file: RemoteFile) -> bool:
    """Say whether `locate` would find a right copy on this machine, without the network."""
    candidates = [own_path(file)]
    if importlib.util.find_spec("pooch"):
        candidates.append(cache_folder() / file.dataset / file.name)
    return any(
        path is not None and path.exists() and not fault(path, file) for path in candidates
    )


def own_path(file: RemoteFile) -> Path | None:
    """Return where the file should be in the folder that BOOK_CODE_DATA names, or None."""
    named = os.environ.get(VARIABLE)
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise DataError(f"{VARIABLE} names {named!r}, and there is no such folder")
    return folder / file.dataset / file.name


def cache_folder() -> Path:
    """Return the folder of fetched files."""
    return Path(_pooch().os_cache("book_code"))


def fault(path: Path, file: RemoteFile) -> str:
    """Return what is wrong with a copy of the file, in words; "" if nothing is."""
    size = path.stat().st_size
    if size < file.size:
        return f"is cut off: {size:,} of {file.size:,} bytes"
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != file.sha256:
        return f"is damaged: its sha256 is {found[:12]}..., expected {file.sha256[:12]}..."
    return ""


def _download(file: RemoteFile, target: Path, own: Path | None) -> Path:
    """Try every address; return the target, or say what each of them answered."""
    pooch = _pooch()
    reasons = []
    for address in file.addresses:
        try:
            pooch.retrieve(address, f"sha256:{file.sha256}", target.name, target.parent)
            return target
        except ValueError:  # how pooch says that the hash is wrong; its partial file is gone
            reasons.append(f"{address}: sent something else than the published file (sha256)")
        except OSError as error:  # every error of the connection is one
            reasons.append(f"{address}: {_in_words(error)}")
    missing = f"It is not in {own.parent} either. " if own is not None else ""
    raise DataError(
        f"cannot fetch {file.name} of {file.dataset}:\n  "
        + "\n  ".join(reasons)
        + f"\n{missing}Nothing was kept. Without a connection, put the file at "
        f"<folder>/{file.dataset}/{file.name} and set {VARIABLE}=<folder>"
    )


def _in_words(error: OSError) -> str:
    """Say what a failed request means to somebody who waits for a file."""
    kind = type(error).__name__
    if "Timeout" in kind:
        return "no answer in time"
    if kind == "ChunkedEncodingError":
        return "the connection broke off before the file was whole"
    if kind == "ConnectionError":
        return "no connection"
    return str(error) or kind


def _pooch() -> Any:
    """Import pooch when it is needed, or say how to get it."""
    try:
        return importlib.import_module("pooch")
    except ImportError as error:
        if sys.platform == "emscripten":
            advice = 'in the browser only "iris" and "digits" are at hand'
        else:
            advice = (
                f'pip install "book-code[data]", or name a folder with the files in {VARIABLE}'
            )
        raise DataError(
            f"this data set is fetched with pooch, which is missing: {advice}"
        ) from error
