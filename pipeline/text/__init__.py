"""Text as it is kept, compared and named; and what its language says of it. Pure.

tags     the tag of a language, its name, and the direction it is written in
detect   what language a text, a page's markup or a title is in
dates    a date as people write it, in any language
named_dates  dates as sentences name them, with a year or without
numbers  numbers in digits, by the conventions of each language, and in words
powers   the words for thousands and up
number_words number_table number_forms english_numbers  numbers in words
east_asian_numbers  numbers as Chinese, Japanese and Korean compose them
names    names as languages and scripts spell them
units    units as languages write them

What languages say comes from CLDR (Babel) and from libraries.

The published folding says what may differ between two writings of the same words: Unicode NFC; typographic quotation
marks, dashes and spaces as their plain forms; soft hyphens and zero-width characters removed; runs of white space as
one space. Nothing else: case, figures, words and their order must agree.
"""

import hashlib
import unicodedata

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", None),
        "…": "...",
    }
)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})  # Unicode categories
_KEPT = frozenset("\n\t\u200c\u200d")
_OPENING_WORDS = 60
_LONGEST_WORDS = 15  # letters a word, on average: with more there are no spaces between words
_LETTERS_A_WORD = 3  # of a script without spaces: Japanese and Chinese words have some two letters, Thai ones four


def fold(text: str) -> str:
    """`text` with everything removed that typography, not meaning, decides."""
    if text.isascii():  # it has nothing to be folded but its spaces
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", text).translate(_PLAIN).split())


def short_hash(*parts: str, length: int = 10) -> str:
    """A stable id made of its parts: the first `length` hexadecimal digits of their SHA-256."""
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:length]


def digest_of(body: bytes) -> str:
    """The name of some bytes: their SHA-256."""
    return hashlib.sha256(body).hexdigest()


def clean(text: str) -> str:
    """Text fit to be kept: NFC, line ends as \\n, and none of what a reader cannot see or a page could pretend with:
    control and private-use characters, lone surrogates, line separators, bidirectional overrides, zero-width and tag
    characters. The joiners that Arabic, Indic scripts and emoji are written with stay."""
    text = unicodedata.normalize("NFC", text)
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.replace("\n", "").isprintable():
        return text
    unseen = {c for c in set(text) if unicodedata.category(c) in _UNSEEN} - _KEPT
    return text.translate(dict.fromkeys(map(ord, unseen))) if unseen else text


def one_line(text: str) -> str:
    """`text` cleaned, its white space folded to single spaces: for titles, names and prompt lines."""
    return " ".join(clean(text).split())


def opening(text: str, most: int = _OPENING_WORDS) -> str:
    """The first words of a text, as a question about many texts shows them; of one in a script without spaces between
    words, as many letters as these would have."""
    line = one_line(text)
    words = line.split()
    first = " ".join(words[:most])
    if len(first) > most * _LONGEST_WORDS:
        return line[: most * _LETTERS_A_WORD] + " …"
    return first + (" …" if len(words) > most else "")
