"""Comparing names, figures and units: forgiving where language is, strict where it is not.

A name may stand in another case, as a possessive, a plural or a demonym, with or without accents: two words are one
name when they agree in all of a stem. A figure must be the same number, however it is written: 6,204, 6.204 and 6204,
38 per cent and 38%, two hundred and 200, 1.5 million and 1,500,000.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

_COUNTS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen""".split()  # noqa: SIM905 - a list of quoted words reads worse
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NUMBER_WORDS = {  # English only
    **{word: number for number, word in enumerate(_COUNTS)},
    **{word: number for number, word in enumerate(_ORDINALS.split())},
    **{word: 10 * number for number, word in enumerate(_TENS.split(), 2)},
    "once": 1,
    "twice": 2,
    "both": 2,
    "couple": 2,
    "pair": 2,
    "decade": 10,
    "dozen": 12,
    "fortnight": 14,
    "century": 100,
}
_IN_HUNDREDTHS = {"half": 50, "a quarter": 25, "one quarter": 25, "three quarters": 75, "a third": 33, "one third": 33,
                  "two thirds": 67, "a fifth": 20, "one fifth": 20, "a tenth": 10, "one tenth": 10}  # fmt: skip
_POWERS = {"hundred": 2, "thousand": 3, "k": 3, "lakh": 5, "m": 6, "mn": 6, "mio": 6, "million": 6, "crore": 7,
           "b": 9, "bn": 9, "billion": 9, "tn": 12, "trillion": 12}  # fmt: skip
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
_GROUP = r"[,\u00a0\u202f]"
_FIGURE = re.compile(rf"(?<![\w.])[-−–]?(?:\d{{1,3}}(?:{_GROUP}\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?)")
_RUN = re.compile(r"\d+(?:[.,'’ \u00a0\u2009\u202f]\d+)*")
_MOST_GROUPS = 7  # of digits in one number: a longer run is a row of numbers
_POWER = re.compile(rf"[\s-]?({'|'.join(_POWERS)})s?\b", re.IGNORECASE)
_POWER_BEHIND_A_NUMBER = re.compile(rf"\d[\s-]?({'|'.join(_POWERS)})s?\b", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_LAST_DAY = 31
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
_COUNT = "|".join((*_COUNTS[2:], *_TENS.split()))
_AMOUNT = re.compile(
    rf"(?:(?P<sign>{_SIGN})\s?)?(?:(?<![\w.])(?P<figure>\d[\d.,]*(?<![.,]))|(?<![\w-])(?P<word>{_COUNT})\b)"
    rf"(?:[\s-]?(?P<power>(?i:{'|'.join(_POWERS)}))s?(?!\w))?"
    rf"(?:[\s-]?(?:(?:metric|short|nautical|U\.S\.|[A-Z][A-Za-z]+)\s)?(?P<unit>(?i:{_FORMS}))(?![\w/]))?"
)
_ENGLISH = frozenset(
    "the and to that for with by are this from not it has have had be been they which their".split()  # noqa: SIM905
)
_NAMES_ONLY = re.compile(
    r"\b(?:version|edition|issue|part|chapter|table|figure|note|section|question|option|round|phase|stage|group|scheme)"
    r" \d{1,3}$",
    re.IGNORECASE,
)
"""A number that only names something, at the end of a text."""
_SHARE_OF_ENGLISH = 0.06  # of a text's words at least; passages in English had 0.07 to 0.5, in other languages to 0.03
_LARGEST_IN_WORDS = 100  # larger numbers are written in digits in most languages
_SHORTEST_STEM = 4  # letters that two forms of a name share at least, unless they are equal; chosen, not measured
_LONGEST_ENDING = 4  # letters that a form adds at most: Egypt, Egyptian; chosen, not measured
_SHARED_STEM = 0.6  # least part of the longer form that is common to both; chosen, not measured


def is_english(text: str) -> bool:
    """Whether `text` is in English, as far as its commonest words tell."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return bool(words) and sum(word in _ENGLISH for word in words) >= _SHARE_OF_ENGLISH * len(words)


def figures(text: str) -> list[Decimal]:
    """Every number written in digits, in order, without its sign: a dash before a number is more often a range."""
    return [number for number, _ in _figures_with_ends(text)]


def _figures_with_ends(text: str) -> Iterator[tuple[Decimal, int]]:
    for match in _FIGURE.finditer(text):
        try:
            yield Decimal(re.sub(_GROUP, "", match.group().lstrip("-−–"))).normalize(), match.end()
        except InvalidOperation:  # digits of another script that Decimal does not read
            continue


def missing_figures(text: str, source: str, *, english: bool) -> list[Decimal]:
    """The figures of `text` that `source` gives in no writing. 0 and 1 may stand as "no" and "a", days of a month ("the
    17th") and decades may be worked out, who speaks of "18 to 20 thousand" may go on with "say 19", a number may name
    and not count ("version 2", "Table 3"), and words in another language may give small numbers in words: these are not
    missing."""
    numbers = numbers_of(source) | {Decimal(0), Decimal(1)}
    powers = {0, *(_POWERS[word.casefold()] for word in _POWER_BEHIND_A_NUMBER.findall(source))}
    return [
        figure
        for figure, end in _figures_with_ends(text)
        if numbers.isdisjoint(
            full.scaleb(-power).normalize() for full in (figure, _scaled(figure, text, end)) for power in powers
        )
        and not (_ORDINAL.match(text, end) and figure <= _LAST_DAY)
        and not text.startswith("0s", end - 1)
        and not _NAMES_ONLY.search(text[:end])
        and (english or figure > _LARGEST_IN_WORDS or figure != int(figure))
    ]


def _scaled(figure: Decimal, text: str, end: int) -> Decimal:
    """`figure`, which ends in `text` at `end`, times the power of ten that follows it there."""
    power = _POWER.match(text, end)
    return (figure.scaleb(_POWERS[power[1].casefold()]) if power else figure).normalize()


def numbers_of(text: str) -> set[Decimal]:
    """Every number that `text` gives, in digits or in words, in any way in which it can be read: 1.200 is 1200 and 1.2,
    3,5 is 3.5 and 3 and 5, "4 million" is 4 and 4,000,000."""
    numbers = {Decimal(number) for number in _in_words(text)}
    for match in _RUN.finditer(text):
        readings = set(_readings(match.group()))
        numbers |= readings | {_scaled(number, text, match.end()) for number in readings}
    return {number.normalize() for number in numbers}


def _readings(run: str) -> Iterator[Decimal]:
    """What digits and the marks between them can stand for: groups of one number, a fraction, several numbers."""
    groups, marks = re.split(r"\D", run), re.findall(r"\D", run)
    if len(groups) > _MOST_GROUPS:
        yield from (Decimal(int(group)) for group in groups)
        return
    is_one_number = len(set(marks)) == 1 and marks[0] != " " and (_are_groups(groups) or marks == ["."])
    if not is_one_number:
        yield from (Decimal(int(group)) for group in groups)
    for first, end in combinations(range(len(groups) + 1), 2):
        part = groups[first:end]
        if len(part) < 2 or (is_one_number and len(part) < len(groups)):
            continue
        if _are_groups(part):
            yield Decimal(int("".join(part)))
        if end == len(groups) and marks[-1] in ".," and marks[-1] not in marks[first:-1]:
            yield Decimal(f"{int(''.join(part[:-1]))}.{''.join(str(int(digit)) for digit in part[-1])}")


def _are_groups(groups: list[str]) -> bool:
    """Whether digits so parted can be one whole number: by thousands, or as in India."""
    return len(groups[-1]) == 3 and (all(len(g) == 3 for g in groups[1:]) or all(len(g) == 2 for g in groups[1:-1]))


def _in_words(text: str) -> Iterator[int]:
    """The numbers that `text` gives in words: each word's own, and what several in a row come to."""
    plain = re.sub(r"[-\s]+", " ", text.casefold())
    yield from (number for words, number in _IN_HUNDREDTHS.items() if re.search(rf"\b{words}\b", plain))
    total = run = 0
    before, power = "", 0
    for word in re.findall(r"[^\W\d_]+|[^\w\s]|$", plain):
        after_power, power = power, _POWERS.get(word.removesuffix("s"), 0) if len(word) > 2 else 0
        if word in _NUMBER_WORDS:
            yield _NUMBER_WORDS[word]
            run += _NUMBER_WORDS[word]
        elif power and (run or before in ("a", "an")):
            scaled = (run or 1) * 10**power
            total, run = (total, scaled) if power == 2 else (total + scaled, 0)
        elif not (word == "and" and after_power) and total + run:
            yield total + run
            total = run = 0
        before = word


class Amount(NamedTuple):
    """A figure with what stands beside it: the power of ten it counts in ("million"), and its currency or unit. Each is
    None where nothing known stands there."""

    figure: Decimal
    power: int | None
    unit: str | None


def amounts(text: str) -> Iterator[Amount]:
    """Every number in `text`, in digits or in one word, with its power and unit."""
    for match in _AMOUNT.finditer(text):
        values = figures(match["figure"]) if match["figure"] else [Decimal(_NUMBER_WORDS[match["word"]])]
        sign, power, unit = match["sign"], match["power"], match["unit"]
        if power and len(power) == 1 and not (sign or power in "MB"):
            power = None  # 40m may be metres, 5k a race
        if sign:
            unit = "$" if sign.endswith("$") else sign.rstrip(".")
        known_unit = _UNIT_OF[re.sub(r"[\s-]", " ", unit.casefold())] if unit else None
        for value in values:
            yield Amount(value.normalize(), _POWERS[power.casefold()] if power else None, known_unit)


def other_measure(text: str, source: str) -> str | None:
    """A number of `text` that `source` gives only in another currency, unit or power of ten; None where there is none.
    Where `source` gives the number once without a unit that is known here, nothing can be said, nor of a single thing,
    which may be "a megabyte"."""
    given = list(amounts(source))
    for match in _AMOUNT.finditer(text):
        for amount in amounts(match.group()):
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
    parts = [word for word in _WORD.findall(name) if word.casefold() not in NOT_NAMES and len(word) > 1]
    capitals = [word for word in parts if word[0].isupper()] or parts
    return bool(capitals) and any(stands_among(word, text_words) for word in capitals)


@lru_cache(maxsize=20_000)  # a name is held against every word of what it is cited to, again and again
def _stem(word: str) -> str:
    """`word` in lower case without accents, possessive and plural s."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    return re.sub(r"['’]s?$", "", plain).removesuffix("s")
