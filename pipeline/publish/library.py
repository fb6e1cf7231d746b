"""What a site shows, as plain records; and where a page finds it, so that only what changed is looked at."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from pipeline.records.claims import Claim, Extraction, Source
from pipeline.records.days import Day
from pipeline.records.items import Item
from pipeline.records.pages import CitedClaim, Version
from pipeline.records.threads import Thread


class Shelf(NamedTuple):
    """A thread and how many versions it has. At least one."""

    thread: Thread
    versions: int


class Card(NamedTuple):
    """An item as its page shows it. `claims` are those of its last extraction and any older ones still cited."""

    item: Item
    extraction: Extraction | None
    claims: tuple[Claim, ...]
    threads: tuple[Thread, ...]
    copies: tuple[Item, ...]
    original: Item | None


class Library(NamedTuple):
    """All a site is made of: the threads that have a page, the days, for each item a name of all that its page shows,
    and what items are about. `version` and `card` fetch what is really needed."""

    shelves: tuple[Shelf, ...]
    days: tuple[Day, ...]
    items: Mapping[str, str]
    topics: Mapping[str, tuple[str, ...]]
    version: Callable[[str, int], Version]
    card: Callable[[str], Card]


class Cited(NamedTuple):
    """Sources and claims that sentences of several threads rest on, under numbers of their own."""

    sources: tuple[Source, ...]
    claims: Mapping[str, CitedClaim]


def cited_on(day: Day, version: Callable[[str, int], Version]) -> Cited:
    """What a day's sentences rest on, numbered in the order a reader meets it."""
    sources: dict[str, Source] = {}
    claims: dict[str, CitedClaim] = {}
    versions = [version(each.thread, each.version) for each in day.developments]
    said = [*day.lead, *(said for each in day.developments for said in (*each.sentences, *each.why))]
    for claim_id in dict.fromkeys(claim for each in said for claim in each.claims):
        home = next((v for v in versions if claim_id in v.claims), None)
        if home is None:
            continue
        claim = home.claims[claim_id]
        source = next(source for source in home.sources if source.number == claim.source)
        kept = sources.setdefault(source.item, source.model_copy(update={"number": len(sources) + 1}))
        claims[claim_id] = claim.model_copy(update={"source": kept.number})
    return Cited(tuple(sources.values()), claims)
