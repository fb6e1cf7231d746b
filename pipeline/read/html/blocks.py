"""A page's tree as the blocks a reader sees: paragraphs, headings, list items, rows of tables, code and notes, each
with all of its words, in their order.

A block's text is one line. A row of a table and a block of code are one unit each: cells are joined with " | ", lines
of code with " ⏎ ", and nothing may cut them. The mark of a footnote stays where it stands, as [3].
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from pipeline.read.html.list_numbers import ListNumbers
from pipeline.text import clean

Kind = Literal["text", "heading", "item", "row", "code"]

_CELL, _LINE = " | ", " ⏎ "
_BREAK = "\x1e"  # stands for <br> until the block is closed
_NEVER_SHOWN = frozenset((
    "script", "style", "noscript", "template", "head", "title", "iframe", "object", "embed", "svg", "select",
    "option", "datalist", "textarea", "input", "button", "canvas", "audio", "video", "map", "meta", "link",
))  # fmt: skip
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "img", "ins", "kbd", "label", "mark", "nobr", "picture", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "source", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "math",
))  # fmt: skip
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_WRAPPERS = 4  # elements around a table or code that hold nothing else: a figure, a box to scroll in
_SIDENOTE = re.compile(
    r"(?:^|[\s_-])(?:side-?note|margin-?note|footnote-?(?:text|content|body))(?:$|\s)", re.IGNORECASE
)
_STANDS_APART = re.compile(
    r"(?:^|[\s_-])(?:kicker|eyebrow|overline|rubri\w{1,4}|dateline|spitzmarke|surtitre)(?:$|[\s_-])", re.I
)
_GROUPS = frozenset(("table", "ul", "ol", "dl", "pre"))
_WRAPPED = 40  # characters; a line that is longer was wrapped by its width, a shorter one ends where it was meant to
_HIGHEST_CELL = 80  # words; a table with more in one cell is there for its layout
_MARK = re.compile(r"\s*[\[(]?\s*(?:notes?\s*)?(\d{1,4}|[a-z]{1,3}|[*†‡§¶]{1,3})\s*[\])]?\s*", re.IGNORECASE)
_BACK = re.compile(r"\s*(?:[↩↑^⏎⤴←▲⬆\ufe0e\s\d.,a-z]{1,12})\s*")
_BACK_NAMES = re.compile(r"back-?link|back-?ref|footnote-?back|reverse-?footnote|return", re.IGNORECASE)
_EXPONENTS = str.maketrans("0123456789+-−–n()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ⁽⁾")
_IS_EXPONENT = re.compile(r"[0-9+\-−–n()]{1,6}")
_AFTER_POWER = re.compile(r"(?:[\d)]|(?<![^\W\d_])[^\W\d_]{1,2})$")  # 10⁶, m², km²: no note stands there
_CODE_NAMES = re.compile(r"code|highlight|hljs|lang|syntax|prettyprint|brush|source|listing|terminal|console", re.I)
_CODE_SIGNS = re.compile(r"[{}=;<>$|\\#@_]|\(\)|->|::|//")
_LOWER_START = re.compile(r"[a-zß-öø-ÿа-я]")


class Block(NamedTuple):
    """One line of a page. `linked` is how many of its characters stand in links; `element` the block element it stands
    in; `group` the outermost table, list or code around it with what wraps nothing else, else `element`; `notes` the
    (address, mark) of the notes it points to; `number` what a numbered list writes before it."""

    kind: Kind
    text: str
    linked: int
    element: HtmlElement
    group: HtmlElement
    notes: tuple[tuple[str, str], ...] = ()
    number: str = ""


def blocks_of(root: HtmlElement) -> list[Block]:
    """The blocks of `root` in the order of the page. Takes time that grows with the size of the page only."""
    return _Walk(root).blocks


class _Walk:
    """One pass over a tree: text is gathered until a block begins or ends."""

    def __init__(self, root: HtmlElement) -> None:
        self.blocks: list[Block] = []
        self._pieces: list[str] = []
        self._linked = 0
        self._links = 0
        self._notes: list[tuple[str, str]] = []
        self._beside: list[str] = []
        self._open: list[HtmlElement] = [root]
        self._groups: list[HtmlElement] = []
        self._numbers = ListNumbers()
        self._number = ""
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                if element is root or self._enter(element):
                    self._add(element.text)
                else:
                    walker.skip_subtree()
            elif element is not root:
                self._leave(element)
                self._add(element.tail)
        self._close()

    def _add(self, text: str | None) -> None:
        if text:
            self._pieces.append(text)
            if self._links:
                self._linked += len(text.strip())

    def _enter(self, element: HtmlElement) -> bool:
        """Whether the words inside are still to be walked through."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _NEVER_SHOWN or _repeats_a_formula(element):
            return False
        if tag in _INLINE and _STANDS_APART.search(element.get("class", "")):
            self._pieces.append(" ")
        if tag == "br":
            self._pieces.append(_BREAK)
        elif tag == "math":
            self._add(_formula(element))
            return False
        elif tag in ("a", "sup") and (mark := note_mark(element)):
            self._pieces.append(f"[{mark[1]}]")
            self._notes.append(mark)
            return False
        elif tag == "a":
            if _leads_back(element):
                return False
            self._links += 1
        elif tag == "sup":
            return self._raised(element)
        elif tag == "q":
            self._pieces.append("“")
        elif tag == "pre" and is_code(element):
            self._close()
            self._code(element)
            return False
        elif tag == "table" and is_data(element):
            self._close()
            self._rows(element)
            return False
        elif tag in ("span", "small") and _SIDENOTE.search(element.get("class", "")):
            self._beside.append(_fit(" ".join("".join(element.itertext()).split())))
            return False
        elif _is_block(element):
            self._close()
            self._open.append(element)
            if tag == "li":
                self._number = self._numbers.of(element)
            if tag in _GROUPS:
                self._groups.append(element)
            if tag == "pre":
                self._pieces.append(_prose_of(element))
                return False
        return True

    def _leave(self, element: HtmlElement) -> None:
        if element is self._open[-1]:
            self._close()
            self._open.pop()
            if element.tag == "li":
                self._number = ""
            if self._groups and self._groups[-1] is element:
                self._groups.pop()
        elif element.tag == "a" and self._links:
            self._links -= 0 if note_mark(element) or _leads_back(element) else 1
        elif element.tag == "q":
            self._pieces.append("”")
        elif element.tag in _INLINE and _STANDS_APART.search(element.get("class", "")):
            self._pieces.append(" ")  # a stylesheet sets it apart

    def _raised(self, element: HtmlElement) -> bool:
        """A raised number is a power where it follows a number or a unit (10⁶, m²), a note's mark elsewhere."""
        text = "".join(element.itertext()).strip()
        if not _IS_EXPONENT.fullmatch(text):
            return True
        before = "".join(self._pieces[-2:])
        if not text.isdigit() or _AFTER_POWER.search(before[-4:]):
            self._pieces.append(text.translate(_EXPONENTS))
        else:
            self._pieces.append(f"[{text}]")
        return False

    def _close(self) -> None:
        """What was gathered becomes a block, or several where line breaks divide it."""
        lines = _lines("".join(self._pieces)) if self._pieces else []
        if lines:
            element = self._open[-1]
            kind: Kind = "heading" if _is_heading(element) else "item" if element.tag in ("li", "dt", "dd") else "text"
            whole = sum(map(len, lines))
            for line in lines:
                linked = min(self._linked * len(line) // whole, len(line))
                self.blocks.append(
                    Block(kind, line, linked, element, self._group(element), tuple(self._notes), self._number)
                )
                self._number = ""
            self.blocks += [
                Block("text", f"[note] {text}", 0, element, self._group(element)) for text in self._beside if text
            ]
            self._beside = []
        self._pieces, self._linked, self._notes = [], 0, []

    def _group(self, element: HtmlElement) -> HtmlElement:
        group = self._groups[0] if self._groups else element
        if group.tag in _GROUPS:
            for _ in range(_WRAPPERS):
                parent = group.getparent()
                if (
                    parent is None
                    or len(parent) > 1
                    or (parent.text or "").strip()
                    or parent.tag in ("body", "article")
                ):
                    break
                group = parent
        return group

    def _code(self, element: HtmlElement) -> None:
        lines = [line.rstrip() for line in _raw(element).split("\n")]
        text = _LINE.join(_fit(line.replace("\t", "    ")) for line in lines if line)
        if text.strip():
            self.blocks.append(Block("code", text.strip(), 0, element, self._group(element)))

    def _rows(self, table: HtmlElement) -> None:
        """Each row as one line; a caption is a line of its own."""
        group = self._group(table)
        for row in table.iter("tr", "caption"):
            parts = [row] if row.tag == "caption" else [c for c in row if c.tag in ("td", "th")]
            cells = [blocks_of(part) if len(part) else [] for part in parts]
            text = _CELL.join(
                " ".join(block.text for block in cell) if len(part) else _fit(" ".join((part.text or "").split()))
                for part, cell in zip(parts, cells, strict=True)
            )
            while text.endswith((_CELL.rstrip(), _CELL)):
                text = text.rstrip().removesuffix("|").rstrip()
            if text.strip(" |"):
                inside = [block for cell in cells for block in cell]
                linked, notes = sum(b.linked for b in inside), tuple(n for b in inside for n in b.notes)
                kind: Kind = "text" if row.tag == "caption" else "row"
                self.blocks.append(Block(kind, text.strip(), linked, row, group, notes))


def note_mark(element: HtmlElement) -> tuple[str, str] | None:
    """Where a footnote's mark leads and what it says: a link inside the page whose words are a number, a sign or a
    letter or two, raised, in brackets or called a reference."""
    link = element if element.tag == "a" else element[0] if len(element) == 1 and element[0].tag == "a" else None
    if link is None or "#" not in link.get("href", ""):
        return None
    text = "".join(link.itertext())
    if len(text) > 12 or not (mark := _MARK.fullmatch(text)):
        return None
    parent = link.getparent()
    raised = element.tag == "sup" or next(link.iter("sup"), None) is not None or (
        parent is not None and parent.tag == "sup"
    )  # fmt: skip
    names = f"{link.get('role', '')} {link.get('class', '')} {link.get('rel', '')} {link.get('epub:type', '')}".lower()
    named = "noteref" in names or "footnote" in names or "reference" in names
    bracketed = (text.strip()[:1] in "[(" and not text.strip()[1:2].isalpha()) or mark[1][0] in "*†‡§¶"
    if not (raised or named or bracketed) or _leads_back(link):
        return None
    if element.tag == "sup" and _has_words_beside(element, link):
        return None
    return link.get("href", "").partition("#")[2], mark[1]


def _has_words_beside(sup: HtmlElement, link: HtmlElement) -> bool:
    return bool(((sup.text or "") + (link.tail or "")).strip(" []()\n\t,"))


def _leads_back(link: HtmlElement) -> bool:
    """Whether a link leads from a note back to its mark."""
    href = link.get("href", "")
    if not href.startswith("#"):
        return False
    if _BACK_NAMES.search(f"{link.get('class', '')} {link.get('role', '')} {link.get('rev', '')}"):
        return True
    text = "".join(link.itertext())
    return len(text) < 12 and any(sign in text for sign in "↩↑^⏎⤴←▲⬆") and bool(_BACK.fullmatch(text))


def is_code(pre: HtmlElement) -> bool:
    """Whether preformatted text is code: by its markup, its class or its signs. Poems, letters and mails are not."""
    if pre.find(".//code") is not None or pre.find(".//samp") is not None or pre.find(".//kbd") is not None:
        return True
    parent = pre.getparent()
    names = f"{pre.get('class', '')} {pre.get('lang', '')} {'' if parent is None else parent.get('class', '')}"
    if _CODE_NAMES.search(names):
        return True
    text = _raw(pre)
    return len(_CODE_SIGNS.findall(text)) * 12 > len(text.split()) or len(text.split()) < 12


def is_data(table: HtmlElement) -> bool:
    """Whether a table is one of rows and columns; else it only places blocks on the page."""
    if table.get("role") in ("presentation", "none") or table.find(".//table") is not None:
        return False
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    if any(len("".join(cell.itertext()).split()) > _HIGHEST_CELL for cells in rows for cell in cells):
        return False
    if len(rows) == 1 and any(sum(1 for _ in cell.iter("p", "h1", "h2", "h3")) > 1 for cell in rows[0]):
        return False
    return max(map(len, rows), default=0) > 1


def _is_block(element: HtmlElement) -> bool:
    if element.tag in _INLINE:
        style = "".join(element.get("style", "").lower().split())
        return "display:block" in style or element.get("role") == "heading"
    return "-" not in element.tag or not _is_within_a_line(element)


def _is_within_a_line(element: HtmlElement) -> bool:
    """Whether an element of a site's own making stands among the words of a paragraph: a tooltip, a formula."""
    parent = element.getparent()
    while parent is not None and isinstance(parent.tag, str) and "-" in parent.tag:
        parent = parent.getparent()
    return parent is not None and (parent.tag == "p" or parent.tag in _INLINE or parent.tag in _HEADINGS)


def _is_heading(element: HtmlElement) -> bool:
    return element.tag in _HEADINGS or element.get("role") == "heading" or element.tag == "summary"


def _lines(text: str) -> list[str]:
    """`text` as lines: two line breaks divide, and so does one, but where a long line goes on with a small letter: it
    was only wrapped."""
    lines: list[str] = []
    broken = True
    for part in text.split(_BREAK):
        line = _fit(" ".join(part.split()))
        if not line:
            broken = True
            continue
        if not broken and len(lines[-1]) > _WRAPPED and _LOWER_START.match(line):
            lines[-1] += f" {line}"
        else:
            lines.append(line)
        broken = False
    return lines


def _fit(line: str) -> str:
    """A line without what no reader can see."""
    return line if line.isprintable() and unicodedata.is_normalized("NFC", line) else clean(line).strip()


def _raw(element: HtmlElement) -> str:
    """Preformatted text with its line breaks, those of `<br>` and of the lines of a listing too."""
    return "".join(_raw_pieces(element)).replace("\r\n", "\n").strip("\n")


def _raw_pieces(element: HtmlElement) -> Iterator[str]:
    for event, each in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            if each.tag == "br":
                yield "\n"
            if isinstance(each.tag, str) and each.tag not in _NEVER_SHOWN:
                yield each.text or ""
        elif each is not element:
            if each.tag in ("div", "li", "p", "tr") and not (each.tail or "").startswith("\n"):
                yield "\n"
            yield each.tail or ""


def _prose_of(pre: HtmlElement) -> str:
    """Preformatted prose: an empty line ends a paragraph; a long line was only wrapped, a short one ends as a verse
    does."""
    lines = _raw(pre).split("\n")
    return "".join(
        line + (" " if len(line.strip()) > _WRAPPED else _BREAK * (1 if line.strip() else 2)) for line in lines
    )


def _repeats_a_formula(element: HtmlElement) -> bool:
    """Whether an element draws, for the eye alone, the formula that its neighbour has as MathML."""
    parent = element.getparent()
    if element.get("aria-hidden") != "true" or element.tag == "math" or parent is None:
        return False
    beside = (element.getprevious(), element.getnext())
    return any(
        isinstance(each, HtmlElement) and (each.tag == "math" or each.find(".//math") is not None) for each in beside
    )


def _formula(math: HtmlElement) -> str:
    """A formula as its author wrote it: its TeX source, its spoken text, else its signs."""
    for note in math.iter("annotation"):
        if "tex" in note.get("encoding", ""):
            return " ".join("".join(note.itertext()).split())
    return math.get("alttext") or " ".join("".join(math.itertext()).split())
