"""The number words of a language as a table, made from what num2words says for some two hundred numbers, from CLDR's
words for thousands and millions, and from the forms that neither has. Made when a text in the language is first read.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pipeline.text.number_forms import AMOUNTS, FORMS, HELD_IN, JOINED_HALF, SHARES
from pipeline.text.powers import words_of_powers
from pipeline.text.tags import locale_of

_WITHOUT_WORDS = frozenset({"ja", "ko", "zh"})
_HUNDREDS = range(100, 1000, 100)
_COUNTED_HUNDREDS = range(11, 20)  # fünfzehnhundert
_SAMPLE = 22  # a number whose words show how those of a hundred go on
_SHORTEST_STEM = 6  # letters of a word for a power that may have an ending of its own: миллионами
_LAST_ORDINAL = 31
_ENDINGS = "aeiouyаеиоуыэюяйь"  # of ordinals, which go on otherwise in other cases and genders
_SHORTEST_ORDINAL = 4  # letters of an ordinal without its ending
_LONGEST_ENDING = 4  # letters that may stand in its place
_CASES = ("n", "g", "d", "a", "i", "p")
_GENDERS = ("m", "f", "n")
_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,'’]\d+)*|[^\w\s]")
_ARABIC_LETTERS = str.maketrans({"ة": "ه", "ى": "ي", "ـ": None})
_ARABIC_PREFIXES = ("وال", "بال", "ال", "لل", "و", "ب", "ل", "ك", "ف")
_ARABIC_ARTICLE = "ال"
_AND = "و"
_HALF = Decimal("0.5")

Phrase = tuple[str, ...]


class Table(NamedTuple):
    """The number words of one language, without accents. `below_hundred` and `hundreds` are by the words they consist
    of; `joined` are those of a language that writes them as one word, `thousands` what joins them to larger ones.
    `ordinals` are by what they begin with, `other_forms` leads from a form to the one that all others are in.
    `held_in` finds a number that begins a word, `joined_half` one with a half behind it; `stems` are the words for
    powers that are long enough to be told by their beginning, `words` all that the table has."""

    below_hundred: Mapping[Phrase, int]
    hundreds: Mapping[Phrase, int]
    joined: Mapping[str, int]
    thousands: tuple[str, ...]
    powers: Mapping[Phrase, int]
    amounts: Mapping[str, Decimal]
    shares: Mapping[str, int]
    connectors: frozenset[str]
    ordinals: Mapping[str, int]
    other_forms: Mapping[str, str]
    held_in: re.Pattern[str] | None
    joined_half: re.Pattern[str] | None
    stems: tuple[str, ...]
    words: frozenset[str] = frozenset()

    def forms_of(self, word: str) -> tuple[str, ...]:
        """A word as the table has it, with the particle that Arabic writes before it parted from it."""
        if word in self.words:
            return tuple(self.other_forms.get(word, word).split())
        if "ء" <= word[0] <= "ي":
            for prefix in _ARABIC_PREFIXES:
                rest = word.removeprefix(prefix)
                if rest != word and rest in self.words:
                    parted = (_AND,) if prefix.startswith(_AND) else ()
                    return (*parted, *self.other_forms.get(rest, rest).split())
        stem = next((stem for stem in self.stems if word.startswith(stem)), None)
        return (word if stem is None or self.in_one_word(word) is not None else stem,)

    def in_one_word(self, word: str) -> Decimal | None:
        """The number that one word is, in a language that joins them: zweitausendfünfhundert; or that it begins with:
        zehnjährig."""
        if word in self.joined:
            return Decimal(self.joined[word])
        half = self.joined_half.match(word) if self.joined_half else None
        if half and half[1] in self.joined:
            return self.joined[half[1]] + _HALF
        for thousand in self.thousands:
            left, found, right = word.partition(thousand)
            thousands = self.joined.get(left) if left else 1
            rest = self.joined.get(right) if right else 0
            if found and thousands is not None and rest is not None:
                return Decimal(1000 * thousands + rest)
        held = self.held_in.match(word) if self.held_in else None
        number = self.other_forms.get(held[1], held[1]) if held else ""
        value = self.joined.get(number) or self.below_hundred.get((number,))
        return None if value is None else Decimal(value)

    def ordinal(self, word: str) -> int | None:
        """The number that an ordinal is of, in any of its forms."""
        if word in self.words and word not in self.shares:
            return None
        bare = word.removeprefix(_ARABIC_ARTICLE)
        endings = range(_LONGEST_ENDING + 1)
        return next((n for ending in endings if (n := self.ordinals.get(bare[: len(bare) - ending]))), None)


def words_in(text: str) -> list[str]:
    """The words of `text` as tables have them: in lower case, without accents and points; marks between them, too."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_ARABIC_LETTERS)
    return _WORD.findall(plain.replace("-", " "))


@lru_cache(maxsize=32)
def table_of(code: str) -> Table | None:
    """The number words of a language; None where the library has none, or they are no words."""
    if code in _WITHOUT_WORDS:
        return None
    from num2words import CONVERTER_CLASSES

    spoken = [each for each in CONVERTER_CLASSES if each.partition("_")[0] == code]
    if code not in spoken:
        return None
    forms = _other_forms(code)
    below, hundreds, joined = _counted(spoken, forms)
    powers = {_in_forms(words_in(word), forms): power for word, power in words_of_powers(code).items() if len(word) > 2}
    powers |= {_in_forms(_spoken(1000, each), forms): 3 for each in spoken if len(_spoken(1000, each)) == 1}
    single = {word: power for (word, *more), power in powers.items() if not more}
    thousands = sorted((word for word, power in single.items() if power == 3), key=len, reverse=True)
    amounts = {form: Decimal(number) for number, words in AMOUNTS.get(code, {}).items() for form in words_in(words)}
    shares = {form: parts for parts, words in SHARES.get(code, {}).items() for form in words_in(words)}
    held, half = HELD_IN.get(code), JOINED_HALF.get(code)
    table = Table(
        below_hundred=below,
        hundreds=hundreds,
        joined=joined,
        thousands=tuple(thousands) if joined else (),
        powers=powers,
        amounts=amounts,
        shares=shares,
        connectors=_connectors(code),
        ordinals=_ordinals(spoken),
        other_forms=forms,
        held_in=re.compile(rf"(.+?)(?:{'|'.join(words_in(held))})") if held else None,
        joined_half=re.compile(rf"(.+?){half}") if half else None,
        stems=tuple(word for word in single if len(word) >= _SHORTEST_STEM),
    )
    in_phrases = (word for phrase in (*below, *hundreds, *powers) for word in phrase)
    return table._replace(words=frozenset((*forms, *joined, *amounts, *shares, *in_phrases)))


def _counted(
    spoken: Iterable[str], forms: Mapping[str, str]
) -> tuple[dict[Phrase, int], dict[Phrase, int], dict[str, int]]:
    """The words for 1 to 99 and for the hundreds, by the words they consist of; and those for 1 to 999 of a language
    that joins them to one."""
    below: dict[Phrase, int] = {}
    hundreds: dict[Phrase, int] = {}
    joined: dict[str, int] = {}
    for language in spoken:
        counted = {number: _in_forms(_spoken(number, language), forms) for number in range(1, 100)}
        below |= {words: number for number, words in counted.items()}
        sample = counted[_SAMPLE]
        begin: dict[int, str] = {}
        for hundred in _HUNDREDS:
            more = _in_forms(_spoken(hundred + _SAMPLE, language), forms)
            hundreds[_in_forms(_spoken(hundred, language), forms)] = hundred
            if len(more) == 1:
                begin[hundred] = more[0].removesuffix("".join(sample))
            elif more[-len(sample) :] == sample:
                hundreds[more[: -len(sample)]] = hundred
        joined |= _joined(begin, {number: "".join(words) for number, words in counted.items()})
    return below, hundreds, joined


def _joined(begin: Mapping[int, str], counted: Mapping[int, str]) -> dict[str, int]:
    """The words for 1 to 999 where they are one word each; `begin` is what those of each hundred begin with. A hundred
    may stand without its one, and be counted by more than nine; where two vowels meet, one may be left out."""
    if not begin:
        return {}
    hundred = begin[200].removeprefix(counted[2])
    starts = {**{start: value for value, start in begin.items()}, hundred: 100}
    starts |= {counted[number] + hundred: 100 * number for number in _COUNTED_HUNDREDS}
    found = {word: number for number, word in counted.items()}
    for start, value in starts.items():
        found[start] = value
        for number, word in counted.items():
            found[start + word] = value + number
            if start[-1] in "aeiou" and word[0] in "aeiou":
                found[start[:-1] + word] = value + number
    return found


def _ordinals(spoken: Iterable[str]) -> dict[str, int]:
    """What the ordinals of a language begin with, as far as each is one word."""
    from num2words import num2words

    found: dict[str, int] = {}
    for language in spoken:
        for number in range(2, _LAST_ORDINAL + 1):
            try:
                word, *more = words_in(str(num2words(number, lang=language, to="ordinal")))
            except NotImplementedError:
                break
            stem = word.rstrip(_ENDINGS)
            if not more and len(stem) >= _SHORTEST_ORDINAL:
                found.setdefault(stem, number)
    return found


def _other_forms(code: str) -> dict[str, str]:
    """Other forms of number words, each with the one that stands for it."""
    given = FORMS.get(code, {})
    forms = {other: " ".join(words_in(own)) for own, others in given.items() for other in words_in(others)}
    if code == "ru":  # the only one whose cases the library has
        forms |= dict(_russian_cases())
    return {form: own for form, own in forms.items() if form != own}


def _russian_cases() -> Iterator[tuple[str, str]]:
    from num2words import num2words

    for number in (*range(1, 20), *range(20, 100, 10), *_HUNDREDS):
        (own,) = _spoken(number, "ru")
        for case in _CASES:
            for gender in _GENDERS if number < 3 else _GENDERS[:1]:
                (form,) = words_in(str(num2words(number, lang="ru", case=case, gender=gender)))
                yield form, own


def _connectors(code: str) -> frozenset[str]:
    """How the language says "and"."""
    locale = locale_of(code)
    both = str(locale.list_patterns["standard"]["2"]) if locale else ""
    return frozenset(words_in(both.replace("{0}", " ").replace("{1}", " ")))


@lru_cache(maxsize=4096)
def _spoken(number: int, language: str) -> Phrase:
    from num2words import num2words

    return tuple(words_in(str(num2words(number, lang=language))))


def _in_forms(words: Iterable[str], forms: Mapping[str, str]) -> Phrase:
    return tuple(forms.get(word, word) for word in words)
