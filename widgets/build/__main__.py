"""`python -m widgets.build`: everything that the pages need; what is up to date is left alone.

python -m widgets.build                 the front end and the browser's Python
python -m widgets.build release         after `mkdocs build`: policy, hashes, what offline reading needs
python -m widgets.build test-frontend   types and unit tests of the front end
python -m widgets.build test-pyodide    the NumPy half of the tests, inside Pyodide
"""

from __future__ import annotations

import argparse
import sys
import time

from .common import ROOT, BuildError, say
from .distribution import build_distribution
from .drawing import build_drawing
from .frontend import bundle, install_packages, test_frontend
from .image import build_image
from .kernels import build_kernels
from .pyodide_tests import test_pyodide
from .release import release


def main() -> int:
    parser = argparse.ArgumentParser(
        "python -m widgets.build", description=__doc__.split("\n")[0]
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=["all", "release", "test-frontend", "test-pyodide"],
        default="all",
    )
    parser.add_argument("words", nargs=argparse.REMAINDER, help="for vitest or pytest")
    chosen = parser.parse_args()
    start = time.monotonic()
    try:
        if chosen.what == "release":
            release(ROOT / "site")
            return 0
        install_packages()
        if chosen.what == "test-frontend":
            return test_frontend(chosen.words)
        build_distribution()
        build_kernels()
        if chosen.what == "test-pyodide":
            return test_pyodide(chosen.words)
        build_drawing()
        build_image()
        bundle()
    except BuildError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    say(f"Built in {time.monotonic() - start:.1f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
