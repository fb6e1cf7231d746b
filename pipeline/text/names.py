"""Names as different languages and scripts spell them: Müller and Mueller, Владимир Петров and Vladimir Petrov.

Scripts are compared by their transliteration (anyascii). Arabic and Hebrew leave out vowels, and no two languages write
the sounds of a third alike: there the consonants decide. What a reader of Chinese would call a Japanese name is told by
no table: such a name is known by its other spellings alone.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""A letter of a script that does not part words by spaces."""
_ATTACHING = re.compile("[\u0590-\u05ff\u0600-\u06ff]")
"""A letter of a script that writes particles as one word with what they stand before."""
_LATIN = re.compile("[a-z]")
_SEPARATE_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe"})
"""How letters of German and the Nordic languages are written where there is only ASCII."""
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("tsch|tch|sch|sh|ch|cz|sz", "s"), ("kh|ck|q|c", "k"), ("gh|dj", "g"), ("dh", "d"), ("th", "t"),
        ("ph", "f"), ("ts|tz|z", "s"), ("^v|p", "b"), ("x", "ks"),
    )
)  # fmt: skip
"""What is one sound, or may be, however a language spells it."""
_VOWELS = re.compile("[aeiouywv'`-]+")
_J = ("", "g")  # what it may be: Netanjahu, Jamal
_DOUBLED = re.compile(r"(.)\1+")
_FEWEST_CONSONANTS = 3  # by which two names are told to be one; chosen, not measured


def is_unspaced(text: str) -> bool:
    """Whether `text` is in a script that does not part words by spaces."""
    return bool(_UNSPACED.search(text))


@lru_cache(maxsize=20_000)  # a name is held against every word of what it is cited to, again and again
def plain_name(word: str) -> str:
    """`word` in lower case and in ASCII, without accents, possessive and plural s."""
    folded = word.casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(c for c in decomposed if not unicodedata.combining(c))
        folded = folded if folded.isascii() else unicodedata.normalize("NFC", folded).replace("’", "'")
        folded = anyascii(folded).lower()
    return re.sub(r"'s?$", "", folded).removesuffix("s")


def without_article(word: str) -> str:
    """A word of Arabic or Hebrew without its article, as it stands also behind another particle; "" for any other."""
    return word.removeprefix("ال").removeprefix("ה") if _ATTACHING.match(word) else ""


@lru_cache(maxsize=20_000)
def separate_name(word: str) -> str:
    """`plain_name`, with letters that ASCII does not have written as two, where it has a way: Mueller for Müller."""
    return plain_name(unicodedata.normalize("NFC", word.casefold()).translate(_SEPARATE_LETTERS))


@lru_cache(maxsize=20_000)
def _consonants(word: str) -> frozenset[str]:
    """What stays of a name that was spelled by ear in another script: its consonants, those alike as one."""
    plain = re.sub("^(?:al|el)-|^[bfklw]?l(?=[^aeiou]{3})", "", anyascii(word.casefold()).lower())
    for pattern, sound in _SOUNDS:
        plain = pattern.sub(sound, plain)
    bare = _VOWELS.sub("", plain)
    told = {_DOUBLED.sub(r"\1", bare[:1] + bare[1:].removesuffix("h")).replace("j", sound) for sound in _J}
    return frozenset(each for each in told if len(each) >= _FEWEST_CONSONANTS)


def sound_alike(one: str, other: str) -> bool:
    """Whether two words in different scripts may be one name, by their consonants."""
    if _is_latin(one) == _is_latin(other):
        return False
    return not _consonants(one).isdisjoint(_consonants(other))


def _is_latin(word: str) -> bool:
    return bool(_LATIN.search(unicodedata.normalize("NFKD", word.casefold())))


def in_one_row(text: str) -> str:
    """`text` in ASCII letters alone, in lower case: how a name stands in a script without spaces."""
    return "".join(c for c in anyascii(text).lower() if c.isalnum())
