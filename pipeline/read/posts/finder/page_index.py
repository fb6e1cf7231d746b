"""A page's elements numbered in their order, with how many words stand before each: what any part of a page holds is
then a subtraction, however many parts are compared."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

_NOT_READ = frozenset((
    "script", "style", "template", "head", "svg", "select", "textarea", "datalist", "iframe", "object", "embed",
    "audio", "video", "canvas", "map", "math",
))  # fmt: skip
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f\uac00-\ud7af]")
_STATES = re.compile(
    r"odd|even|alt#?|alternate|first|last|new|old|unread|read|active|online|offline|clearfix|clear|cf|row#?|bg#|"
    r"(?:js|is|has|no|can|u|col|mt|mb|ml|mr|pt|pb|pl|pr|px|py|mx|my|m|p|w|h|d|depth|level|thread)-.*|by.*author|byuser"
)
"""Names that tell one of several like elements from the others, and not their kind."""
_LINKS = frozenset(("a", "button"))
_SET_OFF = frozenset(("b", "strong", "cite", "h3", "h4", "h5", "h6", "dt", "th", "em", "i", "legend", "a"))
_LONGEST_NAMES = 300  # characters
_MOST_TOKENS = 6


class Text(NamedTuple):
    """A piece of text with a digit in it: the element that holds it, the last one that began before it, and, for text
    behind an element, that element."""

    holder: int
    last: int
    text: str
    behind: int | None


class PageIndex:
    """The elements of a page that are read, by number. `ends[n]` is the number of the first one behind element `n` and
    all in it, `parents[0]` is -1. `unlisted` are the last elements that began before text that is not among `texts`."""

    def __init__(self, tree: HtmlElement) -> None:
        self.elements: list[HtmlElement] = []
        self.parents: list[int] = []
        self.ends: list[int] = []
        self.depths: list[int] = []
        self.texts: list[Text] = []
        self.unlisted: list[int] = []
        self._words: list[int] = []
        self._words_behind: list[int] = []
        self._linked: list[int] = []
        self._linked_behind: list[int] = []
        body = tree.find("body")
        self._walk(tree if body is None else body)

    def __len__(self) -> int:
        return len(self.elements)

    def _walk(self, root: HtmlElement) -> None:
        words = linked = links = number = 0
        open_: list[int] = []
        elements, ends, texts = self.elements, self.ends, self.texts
        words_behind, linked_behind = self._words_behind, self._linked_behind
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            text: str | None
            if event == "start":
                holder, behind = len(elements), None
                elements.append(element)
                self.parents.append(open_[-1] if open_ else -1)
                self.depths.append(len(open_))
                ends.append(holder)
                self._words.append(words)
                self._linked.append(linked)
                words_behind.append(words)
                linked_behind.append(linked)
                open_.append(holder)
                if tag in _NOT_READ or not isinstance(tag, str):
                    self.unlisted.append(holder)
                    walker.skip_subtree()
                    continue
                links += tag in _LINKS
                text = element.text
            else:
                number = open_.pop()
                ends[number] = len(elements)
                words_behind[number] = words
                linked_behind[number] = linked
                links -= tag in _LINKS
                if not open_:
                    break
                text, holder, behind = element.tail, open_[-1], number
            if text and (count := words_in(text)):
                words += count
                if links:
                    linked += count
                if len(text) < _LONGEST_TEXT:
                    texts.append(Text(holder, len(elements) - 1, text, behind))
                else:
                    self.unlisted.append(len(elements) - 1)

    def words(self, start: int, end: int) -> int:
        """The words from the beginning of element `start` to that of element `end`, or to the end of the page."""
        return (self._words[end] if end < len(self.elements) else self._words_behind[0]) - self._words[start]

    def unlinked(self, start: int, end: int) -> int:
        """The words between two elements that stand in no link."""
        linked = (self._linked[end] if end < len(self.elements) else self._linked_behind[0]) - self._linked[start]
        return self.words(start, end) - linked

    def words_of(self, number: int) -> int:
        """The words of one element."""
        return self._words_behind[number] - self._words[number]

    def unlinked_of(self, number: int) -> int:
        """The words of one element that stand in no link."""
        return self.words_of(number) - (self._linked_behind[number] - self._linked[number])

    def may_name(self, number: int) -> bool:
        """Whether an element is of those that may hold a name: it has attributes, or is set off."""
        element = self.elements[number]
        return element.tag in _SET_OFF or bool(element.attrib)

    def above(self, number: int, end: int = -1) -> Iterator[int]:
        """The elements that hold element `number`, the innermost first, up to and without element `end`."""
        number = self.parents[number]
        while number != end and number >= 0:
            yield number
            number = self.parents[number]

    def shape(self, number: int) -> str:
        """What an element is like: its tag and the name of its kind."""
        element = self.elements[number]
        return _shape(str(element.tag), (element.get("class") or item_name(element))[:_LONGEST_NAMES])

    def kinds(self, number: int) -> list[str]:
        """The kinds that an element may be one of: by each of its names, by its id without what numbers it, and by what
        it stands in."""
        element = self.elements[number]
        tag = str(element.tag)
        kinds = [f"{tag}.{token}" for token in _tokens(element.get("class", "")[:_LONGEST_NAMES])]
        name = element.get("id", "")[:_LONGEST_NAMES]
        if any(map(str.isdigit, name)):
            kinds.append(f"{tag}#{_without_numbers(name)}")
        elif not kinds and element.attrib:
            kinds.append(f"{tag}[{','.join(element.keys())}]")
        parent = self.parents[number]
        if parent >= 0:
            around = self.shape(parent)
            kinds += [f"{around}>{tag}", *([] if element.get("class") else [f"{around}>{tag} alone"])]
        return kinds


def item_name(element: HtmlElement) -> str:
    """What microdata or RDFa call an element of the thing it stands in."""
    return element.get("itemprop") or element.get("property") or ""


_LONGEST_TEXT = 400  # characters of a text that may hold a date and is no prose


def words_in(text: str) -> int:
    """How many words; two characters make one in the scripts that put no space between words."""
    count = len(text.split())
    return count if text.isascii() else count + len(_UNSPACED.findall(text)) // 2


@lru_cache(maxsize=20_000)
def _tokens(names: str) -> tuple[str, ...]:
    found = dict.fromkeys(_without_numbers(token) for token in names.lower().split())
    return tuple(token for token in found if not _STATES.fullmatch(token))[:_MOST_TOKENS]


@lru_cache(maxsize=20_000)
def _without_numbers(name: str) -> str:
    return re.sub(r"\d+", "#", name.lower())


@lru_cache(maxsize=20_000)
def _shape(tag: str, names: str) -> str:
    tokens = _tokens(names)
    return f"{tag}.{tokens[0]}" if tokens else tag
