"""Each explorable is moved by the keyboard alone; the playground trains."""

import pytest

from .actions import open_chapter
from .engine import MINUTE, SEEK, Engine
from .host import Host

pytestmark = pytest.mark.browser
PLAYGROUND = "book-playground >>> "


def tells(engine: Engine, path: str, words: str, attribute: str = "aria-valuetext") -> None:
    """Wait until an element tells these words to a screen reader."""
    told = f"(node) => (node.getAttribute({attribute!r}) ?? '').includes({words!r})"
    engine.until(f"({told})({SEEK}({path!r}, null)[0])", seconds=10)


def press_all(engine: Engine, *chords: str) -> None:
    for chord in chords:
        engine.press(chord)


def push(engine: Engine, path: str, name: str) -> None:
    """Press a button as the keyboard does."""
    engine.until(
        f"document.querySelector({path.split(' >>> ')[0]!r}).shadowRoot?.querySelector('button')"
    )
    engine.focus(path, name)
    engine.press("Enter")


def test_the_perceptrons_points_and_weights(engine: Engine, host: Host) -> None:
    open_chapter(engine, host)
    push(engine, "book-perceptron >>> button", "AND")
    engine.focus("book-perceptron >>> [aria-label^='Point 2 ']")
    engine.press("ArrowRight")
    point = "book-perceptron >>> .point[aria-label^='Point 2 ']"
    tells(engine, point, "minus one at 0.1, 1", "aria-label")
    engine.press("Space")
    tells(engine, point, "plus one", "aria-label")
    push(engine, "book-perceptron >>> button", "Just show me")
    arrow = "book-perceptron >>> [role=slider][aria-label*='Weight vector']"
    engine.focus(arrow)
    press_all(engine, "Shift+ArrowRight", "ArrowUp")
    tells(engine, arrow, "w = (1, 0.1)")


def test_the_graphs_inputs(engine: Engine, host: Host) -> None:
    open_chapter(engine, host, "foundations/backpropagation/")
    engine.until(
        "document.querySelector('book-graph').shadowRoot.querySelector('[role=slider]')"
    )
    node = "book-graph >>> [role=slider][aria-label*='input w']"
    engine.focus(node)
    engine.press("ArrowUp")
    tells(engine, node, "0.6", "aria-valuenow")
    push(engine, "book-graph >>> button", "Step ›")
    assert engine.text("book-graph >>> .words").strip()


def test_the_convolutions_window(engine: Engine, host: Host) -> None:
    open_chapter(engine, host, "convolution/cnn/?stepping=p:edge;g:6;at:0,0")
    engine.until(
        "document.querySelector('book-convolution').shadowRoot.querySelector('[role=slider]')"
    )
    window = "book-convolution >>> [role=slider][aria-label*='The window']"
    engine.focus(window)
    press_all(engine, "ArrowRight", "ArrowRight")
    tells(engine, window, "row 0, column 2, output 3")
    engine.shows("book-convolution >>> .product", "= 3 = y[0, 2]")


def test_the_receptive_fields_unit(engine: Engine, host: Host) -> None:
    open_chapter(engine, host, "convolution/cnn/")
    push(engine, "book-receptive-field >>> button", "Just show me")
    unit = "book-receptive-field >>> [role=slider][aria-label*='The output unit']"
    engine.focus(unit)
    engine.press("ArrowLeft")
    tells(engine, unit, "1", "aria-valuenow")


def test_lenet_reads_a_stroke(engine: Engine, host: Host) -> None:
    open_chapter(engine, host, "convolution/cnn/")
    push(engine, "book-lenet >>> button", "Empty the board")
    engine.focus("book-lenet >>> [role=application]")
    press_all(engine, *["ArrowUp"] * 7, "Space", *["ArrowDown"] * 15, "Space")
    push(engine, "book-lenet >>> button", "1")
    engine.shows("book-lenet >>> .verdict", "You said 1; it reads", seconds=MINUTE)
    assert engine.count("book-lenet >>> .maps canvas") == 1 + 6 + 6 + 16 + 16 + 2


def test_the_playground_trains(engine: Engine, host: Host) -> None:
    open_chapter(engine, host, "apps/neural-network-playground/")
    push(engine, f"{PLAYGROUND}button", "Epoch")
    engine.shows(f"{PLAYGROUND}.numbers", "15", seconds=MINUTE)
    push(engine, f"{PLAYGROUND}button", "▶ Play")
    engine.until(
        """/test right\\s+(9[5-9]|100)\\.\\d/
        .test(document.querySelector("book-playground").shadowRoot.querySelector(".numbers").innerText)""",
        seconds=MINUTE,
    )
    push(engine, f"{PLAYGROUND}button", "❚❚ Pause")
    engine.pause(0.5)
    paused = engine.text(f"{PLAYGROUND}.numbers")
    engine.pause(0.5)
    assert engine.text(f"{PLAYGROUND}.numbers") == paused
