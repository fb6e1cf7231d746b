"""The words that powers of ten are counted in, thousands and up, in any language: "Mio.", "mil millones", "тыс.".

They come from the compact forms of numbers in CLDR (Babel), of the language and of the countries it is spoken in.
"""

import re
from functools import lru_cache
from typing import Any

from pipeline.text.tags import locale_of, primary

ENGLISH_POWERS = {"hundred": 2, "thousand": 3, "k": 3, "lakh": 5, "m": 6, "mn": 6, "mio": 6, "million": 6, "crore": 7,
                  "b": 9, "bn": 9, "billion": 9, "tn": 12, "trillion": 12}  # fmt: skip
"""How English texts write them, more freely than CLDR; taken also where the language of a text is not known."""
_MORE = {
    "ar": {"ألفا": 3, "ألفًا": 3, "ألفاً": 3, "الف": 3, "الفا": 3, "مليونا": 6, "مليونًا": 6, "مليوناً": 6, "مليارا": 9,
           "مليارًا": 9, "ملياراً": 9, "مليارات": 9, "بليون": 9, "تريليون": 12},
    "de": {"tsd": 3, "mill": 6},
    "es": {"mdd": 6, "millardo": 9},
    "fr": {"milliers": 3, "mrd": 9, "mds": 9},
    "it": {"mrd": 9},
    "nl": {"mrd": 9},
    "pt": {"milhares": 3},
}  # fmt: skip
"""Usual forms that CLDR does not have."""
_COUNTRIES = {"es": ("es-419",), "pt": ("pt-PT",)}
"""Where another word is used than CLDR has for the language: mil milhões, not bilhão."""
_WIDTHS = ("short", "long")
_LONGEST_ENDING = 3  # letters that a case adds to such a word: миллионами
_SHORTEST_WORD = 4  # letters of a word that takes such an ending
_ENGLISH = re.compile(rf"[\s-]?(?:((?i:{'|'.join(ENGLISH_POWERS)}))s?|(T|Cr))\b")
_SHORT = {"T": 12, "Cr": 7}
_ZEROS = re.compile("0+")


def power_behind(text: str, end: int, language: str | None) -> int | None:
    """The power of ten that the words at `end` of a text in `language` multiply the number before them by."""
    if language is None or primary(language) == "en":
        english = _ENGLISH.match(text, end)
        return (_SHORT.get(english[2]) or ENGLISH_POWERS[english[1].casefold()]) if english else None
    pattern = _pattern(primary(language))
    match = pattern.match(text, end) if pattern else None
    return words_of_powers(primary(language)).get(_key(match[1] or match[2])) if match else None


@lru_cache(maxsize=64)
def words_of_powers(language: str) -> dict[str, int]:
    """Each word, or words, for a power of ten with that power; those of one letter as they are written, all others
    in lower case and with single spaces."""
    found = dict(_MORE.get(language, {}))
    for formats in _formats(language):
        for width in _WIDTHS:
            for plural in dict(formats.get(width, {})).values():
                for magnitude, pattern in plural.items():
                    written = str(getattr(pattern, "pattern", pattern)).replace("'", "")
                    zeros = _ZEROS.search(written)
                    word = _key(_ZEROS.sub("", written))
                    if zeros and word:
                        found.setdefault(word, len(magnitude) - len(zeros.group()))
    return found


def _key(written: str) -> str:
    """A word as `words_of_powers` has it."""
    plain = " ".join(written.replace("\u200f", "").replace("\u200e", "").split()).rstrip(".").strip()
    return plain if len(plain) == 1 else plain.casefold()


def _formats(language: str) -> list[Any]:
    """The compact forms of the language, and those of the countries that have others."""
    found = (locale_of(tag) for tag in (language, *_COUNTRIES.get(language, ())))
    return [locale.compact_decimal_formats for locale in found if locale]


@lru_cache(maxsize=64)
def _pattern(language: str) -> re.Pattern[str] | None:
    """What finds such a word behind a number, as its first or second group."""
    words = sorted(words_of_powers(language), key=len, reverse=True)
    forms = {word: re.escape(word).replace(r"\ ", r"\s") for word in words}
    long = "|".join(forms[word] for word in words if len(word) >= _SHORTEST_WORD) or "(?!)"
    short = "|".join(forms[word] if len(word) == 1 else f"(?i:{forms[word]})" for word in words)
    ending = rf"[^\W\d_]{{0,{_LONGEST_ENDING}}}"
    return re.compile(rf"[\s-]{{0,2}}(?:(?i:({long})){ending}|({short}))(?![^\W\d_])") if words else None
