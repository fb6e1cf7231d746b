"""Lists of feeds as other readers keep them (OPML 2.0): read, and written."""

from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from pipeline.errors import UsageError
from pipeline.fetch.addresses import is_address


def parse_opml(body: bytes, name: str) -> tuple[str, ...]:
    """The addresses of the feeds in an OPML file, each once, in its order. Raises UsageError where it is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise UsageError(f"{name} is no OPML file ({error.msg}): export it from your reader again") from error
    if etree.QName(tree).localname.lower() != "opml":
        raise UsageError(f"{name} is no OPML file: its outermost element is {etree.QName(tree).localname}")
    named = [(outline.get("xmlUrl") or "").strip() for outline in tree.iter("outline")]
    return tuple(dict.fromkeys(address for address in named if is_address(address)))


def opml(title: str, feeds: tuple[str, ...]) -> str:
    """The feeds as an OPML file."""
    named = "".join(f'    <outline type="rss" text={quoteattr(f)} xmlUrl={quoteattr(f)}/>\n' for f in feeds)
    head = f"  <head><title>{escape(title)}</title></head>\n"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n{head}  <body>\n{named}  </body>\n</opml>\n'
