"""A page's characters become a tree that can be read: within limits, and without elements that hold nothing.

An extractor drops an element that holds nothing, and with it the words behind it (reports of "denied" lost behind an
icon, of "if and only if" behind a formula): here it goes alone. A mark that is empty may still be where a link leads.
"""

import re
from copy import deepcopy

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

from pipeline.errors import Unreadable

_MOST_ATTRIBUTES = 1000
_SHORT_TAG = 2000  # characters that cannot hold too many attributes
_TAG = re.compile(
    r"<(?:script|style)\b(?:[^<]++|<(?!/(?:script|style)))*+"
    r"|<!--(?:[^-]++|-(?!->))*+"
    r"|<[a-z](?:[^>=]++|=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)?+)*+",
    re.IGNORECASE,
)
_VALUE = re.compile(r"=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)")
_MANY = 1000
_LARGE = 15_000
_MOST_ELEMENTS = 250_000
_MOST_OF_A_HEAD = 1000
_DEEPEST = 250  # elements; libxml2 stops at 256
_EMPTY = "empty"
ANCHOR = "anchor"
"""The attribute that holds the name of an empty anchor that stood in an element."""
_MAY_BE_EMPTY = frozenset((
    "br", "hr", "td", "th", "tr", "html", "body", "head", "meta", "link", "title", "base", "script", "style",
    "iframe", "object", "embed", "input", "textarea", "select", "option", "template", "video", "audio", "source",
    "track", "param", "col", "area", "math",
))  # fmt: skip
_BLOCKS = frozenset((
    "p", "div", "section", "article", "aside", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "figure", "header",
    "footer", "main", "nav", "h1", "h2", "h3", "h4", "h5", "h6", "form", "table", "tbody", "thead", "pre", "hgroup",
    "details",
))  # fmt: skip
_number_of = etree.XPath(
    "count(descendant-or-self::*) + count(descendant::comment()) + count(descendant::processing-instruction())"
)
_SIGNS = re.compile(r"[^\W_]+")
_MOST_OF_A_NAME = 200
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NAMES_OF_FURNITURE = frozenset((
    "a", "about", "ad", "ads", "advertisement", "all", "also", "and", "archive", "archives", "article", "articles",
    "author", "authors", "banner", "breadcrumb", "breadcrumbs", "by", "caption", "categories", "category", "comment",
    "comments", "contact", "content", "contents", "copyright", "discussion", "email", "follow", "footer", "for", "from",
    "header", "in", "join", "latest", "leave", "like", "links", "login", "may", "menu", "meta", "more", "most", "nav",
    "navigation", "new", "news", "newsletter", "newsletters", "next", "of", "on", "other", "our", "page", "pages",
    "popular", "post", "posts", "previous", "print", "promo", "read", "reading", "recent", "recommended", "related",
    "replies", "reply", "search", "share", "sharing", "sidebar", "sign", "signup", "similar", "site", "social",
    "sponsor", "sponsored", "sponsors", "stories", "story", "subscribe", "table", "tag", "tags", "the", "this", "to",
    "toc", "top", "topics", "trending", "up", "us", "view", "widget", "you", "your",
))  # fmt: skip
_FORMULA = re.compile(r"math|latex|tex\b|formula|equation", re.IGNORECASE)


def bounded(page: str, url: str) -> str:
    """`page`, if no tag of it has more attributes than a parser can take: their time grows with the square. Raises
    Unreadable otherwise."""
    for tag in _TAG.finditer(page):
        if tag.end() - tag.start() > _SHORT_TAG and tag.group()[1:2].isalpha():
            if tag.group()[1:7].lower() in ("script", "style>", "style "):
                continue
            if len(_VALUE.sub(" ", tag.group()).replace("/", " ").split()) > _MOST_ATTRIBUTES:
                raise Unreadable(
                    "malformed", f"{url} has a tag of more than {_MOST_ATTRIBUTES} attributes: it was set aside"
                )
    return page


def parsed(page: str, url: str = "") -> HtmlElement:
    """The tree of a page, empty where it holds no markup. Raises Unreadable for a page of more elements than any real
    one has."""
    from trafilatura import load_html

    tree = load_html(page)
    if tree is None:
        return lxml_html.document_fromstring("<html></html>")
    if _number_of(tree) >= _MOST_ELEMENTS:
        raise Unreadable("malformed", f"{url} has {_MOST_ELEMENTS} elements or more: it was set aside")
    return tree


def is_cut_off(tree: HtmlElement) -> bool:
    """Whether the parser gave a page up because it nests too deep: its last element lies as deep as a parser goes."""
    element, depth = tree, 0
    while len(element):
        element, depth = element[-1], depth + 1
    return depth >= _DEEPEST


def without_times(tree: HtmlElement) -> HtmlElement:
    """`tree` with its `time` elements opened up: the extractor would drop them and the dates in them. `tree` itself is
    changed."""
    etree.strip_tags(tree, "time")
    return tree


def without_empty(tree: HtmlElement) -> HtmlElement:
    """`tree` without the elements that hold nothing; what stands behind each stays in its place. An empty block with
    words behind it becomes a line break. `tree` itself is changed."""
    empty: set[HtmlElement] = set()
    for element in reversed(list(tree.iter(etree.Element))):
        if element.tag in _MAY_BE_EMPTY or (element.text or "").strip():
            continue
        if any(child not in empty or (child.tail or "").strip() for child in element):
            continue
        empty.add(element)
    for element in empty:
        _hand_name_on(element)
        if element.tag == "img":
            element.text = _alt(element)
        if element.tag in _BLOCKS and (element.tail or "").strip():
            element.tag = "br"
        else:
            element.tag = _EMPTY
    etree.strip_tags(tree, _EMPTY)
    if len(empty) < _MANY and not is_large(tree):
        return tree
    return parsed(etree.tostring(tree, encoding="unicode", method="html"))  # words left in pieces cost the square


def with_anchors_apart(tree: HtmlElement) -> HtmlElement:
    """`tree`, in which what is called after its own heading has no id any more. An extractor takes an element whose id
    has "author", "share" or "related" in it for the site's, and so lost the sections "Authority comes from the
    community" and "Related work" of articles whose headings name their places. What is called by such words alone
    ("related-articles") keeps its id. `tree` itself is changed."""
    begun: set[HtmlElement] = set()
    for heading in tree.iter(*_HEADINGS):
        words = heading.text_content()[:_MOST_OF_A_NAME]
        called = _plain(words)
        is_own = bool(called) and not _NAMES_OF_FURNITURE.issuperset(_SIGNS.findall(words.casefold()))
        for element in (heading, *heading.iterancestors()):
            if element in begun:
                break
            begun.add(element)
            name = element.get("id", "")
            if is_own and _plain(name.removeprefix("user-content-")) == called:
                del element.attrib["id"]
                element.set(ANCHOR, name)
    return tree


def _plain(text: str) -> str:
    """The letters and digits of a text, without a number that sets one name apart from another."""
    return "".join(_SIGNS.findall(re.sub(r"[-_]\d+$", "", text[:_MOST_OF_A_NAME]).casefold()))


def head_of(tree: HtmlElement) -> HtmlElement:
    """A page with the head of `tree` and nothing else: what a page too large to be searched says of itself."""
    page = lxml_html.document_fromstring("<html><body></body></html>")
    head = tree.find("head")
    if head is not None:
        page.insert(0, lxml_html.Element("head"))
        page[0].extend(deepcopy(each) for each in head[:_MOST_OF_A_HEAD])
    if tree.get("lang"):
        page.set("lang", tree.get("lang", ""))
    return page


def is_large(tree: HtmlElement) -> bool:
    """Whether a page is too large for the libraries that search it: their time grows with the square of its
    elements. The largest of the 121 pages of the article benchmark has 1,594 (Nov 2026)."""
    return bool(_number_of(tree) >= _LARGE)


def _alt(image: HtmlElement) -> str | None:
    """The words an image stands for where it stands for words: a formula or an emoji, not a photograph."""
    alt = image.get("alt", "").strip()
    if _FORMULA.search(f"{image.get('class', '')} {image.get('src', '')[:300]}"):
        return alt[:300] or None
    parent = image.getparent()
    if parent is not None and _FORMULA.search(parent.get("class", "")):
        return alt[:300] or None
    return alt if 0 < len(alt) <= 3 and not any(c.isalnum() for c in alt) else None


def _hand_name_on(element: HtmlElement) -> None:
    """A link may lead to an empty anchor: what stands around it answers to its name then. Its own id it keeps, which
    an extractor goes by."""
    name, parent = element.get("id") or element.get("name"), element.getparent()
    if name and parent is not None and element.tag in ("a", "span"):
        parent.set(ANCHOR, name)
