"""The main text of a page and what it says of itself: title, author, venue, date, and how much of it is there."""

import json
import re
from copy import deepcopy
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html as lxml_html

from pipeline.errors import Unreadable
from pipeline.read.not_articles import is_behind_a_wall, kind_of
from pipeline.read.pdf_text import read_pdf
from pipeline.records.dates import PartialDate, partial_date
from pipeline.records.items import Extent, PageText, Response
from pipeline.text import clean, one_line

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", ""})
_FEWEST_WORDS = 25  # below this there is no article to read, only its announcement
_MOST_WORDS_OF_AN_ABSTRACT = 600
_FEWEST_WORDS_DESPITE_A_WALL = 300
_MOST_LINKS = 100
_TAKEN_BACK = re.compile(r"\W*(?:retracted|withdrawn)\b\W*(?:article|paper)?\s*[:\]–-]", re.IGNORECASE)
_WITHDRAWN = re.compile(
    r"\bthis (?:paper|article|submission|manuscript) has been (?:withdrawn|retracted)\b", re.IGNORECASE
)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?")
_MOST_ATTRIBUTES = 1000
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{10000,}")
_ATTRIBUTE = re.compile(r"\s[^\s=<>\"']+\s*=")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f\uac00-\ud7af]")
_UNSEEN = re.compile(
    r"display:none|visibility:hidden|opacity:0(?:\.0*)?(?:;|$|!)|font-size:0(?:[a-z%]*)(?:;|$|!)|"
    r"(?:left|top|text-indent):-\d{3,}|clip:rect\(0|clip-path:inset\((?:50|100)%"
)


def read_page(fetched: Response, latest: PartialDate) -> PageText:
    """The reading of one fetched page, PDF or plain text. `latest` bounds the dates believed: no page is from the
    future. Raises Unreadable for another kind of file, for what holds neither text nor a title, for a page that is no
    article, and for one whose characters cannot be told."""
    if fetched.media_type == "application/pdf" or fetched.body.startswith(b"%PDF-"):
        return _of_pdf(fetched, latest)
    if fetched.media_type == "text/plain":
        return _of_plain(fetched)
    if fetched.media_type not in _HTML_TYPES:
        raise Unreadable("not HTML", f"{fetched.url} is {fetched.media_type}, not a web page: it was set aside")
    return _of_html(fetched, latest)


def _of_html(fetched: Response, latest: PartialDate) -> PageText:
    import trafilatura

    tree = _tree(_bounded(_decoded(fetched), fetched.url))
    found: Any = trafilatura.bare_extraction(
        deepcopy(tree),
        url=fetched.final_url,
        with_metadata=True,
        include_comments=False,
        favor_precision=True,  # measured: what it leaves out was furniture more often than text
        date_extraction_params={"max_date": latest, "original_date": True},
    )
    title = one_line(str((found and found.title) or _title(tree)))
    text = _paragraphs(str((found and found.text) or ""), title)
    if not title and not text:
        raise Unreadable("empty", f"{fetched.url} holds no text that could be read: it was set aside")
    instead = kind_of(title, text or _all_words(tree))
    if instead:
        raise Unreadable(instead, f"{fetched.url} is no article but a {instead}: it was set aside")
    scholarly = bool(tree.xpath("boolean(//meta[@name='citation_title'])"))
    evidence = _evidence(tree, text, scholarly)
    return PageText(
        text="" if evidence == "title only" else text,
        title=title or text.partition("\n")[0][:120],
        extent=evidence,
        venue=_venue(found and found.sitename),
        author=_scholars(tree) or _named(found and found.author),
        published=partial_date(found and found.date),
        language=str((found and found.language) or tree.get("lang", "en") or "en")[:2].lower(),
        canonical=_canonical(tree, fetched.final_url),
        links=_links(tree, fetched.final_url),
        withdrawn=bool(_TAKEN_BACK.match(title)) or (scholarly and bool(_WITHDRAWN.search(_all_words(tree)))),
    )


def _of_pdf(fetched: Response, latest: PartialDate) -> PageText:
    found = read_pdf(fetched.body, fetched.url)
    text = clean(found.text)
    date = partial_date(found.date)
    return PageText(
        text=text,
        title=one_line(found.title) or text.partition("\n")[0][:120],
        extent="full text",
        author=_named(found.author),
        published=date if date and date <= latest else None,
    )


def _of_plain(fetched: Response) -> PageText:
    text = _paragraphs(re.sub(r"(?<=\S)\n(?=\S)", " ", clean(_decoded(fetched))), "")
    if not text:
        raise Unreadable("empty", f"{fetched.url} is empty: it was set aside")
    return PageText(text=text, title=text.partition("\n")[0][:120], extent="full text")


def _decoded(fetched: Response) -> str:
    """The bytes as text: by a byte order mark, the server's charset or the page's own, in the order the HTML standard
    has; else by what they look like. Raises Unreadable where more than one character in 200 cannot be told."""
    from charset_normalizer import from_bytes
    from w3lib.encoding import html_to_unicode

    stated = f"text/html; charset={fetched.charset}" if fetched.charset else None

    def guessed(body: bytes) -> str | None:
        best = from_bytes(body[:200_000]).best()
        return best.encoding if best else None

    try:
        text = fetched.body.decode("utf-8-sig")  # UTF-8 that reads as UTF-8 is UTF-8, whatever is said of it
    except UnicodeDecodeError:
        text = html_to_unicode(stated, fetched.body, default_encoding="utf-8", auto_detect_fun=guessed)[1]
    if text.count("\ufffd") > len(text) / 200:
        raise Unreadable("encoding", f"{fetched.url}: its characters cannot be told: it was set aside")
    return text


def _all_words(tree: lxml_html.HtmlElement) -> str:
    """Every word of the page, where no main text was found: what a consent or captcha page is told by."""
    return one_line(" ".join(tree.xpath("//body//text()[not(ancestor::script or ancestor::style)]")))


def _canonical(tree: lxml_html.HtmlElement, url: str) -> str | None:
    """The address the page calls its own, where it is of the same site: another site's is not this page's to give."""
    from courlan import extract_domain

    by_link, by_card = "string(//link[@rel='canonical']/@href)", "string(//meta[@property='og:url']/@content)"
    stated = str(tree.xpath(by_link) or tree.xpath(by_card)).strip()
    address = urljoin(url, stated)
    if not stated or not _is_web(address):
        return None
    sites = [extract_domain(each) or (urlsplit(each).hostname or "").removeprefix("www.") for each in (address, url)]
    return address if sites[0] == sites[1] else None


def _links(tree: lxml_html.HtmlElement, url: str) -> tuple[str, ...]:
    """Where the paragraphs of the page lead, to other hosts, in their order."""
    host = urlsplit(url).hostname
    found = [urljoin(url, href.strip()) for href in tree.xpath("//p//a/@href")]
    return tuple(dict.fromkeys(a for a in found if _is_web(a) and urlsplit(a).hostname != host))[:_MOST_LINKS]


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _bounded(page: str, url: str) -> str:
    """`page`, if no tag of it has more attributes than a parser can take: their time grows with the square."""
    for tag in _LONG_TAG.finditer(page):
        if len(_ATTRIBUTE.findall(tag.group())) > _MOST_ATTRIBUTES:
            raise Unreadable(
                "malformed", f"{url} has a tag of more than {_MOST_ATTRIBUTES} attributes: it was set aside"
            )
    return page


def _tree(page: str) -> lxml_html.HtmlElement:
    """The page's tree without what no reader sees. `time` elements are opened up: the extractor would drop them and
    the dates in them."""
    from trafilatura import load_html

    tree = load_html(page)
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


def _venue(site_name: str | None) -> str | None:
    """The site's name; None where the extractor only gives a host, this page's or the one it points to."""
    name = _named(site_name)
    return None if name and _HOST.fullmatch(name) else name


def _scholars(tree: lxml_html.HtmlElement) -> str | None:
    """The authors that a scholarly page names in its citation_author tags, given name first."""
    names = [one_line(name) for name in tree.xpath("//meta[@name='citation_author']/@content")]
    return ", ".join(" ".join(reversed(name.split(", ", 1))) for name in names) or None


def _paragraphs(text: str, title: str) -> str:
    """One paragraph a line, without empty lines and without the title repeated."""
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in clean(text).split("\n")]
    return "\n".join(line for line in lines if line and line != title)


def _evidence(tree: lxml_html.HtmlElement, text: str, scholarly: bool) -> Extent:
    """How much of the work stands on the page. A page behind a wall says so itself (schema.org isAccessibleForFree) or
    breaks off with an invitation to pay: it shows its opening, or nothing; only where it is as long as an article all
    the same is all of it there. An abstract page carries the citation_* tags of scholarly publishing and is short."""
    words = _count(text)
    if words < _FEWEST_WORDS:
        return "title only"
    if is_behind_a_wall(text) or (_behind_a_wall(tree) and words < _FEWEST_WORDS_DESPITE_A_WALL):
        return "title only"
    return "abstract" if scholarly and words <= _MOST_WORDS_OF_AN_ABSTRACT else "full text"


def _count(text: str) -> int:
    """How many words; two characters make one in the scripts that put no space between words."""
    return len(text.split()) + len(_UNSPACED.findall(text)) // 2


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
