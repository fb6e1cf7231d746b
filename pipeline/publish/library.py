"""What a site shows, as plain records, and where a page gets them, so that only what changed is read."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from pipeline.records.claims import Claim, Extraction, Reference
from pipeline.records.days import Day
from pipeline.records.items import Item, Relevance
from pipeline.records.pages import CitedClaim, Sentence, Version
from pipeline.records.posts import Post
from pipeline.records.threads import Correction, Thread


class ThreadListing(NamedTuple):
    """A thread, how many versions it has, at least one, and what the operator has corrected on its page."""

    thread: Thread
    versions: int
    corrections: tuple[Correction, ...] = ()


class ItemView(NamedTuple):
    """An item as its page shows it. `claims` are those of its last extraction and any older ones still cited;
    `set_aside` says why it cannot matter to a thread, by the thread's slug, where it was judged so.
    `original` is the item it is a copy of; `cited` are the sentences that pages cite and no claim consists of. `posts`
    are those of a discussion, with their places in `text`. `language` is that of what was read, None where nothing
    was."""

    item: Item
    extraction: Extraction | None
    claims: tuple[Claim, ...]
    threads: tuple[Thread, ...]
    copies: tuple[Item, ...]
    original: Item | None
    cited: tuple[Claim, ...] = ()
    posts: tuple[Post, ...] = ()
    text: str = ""
    language: str | None = None
    set_aside: Mapping[str, Relevance] = MappingProxyType({})

    @property
    def page_language(self) -> str:
        """The language of its page: that of its summary and its statements."""
        return self.extraction.language if self.extraction else "en"


class Library(NamedTuple):
    """All a site is made of: the threads that have a page, the days, and by item id a digest of all that its page shows
    (`items`), what it is about (`topics`) and the first of its threads (`shelves`). `version` (by slug and number) and
    `item` (by id) read what a page needs, when it needs it. `tokens` are those of the threads and of the days, as
    they were at that moment: where none is another, nothing is."""

    threads: tuple[ThreadListing, ...]
    days: tuple[Day, ...]
    items: Mapping[str, str]
    topics: Mapping[str, tuple[str, ...]]
    version: Callable[[str, int], Version]
    item: Callable[[str], ItemView]
    shelves: Mapping[str, str] = MappingProxyType({})
    tokens: Mapping[str, int] = MappingProxyType({})


class EarlierItems(NamedTuple):
    """The items of an earlier library, as `Library` has them, and its tokens: items of a thread whose token is still
    the same are as they were."""

    items: Mapping[str, str] = MappingProxyType({})
    topics: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    shelves: Mapping[str, str] = MappingProxyType({})
    tokens: Mapping[str, int] = MappingProxyType({})


class CitedSources(NamedTuple):
    """Sources and claims that sentences of several threads rest on, with source numbers of their own. `languages` are
    those of the pages that cite the claims, by claim: their translations are in them."""

    sources: tuple[Reference, ...]
    claims: Mapping[str, CitedClaim]
    languages: Mapping[str, str]


def day_sentences(day: Day) -> list[Sentence]:
    """Every sentence of a day's page that may cite something, in reading order."""
    return [
        *day.lead,
        *(sentence for development in day.developments for sentence in (*development.sentences, *development.why)),
    ]


def sources_of(day: Day, version: Callable[[str, int], Version]) -> CitedSources:
    """What a day's sentences rest on, numbered in reading order. `version` returns a version by slug and number."""
    sources: dict[str, Reference] = {}
    claims: dict[str, CitedClaim] = {}
    languages: dict[str, str] = {}
    versions = [version(development.thread, development.version) for development in day.developments]
    for claim_id in dict.fromkeys(claim for sentence in day_sentences(day) for claim in sentence.claims):
        citing = next((v for v in versions if claim_id in v.claims), None)
        if citing is None:
            continue
        claim = citing.claims[claim_id]
        source = next(source for source in citing.sources if source.number == claim.source)
        numbered = sources.setdefault(source.item, source.model_copy(update={"number": len(sources) + 1}))
        claims[claim_id] = claim.model_copy(update={"source": numbered.number})
        languages[claim_id] = citing.language
    return CitedSources(tuple(sources.values()), claims, languages)
