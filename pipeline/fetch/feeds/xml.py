"""A feed's bytes become a tree: in the right characters, common faults repaired, and no entity resolved by the parser.

What is not well-formed XML is repaired where its fault is a common one (an unescaped `&`, an HTML entity, a control
character, words before the feed), then read as far as libxml2 recovers it.
"""

import codecs
import html
import re
from typing import Any


def decoded(body: bytes, charset: str | None) -> str:
    """The text of some XML. A byte order mark decides, then UTF-8 where the bytes are (other text hardly ever is by
    chance), then the server's word, then the document's own, then what most text of no stated kind is."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
                       (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):  # fmt: skip
        if body.startswith(mark):
            return body.decode(name, "replace").lstrip("\ufeff")
    if body[:4] in (b"<\0?\0", b"\0<\0?"):
        return body.decode("utf-16-le" if body[:1] == b"<" else "utf-16-be", "replace")
    stated = re.match(rb"""[^<]{0,100}<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""", body[:400])
    named = [name for name in (charset, stated[1].decode("ascii", "replace") if stated else None) if name]
    codecs_named = [codec for name in named if (codec := _codec(name))]
    for codec in (*([] if body.isascii() else ["utf-8"]), *codecs_named, "utf-8"):
        try:
            return body.decode(codec)
        except ValueError:
            continue
    mostly = body.decode("utf-8", "replace")
    if mostly.count("\ufffd") * 10 < len(mostly) - len(body.decode("ascii", "ignore")):
        return mostly  # text that was cut, or has one bad byte
    others = [codec for codec in codecs_named if codec != "utf-8"]
    return body.decode(others[0] if others else _likeliest(body), "replace")


def _likeliest(body: bytes) -> str:
    """The encoding of text that nothing tells of."""
    from charset_normalizer import from_bytes

    best = from_bytes(body[:_LOOKED_AT]).best()
    return (best and _codec(best.encoding)) or "cp1252"


_LOOKED_AT = 20_000  # bytes
_NO_TEXT = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7",
                      "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"})  # fmt: skip
"""Codecs that no feed is written in, or that say so themselves in their first bytes."""
_SUPERSETS = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
              "euc_kr": "cp949", "iso8859-9": "cp1254"}  # fmt: skip
"""What is served under a name, as the WHATWG's Encoding Standard reads it."""


def _codec(name: str) -> str | None:
    """What Python calls an encoding, or None where it is none of text."""
    try:
        found = codecs.lookup(name)
        "".encode(found.name)
    except (LookupError, ValueError, TypeError):
        return None
    codec = str(found.name)
    return None if codec in _NO_TEXT else _SUPERSETS.get(codec, codec)


def tree(text: str) -> tuple[Any, bool]:
    """The root of the document, and whether all of it could be read."""
    from lxml import etree

    def read(words: str, recover: bool) -> Any:  # noqa: ANN401 - lxml has no types
        parser = etree.XMLParser(
            encoding="utf-8",
            recover=recover,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            collect_ids=False,
        )
        return etree.fromstring(words.encode("utf-8", "replace"), parser)

    try:
        return read(text.lstrip(), recover=False), True
    except etree.XMLSyntaxError:
        repaired = _repaired(text)
    for recover in (False, True):
        try:
            return read(repaired, recover), not recover
        except etree.XMLSyntaxError:
            continue
    return None, False


_PROLOG = re.compile(r"<\?xml\b[^<>]*\?>", re.IGNORECASE)
_ROOT = re.compile(r"<!DOCTYPE\b|<(?:\w+:)?(?:rss|rdf|feed|channel)[\s>]", re.IGNORECASE)
_START_TAG = re.compile(r"""<[\w:.-]+(?:\s+[\w:.-]+=(?:"[^"<]*"|'[^'<]*'|[^\s"'<>]+))+\s*/?>""")
_VALUE = re.compile(r"""=(?:"[^"]*"|'[^']*'|((?:[^\s"'>/]|/(?!>))+))""")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][\da-fA-F]{1,6});)(?:(\w{1,32});)?")


def _repaired(text: str) -> str:
    """The document without what commonly breaks one: words before its root, control characters, references to HTML's
    entities, ampersands that are none, and attributes' values without quotes. What stands in a CDATA section is left as
    it is."""
    text = _CONTROLS.sub("", _PROLOG.sub("", text))
    start = _ROOT.search(text)
    text = text[start.start() :] if start else text.lstrip()
    declared = declared_entities(text)

    def escaped(reference: re.Match[str]) -> str:
        name = reference[1]
        if name in declared:
            return reference[0]
        character = html.unescape(f"&{name};") if name else ""
        return reference[0].replace("&", "&amp;") if not character or character.startswith("&") else character

    def outside_cdata(part: str) -> str:
        return _AMPERSAND.sub(escaped, _NUMBERED.sub(_character, _START_TAG.sub(_quoted, part)))

    parts = text.split("<![CDATA[")
    fixed = [outside_cdata(parts[0])]
    for part in parts[1:]:
        inside, end, outside = part.partition("]]>")
        fixed += ["<![CDATA[", inside, end, outside_cdata(outside)]
    return "".join(fixed)


def _quoted(tag: re.Match[str]) -> str:
    """A start tag with all of its attributes' values in quotes."""
    return _VALUE.sub(lambda value: f'="{value[1]}"' if value[1] else value[0], tag[0])


_NUMBERED = re.compile(r"&#(?:[xX]([\da-fA-F]{1,12})|(\d{1,12}));")


def _character(reference: re.Match[str]) -> str:
    """A reference to a character by number; one that XML has no such character for is the mark of a lost one."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    is_one = number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0xFFFF < number < 0x110000
    return reference[0] if is_one else "\ufffd"


_ENTITY = re.compile(r"""<!ENTITY\s{1,20}([\w.-]{1,64})\s{1,20}(?:"([^"<&%]{0,40})"|'([^'<&%]{0,40})')\s{0,20}>""")
_LONGEST_SUBSET = 100_000  # characters before the root in which entities are declared


def declared_entities(text: str) -> dict[str, str]:
    """The entities that a document declares as short plain text: none that names another, so that none grows."""
    if text.find("<!ENTITY", 0, _LONGEST_SUBSET) < 0:
        return {}
    return {found[1]: found[2] or found[3] or "" for found in _ENTITY.finditer(text[:_LONGEST_SUBSET])}
