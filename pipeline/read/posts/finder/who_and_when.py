"""Who wrote each of a group of like parts, and when: named in the place where most have their name, dated where most
have their time. What one post alone says of itself, as markup of a forged post in its words, is outvoted."""

from collections import defaultdict
from collections.abc import Sequence

from pipeline.read.posts.finder.group_parts import GroupParts
from pipeline.read.posts.finder.like_blocks import Mark, Part
from pipeline.read.posts.finder.page_index import PageIndex, item_name
from pipeline.read.posts.finder.post_names import Named, name_of, stated_name
from pipeline.read.posts.finder.post_times import is_another_time

_LABEL = 60  # characters before a time
_LINE = 14  # words of the line over a post
_MOST_OF_A_NAME = 20  # words of an element that may hold little but a name
_DAY = 10  # characters
_SURE = 20  # of what speaks for a name
_HALF = 0.5


def times_of(parts: GroupParts) -> list[Mark | None]:
    """The time of each part: the one in the place where most have theirs, the surest of such places."""
    found: list[list[tuple[str, Mark, int]]] = []
    votes: defaultdict[str, int] = defaultdict(int)
    for part in range(len(parts.parts)):
        best: dict[str, tuple[str, Mark, int]] = {}
        for mark in parts.marks[part]:
            if is_another_time(_before(parts.index, mark)):
                continue
            place, stated = parts.place(part, mark.holder), _is_stated(parts.index, mark.holder)
            best.setdefault(place, (place, mark, mark.time.quality + 3 * stated))
        found.append(list(best.values()))
        for place, _, quality in best.values():
            votes[place] += quality
    chosen = []
    for each in found:
        each.sort(key=lambda one: (-votes[one[0]], one[1].last))
        chosen.append(_exact(each[0][1], [mark for _, mark, _ in each]) if each else None)
    return chosen


def _exact(chosen: Mark, marks: Sequence[Mark]) -> Mark:
    """A time with the clock that another one of the same day has, where it has none of its own."""
    day = chosen.time.time
    if not day or len(day) > _DAY:
        return chosen
    exact = next(
        (
            mark.time.time
            for mark in marks
            if mark.time.time and mark.time.time[:_DAY] == day and len(mark.time.time) > _DAY
        ),
        day,
    )
    return chosen._replace(time=chosen.time._replace(time=exact))


def _is_stated(index: PageIndex, number: int) -> bool:
    element = index.elements[number]
    names = item_name(element) + " " + element.get("class", "")
    return any(name in names for name in ("datePublished", "dateCreated", "dt-published", "published", "commentTime"))


def _before(index: PageIndex, mark: Mark) -> str:
    """What stands before a time, and what the elements around it are called."""
    element = index.elements[mark.holder]
    said: list[str] = []
    if mark.text:
        said.append(mark.text[: mark.time.start])
    each = index.elements[mark.behind] if mark.behind is not None else element
    if mark.behind is not None:
        said.insert(0, "".join(each.itertext())[-_LABEL:] if index.words_of(mark.behind) < _LINE else "")
    if sum(map(len, said)) < _LABEL:
        previous = each.getprevious()
        parent = index.elements[index.parents[mark.holder]] if mark.behind is None else element
        tail = previous.tail if previous is not None else parent.text
        if previous is not None and not (tail or "").strip() and len(previous) < _LINE:
            tail = "".join(previous.itertext())[-_LABEL:]
        said.insert(0, (tail or "")[-_LABEL:])
    parent_names = (
        index.elements[index.parents[mark.holder]].get("class", "") if index.parents[mark.holder] >= 0 else ""
    )
    return f"{element.get('class', '')[:_LABEL]} {parent_names[:_LABEL]} {' '.join(said)}".replace("_", " ")


def names_of_posts(parts: GroupParts, times: Sequence[Mark | None]) -> tuple[list[Named | None], list[list[Named]]]:
    """The author of each part: named in the place where most have theirs, by what speaks most for being it. And all
    that may be one."""
    found: list[list[tuple[str, Named]]] = []
    votes: defaultdict[str, int] = defaultdict(int)
    values: defaultdict[str, set[str]] = defaultdict(set)
    index = parts.index
    for part, mark in enumerate(times):
        line = _line(index, mark, parts.parts[part])
        at: dict[str, tuple[str, Named]] = {}
        for number in parts.own(part):
            words = index.words_of(number)
            if words > _MOST_OF_A_NAME or (number not in line and not index.may_name(number)):
                continue
            element = index.elements[number]
            if likely := name_of(number, element, words, beside_time=number in line):
                place = parts.place(part, number)
                if place not in at or at[place][1].weight < likely.weight:
                    at[place] = (place, likely)
        found.append(list(at.values()))
        for place, likely in at.values():
            votes[place] += likely.weight
            values[place].add(likely.name)
    several = any(len(each) > 1 for each in values.values())
    for place in votes:
        if several and len(values[place]) == 1 and len(parts.parts) > 2:
            votes[place] //= 4  # what every part says is a label, where anything differs
    chosen: list[Named | None] = []
    for part, each in enumerate(found):
        each.sort(key=lambda one: (-votes[one[0]], one[1].number))
        named: Named | None = each[0][1] if each and votes[each[0][0]] >= _SURE * _HALF * len(parts.parts) else None
        stated = None if parts.parts[part].is_run else stated_name(index.elements[parts.parts[part].start])
        if stated and named:
            named = named._replace(name=stated, handle=named.handle if named.name == stated else None)
        elif stated:
            named = Named(parts.parts[part].start, stated, None, _SURE)
        chosen.append(named)
    return chosen, [[named for _, named in each] for each in found]


def surest_name(index: PageIndex, likely: Sequence[Named], bodies: tuple[int, ...]) -> Named | None:
    """The name that a part shows where no other has it, if its markup says whose it is and its words do not."""
    outside = [each for each in likely if not any(body <= each.number < index.ends[body] for body in bodies)]
    best = max(outside, key=lambda each: (each.weight, -each.number), default=None)
    return best if best and best.weight >= 2 * _SURE else None


def _line(index: PageIndex, mark: Mark | None, part: Part) -> set[int]:
    """The elements of the line that a time stands in."""
    if mark is None:
        return set()
    if mark.behind is not None and index.words_of(mark.behind) <= _LINE:
        beside = set(range(mark.behind, index.ends[mark.behind]))
    else:
        beside = set()
    top = mark.holder
    for above in index.above(mark.holder):
        if above <= part.start or index.words_of(above) > _LINE:
            break
        top = above
    if index.words_of(top) > _LINE or top < part.start:
        return beside
    return beside | set(range(top, index.ends[top]))
