"""The main text of a page and what it says of itself: title, author, venue, date, and how much of it is there."""

import json
import re
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

from lxml import html as lxml_html

from pipeline.errors import Unreadable
from pipeline.records.dates import PartialDate, partial_date
from pipeline.records.items import Evidence, Fetched, Reading, clean, one_line

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", ""})
_FEWEST_WORDS = 25  # below this there is no article to read, only its announcement
_MOST_WORDS_OF_AN_ABSTRACT = 600
_UNSEEN = re.compile(
    r"display:none|visibility:hidden|opacity:0(?:\.0*)?(?:;|$|!)|font-size:0(?:[a-z%]*)(?:;|$|!)|"
    r"(?:left|top|text-indent):-\d{3,}|clip:rect\(0|clip-path:inset\((?:50|100)%"
)


def read_page(fetched: Fetched, latest: PartialDate) -> Reading:
    """The reading of one fetched page. `latest` bounds the dates believed: no page is from the future.
    Raises Unreadable for what is not HTML or holds neither text nor a title."""
    import trafilatura

    if fetched.media_type not in _HTML_TYPES:
        raise Unreadable("not HTML", f"{fetched.url} is {fetched.media_type}, not a web page: it was set aside")
    tree = _tree(fetched.body)
    found: Any = trafilatura.bare_extraction(
        deepcopy(tree),
        url=fetched.final_url,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"max_date": latest, "original_date": True},
    )
    title = one_line(str((found and found.title) or _title(tree)))
    text = _paragraphs(str((found and found.text) or ""), title)
    if not title and not text:
        raise Unreadable("empty", f"{fetched.url} holds no text that could be read: it was set aside")
    evidence = _evidence(tree, text)
    return Reading(
        text="" if evidence == "title only" else text,
        title=title or text.partition("\n")[0][:120],
        evidence=evidence,
        venue=_venue(found and found.sitename, fetched.final_url),
        author=_scholars(tree) or _named(found and found.author),
        published=partial_date(found and found.date),
        language=str((found and found.language) or tree.get("lang", "en") or "en")[:2].lower(),
    )


def _tree(body: bytes) -> lxml_html.HtmlElement:
    """The page's tree without what no reader sees. `time` elements are opened up: the extractor would drop them and
    the dates in them."""
    from trafilatura import load_html

    tree = load_html(body)
    if tree is None:
        return lxml_html.document_fromstring("<html></html>")
    lxml_html.etree.strip_tags(tree, "time")
    for element in [e for e in tree.iter(lxml_html.etree.Element) if _is_hidden(e)]:
        if element.getparent() is not None and element.tag not in ("html", "body"):
            element.drop_tree()
    return tree


def _is_hidden(element: lxml_html.HtmlElement) -> bool:
    """Whether the page itself keeps the element from being seen, as far as its own markup tells."""
    style = "".join(element.get("style", "").lower().split())
    return "hidden" in element.attrib or element.tag == "template" or bool(_UNSEEN.search(style))


def _title(tree: lxml_html.HtmlElement) -> str:
    return str(tree.findtext(".//title") or "")


def _named(text: Any) -> str | None:  # noqa: ANN401 - the library's metadata is untyped
    return one_line(str(text)).replace("; ", ", ") or None if text else None


def _venue(site_name: str | None, url: str) -> str | None:
    """The site's name; None where the extractor only repeats the host's, which anyone can see."""
    name = _named(site_name)
    host = urlsplit(url).netloc.casefold()
    return None if name and name.casefold() in (host, host.removeprefix("www.")) else name


def _scholars(tree: lxml_html.HtmlElement) -> str | None:
    """The authors that a scholarly page names in its citation_author tags, given name first."""
    names = [one_line(name) for name in tree.xpath("//meta[@name='citation_author']/@content")]
    return ", ".join(" ".join(reversed(name.split(", ", 1))) for name in names) or None


def _paragraphs(text: str, title: str) -> str:
    """One paragraph a line, without empty lines and without the title repeated."""
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in clean(text).split("\n")]
    return "\n".join(line for line in lines if line and line != title)


def _evidence(tree: lxml_html.HtmlElement, text: str) -> Evidence:
    """How much of the work stands on the page. A paywall says so itself (schema.org isAccessibleForFree); an
    abstract page carries the citation_* tags of scholarly publishing and is short."""
    words = len(text.split())
    if words < _FEWEST_WORDS or _behind_a_wall(tree):
        return "title only"
    scholarly = tree.xpath("boolean(//meta[@name='citation_title'])")
    return "abstract" if scholarly and words <= _MOST_WORDS_OF_AN_ABSTRACT else "full text"


def _behind_a_wall(tree: lxml_html.HtmlElement) -> bool:
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            stated = json.loads(script)
        except ValueError:
            continue
        for thing in stated if isinstance(stated, list) else [stated]:
            free = thing.get("isAccessibleForFree") if isinstance(thing, dict) else None
            if free is False or str(free).lower() == "false":
                return True
    return False
