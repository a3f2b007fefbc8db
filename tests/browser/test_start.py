"""The start of Python: from the image of its memory, and plainly where anything about that is wrong."""

import contextlib
import functools
import hashlib
import http.server
import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Page, Playwright

from widgets.build.node import node_path

from .conftest import SITE, Handler, chromium

pytestmark = pytest.mark.browser
PYTHON = SITE / "assets/pyodide"
MISSING, STALLED = b"missing", b"stalled"
CODE = (
    "import numpy as np\nimport book_code\nprint(np.arange(6).reshape(2, 3) @ np.ones((3, 1)))"
)
ANSWER = "[[ 3.]\n [12.]]\n"
START = """
() => void (self.begin = (code, release, draws) => new Promise((resolve, reject) => {
  const worker = new Worker("/assets/book/worker.js", { type: "module", name: "python" });
  worker.onerror = (event) => reject(event.message);
  worker.onmessage = ({ data }) => {
    if (data.kind === "failed" || data.kind === "refused") reject(data.message);
    if (data.kind === "ready")
      worker.postMessage({ kind: "task", id: 1, task: { kind: "run", page: "p", cell: "c", code } });
    if (data.kind === "done")
      resolve(data.answer.outputs.map(({ kind, text, message }) => text ?? message ?? kind).join(""));
  };
  const python = new URL("/assets/pyodide/", location.href).href;
  worker.postMessage({ kind: "start", python, draws, interrupt: null, release });
}))
"""
MARKS = "() => performance.getEntriesByName('python-started').map((mark) => mark.detail)"


def release() -> str:
    """What the worker wants to hear from its page."""
    script = (SITE / "assets/book/worker.js").read_text(encoding="utf-8")
    found = re.search(r'="([0-9a-f]{16})"', script)
    assert found
    return found[1]


def start(page: Page, code: str = CODE, draws: bool = False) -> tuple[str, dict[str, str]]:
    """What a new Python answers, and how it says that it started."""
    page.evaluate(START)
    answer = page.evaluate("(words) => self.begin(...words)", [code, release(), draws])
    return answer, page.workers[-1].evaluate(MARKS)[0]


class Host(Handler):
    """Serves the site, some of its files changed; counts what was asked for."""

    instead: ClassVar[dict[str, list[bytes]]] = {}
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        bodies = self.instead.get(self.path)
        if not bodies:
            return super().do_GET()
        body = bodies[0] if len(bodies) == 1 else bodies.pop(0)
        if body == STALLED:
            time.sleep(8)
            self.close_connection = True
            return None
        kind = "text/javascript" if self.path.endswith(".js") else "application/wasm"
        self.send_response(404 if body == MISSING else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):  # a browser that has seen enough hangs up
            self.wfile.write(body)
        return None


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    handler = functools.partial(Host, directory=str(SITE), headers={})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def bare(page: Page, host: str) -> Iterator[Page]:
    """A page without cells; `instead` changes what its host serves."""
    page.goto(host + "notation/")
    yield page
    Host.instead.clear()


def instead(path: str, *bodies: bytes) -> None:
    """Serve other bytes for a file: one after the other, the last for ever."""
    Host.instead[path] = list(bodies)


NUMPY, MATPLOTLIB = 0, 1  # the layers


def image(layer: int = NUMPY) -> tuple[str, bytes]:
    """The address of a layer, and what stands there."""
    name = json.loads((PYTHON / "image.json").read_text())["layers"][layer]["file"]
    return f"/assets/pyodide/{name}", (PYTHON / name).read_bytes()


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


BROKEN = pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda file: MISSING, "404"),
        (lambda file: STALLED, "stands still"),
        (lambda file: file[: len(file) // 2], "ended after"),
        (lambda file: file[:3_000_000] + bytes(300) + file[3_000_300:], "damaged"),
    ],
    ids=["missing", "stalled", "cut", "flipped"],
)


def test_the_layer_for_drawing_waits_for_no_other_file(bare: Page) -> None:
    Host.asked.clear()
    code = DRAWING.replace("plt.show()", "plt.title('one')")
    assert start(bare, code, draws=True) == ("image", {"way": "image"})
    assert {image(NUMPY)[0], image(MATPLOTLIB)[0]} <= set(Host.asked)
    assert drawing()[0] not in Host.asked


LATE_DRAWING = {
    "mathematics": "plt.title(r'$\\alpha^2$')",
    "a style": "plt.style.use('ggplot')",
    "a backend": "plt.switch_backend('svg')",
    "a projection": "plt.subplot(projection='polar')",
    "a map of colours": "plt.imshow([[1, 2]], cmap='viridis')",
    "a module": "import matplotlib.sankey",
    "a module of its own": "import pylab",
    "what PIL writes": "import io, PIL.Image as P\nP.new('L', (2, 2)).save(io.BytesIO(), 'png')",
}


@pytest.mark.parametrize("line", LATE_DRAWING.values(), ids=LATE_DRAWING)
def test_what_the_layer_leaves_out_is_there_when_a_drawing_needs_it(
    bare: Page, line: str
) -> None:
    code = f"import matplotlib.pyplot as plt\n{line}\nplt.plot([1, 2])\nplt.show()"
    assert start(bare, code, draws=True) == ("image", {"way": "image"})


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
    path = "/assets/pyodide/pyodide.asm.wasm"
    instead(path, b"\0asm nothing", (PYTHON / "pyodide.asm.wasm").read_bytes())
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
    "len(__import__('book_code.data').data.load('digits').train.x)": None,
    "__import__('importlib.metadata').metadata.version('numpy')": "2.4.3",
    "exec('from numpy import *') or eval('ones(1)')": "[1.]",
}


@pytest.mark.parametrize("expression", LATE)
def test_what_the_image_leaves_out_is_there_when_it_is_needed(
    bare: Page, expression: str
) -> None:
    answer, how = start(bare, f"import numpy as np\nprint({expression})")
    assert how == {"way": "image"}
    assert answer.strip() == LATE[expression] or (LATE[expression] is None and int(answer) > 99)


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


DRAWING = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
REFUSED = "() => performance.getEntriesByName('drawing-refused').map((mark) => mark.detail)"


def drawing() -> tuple[str, bytes]:
    """The address of Matplotlib's bundle, and what stands there."""
    name = json.loads((PYTHON / "drawing.json").read_text())["file"]
    return f"/assets/pyodide/{name}", (PYTHON / name).read_bytes()


def test_a_drawing_fetches_one_bundle(bare: Page) -> None:
    Host.asked.clear()
    assert start(bare, DRAWING) == ("image", {"way": "image"})
    assert Host.asked.count(drawing()[0]) == 1
    assert not [path for path in Host.asked if path.endswith(".whl")]
    assert bare.workers[-1].evaluate(REFUSED) == []


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
    assert reason in bare.workers[-1].evaluate(REFUSED)[0]


def test_a_shortened_docstring_names_the_class_that_has_the_properties(bare: Page) -> None:
    code = (
        "import matplotlib.pyplot as plt\n"
        "line, = plt.plot([1, 2], color='red')\nline.set(linewidth=3)\n"
        "print('matplotlib.lines.Line2D' in plt.plot.__doc__, line.get_linewidth())\nplt.close()"
    )
    assert start(bare, code)[0] == "True 3.0\n"


PLACES = """async function* places() {
  for await (const [name, place] of (await navigator.storage.getDirectory()).entries())
    if (name.startsWith(encodeURIComponent("python "))) yield place;
}"""
KEPT = f"""async () => {{
  {PLACES}
  const kept = [];
  for await (const place of places())
    for await (const [name, file] of place.entries())
      if ((await file.getFile()).size > 0) kept.push(name);
  return kept.sort();
}}"""
DAMAGE = f"""async ([wanted, change]) => {{
  {PLACES}
  for await (const place of places()) {{
    const file = await place.getFileHandle(wanted);
    const size = (await file.getFile()).size;
    const stream = await file.createWritable({{ keepExistingData: true }});
    if (change === "cut") await stream.truncate(size / 2);
    else await stream.write({{ type: "write", position: size / 2, data: new Uint8Array(9).fill(1) }});
    await stream.close();
  }}
}}"""
MAIN = "pyodide.asm.wasm"
MAIN_PATH = f"/assets/pyodide/{MAIN}"


def name_of(layer: int) -> str:
    return Path(image(layer)[0]).name


@pytest.fixture
def profile(playwright: Playwright, host: str, tmp_path: Path) -> Iterator[Page]:
    """A page of a reader whose browser keeps what came, as a private window does not."""
    context = playwright.chromium.launch_persistent_context(tmp_path, **chromium())
    page = context.new_page()
    page.goto(host + "notation/")
    yield page
    context.close()
    Host.instead.clear()


def visit(page: Page, draws: bool = False) -> None:
    """A first visit, until its large files are kept for the next."""
    assert start(page, draws=draws) == (ANSWER, {"way": "image"})
    deadline = time.monotonic() + 30
    layers = [NUMPY, MATPLOTLIB] if draws else [NUMPY]
    while page.evaluate(KEPT) != sorted([*map(name_of, layers), MAIN]):
        assert time.monotonic() < deadline, page.evaluate(KEPT)
        page.wait_for_timeout(100)


def test_the_next_visit_has_both_large_files_at_hand(profile: Page) -> None:
    old = """async () => {
      const name = encodeURIComponent(`python ${location.origin}/assets/pyodide/ image-0000.wasm`);
      const root = await navigator.storage.getDirectory();
      const file = await (await root.getDirectoryHandle(name, { create: true })).getFileHandle("old", { create: true });
      const stream = await file.createWritable();
      await stream.write("old");
      await stream.close();
    }"""
    profile.evaluate(old)
    assert profile.evaluate(KEPT) == ["old"]
    visit(profile)  # and what another image had left is gone
    profile.context.new_cdp_session(profile).send("Network.clearBrowserCache")
    for path in (image()[0], MAIN_PATH):
        instead(path, MISSING)
    profile.reload()
    assert start(profile) == (ANSWER, {"way": "image"})


def test_a_visit_that_draws_keeps_its_layer_too(profile: Page) -> None:
    visit(profile)
    visit(profile, draws=True)
    profile.context.new_cdp_session(profile).send("Network.clearBrowserCache")
    for path in (image(NUMPY)[0], image(MATPLOTLIB)[0], MAIN_PATH):
        instead(path, MISSING)
    profile.reload()
    assert start(profile, DRAWING, draws=True) == ("image", {"way": "image"})
    profile.reload()
    assert start(profile) == (ANSWER, {"way": "image"})


@pytest.mark.parametrize("change", ["cut", "flipped"])
@pytest.mark.parametrize("which", ["image", "main"])
def test_what_is_kept_and_damaged_is_fetched_anew(
    profile: Page, which: str, change: str
) -> None:
    visit(profile)
    name = name_of(NUMPY) if which == "image" else MAIN
    profile.evaluate(DAMAGE, [name, change])
    assert asked_again(profile) == {image()[0] if which == "image" else MAIN_PATH}
    deadline = time.monotonic() + 30
    while asked_again(profile):  # until it is kept anew
        assert time.monotonic() < deadline
        profile.wait_for_timeout(1000)


def asked_again(profile: Page) -> set[str]:
    """What another start from the image fetches of the two large files."""
    Host.asked.clear()
    profile.context.new_cdp_session(profile).send("Network.clearBrowserCache")
    profile.reload()
    assert start(profile) == (ANSWER, {"way": "image"})
    return {image()[0], MAIN_PATH} & set(Host.asked)


def test_two_tabs_at_once(bare: Page, host: str) -> None:
    other = bare.context.new_page()
    other.goto(host + "notation/")
    other.evaluate(START)
    other.evaluate(
        "(words) => void (self.answer = self.begin(...words))", [CODE, release(), False]
    )
    assert start(bare) == (ANSWER, {"way": "image"})
    assert other.evaluate("() => self.answer") == ANSWER
    assert other.workers[-1].evaluate(MARKS) == [{"way": "image"}]


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
