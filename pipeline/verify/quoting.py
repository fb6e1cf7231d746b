"""Strings in quotation marks, of any language's shape, and whether they stand word for word in a source.

„…“, «…», « … », »…«, “…”, ”…”, 「…」 and "…" are one. What a page puts in square brackets behind a quotation is its
translation, and no part of it.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.records.claims import Quotation
from pipeline.text import fold

LETTER = r"[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
"""A word's letter or digit, in scripts that part words by spaces."""
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_LETTER = re.compile(LETTER)
_DENIES = re.compile(r" (?:not|never)\b|'t\b")
_OPENS = rf"(?<!{LETTER})(?<![.,!?])"  # before a mark that closes elsewhere
_HEBREW = '(?<=[א-ת])"(?=[א-ת])'  # a mark within an abbreviation
_QUOTED = re.compile(
    r'„(?=\S)(?P<low>[^„“”"]+)[“”"]'
    rf'|{_OPENS}(?:["＂](?=\S)(?P<plain>(?:[^"＂“”]|{_HEBREW}|“[^“”"]*”)+)["＂”]'
    r'|“(?=\S)(?P<curly>[^“”"]+)[”"]'
    r"|«(?P<angle>(?:[^«»]|«[^«»]*»)+)»"
    r"|»(?=[\w(¿¡\[…])(?P<turned>[^«»]+)[«»]"
    r"|”(?=\w)(?P<nordic>[^“”]+)”"
    r'|["“”„‟＂](?=\S)(?P<mixed>[^"“”„‟＂]+)["“”„‟＂]'
    r"|[«»](?=\w)(?P<mixed_angles>[^«»]+)[«»])"
    r"|「(?P<corner>(?:[^「」]|「[^「」]*」)+)」"
    r"|『(?P<double_corner>(?:[^『』]|『[^『』]*』)+)』"
    r"|〝(?P<primes>[^〝〞〟]+)[〞〟]"
)
"""The pairs of marks that languages have, and any other pair, so that no odd mark keeps a quotation from being held to
its source."""
_EDGES = " .,;:!?-'\"()。、，！？：；・"  # punctuation at the ends of a quoted string that its source need not have
_CUT = re.compile(r"\[[^\[\]]*\]|\(?\.\.\.\)?")
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-ZÀ-ÖØ-ÞΑ-ΩА-Я¿¡])|(?<=[。！？])")
_AUXILIARY = re.compile(
    r"\b(?:will|would|shall|should|can|could|may|might|must|do|does|did|is|are|was|were|am|has|have|had)$"
)
_CORNERS = str.maketrans({**dict.fromkeys("「」『』〝〞〟＂", "'"), '"': "'"})
_BETWEEN_UNSPACED = re.compile(rf"(?<=[{_UNSPACED}]) | (?=[{_UNSPACED}])")


class Quoted(NamedTuple):
    """A string in quotation marks, folded and without them, and where it stands with them."""

    words: str
    start: int
    end: int

    @property
    def whole(self) -> str:
        """All of it, without the punctuation at its ends."""
        return self.words.strip(_EDGES)

    @property
    def parts(self) -> list[str]:
        """What it consists of between its ellipses and its brackets, in which the page's writer speaks. A single letter
        in brackets only had another case."""
        parts = (part.strip(_EDGES) for part in _CUT.split(re.sub(r"\[(\w)\](?=\w)", r"\1", self.words)))
        return [part for part in parts if part]


@lru_cache(maxsize=2048)  # each gate looks at the same sentence anew
def quotations_in(text: str) -> tuple[Quoted, ...]:
    """The strings in double quotation marks in `text`, in order."""
    return tuple(Quoted(fold(m[m.lastgroup or 0]), m.start(), m.end()) for m in _QUOTED.finditer(text))


def quoted_in(text: str) -> list[str]:
    """The folded strings in double quotation marks in `text`, sentence by sentence, without what was cut out of them or
    put into them and without the punctuation at their ends."""
    parts = (part for quoted in quotations_in(text) for part in quoted.parts)
    pieces = (piece.strip(_EDGES) for part in parts for piece in _SENTENCE_END.split(part))
    return [piece for piece in pieces if piece]


def without(text: str, quotations: Iterable[Quoted]) -> str:
    """`text` without these quotations of it."""
    for quoted in sorted(quotations, key=lambda each: -each.start):
        text = f"{text[: quoted.start]} {text[quoted.end :]}"
    return text


def stands_in(quoted: str, quotations: tuple[Quotation, ...]) -> bool:
    """Whether `quoted` (folded) occurs word for word in one of the quotations."""
    return any(stands_in_text(quoted, quotation.text) for quotation in quotations)


def stands_in_text(quoted: str, text: str) -> bool:
    """Whether `quoted` (folded) occurs word for word in `text`, with whole words at both ends, and is not cut off right
    before a word that denies it. Its first letter may have another case: it may begin a sentence there or here."""
    return _stand_in_order([quoted], plain(text))


def is_verbatim(quoted: Quoted, plain_texts: Sequence[str]) -> bool:
    """Whether one of the texts, made `plain`, has the quotation whole, or all its parts in their order; also where
    nothing is left of it to look for."""
    wordings = [parts for parts in ([quoted.whole] if quoted.whole else [], quoted.parts) if parts]
    return not wordings or any(_stand_in_order(parts, text) for parts in wordings for text in plain_texts)


def _stand_in_order(parts: Sequence[str], text: str) -> bool:
    """Whether `parts` stand word for word in `text`, which is `plain`, one after the other."""
    end = 0
    for part in map(plain, parts):
        found = _end_of(part, text, end)
        if found is None:
            return False
        end = found
    return True


def _end_of(part: str, text: str, begin: int) -> int | None:
    """Where `part` ends that first stands in `text` from `begin` on, in whole words; None where it does not. It is
    looked for without a pattern: one of its own for each quotation would take longer to make than to use."""
    first, rest = part[0], part[1:]
    cuts_off = bool(_AUXILIARY.search(part))
    at = text.find(rest, begin + 1)
    while at > 0:
        end = at + len(rest)
        is_whole = not _LETTER.match(text, at - 2 if at > 1 else len(text)) and not _LETTER.match(text, end)
        if is_whole and _are_one(text[at - 1], first) and not (cuts_off and _DENIES.match(text, end)):
            return end
        at = text.find(rest, at + 1) if at < len(text) else -1
    return None


def _are_one(letter: str, other: str) -> bool:
    return letter == other or letter.lower() == other.lower() or letter.upper() == other.upper()


@lru_cache(maxsize=4096)  # the words of a source are compared with sentence after sentence
def plain(text: str) -> str:
    """`text` folded further: all quotation marks are one, as a quotation within another has other marks than alone;
    spaces around a dash, before a mark and within French marks do not count, nor any in a script without them."""
    text = re.sub(r"(?<=«)\s+|(?<!\s)\s+(?=»)", "", text)
    text = re.sub(r" ?-+ ?| (?=[?!:;])", lambda match: match.group().strip() and "-", fold(text).translate(_CORNERS))
    return _BETWEEN_UNSPACED.sub("", text)
