"""One question about many arrivals: which thread each belongs to, and which discussions the others make."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from pipeline.prompts import AnswerForm, Rendered, prompt
from pipeline.records.arrivals import Arrival, Discussion
from pipeline.records.items import one_line, opening

_LONGEST_TITLE = 90
_LONGEST_SLUG = 48
_FEWEST_HOSTS = 2


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


class Known(NamedTuple):
    """A thread as the question shows it; `lately` are the titles of what came last."""

    slug: str
    title: str
    about: str
    lately: tuple[str, ...] = ()


class Sorted(NamedTuple):
    """For each thread the arrivals that belong to it, and the discussions that others make."""

    threads: Mapping[str, tuple[str, ...]]
    discussions: tuple[Discussion, ...]


def question(new: Sequence[Arrival], earlier: Sequence[Arrival], threads: Sequence[Known]) -> Rendered:
    """The prompt that asks about `new` items, numbered from 1, and the earlier ones they are near to behind them."""
    return prompt("discover").render(
        threads=[
            {"id": f"t{n}", "title": thread.title, "about": opening(thread.about), "lately": thread.lately}
            for n, thread in enumerate(threads, 1)
        ],
        items=[
            {
                "number": number,
                "earlier": number > len(new),
                "venue": each.venue,
                "published": each.published,
                "title": each.title,
                "opening": each.opening,
            }
            for number, each in enumerate([*new, *earlier], 1)
        ],
    )


def sorted_by(answer: SortingAnswer, shown: Sequence[Arrival], threads: Sequence[Known]) -> Sorted:
    """The answer in the ids of threads and items. Numbers and threads that were not shown are passed over; an item
    that a thread has makes no discussion; an item is in one discussion, the first that names it."""
    slug_of = {f"t{n}": thread.slug for n, thread in enumerate(threads, 1)}
    item_of = {n: each.item for n, each in enumerate(shown, 1)}
    belongs: dict[str, dict[str, None]] = {}
    for each in answer.threads:
        if each.thread in slug_of and each.item in item_of:
            belongs.setdefault(slug_of[each.thread], {})[item_of[each.item]] = None
    free = dict.fromkeys(item_of.values())
    for items in belongs.values():
        for item in items:
            free.pop(item, None)
    discussions = []
    for found in answer.discussions:
        members = tuple(dict.fromkeys(item_of[n] for n in found.items if item_of.get(n) in free))
        for member in members:
            del free[member]
        title = one_line(found.title)[:_LONGEST_TITLE]
        if len(members) > 1 and title:
            discussions.append(
                Discussion(title=title, label=one_line(found.label), items=members, why=one_line(found.why))
            )
    return Sorted({slug: tuple(items) for slug, items in belongs.items()}, tuple(discussions))


def is_enough(members: Sequence[Arrival], repeating: Collection[str], fewest: int) -> bool:
    """Whether arrivals are substance enough for a thread: `fewest` of them that repeat no other, from two hosts at
    least; or one that two others lead to."""
    own = [each for each in members if each.item not in repeating]
    if len(own) >= fewest and len({urlsplit(each.url).hostname for each in own}) >= _FEWEST_HOSTS:
        return True
    return any(sum(one.url in other.links for other in own if other is not one) >= _FEWEST_HOSTS for one in own)


def slug_for(label: str, title: str, taken: Collection[str]) -> str:
    """An address for a thread: its label in a-z, 0-9 and hyphens, numbered where it is taken."""
    plain = _plain(label) or _plain(title) or "discussion"
    if plain not in taken:
        return plain
    return next(f"{plain}-{n}" for n in range(2, len(taken) + 3) if f"{plain}-{n}" not in taken)


def _plain(words: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    cut = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[: _LONGEST_SLUG + 1]
    return (cut.rpartition("-")[0] if len(cut) > _LONGEST_SLUG and "-" in cut else cut[:_LONGEST_SLUG]).strip("-")
