"""The pages in a real browser: citations by mouse and keyboard without script, on a desk and on a phone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import demo
from tests.test_demo import SLUG

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not on this machine")
sync_api = pytest.importorskip("playwright.sync_api")

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("demo") / "demo"
    demo.play(home, lambda _: None)
    return home / "site"


@pytest.fixture(scope="module")
def browser() -> Iterator["sync_api.Browser"]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["desk", "phone"])
def page(request, browser, site) -> Iterator["sync_api.Page"]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=False)
    opened = context.new_page()
    opened.goto(f"file://{site}/threads/{SLUG}/index.html")
    yield opened
    context.close()


def cards_shown(page) -> int:
    return page.locator(".card:visible").count()


def test_the_style_is_applied(page):
    assert page.locator("main").bounding_box()["width"] <= 720
    assert cards_shown(page) == 0


def test_a_citation_opens_on_hover_and_on_focus_inside_the_window(page):
    citation = page.locator("#narrative .cite button").first
    citation.hover()
    assert cards_shown(page) == 1
    card = page.locator(".card:visible")
    assert len(card.locator("q").first.inner_text()) > 20
    box, window = card.bounding_box(), page.viewport_size
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= window["width"]
    page.mouse.move(0, 0)
    assert cards_shown(page) == 0
    citation.focus()
    assert cards_shown(page) == 1
    page.keyboard.press("Tab")
    assert cards_shown(page) == 1, "the card's own link is reached without closing it"
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/**")
    place = page.url.partition("#")[2]
    assert page.locator(f"#{place}").is_visible()


def test_nothing_runs_over_the_side(page, site):
    for file in sorted(site.rglob("index.html")):
        page.goto(f"file://{file}")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], file
