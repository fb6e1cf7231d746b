"""What each of a group of like parts holds: who wrote it, when, and which elements are the words.

Like parts are built alike, so they are asked together: an element holds the time, the name or the words because the
same place does in most of them.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.read.posts.finder.group_parts import GroupParts
from pipeline.read.posts.finder.like_blocks import Mark, Marks, Part, nested
from pipeline.read.posts.finder.page_index import PageIndex
from pipeline.read.posts.finder.post_bodies import PARAGRAPHS, bodies_of, body_rank
from pipeline.read.posts.finder.post_names import Named
from pipeline.read.posts.finder.who_and_when import names_of_posts, surest_name, times_of

_LINE = 14  # words of the line over a post
_HALF = 0.5
_MOST_ROUNDS = 5
_FEWEST = 0.4  # of the parts of a group, others of which may be no posts


class PostPart(NamedTuple):
    """One post of a group: its part of the page, its time's mark, its author, and the elements that hold its words (the
    whole part where none does). Where they are `loose`, other things stand in those as well. `heads` are the elements
    around name and time that hold nothing else, `inner` the posts in it. `is_usual` says that it has its time and its
    words where most of the group have theirs."""

    part: Part
    mark: Mark | None
    named: Named | None
    bodies: tuple[int, ...]
    heads: tuple[int, ...]
    inner: tuple[Part, ...]
    loose: bool
    is_usual: bool


def post_parts(
    index: PageIndex, marks: Marks, group: Sequence[Part], beside: Sequence[Part] = (), *, alike: bool = True
) -> list[PostPart]:
    """What the parts of a group hold; those that stand in another's words are left out, they are its words. `beside`
    are posts that are not of the group, and none of what it holds. Nothing where most parts have no time or no name,
    or, where they have to be `alike`, their times not in the same place."""
    for _ in range(_MOST_ROUNDS):
        parts = GroupParts(index, marks, group, beside)
        times = times_of(parts)
        if sum(mark is not None for mark in times) < max(2, _FEWEST * len(times)):
            return []
        usual_time = _usual(parts, [(mark.holder,) if mark else () for mark in times])
        if alike and sum(usual and mark is not None for usual, mark in zip(usual_time, times, strict=True)) < max(
            2, _HALF * len(times)
        ):
            return []
        names, likely = names_of_posts(parts, times)
        if sum(bool(each) for each in likely) < max(2, _FEWEST * len(times)):
            return []
        bodies, place = bodies_of(parts, times, names)
        names = [name or surest_name(index, likely[n], bodies[n]) for n, name in enumerate(names)]
        forged = _in_words(parts, bodies, place)
        if not forged:
            break
        group = [part for n, part in enumerate(group) if n not in forged]
    else:
        return []
    usual_body = _usual(parts, bodies)
    posts = []
    for n, part in enumerate(group):
        mark, own = times[n], bodies[n]
        loose = not own or (index.elements[own[0]].tag in PARAGRAPHS and not body_rank(index, own[0]))
        if own and loose:
            own = _around(parts, n, own)
        heads = _heads(parts, n, mark, names[n], () if loose else own)
        posts.append(
            PostPart(part, mark, names[n], own, heads, tuple(parts.inner[n]), loose, usual_time[n] and usual_body[n])
        )
    return posts


def _around(parts: GroupParts, part: int, bodies: tuple[int, ...]) -> tuple[int, ...]:
    """What holds all paragraphs of a part: an element in it, or nothing but the part itself."""
    parent = parts.index.parents[bodies[0]]
    start = parts.parts[part].start
    if parent > start and all(parent <= body < parts.index.ends[parent] for body in bodies):
        return (parent,)
    return ()


def _usual(parts: GroupParts, held: Sequence[tuple[int, ...]]) -> list[bool]:
    """Of each part, whether what it holds stands where it does in most."""
    places = [parts.place(n, numbers[0]).rpartition("/")[2] if numbers else "" for n, numbers in enumerate(held)]
    common = Counter(places).most_common(1)[0][0]
    return [place == common for place in places]


def _in_words(parts: GroupParts, bodies: Sequence[tuple[int, ...]], place: str) -> set[int]:
    """The parts that stand in another's words, or where the words of most parts stand."""
    index = parts.index
    forged = set()
    for number, outer in enumerate(nested(parts.parts)):
        if outer is None:
            continue
        start, end = parts.parts[number].start, parts.parts[outer].start
        in_body = any(body <= start < index.ends[body] for body in bodies[outer])
        if in_body or any(parts.place(outer, each) == place for each in (start, *index.above(start, end))):
            forged.add(number)
    return forged


def _heads(
    parts: GroupParts, part: int, mark: Mark | None, named: Named | None, bodies: tuple[int, ...]
) -> tuple[int, ...]:
    """The outermost elements around the time and the name that hold no words of the post."""
    index, whole = parts.index, parts.parts[part]
    heads = []
    own = {mark.holder if mark else -1, named.number if named else -1}
    for number in own - {-1, -1 if whole.is_run else whole.start}:
        if number < whole.start:
            continue
        top = number
        for above in index.above(number):
            if (above <= whole.start and not (whole.is_run and above == whole.start)) or above < whole.start:
                break
            if parts.words_of(part, above) > _LINE or parts.words_of(part, above) > _HALF * parts.words(part):
                break
            if any(above <= body < index.ends[above] for body in bodies):
                break
            top = above
        heads.append(top)
    return tuple(sorted({head for head in heads if not any(o < head < index.ends[o] for o in heads)}))
