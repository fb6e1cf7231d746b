"""The main text of a page: trafilatura says which blocks are the article, and every word of those blocks is read.

An extractor is good at telling an article from what surrounds it and bad at keeping it whole: it drops what stands
behind an advertisement, a card that is all link, a table. So its answer is only asked for which blocks of the page it
means; blocks that stand among those and are built like them are read too, and the text is taken from the page itself.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import NamedTuple

from lxml.html import HtmlElement

from pipeline.read.html.article_body import article_body
from pipeline.read.html.blocks import Block, blocks_of
from pipeline.read.html.list_numbers import with_number
from pipeline.read.html.markup import ANCHOR, is_large
from pipeline.read.html.places import places_of
from pipeline.read.html.visible import Hidden

_RUN = 4  # words that must follow each other for a block to be one the extractor means
_ENOUGH = 0.5  # of a block's runs
_NEARLY_ALL = 0.9  # of the runs of a short block, or of one that does not stand among the others
_SHORT = 8  # words
_MOST_OF_IT = 0.9  # of the words that were kept lie in the article's element
_HALF = 0.5
_SENTENCE = 6  # words that a sentence has at least
_LONG = 15  # words that make a text of a block, whatever it ends with
_UNSPACED = (
    "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f\uac00-\ud7af"  # scripts without spaces: a sign is a word
)
_WORD = re.compile(f"[^\\W{_UNSPACED}]+|[{_UNSPACED}]")
_PLAIN_WORD = re.compile(r"\w+", re.ASCII)
_END = re.compile(r"[.!?…。！？]['\"”’»)\]]*(?:\[\w{1,4}\])*$")
_CORRECTION = re.compile(
    r"(?:^|[\s_-])(?:corrections?|clarifications?|errat(?:um|a)|editors?-?note|update-?note|berichtigung|korrektur)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LABELS = frozenset((
    "advertisement", "advertisements", "ad", "ads", "sponsored", "anzeige", "werbung", "publicité", "publicidad",
    "publicidade", "pubblicità", "reklama", "reklam", "реклама", "advertentie", "annonse", "annons", "annonce",
    "mainos", "広告", "广告", "광고", "story continues below advertisement", "article continues below",
    "article continues after advertisement", "story continues below", "continue reading below",
))  # fmt: skip


Run = tuple[str, ...]


class MainText(NamedTuple):
    """A page's text, one block a line. `whole` is false where the page itself shows that there is more of it;
    `whole_lines` are the numbers, from 0, of lines that are one unit and may not be cut."""

    text: str
    whole: bool
    whole_lines: frozenset[int]


class _Line(NamedTuple):
    text: str
    unit: bool


def main_text(tree: HtmlElement, title: str, folded: Sequence[Hidden] = ()) -> MainText:
    """The main text of a page that shows what a reader sees. `folded` are the blocks that were hidden in it."""
    elements = list(tree.iter())  # held, so that lxml need not make its objects anew each time one is asked for
    blocks = blocks_of(tree)
    article = _Article(tree, blocks)
    lines = _written(article.chosen(), title)
    words = sum(len(line.text.split()) for line in lines)
    stated = article_body(tree)
    if stated and len(_tokens(stated)) * _HALF > sum(len(_tokens(line.text)) for line in lines):
        lines = [_Line(line, False) for line in stated.split("\n") if line != title]
    whole = not any(article.holds(each.parent) for each in folded if each.words * 20 > words)
    del elements
    units = frozenset(number for number, line in enumerate(lines) if line.unit)
    return MainText("\n".join(line.text for line in lines), whole, units)


class _Article:
    """Which blocks of a page are its article."""

    def __init__(self, tree: HtmlElement, blocks: list[Block]) -> None:
        self._blocks = blocks
        self._words = [_tokens(block.text) for block in blocks]
        self._depth, self._furniture = places_of(tree)
        self._inside: dict[HtmlElement, bool] = {}
        text = _extracted(tree, blocks)
        runs, lines = _runs_of(text.split("\n"))
        self._runs = [_runs(words) for words in self._words]
        kept = [n for n in range(len(blocks)) if self._stands_in(n, runs, lines)] or self._densest()
        self._container = self._container_of(kept)
        self._kept = self._each_once(kept, runs, lines) if text else kept

    def holds(self, element: HtmlElement) -> bool:
        """Whether an element stands in the article's element, and not in furniture of it."""
        return self._container is not None and self._within(element) and not self._in_furniture(element)

    def chosen(self) -> list[Block]:
        """The blocks of the article, in the order of the page."""
        if not self._kept:
            return []
        kept = self._kept
        first, last = kept[0], kept[-1]
        means = set(kept)
        shapes = {_shape(self._blocks[n]) for n in kept}
        parents = {parent for n in kept if (parent := self._blocks[n].group.getparent()) is not None}
        groups = _linked_shares(self._blocks)
        taken = []
        for number, block in enumerate(self._blocks):
            if _is_label(block.text):
                continue
            if number in means or self._belongs(number, shapes, parents, groups, between=first < number < last):
                taken.append(number)
        taken = _without_loose_headings(self._blocks, taken, means)
        return self._with_notes(taken)

    def _belongs(
        self,
        number: int,
        shapes: set[tuple[object, ...]],
        parents: set[HtmlElement],
        groups: dict[HtmlElement, float],
        *,
        between: bool,
    ) -> bool:
        """Whether a block that the extractor left out stands in the article: built like its blocks, or beside them."""
        block, count = self._blocks[number], len(self._words[number])
        if count >= _SENTENCE and self._is_correction(block.element):
            return True
        if not self.holds(block.element):
            return False
        linked = block.linked / len(block.text)
        sentence = count >= _SENTENCE and bool(_END.search(block.text))
        tells = (sentence and (linked < _MOST_OF_IT or between)) or (count >= _LONG and linked < _HALF)
        if tells and block.kind not in ("row", "code") and _shape(block) in shapes:
            return True
        if block.group.getparent() not in parents:
            return False
        if block.kind == "code":
            return True
        if block.kind in ("row", "item"):
            return groups[block.group] < _HALF and between
        return between and linked < _HALF

    def _is_correction(self, element: HtmlElement) -> bool:
        """Whether a block, or the box that it fills, is called a correction, in the article or right beside it."""
        around = self._container.getparent() if self._container is not None else None
        boxes = [element, element.getparent()]
        named = any(_CORRECTION.search(each.get("class", "")[:300]) for each in boxes if each is not None)
        return named and (self.holds(element) or around in (boxes[-1], *element.iterancestors()))

    def _with_notes(self, taken: list[int]) -> list[Block]:
        """The blocks, and after them the notes that their marks lead to, each under its mark."""
        marks = {target: mark for number in taken for target, mark in self._blocks[number].notes}
        if not marks:
            return [self._blocks[number] for number in taken]
        notes: dict[int, str] = {}
        for number, block in enumerate(self._blocks):
            element: HtmlElement | None = block.element
            for _ in range(4):
                if element is None or element is self._container:
                    break
                name = next((n for n in (element.get("id"), element.get(ANCHOR)) if n in marks), None)
                if name is not None:
                    notes[number] = marks[name]
                    break
                element = element.getparent()
        body = [self._blocks[number] for number in taken if number not in notes]
        told: set[str] = set()
        for number, mark in notes.items():
            block = self._blocks[number]
            if block.linked * 2 < len(block.text):
                body.append(block._replace(kind="text", number="", text=_note(block.text, mark, again=mark in told)))
                told.add(mark)
        return body

    def _each_once(self, kept: Sequence[int], runs: Counter[Run], lines: Counter[Run]) -> list[int]:
        """What was kept, where every run of the extractor's words stands for one place of the page: a caption, a
        summary or a related box that says the same is not meant with it. The article's own blocks come first."""
        own = self._runs
        aside = {number: not self.holds(self._blocks[number].element) for number in kept}
        share = {n: sum(runs[run] > 0 for run in own[n]) / max(1, len(own[n])) for n in kept}
        means = []
        for number in sorted(kept, key=lambda n: (aside[n], -share[n], n)):
            line, enough = tuple(self._words[number]), _ENOUGH
            if aside[number] or len(line) < _SHORT:
                enough = _NEARLY_ALL
            if lines[line] > 0 or (
                own[number] and sum(runs[run] > 0 for run in own[number]) >= enough * len(own[number])
            ):
                means.append(number)
                runs.subtract(own[number])
                lines[line] -= 1
        return sorted(means)

    def _stands_in(self, number: int, runs: Counter[Run], lines: Counter[Run]) -> bool:
        """Whether a block stands in what the extractor took."""
        words, own = self._words[number], self._runs[number]
        if len(words) < _RUN:
            return bool(words) and lines[tuple(words)] > 0
        return sum(runs[run] > 0 for run in own) >= _ENOUGH * len(own)

    def _within(self, element: HtmlElement) -> bool:
        chain: list[HtmlElement] = []
        each: HtmlElement | None = element
        while each is not None and each not in self._inside:
            if each is self._container:
                self._inside[each] = True
                break
            chain.append(each)
            each = each.getparent()
        answer = each is not None and self._inside[each]
        self._inside.update(dict.fromkeys(chain, answer))
        return answer

    def _in_furniture(self, element: HtmlElement) -> bool:
        return self._furniture.get(element, 0) > self._depth.get(self._container, 0)

    def _container_of(self, kept: Sequence[int]) -> HtmlElement | None:
        """The innermost element that holds nearly all the words that were kept."""
        held: dict[HtmlElement, int] = defaultdict(int)
        for number in kept:
            held[self._blocks[number].element] += len(self._blocks[number].text)
        total = sum(held.values())
        best = None
        for element in sorted(held, key=lambda e: -self._depth.get(e, 0)):
            held.setdefault(element, 0)
        waiting: dict[int, list[HtmlElement]] = defaultdict(list)
        for element in held:
            waiting[self._depth.get(element, 0)].append(element)
        for depth in range(max(waiting, default=0), -1, -1):
            for element in waiting[depth]:
                if held[element] >= _MOST_OF_IT * total and best is None:
                    best = element
                parent = element.getparent()
                if parent is not None:
                    if parent not in held:
                        held[parent] = 0
                        waiting[depth - 1].append(parent)
                    held[parent] += held[element]
            if best is not None:
                return best
        return best

    def _densest(self) -> list[int]:
        """Where there is no answer: the blocks under the parent with the most words of unlinked paragraphs."""
        words: dict[HtmlElement, int] = defaultdict(int)
        good = []
        for number, block in enumerate(self._blocks):
            if block.linked * 2 > len(block.text) or self._furniture.get(block.element):
                continue
            good.append(number)
            parent = block.group.getparent()
            if parent is not None:
                words[parent] += len(block.text)
        if not words:
            return []
        best = max(words, key=lambda element: words[element])
        shapes = {_shape(self._blocks[n]) for n in good if self._blocks[n].group.getparent() is best}
        return [n for n in good if self._blocks[n].group.getparent() is best or _shape(self._blocks[n]) in shapes]


def _extracted(tree: HtmlElement, blocks: Sequence[Block]) -> str:
    """What the extractor takes for the article. Its precise mode is asked, which left out furniture more often than
    text where it was measured; without comparing itself to others, which changed nothing where it kept half of the
    page's prose. Where the precise mode keeps less than half of what the default mode keeps, that one. Empty where a
    page is too large for it."""
    from trafilatura import bare_extraction

    if is_large(tree):
        return ""

    def asked(*, precise: bool, fast: bool = False) -> str:
        answer = bare_extraction(deepcopy(tree), fast=fast, include_comments=False, favor_precision=precise)
        return str(getattr(answer, "text", None) or "")

    least = _HALF * sum(
        len(b.text) for b in blocks if b.kind == "text" and len(b.text) > 80 and 2 * b.linked < len(b.text)
    )
    text = asked(precise=True, fast=True)
    if len(text) >= least:
        return text
    text = asked(precise=True)
    if len(text) < least:
        default = asked(precise=False)
        if len(text) < _HALF * len(default):
            text = default
    return text


def _runs_of(lines: Iterable[str]) -> tuple[Counter[Run], Counter[Run]]:
    """The runs of words of all lines, and the lines themselves, each with how often it stands there."""
    runs: Counter[Run] = Counter()
    whole: Counter[Run] = Counter()
    for line in lines:
        words = _tokens(line)
        whole[tuple(words)] += 1
        runs.update(_runs(words))
    return runs, whole


def _runs(words: Sequence[str]) -> list[Run]:
    return [tuple(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1)]


def _tokens(text: str) -> list[str]:
    return (_PLAIN_WORD if text.isascii() else _WORD).findall(text.casefold())


def _is_label(text: str) -> bool:
    """Whether a block is the label of an advertisement."""
    return len(text) < 60 and text.casefold().strip(" .:-–—()[]") in _LABELS


def _shape(block: Block) -> tuple[object, ...]:
    """What a block looks like in the markup: itself, what it stands in, and what that stands in."""
    shape: list[object] = [block.kind]
    element: HtmlElement | None = block.element
    for _ in range(3):
        if element is None:
            break
        shape += [element.tag, element.get("class")]
        element = element.getparent()
    return tuple(shape)


def _linked_shares(blocks: Iterable[Block]) -> dict[HtmlElement, float]:
    linked: dict[HtmlElement, int] = defaultdict(int)
    whole: dict[HtmlElement, int] = defaultdict(int)
    for block in blocks:
        linked[block.group] += block.linked
        whole[block.group] += len(block.text)
    return {group: linked[group] / max(1, whole[group]) for group in whole}


def _without_loose_headings(blocks: Sequence[Block], taken: list[int], means: set[int]) -> list[int]:
    """Without headings that nothing follows: at the end, and recovered ones right before another heading."""
    while taken and blocks[taken[-1]].kind == "heading":
        taken.pop()
    return [
        number
        for number, after in zip(taken, [*taken[1:], -1][: len(taken)], strict=True)
        if number in means or blocks[number].kind != "heading" or after == number + 1
    ]


def _note(text: str, mark: str, *, again: bool) -> str:
    bare = re.sub(rf"^[\s\[(^↑]*{re.escape(mark)}?[\])]?[\s.:^↑]*(?=\S)", "", text, count=1) if not again else text
    return f"[note {mark}] {bare or text}"


def _written(blocks: Iterable[Block], title: str) -> list[_Line]:
    """The blocks as lines; the title is not repeated, nor a line that says the same as the one before it."""
    lines: list[_Line] = []
    for block in blocks:
        if block.text == title or (lines and lines[-1].text == block.text and block.kind != "row"):
            continue
        lines.append(_Line(with_number(block.number, block.text), block.kind in ("row", "code")))
    return lines
