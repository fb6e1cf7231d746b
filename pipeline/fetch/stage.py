"""Fetch: what the thread's sources name, and what is new of it, is fetched and kept."""

from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

from pipeline.context import ThreadRun, parallel
from pipeline.errors import SourceError
from pipeline.fetch.addresses import host_of, is_of
from pipeline.fetch.feeds.identity import Identified
from pipeline.fetch.item import FetchResult, fetch_item, identify, keep_item, keep_response, whole_text
from pipeline.fetch.poll import ThreadPoll, poll_thread
from pipeline.records.items import Candidate, Item, Response, Validators
from pipeline.store import blocked as blocked_store
from pipeline.store import items as item_store
from pipeline.store import sources as source_store
from pipeline.store import threads as thread_store
from pipeline.text import digest_of
from pipeline.triage.stage import triage

_PASSING = ("unreachable", "too slow", "asked to wait", "robots.txt", "http 429", "http 5")
_SAYS_NO_MORE = ("http 404", "http 410")  # an answer about the page; others refuse one
_GOES_ON = timedelta(days=14)  # since the last post of a discussion; chosen, not measured
_TRIED_FOR = timedelta(days=7)  # an item that could not be fetched for a passing reason


class _Wanted(NamedTuple):
    """An item to fetch, what its server said of the bytes it sent last, the candidate that names it now, and the
    addresses by which the operator named it a page to read."""

    item: Item
    validators: Validators
    candidate: Candidate | None
    named: tuple[str, ...] = ()


def fetch(run: ThreadRun) -> None:
    """Polls the thread's sources and fetches what is new in them; pages the operator named are fetched again."""
    polled = poll_thread(run)
    wanted = _wanted(run, polled)
    hits = [
        (each.item, each.candidate.extract or "")
        for each in wanted
        if each.candidate and each.candidate.via == "search"
    ]
    aside = triage(run, hits)
    wanted = [each for each in wanted if each.item.id not in aside]
    run.counts["found"] = len(wanted) + run.counts["fetched"]

    def one(each: _Wanted) -> FetchResult:
        return fetch_item(run.context, each.item, each.validators, each.candidate.url if each.candidate else "")

    answered = False
    for each, result in parallel(run.settings.fetch.parallel, one, wanted):
        with run.store.writing() as connection:
            keep_response(connection, each.item, result, run.context, each.named)
        if isinstance(result, SourceError):
            run.log.problem(each.item.url, result.reason, result)
            answered = answered or result.reason in _SAYS_NO_MORE
        else:
            run.counts["fetched"] += 1
    asked = bool(run.counts["found"] or polled.results)
    run.answered = not asked or answered or bool(run.counts["fetched"]) or any(r.error is None for r in polled.results)
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
        named = identify(connection, polled.candidates, run.context.sites) if polled.candidates else []
        for each in named:
            candidate = each.found
            if relevance.get(each.item) == "dropped by the operator":
                continue
            host = host_of(candidate.url)
            if candidate.via == "search" and each.item not in mine:
                if searched[host] >= run.settings.search.per_host:
                    continue
                searched[host] += 1
            item = keep_item(connection, each, now)
            item_store.add_to_thread(connection, slug, item.id)
            last = item_store.last_fetch_info(connection, item.id)
            whole = whole_text(run.context, candidate)
            if not _is_wanted(each, item, last, whole):
                continue
            if whole:
                keep_response(connection, item, whole, run.context)
                run.counts["fetched"] += 1
            else:
                validators = last.validators if last else Validators()
                known = wanted.setdefault(item.id, _Wanted(item, validators, candidate))
                if candidate.via == "page":
                    wanted[item.id] = known._replace(named=(*known.named, candidate.url))
        blocked = blocked_store.hosts(connection)
        for item in item_store.of_thread(connection, slug) if named else mine.values():
            if relevance.get(item.id, "relevant") != "relevant" or is_of(item.url, blocked):
                continue
            if _goes_on(item, now):
                wanted.setdefault(item.id, _Wanted(item, Validators(), None))
            if item.state == "read" and item.text_from == "page":
                continue
            if item_store.last_fetch_info(connection, item.id) is None and _is_worth_another_try(item, now):
                wanted.setdefault(item.id, _Wanted(item, Validators(), None))
    return list(wanted.values())


def _is_wanted(each: Identified, item: Item, last: item_store.LastFetchInfo | None, whole: Response | None) -> bool:
    if each.found.via == "page" or last is None:
        return item.state not in ("failed", "read") or each.found.via == "page"
    if whole:
        return digest_of(whole.body) != last.digest
    return each.changed or bool(each.found.updated and each.found.updated > last.fetched_at)


def _goes_on(item: Item, now: datetime) -> bool:
    """Whether a discussion that no one named is looked at again: somebody has posted lately."""
    return bool(item.last_post) and f"{now - _GOES_ON:%Y-%m-%d}" <= (item.last_post or "")


def _is_worth_another_try(item: Item, now: datetime) -> bool:
    """An item whose bytes are still missing: never asked for, or not to be had for a reason that may have passed."""
    if item.via == "page":
        return False
    if item.state == "pending":
        return True
    return now - item.first_seen_at <= _TRIED_FOR and (item.reason or "").startswith(_PASSING)
