"""The licences of what others wrote and the site ships: each asks that its words go where the code goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from .common import WIDGETS, BuildError

THEME = ["mkdocs-material", "mkdocstrings-python"]  # their scripts, styles and icons
RULE = f"\n\n{'=' * 80}\n\n"


def licences() -> str:
    """One text: npm's packages that the bundle may hold, then the theme's. Python's wheels hold their own."""
    return RULE.join([*npm_licences(WIDGETS), *theme_licences()]) + "\n"


def npm_licences(folder: Path) -> Iterator[str]:
    lock = json.loads((folder / "package-lock.json").read_text("utf-8"))
    for place, entry in lock["packages"].items():
        if not place or entry.get("dev"):
            continue
        package = json.loads((folder / place / "package.json").read_text("utf-8"))
        heading = f"{package['name']} {package['version']}: {package['license']}"
        files = sorted((folder / place).glob("LICEN[CS]E*"))
        if files:
            yield "\n\n".join([heading, *(file.read_text("utf-8").strip() for file in files)])
        elif home := package.get("homepage"):
            yield f"{heading}\n\nIts source and the whole licence: {home}"
        else:
            raise BuildError(
                f"{package['name']} comes without a licence and names no home to find one."
            )


def theme_licences() -> Iterator[str]:
    for name in THEME:
        package = distribution(name)
        files = [file for file in package.files or [] if file.stem == "LICENSE"]
        if not files:
            raise BuildError(f"{name} comes without a licence.")
        for file in files:
            about = f", {file.parent.name}" if file.parent.parent.name == ".icons" else ""
            yield f"{name} {package.version}{about}\n\n{file.read_text('utf-8').strip()}"
