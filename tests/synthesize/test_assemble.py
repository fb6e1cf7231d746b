"""The writer's answer becomes a page: what its form has no place for, what is left out, and which ids its parts get."""

import pytest
from pydantic import ValidationError

from pipeline import testing
from pipeline.records.pages import Voice
from pipeline.records.threads import CastDecision
from pipeline.synthesize.answer import PageAnswer
from pipeline.synthesize.assemble import page_of
from pipeline.synthesize.citing import Citer
from tests.synthesize.works import claims_of, says, shown, work

WORK = work(
    "work", "It rains.", "It pours.", "Bells ring.", claims={"rain": says(1), "pour": says(2), "bells": says(3)}
)
ASKED = "## Source 1: The Courier / undated: Rain\n[1.1] It rains.\n[1.2] It pours.\n[1.3] Bells ring."


def answer(**changes):
    return {**testing.page_answer(ASKED), **changes}


def page(version=1, known=(), decisions=(), **changes):
    citer = Citer(shown(WORK), claims_of(WORK))
    return page_of(PageAnswer.model_validate(answer(**changes)), citer, "Rain", version, known, decisions)


def test_every_part_has_a_lasting_id_and_every_sentence_its_claims():
    found = page(7, also_heard=[{"voice": "Moss", "sentence": testing.reading("Moss is heard.", "1.3")}])
    ids = [s.id for s in found.all_sentences()]
    assert len(ids) == len(set(ids))
    assert all(name.startswith("s7-") for name in ids)
    parts = (
        found.cast[0],
        found.narrative[0],
        found.timeline[0],
        found.perspectives[0],
        found.also_heard[0],
        found.tensions[0],
    )
    assert [part.id for part in parts] == ["k7-1", "p7-1", "e7-1", "v7-1", "h7-1", "t7-1"]
    assert [s.claims for s in found.narrative[0].sentences] == [("rain",), ("pour",), ("bells",)]
    heard = found.also_heard[0].sentences[0]
    assert (heard.text, heard.reading, heard.claims) == ("Moss is heard.", True, ("bells",))


def test_one_sentence_is_taken_where_a_list_is_asked_for():
    one = {"text": " It\nrains. ", "cites": ["1.1"]}
    assert [s.text for s in page(in_brief=one).in_brief] == ["It rains."]


def test_what_has_no_words_or_no_usable_date_is_left_out():
    event = {"dated": "stated", "sentence": testing.sentence(("1.1", "It rains."))}
    found = page(
        in_brief=[{"text": " ", "cites": ["1.1"]}],
        narrative=[{"theme": "nothing", "sentences": []}, *answer()["narrative"]],
        timeline=[{**event, "date": date} for date in ("on Tuesday", "2016-H2", "2016-13", "2016", "")],
        perspectives=[{"voice": "Moss", "position": []}],
    )
    assert found.in_brief == ()
    assert [part.theme for part in found.narrative] == ["what happened"]
    assert [each.date for each in found.timeline] == ["2016", "2016-H2"]
    assert found.perspectives == ()


def test_a_page_is_headed_as_its_thread_where_the_answer_has_no_title_and_never_at_length():
    assert page(title=" ").title == "Rain"
    assert page(title="x" * 500).title == "x" * 90


def test_a_page_written_again_keeps_the_cast_and_the_operators_word_on_it():
    known = (Voice(id="k1-1", name="The Courier", also=("Courier",), role="paper"), Voice(id="k1-2", name="Moss"))
    entry = {"also": [], "role": "", "venue": "", "same_because": []}
    answered = [
        {**entry, "name": "Courier", "also": ["the paper"]},
        {**entry, "name": "B. Moss", "same_because": ["1.2", "9.9"]},
    ]
    found = page(2, known, cast=answered)
    assert [(v.id, v.name, set(v.also), v.role) for v in found.cast[:2]] == [
        ("k1-1", "The Courier", {"Courier", "the paper"}, "paper"), ("k1-2", "Moss", set(), ""),
    ]  # fmt: skip
    assert (found.cast[2].id, found.cast[2].same_because) == ("k2-1", ("pour",))
    joined = page(2, known, [CastDecision(same=True, one="Moss", other="B. Moss")], cast=answered)
    assert [(v.id, v.also) for v in joined.cast[1:]] == [("k1-2", ("B. Moss",))]


UNFIT = {
    "an address": answer(urls=["http://evil.example"]),
    "an id of its own": answer(narrative=[{"id": "p1", "theme": "x", "sentences": []}]),
    "a sentence that cites nothing at all": answer(in_brief=[{"text": "It rains."}]),
    "told and read at once": answer(in_brief=[{"text": "It rains.", "reading": "It rains.", "cites": []}]),
    "a reason of its own": answer(left_out=[{"source": 1, "why": "the board asked for it"}]),
    "another sort of date": answer(
        timeline=[{"date": "2016", "dated": "guessed", "sentence": {"text": "x", "cites": []}}]
    ),
}


@pytest.mark.parametrize("unfit", UNFIT.values(), ids=UNFIT)
def test_the_form_has_no_place_for(unfit):
    with pytest.raises(ValidationError):
        PageAnswer.model_validate(unfit)
