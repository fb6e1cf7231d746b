"""Comparing names and units: forgiving where language is, strict where it is not.

A name may stand in another case, as a possessive, a plural or a demonym, with or without accents, in another script:
two words are one name when they agree in all of a stem. Units are compared in English alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipeline.text.english_numbers import COUNTS, NUMBER_WORDS, TENS
from pipeline.text.names import in_one_row, is_unspaced, plain_name, separate_name, sound_alike, without_article
from pipeline.text.numbers import figures_of
from pipeline.text.powers import ENGLISH_POWERS

_UNITS = {
    "dollar": "$|us$|a$|au$|c$|ca$|hk$|nz$|s$|usd|dollar|dollars",
    "euro": "€|eur|euro|euros",
    "pound": "£|gbp|pound|pounds|lb|lbs",
    "yen": "jpy|yen",
    "yuan": "cny|rmb|yuan|renminbi",
    "rupee": "₹|inr|rs|rupee|rupees",
    "rouble": "₽|rub|rouble|roubles|ruble|rubles",
    "franc": "chf|franc|francs",
    "crown": "sek|nok|dkk|czk|krona|kronor|krone|kroner|koruna|crown|crowns",
    "per cent": "%|percent|pct|per cent",
    "percentage points": "pp|percentage point|percentage points|percent points|% points",
    "basis points": "bps|basis point|basis points",
    "kilometres": "km|kms|kilometre|kilometres|kilometer|kilometers",
    "miles": "mi|mile|miles",
    "km/h": "km/h|kph|kmh|kilometres per hour|kilometers per hour|kilometres an hour|kilometers an hour",
    "mph": "mph|miles per hour|miles an hour",
    "metres": "metre|metres|meter|meters",
    "feet": "ft|foot|feet",
    "yards": "yard|yards|yd",
    "inches": "inch|inches",
    "centimetres": "cm|centimetre|centimetres|centimeter|centimeters",
    "millimetres": "mm|millimetre|millimetres|millimeter|millimeters",
    "square kilometres": "km²|km2|sq km|square kilometres|square kilometers",
    "square miles": "sq mi|square mile|square miles",
    "square metres": "m²|m2|sq m|square metre|square metres|square meter|square meters",
    "square feet": "sq ft|square foot|square feet",
    "hectares": "ha|hectare|hectares",
    "acres": "acre|acres",
    "kilograms": "kg|kgs|kilo|kilos|kilogram|kilograms",
    "grams": "gram|grams|gramme|grammes",
    "tonnes": "ton|tons|tonne|tonnes",
    "ounces": "oz|ounce|ounces",
    "litres": "litre|litres|liter|liters",
    "gallons": "gallon|gallons",
    "barrels": "barrel|barrels|bbl",
    "celsius": "°c|celsius|degrees celsius|degrees c",
    "fahrenheit": "°f|fahrenheit|degrees fahrenheit|degrees f",
    "seconds": "second|seconds|sec|secs",
    "minutes": "minute|minutes|min|mins",
    "hours": "hour|hours|hr|hrs",
    "days": "day|days",
    "weeks": "week|weeks",
    "months": "month|months",
    "years": "year|years",
    "decades": "decade|decades",
    "bits": "bit|bits",
    "bytes": "byte|bytes",
    "kilobytes": "kb|kilobyte|kilobytes",
    "megabytes": "mb|megabyte|megabytes",
    "gigabytes": "gb|gigabyte|gigabytes",
    "terabytes": "tb|terabyte|terabytes",
    "watts": "watt|watts",
    "kilowatts": "kw|kilowatt|kilowatts",
    "megawatts": "mw|megawatt|megawatts",
    "gigawatts": "gw|gigawatt|gigawatts",
    "terawatts": "tw|terawatt|terawatts",
    "kilowatt hours": "kwh|kilowatt hour|kilowatt hours",
    "megawatt hours": "mwh|megawatt hour|megawatt hours",
    "gigawatt hours": "gwh|gigawatt hour|gigawatt hours",
    "terawatt hours": "twh|terawatt hour|terawatt hours",
}
"""How currencies and units are written. What has one name here is not told apart: all dollars, the pound of money and
of weight, tons and tonnes."""
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
NOT_NAMES = frozenset(
    """a an and are as at both but by each every for from he her his i if in it its later no nobody none nor not of on
    one or she since so some that the their then there these they this those to two three four what when where which
    who whom whose while with yet after before between during under over only also because although though however
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december""".split()  # noqa: SIM905 - a list of a hundred quoted words reads worse
)
_UNIT_OF = {form: unit for unit, forms in _UNITS.items() for form in re.split(r" *\| *", forms)}
_SIGN = r"(?:[A-Z]{0,2}\$|[€£₹₽]|USD|EUR|GBP|CHF|Rs\.?)"
_FORMS = "|".join(re.escape(form).replace(r"\ ", "[ -]") for form in sorted(_UNIT_OF, key=len, reverse=True))
_COUNT = "|".join((*COUNTS[2:], *TENS))
_AMOUNT = re.compile(
    rf"(?:(?P<sign>{_SIGN})\s?)?(?:(?<![\w.])(?P<figure>\d[\d.,]*(?<![.,]))|(?<![\w-])(?P<word>{_COUNT})\b)"
    rf"(?:[\s-]?(?P<power>(?i:{'|'.join(ENGLISH_POWERS)}))s?(?!\w))?"
    rf"(?:[\s-]?(?:(?:metric|short|nautical|U\.S\.|[A-Z][A-Za-z]+)\s)?(?P<unit>(?i:{_FORMS}))(?![\w/]))?"
)
_ENGLISH = frozenset(
    "the and to that for with by are this from not it has have had be been they which their".split()  # noqa: SIM905
)
_SHARE_OF_ENGLISH = 0.06  # of a text's words at least; passages in English had 0.07 to 0.5, in other languages to 0.03
_SHORTEST_STEM = 4  # letters that two forms of a name share at least, unless they are equal; chosen, not measured
_LONGEST_ENDING = 4  # letters that a form adds at most: Egypt, Egyptian; chosen, not measured
_SHORTEST_ROW = 5  # letters of a name that is looked for in a text without spaces; chosen, not measured
_SHARED_STEM = 0.6  # least part of the longer form that is common to both; chosen, not measured


@lru_cache(maxsize=256)  # gate after gate, and claim after claim of an article, asks about the same words
def is_english(text: str) -> bool:
    """Whether `text` is in English, as far as its commonest words tell."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return bool(words) and sum(word in _ENGLISH for word in words) >= _SHARE_OF_ENGLISH * len(words)


class Amount(NamedTuple):
    """A figure with what stands beside it: the power of ten it counts in ("million"), and its currency or unit. Each is
    None where nothing known stands there."""

    figure: Decimal
    power: int | None
    unit: str | None


def amounts(text: str) -> Iterator[Amount]:
    """Every number in `text`, in digits or in one word, with its power and unit."""
    for match in _AMOUNT.finditer(text):
        written = [number for figure in figures_of(match["figure"] or "", "en") for number in figure.likeliest]
        values = written if match["figure"] else [Decimal(NUMBER_WORDS[match["word"]])]
        sign, power, unit = match["sign"], match["power"], match["unit"]
        if power and len(power) == 1 and not (sign or power in "MB"):
            power = None  # 40m may be metres, 5k a race
        if sign:
            unit = "$" if sign.endswith("$") else sign.rstrip(".")
        known_unit = _UNIT_OF[re.sub(r"[\s-]", " ", unit.casefold())] if unit else None
        for value in values:
            yield Amount(value.normalize(), ENGLISH_POWERS[power.casefold()] if power else None, known_unit)


def other_measure(text: str, source: str) -> str | None:
    """A number of `text` that `source` gives only in another currency, unit or power of ten; None where there is none.
    Where `source` gives the number once without a unit that is known here, nothing can be said, nor of a single thing,
    which may be "a megabyte"."""
    measured = [
        (match, amount)
        for match in _AMOUNT.finditer(text)
        for amount in amounts(match.group())
        if amount.unit is not None or amount.power is not None
    ]
    given = list(amounts(source)) if measured else []
    for match, amount in measured:
        same = [other for other in given if other.figure == amount.figure != 1]
        for mine, others in (
            (amount.unit, {other.unit for other in same}),
            (amount.power, {other.power for other in same}),
        ):
            if mine is not None and others and None not in others and mine not in others:
                return match.group().strip()
    return None


def same_name(one: str, other: str) -> bool:
    """Whether two words are forms of one name: equal stems, or stems that share a long enough beginning."""
    plain, others = plain_name(one), plain_name(other)
    if _are_forms(plain, others):
        return True
    if one.isascii() and other.isascii():
        return False
    return _are_forms(separate_name(one), others) or _are_forms(plain, separate_name(other)) or sound_alike(one, other)


def _are_forms(one: str, other: str) -> bool:
    if one == other:
        return bool(one)
    shorter, longer = sorted((one, other), key=len)
    common = next((n for n, (x, y) in enumerate(zip(one, other, strict=False)) if x != y), len(shorter))
    return common >= _SHORTEST_STEM and common >= len(longer) - _LONGEST_ENDING and common >= _SHARED_STEM * len(longer)


def stands_among(name: str, words: Iterable[str]) -> bool:
    """Whether `name`, or each part of it between hyphens, is a form of one of `words`."""
    words = list(words)
    if any(same_name(name, word) for word in words):
        return True
    parts = [part for part in name.split("-") if len(part) > 1]
    return len(parts) > 1 and all(any(same_name(part, word) for word in words) for part in parts)


@lru_cache(maxsize=256)  # one text, many names
def words_of(text: str) -> Sequence[str]:
    """Every word of `text` once, hyphenated ones whole and in parts."""
    words = dict.fromkeys(_WORD.findall(text))
    return (*words, *dict.fromkeys(part for word in words if "-" in word for part in word.split("-")))


def is_named(name: str, text: str) -> bool:
    """Whether `text` names `name` (a person, an organisation, a handle): whole, or by any of its words, of which only
    those with a capital count where there are any. In a script that does not part words, any two letters of it that
    follow one another are taken for a word."""
    if name.casefold() in text.casefold():
        return True
    parts = [word for word in _WORD.findall(name) if word.casefold() not in NOT_NAMES and len(word) > 1]
    if any(len(bare) >= _SHORTEST_STEM and bare in text for bare in map(without_article, parts)):
        return True
    if any(pair in text for part in parts if is_unspaced(part) for pair in map("".join, pairwise(part))):
        return True
    if is_unspaced(text) and not is_unspaced(name) and _stands_in_row(name, text):
        return True
    text_words = words_of(text)
    capitals = [word for word in parts if word[0].isupper()] or parts
    return bool(capitals) and any(stands_among(word, text_words) for word in capitals)


def _stands_in_row(name: str, text: str) -> bool:
    """Whether `name` stands, transliterated, in a text in a script without spaces: Xi Jinping in 习近平."""
    row = in_one_row(name)
    return len(row) >= _SHORTEST_ROW and row in _row(text)


@lru_cache(maxsize=256)
def _row(text: str) -> str:
    return in_one_row(text)
