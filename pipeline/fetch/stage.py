"""Fetch: what the thread's sources name, and what is new of it, is fetched and kept."""

from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

from pipeline.context import ThreadRun, parallel
from pipeline.errors import SourceError
from pipeline.fetch.addresses import host_of, item_id
from pipeline.fetch.entries import full_text_of, item_from
from pipeline.fetch.item import FetchResult, fetch_item, keep_response, save_item
from pipeline.fetch.poll import ThreadPoll, poll_thread
from pipeline.records.items import Candidate, Item, Response, Validators
from pipeline.store import items as item_store
from pipeline.store import sources as source_store
from pipeline.store import threads as thread_store
from pipeline.text import digest_of
from pipeline.triage.stage import triage

_PASSING = ("unreachable", "too slow", "asked to wait", "robots.txt", "http 429", "http 5")
_TRIED_FOR = timedelta(days=7)  # an item that could not be fetched for a passing reason


class _Wanted(NamedTuple):
    """An item to fetch, and what its server said of the bytes it sent last."""

    item: Item
    validators: Validators


def fetch(run: ThreadRun) -> None:
    """Polls the thread's sources and fetches what is new in them; pages the operator named are fetched again."""
    polled = poll_thread(run)
    wanted = _wanted(run, polled)
    extracts = {item_id(each.url): each.extract or "" for each in polled.candidates if each.via == "search"}
    hits = [(each.item, extracts[each.item.id]) for each in wanted if each.item.id in extracts]
    aside = triage(run, hits)
    wanted = [each for each in wanted if each.item.id not in aside]
    run.counts["found"] = len(wanted) + run.counts["fetched"]

    def one(each: _Wanted) -> FetchResult:
        return fetch_item(run.context, each.item, each.validators)

    for each, result in parallel(run.settings.fetch.parallel, one, wanted):
        with run.store.writing() as connection:
            keep_response(connection, each.item, result, run.context)
        if isinstance(result, SourceError):
            run.log.problem(each.item.url, result.reason, result)
        else:
            run.counts["fetched"] += 1
    run.log.report("fetch", f"{run.counts['fetched']} of {run.counts['found']} pages")


def _wanted(run: ThreadRun, polled: ThreadPoll) -> list[_Wanted]:
    """The items to fetch now, each known to the store and to the thread: new ones, those that could not be fetched
    lately, pages the operator named, and what its feed says was changed. How the sources answered is kept with
    them."""
    wanted: dict[str, _Wanted] = {}
    slug, now = run.thread.slug, run.now
    with run.store.writing() as connection:
        mine = {item.id: item for item in item_store.of_thread(connection, slug)}
        relevance = item_store.relevances(connection, slug)
        searched = Counter(host_of(item.url) for item in mine.values() if item.via == "search")
        for result in polled.results:
            source_store.save(connection, result.status)
            if result.error is None:
                thread_store.mark_seen(connection, slug, result.status.address, result.status.digest)
        for candidate in polled.candidates:
            if relevance.get(item_id(candidate.url)) == "dropped by the operator":
                continue
            host = host_of(candidate.url)
            if candidate.via == "search" and item_id(candidate.url) not in mine:
                if searched[host] >= run.settings.search.per_host:
                    continue
                searched[host] += 1
            stored = item_store.find(connection, item_id(candidate.url))
            item = stored or item_from(candidate, now)
            if stored is None:
                save_item(connection, item)
            item_store.add_to_thread(connection, slug, item.id)
            last = item_store.last_fetch_info(connection, item.id)
            whole = full_text_of(candidate, now)
            if not _is_wanted(candidate, item, last, whole):
                continue
            if whole:
                keep_response(connection, item, whole, run.context)
                run.counts["fetched"] += 1
            else:
                wanted.setdefault(item.id, _Wanted(item, last.validators if last else Validators()))
        for item in item_store.of_thread(connection, slug):
            if item.state == "read" or relevance.get(item.id, "relevant") != "relevant":
                continue
            if item_store.last_fetch_info(connection, item.id) is None and _is_worth_another_try(item, now):
                wanted.setdefault(item.id, _Wanted(item, Validators()))
    return list(wanted.values())


def _is_wanted(candidate: Candidate, item: Item, last: item_store.LastFetchInfo | None, whole: Response | None) -> bool:
    if candidate.via == "page" or last is None:
        return item.state != "failed" or candidate.via == "page"
    if whole:
        return digest_of(whole.body) != last.digest
    return bool(candidate.updated and candidate.updated > last.fetched_at)


def _is_worth_another_try(item: Item, now: datetime) -> bool:
    """An item whose bytes are still missing: never asked for, or not to be had for a reason that may have passed."""
    if item.via == "page":
        return False
    if item.state == "pending":
        return True
    return now - item.first_seen_at <= _TRIED_FOR and (item.reason or "").startswith(_PASSING)
