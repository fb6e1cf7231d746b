"""The text of an article that stands in a page's JSON-LD (schema.org articleBody), where the page itself shows none."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

_POSTS = ("DiscussionForumPosting", "SocialMediaPosting")
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*+>?")
_BREAKS = re.compile(r"<(?:p|br|div|li|h[1-6]|tr|blockquote)\b[^<>]*+>?|</(?:p|div|li|h[1-6]|tr|blockquote)>", re.I)
_MOST_THINGS = 10_000


def things_in(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Every object in the page's JSON-LD, at any depth. A malformed script costs nothing but itself."""
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            stated = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        waiting, seen = [stated], 0
        while waiting and seen < _MOST_THINGS:
            thing = waiting.pop()
            seen += 1
            if isinstance(thing, dict):
                yield thing
                waiting.extend(reversed(list(thing.values())))
            elif isinstance(thing, list):
                waiting.extend(reversed(thing))


def article_body(tree: HtmlElement) -> str:
    """The longest text that the JSON-LD calls an article's body or a post's text, one paragraph a line; empty where
    there is none."""
    texts = [body for thing in things_in(tree) for body in _bodies(thing)]
    return max((_plain(text) for text in texts), key=len, default="")


def _bodies(thing: dict[str, Any]) -> Iterator[str]:
    kinds = thing.get("@type")
    posted = any(kind in _POSTS for kind in (kinds if isinstance(kinds, list) else [kinds]))
    for body in (thing.get("articleBody"), thing.get("text") if posted else None):
        if isinstance(body, str):
            yield body
        elif isinstance(body, list):
            yield "\n".join(part for part in body if isinstance(part, str))


def _plain(text: str) -> str:
    if "&lt;" in text[:2000] and "<" not in text:
        text = html.unescape(text)
    text = html.unescape(_TAG.sub("", _BREAKS.sub("\n", text)))
    return "\n".join(line for each in text.split("\n") if (line := " ".join(each.split())))
