"""A page brought up to date by edits: what is kept stays to the byte, what is given once stays given, and how a voice
evolved follows from its stored positions."""

import json

import pytest

from pipeline import testing
from pipeline.records.pages import (
    AlsoHeard,
    Event,
    Evolution,
    Page,
    Paragraph,
    Perspective,
    Sentence,
    Side,
    Tension,
    Voice,
)
from pipeline.records.threads import CastDecision
from pipeline.synthesize import update
from pipeline.synthesize.citing import Citer
from tests.conftest import ARTICLE, SILENCE, changing, follow, run_again, version_of
from tests.synthesize.works import claims_of, says, shown, work

pytestmark = pytest.mark.both_databases(every=3)

MORE = "A councillor put the cost at 6.1 million crowns, once the cover teachers had been counted in it."
OLD = work("old", "It stands.", "It stands too.", claims={"old": says(1)}, published="2024-01-01")
NEW = work("new", "It is new.", "It is newer.", claims={"new": says(1), "both": says(1, 2)})
SOURCES = shown(OLD, NEW)


def said(name, text="It stands."):
    return Sentence(id=name, text=text, claims=("old",), reading=False)


PAGE = Page(
    title="T",
    in_brief=(said("s1-20", "In brief it stands."),),
    cast=(
        Voice(id="k1-1", name="Petra Amaro", also=("Amaro",), venue="A"),
        Voice(id="k1-2", name="Kray", venue="B"),
        Voice(id="k1-3", name="B. Kray"),
    ),
    narrative=(
        Paragraph(id="p1-1", theme="first", sentences=(said("s1-1"), said("s1-2", "It stands too."))),
        Paragraph(id="p1-2", theme="second", sentences=(said("s1-8", "It stands last."),)),
    ),
    timeline=(
        Event(id="e1-1", date="2024", sentences=(said("s1-9", "It began."),)),
        Event(id="e1-2", date="2025", dated="expected", sentences=(said("s1-10", "It would end."),)),
    ),
    perspectives=(
        Perspective(id="v1-1", voice="Petra Amaro", venue="A", position=(said("s1-3"),), evolution=Evolution(word="new", since=1)),
        Perspective(id="v1-2", voice="Kray", venue="B", position=(said("s1-4"),), evolution=Evolution(word="new", since=1)),
    ),
    also_heard=(AlsoHeard(id="h1-1", voice="B. Kray", sentences=(said("s1-11", "It is heard."),)),),
    tensions=(
        Tension(
            id="t1-1", state="open", opened_in=1, sentences=(said("s1-5", "Is it so?"),),
            sides=(
                Side(answer="It is", voice="Kray", sentences=(said("s1-6"),)),
                Side(answer="It is not", voice="Petra Amaro", sentences=(said("s1-12"),)),
            ),
            relation=(said("s1-13", "One must go."),), common_ground=(said("s1-14", "It matters."),), missing=(said("s1-7"),),
        ),
    ),
)  # fmt: skip
ALL = sum(1 for _ in PAGE.all_sentences())


def put(text, *cites):
    return {"text": text, "cites": list(cites or ["2.1"])}


def edits(**changes):
    base = {
        "title": "", "whats_new": [], "in_brief": [], "cast": [], "narrative": ["p1-1", "p1-2"], "timeline": [],
        "voices": [], "also_heard": [], "tensions": [], "figures": [], "missing_voices": [], "retire": [], "left_out": [],
    }  # fmt: skip
    return update.UpdateAnswer.model_validate({**base, **changes})


def applied(decisions=(), **changes):
    """The next page, and how many ids of the answer stand for nothing."""
    citer = Citer(SOURCES, claims_of(OLD, NEW))
    result = update.next_page(edits(**changes), PAGE, citer, 2, decisions)
    return result._replace(unknown_ids=result.unknown_ids + citer.unknown)


def paragraph(*sentences, name="p1-1"):
    return {"id": name, "theme": "first", "sentences": list(sentences)}


def voice(change, position, name="v1-1"):
    return {"id": name, "voice": "Amaro", "change": change, "position": position, "evolution": []}


def tension(change, name="t1-1", question="s1-5", sides=("a", "b"), **more):
    by = [] if change.startswith("new") else [put("It is so.")]
    return {
        "id": name, "change": change, "question": question, "sides": list(sides), "relation": ["s1-13"],
        "common_ground": ["s1-14"], "missing": ["s1-7"], "resolution": by, **more,
    }  # fmt: skip


def test_no_edit_changes_nothing_but_that_voices_are_unchanged():
    result = applied()
    for part in ("title", "in_brief", "cast", "narrative", "timeline", "also_heard", "tensions"):
        assert getattr(result.page, part) == getattr(PAGE, part), part
    assert [v.position for v in result.page.perspectives] == [v.position for v in PAGE.perspectives]
    assert {v.evolution.word for v in result.page.perspectives} == {"unchanged"}
    assert (result.kept, result.unknown_ids) == (ALL, 0)


def test_sentences_are_kept_replaced_inserted_and_retired_and_new_ids_are_never_old_ones():
    page = applied(narrative=[paragraph("s1-2", put("News."))]).page
    assert [s.text for s in page.narrative[0].sentences] == ["It stands too.", "News."]
    assert page.narrative[0].sentences[0] == PAGE.narrative[0].sentences[1]
    assert page.narrative[0].sentences[1].id == "s2-1"
    assert page.narrative[0].sentences[1].claims == ("new",)
    assert len(page.narrative) == 1, "a paragraph that is not named goes"


def test_a_paragraph_named_by_its_id_stays_as_it_is_where_it_is_put():
    result = applied(narrative=["p1-2", paragraph(put("News."), name=""), "p1-1"])
    assert [part.id for part in result.page.narrative] == ["p1-2", "p2-1", "p1-1"]
    assert result.page.narrative[0] == PAGE.narrative[1]
    assert result.page.narrative[2] == PAGE.narrative[0]
    assert result.kept == ALL


def test_a_kept_sentence_given_other_cites_keeps_its_words_and_its_id():
    cited_anew = {"keep": "s1-1", "cites": ["1.1", "2.2", "2.1"]}
    result = applied(narrative=[paragraph(cited_anew, "s1-2"), "p1-2"])
    first = result.page.narrative[0].sentences[0]
    assert (first.id, first.text, first.claims) == ("s1-1", "It stands.", ("old", "both"))
    assert (result.kept, result.unknown_ids) == (ALL - 1, 0), "it is not as it was"


def test_what_leads_nowhere_is_dropped_and_counted():
    slots = ["s9-9", put("News.", "2.1", "9.9", "c1"), "s1-1", "s1-1", {"keep": "s8-8", "cites": []}]
    result = applied(
        narrative=[paragraph(*slots, name="p9"), "p7-7"], tensions=[tension("new evidence", sides=["a", "z", ""])]
    )
    assert [s.text for s in result.page.narrative[0].sentences] == ["News.", "It stands."]
    assert (result.page.narrative[0].id, len(result.page.narrative)) == ("p2-1", 1)
    assert result.unknown_ids == 7
    assert [side.voice for side in result.page.tensions[0].sides] == ["Kray"]


def test_a_sentence_that_is_only_retyped_stays_the_one_it_was():
    slots = [put("It stands.", "2.1"), put("It stands.", "2.1"), "s1-1", put("It stands too.", "1.1")]
    page = applied(narrative=[paragraph(*slots)]).page
    found = [(s.id, s.text, s.claims) for s in page.narrative[0].sentences]
    assert found[0] == ("s1-1", "It stands.", ("new",))
    assert found[1] == ("s2-1", "It stands.", ("new",)), "an id stands once on a page"
    assert found[-1] == ("s1-2", "It stands too.", ("old",))
    assert len(found) == 3


def test_one_sentence_may_stand_where_a_list_is_asked_for():
    page = applied(
        whats_new=put("News."), voices=[voice("shifted", "s1-3")], in_brief={"reading": "It moves.", "cites": []}
    ).page
    assert [s.text for s in page.whats_new] == ["News."]
    assert [(s.text, s.reading, s.claims) for s in page.in_brief] == [("It moves.", True, ())]


def test_a_sentence_in_brief_is_kept_by_its_id_beside_a_new_one():
    page = applied(in_brief=["s1-20", put("It moves.", "2.1")]).page
    assert page.in_brief[0] == PAGE.in_brief[0]
    assert [said.text for said in page.in_brief[1:]] == ["It moves."]


def test_an_answer_without_a_narrative_or_in_brief_leaves_those_there_were():
    page = applied(narrative=[], in_brief=[put(" ")]).page
    assert (page.narrative, page.in_brief) == (PAGE.narrative, PAGE.in_brief)


def test_events_are_replaced_dated_anew_added_and_retired_and_stand_in_order():
    changes = [
        {"id": "e1-2", "date": "2023-H2", "dated": "stated", "sentence": put("It ended.")},
        {"id": "", "date": "2024-Q1", "dated": "derived", "sentence": put("It was heard of.", "2.2")},
        {"id": "", "date": "one day", "dated": "expected", "sentence": put("It will be.")},
    ]
    found = applied(timeline=changes).page.timeline
    assert [(e.id, e.date, e.dated, e.sentences[0].text) for e in found] == [
        ("e1-2", "2023-H2", "stated", "It ended."),
        ("e1-1", "2024", "stated", "It began."),
        ("e2-1", "2024-Q1", "derived", "It was heard of."),
    ]
    assert [e.id for e in applied(timeline=changes, retire=["e1-1"]).page.timeline] == ["e1-2", "e2-1"]
    kept = applied(timeline=[{"id": "e1-2", "date": "", "dated": "stated", "sentence": "s1-10"}]).page.timeline[1]
    assert (kept.date, kept.dated, kept.sentences) == ("2025", "stated", PAGE.timeline[1].sentences)


EVOLUTIONS = [
    ("shifted", ["s1-3"], "unchanged", 1),
    ("withdrawn", ["s1-3"], "unchanged", 1),
    ("shifted", [put("Another position.")], "shifted", 2),
    ("sharpened", ["s1-3", put("And more.")], "sharpened", 2),
    ("new point", ["s1-3", put("And more.")], "sharpened", 2),
    ("withdrawn", [put("It is withdrawn.")], "withdrawn", 2),
    ("new", [put("Another position.")], "sharpened", 2),
    ("corrected", [put("The position in other words.")], "unchanged", 1),
]


@pytest.mark.parametrize(("change", "position", "word", "since"), EVOLUTIONS)
def test_how_a_voice_evolved_follows_from_its_stored_positions(change, position, word, since):
    evolution = applied(voices=[voice(change, position)]).page.perspectives[0].evolution
    assert (evolution.word, evolution.since) == (word, since)


def test_voices_that_are_not_named_stay_and_new_ones_come_behind():
    new = {**voice("new", [put("A position.")], ""), "voice": "Ada Quist"}
    page = applied(
        voices=[new], cast=[{"name": "Ada Quist", "also": [], "role": "", "venue": "C", "same_because": []}]
    ).page
    assert [(v.id, v.voice, v.venue, v.evolution.word, v.evolution.since) for v in page.perspectives] == [
        ("v1-1", "Petra Amaro", "A", "unchanged", 1),
        ("v1-2", "Kray", "B", "unchanged", 1),
        ("v2-1", "Ada Quist", "C", "new", 2),
    ]
    assert [v.id for v in page.cast] == ["k1-1", "k1-2", "k1-3", "k2-1"]
    assert [v.id for v in applied(retire=["v1-2", "h1-1"]).page.perspectives] == ["v1-1"]
    assert applied(retire=["v1-2", "h1-1"]).page.also_heard == ()


def test_who_else_is_heard_is_replaced_and_added():
    heard = [
        {"id": "h1-1", "voice": "B. Kray; O. Strand", "sentence": put("News.")},
        {"id": "", "voice": "Moss", "sentence": put("More.")},
    ]
    found = applied(also_heard=heard).page.also_heard
    assert [(h.id, h.voice, h.sentences[0].text) for h in found] == [
        ("h1-1", "B. Kray; O. Strand", "News."),
        ("h2-1", "Moss", "More."),
    ]


def test_the_operators_word_on_the_cast_is_the_last():
    joined = CastDecision(same=True, one="Kray", other="B. Kray")
    apart = {"name": "B. Kray", "also": ["Bo Kray"], "role": "engineer", "venue": "", "same_because": ["2.1"]}
    page = applied([joined], cast=[apart]).page
    assert [(v.id, v.name, v.also) for v in page.cast[1:]] == [("k1-2", "Kray", ("B. Kray", "Bo Kray"))]
    assert page.also_heard[0].voice == "Kray"


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
    assert (found.sides, found.relation, found.common_ground) == (
        PAGE.tensions[0].sides, PAGE.tensions[0].relation, PAGE.tensions[0].common_ground,
    )  # fmt: skip


def test_sides_stay_by_their_letter_change_and_come():
    changed = {
        "side": "a",
        "answer": "It may be",
        "voice": "Kray; Amaro",
        "sentences": [{"keep": "s1-6", "cites": ["2.1"]}],
    }
    new = {"side": "", "answer": "Nobody knows", "voice": "Moss", "sentences": put("It is unknown.")}
    found = applied(tensions=[tension("new side", sides=["b", changed, new], common_ground=[])]).page.tensions[0]
    assert [(side.answer, side.voice, [(s.id, s.claims) for s in side.sentences]) for side in found.sides] == [
        ("It is not", "Petra Amaro", [("s1-12", ("old",))]),
        ("It may be", "Kray; Petra Amaro", [("s1-6", ("new",))]),
        ("Nobody knows", "Moss", [("s2-1", ("new",))]),
    ]
    assert found.common_ground == ()


def test_a_tension_is_opened_and_none_is_ever_taken_away():
    new = tension(
        "new", "", put("Is more so?"), [{"side": "", "answer": "Yes", "voice": "Kray", "sentences": [put("Yes.")]}]
    )
    page = applied(tensions=[new], retire=["t1-1"]).page
    assert [(t.id, t.state, t.opened_in) for t in page.tensions] == [("t1-1", "open", 1), ("t2-1", "open", 2)]


def test_a_new_tension_whose_sides_are_letters_has_none_and_is_not_opened():
    result = applied(tensions=[tension("new", "", put("Is more so?"))])
    assert [t.id for t in result.page.tensions] == ["t1-1"]
    assert result.unknown_ids == 2


def test_sides_beyond_the_letters_there_are_stop_no_update():
    [before] = PAGE.tensions
    sides = tuple(Side(answer=f"Answer {n}", voice="Kray", sentences=(said(f"s1-{30 + n}"),)) for n in range(12))
    page = PAGE.model_copy(update={"tensions": (before.model_copy(update={"sides": sides}),)})
    asked = update.question("T", page, SOURCES, {}, {}, "en").user
    assert asked.count("   side ") == 8
    assert "   side h: Answer 7; Kray\n" in asked


def test_the_writer_sees_the_page_with_the_ids_it_may_keep_and_the_sentences_it_rests_on():
    known, new = SOURCES
    names = {"old": ("1.1",)}
    asked = update.question(
        "T", PAGE, [known._replace(is_new=False), new], names, {"old": "its source was edited"}, "en"
    ).user
    assert "p1-1 first\n   s1-1: It stands. [1.1] (edited: 1.1: its source was edited)\n" in asked
    assert "e1-2 2025 (expected) s1-10: It would end. [1.1]" in asked
    assert "   side b: It is not; Petra Amaro\n      s1-12: It stands. [1.1]" in asked
    assert "   relation s1-13" in asked
    assert "   common ground s1-14" in asked
    assert "- Petra Amaro (also Amaro); A\n" in asked
    assert "## Source 1: " in asked
    assert "## New source 2: " in asked


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
    """The mechanical update, without what it adds to the page."""
    answer = testing.update_answer(testing.material(request))
    kept = [paragraph for paragraph in answer["narrative"] if isinstance(paragraph, str)]
    return {**answer, "narrative": kept, "in_brief": []}


def told_anew(request):
    """The part of an update's question that new sources are in."""
    return testing.material(request).partition("\n## New source")[2]


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


def test_what_is_worded_otherwise_without_anything_of_a_new_source_makes_no_version(machine, pages, script, updated):
    def reworded(request):
        """New sentences that rest on a source the page had, in the brief and in the narrative."""
        answer = only_kept(request)
        known, _, _ = testing.material(request).partition("## New source")
        [(cited, _), *_] = testing.CITABLE.findall(known.partition("# Sources")[2])
        fresh = [put("It is worded otherwise now.", cited)]
        return {
            **answer,
            "whats_new": [],
            "in_brief": fresh,
            "narrative": [*answer["narrative"], {"id": "", "theme": "so", "sentences": fresh}],
        }

    script.answers["update"] = reworded
    noise = "http://a.example/c"
    pages.pages[noise] = testing.article("Noise", "A long list of quiet places to sit in on a slow Saturday. " * 6)
    pages.pages[FEED] = testing.feed(("Noise", noise), ("The cost", B), ("Silence and sums", ARTICLE))
    asked = len(script.asked)
    assert run_again(machine).outcome == "nothing new"
    assert [request.prompt_name for request in script.asked[asked:]].count("support") == 0


def test_that_a_position_has_become_an_unchanged_one_is_no_news(machine, pages, script, updated):
    """The version after a change of mind: the position stands, only the word for it would be another."""
    changes = [True, False]

    def moves_once(request):
        answer = {**only_kept(request), "whats_new": []}
        if changes.pop(0):
            [(cited, _), *_] = testing.CITABLE.findall(told_anew(request))
            position, evolution = put("A councillor now puts the cost otherwise.", cited), put("It moved.", cited)
            change = {"id": "v1-1", "voice": "A feed", "change": "shifted"}
            answer["voices"] = [{**change, "position": [position], "evolution": [evolution]}]
        return answer

    script.answers["update"] = moves_once
    outcomes = []
    for name in ("c", "d"):
        noise = f"http://a.example/{name}"
        pages.pages[noise] = testing.article(f"Noise {name}", f"A long list {name} of quiet places to sit in. " * 8)
        pages.pages[FEED] = testing.feed((f"Noise {name}", noise), ("Silence and sums", ARTICLE))
        outcomes.append(run_again(machine).outcome)
    assert outcomes == ["new version", "nothing new"]
    assert changes == []
    assert version_of(machine)["perspectives"][0]["evolution"]["word"] == "shifted"


def test_a_copy_alone_is_nothing_new_and_costs_nothing(machine, pages, updated):
    copy = "http://c.example/copy"
    pages.pages[copy] = testing.article("Silence and sums", "First printed elsewhere.", *SILENCE)
    pages.pages[FEED] = testing.feed(("Silence", copy), ("The cost", B), ("Silence and sums", ARTICLE))
    again = run_again(machine)
    assert (again.outcome, again.model_calls) == ("nothing new", 0)


@pytest.mark.both_databases
def test_a_source_edited_in_place_is_news_and_what_it_no_longer_says_is_judged_again(machine, pages, script):
    follow(machine, ARTICLE)
    run_again(machine)
    corrected = SILENCE[2].replace("61 schools", "58 schools")
    pages.pages[ARTICLE] = testing.article("Silence and sums", *SILENCE[:2], corrected)
    assert run_again(machine).version == 2
    update = script.material("update")
    assert "(edited: 1.3: its source was edited and no longer says this in these words)" in update
    assert f"[1.3] {SILENCE[2]}" in update, "the words that the page rests on are shown"
    [_, new] = update.partition("\n# Sources")[2].split("\n## New source")
    assert corrected in new
    assert SILENCE[1] in new, "what stands beside it is shown with it"
    assert SILENCE[0] not in new
    assert "doubt: its source was edited" in script.material("support")
    assert "61 schools" in json.dumps(version_of(machine, 1))
    asked = len(script.asked)
    assert run_again(machine).outcome == "nothing new"
    assert len(script.asked) == asked, "an edit that has been told is told once"
    assert [failure for proof in machine.queries.prove("silence") for failure in proof.failures] == []


def test_the_operators_word_on_the_cast_makes_a_version_once(machine, script):
    entry = {"also": [], "role": "", "venue": "", "same_because": []}

    def two(answer):
        answer["cast"] = [{**entry, "name": "Ada Quist", "also": ["aq"]}, {**entry, "name": "A. Quist"}]
        answer["perspectives"] = [{"voice": "A. Quist", "position": answer["in_brief"]}]

    script.answers["page"] = changing("page", two)
    follow(machine, ARTICLE)
    run_again(machine)
    machine.editor.join("silence", "Ada Quist", "A. Quist")
    asked = len(script.asked)
    assert run_again(machine).version == 2
    assert script.prompts[asked:] == ["update"], "no sentence is new"
    assert "- Ada Quist (also aq, A. Quist)" in script.material("update"), "the writer sees it as it is decided"
    version = version_of(machine)
    assert [(voice["name"], voice["also"]) for voice in version["cast"]] == [("Ada Quist", ["aq", "A. Quist"])]
    assert version["perspectives"][0]["voice"] == "Ada Quist"
    asked = len(script.asked)
    assert run_again(machine).outcome == "nothing new"
    assert len(script.asked) == asked
    machine.editor.part("silence", "A. Quist", "aq")
    assert run_again(machine).version == 3
    assert [voice["name"] for voice in version_of(machine)["cast"]] == ["Ada Quist", "aq"]


def test_what_a_page_cites_stays_provable_when_its_source_has_another_edition(machine, pages, script):
    """A sentence that was recorded when it was cited is a claim for all time."""

    def claims_little(answer):
        answer["claims"] = answer["claims"][:1]

    script.answers["extract"] = changing("extract", claims_little)
    follow(machine, ARTICLE)
    run_again(machine)
    first = version_of(machine)
    recorded = [claim for claim in first["claims"].values() if claim["kind"] == "background"]
    assert [claim["statement"] for claim in recorded] == list(SILENCE[1:])
    pages.pages[ARTICLE] = testing.article("Silence and sums", MORE, *SILENCE[:2])
    assert run_again(machine).version == 2
    assert script.material("update").count("(edited: ") >= 1
    second = version_of(machine)
    kept = {claim: entry for claim, entry in second["claims"].items() if claim in first["claims"]}
    assert kept == {claim: first["claims"][claim] for claim in kept}
    assert [claim["statement"] for claim in kept.values() if claim["kind"] == "background"] == list(SILENCE[1:])
    assert [failure for proof in machine.queries.prove("silence") for failure in proof.failures] == []


def test_a_dropped_source_proves_no_identity_any_more(machine, pages, script):
    """The operator's word does not wait for the model's, nor does what the page rests on beside its sentences."""

    def proves(answer):
        last = answer["narrative"][0]["sentences"][-1]["cites"]
        answer["cast"] = [{**answer["cast"][0], "also": ["A. Feed"], "same_because": ["1.1", *last]}]

    pages.pages[B] = testing.article("The cost", MORE, "The board's own figure is 4.2 million crowns for two years.")
    script.answers["page"] = changing("page", proves)
    follow(machine, ARTICLE, B)
    run_again(machine)
    first = version_of(machine)
    items = {claim["item"]: first["claims"][name]["source"] for name, claim in first["claims"].items()}
    assert len({first["claims"][claim]["item"] for claim in first["cast"][0]["same_because"]}) == 2
    dropped = first["claims"][first["cast"][0]["same_because"][1]]["item"]
    assert dropped in items
    machine.editor.drop(dropped)
    assert run_again(machine).version == 2
    second = version_of(machine)
    assert second["cast"][0]["also"] == ["A. Feed"]
    assert second["cast"][0]["same_because"] == first["cast"][0]["same_because"][:1]
    assert dropped not in {claim["item"] for claim in second["claims"].values()}
