"""Lists of feeds as other readers keep them (OPML 2.0, and what their exports make of it): read, and written."""

import re
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from pipeline.errors import UsageError, without_credentials
from pipeline.fetch.addresses import is_address

_BARE = re.compile(rb"&(?!(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#[xX][0-9A-Fa-f]+);)")  # an ampersand that begins no entity
_FEED_SCHEME = re.compile(r"feed:(?://)?(https?://.*)", re.IGNORECASE)


class OpmlFeeds(NamedTuple):
    """The addresses of a list's feeds, each once, in its order; and of each outline that names no usable one, its line
    in the file and why."""

    addresses: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def parse_opml(body: bytes, name: str) -> OpmlFeeds:
    """The feeds in an OPML file. Attributes may be spelt in any case, addresses may begin with `feed:`, ampersands may
    stand bare, the encoding may be Latin-1 though nothing says so. Raises UsageError where it is no list."""
    tree = _tree(body, name)
    if etree.QName(tree).localname.lower() != "opml":
        raise UsageError(f"{name} is no OPML file: its outermost element is {etree.QName(tree).localname}")
    addresses: dict[str, None] = {}
    left_out = []
    for outline in tree.iter("{*}outline", "{*}Outline"):
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
    """The file's outermost element. What is no XML is tried again with bare ampersands written out, and as Latin-1."""
    tries = [body, _BARE.sub(b"&amp;", body)]
    tries.append(tries[-1].decode("latin-1").encode())
    first: etree.XMLSyntaxError | None = None
    for text in tries:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(text, parser)
        except etree.XMLSyntaxError as error:
            first = first or error
    raise UsageError(f"{name} is no OPML file ({first and first.msg}): export it from your reader again")


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
