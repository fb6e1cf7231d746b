"""Comparing names and figures: forgiving where language is, strict where it is not.

A name may stand in another case, as a possessive, a plural or a demonym, with or without accents: two words are one
name when they agree in all of a stem. A figure must be the same number, however it is written: 6,204 and 6204, 38 per
cent and 38%, two and 2.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_NUMBER_WORDS = {  # English only
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "hundred": 100,
}
_GROUP = r"[,\u00a0\u202f]"
_FIGURE = re.compile(rf"(?<![\w.])[-−–]?(?:\d{{1,3}}(?:{_GROUP}\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_NOT_NAMES = frozenset(
    """a an and are as at both but by each every for from he her his i if in it its later no nobody none nor not of on
    one or she since so some that the their then there these they this those to two three four what when where which
    who whom whose while with yet after before between during under over only also because although though however
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december""".split()  # noqa: SIM905 - a list of a hundred quoted words reads worse
)
_SHORTEST_STEM = 4  # letters that two forms of a name share at least, unless they are equal; chosen, not measured
_LONGEST_ENDING = 4  # letters that a form adds at most: Egypt, Egyptian; chosen, not measured
_SHARED_STEM = 0.6  # least part of the longer form that is common to both; chosen, not measured


def figures(text: str) -> list[Decimal]:
    """Every number written in digits, in order, without its sign: a dash before a number is more often a range."""
    numbers = []
    for match in _FIGURE.finditer(text):
        digits = re.sub(r"[,\u00a0\u202f]", "", match.group().lstrip("-−–"))
        try:
            numbers.append(Decimal(digits).normalize())
        except InvalidOperation:  # digits of another script that Decimal does not read
            continue
    return numbers


def numbers_of(text: str) -> set[Decimal]:
    """The numbers of `text` written in digits, or in words up to a hundred."""
    words = (word.casefold() for word in re.findall(r"[^\W\d_]+", text))
    return set(figures(text)) | {Decimal(_NUMBER_WORDS[word]).normalize() for word in words if word in _NUMBER_WORDS}


def name_runs(text: str) -> list[list[str]]:
    """The names of `text`, in runs: names with nothing but a space between them belong to one run."""
    runs: list[list[str]] = []
    end = 0
    for name in names(text):
        start = text.index(name, end)
        if runs and text[end:start] == " ":
            runs[-1].append(name)
        else:
            runs.append([name])
        end = start + len(name)
    return runs


def names(text: str) -> list[str]:
    """The words of `text` that are proper names by their capitals. A capital that only begins a sentence or a
    quotation says nothing, so the first word counts only where another name follows it."""
    proper: list[str] = []
    words = list(_WORD.finditer(text))
    for position, match in enumerate(words):
        word = match.group()
        if not word[0].isupper() or word.casefold() in _NOT_NAMES or len(word) < 2:
            continue
        begins = not text[: match.start()].strip() or text[: match.start()].rstrip()[-1] in '.!?:"“‘('
        follows = position + 1 < len(words) and words[position + 1].group()[0].isupper()
        if not begins or (follows and words[position + 1].group().casefold() not in _NOT_NAMES):
            proper.append(word)
    return proper


def same_name(one: str, other: str) -> bool:
    """Whether two words are forms of one name: equal stems, or stems that share a long enough beginning."""
    a, b = _stem(one), _stem(other)
    if a == b:
        return True
    shorter, longer = sorted((a, b), key=len)
    common = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(shorter))
    return common >= _SHORTEST_STEM and common >= len(longer) - _LONGEST_ENDING and common >= _SHARED_STEM * len(longer)


def stands_among(name: str, words: Iterable[str]) -> bool:
    """Whether `name`, or each part of it between hyphens, is a form of one of `words`."""
    words = list(words)
    if any(same_name(name, word) for word in words):
        return True
    parts = [part for part in name.split("-") if len(part) > 1]
    return len(parts) > 1 and all(any(same_name(part, word) for word in words) for part in parts)


def words_of(text: str) -> list[str]:
    """Every word of `text`, hyphenated ones whole and in parts."""
    words = _WORD.findall(text)
    return words + [part for word in words if "-" in word for part in word.split("-")]


def is_named(name: str, text: str) -> bool:
    """Whether `text` names `name` (a person, an organisation, a handle): whole, or by any of its words, of which only
    those with a capital count where there are any."""
    if name.casefold() in text.casefold():
        return True
    text_words = words_of(text)
    parts = [word for word in _WORD.findall(name) if word.casefold() not in _NOT_NAMES and len(word) > 1]
    capitals = [word for word in parts if word[0].isupper()] or parts
    return bool(capitals) and any(stands_among(word, text_words) for word in capitals)


@lru_cache(maxsize=20_000)  # a name is held against every word of what it is cited to, again and again
def _stem(word: str) -> str:
    """`word` in lower case without accents, possessive and plural s."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    return re.sub(r"['’]s?$", "", plain).removesuffix("s")
