"""Posts that a page's attributes call so: schema.org in microdata and RDFa, and the entries of microformats that answer
another."""

from collections.abc import Iterator
from typing import NamedTuple

from lxml.html import HtmlElement

from pipeline.read.posts.finder.like_blocks import Part
from pipeline.read.posts.finder.page_index import PageIndex

_POSTS = frozenset(("comment", "answer", "usercomments", "sioct:comment", "sioc:comment"))
_OPENINGS = frozenset(("discussionforumposting", "question", "sioct:boardpost"))
_PAGES_OF_QUESTIONS = frozenset(("faqpage",))
_REPLIES = frozenset(("u-comment", "p-comment"))
_MOST_LOOKED_AT = 200  # elements of an entry before what it answers is named


class StatedParts(NamedTuple):
    """The parts of a page that it calls posts. `is_thread` says that it calls the whole a thread or a question, `flat`
    are the elements that hold posts which do not answer them."""

    parts: list[Part]
    is_thread: bool
    flat: frozenset[int]


def stated_parts(index: PageIndex) -> StatedParts:
    """What a page's attributes call posts, in its order."""
    parts: list[Part] = []
    flat: set[int] = set()
    is_thread = False
    for number, element in enumerate(index.elements):
        kinds = _types(element)
        if kinds & _PAGES_OF_QUESTIONS:
            return StatedParts([], False, frozenset())
        if kinds & _OPENINGS:
            is_thread = True
            parts.append(Part(number, index.ends[number]))
            if "question" not in kinds:
                flat.add(number)
        elif kinds & _POSTS or _is_reply(index, number, element):
            parts.append(Part(number, index.ends[number]))
    return StatedParts(parts, is_thread and len(parts) > 1, frozenset(flat))


def _types(element: HtmlElement) -> frozenset[str]:
    stated = element.get("itemtype") or element.get("typeof")
    if not stated:
        return frozenset()
    return frozenset(name.rstrip("/").rpartition("/")[2].lower().removeprefix("schema:") for name in stated.split())


def _is_reply(index: PageIndex, number: int, element: HtmlElement) -> bool:
    """Whether an entry of microformats is a reply: called a comment, or with the address of what it answers."""
    names = element.get("class", "").split()
    if not {"h-cite", "h-entry"} & set(names):
        return False
    if _REPLIES & set(names):
        return True
    return any("u-in-reply-to" in each.get("class", "").split() for each in _first(index, number))


def _first(index: PageIndex, number: int) -> Iterator[HtmlElement]:
    for each in range(number + 1, min(index.ends[number], number + _MOST_LOOKED_AT)):
        yield index.elements[each]
