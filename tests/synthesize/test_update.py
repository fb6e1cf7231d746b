"""A page brought up to date by edits: what is kept stays to the byte, what is given once stays given, and how a voice
evolved follows from its stored positions."""

import json

import pytest

from pipeline import testing
from pipeline.records.claims import Claim, Extraction, Quotation
from pipeline.records.dates import Span
from pipeline.records.items import Item
from pipeline.records.pages import Evolution, Page, Paragraph, Perspective, Sentence, Side, Tension
from pipeline.synthesize import update
from pipeline.synthesize.brief import Material
from tests.conftest import ARTICLE, SILENCE, follow, run_again, version_of
from tests.doubles import NOW

pytestmark = pytest.mark.both_databases

MORE = "A councillor put the cost at 6.1 million crowns, once the cover teachers had been counted in it."


def said(name, text="It stands."):
    return Sentence(id=name, text=text, claims=("old",), reading=False)


PAGE = Page(
    title="T",
    narrative=(Paragraph(id="p1-1", theme="first", sentences=(said("s1-1"), said("s1-2", "It stands too."))),),
    timeline=(),
    perspectives=(
        Perspective(id="v1-1", voice="Amaro", venue="A", position=(said("s1-3"),), evolution=Evolution(word="new", since=1)),
        Perspective(id="v1-2", voice="Kray", venue="B", position=(said("s1-4"),), evolution=Evolution(word="new", since=1)),
    ),
    also_heard=(),
    tensions=(
        Tension(
            id="t1-1", state="open", opened_in=1, sentences=(said("s1-5", "Is it so?"),),
            sides=(Side(voice="Kray", sentences=(said("s1-6"),)),), missing=(said("s1-7"),),
        ),
    ),
)  # fmt: skip


def claim(name):
    words = (Quotation(start=0, end=5, text="Words"),)
    return Claim(
        id=name, item="i", snapshot="x", statement="A.", kind="fact", speaker=None, occurred=Span(), quotations=words
    )


CLAIMS = {"old": claim("old"), "new": claim("new")}
ITEM = Item(id="i", url="http://a.example/", via="page", title="T", venue="V", first_seen_at=NOW)
NEWS = [
    Material(
        ITEM,
        Extraction(
            id="e", snapshot="x", keys=("k",), summary="", genre="other", author=None, topics=(), key_quotations=(),
            heard_only_through_others=(), works_described=(), claims=(CLAIMS["new"],),
        ),
    )
]  # fmt: skip


def keep(name):
    return update.SlotAnswer(keep=name, text=None, cites=[], reading=False)


def put(text, *cites):
    return update.SlotAnswer(keep=None, text=text, cites=list(cites or ["c2"]), reading=False)


def edits(**changes):
    base = {
        "title": None, "whats_new": [], "timeline": [], "timeline_retire": [], "voices": [], "also_heard": [],
        "retire": [], "tensions": [], "missing_voices": [],
        "narrative": [update.ParagraphEdit(id="p1-1", theme="first", sentences=[keep("s1-1"), keep("s1-2")])],
    }  # fmt: skip
    return update.UpdateAnswer(**{**base, **changes})


def applied(**changes):
    return update.next_page(edits(**changes), PAGE, CLAIMS, NEWS, 2)


def voice(change, position, name="v1-1"):
    return update.VoiceEdit(id=name, voice="Amaro", venue="A", change=change, position=position, evolution=[])


def tension(change, name="t1-1", question=None):
    sides = [update.SideEdit(voice="Kray", sentences=[keep("s1-6")])]
    by = [] if change.startswith("new") else [testing.sentence(("c2", "fact", "It is so."))]
    return update.TensionEdit(
        id=name, change=change, question=question or keep("s1-5"), sides=sides, missing=keep("s1-7"), resolution=by
    )


def test_no_edit_changes_nothing_but_that_voices_are_unchanged():
    result = applied()
    assert result.page.narrative == PAGE.narrative
    assert result.page.tensions == PAGE.tensions
    assert [v.position for v in result.page.perspectives] == [v.position for v in PAGE.perspectives]
    assert (result.kept, result.unknown_ids) == (7, 0)


def test_sentences_are_kept_replaced_inserted_and_retired_and_new_ids_are_never_old_ones():
    slots = [keep("s1-2"), put("News.")]
    page = applied(narrative=[update.ParagraphEdit(id="p1-1", theme="first", sentences=slots)]).page
    assert [s.text for s in page.narrative[0].sentences] == ["It stands too.", "News."]
    assert page.narrative[0].sentences[0] is PAGE.narrative[0].sentences[1]
    assert page.narrative[0].sentences[1].id == "s2-1"
    assert page.narrative[0].sentences[1].claims == ("new",)


def test_what_leads_nowhere_is_dropped_and_counted():
    slots = [keep("s9-9"), put("News.", "c2", "c99"), keep("s1-1"), keep("s1-1")]
    result = applied(narrative=[update.ParagraphEdit(id="p9", theme="new", sentences=slots)])
    assert [s.text for s in result.page.narrative[0].sentences] == ["News.", "It stands."]
    assert (result.page.narrative[0].id, result.unknown_ids) == ("p2-1", 2)


def test_a_sentence_that_is_only_retyped_stays_the_one_it_was():
    slots = [put("It stands.", "c2"), put("It stands.", "c2"), keep("s1-1"), put("It stands too.", "c1")]
    page = applied(narrative=[update.ParagraphEdit(id="p1-1", theme="first", sentences=slots)]).page
    found = [(s.id, s.text, s.claims) for s in page.narrative[0].sentences]
    assert found[0] == ("s1-1", "It stands.", ("new",))
    assert found[1] == ("s2-1", "It stands.", ("new",)), "an id stands once on a page"
    assert found[-1] == ("s1-2", "It stands too.", ("old",))
    assert len(found) == 3


def test_an_answer_without_a_narrative_leaves_the_one_there_was():
    assert applied(narrative=[]).page.narrative == PAGE.narrative


EVOLUTIONS = [
    ("shifted", [keep("s1-3")], "unchanged", 1),
    ("withdrawn", [keep("s1-3")], "unchanged", 1),
    ("shifted", [put("Another position.")], "shifted", 2),
    ("sharpened", [keep("s1-3"), put("And more.")], "sharpened", 2),
    ("new point", [keep("s1-3"), put("And more.")], "sharpened", 2),
    ("withdrawn", [put("It is withdrawn.")], "withdrawn", 2),
    ("new", [put("Another position.")], "sharpened", 2),
]


@pytest.mark.parametrize(("change", "position", "word", "since"), EVOLUTIONS)
def test_how_a_voice_evolved_follows_from_its_stored_positions(change, position, word, since):
    evolution = applied(voices=[voice(change, position)]).page.perspectives[0].evolution
    assert (evolution.word, evolution.since) == (word, since)


def test_voices_that_are_not_named_stay_and_new_ones_come_behind():
    page = applied(voices=[voice("new", [put("A position.")], None)]).page
    assert [(v.id, v.evolution.word, v.evolution.since) for v in page.perspectives] == [
        ("v1-1", "unchanged", 1),
        ("v1-2", "unchanged", 1),
        ("v2-1", "new", 2),
    ]
    assert [v.id for v in applied(retire=["v1-2"]).page.perspectives] == ["v1-1"]


LIVES = [
    ("new side", "open", None, 0),
    ("new evidence", "open", None, 0),
    ("narrowed", "narrowed", 2, 1),
    ("answered", "answered", 2, 1),
    ("reopened", "reopened", 2, 1),
]


@pytest.mark.parametrize(("change", "state", "changed_in", "resolutions"), LIVES)
def test_a_tension_has_a_life(change, state, changed_in, resolutions):
    found = applied(tensions=[tension(change)]).page.tensions[0]
    assert (found.id, found.opened_in, found.state, found.changed_in) == ("t1-1", 1, state, changed_in)
    assert len(found.resolution) == resolutions


def test_a_tension_is_opened_and_none_is_ever_taken_away():
    page = applied(tensions=[tension("new", None, put("Is more so?"))], retire=["t1-1"]).page
    assert [(t.id, t.state, t.opened_in) for t in page.tensions] == [("t1-1", "open", 1), ("t2-1", "open", 2)]


# The same, in runs of a thread.

B, FEED = "http://b.example/b", "http://a.example/feed"


@pytest.fixture
def updated(machine, pages, script):
    """A thread in its second version, with the first beside it, and the prompts that the second asked."""
    pages.pages[FEED] = testing.feed(("Silence and sums", ARTICLE))
    follow(machine, feeds=[FEED])
    run_again(machine)
    first = version_of(machine)
    pages.pages[B] = testing.article("The cost", MORE, "The board's own figure is 4.2 million crowns for two years.")
    pages.pages[FEED] = testing.feed(("The cost", B), ("Silence and sums", ARTICLE))
    asked = len(script.asked)
    assert run_again(machine).version == 2
    return first, version_of(machine), script.prompts[asked:]


def only_kept(request):
    """The mechanical update, without what it adds to the narrative."""
    answer = testing.update_answer(testing.material(request))
    for paragraph in answer["narrative"]:
        paragraph["sentences"] = [s for s in paragraph["sentences"] if s["keep"]]
    return answer


def test_an_update_costs_one_extraction_an_article_one_synthesis_one_support(updated):
    assert updated[2] == ["extract", "update", "support"]


def test_what_is_kept_stays_to_the_byte_and_is_counted(updated):
    first, second, _ = updated
    assert second["narrative"][0]["sentences"][:3] == first["narrative"][0]["sentences"]
    assert second["made_by"]["kept"] == 8
    assert second["tensions"] == first["tensions"]
    assert second["perspectives"][0]["evolution"] == {"word": "unchanged", "since": 1, "sentences": []}


def test_whats_new_is_told_and_cited(updated, machine):
    _, second, _ = updated
    assert second["whats_new"][0]["text"] == MORE
    assert all(s["claims"] for s in second["whats_new"])
    machine.publish()
    html = (machine.site_folder / "threads/silence/index.html").read_text()
    assert "What's new in version 2" in html
    assert "What's new" not in (machine.site_folder / "threads/silence/v1/index.html").read_text()
    assert "sentences stand as they stood in version 1" in html


def test_only_new_sentences_are_judged(updated, script):
    judged = script.material("support").partition("# Sentences")[2]
    assert MORE in judged
    assert SILENCE[1] not in judged


def test_edits_that_change_nothing_make_no_version(machine, pages, script, updated):
    script.answers["update"] = only_kept
    noise = "http://a.example/c"
    pages.pages[noise] = testing.article("Noise", "A long list of quiet places to sit in on a slow Saturday. " * 6)
    pages.pages[FEED] = testing.feed(("Noise", noise), ("The cost", B), ("Silence and sums", ARTICLE))
    again = run_again(machine)
    assert (again.outcome, again.version) == ("nothing new", None)
    asked = len(script.asked)
    assert run_again(machine).model_calls == 0
    assert len(script.asked) == asked


def test_that_a_position_has_become_an_unchanged_one_is_no_news(machine, pages, script, updated):
    """The version after a change of mind: the position stands, only the word for it would be another."""
    moved = {"text": "A councillor has changed the figure.", "cites": ["c1"], "reading": False}
    position = [{"keep": None, **moved, "text": "A councillor now puts the cost otherwise."}]
    change = {"id": "v1-1", "voice": "A feed", "venue": "A feed", "change": "shifted"}
    edits_of_voices = [[{**change, "position": position, "evolution": [moved]}], []]
    script.answers["update"] = lambda request: {
        **only_kept(request), "whats_new": [], "voices": edits_of_voices.pop(0)
    }  # fmt: skip
    outcomes = []
    for name in ("c", "d"):
        noise = f"http://a.example/{name}"
        pages.pages[noise] = testing.article(f"Noise {name}", f"A long list {name} of quiet places to sit in. " * 8)
        pages.pages[FEED] = testing.feed((f"Noise {name}", noise), ("Silence and sums", ARTICLE))
        outcomes.append(run_again(machine).outcome)
    assert outcomes == ["new version", "nothing new"]
    assert edits_of_voices == []
    assert version_of(machine)["perspectives"][0]["evolution"]["word"] == "shifted"


def test_a_copy_alone_is_nothing_new_and_costs_nothing(machine, pages, updated):
    copy = "http://c.example/copy"
    pages.pages[copy] = testing.article("Silence and sums", "First printed elsewhere.", *SILENCE)
    pages.pages[FEED] = testing.feed(("Silence", copy), ("The cost", B), ("Silence and sums", ARTICLE))
    again = run_again(machine)
    assert (again.outcome, again.model_calls) == ("nothing new", 0)


def test_a_source_edited_in_place_is_news_and_what_it_no_longer_says_is_judged_again(machine, pages, script):
    follow(machine, ARTICLE)
    run_again(machine)
    corrected = SILENCE[2].replace("61 schools", "58 schools")
    pages.pages[ARTICLE] = testing.article("Silence and sums", *SILENCE[:2], corrected)
    assert run_again(machine).version == 2
    update = script.material("update")
    assert ": its source was edited and no longer says this in these words)" in update
    news = update.partition("# New claims")[2]
    assert corrected in news
    assert SILENCE[0] not in news
    assert "doubt: its source was edited" in script.material("support")
    assert "61 schools" in json.dumps(version_of(machine, 1))
    asked = len(script.asked)
    assert run_again(machine).outcome == "nothing new"
    assert len(script.asked) == asked, "an edit that has been told is told once"
    assert [failure for proof in machine.queries.prove("silence") for failure in proof.failures] == []
