"""Dates, times, figures and lists as the language of a page writes them (CLDR, by Babel), and its words for them.

English pages stay as the project has always written them: dates as day, month, year; times of versions in ISO 8601;
counts without a mark between thousands.
"""

from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_compact_decimal, format_decimal, format_percent, format_scientific

from pipeline.publish.catalogue import SOURCE_LANGUAGE, translations_of
from pipeline.publish.stored_words import said_of
from pipeline.records.dates import PartialDate, in_words, months_of, partial_date
from pipeline.text.tags import direction, primary

_FEWEST, _MOST = 1e-6, 1e15  # sizes between which a figure is written out
_IN_WORDS = 1_000_000  # a round figure from here on is written with the word for its size
_GROUPED = 10_000  # a figure from here on has marks between its thousands, in English too


class PageLanguage:
    """The language of a page, by its tag."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.direction = direction(tag)
        self.translations = translations_of(tag)
        self._is_english = primary(tag) == SOURCE_LANGUAGE
        self._locale = _locale(tag)

    @cached_property
    def comma(self) -> str:
        """What stands between the parts of a list."""
        return self.translations.pgettext("between the parts of a list", ", ")

    @cached_property
    def semicolon(self) -> str:
        """What stands between the parts of a list that have commas themselves."""
        return self.translations.pgettext("between the parts of a list", "; ")

    def number(self, number: float) -> str:
        """A number, with all its decimals; in English without a mark between its thousands."""
        whole = int(number) if number == int(number) else number
        return str(whole) if self._is_english else self.grouped(number)

    def grouped(self, number: float) -> str:
        """A large number, with all its decimals."""
        return format_decimal(number, locale=self._locale, decimal_quantization=False)

    def figure(self, number: float) -> str:
        """A number of any size, as few letters as possible."""
        size = abs(number)
        if size and not _FEWEST <= size < _MOST:
            return format_scientific(number, format="#.###E0", locale=self._locale)
        if size >= _IN_WORDS and size == float(f"{size:.4g}"):
            return self._in_words(number)
        return self.grouped(number) if size >= _GROUPED else self.number(number + 0.0)  # no minus before a zero

    def _in_words(self, number: float) -> str:
        """A number of at most four digits and zeros, with the word for its size: 5.7 billion, 5,7 Milliarden, 57億."""
        form: Literal["long", "short"] = "long" if "long" in self._locale.compact_decimal_formats else "short"
        return format_compact_decimal(number, format_type=form, locale=self._locale, fraction_digits=3)

    def percent(self, share: float) -> str:
        """A share of 1 in whole percent."""
        return format_percent(share, locale=self._locale)

    def date(self, text: PartialDate) -> str:
        """A date, as precise as it is known."""
        if self._is_english:
            return in_words(text)
        from babel.dates import format_date, format_skeleton  # with all time zones: only for a page that is not English

        year, _, rest = text.partition("-")
        first = date(int(year), months_of(text)[0], int(text[8:]) if len(text) == len("2016-11-10") else 1)
        if rest in ("H1", "H2"):
            gettext = self.translations.gettext
            half = gettext("first half of %(year)s") if rest == "H1" else gettext("second half of %(year)s")
            return half % {"year": format_skeleton("y", first, locale=self._locale)}
        if len(text) == len("2016-11-10"):
            return format_date(first, "long", locale=self._locale)
        precision = "yQQQQ" if rest.startswith("Q") else "yMMMM" if rest else "y"
        return format_skeleton(precision, first, locale=self._locale)

    def day(self, moment: str) -> str:
        """The day of a moment in ISO 8601; what is none stays as it is."""
        day = partial_date(moment)
        return self.date(day) if day else moment

    def since(self, moment: str | datetime) -> str:
        """The day of a moment, in a line of facts."""
        day = (moment if isinstance(moment, str) else moment.isoformat())[:10]
        return day if self._is_english else self.date(day)

    def moment(self, moment: str | datetime) -> str:
        """A moment of UTC, to the minute."""
        when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return f"{when:%Y-%m-%d %H:%M} UTC" if self._is_english else self._with_time(self.since(when), when)

    def posted(self, moment: str) -> str:
        """When a post was written: its day, and the time where that is known."""
        if "T" not in moment:
            return self.day(moment)
        when = datetime.fromisoformat(moment)
        return f"{self.day(moment)}, {when:%H:%M} UTC" if self._is_english else self._with_time(self.day(moment), when)

    def said_of(self, text: str, field: str) -> str:
        """English words that a record keeps in this field, as this page says them; others stay as they are."""
        return text if self._is_english else said_of(text, field, self.translations)

    def _with_time(self, day: str, when: datetime) -> str:
        from babel.dates import format_time

        time = format_time(when.time(), "short", locale=self._locale)
        return self.translations.gettext("%(date)s, %(time)s UTC") % {"date": day, "time": time}


@lru_cache(maxsize=64)
def page_language(tag: str) -> PageLanguage:
    """The language of this tag."""
    return PageLanguage(tag)


def _locale(tag: str) -> Locale:
    for name in (tag, primary(tag)):
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale(SOURCE_LANGUAGE)
