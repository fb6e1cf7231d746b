"""Which elements of each of a group of like parts hold its words: those in the place where most parts have most words,
the innermost such place that leaves none of them out."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from pipeline.read.posts.finder.group_parts import GroupParts
from pipeline.read.posts.finder.like_blocks import Mark
from pipeline.read.posts.finder.page_index import PageIndex, item_name
from pipeline.read.posts.finder.post_names import Named

_MOST_OF_THEM = 0.6  # of the parts of a group
_NEARLY_ALL = 0.97  # of the words of the fullest place
_A_NAMED_PLACE = 0.5  # of the words of the fullest place, for one that is called the place of the words
_HALF = 0.5
_BODY = re.compile(
    r"content|body|message|text|msg|cooked|bbwrapper|commtext|prose|markdown|comment-?copy|beitrag|nachricht|phml|inner",
    re.IGNORECASE,
)
_NO_BODY = re.compile(
    r"header|foot|meta|user|author|avatar|profile|signature|(?<![a-z])sig(?![a-z])|action|button|control|subject|"
    r"date|time|"
    r"edit|attribution|nav|menu|like|vote|rating|count|textarea|hidden|poster|(?<![a-z])info|tools?(?![a-z])|attach|"
    r"react|"
    r"share|report|statusicon|member|badge|rank|score|postlinkhold|reply-?(?:link|button|form)|(?<![a-z])stats",
    re.IGNORECASE,
)
_NEVER_BODY = re.compile(
    r"signature|(?<![a-z])sig(?![a-z])|edited|lastedit|edit-?note|edit-?history|attribution", re.IGNORECASE
)
_NO_WORDS = frozenset(
    ("a", "button", "nav", "form", "input", "label", "time", "dl", "script", "h1", "h2", "h3", "noscript")
)
_INLINE = frozenset(("b", "strong", "i", "em", "small", "abbr", "img", "br", "tr", "tbody"))
PARAGRAPHS = frozenset(("p", "blockquote", "ul", "ol", "pre", "h4", "h5", "h6", "li", "font", "span"))
"""Elements beside which, and not in which, more words of a post may stand."""
_WORDS_ITSELF = frozenset(("text", "articlebody", "commenttext", "reviewbody", "sioc:content", "content:encoded"))
_BESIDE = frozenset(("nav", "form", "button"))
_STATED = 2


def bodies_of(
    parts: GroupParts, times: Sequence[Mark | None], names: Sequence[Named | None]
) -> tuple[list[tuple[int, ...]], str]:
    """The elements that hold the words of each part: in the place where most words stand, that holds no name or time.
    And what that place is."""
    found: list[dict[str, list[int]]] = []
    words: list[dict[str, int]] = []
    total: defaultdict[str, int] = defaultdict(int)
    count: defaultdict[str, int] = defaultdict(int)
    rank: dict[str, int] = {}
    index = parts.index
    for part in range(len(parts.parts)):
        places, beside = _places(parts, part, times[part], names[part])
        found.append(places)
        words.append({place: _words_in(parts, part, numbers, beside) for place, numbers in places.items()})
        for place, numbers in places.items():
            total[place] += words[part][place]
            count[place] += 1
            rank[place] = max(rank.get(place, 0), *(body_rank(index, number) for number in numbers))
    most = max(count.values(), default=0)
    usual = [place for place in total if count[place] >= _MOST_OF_THEM * most or rank[place] == _STATED]
    if not usual:
        return [() for _ in parts.parts], ""
    fullest = max(total[place] for place in usual)
    if not any(rank[place] for place in usual) and fullest < _HALF * sum(
        _loose_words(parts, n, names[n], times[n]) for n in range(len(found))
    ):
        return [() for _ in parts.parts], ""
    named = [place for place in usual if rank[place] and total[place] >= _A_NAMED_PLACE * fullest]
    stated = [place for place in usual if rank[place] == _STATED]
    top = max(stated or named or usual, key=lambda place: (total[place], -min(_depths(index, found, place))))
    chosen = top
    for place in stated or usual:
        if not rank[place] and place.rpartition("/")[2].partition(".")[0] in PARAGRAPHS:
            continue
        same = count[place] >= _NEARLY_ALL * count[top] and total[place] >= _NEARLY_ALL * total[top]
        if same and place != chosen and _is_inside(index, found, place, chosen) and _holds_all(words, place, top):
            chosen = place
    order = sorted(stated or named or usual, key=lambda place: (-rank[place], -total[place]))
    return [tuple(each.get(chosen) or each.get(top) or _other(each, order)) for each in found], chosen


def _loose_words(parts: GroupParts, part: int, named: Named | None, mark: Mark | None) -> int:
    """The words of a part without those of its name and its time."""
    heads = {
        head
        for head in (named and named.number, mark and mark.holder)
        if head is not None and head != parts.parts[part].start
    }
    return parts.words(part) - sum(parts.words_of(part, head) for head in heads)


def _other(places: dict[str, list[int]], order: Sequence[str]) -> list[int]:
    """Where a part that is built unlike most has its words."""
    return next((places[place] for place in order if place in places), [])


def body_rank(index: PageIndex, number: int) -> int:
    """Whether an element is stated to hold the words, or called so, or neither."""
    element = index.elements[number]
    item = item_name(element).lower().split()
    if _NEVER_BODY.search(f"{element.get('class', '')} {element.get('id', '')}"):
        return 0
    if not _WORDS_ITSELF.isdisjoint(item) or "e-content" in element.get("class", "").split():
        return _STATED
    return int(bool(_BODY.search(_names_of(index, number))))


def _names_of(index: PageIndex, number: int) -> str:
    element = index.elements[number]
    return f"{element.get('class', '')} {element.get('id', '')} {item_name(element)}"[:300]


def _places(
    parts: GroupParts, part: int, mark: Mark | None, named: Named | None
) -> tuple[dict[str, list[int]], list[int]]:
    """The elements of a part that may hold its words, by their places; and those that a program put beside them."""
    index, start = parts.index, parts.parts[part].start
    heads = [number for number in (mark and mark.holder, named and named.number) if number is not None]
    places: defaultdict[str, list[int]] = defaultdict(list)
    behind = -1
    beside: list[int] = []
    for number in parts.own(part):
        element = index.elements[number]
        if number < behind or (number == start and not parts.parts[part].is_run) or element.tag in _INLINE:
            continue
        names, rank = _names_of(index, number), body_rank(index, number)
        holds_head = any(number <= head < index.ends[number] for head in heads)
        if rank < _STATED and (element.tag in _NO_WORDS or _NO_BODY.search(names)):
            if not holds_head and not rank:
                behind = index.ends[number]
                if element.tag in _BESIDE or _NO_BODY.search(names) or "title" in names:
                    beside.append(number)
            continue
        if holds_head or not parts.words_of(part, number) or (not rank and parts.holds_posts(part, number)):
            continue
        place = parts.place(part, number)
        if not places[place] or index.ends[places[place][-1]] <= number:
            places[place].append(number)
    return {place: numbers for place, numbers in places.items() if numbers}, beside


def _depths(index: PageIndex, found: Sequence[dict[str, list[int]]], place: str) -> list[int]:
    return [index.depths[numbers[0]] for each in found if (numbers := each.get(place))]


def _is_inside(index: PageIndex, found: Sequence[dict[str, list[int]]], place: str, other: str) -> bool:
    """Whether the elements of a place stand in those of another."""
    for each in found:
        inner, outer = each.get(place), each.get(other)
        if inner and outer:
            return outer[0] < inner[0] and index.ends[inner[-1]] <= index.ends[outer[-1]]
    return False


def _words_in(parts: GroupParts, part: int, numbers: Sequence[int], beside: Sequence[int]) -> int:
    """The words of some elements of a part without those that a program put there."""
    index = parts.index
    others = (
        b for number in numbers for b in beside[bisect_left(beside, number) : bisect_left(beside, index.ends[number])]
    )
    return sum(parts.words_of(part, number) for number in numbers) - sum(index.words_of(other) for other in others)


def _holds_all(words: Sequence[dict[str, int]], place: str, other: str) -> bool:
    """Whether in no part a place lacks more than a few of the words that another holds."""
    return all(
        each[other] - each.get(place, 0) <= max(2, (1 - _NEARLY_ALL) * each[other]) for each in words if other in each
    )
