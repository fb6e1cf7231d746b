"""Like beside like: what the writer may compare, and what of its answer is a comparison."""

import pytest

from pipeline.records.claims import Quantity
from pipeline.records.dates import Span
from pipeline.records.pages import Page, Voice
from pipeline.synthesize.answer import ComparisonAnswer
from pipeline.synthesize.figures import Offered, compared, offered, without
from tests.synthesize.works import says, work

PAGE = Page(
    title="T", narrative=(), timeline=(), perspectives=(), also_heard=(), tensions=(),
    cast=(Voice(id="k1-1", name="Ada Quist", also=("Quist",)),),
)  # fmt: skip


def claiming(name, *quantities, **fields):
    """A work with one claim that gives quantities."""
    figures = tuple(Quantity(**{"about": "length", "unit": "km", **quantity}) for quantity in quantities)
    return work(name, "It is long.", claims={f"c {name}": says(1, figures=figures, **fields)}).material


def given(*quantities, **fields):
    """Figures that the writer may compare: quantities of one claim each."""
    made = [claiming(f"w{number}", quantity, **fields) for number, quantity in enumerate(quantities)]
    return [
        Offered(claim.figures[0], claim, claim.speaker or "", None) for each in made for claim in each.extraction.claims
    ]


def lists(*figures, about="length"):
    return ComparisonAnswer(about=about, figures=list(figures))


def values(answers, figures, page=PAGE, language="en"):
    return [figure.value for figure in compared(answers, figures, page, 2, language).figures]


COMPARISONS = {
    "three": ([lists(1, 2, 3)], ["km"] * 3, [1.0, 2.0, 3.0]),
    "the units of one thing": ([lists(1, 2, 3)], ["km", "kilometres", "kilometer"], [1.0, 2.0, 3.0]),
    "a unit that one leaves out": ([lists(1, 2, 3)], ["", "km", "km"], [1.0, 2.0, 3.0]),
    "two are none": ([lists(1, 2)], ["km"] * 3, []),
    "two and one told twice are none": ([lists(1, 2, 2, 1)], ["km"] * 3, []),
    "another unit is another thing": ([lists(1, 2, 3)], ["km", "miles", "km"], []),
    "the commonest unit": ([lists(1, 2, 3, 4)], ["miles", "km", "km", "km"], [2.0, 3.0, 4.0]),
    "per cent is no percentage point": ([lists(1, 2, 3)], ["%", "percentage points", "per cent"], []),
    "numbers that stand for nothing": ([lists(0, 1, 2, -1, 99, 3)], ["km"] * 3, [1.0, 2.0, 3.0]),
    "each in one list": ([lists(1, 2, 3), lists(3, 1, 2, about="width")], ["km"] * 3, [1.0, 2.0, 3.0]),
    "one list in two parts": ([lists(1, 2), lists(3, about=" Length ")], ["km"] * 3, [1.0, 2.0, 3.0]),
    "about nothing": ([lists(1, 2, 3, about=" ")], ["km"] * 3, []),
}  # fmt: skip


@pytest.mark.parametrize(("answers", "units", "wanted"), COMPARISONS.values(), ids=COMPARISONS)
def test_three_figures_of_one_unit_are_a_comparison(answers, units, wanted):
    figures = given(*({"value": float(n), "unit": unit} for n, unit in enumerate(units, 1)))
    assert values(answers, figures) == wanted


UNITS = [
    ("de", "Prozent", "%", True),
    ("de", "Euro", "€", True),
    ("de", "Stunden", "Std.", True),
    ("fr", "mètres", "m", True),
    ("ja", "キロメートル", "km", True),
    ("en", "pounds", "kilograms", False),
    ("en", "crowns", "Crowns", True),
    ("en", "pupils", "schools", False),
    ("xx", "per cent", "%", True),
]


@pytest.mark.parametrize(("language", "one", "other", "same"), UNITS)
def test_a_unit_is_one_in_all_its_forms(language, one, other, same):
    figures = given(*({"value": float(n), "unit": unit} for n, unit in enumerate((one, other, one, other, one), 1)))
    assert values([lists(1, 2, 3, 4, 5)], figures, language=language) == ([1, 2, 3, 4, 5] if same else [1, 3, 5])


def test_a_figure_that_is_told_again_is_the_same_with_more_claims():
    first = {"value": 1.0, "low": 0.5, "high": 1.5}
    figures = [
        *given({"value": 1.0}, speaker="Quist"),
        *given({"value": 1.0}, first, {"value": 2.0}, {"value": 1.0}),
        *given({"value": 3.0}, {"value": 1.0}, speaker="Kray"),
    ]
    figures[0] = figures[0]._replace(date="2026-03")
    figures[1] = figures[1]._replace(date="2022", voice="Ada Quist")
    found = compared([lists(*range(1, len(figures) + 1))], figures, PAGE, 2, "en").figures
    assert [(each.value, each.voice, len(each.claims)) for each in found] == [
        (1.0, "Ada Quist", 3), (2.0, "", 1), (3.0, "Kray", 1), (1.0, "Kray", 1),
    ]  # fmt: skip
    assert (found[0].low, found[0].high, found[0].date) == (0.5, 1.5, "2022")
    assert [each.id for each in found] == ["f2-1", "f2-2", "f2-3", "f2-4"]


def test_what_is_offered_has_two_others_of_its_unit_and_is_not_on_the_page():
    works = [claiming(name, {"value": float(n)}) for n, name in enumerate("abc")]
    works.append(claiming("d", {"value": 9.0, "unit": "miles"}, {"value": 8.0, "unit": "miles"}))
    assert [each.quantity.value for each in offered(works, "en")] == [0.0, 1.0, 2.0]
    page = compared([lists(1, 2, 3)], offered(works, "en"), PAGE, 1, "en").figures
    works.append(claiming("e", {"value": 3.0}, {"value": 1.0}))
    assert [each.quantity.value for each in offered(works, "en", page)] == [3.0, 1.0]


def test_what_is_offered_is_of_when_it_happened_else_of_when_it_was_told():
    happened = claiming("a", {"value": 1.0}, occurred=Span(start="2022", end="2024"))
    posted = claiming("b", {"value": 2.0}, posted="2025-06-01T08:00:00Z")
    told = claiming("c", {"value": 3.0, "by": "Kray"}, speaker="Quist")
    assert [(each.date, each.voice) for each in offered([happened, posted, told], "en")] == [
        ("2022", ""), ("2025-06-01", ""), ("2026-03-01", "Kray"),
    ]  # fmt: skip


def test_figures_go_with_the_claims_they_rest_on():
    figures = compared([lists(1, 2, 3)], given(*({"value": float(n)} for n in range(3))), PAGE, 1, "en").figures
    gone = figures[0].claims[0]
    assert without(figures, {gone}) == figures[1:]
    shared = figures[0].model_copy(update={"claims": (gone, "c")})
    assert without([shared], {gone})[0].claims == ("c",)
