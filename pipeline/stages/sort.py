"""What has arrived goes to the threads it belongs to; what makes a discussion of its own begins a thread, or proposes
one; the rest stays loose and may become part of one later."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.discover import near, sorting
from pipeline.errors import AllowanceSpent, BadAnswer
from pipeline.read.copies import Originals, Text
from pipeline.records.arrivals import Arrival, Discussion
from pipeline.records.pages import Version
from pipeline.records.threads import Thread
from pipeline.stages.run import Notes, Tools
from pipeline.store import arrivals as arrival_store
from pipeline.store import items as item_store
from pipeline.store import threads as thread_store
from pipeline.store import versions as version_store

_MOST_NEW = 40  # arrivals that one question asks about
_MOST_EARLIER = 30
_LATELY = 3  # titles of a thread's items that a question shows


class Policy(NamedTuple):
    """When a discussion is enough for a thread, whether it begins unasked, and how long what is loose is kept."""

    fewest: int
    automatic: bool
    keep: timedelta


class Sorting(NamedTuple):
    """The arrivals that went to threads, and the threads that began or are proposed."""

    taken: frozenset[str] = frozenset()
    begun: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()


class _Shown(NamedTuple):
    """What one question shows."""

    new: tuple[Arrival, ...]
    earlier: tuple[Arrival, ...]
    threads: tuple[sorting.Known, ...]


def sort(tools: Tools, notes: Notes, now: datetime, policy: Policy) -> Sorting:
    """Sorts what has arrived. Where a question has no answer, what it asked about waits for the next batch."""
    with tools.store.writing() as connection:
        arrival_store.let_go(connection, now - policy.keep)
    with tools.store.reading() as connection:
        new = arrival_store.new(connection)
        if not new:
            return Sorting()
        loose = arrival_store.loose(connection)
        threads = list(_threads(connection))
    found = near.near(new, loose, [candidate for candidate, _ in threads])
    asked = list(_questions(found, new, loose, [known for _, known in threads]))
    begun_now: list[sorting.Known] = []  # a later question must know what an earlier one began
    apart = {each.item for each in new} - {each.item for shown in asked for each in shown.new}
    with tools.store.writing() as connection:
        arrival_store.put(connection, sorted(apart), "loose")
    so_far = Sorting()
    for shown in asked:
        shown = _Shown(
            shown.new,
            tuple(each for each in shown.earlier if each.item not in so_far.taken),
            (*shown.threads, *begun_now),
        )
        try:
            answer = tools.door.ask(sorting.question(*shown), sorting.SortingAnswer)
        except BadAnswer as error:
            notes.trouble("the sorting of new items", "no usable answer", error)
            continue
        except AllowanceSpent as error:
            notes.spent_out(error)
            break
        done = sorting.sorted_by(answer.value, (*shown.new, *shown.earlier), shown.threads)
        with tools.store.writing() as connection:
            applied = _apply(connection, done, shown, now, policy)
            new_threads = {*applied.begun, *applied.proposed}
            begun_now += [known for _, known in _threads(connection, new_threads)]
        so_far = Sorting(so_far.taken | applied.taken, so_far.begun + applied.begun, so_far.proposed + applied.proposed)
    begun = [*so_far.begun, *so_far.proposed]
    notes.say(
        f"sort        {len(so_far.taken)} of {len(new)} items to threads{', new: ' if begun else ''}{', '.join(begun)}"
    )
    return so_far


def _questions(
    found: near.Near, new: Sequence[Arrival], loose: Sequence[Arrival], threads: Sequence[sorting.Known]
) -> Iterator[_Shown]:
    new_of = {each.item: each for each in new}
    loose_of = {each.item: each for each in loose}
    for group in near.groups(found, new_of, _MOST_NEW):
        beside: dict[str, float] = {}
        for item in group:
            for other, share in found.items[item].items():
                if other in loose_of:
                    beside[other] = max(beside.get(other, 0.0), share)
        earlier = sorted(sorted(beside, key=lambda item: (-beside[item], item))[:_MOST_EARLIER])
        wanted = {slug for item in group for slug in found.threads[item]}
        yield _Shown(
            tuple(new_of[item] for item in sorted(group)),
            tuple(loose_of[item] for item in earlier),
            tuple(known for known in threads if known.slug in wanted),
        )


def _threads(
    connection: Connection, only: Collection[str] | None = None
) -> Iterator[tuple[near.Candidate, sorting.Known]]:
    """The threads an item may belong to, also those proposed or declined: else a discussion that the operator does not
    want would be proposed again."""
    for thread in thread_store.every(connection):
        if thread.merged_into or (only is not None and thread.slug not in only):
            continue
        version = version_store.last(connection, thread.slug)
        items = item_store.of_thread(connection, thread.slug)
        about = _about(version) if version else thread.state_reason or ""
        titles = " . ".join(item.title for item in items)
        text = " . ".join([thread.title, version.thread.title if version else "", about, titles])
        title = version.thread.title if version else thread.title
        yield (
            near.Candidate(thread.slug, text, frozenset(item.url for item in items)),
            sorting.Known(thread.slug, title, about, tuple(item.title for item in items[-_LATELY:])),
        )


def _about(version: Version) -> str:
    return " ".join(said.text for paragraph in version.narrative for said in paragraph.sentences)


def _apply(connection: Connection, done: sorting.Sorted, shown: _Shown, now: datetime, policy: Policy) -> Sorting:
    """Keeps one answer, all of it or nothing."""
    arrived = {each.item: each for each in (*shown.new, *shown.earlier)}
    taken = [item for items in done.threads.values() for item in items]
    for slug, items in done.threads.items():
        _give(connection, slug, [arrived[item] for item in items])
    begun = []
    for discussion in done.discussions:
        members = [arrived[item] for item in discussion.items]
        if sorting.is_enough(members, _repeating(connection, members), policy.fewest):
            begun.append(_begin(connection, discussion, members, now, policy))
            taken += discussion.items
    arrival_store.put(connection, [each.item for each in shown.new if each.item not in taken], "loose")
    arrival_store.put(connection, taken, "assigned")
    slugs = tuple(begun)
    return Sorting(frozenset(taken), slugs if policy.automatic else (), () if policy.automatic else slugs)


def _begin(
    connection: Connection, discussion: Discussion, members: Sequence[Arrival], now: datetime, policy: Policy
) -> str:
    have = {thread.slug for thread in thread_store.every(connection)}
    thread = Thread(
        slug=sorting.slug_for(discussion.label, discussion.title, have),
        title=discussion.title,
        state="live" if policy.automatic else "proposed",
        state_since=now,
        state_reason=discussion.why or None,
        created_at=now,
    )
    thread_store.add(connection, thread)
    _give(connection, thread.slug, members)
    return thread.slug


def _give(connection: Connection, slug: str, members: Sequence[Arrival]) -> None:
    """Puts items on a thread's list, oldest first: they were judged, so the thread does not judge them again."""
    for each in sorted(members, key=lambda arrival: (arrival.published or "9999", arrival.item)):
        item_store.add_to_thread(connection, slug, each.item)
        item_store.judge(connection, slug, each.item, "relevant")


def _repeating(connection: Connection, members: Sequence[Arrival]) -> set[str]:
    """Those of `members` whose text repeats another's."""
    originals, repeating = Originals(), set()
    for each in members:
        snapshot = item_store.last_snapshot(connection, each.item)
        text = snapshot.text if snapshot else each.opening
        if originals.original_of(Text(each.item, text, frozenset({each.item}), each.title, each.author)):
            repeating.add(each.item)
    return repeating
