"""What an arrival is compared by: the words of its text, and its marks, which hold in any language.

Words are for texts of one language; those that nearly all its texts have count nothing (jusText's lists). Where a
script puts no space between words, pairs of letters stand for them, as in Lucene's CJKAnalyzer.

Marks are figures and names. A figure is its digits without separators and without zeros at its ends: "1.9 million",
"1,9 Millionen" and "190万" are one, and some that differ are one too. A name is kept as Latin letters spell it, and as
the classes of its consonants, in which scripts that write no vowels, or a vowel after each consonant, spell it too: a
Soundex (Russell and Odell 1918) in which l is r. Capitals tell what is a name, and katakana what is a foreign
one in Japanese; where a script has no capitals, every word may be one.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

import justext
from anyascii import anyascii

from pipeline.text import fold, one_line
from pipeline.text.detect import language_of
from pipeline.text.tags import english_name

FIGURE, SPELLING, SOUND = "#", "=", "~"
"""What the key of a mark begins with; no word begins so."""

_SHORTEST_WORD = 3  # characters
_TITLE_WEIGHT, _NAME_WEIGHT = 2.0, 1.5
_MOST_WORDS = 400  # words of a text that are counted
_LETTERS_A_WORD = 2  # where no space divides words, so many letters are shown and counted as one
_FEWEST_SOUNDS = 2  # of a name; 3 where every word may be one
_SURE_FIGURE, _SURE_SOUNDS = 3, 5  # digits, consonants; a shorter one is shared by chance and weighs less

_KATAKANA, _HIRAGANA, _HANGUL = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff", "\u3041-\u309f", "\uac00-\ud7af"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_THAI_TO_KHMER = "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
_IN_PAIRS = f"{_KATAKANA}{_HIRAGANA}{_HANGUL}{_HAN}"
_COMBINING = "".join(chr(code) for code in range(0x300, 0x3100) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
_LETTER = f"[^\\W{_IN_PAIRS}{_THAI_TO_KHMER}][{_COMBINING}]*"
_TOKEN = re.compile(
    f"(?P<pairs>[{_IN_PAIRS}]+)|(?P<threes>[{_THAI_TO_KHMER}]+)|(?P<word>(?:{_LETTER})+(?:[’'-](?:{_LETTER})+)*)"
)
_SENTENCE_ENDS = (".", "!", "?", ":")
_UNDIVIDED = re.compile(f"[{_KATAKANA}{_HIRAGANA}{_HAN}{_THAI_TO_KHMER}]")
_ONLY_HIRAGANA = re.compile(f"[{_HIRAGANA}]+")  # endings and particles
_IN_KATAKANA = re.compile(f"[{_KATAKANA}]{{2,}}")
_IN_HANGUL = re.compile(f"[{_HANGUL}]{{2,}}")
_FIGURE = re.compile(r"(?<!\d)(?:\d{1,3}(?: \d{3})+(?!\d)(?:[.,٫]\d+)?|\d+(?:[.,'٫٬·]\d+)*)")

_SILENT = (  # what English writes and other scripts do not
    (re.compile(r"gh(?=t|s?$)"), ""),
    (re.compile(r"r(?=[^aeiouwyr]|e?$)"), ""),
)
_SPELT = (  # what stands for one sound
    (re.compile(r"t?sch|tch|tsh|ch|sh|ts|th"), "s"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"^h"), "k"),  # in Cyrillic often a G, in Greek and Cyrillic a Ch
)
_CLASS_OF = {
    letter: name
    for name, letters in {"P": "bfpv", "K": "cgkq", "S": "jsz", "T": "dt", "L": "lr", "N": "mn"}.items()
    for letter in letters
}


def word_weights(title: str, text: str) -> dict[str, float]:
    """How much each word and each mark weighs in a text with its title; of a long text, only the first words count."""
    language = language_of(f"{title} {text}", None)
    beginning = _first_words(" ".join(text.split()), _MOST_WORDS)
    weights = words_of(beginning, language)
    for word, weight in words_of(title, language).items():
        weights[word] = weights.get(word, 0) + _TITLE_WEIGHT * weight
    return weights | marks_of(f"{title} . {beginning}", language)


def words_of(text: str, language: str) -> dict[str, float]:
    """The words of a text with their weights; one with a capital letter inside a sentence is taken for a name."""
    words: dict[str, float] = defaultdict(float)
    common = _common_words(language)
    begins_sentence = True
    folded = fold(text)
    for match in _TOKEN.finditer(folded):
        token = match[0]
        if match["word"]:
            plain = _plain(token)
            if len(plain) >= _SHORTEST_WORD and plain not in common:
                words[plain] += _NAME_WEIGHT if token[:1].isupper() and not begins_sentence else 1
        else:
            width = 2 if match["pairs"] else 3
            for start in range(len(token) - width + 1):
                letters = token[start : start + width]
                if not _ONLY_HIRAGANA.fullmatch(letters):
                    words[letters] += 1
        begins_sentence = folded[match.end() : match.end() + 1] in _SENTENCE_ENDS
    return dict(words)


def marks_of(text: str, language: str) -> dict[str, float]:
    """The figures and names of a text, each with how unlikely it is shared by chance, as far as its length tells."""
    folded, marks = fold(text), {}
    for match in _FIGURE.finditer(folded):
        digits = "".join(str(unicodedata.digit(c)) for c in match[0] if c.isdigit()).strip("0")
        if digits:
            marks[FIGURE + digits] = min(1.0, len(digits) / _SURE_FIGURE)
    in_latin = is_latin(folded)
    for name, is_sure in _names_in(folded, language):
        spelling = re.sub("[^a-z0-9]", "", anyascii(name.replace("ッ", "")).lower())
        if is_latin(name) and len(spelling) >= _SHORTEST_WORD:
            marks[SPELLING + spelling] = 1.0
        if in_latin or not is_latin(name):
            fewest = _FEWEST_SOUNDS if is_sure else _FEWEST_SOUNDS + 1
            for sounds in _heard(spelling, is_latin(name), is_sure):
                if len(sounds) >= fewest:
                    marks[SOUND + sounds] = min(1.0, (len(sounds) - 1) / (_SURE_SOUNDS - 1)) ** 2
    return marks


def _heard(spelling: str, in_latin: bool, is_sure: bool) -> set[str]:
    """What the consonants of a name may be in another script."""
    if in_latin:
        silent = spelling
        for pattern, letters in _SILENT:
            silent = pattern.sub(letters, silent)
        return {_sounds_of(spelling), _sounds_of(silent)}
    written = {_sounds_of(spelling), _sounds_of(spelling.replace("v", ""))}  # some scripts have one letter for v and w
    if is_sure:
        return written
    return written | {each for sounds in written for each in (sounds[1:], sounds[:-1])}  # without what may be an affix


def _sounds_of(spelling: str) -> str:
    """The classes of the consonants of a name in Latin letters, in order, none twice in a row."""
    for pattern, letters in _SPELT:
        spelling = pattern.sub(letters, spelling)
    return re.sub(r"(.)\1+", r"\1", "".join(_CLASS_OF.get(letter, "") for letter in spelling))


def is_latin(text: str) -> bool:
    """Whether most letters of a text are Latin ones."""
    letters = [c for c in text if c.isalpha()]
    return sum(unicodedata.name(c, "").startswith("LATIN") for c in letters) * 2 > len(letters)


def shown(text: str, most: int) -> str:
    """The first words of a text, as a question shows them."""
    whole = one_line(text)
    beginning = _first_words(whole, most)
    return beginning if beginning == whole else f"{beginning} …"


def _first_words(text: str, most: int) -> str:
    """The first words of a text of one line. Where no space divides words, two letters count as one."""
    left = most * _LETTERS_A_WORD
    for match in re.finditer(r"\S+", text):
        undivided = len(_UNDIVIDED.findall(match[0]))
        counted = max(undivided, _LETTERS_A_WORD)
        if counted > left:
            return text[: match.start() + (left if undivided else 0)].rstrip()
        left -= counted
    return text


def _names_in(folded: str, language: str) -> Iterator[tuple[str, bool]]:
    """What may be a name in a text, each with whether that is sure."""
    yield from ((match[0], True) for match in _IN_KATAKANA.finditer(folded))
    yield from ((match[0], False) for match in _IN_HANGUL.finditer(folded))
    common = _common_words(language)
    begins_sentence = True
    for match in _TOKEN.finditer(folded):
        for part in re.split("[’'-]", match["word"] or ""):
            if part[:1].isupper() and not begins_sentence and _plain(part) not in common:
                yield part, True
            elif part and unicodedata.category(part[0]) == "Lo" and part not in common:
                yield part, False
            begins_sentence = False
        begins_sentence = folded[match.end() : match.end() + 1] in _SENTENCE_ENDS


def _plain(word: str) -> str:
    plain = word.casefold().removesuffix("'s").removesuffix("’s")
    return plain[:-1] if len(plain) > 4 and plain.endswith("s") else plain


@lru_cache(maxsize=128)
def _common_words(language: str) -> frozenset[str]:
    try:
        listed = justext.get_stoplist(english_name(language).replace(" ", "_"))
    except ValueError:  # a language without a list
        return frozenset()
    return frozenset(_plain(match[0]) for word in listed for match in _TOKEN.finditer(fold(word)))
