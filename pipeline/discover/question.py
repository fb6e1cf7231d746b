"""One question about many arrivals: which thread each belongs to, and which discussions the others make."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from anyascii import anyascii

from pipeline.discover.terms import shown
from pipeline.prompts import AnswerForm, RenderedPrompt, prompt
from pipeline.records.arrivals import Arrival, Discussion
from pipeline.text import one_line

_ABOUT_WORDS = 60  # words of what a thread is about that are shown; chosen, not measured
_LONGEST_TITLE = 90  # characters; chosen, not measured
_LONGEST_SLUG = 48  # characters; chosen, not measured
_FEWEST_HOSTS = 2  # that a discussion spans; chosen, not measured
_FEWEST_LINKING = 2  # arrivals whose links make the one they lead to enough for a thread; chosen, not measured


class BelongsAnswer(AnswerForm):
    item: int
    thread: str


class DiscussionAnswer(AnswerForm):
    title: str
    label: str
    items: list[int]
    why: str


class SortingAnswer(AnswerForm):
    """What the model is asked to give for a set of arrivals."""

    threads: list[BelongsAnswer]
    discussions: list[DiscussionAnswer]


class ThreadSummary(NamedTuple):
    """A thread as the question shows it; `lately` are the titles of its newest items."""

    slug: str
    title: str
    about: str
    lately: tuple[str, ...] = ()


class Assignment(NamedTuple):
    """The items that belong to each thread, by its slug, and the discussions that other items make."""

    threads: Mapping[str, tuple[str, ...]]
    discussions: tuple[Discussion, ...]


def question(new: Sequence[Arrival], earlier: Sequence[Arrival], threads: Sequence[ThreadSummary]) -> RenderedPrompt:
    """The prompt that asks about `new` arrivals, numbered from 1; similar `earlier` ones follow in the numbering."""
    return prompt("discover").render(
        threads=[
            {
                "id": f"t{number}",
                "title": thread.title,
                "about": shown(thread.about, _ABOUT_WORDS),
                "lately": thread.lately,
            }
            for number, thread in enumerate(threads, 1)
        ],
        items=[
            {
                "number": number,
                "earlier": number > len(new),
                "venue": arrival.venue,
                "published": arrival.published,
                "title": arrival.title,
                "opening": arrival.opening,
            }
            for number, arrival in enumerate([*new, *earlier], 1)
        ],
    )


def assignment_of(answer: SortingAnswer, arrivals: Sequence[Arrival], threads: Sequence[ThreadSummary]) -> Assignment:
    """The answer with the ids of threads and items instead of its numbers, which count `arrivals` and `threads` as the
    question did; others are ignored. An item that belongs to a thread is in no discussion; any other is in one, the
    first that names it."""
    slug_of = {f"t{number}": thread.slug for number, thread in enumerate(threads, 1)}
    item_of = {number: arrival.item for number, arrival in enumerate(arrivals, 1)}
    items_of_thread: dict[str, dict[str, None]] = {}
    for belongs in answer.threads:
        if belongs.thread in slug_of and belongs.item in item_of:
            items_of_thread.setdefault(slug_of[belongs.thread], {})[item_of[belongs.item]] = None
    unassigned = dict.fromkeys(item_of.values())
    for items in items_of_thread.values():
        for item in items:
            unassigned.pop(item, None)
    discussions = []
    for discussion in answer.discussions:
        members = tuple(
            dict.fromkeys(item_of[number] for number in discussion.items if item_of.get(number) in unassigned)
        )
        for member in members:
            del unassigned[member]
        title = one_line(discussion.title)[:_LONGEST_TITLE]
        if len(members) > 1 and title:
            label, why = one_line(discussion.label), one_line(discussion.why)
            discussions.append(Discussion(title=title, label=label, items=members, why=why))
    return Assignment({slug: tuple(items) for slug, items in items_of_thread.items()}, tuple(discussions))


def is_enough(members: Sequence[Arrival], repeating: Collection[str], fewest: int) -> bool:
    """Whether arrivals are enough for a thread: at least `fewest` that repeat no other, from at least two hosts; or one
    that two others link to. `repeating` are the ids of items that repeat another."""
    originals = [arrival for arrival in members if arrival.item not in repeating]
    hosts = {urlsplit(arrival.url).hostname for arrival in originals}
    if len(originals) >= fewest and len(hosts) >= _FEWEST_HOSTS:
        return True
    return any(
        sum(arrival.url in other.links for other in originals if other is not arrival) >= _FEWEST_LINKING
        for arrival in originals
    )


def slug_for(label: str, title: str, taken: Collection[str]) -> str:
    """A slug for a thread: its label in a-z, 0-9 and hyphens, whatever script it is in, with a number where that is in
    `taken`."""
    slug = _slugified(label) or _slugified(title) or "discussion"
    if slug not in taken:
        return slug
    return next(f"{slug}-{n}" for n in range(2, len(taken) + 3) if f"{slug}-{n}" not in taken)


def _slugified(text: str) -> str:
    in_latin = anyascii(re.sub("['’ʼ]", "", text)).lower()
    cut = re.sub(r"[^a-z0-9]+", "-", in_latin).strip("-")[: _LONGEST_SLUG + 1]
    return (cut.rpartition("-")[0] if len(cut) > _LONGEST_SLUG and "-" in cut else cut[:_LONGEST_SLUG]).strip("-")
