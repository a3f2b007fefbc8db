"""What is far off the screen is laid out when it comes near, and no place on a page is lost by that."""

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
SIZES = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
LONGEST = "convolution/cnn/"
PARTS = ".md-content__inner > :not(h1, h2, h3, h4, h5, h6, aside)"
WAITING = f"""() => [...document.querySelectorAll("{PARTS}")]
    .filter((part) => part.firstElementChild)
    .filter((part) => part.firstElementChild.checkVisibility() && !part.firstElementChild.checkVisibility({{contentVisibilityAuto: true}}))
    .length"""
HEIGHT = "document.documentElement.scrollHeight"
ALL = "document.documentElement.classList.contains('book-laid-out')"
LAY_OUT_ALL = "document.documentElement.classList.add('book-laid-out')"
TOP = "((target) => document.querySelector(target).getBoundingClientRect().top)"
DOWN = """() => new Promise((done) => {
    scrollBy({ top: 0.8 * innerHeight, behavior: "instant" });
    requestAnimationFrame(() => requestAnimationFrame(done));
})"""
REACHABLE = "[...document.querySelectorAll('.md-nav--primary a')].some((link) => link.checkVisibility())"
# Half a character is left for rounding.
REACHED = """[...document.querySelectorAll("pre > code")].every((code) =>
    Math.abs(code.scrollWidth - code.clientWidth) < 5 || code.hasAttribute("tabindex") === code.scrollWidth > code.clientWidth)"""
WIDE = """[...document.querySelectorAll("pre > code")].every((code) =>
    code.hasAttribute("tabindex") || code.scrollWidth <= code.clientWidth)"""
# What stands at the upper edge of the screen; what is below it may grow still.
PLACE = """() => {
    const seen = [...document.querySelectorAll(".md-content__inner > *")].find((part) => part.getBoundingClientRect().bottom > 80);
    return [seen.textContent.slice(0, 60), Math.round(seen.getBoundingClientRect().top)];
}"""


@pytest.fixture(params=SIZES)
def page(browser: Browser, request: pytest.FixtureRequest):
    with browser.new_context(viewport=SIZES[request.param]) as context:
        yield context.new_page()


def read_on(page: Page, screens: int) -> None:
    for _ in range(screens):
        page.evaluate(DOWN)


def test_a_reader_meets_only_what_is_laid_out(page: Page, site: str) -> None:
    page.goto(site + LONGEST)
    page.wait_for_selector("book-status")
    assert page.evaluate(WAITING) > 100
    for _ in range(200):
        before = page.evaluate("scrollY")
        read_on(page, 1)
        if page.evaluate("scrollY") == before:
            break
    assert page.evaluate(WAITING) == 0
    assert not page.evaluate(ALL)
    height = page.evaluate(HEIGHT)
    page.evaluate(LAY_OUT_ALL)
    assert page.evaluate(HEIGHT) == pytest.approx(height, abs=2)


@pytest.mark.parametrize("target", ["#exercises", "#questions-answered"])
def test_a_link_within_the_page_ends_where_it_points(
    page: Page, site: str, target: str
) -> None:
    page.goto(site + LONGEST)
    page.wait_for_selector("book-status")
    page.evaluate(
        f"document.querySelector('.md-content__inner > p').insertAdjacentHTML('beforeend', '<a href=\"{target}\">there</a>')"
    )
    page.get_by_role("link", name="there", exact=True).click()
    page.wait_for_function(ALL)
    page.wait_for_timeout(300)  # nothing moves it away afterwards
    assert 0 <= page.evaluate(f"{TOP}('{target}')") < 140


def test_an_address_with_a_place_opens_there(page: Page, site: str) -> None:
    page.goto(site + LONGEST + "#exercises")
    page.wait_for_selector("book-status")
    assert page.evaluate(ALL)
    page.wait_for_function(f"{TOP}('#exercises') < 140")
    assert page.evaluate(f"{TOP}('#exercises')") >= 0


def test_a_page_is_read_on_where_it_was_left(page: Page, site: str) -> None:
    page.goto(site + LONGEST)
    page.wait_for_selector("book-status")
    read_on(page, 12)
    page.wait_for_timeout(500)
    text, top = page.evaluate(PLACE)
    page.reload()
    page.wait_for_selector("book-status")
    page.wait_for_function("scrollY > 0")
    page.wait_for_timeout(500)
    assert page.evaluate(PLACE) == [text, pytest.approx(top, abs=4)]


@pytest.mark.parametrize("way", ["link", "address"])
def test_one_comes_back_to_where_one_was(page: Page, site: str, way: str) -> None:
    page.goto(site + LONGEST)
    page.wait_for_selector("book-status")
    read_on(page, 12)
    page.wait_for_timeout(500)
    text, top = page.evaluate(PLACE)
    if way == "link":  # without loading the page anew
        page.evaluate("document.querySelector('.md-footer__link--prev').click()")
        page.wait_for_function(f"!location.pathname.endsWith('/{LONGEST}') && scrollY === 0")
        page.wait_for_timeout(500)
    else:
        page.goto(site)
    page.go_back()
    page.wait_for_function("scrollY > 0")
    page.wait_for_timeout(1000)
    assert page.evaluate(PLACE) == [text, pytest.approx(top, abs=4)]


def test_a_jump_lays_out_all(page: Page, site: str) -> None:
    page.goto(site + LONGEST)
    page.wait_for_selector("book-status")
    page.evaluate(
        "scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })"
    )
    page.wait_for_function(ALL)
    assert page.evaluate(WAITING) == 0


def test_without_scripts_nothing_waits(browser: Browser, site: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site + LONGEST)
        assert (
            page.locator(PARTS).last.evaluate(
                "part => getComputedStyle(part).contentVisibility"
            )
            == "visible"
        )


def test_code_that_is_too_wide_is_reached_by_keyboard(page: Page, site: str) -> None:
    page.goto(site + "foundations/perceptron/")
    page.wait_for_selector("book-status")
    page.evaluate(LAY_OUT_ALL)
    for width in (1400, 320, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(REACHED)


def test_wide_code_is_reached_before_it_is_laid_out(page: Page, site: str) -> None:
    page.goto(site + LONGEST)
    page.wait_for_selector("book-status")
    page.wait_for_function(f"({WAITING})() > 100")
    page.wait_for_function(WIDE)


def test_the_closed_drawer_of_a_phone_is_not_reached_by_tab(
    browser: Browser, site: str
) -> None:
    with browser.new_context(viewport=SIZES["phone"]) as context:
        page = context.new_page()
        page.goto(site + LONGEST)
        assert not page.evaluate(REACHABLE)
        page.locator(".md-header label[for=__drawer]").click()
        page.wait_for_function(REACHABLE)
