"""From the lines of a PDF's pages to paragraphs: what is furniture, what is a heading, what is a footnote.

A PDF says where each letter stands and how large it is, nothing of what it means. Running heads and feet stand at the
same edge of many pages and differ by a number at most; a page number stands at the edge and counts up with the pages;
a heading differs in size or weight, or stands alone; a footnote is small and at the foot.
"""

import re
import statistics
from collections import Counter, defaultdict
from itertools import pairwise
from typing import NamedTuple

DIVIDED = "\ufffe"
"""What the library puts where a line's end divides a word."""
_MOST_EDGE_LINES = 3
_FEWEST_PAGES_OF_A_HEAD = 3
_SHORT = 0.8
_HEADING = 0.7
_SMALL = 0.93
_OTHER_SIZE = 1.08
_WIDE_GAP = 1.35
_SIDE_BY_SIDE = 0.45  # of the height of a line
_COLUMN = 120  # points
_FIRST_YEAR = 1900
_NUMBER = re.compile(r"\d+|\b[ivxlc]{1,7}\b", re.IGNORECASE)
_BARE = re.compile(
    r"\W{0,3}(?:(?:page|seite|pagina|página|sida|side|strana|str|p)\b\.? ?|[a-z]{1,2}[-–.] ?)?(\d{1,4}|[ivxlc]{1,7})"
    r"(?: ?(?:of|von|de|di|van|av|af|z|/) ?\d{1,4})?\W{0,3}",
    re.IGNORECASE,
)
_AT_AN_END = re.compile(r"^\d{1,4}(?= )|(?<= )\d{1,4}$")
_ENDS = re.compile(r"[.!?:;…。！？।۔؟][\"'”’“»«)\]]*(?:\[?\d{1,3}\]?|[¹²³⁰⁴-⁹]+|[*†‡])?$")
_GOES_ON = re.compile(r"(?:\b[^\W\dA-Z_]{1,3}|[,–—‐-]|" + DIVIDED + ")$")
_ITEM = re.compile(r"[•▪●◦‣■□➢–—-] |\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)] ")
_NOTE_BEGINS = re.compile(r"(?:\[?\d{1,3}[\].)]?|[¹²³⁰⁴-⁹]+|[*†‡§]{1,3}) ?(?=[^\W\d_\"“„(])")
_HYPHEN = re.compile(r"\w[-‐]$")
_LETTERS = re.compile(r"[^\W\d_]+")
_LONGEST_PART = 40
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


class Line(NamedTuple):
    """A line as it stands on a page. `size` is the height of its letters' boxes, `y` how high it stands, `left` where
    it begins: in points, 0 where the file does not say. `row` where it stands apart like the cells of a table."""

    text: str
    size: float = 0.0
    bold: bool = False
    left: float = 0.0
    y: float = 0.0
    row: bool = False


def paragraphs(pages: list[list[Line]]) -> str:
    """The pages' lines as paragraphs, one a line, footnotes behind the paragraph that they stand under."""
    pages = _without_furniture([_whole_lines(page) for page in pages])
    flat = [line for page in pages for line in page]
    if not flat:
        return ""
    shape = _shape_of(flat)
    hyphened = frozenset(re.findall(r"(?<![^\W\d_])[^\W\d_]+-[^\W\d_]+", " ".join(line.text for line in flat).lower()))
    done: list[str] = []
    notes: list[str] = []
    current: list[Line] = []
    for page in pages:
        body, foot = _footnotes(page, shape)
        for line in body:
            if current and _begins(current, line, shape):
                done.append(_joined(current, hyphened))
                done += notes
                notes, current = [], []
            current.append(line)
        notes += [_joined(note, hyphened) for note in _each_note(foot)]
    return "\n".join([*done, *([_joined(current, hyphened)] if current else []), *notes])


def _whole_lines(page: list[Line]) -> list[Line]:
    """The lines of `page`, those that stand side by side as one: a raised note's number breaks a line in three."""
    lines: list[Line] = []
    for line in page:
        last = lines[-1] if lines else None
        if not line.text.strip():
            continue
        near = _SIDE_BY_SIDE * max(last.size, line.size) if last else 0.0
        if last and line.left > last.left and abs(line.y - last.y) < near:
            gap = "" if line.size < _SMALL * last.size and line.text.strip().isdigit() else " "
            larger = line if line.size > last.size else last
            lines[-1] = larger._replace(text=f"{last.text.rstrip()}{gap}{line.text.lstrip()}", left=last.left)
        else:
            lines.append(line)
    return lines


class _Shape(NamedTuple):
    """What is usual in a text: how many letters a line has, how large they are, how far lines stand apart."""

    letters: float
    size: float
    pitch: float


def _shape_of(lines: list[Line]) -> _Shape:
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size, 1)] += len(line.text)
    size = weights.most_common(1)[0][0]
    usual = [line for line in lines if abs(line.size - size) < 0.5]
    gaps = [one.y - other.y for one, other in pairwise(usual) if 0 < one.y - other.y < 4 * size]
    return _Shape(
        letters=_usual_length(usual),
        size=size,
        pitch=statistics.median(gaps) if gaps else 0.0,
    )


def _usual_length(lines: list[Line]) -> float:
    """The length of the line that the middle letter of a text stands in: a few long lines tell more than many short."""
    lengths = sorted(len(line.text) for line in lines)
    half = sum(lengths) / 2
    for length in lengths:
        half -= length
        if half <= 0:
            return length
    return 0


def _begins(current: list[Line], line: Line, shape: _Shape) -> bool:
    """Whether a paragraph begins with `line`, after the lines of the `current` one."""
    last = current[-1]
    if last.size and not 1 / _OTHER_SIZE < line.size / last.size < _OTHER_SIZE:
        return True
    if line.bold != last.bold or line.row or last.row:
        return True
    text = last.text.rstrip()
    tail = text[-_LONGEST_PART:]
    if text.endswith(DIVIDED) or line.text[:1].islower():
        return False
    drop = last.y - line.y
    if shape.pitch and drop > _WIDE_GAP * shape.pitch * max(1.0, line.size / shape.size):
        return True
    ended = bool(_ENDS.search(tail))
    if ended and (len(text) < _SHORT * shape.letters or _ITEM.match(line.text)):
        return True
    if ended and line.size and 0.7 * line.size < line.left - last.left < 5 * line.size:
        return True
    if len(current) == 1 and not ended and len(text) < _HEADING * shape.letters and not _GOES_ON.search(tail):
        return True
    alone = len(line.text) < _HEADING * shape.letters
    return ended and alone and not (_ENDS.search(line.text) or _GOES_ON.search(line.text))


def _joined(lines: list[Line], hyphened: frozenset[str]) -> str:
    """The lines as one; a word that their end divides is whole again, with its hyphen where the text has it so."""
    parts = [lines[0].text.strip()]
    for line in lines[1:]:
        following = line.text.strip()
        last = parts[-1]
        if not (last.endswith(DIVIDED) or (_HYPHEN.search(last[-2:]) and following[:1].islower())):
            parts += [" ", following]
            continue
        word = "-".join(
            _LETTERS.findall(last[-_LONGEST_PART:-1])[-1:] + _LETTERS.findall(following[:_LONGEST_PART])[:1]
        )
        parts[-1] = last[:-1] + ("-" if word.lower() in hyphened or not following[:1].islower() else "")
        parts.append(following)
    return "".join(parts).replace(DIVIDED, "")


def _footnotes(page: list[Line], shape: _Shape) -> tuple[list[Line], list[Line]]:
    """The page's lines, and its notes: what is smaller than the text, has none of it below, and begins as notes do."""
    small = _SMALL * shape.size
    lowest: dict[int, float] = {}
    for line in page:
        if line.size >= small:
            column = int(line.left // _COLUMN)
            lowest[column] = min(line.y, lowest.get(column, line.y))
    body: list[Line] = []
    notes: list[Line] = []
    for line in page:
        near = range(int(line.left // _COLUMN) - 1, int(line.left // _COLUMN) + 2)
        at_the_foot = 0 < line.size < small and all(line.y < lowest.get(column, line.y + 1) for column in near)
        is_note = at_the_foot and (bool(notes) or bool(_NOTE_BEGINS.match(line.text)))
        (notes if is_note else body).append(line)
    return body, notes


def _each_note(lines: list[Line]) -> list[list[Line]]:
    notes: list[list[Line]] = []
    for line in lines:
        if not notes or _NOTE_BEGINS.match(line.text):
            notes.append([])
        notes[-1].append(line)
    return notes


def _without_furniture(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages without running heads, feet and page numbers."""
    flat = [line for page in pages for line in page]
    if not flat:
        return pages
    shape = _shape_of(flat)
    first = _first_number(pages, shape.letters)
    numbered, alone = set[int](), set[int]()
    for _ in range(_MOST_EDGE_LINES):
        for top in (True, False):
            edges = [_edge(page, top) for page in pages]
            lines = [None if at is None else page[at] for page, at in zip(pages, edges, strict=True)]
            drop = _furniture(lines, shape, first, numbered, alone)
            pages = [
                [line for place, line in enumerate(page) if place != edges[number]] if number in drop else page
                for number, page in enumerate(pages)
            ]
    return pages


def _first_number(pages: list[list[Line]], usual: float) -> int | None:
    """The number of the first page, where the numbers at the edges of at least half of the pages count up with them:
    two that stand alone, or three."""
    votes: Counter[int] = Counter()
    alone: Counter[int] = Counter()
    for number, page in enumerate(pages):
        lines = [page[at] for at in {_edge(page, True), _edge(page, False)} if at is not None]
        short = [line.text.strip() for line in lines if len(line.text) < _SHORT * usual]
        bare = {_value(found.group(1)) - number for found in map(_BARE.fullmatch, short) if found}
        alone.update(bare)
        votes.update(bare | {int(each) - number for text in short for each in _AT_AN_END.findall(text)})
    for counter, fewest in ((alone, 2), (votes, _FEWEST_PAGES_OF_A_HEAD)):
        for first, count in counter.most_common(1):
            if count >= max(fewest + (first >= _FIRST_YEAR), len(pages) / 2):
                return first
    return None


def _edge(page: list[Line], top: bool) -> int | None:
    """The place in `page` of the line that stands highest, or lowest; where the file does not say, first or last."""
    if not page:
        return None
    if not any(line.size for line in page):
        return 0 if top else len(page) - 1
    places = range(len(page))
    return max(places, key=lambda at: page[at].y) if top else min(reversed(places), key=lambda at: page[at].y)


def _furniture(
    edges: list[Line | None], shape: _Shape, first: int | None, numbered: set[int], alone: set[int]
) -> set[int]:
    """The pages whose line at one edge is no text, where page 0 has the number `first`: the page's number; a short
    line with that number at one end; the same words on three pages or more, on at least two of five from the first to
    the last of these, for heads change with the chapters and from left to right. What is larger than the text and
    differs is a heading. A page has its number once alone, and beside words only where it has not stood alone."""
    alike: dict[str, list[int]] = defaultdict(list)
    drop: set[int] = set()
    for number, line in enumerate(edges):
        if line is None or len(line.text) >= _SHORT * shape.letters:
            continue
        text = line.text.strip()
        large = line.size > _OTHER_SIZE * shape.size
        words = text if large else _NUMBER.sub("#", text)
        if re.search(r"[^\W\d_]{3}", words):
            alike[words].append(number)
        if first is None:
            continue
        bare = _BARE.fullmatch(text)
        with_words = len(edges) >= _FEWEST_PAGES_OF_A_HEAD and not large and number not in numbered
        if bare and _value(bare.group(1)) == first + number and number not in alone:
            drop.add(number)
            numbered.add(number)
            alone.add(number)
        elif with_words and str(first + number) in _AT_AN_END.findall(text):
            drop.add(number)
            numbered.add(number)
    for words, found in alike.items():
        fewest = _FEWEST_PAGES_OF_A_HEAD if first is None or "#" not in words else 2
        if len(found) >= fewest and len(found) >= 0.4 * (found[-1] - found[0] + 1):
            drop.update(found)
    return drop


def _value(number: str) -> int:
    """What a page number says, in figures or as a Roman one."""
    if number.isdigit():
        return int(number)
    values = [_ROMAN[letter] for letter in number.lower()]
    return sum(-one if one < other else one for one, other in zip(values, [*values[1:], 0], strict=True))
