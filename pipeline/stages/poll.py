"""The places a thread looks at: feeds and searches are asked what they have, and each answer is told."""

from typing import NamedTuple

from pipeline import polling
from pipeline.errors import SourceError, Unreadable
from pipeline.fetch.feeds import Feed, named_feeds, parse_feed
from pipeline.pursue import works_led_to
from pipeline.records.items import Found, digest_of
from pipeline.records.sources import SourceStatus
from pipeline.records.threads import SourceAddress
from pipeline.stages.run import Run, parallel
from pipeline.store import items as item_store
from pipeline.store import sources as source_store

_MOST_PAPERS = 8  # that a thread reads because its articles lead to them


class _Polled(NamedTuple):
    """One place after it was asked."""

    found: tuple[Found, ...]
    status: SourceStatus
    error: SourceError | None = None


class Answers(NamedTuple):
    """What all places named, and how those that were asked have answered."""

    found: tuple[Found, ...]
    statuses: tuple[SourceStatus, ...]


class Poll:
    """Asking the places of one run's thread."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def ask(self) -> Answers:
        """What the thread's places name now: its pages, and what its feeds and searches have. A place that fails is a
        line in the report. Nothing is kept: how a feed answered may only be remembered together with what it named,
        else what it named is lost when the feed does not change."""
        sources = self._run.thread.sources
        pages = [Found(url=source.address, via="page") for source in sources if source.kind == "page"]
        with self._run.store.reading() as connection:
            read = [i for i in item_store.of_thread(connection, self._run.thread.slug) if i.state == "read"]
            asked = [(s, source_store.find(connection, s.address)) for s in sources if s.kind != "page"]
        awake = [(s, status) for s, status in asked if polling.at_rest(status, self._run.now) is None]
        polled = [p for _, p in parallel(self._run.tools.parallel_fetches, self._ask, awake)]
        for each in polled:
            if each.error:
                self._run.trouble(each.status.address, each.error.reason, each.error)
        resting = len(asked) - len(awake)
        if resting:
            self._run.say(f"poll        {resting} of {len(asked)} places are at rest: see `sources`")
        found = [named for each in polled for named in each.found]
        led_to = [Found(url=url, via="link") for url in works_led_to(read, _MOST_PAPERS)]
        return Answers(tuple(pages + found + led_to), tuple(each.status for each in polled))

    def _ask(self, asked: tuple[SourceAddress, SourceStatus]) -> _Polled:
        source, status = asked
        try:
            return self._feed(status) if source.kind == "feed" else self._search(source.address, status)
        except SourceError as error:
            return _Polled((), polling.failed(status, error, self._run.now), error)

    def _feed(self, status: SourceStatus) -> _Polled:
        """A feed, where it is now. A page that names feeds is followed to the first of them, and that is kept."""
        url = status.moved_to or status.address
        fetched = self._run.tools.web.get(url, status.known, robots=False)
        digest = digest_of(fetched.body)
        if fetched.unchanged or digest == status.digest:
            return _Polled((), polling.answered(status, fetched, digest, status.entries, self._run.now))
        try:
            feed = parse_feed(fetched.body, url)
        except Unreadable:
            named = named_feeds(fetched.body, fetched.final_url)
            if not named:
                raise
            fetched = self._run.tools.web.get(named[0], robots=False)
            feed = parse_feed(fetched.body, named[0])
            fetched = fetched.model_copy(update={"moved_to": fetched.moved_to or named[0]})
            digest = digest_of(fetched.body)
        now = polling.answered(status, fetched, digest, feed.total, self._run.now)
        return _Polled(self._newest(feed), now)

    def _newest(self, feed: Feed) -> tuple[Found, ...]:
        return feed.entries[: self._run.tools.most_per_feed]

    def _search(self, words: str, status: SourceStatus) -> _Polled:
        """What the providers find for `words`. One that fails is a line in the report; the search has failed where
        all have."""
        tools, found, failed = self._run.tools, list[Found](), list[SourceError]()
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
            return _Polled((), polling.failed(status, failed[0], self._run.now), failed[0])
        well = {"tried_at": self._run.now, "succeeded_at": self._run.now, "entries": len(found)}
        now = SourceStatus(address=status.address, **well)
        return _Polled(tuple(found), now, failed[0] if failed else None)
