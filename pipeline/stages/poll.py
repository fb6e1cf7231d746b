"""Places are asked what they have: feeds and searches, whoever looks there."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pipeline import polling
from pipeline.errors import SourceError, Unreadable
from pipeline.fetch.feeds import named_feeds, parse_feed
from pipeline.pursue import works_led_to
from pipeline.records.items import Found, digest_of
from pipeline.records.sources import SourceStatus
from pipeline.stages.run import Notes, Run, Tools, parallel
from pipeline.store import items as item_store
from pipeline.store import sources as source_store
from pipeline.store import threads as thread_store

_MOST_PAPERS = 8  # that a thread reads because its articles lead to them


class Place(NamedTuple):
    """A place to ask: a feed or a search (by its words), how it has answered, and the digest of the bytes that the
    asker has taken in."""

    kind: str
    status: SourceStatus
    taken: str | None = None


class Polled(NamedTuple):
    """One place after it was asked: what it has, and how it has answered now."""

    found: tuple[Found, ...]
    status: SourceStatus
    error: SourceError | None = None


class Poll:
    """Asking places what they have, at one moment."""

    def __init__(self, tools: Tools, notes: Notes, now: datetime) -> None:
        self._tools, self._notes, self._now = tools, notes, now

    def ask(self, places: Sequence[Place]) -> list[Polled]:
        """What the places have that was not taken in before. One that fails is a line in the report. Nothing is kept:
        how a feed answered may only be remembered together with what it named, else what it named is lost when the
        feed does not change."""
        awake = [place for place in places if polling.at_rest(place.status, self._now) is None]
        polled = [found for _, found in parallel(self._tools.parallel_fetches, self._ask, awake)]
        for each in polled:
            if each.error:
                self._notes.trouble(each.status.address, each.error.reason, each.error)
        if len(awake) < len(places):
            at_rest = len(places) - len(awake)
            self._notes.say(f"poll        {at_rest} of {len(places)} places are at rest: see `sources`")
        return polled

    def _ask(self, place: Place) -> Polled:
        try:
            return self._feed(place) if place.kind == "feed" else self._search(place.status)
        except SourceError as error:
            return Polled((), polling.failed(place.status, error, self._now), error)

    def _feed(self, place: Place) -> Polled:
        """A feed, where it is now. A page that names feeds is followed to the first of them, and that is kept. What
        another asker of the feed took in is new to this one: it asks for all of it."""
        status = place.status
        url = status.moved_to or status.address
        fetched = self._tools.web.get(url, status.known if place.taken == status.digest else None, robots=False)
        digest = digest_of(fetched.body)
        if fetched.unchanged or digest == place.taken:
            return Polled((), polling.answered(status, fetched, digest, status.entries, self._now))
        try:
            feed = parse_feed(fetched.body, url)
        except Unreadable:
            named = named_feeds(fetched.body, fetched.final_url)
            if not named:
                raise
            fetched = self._tools.web.get(named[0], robots=False)
            feed = parse_feed(fetched.body, named[0])
            fetched = fetched.model_copy(update={"moved_to": fetched.moved_to or named[0]})
            digest = digest_of(fetched.body)
        now = polling.answered(status, fetched, digest, feed.total, self._now)
        return Polled(feed.entries[: self._tools.most_per_feed], now)

    def _search(self, status: SourceStatus) -> Polled:
        """What the providers find for the words. One that fails is a line in the report; the search has failed where
        all have."""
        tools, words, found, failed = self._tools, status.address, list[Found](), list[SourceError]()
        for provider in tools.providers:
            asking = provider.ask(words, tools.most_results)
            try:
                got = tools.web.get(asking.url, robots=False, send=asking.send, headers=asking.headers)
                found += provider.parse(got.body)[: tools.most_results]
            except SourceError as error:
                failed.append(type(error)(error.reason, f"search {words!r}: {error}", error.wait_s))
        if not tools.providers:
            failed.append(SourceError("no provider", f"search {words!r}: [search] providers names none to ask"))
        if len(failed) >= max(len(tools.providers), 1):
            return Polled((), polling.failed(status, failed[0], self._now), failed[0])
        well = {"tried_at": self._now, "succeeded_at": self._now, "entries": len(found)}
        now = SourceStatus(address=status.address, **well)
        return Polled(tuple(found), now, failed[0] if failed else None)


class Looked(NamedTuple):
    """What all places of a thread named, and those that were asked."""

    found: tuple[Found, ...]
    polled: tuple[Polled, ...]


def look(run: Run) -> Looked:
    """What the thread's places name now: its pages, what its feeds and searches have, the papers its articles lead
    to."""
    sources, slug = run.thread.sources, run.thread.slug
    pages = [Found(url=source.address, via="page") for source in sources if source.kind == "page"]
    with run.store.reading() as connection:
        read = [item for item in item_store.of_thread(connection, slug) if item.state == "read"]
        taken = thread_store.taken(connection, slug)
        asked = [
            Place(source.kind, source_store.find(connection, source.address), taken.get(source.address))
            for source in sources
            if source.kind != "page"
        ]
    polled = Poll(run.tools, run, run.now).ask(asked)
    found = [named for each in polled for named in each.found]
    led_to = [Found(url=url, via="link") for url in works_led_to(read, _MOST_PAPERS)]
    return Looked(tuple(pages + found + led_to), tuple(polled))
