"""The program that reads a PDF's pages: run by `text` apart from the run, with a ceiling of memory and time.

A file made to break the parser breaks this program and nothing else. The file on standard input; on standard output a
JSON object with the fields of `PdfText`.
"""

import ctypes
import json
import re
import resource
import sys
import time
import unicodedata
from collections import Counter
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw

from pipeline.read.pdf.layout import DIVIDED, Line, paragraphs

_SECONDS = 20  # of the CPU
_SECONDS_OF_READING = 14  # what was read by then is given as a part
_MEMORY = 1 << 30
_MOST_PAGES = 200
_BOLD = 600  # of 100 to 900, as CSS has it
_GUTTER = 1.0  # times the height of the line
_FEWEST_LINES_OF_COLUMNS = 5
_ALIGNED = 2  # points
_LONGEST_CELL = 25  # characters of the last cell of a row
_WORDS_OF_PROSE = 3
_WIDEST_GUTTER = 13.0  # times the height of the line: a ragged column ends so far from the next at most
_TWO = 2
_MOSTLY = 0.7


def _lines(text: Any) -> list[Line]:  # noqa: ANN401 - the library's object is untyped
    """The lines of a page, by the `text` of it, in reading order."""
    lines: list[Line] = []
    parts: list[_Halves | None] = []
    at = 0
    for piece in re.split(r"(\r?\n|(?<=\ufffe))", text.get_text_range(errors="replace")):
        if piece.strip():
            lines.append(_line(text, piece, at))
            parts.append(_halves(text, piece, at, lines[-1]))
        at += len(piece)
    return _in_columns(lines, parts)


def _line(text: Any, piece: str, at: int) -> Line:  # noqa: ANN401 - the library's object is untyped
    """The line that the characters from `at` make, with size and weight by its first, middle and last letter."""
    letters = [at + place for place, letter in enumerate(piece) if not letter.isspace() and letter != DIVIDED]
    samples = [letters[0], letters[len(letters) // 2], letters[-1]] if letters else []
    boxes = [_box(text, sample) for sample in samples]
    if not boxes:
        return Line(piece)
    sizes = sorted(box.top - box.bottom for box in boxes)
    return Line(
        text=piece,
        size=round(sizes[1], 2),
        bold=all(
            raw.FPDFText_GetFontWeight(text, sample) >= _BOLD or _is_named_bold(text, sample) for sample in samples
        ),
        left=round(boxes[0].left, 1),
        y=round(boxes[1].bottom, 1),
    )


def _box(text: Any, sample: int) -> Any:  # noqa: ANN401 - the library's objects are untyped
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text, sample, box)
    return box


def _is_named_bold(text: Any, sample: int) -> bool:  # noqa: ANN401 - the library's object is untyped
    name = ctypes.create_string_buffer(100)
    raw.FPDFText_GetFontInfo(text, sample, name, len(name), ctypes.c_int())
    return b"bold" in name.value.lower() or b"black" in name.value.lower()


class _Halves(NamedTuple):
    """A line as two, where its last wide gap is, and how wide that is in points. `cells` counts what gaps divide."""

    first: Line
    second: Line
    gap: float
    cells: int


def _halves(text: Any, piece: str, at: int, line: Line) -> _Halves | None:  # noqa: ANN401 - as above
    """The two parts of a line that has a gap in it as wide as between columns or cells."""
    if not line.size or (text.count_rects(at, len(piece)) < _TWO and "   " not in piece):
        return None  # drawn in one go
    found: tuple[re.Match[str], float, float] | None = None
    cells = 1
    for space in re.finditer(r"(?<=\S) +(?=\S)", piece):
        left = _box(text, at + space.end()).left
        gap = left - _box(text, at + space.start() - 1).right
        if gap > _GUTTER * line.size:
            found = space, left, gap
            cells += 1
    if not found:
        return None
    space, left, gap = found
    first = line._replace(text=piece[: space.start()])
    return _Halves(first, line._replace(text=piece[space.end() :], left=round(left, 1)), gap, cells)


def _in_columns(lines: list[Line], parts: list[_Halves | None]) -> list[Line]:
    """The lines of a page that is drawn across its two columns, each run of them column by column: the right halves
    begin at one place, the left ones mostly come near it, and both have words. Elsewhere a gap is a table's."""
    lefts = Counter(round(part.second.left) for part in parts if part)
    column = lefts.most_common(1)[0][0] if lefts else 0
    halves = [
        part if part and part.cells == _TWO and abs(part.second.left - column) <= _ALIGNED else None for part in parts
    ]
    prose = [
        part
        for part in halves
        if part
        and min(len(part.first.text.split()), len(part.second.text.split())) >= _WORDS_OF_PROSE
        and part.gap < _WIDEST_GUTTER * part.first.size
    ]
    if len(prose) < max(_FEWEST_LINES_OF_COLUMNS, _MOSTLY * sum(map(bool, halves))):
        return [
            line._replace(row=bool(part and (part.cells > _TWO or len(part.second.text) <= _LONGEST_CELL)))
            for line, part in zip(lines, parts, strict=True)
        ]
    width = max(len(part.first.text) + len(part.second.text) for part in prose)
    ordered: list[Line] = []
    waiting: list[Line] = []
    for line, part in zip(lines, halves, strict=True):
        if part:
            ordered.append(part.first)
            waiting.append(part.second)
        elif waiting and line.left >= column - _ALIGNED:  # the right column is the longer one
            waiting.append(line)
        else:
            if len(line.text) > _MOSTLY * width:  # across both columns
                ordered += waiting
                waiting = []
            ordered.append(line)
    return ordered + waiting


def _unmapped(text: Any) -> tuple[int, int]:  # noqa: ANN401 - the library's object is untyped
    """How many of the page's letters the file draws without saying which they are, and how many there are."""
    letters = [letter for letter in text.get_text_range(errors="replace") if not letter.isspace() and letter != DIVIDED]
    unknown = sum(unicodedata.category(letter) in ("Co", "Cn", "Cc") or letter == "\ufffd" for letter in letters)
    count = text.count_chars()
    step = max(1, count // 200)
    errors = sum(raw.FPDFText_HasUnicodeMapError(text, place) == 1 for place in range(0, count, step)) * step
    return max(unknown, errors), len(letters)


def _is_picture(page: Any) -> bool:  # noqa: ANN401 - the library's object is untyped
    """Whether a page without text shows a picture: it was scanned."""
    return any(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2))


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    pages: list[list[Line]] = []
    unknown = letters = left_out = 0
    for number in range(min(len(document), _MOST_PAGES)):
        if time.process_time() > _SECONDS_OF_READING:
            break
        try:
            page = document[number]
            text = page.get_textpage()
            pages.append(_lines(text))
            of_page = _unmapped(text)
            text.close()
            left_out += not pages[-1] and _is_picture(page)
        except pypdfium2.PdfiumError:
            pages = [*pages[:number], []]
            left_out += 1
            continue
        unknown, letters = unknown + of_page[0], letters + of_page[1]
        page.close()
    said = document.get_metadata_dict()
    day = re.match(r"D:(\d{4})(\d\d)?(\d\d)?", said.get("CreationDate", ""))
    found = {
        "title": said.get("Title", ""),
        "author": said.get("Author", ""),
        "date": "-".join(part for part in day.groups() if part) if day else "",
        "text": paragraphs(pages),
        "whole": len(pages) == len(document) and not left_out,
        "unmapped": unknown / letters if letters else 0.0,
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    _main()
