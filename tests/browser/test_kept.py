"""What a start of Python keeps for the next visit."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from .conftest import chromium
from .starts import (
    ANSWER,
    DRAWING,
    MAIN,
    MATPLOTLIB,
    MISSING,
    NUMPY,
    Host,
    changing_host,
    image,
    instead,
    start,
)

pytestmark = pytest.mark.browser
PLACES = """async function* places() {
  for await (const [name, place] of (await navigator.storage.getDirectory()).entries())
    if (name.startsWith(encodeURIComponent("python "))) yield place;
}"""
# A file is kept once its number of bytes stands at its end, and its worker lets go of it in the same moment. One that
# grows while its end is asked for is not kept yet: the browser then refuses to read it.
KEPT = f"""async () => {{
  {PLACES}
  const kept = [];
  for await (const place of places())
    for await (const [name, handle] of place.entries()) {{
      const file = await handle.getFile();
      if (file.size < 8) continue;
      const end = await file.slice(-8).arrayBuffer().catch((error) => {{
        if (error.name !== "NotReadableError") throw error;
      }});
      if (end && new DataView(end).getUint32(0, true) === file.size - 8) kept.push(name);
    }}
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


def name_of(layer: int) -> str:
    return Path(image(layer)[0]).name


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with changing_host() as address:
        yield address


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
    while page.evaluate(KEPT) != sorted([*map(name_of, layers), Path(MAIN).name]):
        assert time.monotonic() < deadline, page.evaluate(KEPT)
        page.wait_for_timeout(100)


def test_the_next_visit_has_both_large_files_at_hand(profile: Page) -> None:
    old = """async () => {
      const name = encodeURIComponent(`python ${location.origin}/assets/pyodide/ image-0000.wasm`);
      const root = await navigator.storage.getDirectory();
      const file = await (await root.getDirectoryHandle(name, { create: true })).getFileHandle("old", { create: true });
      const stream = await file.createWritable();
      await stream.write(new Uint8Array(8));
      await stream.close();
    }"""
    profile.evaluate(old)
    assert profile.evaluate(KEPT) == ["old"]
    cache = "`python ${location.origin}/assets/pyodide/ image-0000.wasm`"
    profile.evaluate(f"() => caches.open({cache}).then(() => {{}})")
    visit(profile)  # and what another image had left is gone
    assert profile.evaluate("() => caches.keys()") == []
    profile.context.new_cdp_session(profile).send("Network.clearBrowserCache")
    for path in (image()[0], MAIN):
        instead(path, MISSING)
    profile.reload()
    assert start(profile) == (ANSWER, {"way": "image"})


def test_a_visit_that_draws_keeps_its_layer_too(profile: Page) -> None:
    visit(profile)
    visit(profile, draws=True)
    profile.context.new_cdp_session(profile).send("Network.clearBrowserCache")
    for path in (image(NUMPY)[0], image(MATPLOTLIB)[0], MAIN):
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
    name = name_of(NUMPY) if which == "image" else Path(MAIN).name
    profile.evaluate(DAMAGE, [name, change])
    assert asked_again(profile) == {image()[0] if which == "image" else MAIN}
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
    return {image()[0], MAIN} & set(Host.asked)
