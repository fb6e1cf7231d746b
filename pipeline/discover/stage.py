"""Sorts arrivals: each goes to the threads it belongs to; those that make a discussion of their own begin a thread, or
propose one; the rest stays loose and may become part of one later."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.context import RunContext
from pipeline.discover.question import (
    Assignment,
    SortingAnswer,
    ThreadSummary,
    assignment_of,
    is_enough,
    question,
    slug_for,
)
from pipeline.discover.similarity import Neighbours, ThreadProfile, groups, similar
from pipeline.discover.terms import shown
from pipeline.read.copies import Originals, WorkText
from pipeline.records.arrivals import Arrival, Discussion
from pipeline.records.items import Item
from pipeline.records.pages import Version
from pipeline.records.runs import BUDGET_SPENT
from pipeline.records.threads import Thread
from pipeline.store import arrivals as arrival_store
from pipeline.store import items as item_store
from pipeline.store import threads as thread_store
from pipeline.store import versions as version_store
from pipeline.text.detect import language_of_title

# per question; chosen, not measured
_MOST_NEW = 40  # arrivals that it asks about
_MOST_EARLIER = 30  # loose arrivals that it shows with them
_MOST_BEYOND = 8  # threads in other languages than its arrivals' that it shows though nothing tells that they belong
_OPENING_WORDS = 90  # of each item of a thread without a page, that arrivals are compared with
_LATELY = 3  # titles of a thread's items that it shows


class SortResult(NamedTuple):
    """The ids of the items that went to threads, and the slugs of the threads that were begun or proposed."""

    taken: frozenset[str] = frozenset()
    begun: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()


class _SortingQuestion(NamedTuple):
    """What one question to the model shows."""

    new: tuple[Arrival, ...]
    earlier: tuple[Arrival, ...]
    threads: tuple[ThreadSummary, ...]


def sort(context: RunContext) -> SortResult:
    """Sorts the new arrivals. Those whose question has no answer wait for the next batch."""
    with context.store.writing() as connection:
        arrival_store.expire(connection, context.now - context.settings.discover.keep)
    with context.store.reading() as connection:
        new = arrival_store.new(connection)
        if not new:
            return SortResult()
        loose = arrival_store.loose(connection)
        threads = list(_threads(connection))
    neighbours = similar(new, loose, [profile for profile, _ in threads])
    questions = list(_questions(neighbours, new, loose, threads))
    new_summaries: list[ThreadSummary] = []  # a later question shows the threads that an earlier one began
    without_question = {arrival.item for arrival in new} - {
        arrival.item for planned in questions for arrival in planned.new
    }
    with context.store.writing() as connection:
        arrival_store.put(connection, sorted(without_question), "loose")
    total = SortResult()
    for planned in questions:
        current = _SortingQuestion(
            planned.new,
            tuple(arrival for arrival in planned.earlier if arrival.item not in total.taken),
            (*planned.threads, *new_summaries),
        )
        answer = context.ask(question(*current), SortingAnswer, "the sorting of new items")
        if answer == BUDGET_SPENT:
            break
        if isinstance(answer, str):
            continue
        assignment = assignment_of(answer.value, (*current.new, *current.earlier), current.threads)
        with context.store.writing() as connection:
            result = _apply(context, connection, assignment, current)
            new_threads = {*result.begun, *result.proposed}
            new_summaries += [summary for _, summary in _threads(connection, new_threads)]
        total = SortResult(total.taken | result.taken, total.begun + result.begun, total.proposed + result.proposed)
    begun = [*total.begun, *total.proposed]
    names = f", new: {', '.join(begun)}" if begun else ""
    context.log.report("sort", f"{len(total.taken)} of {len(new)} items to threads{names}")
    return total


def _questions(
    neighbours: Neighbours,
    new: Sequence[Arrival],
    loose: Sequence[Arrival],
    threads: Sequence[tuple[ThreadProfile, ThreadSummary]],
) -> Iterator[_SortingQuestion]:
    new_of = {arrival.item: arrival for arrival in new}
    loose_of = {arrival.item: arrival for arrival in loose}
    for group in groups(neighbours, new_of, _MOST_NEW):
        candidates: dict[str, float] = {}
        for item in group:
            for other, similarity in neighbours.items[item].items():
                if other in loose_of:
                    candidates[other] = max(candidates.get(other, 0.0), similarity)
        earlier = sorted(sorted(candidates, key=lambda item: (-candidates[item], item))[:_MOST_EARLIER])
        slugs = {slug for item in group for slug in neighbours.threads[item]}
        slugs |= set(_beyond(neighbours, group, slugs, [profile for profile, _ in threads])[:_MOST_BEYOND])
        yield _SortingQuestion(
            tuple(new_of[item] for item in sorted(group)),
            tuple(loose_of[item] for item in earlier),
            tuple(summary for _, summary in threads if summary.slug in slugs),
        )


def _beyond(
    neighbours: Neighbours, group: Collection[str], already: Collection[str], threads: Sequence[ThreadProfile]
) -> list[str]:
    """The threads that are in another language than any of a group's items and not shown `already`: first those that
    have most in common with one of these items, then those with the newest items."""
    most: dict[str, float] = {}
    for item in group:
        for slug, value in neighbours.beyond[item].items():
            most[slug] = max(most.get(slug, 0.0), value)
    newest = sorted(threads, key=lambda thread: (thread.newest, thread.slug), reverse=True)
    others = [thread.slug for thread in newest if thread.slug in most and thread.slug not in already]
    return sorted(others, key=lambda slug: -most[slug])


def _threads(
    connection: Connection, only: Collection[str] | None = None
) -> Iterator[tuple[ThreadProfile, ThreadSummary]]:
    """The threads an item may belong to, those with slugs in `only` or all; also proposed and declined ones: otherwise
    a discussion that the operator declined would be proposed again."""
    for thread in thread_store.every(connection):
        if thread.merged_into or (only is not None and thread.slug not in only):
            continue
        version = version_store.last(connection, thread.slug)
        items = item_store.of_thread(connection, thread.slug)
        about = _about(version) if version else thread.state_reason or ""
        title = version.thread.title if version else thread.title
        titles = [item.title for item in items]
        openings = [] if version else list(_openings(connection, items))
        languages = {} if version else item_store.languages(connection, thread.slug)
        yield (
            ThreadProfile(
                slug=thread.slug,
                text=" . ".join([thread.title, title, about, *openings, *titles]),
                language=version.language if version else language_of_title(thread.title, [*languages.values()]),
                addresses=frozenset(item.url for item in items),
                newest=max((item.published or "" for item in items), default=""),
            ),
            ThreadSummary(thread.slug, title, about, tuple(item.title for item in items[-_LATELY:])),
        )


def _openings(connection: Connection, items: Sequence[Item]) -> Iterator[str]:
    """The openings of a thread's items, for as long as it has no page: a thread that waits for the operator, say."""
    for item in items:
        snapshot = item_store.last_snapshot(connection, item.id)
        if snapshot:
            yield shown(snapshot.text, _OPENING_WORDS)


def _about(version: Version) -> str:
    return " ".join(sentence.text for paragraph in version.narrative for sentence in paragraph.sentences)


def _apply(
    context: RunContext, connection: Connection, assignment: Assignment, current: _SortingQuestion
) -> SortResult:
    """Stores one answer; the caller's transaction makes it all or nothing."""
    arrival_of = {arrival.item: arrival for arrival in (*current.new, *current.earlier)}
    taken = [item for items in assignment.threads.values() for item in items]
    for slug, items in assignment.threads.items():
        _give(connection, slug, [arrival_of[item] for item in items])
    begun = []
    for discussion in assignment.discussions:
        members = [arrival_of[item] for item in discussion.items]
        if is_enough(members, _repeating(connection, members), context.settings.discover.fewest):
            begun.append(_begin(context, connection, discussion, members))
            taken += discussion.items
    arrival_store.put(connection, [arrival.item for arrival in current.new if arrival.item not in taken], "loose")
    arrival_store.put(connection, taken, "assigned")
    slugs, automatic = tuple(begun), context.settings.discover.mode == "automatic"
    return SortResult(frozenset(taken), slugs if automatic else (), () if automatic else slugs)


def _begin(context: RunContext, connection: Connection, discussion: Discussion, members: Sequence[Arrival]) -> str:
    existing = {thread.slug for thread in thread_store.every(connection)}
    thread = Thread(
        slug=slug_for(discussion.label, discussion.title, existing),
        title=discussion.title,
        state="live" if context.settings.discover.mode == "automatic" else "proposed",
        state_since=context.now,
        state_reason=discussion.why or None,
        created_at=context.now,
    )
    thread_store.add(connection, thread)
    _give(connection, thread.slug, members)
    return thread.slug


def _give(connection: Connection, slug: str, members: Sequence[Arrival]) -> None:
    """Adds arrivals to a thread, oldest first, as relevant: triage does not ask about them again."""
    for arrival in sorted(members, key=lambda member: (member.published or "9999", member.item)):
        item_store.add_to_thread(connection, slug, arrival.item)
        item_store.set_relevance(connection, slug, arrival.item, "relevant")


def _repeating(connection: Connection, members: Sequence[Arrival]) -> set[str]:
    """The ids of those of `members` whose text repeats another's."""
    originals, repeating = Originals(), set()
    for arrival in members:
        snapshot = item_store.last_snapshot(connection, arrival.item)
        text = snapshot.text if snapshot else arrival.opening
        if originals.original_of(
            WorkText(arrival.item, text, frozenset({arrival.item}), arrival.title, arrival.author)
        ):
            repeating.add(arrival.item)
    return repeating
