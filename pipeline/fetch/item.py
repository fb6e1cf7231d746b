"""An item's page: fetched, and kept with how its server answered."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from pipeline.context import RunContext
from pipeline.errors import MachineError, SourceError, program_error
from pipeline.fetch.addresses import host_of, is_of, item_id
from pipeline.fetch.articles import get_work
from pipeline.fetch.backoff import after_answer, after_failure
from pipeline.fetch.discussions.thread import site_of
from pipeline.fetch.entries import feed_text_of, full_text_of, item_from
from pipeline.fetch.feeds.identity import Identified, identified, keys_of
from pipeline.protocols import DiscussionSite
from pipeline.records.items import Candidate, Item, Response, Validators
from pipeline.store import blocked as blocked_store
from pipeline.store import entries as entry_store
from pipeline.store import items as item_store
from pipeline.store import sources as source_store

_GONE = "http 410"  # what a server answers that says its page was taken away for good; 404 may be a mistake of the day


FetchResult = Response | SourceError
"""What came back, or why nothing could be fetched."""


def identify(
    connection: Connection, candidates: Sequence[Candidate], sites: Sequence[DiscussionSite] = ()
) -> tuple[Identified, ...]:
    """The item that each candidate is: a feed's entry by its feed and guid, all else by its address. What leads into a
    discussion at one of `sites` is that discussion, whichever of its posts it leads to. What a blocked host has is not
    among them."""
    blocked = blocked_store.hosts(connection)
    candidates = [_as_discussion(candidate, sites) for candidate in candidates if not is_of(candidate.url, blocked)]
    addresses = [item_id(candidate.url) for candidate in candidates]
    keys = [key for key in keys_of(candidates) if key]
    return identified(candidates, entry_store.find(connection, keys, addresses), item_store.urls(connection, addresses))


def keep_item(connection: Connection, each: Identified, now: datetime) -> Item:
    """The item, made where it is new; and its entry as the feed gives it now, with the feed's own words for where the
    page gives none."""
    item = item_store.find(connection, each.item)
    if item is None:
        item = item_from(each.found, now, each.item)
        save_item(connection, item)
    if each.entry:
        entry_store.save(connection, [each.entry])
    words = feed_text_of(each.found, now) if each.found.via == "feed" else None
    if words:
        item_store.keep_stand_in(connection, item.id, words)
    return item


def _as_discussion(candidate: Candidate, sites: Sequence[DiscussionSite]) -> Candidate:
    """The candidate at its discussion's one address, where its host is known to have it there. What the operator named
    keeps the address that was named."""
    found = site_of(candidate.url, sites) if candidate.via != "page" else None
    if found is None or not found[0].is_certain:
        return candidate
    nothing_of_one_post = dict.fromkeys(("content", "extract", "feed", "guid", "dates", "author"))
    return candidate.model_copy(update={**nothing_of_one_post, "url": found[1], "has_page": True})


def whole_text(context: RunContext, candidate: Candidate) -> Response | None:
    """A feed entry's own text, where its page need not be asked. What leads to a discussion is asked: a feed has one
    post of it."""
    return None if site_of(candidate.url, context.sites) else full_text_of(candidate, context.now)


def fetch_item(context: RunContext, item: Item, validators: Validators, url: str = "") -> FetchResult:
    """The item's page, where a candidate names it now, or why it could not be fetched."""
    try:
        return get_work(context.web, url or item.url, validators, context.sites, context.settings.fetch.posts)
    except SourceError as error:
        return error
    except MachineError:
        raise
    except Exception as error:
        return program_error(item.url, error)


def keep_response(
    connection: Connection, item: Item, result: FetchResult, context: RunContext, named: Sequence[str] = ()
) -> None:
    """Keeps the bytes, or the failure; and of a page that an operator named, how it answered. `named` are the addresses
    by which it was named, where that is known: an item that something else brought first has another."""
    if isinstance(result, SourceError):
        _keep_failure(connection, item, result)
    else:
        if not result.unchanged:
            item_store.keep_fetch(connection, item.id, result)
        if item.state == "withdrawn" and item.reason == _GONE:  # it is there again
            save_item(connection, item.model_copy(update={"state": "read", "reason": None}))
    for address in named or ([item.url] if item.via == "page" else ()):
        status = source_store.find(connection, address)
        if isinstance(result, SourceError):
            status = after_failure(status, result, context.now)
        else:
            status = after_answer(status, result, "", None, context.now)
        source_store.save(connection, status)


def save_item(connection: Connection, item: Item) -> None:
    """Keeps what is known of an item."""
    item_store.save(connection, item, host_of(item.url))


def _keep_failure(connection: Connection, item: Item, error: SourceError) -> None:
    if error.reason == _GONE and item.state in ("read", "withdrawn"):
        save_item(connection, item.model_copy(update={"state": "withdrawn", "reason": error.reason}))
    elif item.state != "read":
        save_item(connection, item.model_copy(update={"state": "failed", "reason": error.reason}))
