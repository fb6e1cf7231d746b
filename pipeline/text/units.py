"""Units as texts write them: "%", "per cent" and "Prozent" are one (CLDR, by Babel)."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.numbers import get_currency_name, get_currency_symbol
from babel.units import UnknownUnitError, format_unit

from pipeline.text import fold
from pipeline.text.numbers import with_plain_digits
from pipeline.text.tags import locale_of

_WIDTHS: tuple[Literal["long", "short"], ...] = ("long", "short")
_COUNTS = (1, 2, 5, 1.5)  # numbers whose things have another form in some language each
_NUMBER = re.compile(r"\d+(?:[.,٫]\d+)?")
_ENGLISH = ("en", "en-GB")  # signs are international: also of a text in another language


def same_unit(one: str, other: str, language: str) -> bool:
    """Whether two units are one: the same words, or what texts in `language` or in English write for the same."""
    plain, other_plain = _plain(one), _plain(other)
    if plain == other_plain:
        return True
    known = [_units(tag) for tag in (language, *_ENGLISH)]
    mine, others = ({unit for forms in known for unit in forms.get(each, ())} for each in (plain, other_plain))
    return not mine.isdisjoint(others)


def _plain(unit: str) -> str:
    return fold(unit).casefold().rstrip(".")


@lru_cache(maxsize=16)  # a language takes a tenth of a second
def _units(language: str) -> Mapping[str, frozenset[str]]:
    """What each form of a unit or a currency in `language` may stand for."""
    locale = locale_of(language)
    if locale is None:
        return {}
    units: dict[str, set[str]] = {}
    for unit in map(str, locale.unit_display_names):
        for written in _written(unit, locale):
            units.setdefault(_plain(written), set()).add(unit)
    for currency in map(str, locale.currencies):
        names = [get_currency_name(currency, number, locale=locale) for number in _COUNTS]
        for written in (currency, get_currency_symbol(currency, locale), *names):
            units.setdefault(_plain(written), set()).add(currency)
    return {written: frozenset(standing_for) for written, standing_for in units.items()}


def _written(unit: str, locale: Locale) -> list[str]:
    try:
        counted = [format_unit(number, unit, width, locale=locale) for width in _WIDTHS for number in _COUNTS]
    except UnknownUnitError:  # one that only has a name
        return []
    return [_NUMBER.sub("", with_plain_digits(words)) for words in counted]
