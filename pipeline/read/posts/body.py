"""A post's body as lines: paragraphs, list items, code, rows of tables; and which of them repeat another's words.

What is quoted is told by the markup of the programs that forums run on, and in plain text by the ">" that mails put
before it (RFC 3676, section 4.5). The line that says who is quoted ("Ann wrote:") belongs to the quotation.
"""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from lxml.html import HtmlElement

from pipeline.errors import Unreadable
from pipeline.read.html.blocks import blocks_of
from pipeline.read.html.links import links_of
from pipeline.read.html.markup import bounded, parsed, without_empty, without_times
from pipeline.read.html.visible import drop_hidden
from pipeline.records.posts import FetchedPost
from pipeline.text import clean, one_line

_QUOTE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:quote|quotation|blockquote|bbcode_?quote|quote_?container|quoteblock|gmail_quote)(?:$|[\s_-])"
    r"|bbcodeblock--quote|bbc_standard_quote|moz-cite|email-quoted-reply",
    re.IGNORECASE,
)
_WHO_NAMES = re.compile(
    r"title|postedby|attribution|sourcejump|quoteheader|quote_?author|cite|username|topslice_quote", re.IGNORECASE
)
_NAMED_BY = ("data-username", "data-quote", "data-author", "data-name")
_WROTE = (
    r"(?:wrote|said|writes|schrieb|a écrit|escribió|escreveu|ha scritto|schreef|skrev|napisał\w*|kirjoitti|писал\w*)"
)
_ATTRIBUTION = re.compile(rf"(.{{1,200}}?)\s*,?\s*{_WROTE}\b.{{0,40}}:|(.{{1,200}}?)\s+{_WROTE}", re.IGNORECASE)
_WHO_WROTE = re.compile(rf"\s*,?\s*{_WROTE}\b.*", re.IGNORECASE)
_LONGEST_NAME = 100  # characters of a line that names whom it quotes
_IN_BODY = re.compile(rf".{{1,200}}\b{_WROTE}\b.{{0,40}}:\s*|@?[\w.-]{{1,40}}:\s*", re.IGNORECASE)
_QUOTED = re.compile(r"\s{0,3}((?:>\s?)+)(.*)", re.DOTALL)
_WRAPPED = 40  # characters; a line of a mail that is longer was wrapped by its width
_MOST_ANCESTORS = 40
_SIGNATURE = "-- "
_SIGNS = ("[deleted]", "[removed]", "[flagged]", "[dead]")


class Line(NamedTuple):
    """One line of a body. `unit` says that nothing may cut it, `quoted` that the words are another's, `who` what is
    said of whose: a name, or the whole line that gives it."""

    text: str
    unit: bool = False
    quoted: bool = False
    who: str = ""


class Body(NamedTuple):
    """A body's lines, and the addresses its paragraphs lead to."""

    lines: tuple[Line, ...]
    links: tuple[str, ...] = ()


def body_of(post: FetchedPost) -> Body:
    """The body of a post; without a line where nothing of it can be read."""
    if post.withdrawn or post.body.strip() in _SIGNS:
        return Body(())
    lines, links = _of_html(post) if post.form == "html" else (list(_of_plain(post.body)), ())
    title = one_line(post.title or "")
    if title and all(line.text != title for line in lines[:1]):
        lines = [Line(title), *lines]
    return Body(tuple(line for line in lines if any(map(str.isalnum, line.text))), links)


def _of_html(post: FetchedPost) -> tuple[list[Line], tuple[str, ...]]:
    try:
        tree = parsed(f"<html><body><div>{bounded(post.body, post.url)}</div></body></html>", post.url)
    except Unreadable:
        return [], ()
    drop_hidden(without_times(tree))
    tree = without_empty(tree)
    _name_quotations(tree)
    lines: list[Line] = []
    who = ""  # what the line before says of whom it is about to quote
    for block in blocks_of(tree):
        quote = _quote_around(block.element)
        typed = _QUOTED.fullmatch(block.text) if quote is None and block.kind == "text" else None
        if quote is not None:
            named = _named(quote)
            if not named and _says_who(block.element, block.text, quote):
                who = block.text
                continue
            if named and (_is_attribution(block.text, named) or _is_heading(block.element, block.text, quote)):
                continue
            lines.append(Line(block.text, block.kind in ("row", "code"), quoted=True, who=named or who))
        elif typed:
            lines.append(Line(typed[2].strip(), quoted=True, who=who))
        else:
            lines.append(Line(block.text, block.kind in ("row", "code")))
            who = ""
        if quote is None and not typed and _ATTRIBUTION.fullmatch(block.text) and block.text.endswith(":"):
            who = block.text
    return _without_attributions(lines), links_of(tree, post.url)


def _name_quotations(tree: HtmlElement) -> None:
    """Takes the `cite` that a quotation begins with for whom it names, out of its words."""
    for cite in list(tree.iter("cite")):
        quote, text = _quote_around(cite), " ".join("".join(cite.itertext()).split())
        if quote is None or cite.tail is None or len(text) > _LONGEST_NAME or not _ATTRIBUTION.match(text):
            continue
        quote.set(_NAMED_BY[-1], _WHO_WROTE.sub("", text))
        for child in list(cite):
            cite.remove(child)
        cite.text = None
        cite.drop_tag()


def _quote_around(element: HtmlElement) -> HtmlElement | None:
    """The innermost quotation that an element stands in, itself included."""
    each: HtmlElement | None = element
    for _ in range(_MOST_ANCESTORS):
        if each is None or each.tag == "body":
            return None
        if each.tag in ("blockquote", "aside") or (
            each.tag in ("div", "fieldset", "section", "td", "table") and _QUOTE_NAMES.search(each.get("class", ""))
        ):
            return each
        each = each.getparent()
    return None


def _named(quote: HtmlElement) -> str:
    """Whom the markup of a quotation, or of what it stands in, names."""
    each: HtmlElement | None = quote
    for _ in range(3):
        if each is None:
            break
        if named := next((each.get(name, "").strip() for name in _NAMED_BY if each.get(name, "").strip()), ""):
            return one_line(named)[:80]
        each = each.getparent()
    return ""


def _says_who(element: HtmlElement, text: str, quote: HtmlElement) -> bool:
    """Whether a line of a quotation says who is quoted, and is none of the words."""
    if _is_heading(element, text, quote):
        return True
    return len(text) <= 200 and bool(_IN_BODY.fullmatch(text)) and text.rstrip().endswith(":")


def _is_heading(element: HtmlElement, text: str, quote: HtmlElement) -> bool:
    """Whether the markup sets a line of a quotation apart as what stands above its words."""
    apart = element.tag == "cite" or bool(_WHO_NAMES.search(element.get("class", "")))
    return apart and element is not quote and len(text) <= 200


def _is_attribution(text: str, named: str) -> bool:
    rest = text.casefold().replace(named.casefold(), "", 1).strip(" :,@↑").removeprefix("originally posted by").strip()
    return named.casefold() in text.casefold() and (not rest or bool(re.fullmatch(rf"{_WROTE}.{{0,40}}", rest)))


def _without_attributions(lines: list[Line]) -> list[Line]:
    """Without the lines that only say whom the next one quotes."""
    return [
        line
        for line, after in zip_longest(lines, lines[1:])
        if not (after and after.quoted and not line.quoted and line.text == after.who)
    ]


def _of_plain(body: str) -> Iterator[Line]:
    """Paragraphs of plain text; what stands behind a signature's mark is not read."""
    who, used = "", False
    for quoted, paragraph in _paragraphs(clean(body)):
        text = " ".join(paragraph).strip()
        if not quoted and who:
            if not used:
                yield Line(who)
            who, used = "", False
        if not quoted and _ATTRIBUTION.fullmatch(text) and text.endswith(":"):
            who = text
            continue
        used = quoted
        yield Line(text, quoted=quoted, who=who)
    if who and not used:
        yield Line(who)


def _paragraphs(text: str) -> Iterator[tuple[bool, list[str]]]:
    """Runs of lines that were one before a program wrapped them, each with whether it is quoted."""
    depth, gathered = 0, list[str]()
    for line in text.split("\n"):
        if line == _SIGNATURE or (line == _SIGNATURE.rstrip() and not depth):
            break
        match = _QUOTED.fullmatch(line)
        here = match[1].count(">") if match else 0
        words = " ".join((match[2] if match else line).split())
        ends = not words or here != depth or (gathered and len(gathered[-1]) <= _WRAPPED and not words[:1].islower())
        if gathered and ends:
            yield depth > 0, gathered
            gathered = []
        depth = here
        if words:
            gathered.append(words)
            if _ATTRIBUTION.fullmatch(words) and words.endswith(":"):
                yield depth > 0, gathered
                gathered = []
    if gathered:
        yield depth > 0, gathered
