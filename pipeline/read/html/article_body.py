"""The text of an article that stands in a page's JSON-LD (schema.org articleBody), where the page itself shows none."""

import html
import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from pipeline.read.stated.json_ld import Thing, things_of

_POSTS = frozenset(["discussionforumposting", "socialmediaposting"])
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*+>?")
_BREAKS = re.compile(r"<(?:p|br|div|li|h[1-6]|tr|blockquote)\b[^<>]*+>?|</(?:p|div|li|h[1-6]|tr|blockquote)>", re.I)


def article_body(tree: HtmlElement) -> str:
    """The longest text that the JSON-LD calls an article's body or a post's text, one paragraph a line; empty where
    there is none. The entries of a live blog are one text."""
    things = things_of(tree)
    entries = [_plain(body) for thing in things if "liveBlogUpdate" in thing.inside for body in _bodies(thing)]
    texts = [body for thing in things if "liveBlogUpdate" not in thing.inside for body in _bodies(thing)]
    return max((*(_plain(text) for text in texts), "\n".join(entries)), key=len)


def _bodies(thing: Thing) -> Iterator[str]:
    is_post = not thing.types.isdisjoint(_POSTS)
    for body in (thing.values.get("articleBody"), thing.values.get("text") if is_post else None):
        if isinstance(body, str):
            yield body
        elif isinstance(body, list):
            yield "\n".join(part for part in body if isinstance(part, str))


def _plain(text: str) -> str:
    if "&lt;" in text[:2000] and "<" not in text:
        text = html.unescape(text)
    text = html.unescape(_TAG.sub("", _BREAKS.sub("\n", text)))
    return "\n".join(line for each in text.split("\n") if (line := " ".join(each.split())))
