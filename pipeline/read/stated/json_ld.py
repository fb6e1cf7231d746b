"""What a page says of itself in JSON-LD (schema.org): every object of it at any depth, however it is malformed.

Sites nest their article in `@graph`, in lists, in `mainEntity`, point from one object to another by `@id`, put
comments or CDATA around it, break lines inside strings, or leave commas behind. What cannot be read is passed over.
"""

import html
import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import html as lxml_html

_SCRIPTS = "//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]"
_MOST_OBJECTS = 5_000
_MOST_CHARACTERS = 2_000_000
_WRAPPED = re.compile(r"^[\s;]*(?:<!--|<!\[CDATA\[|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)")
_UNWRAPPED = re.compile(r"(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)?[\s;]*$")
_LOOSE_COMMA = re.compile(r",(?=\s{0,50}[}\]])")

# Keys under which stand other works than the page's own, or what readers wrote.
_OTHER_WORKS = frozenset(
    [
        "about",
        "citation",
        "comment",
        "comments",
        "hasPart",
        "isBasedOn",
        "isPartOf",
        "itemListElement",
        "liveBlogUpdate",
        "mentions",
        "publisher",
        "relatedLink",
        "review",
        "reviews",
        "significantLink",
        "suggestedAnswer",
        "acceptedAnswer",
        "image",
        "video",
        "associatedMedia",
        "author",
        "creator",
    ]
)
_ARTICLES = frozenset(
    [
        "article",
        "newsarticle",
        "blogposting",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "opinionnewsarticle",
        "reviewnewsarticle",
        "backgroundnewsarticle",
        "askpublicnewsarticle",
        "advertisercontentarticle",
        "satiricalarticle",
        "scholarlyarticle",
        "medicalscholarlyarticle",
        "techarticle",
        "apireference",
        "report",
        "liveblogposting",
        "socialmediaposting",
        "discussionforumposting",
        "question",
        "claimreview",
        "creativework",
        "recipe",
    ]
)


class Thing(NamedTuple):
    """One object. `types` in lower case, without the vocabulary's address; `inside` the keys that lead to it."""

    types: frozenset[str]
    values: dict[str, Any]
    inside: tuple[str, ...]

    @property
    def is_article(self) -> bool:
        """Whether its types are those of an article."""
        return not self.types.isdisjoint(_ARTICLES)

    @property
    def is_other_work(self) -> bool:
        """Whether it stands where a page names other works, people, comments: it says nothing of the page itself."""
        return any(key in _OTHER_WORKS for key in self.inside)


def things_of(tree: lxml_html.HtmlElement) -> tuple[Thing, ...]:
    """Every object of the page's JSON-LD, those nearer the top first; never raises."""
    return tuple(_walked([stated for script in tree.xpath(_SCRIPTS) for stated in _parsed(_text(script))]))


def articles_of(things: tuple[Thing, ...]) -> list[Thing]:
    """The objects that are the page's own article. A list of several unlike ones is a front page's: it is none's."""
    own = [thing for thing in things if thing.is_article and not thing.is_other_work]
    titled = [thing.values for thing in own if "question" not in thing.types]  # of which a page may answer many
    headlines = {str(values.get("headline") or values.get("name") or "") for values in titled} - {""}
    return own if len(headlines) <= _MOST_HEADLINES else []


_MOST_HEADLINES = 2  # an article and, beside it, the same one as its site's other editor calls it


def by_id(things: tuple[Thing, ...]) -> dict[str, Thing]:
    """The fullest object of each `@id`: others only point to it."""
    found: dict[str, Thing] = {}
    for thing in things:
        name = thing.values.get("@id")
        if isinstance(name, str) and len(thing.values) > len(found[name].values if name in found else {}):
            found[name] = thing
    return found


def texts(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    """The strings that a value is or holds: alone, in a list, as `@value`, or in several languages."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int):
        return [str(value)]
    if isinstance(value, list):
        return [text for each in value[:100] if not isinstance(each, list) for text in texts(each)]
    return texts(value.get("@value")) if isinstance(value, dict) and not isinstance(value.get("@value"), dict) else []


def _text(script: lxml_html.HtmlElement) -> str:
    text = str(script.text or "")[:_MOST_CHARACTERS]
    start = _WRAPPED.match(text)
    text = text[start.end() :] if start else text
    end = _UNWRAPPED.search(text, max(0, len(text) - 200))
    return (text[: end.start()] if end else text).strip(" \t\r\n;\ufeff\u00a0")


def _parsed(text: str) -> list[Any]:
    """The values of a script. Where one does not parse, again without loose commas, and again with its entities read;
    of one that is cut, or two one after the other, what stands before."""
    for tried in (text, _LOOSE_COMMA.sub("", text), html.unescape(text)):
        values: list[Any] = []
        at = 0
        try:
            while at < len(tried) and len(values) < 100:
                value, at = _DECODER.raw_decode(tried, at)
                values.append(value)
                at += len(tried[at : at + 200]) - len(tried[at : at + 200].lstrip(" \t\r\n;,"))
        except (ValueError, RecursionError):
            if not values:
                continue
        return values
    return []


_DECODER = json.JSONDecoder(strict=False, parse_int=lambda digits: int(digits[:20]), parse_constant=lambda _: None)


def _walked(values: list[Any]) -> Iterator[Thing]:
    waiting: deque[tuple[Any, tuple[str, ...]]] = deque((value, ()) for value in values)
    seen = 0
    while waiting and seen < _MOST_OBJECTS:
        value, inside = waiting.popleft()
        if isinstance(value, list):
            waiting.extend((each, inside) for each in value[:_MOST_OBJECTS] if isinstance(each, dict | list))
        elif isinstance(value, dict):
            seen += 1
            yield Thing(_types(value), value, inside)
            for key, each in value.items():
                if isinstance(each, dict | list):
                    waiting.append((each, (*inside[-20:], "" if key == "@graph" else key)))


def _types(value: dict[str, Any]) -> frozenset[str]:
    names = texts(value.get("@type"))
    return frozenset(name.rstrip("/").rpartition("/")[2].rpartition(":")[2].lower() for name in names)
