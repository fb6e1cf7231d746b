"""Pictures: whatever the records hold, nothing lies outside its picture, no label touches another, every number drawn
is a number; and a page has a picture only where there is something to compare."""

import math
import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html
from pydantic import ValidationError

from pipeline.publish.diff import difference
from pipeline.publish.formats import version_markdown
from pipeline.publish.page_language import page_language
from pipeline.publish.pictures.figures import drawings_of
from pipeline.publish.pictures.history import kept_shares
from pipeline.publish.pictures.positions import positions_of
from pipeline.publish.pictures.scale import Scale
from pipeline.publish.pictures.timeline import timeline_of
from pipeline.records.pages import Event, Figure, Side, Tension, Voice
from tests.publish.test_records import (
    ASKED,
    CLAIMS,
    ENDED,
    TENSION,
    Tree,
    full,
    perspective,
    say,
    site_of,
    text_of,
    version,
)
from tests.publish.test_site import HOSTILE, assert_inert

EXTREMES = [0.0, -0.0, 1.0, 1e12, -1e12, 1e308, -1e308, 5e-324, 1e-9, 0.3, 0.1 + 0.2, 1e15 + 0.5]
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(EXTREMES)
LANGUAGES = ("en", "de", "fr", "ar", "ja")
NARROWEST = 110  # px: the middle column of three at 320 px
LETTER = 0.55 * 12  # px: a digit at the size of the labels


def figure(value: float, **fields: object) -> Figure:
    """A figure of any number, as no record holds it."""
    known = {"id": "f", "about": "calm", "unit": "%", "claims": (CLAIMS[ENDED].id,)}
    return Figure.model_construct(value=value, **{**known, **fields})


def drawn(*figures: Figure, language: str = "en") -> list[etree._Element]:
    """The pictures of these figures, rows and axes, as elements."""
    drawings = drawings_of(version(figures=figures), page_language(language).figure)
    return [etree.fromstring(svg) for drawing in drawings for svg in (*(r.drawing for r in drawing.rows), drawing.axis)]


def assert_inside(svg: etree._Element) -> None:
    """All positions are numbers, and between the sides of the picture."""
    for element in svg.iter():
        at = {name: element.get(name) for name in ("x", "x1", "x2", "cx", "width") if element.get(name)}
        places = {name: float(re.fullmatch(r"(\d{1,3}(?:\.\d)?)%", place)[1]) for name, place in at.items()}
        assert all(0 <= place <= 100 for place in places.values()), at
        assert places.get("x", 0) + places.get("width", 0) <= 100.1, at
    assert not re.search("nan|inf", etree.tostring(svg, encoding="unicode"), re.IGNORECASE)


def assert_apart(svg: etree._Element, width: float = NARROWEST) -> None:
    """No label touches another or a side, in a picture of so many pixels."""
    ends = []
    for text in svg.iter("{*}text", "text"):
        wide, at = len(text.text) * LETTER, float(text.get("x").removesuffix("%")) / 100 * width
        start = at - {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor")]
        assert start >= -1
        assert start + wide <= width + 1
        ends.append((start, start + wide))
    assert all(one[1] < other[0] for one, other in pairwise(sorted(ends))), ends


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(NUMBERS, st.none() | NUMBERS, st.none() | NUMBERS), min_size=3, max_size=6),
    st.sampled_from(LANGUAGES),
)
def test_whatever_the_numbers_nothing_leaves_its_picture_and_no_label_touches_another(numbers, language):
    figures = [figure(value, low=low, high=high) for value, low, high in numbers]
    pictures = drawn(*figures, language=language)
    assert len(pictures) == len(figures) + 1
    for svg in pictures:
        assert_inside(svg)
        assert_apart(svg)


def test_numbers_lie_in_their_order_and_zero_is_on_the_axis_unless_it_is_far():
    def places(*numbers: float) -> list[float]:
        scale = Scale(numbers, with_zero=False)
        return [float(scale.at(number).removesuffix("%")) for number in numbers]

    assert places(-0.03, 0.04, 0.31) == sorted(places(-0.03, 0.04, 0.31))
    assert places(0.0, 1.0) == [5.0, 95.0]
    assert Scale((0.04, 0.31), with_zero=False).ticks() == (0.0, 0.1, 0.2, 0.3)
    assert 0.0 not in Scale((2016.0, 2022.0), with_zero=False).ticks()
    assert Scale((2016.0, 2022.0), with_zero=True).ticks()[0] == 0.0
    assert places(7.0, 7.0) == [50.0, 50.0]


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_no_figure_and_is_never_drawn(wrong):
    with pytest.raises(ValidationError):
        Figure(id="f", about="calm", value=wrong, claims=("c",))
    good = [figure(n) for n in range(3)]
    assert len(drawn(*good, figure(wrong), figure(1, low=wrong))) == 4
    assert drawn(*good[:2], figure(wrong)) == []


def test_only_figures_of_one_kind_that_rest_on_a_claim_are_drawn_and_three_at_least():
    three = [figure(n) for n in range(3)]
    assert len(drawn(*three)) == 4
    assert drawn(*three[:2]) == []
    assert drawn(*three[:2], figure(3, unit="points")) == []
    assert drawn(*three[:2], figure(3, about="noise")) == []
    assert drawn(*three[:2], figure(3, claims=("unknown",))) == []
    assert len(drawn(*three, *(figure(n, about="noise") for n in range(4)))) == 9


def test_the_figures_that_the_page_has_first_are_drawn_first():
    given = (*(figure(n) for n in range(3)), *(figure(n, about="noise") for n in range(4)))
    drawings = drawings_of(version(figures=given), page_language("en").figure)
    assert [drawing.about for drawing in drawings] == ["calm", "noise"]


def test_a_unit_that_the_figures_are_said_to_be_about_is_not_told_twice():
    def units(**fields: str) -> list[str]:
        figures = tuple(figure(n, **fields) for n in range(3))
        return [drawing.unit for drawing in drawings_of(version(figures=figures), page_language("en").figure)]

    assert units(about="Gate closures a year", unit="closures a year") == [""]
    assert units(about="Height in metres", unit="m") == ["m"]
    assert units(about="calm", unit="%") == ["%"]


def test_figures_say_what_each_is_of_where_that_is_not_what_all_are_about():
    given = [
        figure(0.03, id="f1", of="the strictest fifth"),
        figure(0.06, id="f2", of="the loosest fifth"),
        figure(0.31, id="f3", of="all", voice="Ito"),
        figure(0.4, id="f4", of="Calm", voice="Ann"),
    ]
    [drawing] = drawings_of(version(figures=tuple(given)), page_language("en").figure)
    assert {row.figure.value: row.of for row in drawing.rows} == {
        0.03: "the strictest fifth",
        0.06: "the loosest fifth",
        0.31: "all",
        0.4: "",
    }


def test_amounts_are_bars_from_zero_and_measurements_dots_on_the_line_of_their_margin():
    bars = drawn(figure(49), figure(61), figure(98))
    assert [len(svg.findall(".//rect")) for svg in bars] == [1, 1, 1, 0]
    assert [svg.find(".//rect").get("width") for svg in bars[:3]] == ["45%", "56%", "90%"]
    dots = drawn(figure(0.31, low=0.2, high=0.4), figure(0.04), figure(-0.1))
    assert [len(svg.findall(".//circle")) for svg in dots] == [1, 1, 1, 0]
    assert [len(svg.findall(".//line")) for svg in dots[:3]] == [1, 0, 0]


FIGURES = (
    figure(0.27, id="f2", low=0.04, high=0.5, date="2026-06-09", voice="Ann Lee", claims=(CLAIMS[ASKED].id,)),
    figure(0.31, id="f1", low=0.17, high=0.45, date="2022", voice="ann lee"),
    figure(-0.0, id="f3", high=0.11, date="2026-03"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return site_of(tmp_path_factory.mktemp("pictures"), full(figures=FIGURES))


def test_a_figure_stands_under_in_brief_with_who_gives_it_when_its_margin_and_its_citation(site):
    page = Tree(site / "threads/t/index.html")
    assert page.texts("#in-brief .figures caption") == ["calm, %"]
    rows = [[text_of(cell) for cell in row] for row in page.root.cssselect(".figures tr")]
    assert rows == [
        ["ann lee 2022", "", "0.31 (0.17 to 0.45)[1]"],
        ["A March 2026", "", "0 (≤ 0.11)[1]"],
        ["Ann Lee 9 June 2026", "", "0.27 (0.04 to 0.5)[1]"],
        ["", "00.20.4", ""],
    ]
    assert [svg.get("class") for svg in page.root.cssselect(".figures svg")] == [
        "plot was",
        "plot",
        "plot",
        "plot axis",
    ]
    for link, words in zip(page.root.cssselect(".figures a"), (ENDED, ENDED, ASKED), strict=True):
        quote = page.root.get_element_by_id(link.get("href").removeprefix("#"))
        assert text_of(quote) == words
    assert page.texts("#in-brief .legend") == [
        "The line through a dot is its margin. Faint: the same voice gives a later figure."
    ]


def test_words_that_a_template_names_are_in_the_language_of_each_page():
    """Templates are compiled once for all languages, whichever is shown first."""
    shown = full(figures=FIGURES)
    foreseen = shown.claims[CLAIMS[ASKED].id].model_copy(update={"kind": "prediction"})
    shown = shown.model_copy(update={"claims": {**shown.claims, CLAIMS[ASKED].id: foreseen}})
    for language, word in (("de", "(Vorhersage)"), ("en", "(prediction)"), ("fr", "(prédiction)")):
        assert word in version_markdown(shown.model_copy(update={"language": language})), language


def test_what_is_predicted_is_hollow_and_called_so_wherever_it_is_shown(tmp_path):
    """Hollow and not faint, which is what its own voice has replaced."""
    shown = full(figures=FIGURES)
    foreseen = shown.claims[CLAIMS[ASKED].id].model_copy(update={"kind": "prediction"})
    shown = shown.model_copy(update={"claims": {**shown.claims, CLAIMS[ASKED].id: foreseen}})
    site = site_of(tmp_path, shown)
    page = Tree(site / "threads/t/index.html")
    drawn_as = [svg.get("class") for svg in page.root.cssselect(".figures svg")]
    assert drawn_as == ["plot was", "plot", "plot guess", "plot axis"]
    assert page.texts(".figures tr")[2].startswith("Ann Lee 9 June 2026 prediction")
    assert "Hollow: a prediction." in page.texts("#in-brief .legend")[0]
    assert "- Ann Lee, 9 June 2026 (prediction): 0.27 (0.04 to 0.5) [1]" in version_markdown(shown).splitlines()
    strip = Tree(site / "index.html").root.cssselect(".threads .strip")[0]
    assert strip.get("aria-label") == "0.27; 0.31; 0"
    assert [dot.get("class") for dot in strip.findall(".//circle")] == ["guess", None, None]
    assert_inside(strip)


def test_markdown_lists_the_figures():
    lines = version_markdown(full(figures=FIGURES)).splitlines()
    assert "## Figures" in lines
    at = lines.index("**calm**, %")
    assert lines[at + 2 : at + 5] == [
        "- ann lee, 2022: 0.31 (0.17 to 0.45) [1]",
        "- A, March 2026: 0 (≤ 0.11) [1]",
        "- Ann Lee, 9 June 2026: 0.27 (0.04 to 0.5) [1]",
    ]


def test_a_page_without_figures_has_no_picture_of_them(tmp_path):
    page = site_of(tmp_path, full()) / "threads/t/index.html"
    assert lxml_html.document_fromstring(page.read_bytes()).cssselect(".figures, .plot") == []


def test_hostile_figures_stay_text(tmp_path):
    attack = " ".join(HOSTILE) * 3
    figures = tuple(figure(value, about=attack, unit="x" * 500, voice=attack) for value in EXTREMES)
    site = site_of(tmp_path, full(figures=figures))
    assert_inert(site, {"a.example"})
    assert len(Tree(site / "threads/t/index.html").root.cssselect(".figures svg")) == len(EXTREMES) + 1


def question(number: int, *voices: str, state: str = "open") -> Tension:
    """A question with an answer for each of these voices, or groups of them."""
    sides = tuple(Side(answer=f"As {voice} says", voice=voice, sentences=(say("So.", ENDED),)) for voice in voices)
    asked = (say(f"Question {number}?", ENDED),)
    return TENSION.model_copy(update={"id": f"t{number}", "state": state, "sentences": asked, "sides": sides})


QUESTIONS = (
    question(1, "Ann Lee", "Bo; The board", "Bo"),
    question(2, "Cy", "Bo", state="answered"),
    question(3, "the BOARD", "annlee", state="narrowed"),
)


def test_who_stands_where_has_a_letter_for_each_answer_to_an_open_question():
    """By any name; of two answers both letters; answered questions are left out and keep their number."""
    cast = (Voice(id="w1", name="Ann Lee", also=("annlee",)), Voice(id="w2", name="The board"))
    table = positions_of(full(cast=cast, tensions=QUESTIONS, perspectives=(perspective("Ann Lee", "So."),)))
    assert [(q.number, q.tension.id) for q in table.questions] == [(1, "t1"), (3, "t3")]
    assert table.rows == (
        ("Ann Lee", "v-Ann Lee", ("A", "B")),
        ("Bo", "", ("BC", "")),
        ("The board", "", ("B", "A")),
    )


@pytest.mark.parametrize(
    "tensions",
    [
        QUESTIONS[:1],
        (question(1, "Ann Lee", "Bo"), question(2, "Bo", "Ann Lee")),
        (question(1, "Ann", "Bo", "Cy", state="answered"), question(2, "Ann", "Bo", "Cy", state="answered")),
        (),
    ],
)
def test_nobody_is_placed_for_one_question_or_among_fewer_than_three_voices(tensions):
    assert positions_of(full(tensions=tensions)) is None


def test_a_page_begins_its_tensions_with_who_stands_where_and_marks_questions_and_answers_alike(tmp_path):
    page = Tree(site_of(tmp_path, full(tensions=QUESTIONS)) / "threads/t/index.html")
    assert page.texts(".questions li") == [
        "Question 1? A As Ann Lee says B As Bo; The board says C As Bo says",
        "Question 3? A As the BOARD says B As annlee says",
    ]
    assert [li.get("value") for li in page.root.cssselect(".questions li")] == ["1", "3"]
    rows = [[text_of(cell) for cell in row] for row in page.root.cssselect(".positions tr")]
    assert rows == [["", "1", "3"], ["Ann Lee", "A", "B"], ["Bo", "BC", ""], ["The board", "B", "A"]]
    assert page.root.cssselect(".positions ~ .tension"), "which the numbers in the style sheet hang on"


def events(*dates: str) -> list[Event]:
    return [Event(id=f"e{n}", date=day, sentences=(say("It was.", ENDED),)) for n, day in enumerate(dates)]


def places(marks) -> list[float]:
    return [float(mark.at.removesuffix("%")) for mark in marks]


def test_a_half_and_a_quarter_lie_in_the_middle_of_their_months_and_what_is_expected_is_left_out():
    known = events("2024-01-01", "2024-Q1", "2024-H2", "2024-12-31")
    ahead = Event(id="x", date="2030", dated="expected", sentences=())
    drawn = timeline_of([*known, ahead], str, mirrored=False)
    assert places(drawn.marks) == [5, 16.1, 72.6, 95]
    assert places(timeline_of(known, str, mirrored=True).marks) == [95, 83.9, 27.4, 5]
    assert (drawn.size, [mark.event for mark in drawn.marks]) == (4, ["e0", "e1", "e2", "e3"])


DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
NEAR = st.dates(date(2026, 1, 1), date(2026, 5, 1))


@settings(max_examples=60, deadline=None)
@given(st.lists(DAYS | NEAR, min_size=3, unique=True) | st.lists(NEAR, min_size=3, unique=True), st.booleans())
def test_every_event_is_under_one_mark_each_mark_can_be_hit_and_no_date_touches_another(days, mirrored):
    drawn = timeline_of(events(*(day.isoformat() for day in days)), page_language("de").date, mirrored=mirrored)
    assert sum(mark.size for mark in drawn.marks) == drawn.size == len(days)
    at = sorted(places(drawn.marks))
    assert all(5 <= place <= 95 for place in at)
    assert all(other - one > 8.5 for one, other in pairwise(at)), "24 px of 280"
    ends = sorted((label.start, label.end) for label in drawn.labels)
    assert all(start >= 0 and end <= 100 for start, end in ends)
    assert all(one[1] < other[0] for one, other in pairwise(ends))
    assert [(mark.start, mark.end) for mark in drawn.marks] == sorted((mark.start, mark.end) for mark in drawn.marks)


def test_a_timeline_is_labelled_by_years_by_months_or_by_days():
    def labels(*dates: str) -> list[str]:
        return [label.text for label in timeline_of(events(*dates), str, mirrored=False).labels]

    assert labels("2020", "2022", "2024-03") == ["2021", "2022", "2023", "2024"]
    assert labels("1700", "1903", "2026") == ["1750", "1800", "1850", "1900", "1950", "2000"]
    assert labels("2025-12-10", "2026-01-20", "2026-03-20") == ["2026-01", "2026-02", "2026-03"]
    assert labels("2026-03-03", "2026-03-04", "2026-03-05") == ["2026-03-03", "2026-03-04", "2026-03-05"]


def test_fewer_than_three_days_are_no_timeline():
    assert timeline_of(events("2026-03-03", "2026-03-04", "2026-03-04"), str, mirrored=False) is None


def test_a_mark_leads_to_its_first_event_and_says_how_many_it_is_for(tmp_path):
    dated = events("2020", "2026-03-03", "2026-03-04", "2026-03-05", "2024")
    page = Tree(site_of(tmp_path, full(timeline=tuple(dated))) / "threads/t/index.html")
    links = [(a.get("href"), a.get("aria-label"), text_of(a)) for a in page.root.cssselect("svg.band a")]
    assert links == [
        ("#e0", "2020", ""),
        ("#e4", "2024", ""),
        ("#e1", "3 events from 3 March 2026 to 5 March 2026", "3"),
    ]
    assert page.root.cssselect("#timeline div[role=group]")[0].get("aria-label") == "5 events from 2020 to 5 March 2026"


def test_history_draws_the_share_that_each_version_kept_of_the_one_before_from_three_on(tmp_path):
    assert kept_shares({2: {"kept": 2, "moved": 1, "reworded": 3, "added": 2, "removed": 9}, 3: {}}) == {2: 0.375, 3: 0}
    versions = [full(), full(2, whats_new=(say("It ended late.", ENDED),)), full(3, in_brief=(say("No.", ENDED),))]
    page = Tree(site_of(tmp_path / "three", *versions) / "threads/t/history/index.html")
    bars = [float(bar.get("width").removesuffix("%")) for bar in page.root.cssselect(".share rect")]
    assert len(bars) == 2
    assert 50 < bars[0] < bars[1] == 100
    assert len(page.texts(".legend")) == 1
    two = Tree(site_of(tmp_path / "two", *versions[:2]) / "threads/t/history/index.html")
    assert two.root.cssselect(".share, .legend") == []


def test_what_changed_tells_figures_that_came_and_went(tmp_path):
    before, after = full(figures=FIGURES[:2]), full(2, figures=(FIGURES[0], FIGURES[2]))
    [section] = difference(before, after).sections
    assert (section.name, [part.label for part in section.parts]) == ("Figures", ["calm, %"])
    told = [(sentence.kind, sentence.text) for sentence in section.parts[0].sentences]
    assert told == [
        ("kept", "Ann Lee, 9 June 2026: 0.27 [0.04; 0.5]"),
        ("added", "March 2026: 0 […; 0.11]"),
        ("removed", "ann lee, 2022: 0.31 [0.17; 0.45]"),
    ]
    german = [full(n, figures=figures, language="de") for n, figures in ((1, ()), (2, FIGURES[1:2]))]
    page = Tree(site_of(tmp_path, *german) / "threads/t/v2/changes/index.html")
    assert page.texts("#figures ins") == ["neu: ann lee, 2022: 0,31 [0,17; 0,45]"]
