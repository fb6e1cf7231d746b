"""Where a page repeats itself with a time in each: the parts of it that may be posts, the likeliest first.

A post is an element of a kind that comes several times, or what stands between two headings of a kind. Of kinds that
tell the same posts apart, the one that holds most of each is taken: who wrote it often stands beside its words.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.read.posts.finder.page_index import PageIndex
from pipeline.read.posts.finder.post_times import PostTime, time_in_markup, time_in_words
from pipeline.read.stated.page_parts import words_of

_MOST_GROUPS = 10  # that are looked at closer
_ENOUGH_WORDS = 60  # of one post: a longer one does not speak for a group any more
_FEWEST_WORDS = 2  # of a post, beside its time
_MOST_TIMES = 6  # in one post
_SHARE = 0.6  # of a group's elements
_LONGEST_TIME = 12  # words of an element in whose parts together a time is written
_LONGEST_WITHOUT_DIGITS = 30  # characters
_LEAD = 12  # characters in which a leading time begins
_SET_OFF = re.compile(r"[:)\]>–—]\s|\s-\s")
_IN_NUMBERS = re.compile(r"(?<![\d./-])(\d{1,2})[/-](\d{1,2})[/-](?:19|20)\d\d(?!\d)")
_DIGIT = re.compile(r"\d")
_MONTHS = 12
_NO_POSTS = frozenset(
    ("html", "body", "main", "a", "p", "span", "time", "b", "strong", "i", "em", "small", "abbr", "h1")
)
_EDGES = frozenset(("nav", "aside", "footer"))
_ARTICLES = frozenset(("article", "main", "section"))
_COMMENTS = re.compile(r"comment|kommentar|repl|discuss|thread|post", re.IGNORECASE)
_NO_HEADS = frozenset(("html", "body", "main", "time", "abbr", "small", "i", "em"))


class Mark(NamedTuple):
    """A time on a page: the element that holds it, and the last one that begins before it. `text` is the text that says
    it, empty where the markup does; `behind` is the element that the text stands behind."""

    holder: int
    last: int
    time: PostTime
    text: str = ""
    behind: int | None = None


class Part(NamedTuple):
    """A part of a page, from the beginning of element `start` to that of `end`: one whole element, or a run of siblings
    that `head` begins."""

    start: int
    end: int
    is_run: bool = False


def marks_of(index: PageIndex, language: str, domain: str) -> list[Mark]:
    """The times on a page, in their order. `language` is a BCP 47 tag, `domain` the last label of the host."""
    found: list[Mark] = []
    language = _with_order(index, language)
    stated: set[int] = set()
    for number, element in enumerate(index.elements):
        if isinstance(element.tag, str) and (time := time_in_markup(element)):
            found.append(Mark(number, number, time))
            stated.update((number, index.parents[number]))
    for holder, last, text, behind in index.texts:
        if holder in stated or (len(text) > _LONGEST_WITHOUT_DIGITS and not _DIGIT.search(text)):
            continue
        if time := time_in_words(text, language, domain) or _leading_time(text, language, domain):
            found.append(Mark(holder, last, time, text, behind))
    found.sort(key=lambda mark: (mark.last, mark.holder))
    return found + _in_pieces(index, found, language, domain)


def _leading_time(text: str, language: str, domain: str) -> PostTime | None:
    """The time that a longer text begins with, set off from the words behind it."""
    begins = text.lstrip()
    indent = len(text) - len(begins)
    if not any(map(str.isdigit, begins[:_LEAD])):
        return None
    for match in _SET_OFF.finditer(begins[: 2 * _LEAD]):
        time = time_in_words(begins[: match.start()], language, domain)
        if time and not any(map(str.isalnum, begins[: time.start] + begins[time.end : match.start()])):
            return time._replace(start=0, end=indent + match.end())
    return None


def _with_order(index: PageIndex, language: str) -> str:
    """The language, and for an English that is not said which it is the one whose order of day and month the page's
    dates in numbers show: a number above 12 is a day wherever it stands."""
    if language.lower() not in ("", "en"):
        return language
    texts = [text.text for text in index.texts if "/" in text.text or "-" in text.text]
    dates = [match for text in texts if (match := _IN_NUMBERS.search(text))]
    first, second = (max((int(match[n]) for match in dates), default=0) for n in (1, 2))
    if max(first, second) <= _MONTHS or min(first, second) > _MONTHS:
        return language
    return "en-GB" if first > _MONTHS else "en-US"


def _in_pieces(index: PageIndex, found: Sequence[Mark], language: str, domain: str) -> list[Mark]:
    """Times that are written in several elements, as a day over its month: looked for only where no others are."""
    if len(found) > 1:
        return []
    pieces: list[Mark] = []
    figures = sorted((*index.unlisted, *(text.last for text in index.texts if any(map(str.isdigit, text.text)))))
    behind = -1
    for number, element in enumerate(index.elements):
        if number < behind or index.ends[number] - number < 2 or not 2 <= index.words_of(number) <= _LONGEST_TIME:
            continue
        if bisect_left(figures, number) == bisect_left(figures, index.ends[number]):
            continue
        text = words_of(element, 120)
        if any(map(str.isdigit, text)) and (time := time_in_words(text, language, domain)):
            pieces.append(Mark(number, number, time._replace(start=0, end=0)))
            behind = index.ends[number]
    return pieces


class Marks:
    """The times of a page, and how many of them a part of it holds."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        self.all = sorted(marks, key=lambda mark: (mark.last, mark.holder))
        self._last = [mark.last for mark in self.all]
        self._holders = sorted(mark.holder for mark in self.all)
        self.behind = frozenset(mark.behind for mark in self.all if mark.behind is not None)

    def count(self, start: int, end: int) -> int:
        """How many times elements from `start` to before `end` hold."""
        return bisect_left(self._holders, end) - bisect_left(self._holders, start)

    def count_in(self, part: Part) -> int:
        """How many times a part holds; a run of siblings holds those in the text between them."""
        if not part.is_run:
            return self.count(part.start, part.end)
        return bisect_left(self._last, part.end) - bisect_left(self._last, part.start)

    def between(self, part: Part) -> Iterator[Mark]:
        """The times of a part, those of other posts in it included."""
        for at in range(bisect_left(self._last, part.start), bisect_left(self._last, part.end)):
            if part.is_run or self.all[at].holder >= part.start:
                yield self.all[at]


def nested(parts: Sequence[Part]) -> list[int | None]:
    """Of each part, in the order of the page, the number of the innermost other one that holds it."""
    around: list[int | None] = []
    open_: list[int] = []
    for number, part in enumerate(parts):
        while open_ and parts[open_[-1]].end <= part.start:
            open_.pop()
        around.append(open_[-1] if open_ else None)
        open_.append(number)
    return around


def groups_of(index: PageIndex, marks: Marks) -> list[list[Part]]:
    """The groups of parts that may be a page's posts, likeliest first."""
    kinds: defaultdict[str, list[int]] = defaultdict(list)
    behind = 0
    for number, element in enumerate(index.elements):
        if number >= behind and element.tag in _EDGES and _is_edge(index, number):
            behind = index.ends[number]
        if number < behind:
            continue
        if element.tag in _NO_HEADS:
            continue
        if number in marks.behind or marks.count(number, index.ends[number]):
            for kind in index.kinds(number):
                kinds[kind].append(number)
    ranked: dict[tuple[Part, ...], tuple[int, int, int]] = {}
    for numbers in kinds.values():
        if len(numbers) > 1:
            for parts in _parts_of(index, numbers):
                if parts not in ranked and (worth := _worth(index, marks, parts)):
                    ranked[parts] = worth
    best = sorted(ranked, key=lambda parts: ranked[parts], reverse=True)
    return [list(parts) for parts in best[:_MOST_GROUPS]]


def _is_edge(index: PageIndex, number: int) -> bool:
    """Whether an element is a menu or a margin of the page; the foot of an article may hold its comments."""
    element = index.elements[number]
    if _COMMENTS.search(f"{element.get('class', '')} {element.get('id', '')}"):
        return False
    return element.tag != "footer" or all(index.elements[above].tag not in _ARTICLES for above in index.above(number))


def _parts_of(index: PageIndex, numbers: list[int]) -> Iterator[tuple[Part, ...]]:
    """The elements of a kind as parts, and the runs of siblings that they head."""
    if index.elements[numbers[0]].tag not in _NO_POSTS:
        yield tuple(Part(number, index.ends[number]) for number in numbers)
    parent, count = Counter(index.parents[number] for number in numbers).most_common(1)[0]
    if count < 2 or count < _SHARE * len(numbers) or parent < 0:
        return
    heads = [number for number in numbers if index.parents[number] == parent]
    shapes = {index.shape(sibling) for sibling in _siblings(index, heads[0], heads[-1])}
    end = heads[-1]
    for sibling in _siblings(index, heads[-1], index.ends[parent]):
        if sibling != heads[-1] and index.shape(sibling) not in shapes:
            break
        end = index.ends[sibling]
    runs = tuple(Part(head, next_, is_run=True) for head, next_ in zip(heads, [*heads[1:], end], strict=True))
    own = sum(index.unlinked_of(head) for head in heads)
    if sum(index.unlinked(run.start, run.end) for run in runs) >= 2 * own:
        yield runs


def _siblings(index: PageIndex, first: int, end: int) -> Iterator[int]:
    while first < end:
        yield first
        first = index.ends[first]


def _worth(index: PageIndex, marks: Marks, parts: tuple[Part, ...]) -> tuple[int, int, int] | None:
    """How much speaks for a group, larger for more, or None where it can be no posts."""
    words = [index.unlinked(part.start, part.end) if part.is_run else index.unlinked_of(part.start) for part in parts]
    whole = [index.words(part.start, part.end) if part.is_run else index.words_of(part.start) for part in parts]
    times = [marks.count_in(part) for part in parts]
    own_words, own_times, own_whole = words.copy(), times.copy(), whole.copy()
    for number, around in enumerate(nested(parts)):
        if around is not None:
            own_words[around] -= words[number]
            own_times[around] -= times[number]
            own_whole[around] -= whole[number]
    good = [n for n in range(len(parts)) if 0 < own_times[n] <= _MOST_TIMES and own_words[n] >= _FEWEST_WORDS]
    if len(good) < 2 or len(good) < _SHARE * len(parts):
        return None
    return sum(min(own_words[n], _ENOUGH_WORDS) for n in good), sum(own_whole), -parts[0].start


def with_timeless(index: PageIndex, parts: Sequence[Part]) -> list[Part]:
    """A group with the elements of the same shape beside its own that hold no time: posts that were taken back."""
    if any(part.is_run for part in parts):
        return list(parts)
    shapes = {(index.shape(part.start), index.parents[part.start]) for part in parts}
    known = {part.start: part for part in parts}
    for parent in {index.parents[part.start] for part in parts} - {-1}:
        for sibling in _siblings(index, parent + 1, index.ends[parent]):
            if sibling not in known and (index.shape(sibling), parent) in shapes and index.words_of(sibling):
                known[sibling] = Part(sibling, index.ends[sibling])
    return [known[start] for start in sorted(known)]
