"""Whether the figures of a sentence stand in the words it cites: the same numbers, however each language writes them.

The sentence is read by its own conventions, each source by its own: 37.500 on a German page is 37,500 in an English
source, and 37.5 on an English page is not the 37.500 of a German one. Where a source is in a language whose number
words are not known here, a small number may stand there in words: that is not decided.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pipeline.text.numbers import Figure, Numbers, figures_of, joined, numbers_in
from pipeline.text.tags import locale_of, primary, same_language
from pipeline.verify.times import dates_in

_LARGEST_IN_WORDS = 100  # larger numbers are written in digits in most languages
_LAST_DAY = 31
_GIVEN = frozenset({Decimal(0), Decimal(1)})  # "no", "a"
_ENGLISH_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_ORDINAL = re.compile(r"[-.]?(?:er|re|e|ème|eme|ste|de|[oaºª°]|го|[йяе]|ой|ый|ая|ое)(?![^\W\d_])")
_POINT_ORDINAL = re.compile(r"\.\s\w")
_POINT_ELSEWHERE = frozenset({"pl", "tr"})
"""Languages that write "3." for the third, though not in dates."""
_DECADE = re.compile(
    r"(?:s|'s|ers?|ern|er-\w+|-[ех]|-luvu\w*|-tal\w*|-årene)(?![^\W\d_])|年?代(?![表理])|년대|대(?=[의에])"
)
_OF_DECADE = re.compile(r"\b(?:années|años|anos|anni|jaren|lata|lat|roků|годы)\s['’]?$", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\d:.])\d{1,2}(?::\d\d\b|[.:]?\d{0,2}\s?(?:[ap]\.?m\b|Uhr|uur)|\s?h\s?\d\d\b)", re.IGNORECASE)
_NAMES_ONLY = re.compile(
    r"\b(?:version|edition|issue|part|chapter|table|figure|note|section|question|option|round|phase|stage|group|scheme)"
    r" \d{1,3}$",
    re.IGNORECASE,
)
"""A number that only names something, at the end of a text."""
_NAMED_WITHIN = 20  # letters, at most, that such a name has


class Missing(NamedTuple):
    """The figures of a sentence that its sources do not have: surely, or as far as can be told (`unsure`)."""

    surely: tuple[Figure, ...]
    unsure: tuple[Figure, ...]


def figures(text: str, language: str | None = "en") -> list[Decimal]:
    """Every number written in digits, in order and in its likeliest reading, without its sign: a dash before a number
    is more often a range."""
    return [number for figure in figures_of(text, language) for number in figure.likeliest]


@lru_cache(maxsize=4096)  # of a thread's sentences, which gate after gate looks at
def numbers_told(text: str, language: str | None) -> Numbers:
    """The numbers that a source's text gives, with those in its dates."""
    dates, rest = dates_in(text, language)
    in_dates = frozenset(Decimal(n) for date in dates for n in (date.year, *date.months, date.day) if n is not None)
    dated = Numbers(in_dates, in_dates)
    return joined((numbers_in(text, language), *([numbers_in(rest, language)] if dates else []), dated))


def missing_figures(
    text: str, language: str | None, sources: Iterable[tuple[str, str | None]], *, words_known: bool
) -> Missing:
    """The figures of `text`, which is in `language`, that `sources`, each with its own, give in no writing. 0 and 1 may
    stand as "no" and "a", days of a month ("the 17th") and decades may be worked out, who speaks of "18 to 20 thousand"
    may go on with "say 19", a number may name and not count ("version 2", "Table 3"): these are not missing.
    `words_known` says whether all number words of the sources are known."""
    asked = [figure for figure in figures_of(text, language) if not _is_forgiven(figure, text, language)]
    if not asked:  # most sentences have none, and what their sources give is much to look through
        return Missing((), ())
    texts = list(sources)
    numbers = joined(numbers_told(*each) for each in texts)
    is_elsewhere = any(not same_language(language, each) for _, each in texts if each)
    loosely = are_english(language, *(each for _, each in texts))
    surely: list[Figure] = []
    unsure: list[Figure] = []
    for figure in asked:
        if is_given(figure, numbers, loosely=loosely):
            continue
        number = figure.likeliest[0]
        in_words = figure.power is None and number <= _LARGEST_IN_WORDS and number == int(number)
        in_words = in_words and not words_known
        is_unsure = in_words or (is_elsewhere and _is_of_clock(figure, text))
        (unsure if is_unsure else surely).append(figure)
    return Missing(tuple(surely), tuple(unsure))


def are_english(*languages: str | None) -> bool:
    """Whether all of some texts may be in English, as far as their languages are known."""
    return all(primary(language) in ("", "en") for language in languages)


def is_given(figure: Figure, numbers: Numbers, *, loosely: bool) -> bool:
    """Whether one reading of `figure` is among `numbers`. A power of ten has to stand behind it there, too, or none at
    all; `loosely`, where all is in English, it may be another one, of which a doubtful gate tells."""
    return any(all(_stands(n, figure.power, numbers, loosely) for n in reading) for reading in figure.readings)


def _stands(number: Decimal, power: int | None, numbers: Numbers, loosely: bool) -> bool:
    full = number if power is None else number.scaleb(power).normalize()
    if power is None and number in _GIVEN:
        return True
    if power is None or loosely:
        readings, unscaled = {number, full}, numbers.alone | numbers.counted | (_GIVEN if loosely else frozenset())
        found = not readings.isdisjoint(numbers.whole | unscaled)
    else:
        readings, unscaled = {full}, numbers.alone
        found = full in numbers.whole or number in numbers.alone - _GIVEN
    # Who speaks of thousands may go on without the word.
    return found or any(each.scaleb(-by).normalize() in unscaled for each in readings for by in numbers.powers)


def _is_of_clock(figure: Figure, text: str) -> bool:
    """Whether the figure is of a time of day, which another language may say by halves: 7:30 is "halb acht"."""
    return any(match.start() <= figure.start < match.end() for match in _CLOCK.finditer(text))


def _is_forgiven(figure: Figure, text: str, language: str | None) -> bool:
    """Whether the figure need not stand in a source: it is an ordinal that may be a day, a decade, or only a name."""
    (number, *more) = figure.likeliest
    if more or figure.power is not None:
        return False
    before, end = text[: figure.start], figure.end
    if are_english(language):
        is_day = _ENGLISH_ORDINAL.match(text, end) and number <= _LAST_DAY
        names_only = _NAMES_ONLY.search(text[max(0, end - _NAMED_WITHIN) : end])
        return bool(is_day or text.startswith("0s", end - 1) or names_only)
    is_ordinal = _ORDINAL.match(text, end) or (
        _has_point_ordinals(primary(language)) and _POINT_ORDINAL.match(text, end)
    )
    is_decade = _DECADE.match(text, end) or _OF_DECADE.search(before)
    return bool((is_ordinal and number <= _LAST_DAY) or (number % 10 == 0 and is_decade))


@lru_cache(maxsize=64)
def _has_point_ordinals(language: str) -> bool:
    """Whether "3." is the third in a language, as in its days of a month."""
    locale = locale_of(language)
    skeletons = locale.datetime_skeletons if locale else {}
    return language in _POINT_ELSEWHERE or "d." in str(getattr(skeletons.get("MMMMd"), "pattern", ""))
