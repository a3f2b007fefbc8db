"""Chromium, by Playwright, as in the rest of the browser's tests."""

from typing import Any

from playwright.sync_api import Browser, Page

from .engine import Engine


class Chromium(Engine):
    name = "chromium"

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.page: Page | None = None

    def new_reader(self) -> None:
        self.close()
        context = self.browser.new_context(
            viewport={"width": 1280, "height": 900}, has_touch=True
        )
        self.page = context.new_page()
        self.errors = []
        self.page.on("pageerror", lambda error: self.complain(str(error)))
        self.page.on(
            "console", lambda message: message.type == "error" and self.complain(message.text)
        )

    def goto(self, address: str) -> None:
        self.page.goto(address)

    def reload(self) -> None:
        self.page.reload()

    def evaluate(self, expression: str) -> Any:
        return self.page.evaluate(f"async () => await ({expression})")

    def point(self, x: float, y: float, kind: str) -> None:
        (self.page.mouse.click if kind == "mouse" else self.page.touchscreen.tap)(x, y)

    def press(self, chord: str) -> None:
        self.page.keyboard.press(chord)

    def resize(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def close(self) -> None:
        if self.page:
            self.page.context.close()
            self.page = None
