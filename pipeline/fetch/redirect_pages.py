"""Pages that only lead to another page: by `meta refresh`, the header of that name or a line of script, where a server
would redirect.

Alerts, counters of clicks and mailings lead so. A page with words of its own is no such page, whatever it says of
where to go next: it may reload itself, or send away whom its script does not know.
"""

import re

from pipeline.fetch.addresses import canonical, joined
from pipeline.fetch.tags import tags, without_comments

_LARGEST = 200_000  # bytes: a page that only leads on is small
_MOST_WORDS = 80  # that a reader sees ("you are being sent on to ..."), and of text without spaces, characters
_MOST_CHARACTERS = 600
_LONGEST_DELAY_S = 30.0
_MOST_SCRIPT = 1_500  # characters, for a script that does nothing else


def redirect_target(body: bytes, url: str, refresh: str | None = None) -> str | None:
    """The address that the page at `url` only leads to, `refresh` being the header of that name; None where it is a
    page of its own."""
    if len(body) > _LARGEST or not (refresh or re.search(rb"refresh|location", body, re.IGNORECASE)):
        return None
    page = _Parts(body.decode("utf-8", "replace"))
    if len(page.words.split()) > _MOST_WORDS or len(page.words) > _MOST_CHARACTERS + 8 * _MOST_WORDS:
        return None
    stated = _by_refresh(refresh or "") or _by_meta(page.markup) or _by_script(page.script)
    target = joined(url, stated) if stated else None
    return target if target and canonical(target) != canonical(url) else None


_BLOCK = re.compile(r"<(/?)(script|style|template|textarea|title|noscript)\b([^<>]*)>", re.IGNORECASE)


class _Parts:
    """A page taken apart: its own markup, what its scripts say, and the words that a reader sees."""

    def __init__(self, text: str) -> None:
        text = without_comments(text)
        own: list[str] = []
        script: list[str] = []
        inside, end = "", 0
        for tag in _BLOCK.finditer(text):
            name = tag[2].lower()
            if inside and not (tag[1] and name == inside):
                continue
            if name == "noscript":
                continue  # what stands there is what this reader sees
            before = text[end : tag.start()]
            (script if inside == "script" else own).append(before if inside in ("", "script") else "")
            if not inside and name == "script" and "src" in tag[3].lower():
                script.append("external")
            inside, end = ("" if tag[1] else name), tag.end()
        if not inside:
            own.append(text[end:])
        self.markup = "".join(own)
        self.script = "" if "external" in script else "\n".join(script).strip()
        self.words = " ".join(re.sub(r"<[^<>]*>", " ", self.markup).split())


_REFRESH = re.compile(r"""\s*(\d{0,6}(?:\.\d{0,6})?)\s*[;,\s]\s*(?:url\s*=\s*)?["']?\s*([^"']*)""", re.IGNORECASE)


def _by_meta(markup: str) -> str | None:
    for meta in tags(markup, "meta"):
        if meta.get("http-equiv", "").strip().lower() == "refresh" and (target := _by_refresh(meta.get("content", ""))):
            return target
    return None


def _by_refresh(value: str) -> str | None:
    """Where a refresh leads, in a header or a `meta`: "0; url=..."."""
    refresh = _REFRESH.match(value[:4_000])
    if refresh and refresh[2].strip() and float(refresh[1].strip(".") or 0) <= _LONGEST_DELAY_S:
        return refresh[2].strip()
    return None


_LOCATION = re.compile(
    r"""\blocation(?:\.href)?\s{0,20}(?:=|\.(?:replace|assign)\s{0,20}\()\s{0,20}(?:"([^"\n]*)"|'([^'\n]*)')"""
)


def _by_script(script: str) -> str | None:
    """Where a script leads that does nothing else."""
    if not script or len(script) > _MOST_SCRIPT:
        return None
    named = {_unescaped(one or two) for one, two in _LOCATION.findall(script)} - {""}
    return named.pop() if len(named) == 1 else None


def _unescaped(text: str) -> str:
    text = re.sub(r"\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1] or code[2], 16)), text)
    return text.replace("\\/", "/")
