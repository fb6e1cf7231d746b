"""The numbers that a browser writes before the items of a numbered list: they stand in no text of the page, and what a
text calls "condition 3" is told by them."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MOST_ROMAN = 3999
_LETTERS = 26
_UNNUMBERED = re.compile(r"list-style(?:-type)?\s{0,5}:[^;]{0,40}\b(?:none|disc|circle|square)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\s*([+-]?\d{1,6})")


class ListNumbers:
    """Counts the items of the numbered lists that are walked through, in the order of the page."""

    def __init__(self) -> None:
        self._counters: dict[HtmlElement, Iterator[int]] = {}

    def of(self, item: HtmlElement) -> str:
        """What stands before an item ("3."); empty where its list has no numbers."""
        around = item.getparent()
        if around is None or around.tag != "ol":
            return ""
        stated = _whole(item.get("value"))
        if around not in self._counters or stated is not None:
            self._counters[around] = _counting(around, stated)
        number = next(self._counters[around])
        if any(_UNNUMBERED.search(element.get("style", "")[:300]) for element in (around, item)):
            return ""
        return f"{_written(number, item.get('type') or around.get('type') or '1')}."


def with_number(number: str, text: str) -> str:
    """An item's text behind its number, unless it begins with the same one itself."""
    own = text.lstrip("([ ").removeprefix(number[:-1]).lstrip()
    writes_it = len(own) < len(text) and own[:1] in (".", ")", ":") and not own[1:2].isdigit()
    return text if not number or writes_it else f"{number} {text}"


def _counting(around: HtmlElement, stated: int | None) -> Iterator[int]:
    step = -1 if around.get("reversed") is not None else 1
    number = stated if stated is not None else _whole(around.get("start"))
    if number is None:
        number = sum(1 for _ in around.iterchildren("li")) if step < 0 else 1
    while True:
        yield number
        number += step


def _whole(value: str | None) -> int | None:
    stated = _NUMBER.match(value or "")
    return int(stated[1]) if stated else None


def _written(number: int, form: str) -> str:
    if form in ("a", "A") and number > 0:
        letters = ""
        while number:
            number, rest = divmod(number - 1, _LETTERS)
            letters = chr(ord(form) + rest) + letters
        return letters
    if form in ("i", "I") and 0 < number <= _MOST_ROMAN:
        text = ""
        for worth, sign in _ROMAN:
            text += sign * (number // worth)
            number %= worth
        return text if form == "i" else text.upper()
    return str(number)
