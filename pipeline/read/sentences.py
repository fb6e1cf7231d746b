"""Numbered sentences with their places in the text.

One pass over each line stops where a sentence can end: at a terminator of any script (Unicode's Sentence_Terminal),
with the quotation marks and brackets that close after it and its footnote marks. What stands on either side decides,
with the language's own words (`sentence_words`). In doubt a sentence goes on: two taken for one are whole, a half is a
wrong quotation.
"""

import re
import unicodedata
from functools import cache
from itertools import pairwise

from pipeline.read.sentence_words import PARTICLES, UNITS, Words, words_of
from pipeline.records.items import SentenceSpan

_SURE = "。！？｡।॥។៕။༎።፧፨᙮᠃᠉᱾᱿꧈꧉"
"""Ends with a space after it or without."""
_NOT_SURE = ".!?…؟۔։‽⁇⁈⁉‼"
_ENDS_OF = {"el": ";\u037e", "hy": ":"}
"""What asks a question in Greek; what people type for the full stop in Armenian."""
_CLOSERS = "\"'”’“‘»›«‹)\\]}」』】〉》）〕"
_QUOTES = "\"'”’“‘»›«‹"
_NOTE = r" ?\[(?:\d{1,3}|[a-z]|[^\W\d]{1,12} \d{1,3})\]|[¹²³⁰⁴-⁹]+|[*†‡]{1,3}|(?<=[^\W\d_][^\W\d_]\.)\d{1,3}(?=\s)"
_OPENERS = re.compile(r"[\s\"'“‘„‚«‹»›”’(\[{¿¡–—―•·*_…-]*")
_WORD = re.compile(r"[^\W_]+(?:['’‐-][^\W_]+)*['’]?")
_CAMEL = re.compile(r"[^\W\d_]{1,3}[A-Z]")
_OPENERS_OF = {"”": "“„", "“": "„", "’": "‘", "»": "«", "«": "»", '"': '"'}
_SHORT_QUOTATION = 200
"""Characters within which a quotation is one sentence with who says it."""
_ROMAN = re.compile(r"[IVXLC]{2,}")
_COUNTS = re.compile(r"[IVXLC]+|[A-Z]")
"""What counts where no figure does: "Bd. II", "Abschn. A"."""
_NUMBER = re.compile(r"(?:\d+\.?[/–-])?(\d+)")
_NUMBERED = re.compile(r"(?:\d|\b(?:тыс|млн|млрд|хил|хиляди|tys|mln|mld|mil|mio|mill|milj|tis|mrd)\.?) \S+$")
_LIST_MARK = re.compile(r"[ivxlc]{2,7}\.\s+|[IVXLC]{2,7}\.\s+")
"""What Roman lists number a line with."""
_DAY = re.compile(r"\d{1,2}\.|\d{4}\b")
_BEFORE_A_MARK = frozenset({"(", "[", "Yahoo", "Jeopardy"})
"""What an ellipsis in brackets begins with, and names that end in a mark."""
_ZONES = frozenset({"eastern", "pacific", "central", "mountain", "greenwich"})
_LONGEST_GUESSED = 5
"""More letters than this are no abbreviation but a listed one, nor an initial."""
_VOWELS = frozenset("aeiouyäöüàáâãåæèéêëìíîïòóôõøùúûýąęěėēīōūůőűœıаеёиоуыэюяіїєўαεηιουωάέήίόύώ")
_SYLLABIC = frozenset("rlрл")
"""What can be the vowel of a Slavic word ("vrh", "smrt", "vlk")."""
_SPACES = "\u00a0\u202f\u2007\u2009\u200a\u3000\t"
_LONGEST_TITLE = 60
_UNMARKED_END = re.compile("(?<=[\u0e00-\u0eff]{3}) +(?=[\u0e00-\u0eff]{3})")
_FEWEST_UNMARKED = 60
"""Characters of Thai or Lao that hold a sentence: some fifteen words."""
_GOES_ON_AFTER_A_QUOTATION = frozenset("とのはがをにもでやなか、，；：")


def split(text: str, language: str, whole_lines: frozenset[int] = frozenset()) -> tuple[SentenceSpan, ...]:
    """The sentences of `text`, whose lines are paragraphs: no sentence crosses a line. A line whose number, counted
    from 0, is in `whole_lines` is one sentence: a table's row, a block of code."""
    words, ends = words_of(language), _ends(language[:2].lower())
    for space in _SPACES:
        text = text.replace(space, " ")
    found: list[SentenceSpan] = []
    offset = 0
    for number, line in enumerate(text.split("\n")):
        starts = [0] if number in whole_lines else _at_spaces(line, _starts(line, words, ends))
        starts.append(len(line))
        for start, end in pairwise(starts):
            piece = line[start:end].lstrip()
            if piece and (piece[0].isalnum() or any(map(str.isalnum, piece))):
                first = offset + end - len(piece)
                found.append(SentenceSpan(number=len(found) + 1, start=first, end=first + len(piece.rstrip())))
        offset += len(line) + 1
    return tuple(found)


@cache
def _ends(language: str) -> re.Pattern[str]:
    """A place where a sentence of `language` can end. It matches whatever follows, so that it never looks back."""
    marks = re.escape(_SURE + _NOT_SURE + _ENDS_OF.get(language, ""))
    closers = re.sub("[“‘]", "", _CLOSERS) if language in ("zh", "ja", "ko") else _CLOSERS
    return re.compile(rf"([{marks}]+)([{closers}{marks}]*(?: [»”](?=\s|$))?)((?:{_NOTE})*)\s*")


def _starts(line: str, words: Words, ends: re.Pattern[str]) -> list[int]:
    """Where sentences start in `line`. What holds no letter ("1.", "…") belongs to what follows."""
    starts = [0]
    seen, lettered = 0, False
    mark = _LIST_MARK.match(line)
    for end in ends.finditer(line, mark.end() if mark else 0):
        lettered = lettered or line[seen].isalpha() or any(map(str.isalpha, line[seen : end.start()]))
        seen = end.end()
        if seen < len(line) and lettered:
            if _is_end(line, starts[-1], end, words):
                starts.append(seen)
                lettered = False
            elif end.group(2) and _is_small(line[seen]):
                opened = _opened(line, end)
                while len(starts) > 1 and starts[-1] > opened:
                    starts.pop()
    return starts


def _at_spaces(line: str, starts: list[int]) -> list[int]:
    """`starts`, with those in long pieces of Thai and Lao, which end a sentence with a space and part its clauses with
    one: a piece ends at the first space that has enough on either side, so that it holds a sentence at least."""
    found: list[int] = []
    for start, end in pairwise((*starts, len(line))):
        found.append(start)
        for space in _UNMARKED_END.finditer(line, start, end):
            if min(space.start() - found[-1], end - space.end()) >= _FEWEST_UNMARKED:
                found.append(space.end())
    return found


def _opened(line: str, end: re.Match[str]) -> int:
    """Where the short quotation opens that ends with `end` and goes on small ("Is it so? Really?” she asked."): it is
    one sentence with who says it. The end of `line` where there is none."""
    for closer in end.group(2):
        for opener in _OPENERS_OF.get(closer, ""):
            opened = line.rfind(opener, max(0, end.start() - _SHORT_QUOTATION), end.start())
            if opened >= 0:
                return opened
    return len(line)


def _is_end(line: str, start: int, end: re.Match[str], words: Words) -> bool:
    """Whether the sentence that begins at `start` ends with `end`."""
    mark, closers, note = end.groups()
    sure = mark[0] in _SURE
    if not (sure or line[end.end() - 1].isspace() or (note and line[end.end()].isupper())):
        return False
    outside = closers.rstrip(_QUOTES)[-1:] in _NOT_SURE if closers else True  # a mark after the bracket, or no bracket
    if not outside and _within_brackets(line, start, end):
        return False
    if sure:
        title = max(start, end.start() - _LONGEST_TITLE)
        if line.rfind("《", title, end.start()) > line.rfind("》", title, end.start()):
            return False
        return not (closers and line[end.end()] in _GOES_ON_AFTER_A_QUOTATION)
    at = end.end()
    first = line[at]
    if not first.isalnum():
        opened = _OPENERS.match(line, at)
        at = opened.end() if opened else at
        at += 2 * line.startswith(",,", at)
        if at == len(line) or line[at] in ".!?,;:)]":
            return False
        first = line[at]
    if _is_small(first) and not _begins_small(line, at):
        return False
    before = line[max(start, line.rfind(" ", start, end.start()) + 1) : end.start()]
    if mark != "." or closers:
        return before not in _BEFORE_A_MARK or len(closers) > 1
    return _point_ends(before.lstrip("(\"'“‘„‚«‹»›[{¿¡—–:"), line, start, end.start(), at, words)


def _within_brackets(line: str, start: int, end: re.Match[str]) -> bool:
    """Whether a bracket closes here that opened inside the sentence: what ends is what stands in brackets."""
    pairs = {")": "(", "]": "[", "）": "（", "》": "《", "〉": "〈", "】": "【"}
    for closer in end.group(2):
        opener = pairs.get(closer)
        if opener:
            opened = line.rfind(opener, start, end.start())
            if opened > max(start, line.rfind(closer, start, end.start())) and line[start:opened].strip("\"'“‘„«»( "):
                return True
    return False


def _is_small(letter: str) -> bool:
    """Whether `letter` is a small one of a script that has capitals in use: Georgian has them in headlines only."""
    return letter.islower() and not "\u10d0" <= letter <= "\u10ff"


def _begins_small(line: str, at: int) -> bool:
    """Whether a sentence can begin at this small letter: a name like "iPad", or Dutch "'s Avonds"."""
    if _CAMEL.match(line, at):
        return True
    return line[at - 1] in "'’" and line[at + 1 : at + 2] == " " and line[at + 2 : at + 3].isupper()


def _point_ends(before: str, line: str, start: int, point: int, at: int, words: Words) -> bool:
    """Whether the point after the word `before` ends the sentence, where the next word begins at `at`."""
    key = before.lower()
    next_word = _WORD.match(line, at)
    follower = next_word.group() if next_word else ""
    number = _NUMBER.fullmatch(before)
    if number:
        counted = line[max(start, point - 60) : point].rpartition(" ")[0]
        return _number_ends(number.group(1), line, at, follower, words, counted)
    lettered = bool(follower) and not follower[0].isdigit()
    kind = _kind(before, key, line, start, point, words)
    if kind == "word":
        return (lettered and not _COUNTS.fullmatch(follower)) or key[
            max(key.rfind("'"), key.rfind("’")) + 1 :
        ] not in words.number
    if kind == "unit":
        return True
    if kind == "never" or not lettered:
        return False
    if kind == "initial":
        if len(follower) == 1 and line[at + 1 : at + 2] == ".":
            return False
        return _begins_sentences(follower, words) and follower.lower() not in PARTICLES
    if key in ("a.m", "p.m") and (follower.isupper() or follower.lower() in _ZONES):
        return False
    return _begins_sentences(follower, words) or not words.starts


def _begins_sentences(follower: str, words: Words) -> bool:
    """Whether `follower` is a word that begins sentences, alone or before an apostrophe ("L'arrêt", "It's")."""
    word = follower.lower().replace("’", "'")
    elided, apostrophe, _ = word.partition("'")
    return word in words.starts or elided in words.starts or elided + apostrophe in words.starts


def _kind(before: str, key: str, line: str, start: int, point: int, words: Words) -> str:
    """What `before` is, with its point: "never" and "may" as in `sentence_words`, an "initial", a "unit" after its
    number, or a "word". What ends in no letter ("5.3", "etc.)") is a word."""
    if not before[-1:].isalpha() and unicodedata.category(before[-1:] or "M")[0] != "M":
        return "word"
    pointed = len(before) <= 4 and line.find(".", max(start, point - 12), point - len(before)) >= 0
    if pointed and (joined := _with_those_before(key, line, start, point)):
        if joined in words.never:
            return "never"
        if joined in words.may:
            return "may"
    if key in words.never or before in words.never or (words.capitals and before.endswith("Bl")):
        return "never"  # German gazettes: "ABl", "GMBl"
    if (
        len(key) > _LONGEST_GUESSED
        and key.isalpha()
        and key not in words.may
        and not words.own_stop
        and key[-3:] != "str"
    ):
        return "word"
    if key in UNITS and words.units and _NUMBERED.search(line, max(start, point - 16), point):
        return "unit"
    last = key[max(key.rfind("-"), key.rfind("'"), key.rfind("’")) + 1 :]
    if before.isupper() and len(last) < len(key):
        last = key
    if last in words.never or key.partition(".")[0] in words.never:
        return "never"
    if key in words.may or before in words.may or last in words.may:
        return "may"
    if words.own_stop and ("." in before or before[:1] < "\u0590"):
        return "never"
    if _is_initial(before):
        return "initial"
    if words.ordinals and _ROMAN.fullmatch(before):
        return "may"
    if "." in before and all(len(part) <= 2 for part in key.split(".")):
        return "may"
    return "may" if _has_no_vowel(before, key) or key.endswith("str") else "word"


def _with_those_before(key: str, line: str, start: int, point: int) -> str:
    """A short word with the short words with points before it ("z.b" for the "b" of "z. B."), where there are any."""
    parts = line[max(start, point - 12) : point].lower().split()
    joined = key
    for part in reversed(parts[:-1]):
        if len(part) > 4 or part[-1] != ".":
            break
        joined = part + joined
    return joined if joined != key else ""


def _is_initial(word: str) -> bool:
    """A letter alone, or with the marks of an Indic one; with a hyphen, two ("J.-P.")."""
    if len(word) == 1:
        return word.isalpha()
    if "-" in word or "‐" in word:
        return all(len(part.strip(".")) == 1 for part in re.split("[-‐]", word))
    return word[:1] > "\u08ff" and all(unicodedata.category(mark)[0] == "M" for mark in word[1:])


def _has_no_vowel(word: str, key: str) -> bool:
    """Abbreviations like "Nr", "bzw", "Hg": two to five letters that nobody can say. Capitals alone are a name."""
    if not 2 <= len(word) <= _LONGEST_GUESSED or not word.isalpha() or word.isupper() or key in UNITS:
        return False
    letters = frozenset(key)
    return not (letters & _VOWELS or letters & _SYLLABIC) and word[0] < "\u0590"


def _number_ends(digits: str, line: str, at: int, follower: str, words: Words, before: str) -> bool:
    """Whether a number with a point ends a sentence or is an ordinal ("19. November", "2. Stock", "3. 5. 2026").
    `before` is the sentence up to it: after a colon the number is a list's, after a German noun it counts
    ("Platz 24.", "Absatz 2.")."""
    if before.endswith(":"):
        return False
    short = len(digits) <= 2
    if short and follower.lower() in words.months:
        return False
    if not words.ordinals or not (short or words.capitals):
        return True
    if not follower or follower[0].isdigit():
        return not (short and _DAY.match(line, at))
    if _begins_sentences(follower, words):
        return True
    if not words.capitals or len(digits) > 3:
        return True
    noun = before.rpartition(" ")[2]
    return len(noun) < len(before) and noun[:1].isupper() and noun.isalpha() and noun.lower() not in words.starts
