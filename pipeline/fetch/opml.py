"""Lists of feeds as other readers keep them (OPML 2.0, and what their exports make of it): read, and written."""

import re
from collections.abc import Sequence
from contextlib import suppress
from html import unescape
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from pipeline.errors import UsageError, without_credentials
from pipeline.fetch.addresses import is_address

if TYPE_CHECKING:
    from lxml import etree

_DECLARATION = re.compile(rb"""\s*<\?xml\b[^>]*?(?:encoding\s*=\s*["']([\w.:-]+)["'][^>]*)?\?>""")
_DECLARATION_READ = re.compile(r"<\?xml\b[^<>]*\?>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_AMPERSAND = re.compile(r"&(?:(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#[xX][0-9A-Fa-f]+);)?")  # with the entity it begins
_XML_ENTITIES = frozenset({"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"})
_FEED_SCHEME = re.compile(r"feed:(?://)?(https?://.*)", re.IGNORECASE)


class OpmlFeeds(NamedTuple):
    """The addresses of a list's feeds, each once, in its order; and of each outline that names no usable one, its line
    in the file and why."""

    addresses: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def parse_opml(body: bytes, name: str) -> OpmlFeeds:
    """The feeds in an OPML file. Names may be spelt in any case, addresses may begin with `feed:`, ampersands may stand
    bare, entities may be HTML's, the encoding may be another than it says. Raises UsageError where it is no list."""
    from lxml import etree

    tree = _tree(body, name)
    if etree.QName(tree).localname.lower() != "opml":
        raise UsageError(f"{name} is no OPML file: its outermost element is {etree.QName(tree).localname}")
    addresses: dict[str, None] = {}
    left_out = []
    for outline in tree.iter("{*}*"):
        if etree.QName(outline).localname.lower() != "outline":
            continue
        attributes = {str(key).lower(): str(value) for key, value in outline.attrib.items()}
        named = attributes.get("xmlurl", "").strip()
        address = _web_address(named)
        if is_address(address):
            addresses[address] = None
            continue
        title = attributes.get("text") or attributes.get("title") or "an outline without a name"
        if named:
            shown = without_credentials(named)
            why = "is no web address" if shown == named else "carries a password: see [sources] in docs/settings.md"
            left_out.append(f"line {outline.sourceline}: {title}: {shown} {why}")
        elif len(outline) == 0:
            left_out.append(f"line {outline.sourceline}: {title}: it names no feed (xmlUrl)")
    return OpmlFeeds(tuple(addresses), tuple(left_out))


def _tree(body: bytes, name: str) -> "etree._Element":
    """The file's outermost element: as it stands, or where that is no XML, as what it was meant to be."""
    from lxml import etree

    first: etree.XMLSyntaxError | None = None
    for text in (body, _meant(body)):
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(text, parser)
        except etree.XMLSyntaxError as error:
            first = first or error
    raise UsageError(f"{name} is no OPML file ({first and first.msg}): export it from your reader again")


def _meant(body: bytes) -> bytes:
    """The file in UTF-8 without its declaration, which may name an encoding that it is not in or stand below an empty
    line; with ampersands that stand bare written out, HTML's entities as characters, control characters left out."""
    declared = _DECLARATION.match(body)
    text = _decoded(body, declared[1].decode() if declared and declared[1] else "")
    text = _CONTROL.sub("", _DECLARATION_READ.sub("", text))
    return _AMPERSAND.sub(lambda found: _entity(found[0]), text).encode("utf-8", "replace")


def _decoded(body: bytes, declared: str) -> str:
    """As UTF-8 where it is that, else as it says itself, else as Windows writes Western texts."""
    for encoding in ("utf-8-sig", declared or "utf-8", "cp1252"):
        with suppress(LookupError, UnicodeError):
            return body.decode(encoding)
    return body.decode("latin-1")


def _entity(found: str) -> str:
    """An ampersand, with the entity that it begins, as XML has it."""
    return found if found in _XML_ENTITIES or found[:2] == "&#" else escape(unescape(found))


def _web_address(named: str) -> str:
    """The address without what stands for "a feed" before it: `feed:https://a/` is `https://a/`, `feed://a/` is
    `http://a/`."""
    whole = _FEED_SCHEME.fullmatch(named)
    return whole[1] if whole else re.sub(r"^feed://", "http://", named, flags=re.IGNORECASE)


def shareable(feeds: Sequence[str]) -> OpmlFeeds:
    """The feeds that another reader may be given, and why each of the others not: a token in an address is its
    operator's."""
    left_out = [shown for feed in feeds if (shown := without_credentials(feed)) != feed]
    open_feeds = tuple(feed for feed in feeds if without_credentials(feed) == feed)
    return OpmlFeeds(open_feeds, tuple(f"{shown}: its address holds a secret" for shown in left_out))


def opml(title: str, feeds: tuple[str, ...]) -> str:
    """The feeds as an OPML file."""
    named = "".join(f'    <outline type="rss" text={quoteattr(f)} xmlUrl={quoteattr(f)}/>\n' for f in feeds)
    head = f"  <head><title>{escape(title)}</title></head>\n"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n{head}  <body>\n{named}  </body>\n</opml>\n'
