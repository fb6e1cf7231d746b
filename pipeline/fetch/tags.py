"""Single tags out of HTML without a tree: linear in any markup, where a parser is not (60,000 attributes of one element
take libxml2 20 s)."""

import html
import re
from collections.abc import Iterator
from functools import lru_cache

_ATTRIBUTE = re.compile(r"""([\w:-]{1,40})\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
_CROWDED = re.compile(r"(<[A-Za-z][\w:-]{0,40})\s[^<>]{4000,}(?:>|$)")


def tags(markup: str, name: str) -> Iterator[dict[str, str]]:
    """The attributes of each element called `name`, by their names in small letters, their entities unescaped."""
    for tag in _tag(name).finditer(markup):
        stated: dict[str, str] = {}
        for attribute, *values in _ATTRIBUTE.findall(tag[1]):
            stated.setdefault(attribute.lower(), html.unescape(next((each for each in values if each), "")))
        yield stated


@lru_cache
def _tag(name: str) -> re.Pattern[str]:
    return re.compile(rf"<{name}\b([^<>]*)>", re.IGNORECASE)


def without_comments(markup: str) -> str:
    """Markup without its comments; one that is never closed takes the rest."""
    first, *rest = markup.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in rest)


def thinned(markup: str) -> str:
    """Markup fit for a parser: a tag with more attributes than any page has loses them."""
    return _CROWDED.sub(r"\1>", markup)
