"""One small way to drive any browser: what each engine must be able to do, and what a reader does with it."""

import json
import time
from abc import ABC, abstractmethod
from typing import Any, Self

from ..conftest import is_fault

MINUTE = 60.0
# Finds the elements of a path: CSS selectors, with " >>> " where a shadow root is entered.
SEEK = """((path, name) => path.split(" >>> ").reduce((roots, css) =>
  roots.flatMap((root) => [...(root.shadowRoot ?? root).querySelectorAll(css)]), [document])
  .filter((node) => name === null
    || (node.getAttribute("aria-label") ?? node.textContent).trim() === name))"""
# The middle of an element, in the window, once nothing moves or covers it.
PLACE = """(async (node) => {
  if (!node) return null;
  node.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const place = () => node.getBoundingClientRect();
  const before = place();
  await new Promise((done) => setTimeout(done, 50));
  const { x, y, width, height } = place();
  if (!width || !height || node.disabled || before.y !== y) return null;
  const [left, top] = [x + width / 2, y + height / 2];
  let hit = document.elementFromPoint(left, top);
  while (hit?.shadowRoot) {
    const inner = hit.shadowRoot.elementFromPoint(left, top);
    if (!inner || inner === hit) break;
    hit = inner;
  }
  for (let at = hit; at; at = at.parentNode ?? at.host) if (at === node) return [left, top];
  return null;
})"""
FOCUS = """(node) => {
  node?.focus();
  return Boolean(node) && (node.matches(":focus") || node.contains(node.getRootNode().activeElement));
}"""
# Keys in the words of the W3C's WebDriver; all others are the letters that they write.
KEYS = {
    "Backspace": "\ue003",
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Shift": "\ue008",
    "Control": "\ue009",
    "Escape": "\ue00c",
    "Space": " ",
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
    "Delete": "\ue017",
}
WAITS = """(node) => !!node?.checkVisibility?.() && !node.checkVisibility({ contentVisibilityAuto: true })"""


class Missing(Exception):
    """The engine is not on this machine; the message says how to get it."""


class Engine(ABC):
    """A browser. `new_reader` begins with an empty profile; the rest acts on the reader's one page."""

    name: str
    errors: list[str]
    has_touch = True
    """Whether a finger of the driver's is one for the page."""

    @abstractmethod
    def new_reader(self) -> None: ...

    @abstractmethod
    def goto(self, address: str) -> None: ...

    @abstractmethod
    def reload(self) -> None: ...

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """The value of an expression or of its promise."""

    @abstractmethod
    def point(self, x: float, y: float, kind: str) -> None:
        """Press and release a mouse or a finger."""

    @abstractmethod
    def press(self, chord: str) -> None:
        """Press keys, such as `Control+Enter`, and release them."""

    @abstractmethod
    def resize(self, width: int, height: int) -> None: ...

    def complain(self, told: str) -> None:
        """Keep what the console said, if it is a fault of the page."""
        if is_fault(told):
            self.errors.append(told)

    def complaints(self) -> list[str]:
        """The errors in the console since this reader came."""
        return self.errors

    @abstractmethod
    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What a reader sees

    def of(self, path: str, function: str, name: str | None = None) -> Any:
        """What a function in JavaScript says of the first element of a path."""
        return self.evaluate(f"({function})({SEEK}({json.dumps(path)}, {json.dumps(name)})[0])")

    def text(self, path: str) -> str:
        """The text of an element. What is far off the screen has none until it is laid out."""
        while self.of(path, WAITS):
            self.of(
                path, "(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })"
            )
            time.sleep(0.05)
        return self.of(path, "(node) => node?.innerText ?? ''")

    def count(self, path: str) -> int:
        return self.evaluate(f"{SEEK}({json.dumps(path)}, null).length")

    def until(self, expression: str, seconds: float = 30.0) -> None:
        """Wait until an expression, or its promise, is true."""
        end = time.monotonic() + seconds
        while not self.evaluate(f"(async () => Boolean(await ({expression})))()"):
            if time.monotonic() > end:
                raise AssertionError(f"{self.name}: never came true: {expression}")
            time.sleep(0.05)

    def shows(self, path: str, words: str, seconds: float = 30.0) -> None:
        """Wait until an element says these words."""
        end = time.monotonic() + seconds
        while words not in (seen := self.text(path)):
            if time.monotonic() > end:
                raise AssertionError(f"{self.name}: {path} says {seen!r}, not {words!r}")
            time.sleep(0.05)

    # What a reader does

    def click(self, path: str, name: str | None = None, kind: str = "mouse") -> None:
        """Press an element with the mouse or a finger, once it lies still and free."""
        end = time.monotonic() + 30
        while not (place := self.of(path, PLACE, name)):
            if time.monotonic() > end:
                raise AssertionError(f"{self.name}: {path} ({name}) cannot be pressed")
            time.sleep(0.05)
        self.point(*place, kind)

    def focus(self, path: str, name: str | None = None) -> None:
        """Put the focus on an element, once it takes it."""
        end = time.monotonic() + 30
        while not self.of(path, FOCUS, name):
            if time.monotonic() > end:
                raise AssertionError(f"{self.name}: {path} ({name}) takes no focus")
            time.sleep(0.05)

    def insert(self, text: str) -> None:
        """Write where the cursor is, as from a clipboard: no key is pressed, no indentation added."""
        self.evaluate(f"document.execCommand('insertText', false, {json.dumps(text)})")

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)

    def type(self, text: str) -> None:
        for letter in text:
            self.press({"\n": "Enter", " ": "Space"}.get(letter, letter))


def pointer_actions(x: float, y: float, kind: str) -> list[dict[str, Any]]:
    """A press at a place of the window, in the W3C's words."""
    steps = [
        {"type": "pointerMove", "x": round(x), "y": round(y)},
        {"type": "pointerDown", "button": 0},
        {"type": "pointerUp", "button": 0},
    ]
    return [
        {"type": "pointer", "id": kind, "parameters": {"pointerType": kind}, "actions": steps}
    ]


def key_actions(chord: str) -> list[dict[str, Any]]:
    """The keys of a chord, down in turn and up again, in the W3C's words."""
    keys = [KEYS.get(key, key) for key in (chord.split("+") if len(chord) > 1 else [chord])]
    down = [{"type": "keyDown", "value": key} for key in keys]
    up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
    return [{"type": "key", "id": "keyboard", "actions": [*down, *up]}]
