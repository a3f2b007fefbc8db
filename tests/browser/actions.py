"""What a reader does with a cell or an exercise, in the tests' words."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

ENDED = re.compile("^(Ran|Stopped|As it stood|Solved|Python|[0-9]+ of|The )")
MINUTE = 60_000


def cell(page: Page, name: str) -> Locator:
    return page.locator(f"book-cell#{name}")


def press(element: Locator, label: str) -> None:
    element.get_by_role("button", name=label, exact=True).click()


def note(element: Locator) -> Locator:
    return element.locator(".book-bar__note")


def output(element: Locator) -> Locator:
    return element.locator(".book-output")


def read(output: Locator) -> str:
    """What stands in an output, and there must be something. Far off the screen it has no text."""
    output.scroll_into_view_if_needed()
    expect(output).not_to_have_text("", use_inner_text=True)
    return output.inner_text()


def run(element: Locator) -> None:
    """Press Run and wait until the cell says how it ended."""
    press(element, "Run")
    wait(element)


def wait(element: Locator) -> None:
    expect(element.locator(".book-bar")).not_to_have_attribute("data-busy", "", timeout=MINUTE)
    expect(note(element)).to_have_text(ENDED)


def check(element: Locator) -> None:
    """Hand in what stands in an exercise and wait until it is judged."""
    press(element, "Check")
    expect(element.get_by_role("button", name="Check", exact=True)).to_be_visible(
        timeout=MINUTE
    )


def write(element: Locator, code: str) -> None:
    """Replace the code by other code, as a reader would."""
    editor = element.locator(".cm-content")
    if not editor.count():
        element.locator("pre.book-code").first.focus()
        element.page.keyboard.press("Enter")
    editor.focus()
    element.page.keyboard.press("ControlOrMeta+a")
    element.page.keyboard.press("Delete")
    element.page.keyboard.insert_text(code)


def link_to(element: Locator, code: str) -> str:
    """The link to a cell with other code in it, as its button copies it."""
    write(element, code)
    element.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(element, "Link")
    expect(note(element)).to_contain_text("copied")
    return element.page.evaluate("navigator.clipboard.readText()")


def save_progress(page: Page, folder: Path) -> Path:
    """The file that the status menu hands over."""
    page.locator(".book-status__chip").click()
    with page.expect_download() as download:
        press(page.locator("book-status"), "Save my progress as a file")
    file = folder / "progress.json"
    download.value.save_as(file)
    return file


def pythons(page: Page) -> list[str]:
    """Keeps the Python workers that a page makes from now on."""
    made: list[str] = []
    page.on("worker", lambda worker: "/book/worker" in worker.url and made.append(worker.url))
    return made


def fetched(page: Page) -> list[str]:
    """Keeps the addresses that a page asks for from now on."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    return seen
