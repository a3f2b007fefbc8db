"""The start of Python: from the image of its memory, and plainly where anything about that is wrong."""

import hashlib
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from widgets.build.node import node_path

from .conftest import SITE
from .starts import (
    ANSWER,
    CODE,
    DRAWING,
    MAIN,
    MARKS,
    MATPLOTLIB,
    MISSING,
    NUMPY,
    PYTHON,
    STALLED,
    START,
    Host,
    changing_host,
    drawing,
    image,
    instead,
    python,
    release,
    start,
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with changing_host() as address:
        yield address


@pytest.fixture
def bare(page: Page, host: str) -> Iterator[Page]:
    """A page without cells; `instead` changes what its host serves."""
    page.goto(host + "notation/")
    yield page
    Host.instead.clear()


def serve_as_if_made(*wrong: str, layer: int = NUMPY) -> None:
    """Serve an image that is wrong from the start (see remake.mjs): the worker expects its hash."""
    path, right = image(layer)
    remake = Path(__file__).with_name("remake.mjs")
    file = PYTHON / Path(path).name
    made = subprocess.run([node_path(), remake, file, *wrong], capture_output=True, check=True)
    script = (SITE / "assets/book/worker.js").read_text(encoding="utf-8")
    old, new = (
        f'"size":{len(content)},"sha256":"{hashlib.sha256(content).hexdigest()}"'
        for content in (right, made.stdout)
    )
    assert script.count(old) == 1
    instead("/assets/book/worker.js", script.replace(old, new).encode())
    instead(path, made.stdout)


def test_a_missing_image(bare: Page) -> None:
    instead(image()[0], MISSING)
    answer, how = start(bare)
    assert (answer, how["way"]) == (ANSWER, "plain")
    assert "404" in how["reason"]


def test_an_image_that_never_answers(bare: Page) -> None:
    instead(image()[0], STALLED)
    answer, how = start(bare)
    assert (answer, how["way"]) == (ANSWER, "plain")
    assert "stands still" in how["reason"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda image: image[: len(image) // 2], "ended after"),
        (lambda image: image + b"more", "longer"),
        (lambda image: image[:3_000_000] + bytes(300) + image[3_000_300:], "damaged"),
        (lambda image: b"<html>" + image[6:], "damaged"),
    ],
    ids=["cut", "longer", "flipped", "another"],
)
def test_a_damaged_image(bare: Page, change: Callable[[bytes], bytes], reason: str) -> None:
    path, right = image()
    instead(path, change(right))
    answer, how = start(bare)
    assert (answer, how["way"]) == (ANSWER, "plain")
    assert reason in how["reason"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (["head", '"buildId":"2', '"buildId":"3'], "another Pyodide"),
        (["head", '"selfTest":"[', '"selfTest":"('], "self-test"),
        (["head", '"first":16384', '"first":99'], "table"),
        (["head", '"hiwireKeys":[', '"hiwireKeyz":['], ""),
        (["libraries"], "Error"),
    ],
    ids=["build", "self-test", "table", "state", "library"],
)
def test_an_image_made_wrong(bare: Page, change: list[str], reason: str) -> None:
    serve_as_if_made(*change)
    answer, how = start(bare)
    assert (answer, how["way"]) == (ANSWER, "plain")
    assert reason in how["reason"]


# What else can befall a file is told by the tests of the first image, which is fetched in the same way.
BROKEN = pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda file: MISSING, "404"),
        (lambda file: file[:3_000_000] + bytes(300) + file[3_000_300:], "damaged"),
    ],
    ids=["missing", "flipped"],
)


def test_the_layer_for_drawing_waits_for_no_other_file(bare: Page) -> None:
    Host.asked.clear()
    code = DRAWING.replace("plt.show()", "plt.title('one')")
    assert start(bare, code, draws=True) == ("image", {"way": "image"})
    assert {image(NUMPY)[0], image(MATPLOTLIB)[0]} <= set(Host.asked)
    assert drawing()[0] not in Host.asked


LATE_DRAWING = [
    "plt.title(r'$\\alpha^2$')",
    "plt.subplot(projection='polar')",
    "plt.imshow([[1, 2]], cmap='viridis')",
    "import matplotlib.sankey",
    "import pylab",
    "import io, PIL.Image as P\nP.new('L', (2, 2)).save(io.BytesIO(), 'png')",
    "plt.style.use('ggplot')",
    "plt.switch_backend('svg')",
]


def test_what_the_layer_leaves_out_is_there_when_a_drawing_needs_it(bare: Page) -> None:
    figures = "\n".join(f"{line}\nplt.plot([1, 2])\nplt.show()" for line in LATE_DRAWING)
    answer, how = start(bare, f"import matplotlib.pyplot as plt\n{figures}", draws=True)
    assert (answer, how) == ("image" * len(LATE_DRAWING), {"way": "image"})


def test_a_drawing_is_the_same_from_the_layer_and_from_the_bundle(bare: Page) -> None:
    script = """
import matplotlib.pyplot as plt
from book_code import plotting
figure, axes = plt.subplots()
axes.plot([1, 3, 2], label="line")
axes.contour([[0, 1, 2], [1, 2, 4], [2, 4, 8]])
axes.set(title="title", xlabel="across")
axes.legend()
print(plotting.to_svg(figure), sorted(plt.rcParams.items()))
plt.close()"""
    (layer, how), (bundle, _) = start(bare, script, draws=True), start(bare, script)
    assert how == {"way": "image"}
    assert "<path" in layer
    assert layer == bundle


@BROKEN
def test_a_damaged_layer_for_drawing(
    bare: Page, change: Callable[[bytes], bytes], reason: str
) -> None:
    path, right = image(MATPLOTLIB)
    instead(path, change(right))
    answer, how = start(bare, DRAWING, draws=True)
    assert (answer, how["way"]) == ("image", "plain")
    assert reason in how["reason"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (["head", '"buildId":"2', '"buildId":"3'], "another Pyodide"),
        (["head", '"selfTest":"[', '"selfTest":"('], "self-test"),
        (["libraries"], "Error"),
    ],
    ids=["build", "self-test", "library"],
)
def test_a_layer_for_drawing_made_wrong(bare: Page, change: list[str], reason: str) -> None:
    serve_as_if_made(*change, layer=MATPLOTLIB)
    answer, how = start(bare, DRAWING, draws=True)
    assert (answer, how["way"]) == ("image", "plain")
    assert reason in how["reason"]


@pytest.mark.parametrize(
    ("script", "reason"),
    [(MISSING, "did not start"), (STALLED, "did not start"), (b"0;", "silent")],
    ids=["missing", "stalled", "silent"],
)
def test_a_worker_that_does_not_unpack(bare: Page, script: bytes, reason: str) -> None:
    instead("/assets/book/unpacker.js", script)
    answer, how = start(bare)
    assert (answer, how["way"]) == (ANSWER, "plain")
    assert reason in how["reason"]


def test_a_main_module_that_cannot_be_made(bare: Page) -> None:
    instead(MAIN, b"\0asm nothing", (SITE / MAIN[1:]).read_bytes())
    answer, how = start(bare)
    assert (answer, how["way"]) == (ANSWER, "plain")


LATE = {
    "np.unique([3, 1, 3])": "[1 3]",
    "np.ma.masked_array([1, 2], [0, 1]).sum()": "1",
    "__import__('numpy.polynomial').polynomial.Polynomial([1, 2])(3)": "7.0",
    "np.char.upper(np.array(['a']))": "['A']",
    "np.rec.array([(1, 2.0)], dtype=[('a', int), ('b', float)]).a": "[1]",
    "__import__('numpy.testing').testing.assert_allclose(1, 1)": "None",
    "__import__('colorsys').rgb_to_hsv(1, 0, 0)": "(0.0, 1.0, 1)",
    "len(__import__('book_code.data').data.load('digits').train.x) > 99": "True",
    "__import__('importlib.metadata').metadata.version('numpy')": "2.4.3",
    "exec('from numpy import *') or eval('ones(1)')": "[1.]",
}


def test_what_the_image_leaves_out_is_there_when_it_is_needed(bare: Page) -> None:
    lines = "\n".join(f"print({expression})" for expression in LATE)
    answer, how = start(bare, f"import numpy as np\n{lines}")
    assert how == {"way": "image"}
    assert dict(zip(LATE, answer.splitlines(), strict=True)) == LATE


@pytest.mark.parametrize(
    "expression",
    [
        "np.sum.__doc__.split(chr(10))[1].strip()",
        "help(np.linalg.solve)",
        "np.ma.masked_array.__doc__",
        "__import__('book_code.nn').nn.Linear.__doc__",
    ],
)
def test_docstrings_are_there_when_they_are_asked_for(bare: Page, expression: str) -> None:
    answer, how = start(bare, f"import numpy as np\nprint({expression})")
    assert how == {"way": "image"}
    assert len(answer) > 30, answer


def test_chance_is_seeded_anew(bare: Page) -> None:
    code = "import random, numpy as np\nprint(random.random(), np.random.rand(), hash('abc'))"
    (one, how), (two, _) = start(bare, code), start(bare, code)
    assert how == {"way": "image"}
    drawn = list(zip(one.split(), two.split(), strict=True))
    assert [a != b for a, b in drawn] == [True, True, False]


REFUSED = "() => performance.getEntriesByName('drawing-refused').map((mark) => mark.detail)"


def test_a_drawing_fetches_one_bundle(bare: Page) -> None:
    Host.asked.clear()
    assert start(bare, DRAWING) == ("image", {"way": "image"})
    assert Host.asked.count(drawing()[0]) == 1
    assert not [path for path in Host.asked if path.endswith(".whl")]
    assert python(bare).evaluate(REFUSED) == []


def test_what_does_not_draw_does_not_fetch_it(bare: Page) -> None:
    Host.asked.clear()
    start(bare)
    assert drawing()[0] not in Host.asked


@BROKEN
def test_a_drawing_without_a_sound_bundle(
    bare: Page, change: Callable[[bytes], bytes], reason: str
) -> None:
    path, right = drawing()
    instead(path, change(right))
    Host.asked.clear()
    assert start(bare, DRAWING)[0] == "image"
    assert [path for path in Host.asked if "/matplotlib-" in path]
    assert reason in python(bare).evaluate(REFUSED)[0]


def test_a_shortened_docstring_names_the_class_that_has_the_properties(bare: Page) -> None:
    code = (
        "import matplotlib.pyplot as plt\n"
        "line, = plt.plot([1, 2], color='red')\nline.set(linewidth=3)\n"
        "print('matplotlib.lines.Line2D' in plt.plot.__doc__, line.get_linewidth())\nplt.close()"
    )
    assert start(bare, code)[0] == "True 3.0\n"


def test_two_tabs_at_once(bare: Page, host: str) -> None:
    other = bare.context.new_page()
    other.goto(host + "notation/")
    other.evaluate(START)
    other.evaluate(
        "(words) => void (self.answer = self.begin(...words))", [CODE, release(), False]
    )
    assert start(bare) == (ANSWER, {"way": "image"})
    assert other.evaluate("() => self.answer") == ANSWER
    assert python(other).evaluate(MARKS) == [{"way": "image"}]


def test_a_page_left_half_way(bare: Page) -> None:
    for pause in (50, 200, 400):
        bare.evaluate(START)
        bare.evaluate("(words) => void self.begin(...words)", [CODE, release(), False])
        bare.wait_for_timeout(pause)
        bare.reload()
    assert start(bare) == (ANSWER, {"way": "image"})


def test_ten_starts(bare: Page) -> None:
    times = []
    for _ in range(10):
        before = time.monotonic()
        assert start(bare) == (ANSWER, {"way": "image"})
        times.append(time.monotonic() - before)
        bare.reload()
    assert max(times) < 20, times
