"""Cells: Python starts by either way, runs, fails, is stopped and cut short, and loses nothing."""

import pytest

from .actions import (
    FIRST,
    SECOND,
    THIRD,
    note,
    open_chapter,
    output,
    press,
    run,
    wait,
    write,
)
from .engine import MINUTE, Engine
from .host import Host

pytestmark = pytest.mark.browser
# Products by the kernels, beside sums in an order of their own: whole numbers, so equal to the last bit.
PRODUCTS = """import math, sys
import numpy as np
kernels = sys.modules.get("fast_numpy")
print(bool(kernels and kernels.installed))
rng = np.random.default_rng(7)
for dtype in (np.float32, np.float64):
    for m, k, n in ((1, 1, 1), (3, 5, 7), (64, 65, 33), (17, 128, 100)):
        a = rng.integers(-8, 9, (m, k)).astype(dtype)
        b = rng.integers(-8, 9, (k, n)).astype(dtype)
        exact = (a[:, :, None] * b[None]).sum(1)
        assert np.array_equal(a @ b, exact)
        assert np.array_equal((b.T @ a.T).T, exact)
        assert np.array_equal(np.dot(a[::-1], b)[::-1], exact)
        x = rng.standard_normal((m, k)).astype(dtype)
        close = 1e-5 if dtype == np.float32 else 1e-12
        for kernel, right in ((np.exp, math.exp), (np.tanh, math.tanh)):
            wanted = [right(float(each)) for each in x.flat]
            assert np.allclose(kernel(x).ravel(), wanted, rtol=close, atol=close)
        assert np.array_equal(np.maximum(x, 0), np.where(x > 0, x, 0))
print("right")"""


@pytest.mark.parametrize("way", ["image", "plain"])
def test_each_way_of_starting_gives_what_stands_under_the_cell(
    engine: Engine, host: Host, way: str
) -> None:
    host.lacking = "image-" if way == "plain" else ""
    open_chapter(engine, host)
    standing = engine.of(f"{FIRST} .book-output", "(node) => node.innerHTML")
    assert standing.strip()
    run(engine, FIRST)
    assert note(engine, FIRST).startswith("Ran in")
    assert engine.of(f"{FIRST} .book-output", "(node) => node.innerHTML") == standing
    assert host.way() == way
    run(engine, THIRD)
    assert "after 1 cell above" in note(engine, THIRD)


def test_an_image_that_fails_before_all_is_there(engine: Engine, host: Host) -> None:
    host.lacking, host.slow = "image-", "pyodide.mjs"
    open_chapter(engine, host)
    run(engine, FIRST)
    assert note(engine, FIRST).startswith("Ran in")
    assert host.way() == "plain"


def test_names_stay_from_cell_to_cell_and_an_error_names_its_line(
    engine: Engine, host: Host
) -> None:
    open_chapter(engine, host)
    write(engine, FIRST, "number = 41")
    run(engine, FIRST)
    write(engine, SECOND, "print('before')\nnumber + 1")
    run(engine, SECOND)
    assert output(engine, SECOND).split() == ["before", "42"]
    write(engine, THIRD, "print('before')\nprint(numbr)")
    run(engine, THIRD)
    shown = output(engine, THIRD)
    assert "before" in shown
    assert "NameError in line 2" in shown
    assert "Did you mean number?" in shown
    assert note(engine, THIRD) == "Stopped by an error in line 2"


def test_stop_ends_an_endless_loop_and_keeps_the_names(engine: Engine, host: Host) -> None:
    open_chapter(engine, host)
    write(engine, FIRST, "kept = 41")
    run(engine, FIRST)
    write(engine, SECOND, "print('going')\nwhile True:\n    pass")
    press(engine, SECOND, "Run")
    engine.shows(f"{SECOND} .book-output", "going", seconds=MINUTE)
    press(engine, SECOND, "Stop")
    engine.shows(f"{SECOND} .book-bar__note", "Python started anew and ran again")
    write(engine, SECOND, "")
    write(engine, THIRD, "kept + 1")
    run(engine, THIRD)
    assert output(engine, THIRD) == "42"


def test_a_flood_of_output_is_cut(engine: Engine, host: Host) -> None:
    open_chapter(engine, host)
    write(engine, FIRST, "for n in range(30_000):\n    print(n)\nprint('last')")
    run(engine, FIRST)
    shown = output(engine, FIRST)
    assert "print less" in shown
    assert shown.endswith("last")
    assert len(shown) < 100_000


def test_an_edit_is_typed_kept_over_a_reload_and_reset(engine: Engine, host: Host) -> None:
    open_chapter(engine, host)
    standing = output(engine, FIRST)
    engine.focus(f"{FIRST} pre.book-code")
    engine.type("print(6 * 7)\n")
    assert engine.of(FIRST, "(cell) => cell.code").startswith("print(6 * 7)\n")
    engine.press("Control+Enter")
    engine.shows(f"{FIRST} .book-output", "42", seconds=MINUTE)
    wait(engine, FIRST)
    engine.reload()
    engine.shows(f"{FIRST} pre.book-code", "print(6 * 7)")
    engine.focus(f"{FIRST} pre.book-code")  # the bar shows where the reader is
    press(engine, FIRST, "Reset")
    engine.until("!document.querySelector('main').innerText.includes('print(6 * 7)')")
    assert output(engine, FIRST) == standing
    engine.reload()
    engine.until("!document.querySelector('main :not(:defined)')")
    assert "print(6 * 7)" not in engine.text(FIRST)


def test_names_are_completed_from_the_pages_variables(engine: Engine, host: Host) -> None:
    open_chapter(engine, host)
    write(engine, FIRST, "learning_rate = 0.1")
    run(engine, FIRST)
    write(engine, FIRST, "learning_rate = 0.1\nprint(lea")
    engine.press("r")
    engine.shows(f"{FIRST} .cm-tooltip-autocomplete", "learning_rate")
    engine.pause(0.3)  # the list takes no key in its first moments, lest it surprise
    engine.press("Tab")
    assert engine.of(FIRST, "(cell) => cell.code").startswith(
        "learning_rate = 0.1\nprint(learning_rate"
    )


def test_a_finger_runs_a_cell_on_a_phone(engine: Engine, host: Host) -> None:
    engine.resize(390, 844)
    open_chapter(engine, host)
    engine.evaluate(
        "addEventListener('pointerdown', (event) => { self.pointer = event.pointerType }, true)"
    )
    engine.click(f"{FIRST} button", "Run", kind="touch")
    wait(engine, FIRST)
    assert note(engine, FIRST).startswith("Ran in")
    if engine.has_touch:
        assert engine.evaluate("self.pointer") == "touch"


def test_products_are_fast_and_right(engine: Engine, host: Host) -> None:
    open_chapter(engine, host)
    write(engine, FIRST, PRODUCTS)
    run(engine, FIRST)
    assert output(engine, FIRST).split() == ["True", "right"]
