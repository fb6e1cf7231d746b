"""What changed between two pages, whether it matters, and the version that freezes a page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from pipeline.independence import voices
from pipeline.read.folding import fold
from pipeline.records.claims import Claim, Extraction, Source
from pipeline.records.items import Item, Verdict
from pipeline.records.pages import (
    CitedClaim,
    Coverage,
    ItemCounts,
    MadeBy,
    Page,
    Tension,
    ThreadHead,
    Version,
)
from pipeline.records.threads import Thread

_WHEN = frozenset({"id", "evolution", "opened_in", "changed_in", "whats_new"})


class Holdings(NamedTuple):
    """All a thread has: its items, what was last extracted from those that could be read, may matter and repeat no
    other, and every claim a page may cite: those of the extractions, and older ones that the version before cites.
    `verdicts` say of items that came unasked whether they can matter."""

    items: Sequence[Item]
    extractions: Mapping[str, Extraction]
    claims: Mapping[str, Claim]
    verdicts: Mapping[str, Verdict]


def fresh(extraction: Extraction, earlier_texts: Sequence[str]) -> Extraction:
    """The extraction with only the claims that are news: of a source edited in place, those that rest on words its
    earlier texts do not have; of a new one, all."""
    before = [fold(text) for text in earlier_texts]
    new = [
        claim
        for claim in extraction.claims
        if not any(all(fold(words.text) in text for words in claim.evidence) for text in before)
    ]
    return extraction.model_copy(update={"claims": tuple(new)})


def with_history(page: Page, previous: Version | None) -> Page:
    """`page` with what lasts taken over from the version before: since when a voice is heard, in which version a
    tension was opened. A voice is known by its name, a tension by its question."""
    if previous is None:
        return page
    heard = {voice.voice.casefold(): voice.evolution.since for voice in previous.perspectives}
    opened = {_question(tension): tension.opened_in for tension in previous.tensions}
    perspectives = tuple(
        voice.model_copy(
            update={
                "evolution": voice.evolution.model_copy(
                    update={"since": heard.get(voice.voice.casefold(), voice.evolution.since)}
                )
            }
        )
        for voice in page.perspectives
    )
    tensions = tuple(
        tension.model_copy(update={"opened_in": opened.get(_question(tension), tension.opened_in)})
        for tension in page.tensions
    )
    return page.model_copy(update={"perspectives": perspectives, "tensions": tensions})


def _question(tension: Tension) -> str:
    return " ".join(said.text for said in tension.sentences).casefold()


def same_page(previous: Version | None, page: Page) -> bool:
    """Whether `page` says what the version before says, whatever ids it says it under. What was new in either is no
    difference between them."""
    return previous is not None and _said(previous.page().model_dump()) == _said(page.model_dump())


def _said(node: object) -> object:
    """A page without what only tells when something was said."""
    if isinstance(node, dict):
        return {key: _said(value) for key, value in node.items() if key not in _WHEN}
    return [_said(part) for part in node] if isinstance(node, list | tuple) else node


def freeze(
    page: Page,
    thread: Thread,
    previous: Version | None,
    holdings: Holdings,
    numbers: Mapping[str, int],
    made_at: datetime,
    made_by: MadeBy,
) -> Version:
    """The next version: `page`, the claims it cites, their sources and the fate of every item. `numbers` are the
    source numbers the thread has given; a source cited for the first time gets the next one."""
    cited = {claim_id: holdings.claims[claim_id] for said in page.said() for claim_id in said.claims}
    all_numbers = _numbered(cited.values(), numbers)
    cited_items = {claim.item for claim in cited.values()}
    sections = {name: getattr(page, name) for name in Page.model_fields if name != "title"}
    return Version(
        thread=ThreadHead(slug=thread.slug, title=page.title, state="live"),
        version=previous.version + 1 if previous else 1,
        made_at=made_at,
        previous=previous.version if previous else None,
        items=_counts(holdings, cited_items),
        voices=voices(cited.values(), {item.id: item for item in holdings.items}, holdings.extractions),
        **sections,
        sources=_sources(holdings.items, all_numbers),
        claims={claim_id: _cited(claim, all_numbers) for claim_id, claim in cited.items()},
        coverage=tuple(_coverage(item, holdings, cited_items, all_numbers) for item in holdings.items),
        made_by=made_by,
    )


def _numbered(cited: Iterable[Claim], numbers: Mapping[str, int]) -> dict[str, int]:
    """`numbers`, and the next free ones for items cited for the first time, in the order a reader meets them."""
    given = dict(numbers)
    for claim in cited:
        given.setdefault(claim.item, max(given.values(), default=0) + 1)
    return given


def _sources(items: Sequence[Item], numbers: Mapping[str, int]) -> tuple[Source, ...]:
    sources = [
        Source(
            number=numbers[item.id],
            item=item.id,
            title=item.title,
            venue=item.venue,
            author=item.author,
            date=item.published,
            url=item.url,
            evidence=item.evidence,
            withdrawn=item.state == "withdrawn",
            copies=tuple(copy.id for copy in items if copy.copy_of == item.id),
        )
        for item in items
        if item.id in numbers
    ]
    return tuple(sorted(sources, key=lambda source: source.number))


def _cited(claim: Claim, numbers: Mapping[str, int]) -> CitedClaim:
    fields = claim.model_dump(include=set(CitedClaim.model_fields))
    return CitedClaim(source=numbers[claim.item], **fields)


def _counts(holdings: Holdings, cited_items: frozenset[str] | set[str]) -> ItemCounts:
    items = holdings.items
    return ItemCounts(
        total=len(items),
        feeds=sum(item.via == "feed" for item in items),
        search=sum(item.via == "search" for item in items),
        pages=sum(item.via == "page" for item in items),
        links=sum(item.via == "link" for item in items),
        read=sum(item.state == "read" and item.evidence != "title only" for item in items),
        cited=sum(item.id in cited_items for item in items),
    )


def _coverage(
    item: Item, holdings: Holdings, cited_items: frozenset[str] | set[str], numbers: Mapping[str, int]
) -> Coverage:
    extraction = holdings.extractions.get(item.id)
    if item.id in cited_items:
        reason = f"cited as [{numbers[item.id]}]" + (", withdrawn since" if item.state == "withdrawn" else "")
    elif item.copy_of:
        number = numbers.get(item.copy_of)
        reason = f"copy of [{number}]" if number else "copy of another item"
    elif item.state == "withdrawn":
        reason = "withdrawn by its publisher"
    elif holdings.verdicts.get(item.id, "relevant") != "relevant":
        reason = f"set aside: {holdings.verdicts[item.id]}"
    elif item.state == "failed":
        reason = f"not read: {item.reason}"
    elif item.evidence == "title only":
        reason = "title only"
    elif extraction is None:
        reason = "not yet read by the model"
    elif not extraction.claims:
        reason = "off topic: no claim"
    else:
        reason = "read, not needed on the page"
    return Coverage(item=item.id, title=item.title, venue=item.venue, used=item.id in cited_items, reason=reason)
