"""What a version's and an item's page show of the records they are made of: whole sites from records written by hand."""

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from lxml import html as lxml_html

from pipeline.app.queries import Queries
from pipeline.publish.citations import citations_of
from pipeline.publish.diff import difference
from pipeline.publish.formats import item_json, item_markdown, version_json, version_markdown
from pipeline.publish.library import ItemView, Library, ThreadListing
from pipeline.publish.pictures.history import steps_of
from pipeline.publish.reading_time import minutes_to_read
from pipeline.publish.site import SiteWords, layers
from pipeline.publish.write import SitePlan, write
from pipeline.records import pages
from pipeline.records.claims import CastMember, Claim, Extraction, Loss, Quotation, Reference
from pipeline.records.dates import Span
from pipeline.records.items import Item, Snapshot
from pipeline.records.pages import (
    CitedClaim,
    Coverage,
    Event,
    Evolution,
    ItemCounts,
    MadeBy,
    Paragraph,
    Perspective,
    Sentence,
    Side,
    Tension,
    ThreadHead,
    Tokens,
    Version,
    Voice,
)
from pipeline.records.threads import Thread
from pipeline.store import claims as claim_store
from pipeline.store import items as item_store
from pipeline.store.database import Store
from tests.publish.test_site import HOSTILE, assert_inert

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
WORDS = "The board ended the trial. The union had asked for it. Ann Lee is annlee on the forum."
ENDED, ASKED, SAME = (part + "." for part in WORDS.removesuffix(".").split(". "))
ITEM = Item(id="i1", url="http://a.example/a", via="page", title="A report", venue="A", state="read", first_seen_at=NOW)
THREAD = Thread(slug="t", title="A thread", created_at=NOW)


def claim(words: str) -> Claim:
    quotation = Quotation(start=WORDS.index(words), end=WORDS.index(words) + len(words), text=words)
    return Claim(
        id=f"c{quotation.start}",
        item="i1",
        snapshot="x1",
        statement=words,
        kind="fact",
        speaker=None,
        occurred=Span(),
        quotations=(quotation,),
    )


CLAIMS = {words: claim(words) for words in (ENDED, ASKED, SAME)}


def cited(words: str, **changes: object) -> CitedClaim:
    of_claim = CLAIMS[words]
    fields = {name: getattr(of_claim, name) for name in CitedClaim.model_fields if name in Claim.model_fields}
    return CitedClaim(**{**fields, "source": 1, **changes})


def say(text: str, *words: str, reading: bool = False) -> Sentence:
    return Sentence(id=f"s-{text}", text=text, claims=tuple(CLAIMS[each].id for each in words), reading=reading)


def perspective(voice: str, *position: str, venue: str = "") -> Perspective:
    sentences = tuple(say(text, ENDED) for text in position)
    return Perspective(
        id=f"v-{voice}", voice=voice, venue=venue, position=sentences, evolution=Evolution(word="new", since=1)
    )


def version(number: int = 1, **sections: object) -> Version:
    """A version of a thread: what `sections` gives, and else as little as there can be."""
    made_by = MadeBy(
        program="p",
        model="m",
        prompts={},
        calls=1,
        tokens=Tokens(prompt=1, completion=1),
        price=None,
        estimated=False,
        kept=0,
        checks=1,
        supported=1,
        unjudged=0,
        repaired=0,
        struck=0,
        found={},
        unknown_ids=0,
        inputs=(),
    )
    source = Reference(
        number=1, item="i1", title="A report", venue="A", author=None, date=None, url=ITEM.url, extent="full text"
    )
    few = {
        "whats_new": (),
        "narrative": (Paragraph(id="p1", theme="The end", sentences=(say("The story begins.", ENDED),)),),
        "timeline": (),
        "perspectives": (perspective("Ann Lee", "It was time.", "She says why."),),
        "also_heard": (),
        "tensions": (),
        "missing_voices": (),
        "coverage": (),
        "made_by": made_by,
    }
    return Version(
        thread=ThreadHead(slug="t", title="A thread", state="live"),
        version=number,
        made_at=NOW,
        previous=number - 1 or None,
        items=ItemCounts(total=1, feeds=0, search=0, pages=1, read=1, cited=1),
        sources=(source,),
        claims={found.id: cited(words) for words, found in CLAIMS.items()},
        **{**few, **sections},
    )


BRIEF = (say("They dispute it.", ASKED), say("It was ended.", ENDED), say("It stands so.", ENDED, reading=True))
CAST = (
    Voice(
        id="w1", name="Ann Lee", also=("annlee",), role="head of A", venue="the forum", same_because=(CLAIMS[SAME].id,)
    ),
    Voice(id="w2", name="The board"),
)
LOSSES = (Loss(stage="verify", text="All went well.", reason="not supported", done="struck"),)
TENSION = Tension(
    id="t1",
    state="open",
    opened_in=1,
    sentences=(say("Who ended it?", ENDED),),
    sides=(
        Side(answer="The board did", voice="The board; Ann Lee", sentences=(say("It says so.", ENDED),)),
        Side(answer="The union did", voice="annlee", sentences=(say("The union asked.", ASKED),)),
    ),
    relation=(say("Only an order of steps.", ASKED, reading=True),),
    common_ground=(say("It has ended.", ENDED),),
    missing=(say("The minutes.", ENDED, reading=True),),
)
TIMELINE = (
    Event(id="e1", date="2025", sentences=(say("It began.", ENDED),)),
    Event(id="e2", date="2025-H2", dated="derived", sentences=(say("It was asked for.", ASKED),)),
    Event(id="e3", date="2026-02-01", sentences=(say("It ended.", ENDED),)),
    Event(id="e4", date="2026-Q4", dated="expected", sentences=(say("A review is due.", ENDED),)),
)
FIGURES = (
    pages.Figure(id="f1", about="trial days", value=10, claims=(CLAIMS[ENDED].id,)),
    pages.Figure(
        id="f2", about="pupils calmer", unit="%", value=31, low=4, high=58, date="2025-H2", voice="Ann Lee",
        claims=(CLAIMS[ASKED].id,),
    ),
)  # fmt: skip
EXTRACTION = Extraction(
    id="x",
    snapshot="x1",
    keys=(),
    summary="The board ended it.",
    genre="statement",
    author=None,
    topics=(),
    key_quotations=(),
    heard_only_through_others=(),
    works_described=(),
    status="accepted with changes",
    cast=(CastMember(name="Ann Lee", also=("annlee",), role="head of A", part="quoted"),),
)
VIEW = ItemView(ITEM, EXTRACTION, (CLAIMS[ENDED], CLAIMS[SAME]), (THREAD,), (), None, cited=(CLAIMS[ASKED],))


def full(number: int = 1, **sections: object) -> Version:
    """A version in which every section has something."""
    made_by = version().made_by.model_copy(update={"losses": LOSSES})
    all_of_it = {"in_brief": BRIEF, "cast": CAST, "timeline": TIMELINE, "tensions": (TENSION,), "made_by": made_by}
    all_of_it |= {"figures": FIGURES}
    all_of_it |= {"missing_voices": ("The pupils", "The press"), "missing_because": {"The press": (CLAIMS[ASKED].id,)}}
    return version(number, **{**all_of_it, **sections})


ABOUT = (
    dict.fromkeys(("model", "program", "contact"), "x")
    | dict.fromkeys(("checks", "searches"), ("x",))
    | dict.fromkeys(("every_hours", "feeds", "quiet_days", "close_days"), 1)
    | {"automatic": False}
)


def site_of(folder: Path, *versions: Version, view: ItemView = VIEW) -> Path:
    library = Library(
        threads=(ThreadListing(THREAD, len(versions)),),
        days=(),
        items={"i1": "1"},
        topics={},
        version=lambda _, number: versions[number - 1],
        item=lambda _: view,
    )
    write(lambda _: SitePlan(layers(library, SiteWords("Pages", "", ABOUT))), folder / "site")
    return folder / "site"


def text_of(element: lxml_html.HtmlElement) -> str:
    return " ".join(element.text_content().replace("\u2060", "").split())


class Tree:
    """A page of the site."""

    def __init__(self, file: Path) -> None:
        self.root = lxml_html.document_fromstring(file.read_bytes())

    def texts(self, selector: str) -> list[str]:
        return [text_of(found) for found in self.root.cssselect(selector)]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    return site_of(tmp_path_factory.mktemp("records"), full())


@pytest.fixture(scope="module")
def page(site) -> Tree:
    return Tree(site / "threads/t/index.html")


def test_in_brief_comes_first_and_stands_for_the_page_elsewhere(site, page):
    assert page.root.cssselect("article section")[0].get("id") == "in-brief"
    assert page.texts("#in-brief p") == ["They dispute it.[1] It was ended.[1] It stands so. ◇[1]"]
    assert page.texts("nav.sections a")[0] == "In brief"
    brief = "They dispute it. It was ended. It stands so."
    for at in ("@name='description'", "@property='og:description'"):
        assert page.root.xpath(f"//meta[{at}]/@content") == [brief]
    assert Tree(site / "index.html").texts(".threads li > p")[0] == "They dispute it. It was ended."
    assert (
        '<content type="text">They dispute it. It was ended. It stands so.</content>' in (site / "feed.xml").read_text()
    )


def test_the_facts_of_a_page_are_sentences_without_what_is_none(tmp_path):
    items = ItemCounts(total=27, feeds=11, search=0, pages=16, read=26, cited=1)
    counted = full().model_copy(update={"items": items})
    facts = " ".join(Tree(site_of(tmp_path, counted) / "threads/t/index.html").texts(".margin p"))
    assert "27 texts were looked at: 26 read, 1 cited here." in facts
    assert "Found in feeds (11), pages named by hand (16)." in facts
    assert "1 minute to read" in facts


@pytest.mark.parametrize(
    ("texts", "minutes"),
    [((), 1), (("word " * 460,), 2), (("沈" * 960, "静" * 480), 3), (("word " * 230, "静" * 480), 2)],
)
def test_minutes_to_read_count_words_and_the_characters_of_scripts_that_do_not_part_them(texts, minutes):
    assert minutes_to_read(texts) == minutes


def test_a_long_timeline_shows_its_beginning_and_its_end_and_folds_what_is_between(tmp_path):
    day = TIMELINE[0]
    for count, folded in ((12, 0), (13, 3)):
        events = tuple(day.model_copy(update={"id": f"e{n}", "date": f"{1990 + n}"}) for n in range(count))
        tree = Tree(site_of(tmp_path / str(count), full(timeline=events)) / "threads/t/index.html")
        assert len(tree.texts("#timeline details li")) == folded
        assert tree.texts("#timeline summary") == (["3 events between"] if folded else [])
        assert tree.texts("#timeline > ol time")[:2] == ["1990", "1991"]
        assert [time.partition("*")[0] for time in tree.texts("#timeline time")] == [e.date for e in events]


def test_a_source_says_how_far_it_has_got_in_its_own_words(tmp_path):
    shown = full()
    preprint = shown.sources[0].model_copy(update={"status": "Preprint, not peer reviewed"})
    shown = shown.model_copy(update={"sources": (preprint,)})
    page = Tree(site_of(tmp_path, shown) / "threads/t/index.html")
    assert page.texts("#source-1 .from")[0].startswith("A · full text · Preprint, not peer reviewed · original")
    assert "full text, Preprint, not peer reviewed: <" in version_markdown(shown)


def test_a_version_of_an_earlier_program_shows_what_it_has_and_no_more(tmp_path):
    old = version(perspectives=(perspective("Ann Lee", "It was time.", "She says why.", venue="A forum"),))
    tree = Tree(site_of(tmp_path, old) / "threads/t/index.html")
    assert [found.get("id") for found in tree.root.cssselect("article section")] == [
        "narrative", "timeline", "perspectives", "tensions", "sources", "coverage", "made",
    ]  # fmt: skip
    assert tree.texts(".voice h3") == ["Ann Lee A forum"]
    assert tree.texts(".voice > p")[0] == "It was time.[1] She says why.[1]"
    assert tree.root.xpath("//meta[@name='description']/@content") == ["The story begins."]
    assert "# Ann Lee (A forum)\n\nIt was time. [1] She says why. [1]\n" in version_markdown(old)


def test_a_perspective_begins_with_its_stance_and_says_who_that_is(page):
    assert page.texts(".voice h3") == ["Ann Lee head of A · the forum"]
    assert page.texts(".voice .stance") == ["It was time.[1]"]
    assert page.texts(".voice .stance + p") == ["She says why.[1]"]


@pytest.mark.parametrize(
    ("voice", "venue", "shown"),
    [("annlee", "her blog", "annlee (head of A · her blog)"), ("The board", "", "The board"), ("Bo", "", "Bo")],
)
def test_role_and_venue_are_shown_as_far_as_they_are_known(voice, venue, shown):
    told = version_markdown(full(perspectives=(perspective(voice, "It was time.", venue=venue),)))
    assert f"\n### {shown}\n\n**It was time. [1]**\n" in told


@pytest.mark.parametrize(
    ("name", "shown"),
    [("plumb_line", "plumb_line"), ("a__b_c", "a__b_c"), ("_name_", "\\_name\\_"), ("so_ *far*", "so\\_ \\*far\\*")],
)
def test_an_underscore_within_a_name_needs_no_escape_in_markdown(name, shown):
    assert f"\n### {shown}\n" in version_markdown(full(perspectives=(perspective(name, "It was time."),)))


def test_markdown_has_one_blank_line_between_its_parts():
    assert "\n\n\n" not in version_markdown(full())


def test_a_tension_is_told_by_its_answers_and_how_they_stand(page):
    assert page.texts(".tension dl > div") == [
        "The board did The board; Ann LeeIt says so.[1]",
        "The union did annleeThe union asked.[1]",
        "How they stand:Only an order of steps. ◇[1]",
        "Common groundIt has ended.[1]",
        "Still openThe minutes. ◇[1]",
    ]
    assert page.texts(".tension dt b") == ["The board did", "The union did"]
    told = version_markdown(full())
    assert "\n\n**The board did** (The board; Ann Lee): It says so. [1]\n\n" in told
    rest = "How they stand: Only an order of steps. ◇ [1]\n\nCommon ground: It has ended. [1]\n\nStill open: "
    assert f"\n\n{rest}" in told


def test_a_timeline_says_which_dates_were_worked_out_and_what_lies_ahead(page):
    assert page.texts("#timeline li time") == [
        "2025",
        "second half of 2025*",
        "1 February 2026",
        "fourth quarter of 2026",
    ]
    assert page.texts("#timeline .legend") == ["* worked out from the source, not stated by it"]
    assert page.texts("#timeline h3 + ol li") == ["fourth quarter of 2026A review is due.[1]"]
    dates = [time.get("datetime") for time in page.root.cssselect("#timeline time")]
    assert dates == ["2025", "2025", "2026-02-01", "2026"]
    told = version_markdown(full()).partition("## Timeline")[2].partition("## Perspectives")[0]
    assert [line for line in told.splitlines() if line] == [
        "\\* worked out from the source, not stated by it",
        "- 2025: It began. [1]",
        "- second half of 2025\\*: It was asked for. [1]",
        "- 1 February 2026: It ended. [1]",
        "### Expected",
        "- fourth quarter of 2026: A review is due. [1]",
    ]
    plain = version_markdown(full(timeline=TIMELINE[:1]))
    assert "worked out" not in plain
    assert "Expected" not in plain


def test_the_cast_says_why_two_names_are_one_and_leads_to_the_words(page):
    assert page.texts("#who-is-who dl > div") == [
        "Ann Leehead of A · the forumalso annlee; taken for one because of [1]",
        "The board",
    ]
    assert all(entry.cssselect("dd") for entry in page.root.cssselect("#who-is-who dl > div")), "as HTML wants it"
    [link] = page.root.cssselect("#who-is-who dd a")
    place = link.get("href").removeprefix("#")
    card = page.root.get_element_by_id("source-1")
    assert page.root.get_element_by_id(place) in card.iter()
    assert [text_of(p) for p in card.cssselect(f"#{place}, p.{place.rpartition('-')[2]}")] == [SAME]


def test_a_missing_voice_is_told_with_what_that_rests_on(page):
    assert page.texts("#missing-voices li") == ["The pupils", "The press[1]"]
    assert "- The pupils\n- The press [1]\n" in version_markdown(full())


def test_what_was_lost_is_listed_with_what_became_of_it(page):
    assert page.texts("#made summary") == ["Dropped, repaired and struck: 1"]
    assert page.texts("#made details li") == ["All went well. struck · not supported"]
    assert "struck: 1\n\n- All went well. (struck: not supported)\n" in version_markdown(full())


def test_every_id_stands_once_and_every_link_on_the_page_has_its_place(page):
    ids = page.root.xpath("//@id")
    assert len(set(ids)) == len(ids)
    places = {link.removeprefix("#") for link in page.root.xpath("//@href") if link.startswith("#")}
    assert places <= set(ids)


def test_the_difference_counts_in_brief_and_all_of_a_tension(tmp_path):
    sides = (TENSION.sides[0].model_copy(update={"answer": "The minister did"}), TENSION.sides[1])
    changed = TENSION.model_copy(
        update={"sides": sides, "relation": (), "common_ground": (say("It ended late.", ENDED),)}
    )
    before, after = full(), full(2, in_brief=(*BRIEF[:2], say("Nobody knows.", ENDED)), tensions=(changed,))
    found = {section.name: section.parts for section in difference(before, after).sections}
    assert list(found) == ["In brief", "Tensions"]
    told = {(change.kind, change.text) for parts in found.values() for change in parts[0].sentences}
    assert {each for each in told if each[0] != "kept"} == {
        ("added", "Nobody knows."),
        ("removed", "It stands so."),
        ("reworded", "The minister did (The board; Ann Lee)"),
        ("removed", "Only an order of steps."),
        ("added", "It ended late."),
        ("removed", "It has ended."),
    }
    site = site_of(tmp_path, before, after)
    page = Tree(site / "threads/t/v2/changes/index.html")
    assert page.texts("section:not(.kept) > h2, section:not(.kept) > div:not(.kept) > h3") == [
        "In brief", "Tensions", "Who ended it?",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ((), (), "none"),
        ((Voice(id="w1", name="annlee", also=("ANN LEE",)),), (), "new"),
        ((), (Voice(id="w1", name="Ann Lee", also=("AnnLee",)),), "new"),
    ],
)
def test_a_voice_is_the_same_by_any_of_its_names(before, after, word):
    first = version(perspectives=(perspective("annlee", "It was time."),), cast=before)
    second = version(2, perspectives=(perspective("Ann Lee", "It was time."),), cast=after)
    assert steps_of("Ann Lee", (first, second)) == ((1, word), (2, "unchanged"))


def test_the_words_of_an_edited_source_are_cut_in_each_snapshot_by_itself():
    """Its snapshots have other words at the same offsets."""
    edited = cited(ASKED, snapshot="x2", quotations=(Quotation(start=5, end=5 + len(ASKED), text=ASKED),))
    again = cited(ENDED, snapshot="x2", quotations=(Quotation(start=40, end=40 + len(ENDED), text=ENDED),))
    both = version(whats_new=(say("It was asked for.", ASKED),)).model_copy(
        update={"claims": {CLAIMS[ENDED].id: cited(ENDED), CLAIMS[ASKED].id: edited, "c9": again}}
    )
    citations = citations_of(both)
    [marker] = citations.markers((CLAIMS[ASKED].id,))
    quotes = citations.passages(both.sources[0]).quotes
    assert [quote.text for quote in quotes] == [ENDED, ASKED]
    assert [q.text for q in quotes if marker.anchor.partition("-")[2] in q.groups] == [ASKED]


def test_an_item_shows_its_status_its_cast_and_what_else_is_cited_of_it(site):
    tree = Tree(site / "items/i1/index.html")
    assert "Status, in its own words: accepted with changes" in tree.texts(".facts")
    assert tree.texts(".cast li") == ["Ann Lee head of A · quoted · also annlee"]
    assert text_of(tree.root.get_element_by_id(CLAIMS[ASKED].id)) == ASKED
    told = item_markdown(VIEW)
    assert "Status, in its own words: accepted with changes\n" in told
    assert "- Ann Lee: head of A; quoted; also annlee\n" in told
    assert told.endswith(f"## Also cited\n\n> {ASKED}\n\n")
    page = json.loads(item_json(VIEW))
    assert (page["status"], page["cast"][0]["part"]) == ("accepted with changes", "quoted")
    assert {name: found["statement"] for name, found in page["cited"].items()} == {CLAIMS[ASKED].id: ASKED}


def test_cited_sentences_come_from_the_store(tmp_path):
    store = Store(tmp_path / "store.db")
    snapshot = Snapshot(id="x1", item="i1", text=WORDS, language="en", extent="full text", sentences=(), read_at=NOW)
    with store.writing() as connection:
        item_store.save(connection, ITEM, "a.example")
        item_store.add_snapshot(connection, snapshot)
        claim_store.add_cited(connection, [CLAIMS[ASKED]])
    view, _ = Queries(tmp_path, store).item("i1")
    assert (view.claims, view.cited) == ((), (CLAIMS[ASKED],))
    store.close()


def test_json_fits_its_schema_with_the_new_fields_and_without(site):
    checker = pytest.importorskip("jsonschema").Draft202012Validator
    versions, items = (
        checker(json.loads((site / f"schema/{kind}-1.json").read_text())) for kind in ("version", "item")
    )
    page, item = json.loads(version_json(full())), json.loads(item_json(VIEW))
    assert [error.message for error in (*versions.iter_errors(page), *items.iter_errors(item))] == []
    assert page["figures"][1]["low"] == 4
    for name in ("in_brief", "cast", "missing_because", "figures"):
        del page[name]
    del page["made_by"]["losses"], page["tensions"][0]["relation"], page["tensions"][0]["sides"][0]["answer"]
    del page["timeline"][0]["dated"], item["status"], item["cast"], item["cited"]
    assert [error.message for error in (*versions.iter_errors(page), *items.iter_errors(item))] == []
    assert Version.model_validate(page).figures == (), "as a version of an earlier program reads"
    page["timeline"][0]["date"] = "2025-H3"
    assert len(list(versions.iter_errors(page))) == 1


def test_hostile_strings_in_the_new_fields_stay_text(tmp_path):
    attack = " ".join(HOSTILE)
    said = partial(say, attack)
    figure = CastMember(name=attack, also=(attack,), role=attack)
    hostile = full(
        in_brief=(said(ENDED),),
        cast=(Voice(id="w", name=attack, also=(attack,), role=attack, venue=attack),),
        perspectives=(perspective(attack, attack),),
        tensions=(
            TENSION.model_copy(
                update={
                    "sides": (Side(answer=attack, voice=attack, sentences=(said(ENDED),)),),
                    "relation": (said(ENDED),),
                    "common_ground": (said(ENDED),),
                }
            ),
        ),
        made_by=version().made_by.model_copy(
            update={"losses": (Loss(stage="extract", text=attack, reason=attack, done="dropped"),)}
        ),
    )
    words = Quotation(start=0, end=len(attack), text=attack)
    view = VIEW._replace(
        extraction=EXTRACTION.model_copy(update={"status": attack, "cast": (figure,)}),
        cited=(CLAIMS[ASKED].model_copy(update={"statement": attack, "quotations": (words,)}),),
    )
    site = site_of(tmp_path, hostile, view=view)
    assert_inert(site, {"a.example"})


def test_a_version_counts_what_was_set_aside_and_a_page_of_its_own_lists_it(tmp_path):
    """However many items a thread has seen, its versions do not weigh more for them."""
    seen = [
        tuple(Coverage(item="i1", title=f"Text {n}", venue="V", used=False, reason="off topic") for n in range(many))
        for many in (1, 300)
    ]
    few, many = (site_of(tmp_path / str(len(items)), version(1, coverage=items)) for items in seen)
    page = "threads/t/v1/index.html"
    assert abs((many / page).stat().st_size - (few / page).stat().st_size) < 100
    tree = lxml_html.document_fromstring((many / page).read_bytes())
    [link] = tree.cssselect("#coverage a")
    assert link.text == "Set aside: 300"
    listed = lxml_html.document_fromstring((many / page).parent.joinpath(link.get("href")).read_bytes())
    set_aside = listed.cssselect("ul.coverage")[0]
    assert [a.text for a in set_aside.cssselect("a")] == [f"Text {n}" for n in range(300)]
    assert {text_of(span) for span in set_aside.cssselect("span")} == {"V · off topic"}


def test_a_page_grows_neither_with_the_sources_it_does_not_cite_nor_with_the_versions_before_it(tmp_path):
    """All sources are on a page of the thread, by number; a stretch of versions that changed nothing is told as one."""
    source = version().sources[0]
    others = tuple(
        source.model_copy(update={"number": n, "item": f"o{n}", "title": f"Earlier {n}"}) for n in range(2, 300)
    )
    kept = perspective("Bo Ito", "It was late.")  # nothing evolved, and nothing is said of it
    new = perspective("Ann Lee", "It was time.")
    words = {1: Evolution(word="new", since=1), 2: Evolution(word="shifted", since=2)}

    def voices(number):
        return new.model_copy(update={"evolution": words.get(number, Evolution(word="unchanged", since=2))}), kept

    alone = site_of(tmp_path / "alone", *(version(n, perspectives=voices(n)) for n in (1, 2)))
    last = version(9, perspectives=voices(9)).model_copy(update={"sources": (source, *others)})
    site = site_of(tmp_path / "many", *(version(n, perspectives=voices(n)) for n in range(1, 9)), last)
    page = site / "threads/t/v9/index.html"
    assert page.stat().st_size < (alone / "threads/t/v2/index.html").stat().st_size + 500
    tree = Tree(page)
    assert [li.get("id") for li in tree.root.cssselect(".sources li")] == ["source-1"]
    assert [path.get("aria-label") for path in tree.root.cssselect(".path")] == [
        "v1 new, v2 shifted, v3 to v9 unchanged"
    ]
    [link] = tree.root.cssselect("#sources > p > a")
    assert text_of(link) == "All sources of this thread: 299"
    listed = Tree((page.parent / link.get("href").partition("#")[0]).resolve()).root
    told = [text_of(li) for li in listed.get_element_by_id("sources").getnext().cssselect("li")]
    assert told[298] == "[299] Earlier 299 A · full text · original"
    assert len(told) == 299
    assert not Tree(alone / "threads/t/v2/index.html").root.cssselect("#sources > p > a")
