"""Which claims a question holds, which events are one, and who counts as a voice."""

import pytest

from pipeline import testing
from pipeline.records.claims import Claim, Extraction, Quotation
from pipeline.records.dates import Span
from pipeline.records.items import Item
from pipeline.records.pages import Event, Sentence
from pipeline.synthesize.brief import Material
from pipeline.synthesize.budget import within
from pipeline.synthesize.timeline import in_order
from pipeline.synthesize.voices import voices
from tests.conftest import follow, run_again, version_of
from tests.doubles import NOW


def item(name, author=None, venue=None, published="2026-03-01"):
    return Item(
        id=name, url=f"http://{name}.example/", via="feed", title=name, venue=venue or name, author=author,
        published=published, extent="full text", first_seen_at=NOW,
    )  # fmt: skip


def claim(name, of, speaker=None, doubts=()):
    words = (Quotation(start=0, end=5, text="Words"),)
    return Claim(
        id=name, item=of, snapshot="x", statement=f"A statement of {speaker or of} that takes some room, {name}.",
        kind="fact", speaker=speaker, occurred=Span(), quotations=words, doubts=doubts,
    )  # fmt: skip


def extraction(of, form="opinion", *claims):
    return Extraction(
        id=f"e{of}", snapshot=of, keys=("k",), summary="", genre=form, author=None, topics=(), key_quotations=(),
        heard_only_through_others=(), works_described=(), claims=claims,
    )  # fmt: skip


OLD, NEW = item("old", published="2024-01-01"), item("new")
LOUD = [claim(f"n{n}", "new", "Amaro") for n in range(30)]
MATERIAL = [
    Material(OLD, extraction("old", "opinion", claim("o1", "old", "Kray"))),
    Material(NEW, extraction("new", "opinion", claim("n-doubted", "new", "Amaro", ("a doubt",)), *LOUD)),
]


def test_what_fits_is_shown_whole():
    assert within(MATERIAL, 60_000) == (MATERIAL, 0)


def test_beyond_the_allowance_every_voice_is_kept_and_what_is_in_doubt_goes_first():
    shown_now = within(MATERIAL, 600)
    claims = [c.id for work in shown_now.material for c in work.extraction.claims]
    assert "o1" in claims
    assert "n-doubted" not in claims
    assert 3 < len(claims) < 20
    assert shown_now.left_out == 32 - len(claims)
    assert claims == [c for c in claims if c in ("o1", *(f"n{n}" for n in range(30)))], "in the order they stood"


def test_newer_works_come_before_older_ones_of_a_voice():
    older = Material(item("older", published="2025-01-01"), extraction("older", "opinion", claim("x", "older", "Kray")))
    newer = Material(item("newer", published="2026-01-01"), extraction("newer", "opinion", claim("y", "newer", "Kray")))
    chosen = within([older, newer], 120)
    assert [c.id for work in chosen.material for c in work.extraction.claims] == ["y"]


def test_a_page_says_what_was_left_out(begin_machine, pages):
    machine = begin_machine(model={"page_tokens": 1000})
    for number in range(10):
        text = f"Speaker number {number} put the cost of lesson {number} at {number} crowns in the year. " * 3
        pages.pages[f"http://a.example/{number}"] = testing.article(
            f"Cost {number}", *(f"{n}: {text}" for n in range(4))
        )
    follow(machine, *(f"http://a.example/{number}" for number in range(10)))
    run_again(machine)
    left_out = version_of(machine)["made_by"]["left_out"]
    assert left_out > 20
    machine.publish()
    html = (machine.site_folder / "threads/silence/index.html").read_text()
    assert f"{left_out} claims of theirs were more than one question holds" in html


# Events.


def event(name, date, text, *claims):
    said = Sentence(id=f"s{name}", text=text, claims=claims, reading=False)
    return Event(id=name, date=date, sentences=(said,))


def test_events_stand_oldest_first_and_the_same_is_told_once():
    events = [
        event("e1", "2026-03-03", "The trial reported 0.04.", "c1"),
        event("e2", "2026", "The board began a review.", "c2"),
        event("e3", "2026-03-03", "A replication found nothing.", "c1", "c9"),
        event("e4", "2026-03-03", "The trial reported 0.04 today.", "c7"),
        event("e5", "2026-03-03", "The Courier printed a correction.", "c8"),
        event("e6", "2026-03-04", "The trial reported 0.04.", "c1"),
    ]
    assert [e.id for e in in_order(events)] == ["e2", "e1", "e5", "e6"]


# Voices.

WORKS = {
    "paper": (item("paper", "Ilse Marchetti-Vold, Tomas Brandeis"), "paper"),
    "essay": (item("essay", "Petra Amaro", "Common Room"), "opinion"),
    "again": (item("again", "Petra Amaro", "Degrees of Doubt"), "blog post"),
    "reply": (item("reply", "Tomas Brandeis", "University"), "statement"),
    "board": (item("board", None, "Schools Board"), "statement"),
    "news": (item("news", "Maren Okafor", "The Courier"), "news report"),
    "more": (item("more", None, "The Courier"), "explainer"),
    "forum": (item("forum", None, "Methods Corner"), "forum thread"),
}
SPEAKERS = [
    # cited claims as (work, speaker) -> independent voices, outlets that retell
    ([("paper", None)], 1, 0),
    ([("essay", None), ("again", None)], 1, 0),
    ([("paper", None), ("reply", None)], 1, 0),
    ([("essay", None), ("paper", None), ("board", None)], 3, 0),
    ([("news", "Ada Quist"), ("news", None), ("more", None)], 0, 1),
    ([("forum", "kestrel"), ("forum", "Rowan Achterberg"), ("forum", "kestrel")], 2, 0),
    ([("forum", "Petra Amaro"), ("essay", "Petra Amaro")], 1, 0),
    ([("forum", "Amaro"), ("essay", None), ("forum", "University"), ("reply", None), ("paper", None)], 2, 0),
]


@pytest.mark.parametrize(("cited", "independent", "retelling"), SPEAKERS)
def test_voices_are_counted_by_author_and_origin(cited, independent, retelling):
    claims = [claim(f"c{n}", work, speaker) for n, (work, speaker) in enumerate(cited)]
    items = {name: work for name, (work, _) in WORKS.items()}
    forms = {name: extraction(name, form) for name, (_, form) in WORKS.items()}
    found = voices(claims, items, forms)
    assert (len(found.independent), len(found.retelling)) == (independent, retelling), found
