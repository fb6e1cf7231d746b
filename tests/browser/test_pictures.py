"""Pictures in a real browser: nothing in them is hidden, cut off or written over another, on any screen in light and
dark, from the left and from the right; and what assistive technology needs."""

import pytest

from pipeline.records.pages import Voice
from tests.browser.conftest import CHROMIUM
from tests.publish.test_pictures import FIGURES, QUESTIONS, events, figure
from tests.publish.test_records import full, site_of

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not on this machine")

AMOUNTS = tuple(figure(value, id=f"a{value}", about="cost of it all", unit="crowns") for value in (4.9e6, 6.1e6, 1e12))
DATES = ("2016", "2020-H2", "2024-06-14", "2026-03-03", "2026-03-04", "2026-03-05", "2026-09")
OVERLAPPING = """() => {
  const boxes = [...document.querySelectorAll('svg text')].filter(e => e.checkVisibility()).map(e => {
    const b = e.getBoundingClientRect(), s = e.closest('svg').getBoundingClientRect();
    return {text: e.textContent, svg: e.closest('svg'), b, out: b.left < s.left - 1 || b.right > s.right + 1};
  });
  const touching = (p, q) => p.svg == q.svg && p.b.left < q.b.right && q.b.left < p.b.right
    && p.b.top < q.b.bottom && q.b.top < p.b.bottom;
  return boxes.filter((p, n) => p.out || boxes.some((q, m) => n < m && touching(p, q))).map(p => p.text);
}"""


PICTURES = len((*FIGURES, *AMOUNTS)) + 2 + 1  # with two axes, and a timeline


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [
        ("en", 320, "dark"),
        ("en", 390, "light"),
        ("ar", 390, "dark"),
        ("en", 768, "dark"),
        ("en", 1280, "light"),
        ("en", 1920, "dark"),
    ],
)
def test_pictures_pass_axe_and_nothing_in_them_overlaps(browser, tmp_path, language, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    cast = (Voice(id="w1", name="Ann Lee", also=("annlee",)), Voice(id="w2", name="The board"))
    shown = {"figures": (*FIGURES, *AMOUNTS), "cast": cast, "tensions": QUESTIONS, "timeline": tuple(events(*DATES))}
    site = site_of(tmp_path, full(language=language, **shown))
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    opened = context.new_page()
    opened.goto(f"file://{site}/threads/t/index.html")
    opened.locator("details").evaluate_all("all => all.forEach(e => e.open = true)")
    assert opened.locator("svg:visible").count() == PICTURES
    assert opened.evaluate(OVERLAPPING) == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    small = opened.locator("svg a, .positions a, .questions a, .figures a").evaluate_all(
        """all => all.filter(e => Math.min(e.getBoundingClientRect().width, e.getBoundingClientRect().height) < 24)
          .map(e => e.outerHTML)"""
    )
    assert small == []
    found = axe.run(opened).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found] == []
    context.close()
