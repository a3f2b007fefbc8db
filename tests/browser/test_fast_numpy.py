"""NumPy's kernels on the page: there by themselves, and missed by nobody where they cannot be fetched."""

import pytest
from playwright.sync_api import Page, expect

from .actions import cell, output, run, write

pytestmark = pytest.mark.browser
CHAPTER, FIRST = "foundations/perceptron/", "first-perceptron"
CODE = """import sys
import numpy as np
a = np.arange(10_000.0).reshape(100, 100) % 7
exact = np.array_equal(a @ a.T, np.einsum("ij,kj->ik", a, a))
print("fast_numpy" in sys.modules and sys.modules["fast_numpy"].installed, exact)"""


@pytest.mark.parametrize("there", [True, False])
def test_products_are_right_with_and_without(page: Page, site: str, there: bool) -> None:
    if not there:
        page.context.route("**/fast-numpy.wasm", lambda route: route.fulfill(status=404))
    page.goto(site + CHAPTER)
    write(cell(page, FIRST), CODE)
    run(cell(page, FIRST))
    expect(output(cell(page, FIRST))).to_have_text(f"{there} True")
