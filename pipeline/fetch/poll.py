"""Sources are asked what they have: feeds and searches, of whichever thread."""

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.context import RunContext, ThreadRun, parallel
from pipeline.errors import MachineError, SourceError, Unreadable, program_error
from pipeline.fetch.addresses import is_of
from pipeline.fetch.articles import linked_papers
from pipeline.fetch.backoff import after_answer, after_failure, resting_reason
from pipeline.fetch.feeds.parse import Feed, named_feeds, parse_feed
from pipeline.records.items import Candidate, FetchRequest, Response
from pipeline.records.sources import SourceStatus
from pipeline.store import blocked as blocked_store
from pipeline.store import items as item_store
from pipeline.store import sources as source_store
from pipeline.store import threads as thread_store
from pipeline.text import digest_of

_MOST_PAPERS = 8  # that a thread reads because its articles link to them


class PollTarget(NamedTuple):
    """A source to ask: a feed or a search (by its words), how it has answered, and the digest of the bytes whose
    entries the asker has seen."""

    kind: str
    status: SourceStatus
    seen: str | None = None


class PollResult(NamedTuple):
    """One source after it was asked: what it has, and how it has answered now."""

    candidates: tuple[Candidate, ...]
    status: SourceStatus
    error: SourceError | None = None


class ThreadPoll(NamedTuple):
    """What all sources of a thread name, and those that were asked."""

    candidates: tuple[Candidate, ...]
    results: tuple[PollResult, ...]


def poll_thread(run: ThreadRun) -> ThreadPoll:
    """What the thread's sources name now: its pages, what its feeds and searches have, the papers its articles link
    to."""
    sources, slug = run.thread.sources, run.thread.slug
    pages = [Candidate(url=source.address, via="page") for source in sources if source.kind == "page"]
    with run.store.reading() as connection:
        read = [item for item in item_store.of_thread(connection, slug) if item.state == "read"]
        seen = thread_store.seen_digests(connection, slug)
        targets = [
            PollTarget(source.kind, source_store.find(connection, source.address), seen.get(source.address))
            for source in sources
            if source.kind != "page"
        ]
    results = poll(run.context, targets)
    named = [candidate for result in results for candidate in result.candidates]
    papers = [Candidate(url=url, via="link") for url in linked_papers(read, _MOST_PAPERS)]
    return ThreadPoll(tuple(pages + named + papers), tuple(results))


def poll(context: RunContext, targets: Sequence[PollTarget]) -> list[PollResult]:
    """What the sources have that the asker has not seen. One that fails is a line in the report. Nothing is kept: how
    a feed answered may only be remembered together with what it named, else what it named is lost when the feed does
    not change."""
    with context.store.reading() as connection:
        blocked = blocked_store.hosts(connection)
    awake = [
        target
        for target in targets
        if resting_reason(target.status, context.now) is None
        and not (target.kind == "feed" and is_of(target.status.address, blocked))
    ]

    def one(target: PollTarget) -> PollResult:
        try:
            return _feed(context, target) if target.kind == "feed" else _search(context, target.status)
        except SourceError as error:
            return PollResult((), after_failure(target.status, error, context.now), error)
        except MachineError:
            raise
        except Exception as error:
            failure = program_error(target.status.address, error)
            return PollResult((), after_failure(target.status, failure, context.now), failure)

    results = [result for _, result in parallel(context.settings.fetch.parallel, one, awake)]
    for result in results:
        if result.error:
            context.log.problem(result.status.address, result.error.reason, result.error)
    if len(awake) < len(targets):
        at_rest = len(targets) - len(awake)
        context.log.report("poll", f"{at_rest} of {len(targets)} places are at rest or blocked: see `sources`")
    return results


def _feed(context: RunContext, target: PollTarget) -> PollResult:
    """A feed, where it is now. A page that names feeds is followed to the first of them, and that is kept. Where
    another asker saw its last bytes and this one did not, all of it is asked for."""
    status = target.status
    url = status.moved_to or status.address
    validators = status.validators if target.seen == status.digest else None
    response = context.web.get(FetchRequest(url, validators, robots=False))
    digest = digest_of(response.body)
    if response.unchanged or digest == target.seen:
        return PollResult((), after_answer(status, response, digest, status.entries, context.now, status.taken))
    try:
        feed = _parsed(response, status)
    except Unreadable:
        named = named_feeds(response.body, response.final_url)
        if not named:
            raise
        response = context.web.get(FetchRequest(named[0], robots=False))
        feed = _parsed(response, status)
        response = response.model_copy(update={"moved_to": response.moved_to or named[0]})
        digest = digest_of(response.body)
    feed = feed.first(context.settings.fetch.per_feed)
    answered = after_answer(status, response, digest, feed.total, context.now, feed.in_words)
    return PollResult(feed.entries, answered)


def _parsed(response: Response, status: SourceStatus) -> Feed:
    """What a feed's bytes hold; its entries are told by the address that the feed goes by, wherever it is now."""
    return parse_feed(response.body, response.final_url, charset=response.charset, address=status.address)


def _search(context: RunContext, status: SourceStatus) -> PollResult:
    """What the providers find for the words. One that fails is a line in the report; the search has failed where all
    have."""
    words, most = status.address, context.settings.search.most
    candidates, failures = list[Candidate](), list[SourceError]()
    for provider in context.providers:
        try:
            response = context.web.get(provider.ask(words, most))
            candidates += provider.parse(response.body)[:most]
        except SourceError as error:
            failures.append(type(error)(error.reason, f"search {words!r}: {error}", error.wait_s))
    if not context.providers:
        failures.append(SourceError("no provider", f"search {words!r}: [search] providers names none to ask"))
    if len(failures) >= max(len(context.providers), 1):
        return PollResult((), after_failure(status, failures[0], context.now), failures[0])
    answered = SourceStatus(
        address=status.address, tried_at=context.now, succeeded_at=context.now, entries=len(candidates)
    )
    return PollResult(tuple(candidates), answered, failures[0] if failures else None)
