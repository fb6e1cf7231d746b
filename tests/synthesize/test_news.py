"""Is there news? The decision, as a table: what a thread has and what its last version was written from."""

from datetime import UTC, datetime

import pytest

from pipeline.records.claims import Claim, Extraction, Quotation, Reference
from pipeline.records.dates import Span
from pipeline.records.items import Item
from pipeline.records.pages import CitedClaim, ItemCounts, MadeBy, ThreadHead, Tokens, Version, Voice
from pipeline.records.threads import CastDecision
from pipeline.synthesize.holdings import Holdings, SnapshotHistory
from pipeline.synthesize.news import Edit, NothingNew, Rewrite, decide

NOW = datetime(2026, 3, 2, tzinfo=UTC)
OLD, NEW = "Ten minutes of silence help.", "Ten minutes of silence do not help."


def item(name="a", **more):
    return Item(id=name, url=f"https://x.example/{name}", via="page", title="T", venue="V", first_seen_at=NOW, **more)


def claim(name, words, snapshot, of="a"):
    quotation = Quotation(start=0, end=len(words), text=words)
    fields = {"kind": "fact", "speaker": None, "occurred": Span(), "quotations": (quotation,)}
    return Claim(id=name, item=of, snapshot=snapshot, statement=words, **fields)


def extraction(name, snapshot, *claims):
    lists = dict.fromkeys(("topics", "key_quotations", "heard_only_through_others", "works_described"), ())
    return Extraction(
        id=name, snapshot=snapshot, keys=("k",), summary="S", genre="opinion", author=None, claims=claims, **lists
    )


def history(*snapshots, **extractions):
    """`history(("s1", "text"), s1=["e1"])`"""
    texts = dict(snapshots) if len(snapshots) > 1 else {}
    ids = {name: frozenset(extractions.get(name, ())) for name, _ in snapshots}
    return SnapshotHistory(tuple(name for name, _ in snapshots), ids, texts)


def holdings(items, extractions=(), relevance=None, decisions=(), **histories):
    by_item = {each.claims[0].item if each.claims else "a": each for each in extractions}
    claims = {each.id: each for extraction in extractions for each in extraction.claims}
    return Holdings(items, by_item, claims, relevance or {}, histories, decisions)


def version(*cited, inputs=("e1",), withdrawn=False, cast=()):
    claims = {each.id: CitedClaim(source=1, **each.model_dump(include=set(CitedClaim.model_fields))) for each in cited}
    source = Reference(
        number=1, item="a", title="T", venue="V", author=None, date=None, url="https://x.example/a",
        extent="full text", withdrawn=withdrawn,
    )  # fmt: skip
    counts = dict.fromkeys(("calls", "kept", "checks", "supported", "unjudged", "repaired", "struck", "unknown_ids"), 0)
    made = MadeBy(
        program="1", model="m", prompts={}, tokens=Tokens(prompt=0, completion=0), price=None, estimated=False,
        found={}, inputs=inputs, **counts,
    )  # fmt: skip
    empty = dict.fromkeys(
        ("whats_new", "narrative", "timeline", "perspectives", "also_heard", "tensions", "missing_voices", "coverage"),
        (),
    )
    numbers = dict.fromkeys(("total", "feeds", "search", "pages", "read", "cited"), 1)
    return Version(
        thread=ThreadHead(slug="t", title="T", state="live"), version=1, made_at=NOW, previous=None,
        items=ItemCounts(**numbers), sources=(source,), claims=claims, made_by=made, cast=cast, **empty,
    )  # fmt: skip


FIRST = claim("c1", OLD, "s1")
E1 = extraction("e1", "s1", FIRST)
E2 = extraction("e2", "s2", claim("c2", NEW, "s2"))
SAME = extraction("e2", "s2", claim("c2", OLD, "s2"))
OF_B = extraction("e3", "s3", claim("c3", "Bells ring.", "s3", of="b"))
ONE = history(("s1", OLD), s1=["e1"])
EDITED = history(("s1", OLD), ("s2", NEW), s1=["e1"], s2=["e2"])
LONGER = history(("s1", OLD), ("s2", f"{OLD} And more."), s1=["e1"], s2=["e2"])
KNOWN = version(FIRST)
JOINED = (Voice(id="k1-1", name="Ada Quist", also=("Quist",)),)
APART = (Voice(id="k1-1", name="Ada Quist"), Voice(id="k1-2", name="Quist"))
JOIN = (CastDecision(same=True, one="Ada Quist", other="Quist"),)
RECAST = holdings([item()], [E1], a=ONE, decisions=JOIN)

CASES = {
    "nothing read yet": (holdings([item()]), None, False, NothingNew("no claims yet")),
    "read, and it claims nothing": (holdings([item()], [extraction("e1", "s1")], a=ONE), None, False, NothingNew("no claims yet")),
    "the first claims": (holdings([item()], [E1], a=ONE), None, False, Rewrite({})),
    "the same as before": (holdings([item()], [E1], a=ONE), KNOWN, False, NothingNew("no claim that the page does not have")),
    "the operator asks again": (holdings([item()], [E1], a=ONE), KNOWN, True, Rewrite({})),
    "asked again with nothing to tell": (holdings([item()]), KNOWN, True, NothingNew("no claims yet")),
    "a new source": (holdings([item(), item("b")], [E1, OF_B], a=ONE, b=history(("s3", "Bells ring."), s3=["e3"])), KNOWN, False, (["b"], {})),
    "edited: new words, the cited ones gone": (holdings([item()], [E2], a=EDITED), KNOWN, False, (["a"], {"c1": "edited"})),
    "edited: nothing new, the cited words still there": (holdings([item()], [SAME], a=LONGER), KNOWN, False, NothingNew("no claim that the page does not have")),
    "an edit that the version before knew": (holdings([item()], [E2], a=EDITED), version(FIRST, inputs=("e2",)), False, NothingNew("no claim that the page does not have")),
    "asked about once more, nothing new": (holdings([item()], [E1], a=history(("s1", OLD), s1=["e1", "e9"])), version(FIRST, inputs=("e9",)), False, NothingNew("no claim that the page does not have")),
    "withdrawn": (holdings([item(state="withdrawn")], a=ONE), KNOWN, False, ([], {"c1": "withdrawn"})),
    "withdrawn, and the page says so already": (holdings([item(state="withdrawn")], a=ONE), version(FIRST, withdrawn=True), False, NothingNew("no claims yet")),
    "moved to another thread": (holdings([item()], relevance={"a": "moved to another thread"}, a=ONE), KNOWN, False, ([], {"c1": "moved"})),
    "moved, and the page was written without it": (holdings([item()], relevance={"a": "moved to another thread"}, a=ONE), version(FIRST, inputs=("e9",)), False, NothingNew("no claims yet")),
    "the operator joins two voices": (RECAST, version(FIRST, cast=APART), False, ([], {})),
    "voices that the page has as one already": (RECAST, version(FIRST, cast=JOINED), False, NothingNew("no claim that the page does not have")),
    "a decision about voices that the page has not": (RECAST, KNOWN, False, NothingNew("no claim that the page does not have")),
    "a decision before there is a page": (holdings([item()], decisions=JOIN), None, False, NothingNew("no claims yet")),
    "voices are joined where nothing is left to tell": (holdings([item(state="withdrawn")], a=ONE, decisions=JOIN), version(FIRST, withdrawn=True, cast=APART), False, ([], {})),
    "voices are joined, and the operator asks again": (RECAST, version(FIRST, cast=APART), True, Rewrite({})),
    "withdrawn, and written again": (holdings([item(state="withdrawn")], a=ONE), KNOWN, True, Rewrite({"c1": "withdrawn"})),
}  # fmt: skip


@pytest.mark.parametrize(("has", "previous", "again", "wanted"), CASES.values(), ids=CASES)
def test_what_becomes_of_the_page(has, previous, again, wanted):
    decision = decide(has, previous, again=again)
    if isinstance(decision, Edit):
        assert wanted == ([work.item.id for work in decision.news], dict(decision.superseded))
    else:
        assert decision == wanted
