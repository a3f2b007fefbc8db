"""Every experiment has a twin of browser size, and one and the same rule judges both."""

import re
import subprocess
import sys

import pytest

from book_code.experiments import _report, _runner, twins
from widgets.markdown.experiments import results_markdown
from widgets.markdown.fences import Cell, Fence, parse, scan
from widgets.markdown.standing import chain, outputs_of, toolchain
from widgets.src.runtime.kernel import Kernel

pytestmark = pytest.mark.native

PUBLISHED = _report.published()
NAV = [{"Convolution": ["convolution/cnn.md"]}]


def test_every_experiment_has_a_twin_or_a_reason():
    assert not set(twins.names()) & set(twins.WITHOUT)
    assert set(twins.names()) | set(twins.WITHOUT) <= set(_runner.names())
    missing = PUBLISHED.keys() - set(twins.names()) - set(twins.WITHOUT)
    assert not missing, f"write book_code/experiments/twins/<name>.py for {sorted(missing)}"


@pytest.mark.parametrize("name", sorted(PUBLISHED.keys() & set(twins.names())))
def test_the_large_run_shows_the_trend_and_the_contrary_is_refused(name):
    twin = twins.twin(name)
    for result in PUBLISHED[name]:
        numbers = twins.published(result)
        assert twin.agrees(numbers), numbers
        turned = dict(zip(numbers, reversed(numbers.values()), strict=True))
        assert not twin.agrees(turned), turned
        assert not twin.agrees(dict.fromkeys(numbers, 50.0)), "no effect is no trend"


def test_every_twin_shows_the_trend_natively_as_in_the_cell():
    pieces = scan("\n".join(results_markdown(NAV, "results.md", "all")).splitlines())
    cells = [parse(p) for p in pieces if isinstance(p, Fence) and p.kind == "live"]
    assert [re.search(r'"(\w+)"', cell.code)[1] for cell in cells] == [
        name for name in PUBLISHED if name in twins.names()
    ]
    kernel = Kernel()
    for cell, standing in zip(cells, outputs_of("results.md", cells), strict=True):
        native = kernel.run(cell.code, cell.id)
        assert native == standing
        assert native[-1]["text"].endswith("\nAs in the large run.\n"), cell.code


def test_the_twins_need_no_pytorch():
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from book_code.experiments import twins\n"
        "for name in twins.names(): twins.twin(name)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_only_cells_with_twins_depend_on_the_twins():
    """To change a twin runs the results page again, and no other page."""
    assert toolchain() != toolchain(twins=True)
    plain, whole = Cell("a", "1 + 1"), Cell("b", "from book_code.experiments import twins")
    assert chain([plain])[0] != chain([plain, whole])[0]
