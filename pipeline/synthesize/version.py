"""Freezes a page as a version, with the claims and sources it cites and what is carried over from the last one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pipeline.records.claims import CitedPost, Claim, Participation, Reference
from pipeline.records.dates import partial_date
from pipeline.records.items import Item
from pipeline.records.pages import CitedClaim, Coverage, ItemCounts, MadeBy, Page, Tension, ThreadHead, Version, Voice
from pipeline.records.posts import Post
from pipeline.records.threads import Thread
from pipeline.synthesize import cast
from pipeline.synthesize.holdings import Holdings
from pipeline.synthesize.voices import voices
from pipeline.verify.authorship import counts

_HISTORY_FIELDS = frozenset({"id", "evolution", "opened_in", "changed_in", "whats_new"})
_RETOLD = frozenset({"in_brief", "cast", "missing_voices", "missing_because"})
"""What sums up the rest of a page: it is written anew with every edit, so a difference in it alone is no news."""


def with_history(page: Page, previous: Version | None) -> Page:
    """`page` with the history of the previous version carried over: since which version a voice is heard, and in which
    a tension was opened. A voice is identified by any of its names, a tension by its question."""
    if previous is None:
        return page
    heard_since = {
        name: voice.evolution.since
        for voice in previous.perspectives
        for name in _all_names(previous.cast, voice.voice)
    }
    opened_in = {_question(tension): tension.opened_in for tension in previous.tensions}
    perspectives = tuple(
        voice.model_copy(
            update={
                "evolution": voice.evolution.model_copy(
                    update={
                        "since": next(
                            (heard_since[name] for name in _all_names(page.cast, voice.voice) if name in heard_since),
                            voice.evolution.since,
                        )
                    }
                )
            }
        )
        for voice in page.perspectives
    )
    tensions = tuple(
        tension.model_copy(update={"opened_in": opened_in.get(_question(tension), tension.opened_in)})
        for tension in page.tensions
    )
    return page.model_copy(update={"perspectives": perspectives, "tensions": tensions})


def _all_names(members: Sequence[Voice], name: str) -> list[str]:
    """The keys of all names of the voice of this name, its own first."""
    voice = cast.find(members, name)
    return [cast.key(name), *sorted(cast.names_of(voice))] if voice else [cast.key(name)]


def _question(tension: Tension) -> str:
    return " ".join(sentence.text for sentence in tension.sentences).casefold()


def same_page(previous: Version | None, page: Page) -> bool:
    """Whether `page` says the same as the previous version: ids, dates of changes, What's new and what only sums up the
    rest make no difference."""
    return previous is not None and _content(previous.page().model_dump()) == _content(page.model_dump())


def _content(node: object) -> object:
    """A dumped page, or a part of one, without the fields that say only when or under which id something was said."""
    if isinstance(node, dict):
        return {key: _content(value) for key, value in node.items() if key not in _HISTORY_FIELDS | _RETOLD}
    return [_content(part) for part in node] if isinstance(node, list | tuple) else node


def freeze(
    page: Page,
    thread: Thread,
    previous: Version | None,
    holdings: Holdings,
    numbers: Mapping[str, int],
    made_at: datetime,
    made_by: MadeBy,
    left_out: Mapping[str, str],
    language: str,
    translations: Mapping[str, str],
) -> Version:
    """The next version: `page`, the claims it cites, their sources and the coverage of every item. `numbers` are the
    source numbers the thread has used so far, by item; a source cited for the first time gets the next one. `left_out`
    is why the writer used nothing of an item; `translations` into `language`, the page's, are by claim."""
    told = page.all_claims()
    claim_ids = [
        *told,
        *(claim for voice in page.cast for claim in voice.same_because or ()),
        *(claim for claims in page.missing_because.values() for claim in claims),
    ]
    cited = {claim_id: holdings.claims[claim_id] for claim_id in claim_ids}
    all_numbers = _source_numbers(cited.values(), numbers)
    told_claims = [cited[claim_id] for claim_id in told]  # what proves an identity alone tells nothing
    cited_items = {claim.item for claim in told_claims}
    sections = {name: getattr(page, name) for name in Page.model_fields if name != "title"}
    return Version(
        thread=ThreadHead(slug=thread.slug, title=page.title, state="live"),
        language=language,
        version=previous.version + 1 if previous else 1,
        made_at=made_at,
        previous=previous.version if previous else None,
        items=_counts(holdings, cited_items),
        voices=voices(told_claims, {item.id: item for item in holdings.items}, holdings.extractions, page.cast),
        **sections,
        sources=_references(holdings, all_numbers, cited.values()),
        claims={
            claim_id: _cited_claim(claim, all_numbers, translations.get(claim_id, ""))
            for claim_id, claim in cited.items()
        },
        coverage=tuple(_coverage(item, holdings, cited_items, all_numbers, left_out) for item in holdings.items),
        made_by=made_by,
    )


def _source_numbers(cited: Iterable[Claim], numbers: Mapping[str, int]) -> dict[str, int]:
    """`numbers`, and the next free ones for items cited for the first time, in the order in which a reader meets
    them."""
    all_numbers = dict(numbers)
    for claim in cited:
        all_numbers.setdefault(claim.item, max(all_numbers.values(), default=0) + 1)
    return all_numbers


def _references(holdings: Holdings, numbers: Mapping[str, int], cited: Iterable[Claim]) -> tuple[Reference, ...]:
    cited_posts = {(claim.item, claim.post) for claim in cited}
    references = [
        Reference(
            number=numbers[item.id],
            item=item.id,
            title=item.title,
            venue=item.venue,
            author=item.author,
            date=item.published,
            url=item.url,
            language=_language(item, holdings),
            extent=item.extent,
            status=holdings.extractions[item.id].status if item.id in holdings.extractions else "",
            withdrawn=item.state == "withdrawn",
            copies=tuple(copy.id for copy in holdings.items if copy.copy_of == item.id),
            posts=tuple(
                CitedPost(id=post.id, name=post.name, time=post.time, url=post.url)
                for post in holdings.posts.get(item.id, ())
                if (item.id, post.id) in cited_posts
            ),
            participation=_participation(holdings.posts.get(item.id, ())),
        )
        for item in holdings.items
        if item.id in numbers
    ]
    return tuple(sorted(references, key=lambda reference: reference.number))


def _language(item: Item, holdings: Holdings) -> str | None:
    """The language of the item's newest text."""
    history = holdings.history.get(item.id)
    return holdings.languages.get(history.snapshots[-1]) if history else None


def _participation(posts: Sequence[Post]) -> Participation | None:
    written = counts(posts)
    if not written:
        return None
    loudest, most = next(iter(written.items()))
    until = max((day for post in posts if (day := partial_date(post.time))), default=None)
    return Participation(
        posts=sum(written.values()), people=len(written), loudest=loudest, by_loudest=most, until=until
    )


def _cited_claim(claim: Claim, numbers: Mapping[str, int], translation: str) -> CitedClaim:
    fields = claim.model_dump(include=set(CitedClaim.model_fields))
    return CitedClaim(source=numbers[claim.item], translation=translation, **fields)


def _counts(holdings: Holdings, cited_items: set[str]) -> ItemCounts:
    items = holdings.items
    return ItemCounts(
        total=len(items),
        feeds=sum(item.via == "feed" for item in items),
        search=sum(item.via == "search" for item in items),
        pages=sum(item.via == "page" for item in items),
        links=sum(item.via == "link" for item in items),
        read=sum(item.state == "read" and item.extent != "title only" for item in items),
        cited=sum(item.id in cited_items for item in items),
    )


def _coverage(
    item: Item, holdings: Holdings, cited_items: set[str], numbers: Mapping[str, int], left_out: Mapping[str, str]
) -> Coverage:
    extraction = holdings.extractions.get(item.id)
    if item.id in cited_items:
        reason = f"cited as [{numbers[item.id]}]" + (", withdrawn since" if item.state == "withdrawn" else "")
    elif item.copy_of:
        number = numbers.get(item.copy_of)
        reason = f"copy of [{number}]" if number else "copy of another item"
    elif item.state == "withdrawn":
        reason = "withdrawn by its publisher"
    elif holdings.relevance.get(item.id, "relevant") != "relevant":
        reason = f"set aside: {holdings.relevance[item.id]}"
    elif item.state == "failed":
        reason = f"not read: {item.reason}"
    elif item.extent == "title only":
        reason = "title only"
    elif extraction is None:
        reason = "not yet read by the model"
    elif not extraction.claims:
        reason = "off topic: no claim"
    else:
        reason = left_out.get(item.id, "read, not needed on the page")
    return Coverage(item=item.id, title=item.title, venue=item.venue, used=item.id in cited_items, reason=reason)
