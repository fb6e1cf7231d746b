"""The dates that a visible byline shows: near the heading, in elements that are named after dates, behind a label.

Not those of prose, tables, footers, related articles and comments, and not those called the time of a change.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml import html as lxml_html

from pipeline.read.stated.page_parts import PageParts, is_named, names_of, words_of
from pipeline.records.dates import PartialDate
from pipeline.text import one_line
from pipeline.text.dates import Written, as_date, is_possible, written_dates

_OF_A_DATE = re.compile(
    r"(?<!up)(?<!candi)(?<!vali)(?<!man)date|datum|fecha|publi|posted|(?<![a-z])(?:post|entry|article|"
    r"story)?time(?![a-z])|"
    r"timestamp|zeit(?![a-z])|"
    r"erschienen|dateline|created|submitted|meta(?![a-z])|(?<![a-z])info(?![a-z])|docdata|byline|by-line|"
    r"(?<![a-z])aut[h]?or|credits|signature|kicker|publ",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"updat|modif|edited|revis|aktualis|ge[aä]ndert|bearbeitet|mise? à jour|maj\b|actualiz|aggiornat|atualiz|"
    r"bijgewerkt|oppdater|opdater|uppdater|p[aä]ivitet|zaktualiz|обновл|изменен|güncel|last-?mod|lastmod|更新|수정",
    re.IGNORECASE,
)
_LOOKED_UP = re.compile(
    r"last[\s_-]?review|date[\s_-]?reviewed|review(?:ed)?[\s_-]?date|retrieved|access(?:ed)?[\s_-]?date|compile|"
    r"abgerufen",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(r"publi|entry-date", re.IGNORECASE)  # which WordPress calls updated as well
_UPDATED_ON = re.compile(r"(?:updated|modified)-(?:on|date)|(?:last|date)-(?:updated|modified)", re.IGNORECASE)
_NOT_PUBLISHED = re.compile(
    r"event|termin|birth|geburt|release|erscheinungsdatum|date de sortie|lanzamiento|expire|valid|deadline|until|"
    r"bis zum|copyright|©|\(c\)|join|member|registr|seit ",
    re.IGNORECASE,
)
_LONGEST_BYLINE = 160  # characters; measured on 728 hand-dated pages: longer ones are prose or boxes
_MOST_OTHER_WORDS = 14
_WORDS_OF_A_LABEL = 3
_ENDS = (".", "!", "?", "。", "…")
_MOST_BLOCKS = 14
_FEWEST_OF_A_LIST = 3  # different dates in elements of one kind: those of a list's entries, of reviews, of versions
_LONGEST_LABEL = 200
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "span",
        "time",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "dl",
        "dt",
        "dd",
        "td",
        "section",
        "header",
        "address",
        "small",
        "em",
        "i",
        "b",
        "strong",
    ]
)


def dates_in_byline(
    tree: lxml_html.HtmlElement, url: str, latest: PartialDate, language: str, parts: PageParts
) -> Iterator[PartialDate]:
    """The dates of the byline, likeliest first; what the page calls an update is left out."""
    return (date for date, is_updated in _told(tree, url, latest, language, parts) if not is_updated)


def dates_of_updates(
    tree: lxml_html.HtmlElement, url: str, latest: PartialDate, language: str, parts: PageParts
) -> Iterator[PartialDate]:
    """The dates that the byline calls those of an update."""
    return (date for date, is_updated in _told(tree, url, latest, language, parts) if is_updated)


def _told(
    tree: lxml_html.HtmlElement, url: str, latest: PartialDate, language: str, parts: PageParts
) -> Iterator[tuple[PartialDate, bool]]:
    try:
        domain = (urlsplit(url).hostname or "").rpartition(".")[2]
    except ValueError:
        domain = ""
    changed: set[PartialDate] = set()
    for date, is_updated, is_said in _candidates(tree, language or tree.get("lang") or "", domain, parts):
        if not is_possible(date, latest) or date < "1990":
            continue
        if is_updated:
            changed.add(date)
            yield date, True
        elif is_said or date not in changed:
            yield date, False


def _candidates(
    tree: lxml_html.HtmlElement, language: str, domain: str, parts: PageParts
) -> Iterator[tuple[PartialDate, bool, bool]]:
    """The dates near the article's head: of `time` elements, of elements that are named after dates or bylines, of
    short lines beside the heading. Each with whether it is called the time of a change, or of
    publication."""
    body = tree.find("body") if tree.find("body") is not None else tree
    found = [
        (element, each)
        for elements in (_of_time(body, language, domain, parts), _of_named(body, language, domain, parts))
        for element, each in elements
    ]
    days: dict[tuple[str, str], set[PartialDate]] = defaultdict(set)
    for element, (date, *_) in found:
        days[_shape(element)].add(date)
    for element, each in found:
        if len(days[_shape(element)]) < _FEWEST_OF_A_LIST:
            yield each
    if parts.heading is not None:
        for element in _beside(parts.heading):
            if len(days[_shape(element)]) >= _FEWEST_OF_A_LIST:
                continue
            yield from _of_line(words_of(element, _LONGEST_BYLINE), language, domain, element, parts)
    for element in islice(body.iter("p", "div", "span", "small", "em", "li", "td"), 5000):
        if element.text and _LABEL.match(element.text[:_LONGEST_LABEL].lstrip()):
            yield from _of_line(words_of(element, _LONGEST_BYLINE), language, domain, element, parts)


def _shape(element: lxml_html.HtmlElement) -> tuple[str, str]:
    """What tells the elements of one kind from those of others."""
    parent = element.getparent()
    return element.tag, element.get("class") or ("" if parent is None else f"in {parent.tag} {parent.get('class', '')}")


def _of_time(
    body: lxml_html.HtmlElement, language: str, domain: str, parts: PageParts
) -> Iterator[tuple[lxml_html.HtmlElement, tuple[PartialDate, bool, bool]]]:
    for element in islice(body.iter("time", "relative-time", "local-time", "time-ago"), 200):
        if parts.is_of_another(element) or _is_in_prose(element) or _is_about(_LOOKED_UP, element):
            continue
        date = as_date(element.get("datetime")) if element.get("datetime") else None
        shown = written_dates(words_of(element, _LONGEST_BYLINE), language, domain)
        date = date or (shown[0].date if shown else None)
        if date:
            is_updated = _is_about(_UPDATED, element)
            yield element, (date, is_updated, not is_updated and is_named(_PUBLISHED, element))


def _of_named(
    body: lxml_html.HtmlElement, language: str, domain: str, parts: PageParts
) -> Iterator[tuple[lxml_html.HtmlElement, tuple[PartialDate, bool, bool]]]:
    for element in islice(_named_after_dates(body), 300):
        for each in _of_line(words_of(element, _LONGEST_BYLINE), language, domain, element, parts):
            yield element, each


def _is_in_prose(element: lxml_html.HtmlElement) -> bool:
    """Whether a `time` stands in a sentence: the block that it stands in is long, or ends as sentences do."""
    for each in element.iterancestors():
        if each.tag in ("p", "li", "div", "section", "article", "header", "td", "dd", "blockquote"):
            if each.tag not in ("p", "blockquote", "dd", "li", "td"):
                return False
            text = words_of(each, _LONGEST_BYLINE)
            shown = words_of(element, _LONGEST_BYLINE)
            rest = text.replace(shown, " ", 1) if shown else text
            return len(text) > _LONGEST_BYLINE or (len(rest.split()) > _WORDS_OF_A_LABEL and text.endswith(_ENDS))
    return False


def _of_line(
    text: str, language: str, domain: str, element: lxml_html.HtmlElement, parts: PageParts
) -> Iterator[tuple[PartialDate, bool, bool]]:
    if not text or len(text) > _LONGEST_BYLINE or not any(c.isdigit() for c in text) or _NOT_PUBLISHED.search(text):
        return
    before_it = element.getprevious()
    if (
        before_it is not None
        and isinstance(before_it.tag, str)
        and _NOT_PUBLISHED.search(words_of(before_it, _LONGEST_LABEL)[:_LONGEST_LABEL])
    ):
        return
    dates = written_dates(text, language, domain)
    if not dates or _is_prose(text, dates) or parts.is_of_another(element):
        return
    before = 0
    for each in dates:
        label, before = text[before : each.start], each.end
        if _LOOKED_UP.search(label) or is_named(_LOOKED_UP, element):
            continue
        is_said = bool(_LABEL.match(label) or (_PUBLISHED.search(label) and not _UPDATED.search(label)))
        yield each.date, bool(_UPDATED.search(label) or is_named(_UPDATED, element)) and not is_said, is_said


_LABEL = re.compile(
    r"\W{0,5}(?:published|posted|publication date|date of publication|first published|ver[oö]ffentlicht|erschienen|"
    r"publi[ée]|mis en ligne|paru|publicad[oa]|fecha de publicaci|pubblicat|data di pubbl|gepubliceerd|geplaatst|"
    r"publicerad|udgivet|publisert|julkaistu|opublikowan|zve[rř]ejn|publikov|objavljen|közzét|megjelen|publicat|"
    r"опубликован|опубліков|дата публикац|δημοσιε|yayın|diterbitkan|đăng|発行|公開|掲載|发布|發布|게시|입력)",
    re.IGNORECASE,
)


def _is_prose(text: str, dates: list[Written]) -> bool:
    rest = "".join(
        text[a:b] for a, b in zip([0, *(d.end for d in dates)], [*(d.start for d in dates), len(text)], strict=True)
    )
    words = rest.split()
    return len(words) > _MOST_OTHER_WORDS or (len(words) > _WORDS_OF_A_LABEL and rest.rstrip().endswith(_ENDS))


def _named_after_dates(body: lxml_html.HtmlElement) -> Iterator[lxml_html.HtmlElement]:
    for element in body.iter(*_BLOCKS):
        if is_named(_OF_A_DATE, element):
            yield element


def _beside(heading: lxml_html.HtmlElement) -> Iterator[lxml_html.HtmlElement]:
    """The lines just before and after the heading, up to the first that is as long as prose."""
    for element in islice(heading.itersiblings(preceding=True), 3):
        if isinstance(element.tag, str):
            yield element
    seen = 0
    for element in islice(heading.xpath("following::*[not(self::script or self::style)]"), 60):
        text = words_of(element, _LONGEST_BYLINE)
        if (
            element.tag in ("p", "div")
            and len(text) > _LONGEST_BYLINE
            and element.find(".//p") is None
            and element.find("div") is None
        ):
            return
        if element.tag in _BLOCKS and text and len(text) <= _LONGEST_BYLINE:
            seen += 1
            yield element
        if seen > _MOST_BLOCKS:
            return


def _is_about(pattern: re.Pattern[str], element: lxml_html.HtmlElement) -> bool:
    """Whether the element, its parent or the words before it say so."""
    parent = element.getparent()
    names = names_of(element) + " " + (names_of(parent) if parent is not None else "")
    before = one_line(
        str(
            element.getprevious().tail
            if element.getprevious() is not None
            else (parent.text if parent is not None else "")
        )
        or ""
    )
    if _PUBLISHED.search(names_of(element)) and not (parent is not None and is_named(_UPDATED_ON, parent)):
        return False
    return bool(
        pattern.search(names) or pattern.search(before[-40:]) or pattern.search(words_of(element, _LONGEST_BYLINE)[:40])
    )
