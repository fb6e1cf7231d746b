"""The gates: small checks of one sentence against the claims it cites, each with a closed code.

A sure gate strikes: what fails it cannot be right. A doubtful one flags: code cannot be sure, so the support check is
shown the flag. Every gate has an example that passes and one that fails, for a sentence that cites `EXAMPLE`.

A doubt is worth its place while it is right more often than wrong on real pages. On four (680 sentences, 88 of them
faulty to a strict reader, November 2026) these raise none, nor on 3,284 summaries of articles. Of the faults planted in
those pages they find: years and units more than 4 in 5, stronger words 3 in 4, voices and, in news, reports half. What
was tried there and was wrong nearly always is gone: dates, names, spans of time and figures that the cited words lack,
days of publication, kinds of claims told as facts. Of a "not" planted in one of two like clauses 1 in 6 was found.
"""

import re
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from pipeline.records.claims import Quotation
from pipeline.records.dates import PartialDate, Span
from pipeline.records.pages import Sentence
from pipeline.text import fold, one_line
from pipeline.text.number_words import words_are_known
from pipeline.text.tags import same_language
from pipeline.verify.evidence import Evidence, EvidenceSet
from pipeline.verify.figures import are_english, figures, missing_figures
from pipeline.verify.likeness import NOT_NAMES, is_english, is_named, other_measure
from pipeline.verify.quoting import LETTER, is_verbatim, plain, quotations_in, quoted_in, stands_in_text, without
from pipeline.verify.times import dates_in, is_in_known_year

Code = Literal[
    "uncited",
    "unknown claim",
    "machinery in prose",
    "quotation not verbatim",
    "figure not in source",
    "title only",
    "voice not in claims",
    "event not dated so",
    "source superseded",
    "other unit",
    "stronger word",
    "report as quotation",
    "figures differ",
    "not supported",
]


class Section(NamedTuple):
    """The section of a page that a sentence is in, and the language of the page. `voices` are all names of those whom
    it speaks for, in a section that has voices; `day` is what it dates something to, in a section that has dates."""

    name: str
    voices: tuple[str, ...] = ()
    day: PartialDate | None = None
    language: str = "en"


class NotChecked(NamedTuple):
    """What a sure gate says of a sentence where it cannot tell, as it does not know a language well enough."""

    why: str


class Gate(NamedTuple):
    """One gate. `check` returns what is wrong in a few words, that it cannot tell, or None. A `sure` gate strikes, any
    other flags. `passes` and `fails` are examples, tried by a test; where `fails` is empty, no wording alone fails the
    gate."""

    code: Code
    sure: bool
    check: Callable[[Sentence, EvidenceSet, Section], str | NotChecked | None]
    passes: str
    fails: str


EXAMPLE = Evidence(
    claim="example",
    item="item",
    statement="The Vessmouth Board expects the trial in 61 schools to report two years after the first one.",
    speaker="Ada Quist",
    kind="prediction",
    occurred=Span(start="2024-08"),
    quotations=(
        Quotation(
            start=0,
            end=160,
            text="“We will not change a timetable because of one preprint,” said Ada Quist of the Vessmouth Board. It "
            "covers 61 schools and costs $3 million; the first was in 2022.",
        ),
    ),
    venue="The Courier",
    author="Maren Okafor",
    title="Board waits",
    published="2026-03-05",
    extent="full text",
)

_NUMBERS = r"\[\d+(?:\.\d+)?(?:[,;] ?\d+(?:\.\d+)?)*\]"  # [2], [3.45, 3.46]
_TAG = (
    r"</?(?:a|b|blockquote|br|code|div|em|embed|form|h[1-6]|hr|i|iframe|img|input|li|link|meta|object|ol|p|pre|q|s|script|"
    r"small|span|strong|style|sub|sup|svg|table|td|th|tr|u|ul)\b"
)
_MARKUP = (
    (re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)"), r"\1"),
    (re.compile(rf"{_TAG}[^<>]*>|<!--.*?-->", re.IGNORECASE), ""),
    (re.compile(rf"(?<!{LETTER})(\*\*|`)([^\s*`](?:[^*`]*[^\s*`])?)\1(?!{LETTER})"), r"\2"),
)
"""What is no prose, and what stays of it when it is taken out of a sentence."""
_NUMBERS_IN_ENGLISH = re.compile(
    rf"(?:(?<=\S)|(?<!\bin)(?<!\bof)(?<!\bby)(?<!\bto)(?<!\bsee) ){_NUMBERS}", re.IGNORECASE
)
_NUMBERS_AT_THE_END = re.compile(rf"\s?{_NUMBERS}(?=\s*(?:[.,;:!?。，、；：！？]|$))")
"""Where a sentence reads on without them in any language."""
_NO_PROSE = re.compile(rf"https?:|\bwww\.|{_NUMBERS}|{_TAG}|<!--", re.IGNORECASE)
_ID = re.compile(rf"(?<!{LETTER})(?:[cs]\d+|[a-z]\d+-\d+|(?:claim|sentence) ids?)(?!{LETTER})")
_APART = 3  # characters at most between two sentences that follow one another
_CARRIED_BY = {
    "prove": "prove|proving|proof|demonstrat|show|establish|conclusive|confirm|verif|certain|undeniabl|no doubt",
    "confirm": "confirm|verif|acknowledg|affirm|prove|proof|attest|certif|corroborat|yes",
    "demonstrate": "demonstrat|show|prove|proof|find|found|evidence|illustrat|establish",
    "reveal": "reveal|revelat|disclos|uncover|expos|unveil|leak|discover|emerg|show|find|found|secret|came to light",
    "admit": "admi|conced|acknowledg|confess|grant|accept|mistake|error|wrong|fault|regret|sorry|apolog|I |we |my ",
    "establish": "establish|show|prove|proof|find|found|determin|conclu|demonstrat",
}
"""Verbs that say more than "said", and what in a source's words may carry each: beginnings of words."""
_STRONG = re.compile(
    r"\b(prove[ds]|proven|confirm(?:ed|s)|demonstrate[ds]|reveal(?:ed|s)|admit(?:ted|s)|establish(?:ed|es)) that\b",
    re.IGNORECASE,
)
_NOT_ASSERTED = re.compile(
    r"\b(?:not|never|no|nobody|nothing|none|neither|nor|if|whether|unless|until|would|could|to)\b|n't\b", re.IGNORECASE
)
_SAID = "(?:said|says|told|tells|wrote|writes|argued|argues|added|adds|warned|warns|stated|states|noted|notes|believes)"
_SAID_SO = re.compile(rf"\b{_SAID}\b|\baccording to\b", re.IGNORECASE)
_THEY_SAID = re.compile(r"\b(?:he|she|they) (?:said|told|wrote|argued|added|warned|stated|noted)\b", re.IGNORECASE)
_SPEAKER = re.compile(rf"\b([A-Z][\w'-]{{2,}}),? (?:[\w']+ ){{0,2}}{_SAID}\b")
_MARK = re.compile(r"[“”\"]")
_OPENS = re.compile(r"“|(?<![\w.,!?;:'’)])\"(?=\S)")
_OTHER_MARKS = re.compile(r"[«»„‚‘‹›「」『』]|(?<![\w.,!?])'(?=\w)")
_FEWEST_WORDS = 3  # of a quotation that is more than a term; chosen, not measured


def without_markup(text: str, language: str = "en") -> str:
    """`text`, which is in `language`, without what is no prose, as far as it reads on without that."""
    for pattern, kept in _MARKUP:
        text = pattern.sub(kept, text)
    text = (_NUMBERS_IN_ENGLISH if are_english(language) else _NUMBERS_AT_THE_END).sub("", text)
    return " ".join(text.split())


def _texts(evidence: list[Evidence]) -> list[str]:
    """What may be quoted: the cited words of each source, in their order, its title and its venue."""
    texts = []
    for item in dict.fromkeys(entry.item for entry in evidence):
        entries = [entry for entry in evidence if entry.item == item]
        text, end = "", 0
        for quotation in sorted((q for entry in entries for q in entry.quotations), key=lambda q: q.start):
            text += (" " if quotation.start <= end + _APART else " \0 ") + quotation.text
            end = quotation.end
        texts += [text, entries[0].title, entries[0].venue]
    return texts


def cited_evidence(sentence: Sentence, evidence: EvidenceSet) -> list[Evidence]:
    """The evidence of the claims that `sentence` cites; unknown claims are left out."""
    return [evidence[claim] for claim in sentence.claims if claim in evidence]


def _uncited(sentence: Sentence, _evidence: EvidenceSet, _section: Section) -> str | None:
    return None if sentence.claims or sentence.reading else "it cites nothing and is not marked as a reading"


def _unknown_claim(sentence: Sentence, evidence: EvidenceSet, _section: Section) -> str | None:
    unknown = [claim for claim in sentence.claims if claim not in evidence]
    return f"it cites {', '.join(unknown)}, which is no claim here" if unknown else None


def _machinery(sentence: Sentence, evidence: EvidenceSet, _section: Section) -> str | None:
    found = [pattern.search(sentence.text) for pattern in (*(markup for markup, _ in _MARKUP), _NO_PROSE)]
    # By what the version keeps: `verify` holds the sentence to that, and a name such as "c1" is no word of the source.
    words = "\n".join(entry.kept for entry in cited_evidence(sentence, evidence))
    found += [match for match in _ID.finditer(sentence.text) if match.group() not in words]
    if "\ufffd" in sentence.text and "\ufffd" not in words:
        return "a character of it is broken"
    return next((f"{match.group().strip()!r} is no prose" for match in found if match), None)


def _quotation(sentence: Sentence, evidence: EvidenceSet, _section: Section) -> str | None:
    texts = [plain(text) for text in _texts(cited_evidence(sentence, evidence))]
    wrong = (quoted for quoted in quotations_in(sentence.text) if not is_verbatim(quoted, texts))
    return next((f'"{quoted.whole}" does not stand in the words it cites' for quoted in wrong), None)


def _figure(sentence: Sentence, evidence: EvidenceSet, section: Section) -> str | NotChecked | None:
    if sentence.reading or not any(c.isdecimal() for c in sentence.text):
        return None  # a count of the machine's own is not in any source
    cited = cited_evidence(sentence, evidence)
    said = dates_in(_own_words(sentence, cited), section.language)[1]
    if not figures(said, section.language):
        return None
    sources = [source for entry in cited for source in _texts_with_figures(entry, section.language)]
    sources += [(voice, section.language) for voice in section.voices]
    missing = missing_figures(said, section.language, sources, words_known=_words_are_known(cited))
    if missing.surely:
        return f"{missing.surely[0].likeliest[0]:f} stands nowhere in what it cites"
    number = missing.unsure[0].likeliest[0] if missing.unsure else None
    return None if number is None else NotChecked(f"{number:f} may stand in words in what it cites")


def _words_are_known(cited: Iterable[Evidence]) -> bool:
    """Whether all number words of what is cited are known. What is said to be English, as a short text may be that is
    not, has to read so."""
    entries = list(cited)
    english = "\n".join(entry.quoted for entry in entries if are_english(entry.language))
    others = (entry.language for entry in entries if not are_english(entry.language))
    return (not english or is_english(english)) and all(map(words_are_known, others))


def _own_words(sentence: Sentence, cited: list[Evidence]) -> str:
    """A sentence without what it quotes word for word: the figures in that are written as its source writes them."""
    quoted = list(quotations_in(sentence.text))
    texts = [plain(text) for text in _texts(cited)] if quoted else []
    return without(sentence.text, (each for each in quoted if is_verbatim(each, texts)))


def _texts_with_figures(entry: Evidence, language: str) -> Iterable[tuple[str, str | None]]:
    """What of a claim may have a figure of a page in `language`, each text with its own. Other names known of a source
    do not count: a stored version, held to this gate again, does not keep them."""
    yield from ((text, entry.language) for text in (entry.quoted, entry.title, entry.venue, entry.author) if text)
    yield from ((text, each) for text in (entry.speaker,) if text for each in (entry.language, language))
    if entry.statement not in one_line(entry.quoted):  # a claim may be no more than its words
        yield entry.statement, language


def _title_only(sentence: Sentence, evidence: EvidenceSet, _section: Section) -> str | None:
    cited = cited_evidence(sentence, evidence)
    read = any(entry.extent != "title only" for entry in cited)
    return f"only the title of {cited[0].title!r} was read" if cited and not read else None


def _voice(sentence: Sentence, evidence: EvidenceSet, section: Section) -> str | None:
    if not section.voices or sentence.reading or not sentence.claims:
        return None
    cited = cited_evidence(sentence, evidence)
    if not all(same_language(entry.language or "en", section.language) for entry in cited):
        return None  # an office or a body has another name there
    named = any(is_named(voice, entry.everything) for voice in section.voices for entry in cited)
    return None if named else f"nothing it cites is by or about {section.voices[0]}"


def _event(sentence: Sentence, evidence: EvidenceSet, section: Section) -> str | None:
    cited = cited_evidence(sentence, evidence)
    if section.day is None or not cited or is_in_known_year(section.day, cited):
        return None
    return f"nothing it cites dates it to {section.day}"


def _superseded(sentence: Sentence, evidence: EvidenceSet, _section: Section) -> str | None:
    return next((entry.doubts[-1] for entry in cited_evidence(sentence, evidence) if entry.doubts), None)


def _english_words(sentence: Sentence, evidence: EvidenceSet, section: Section) -> str:
    """The words that `sentence` cites; "" where they or the page are in another language, whose words are not known
    here."""
    cited = cited_evidence(sentence, evidence)
    words = "\n".join(entry.quoted for entry in cited)
    return words if _may_be_english(sentence, evidence, section) and is_english(words) else ""


def _unit(sentence: Sentence, evidence: EvidenceSet, section: Section) -> str | None:
    words = _english_words(sentence, evidence, section)
    other = other_measure(dates_in(sentence.text)[1], words) if words else None
    return f"the words it cites give the figure of {other!r} only in another currency or unit" if other else None


def _strength(sentence: Sentence, evidence: EvidenceSet, section: Section) -> str | None:
    words = _english_words(sentence, evidence, section)
    said = fold(without(sentence.text, quotations_in(sentence.text)))
    for match in _STRONG.finditer(said) if words and not sentence.reading else ():
        verb = next(verb for verb in _CARRIED_BY if match[1].casefold().startswith(verb[:5]))
        carried = re.search(rf"\b(?:{_CARRIED_BY[verb]})", words, re.IGNORECASE)
        if not carried and not _NOT_ASSERTED.search(said[: match.start()]):
            return f"{match[1]!r} is a stronger word than any it cites"
    return None


def _report_as_quotation(sentence: Sentence, evidence: EvidenceSet, section: Section) -> str | None:
    said = fold(sentence.text)
    for match in quotations_in(sentence.text) if _may_be_english(sentence, evidence, section) else ():
        before = fold(sentence.text[: match.start])
        speakers = section.voices or [name for name in _SPEAKER.findall(before) if not _is_common(name)]
        for quoted in quoted_in(sentence.text[match.start : match.end]):
            sources = [
                (entry, quotation.text)
                for entry in cited_evidence(sentence, evidence)
                for quotation in entry.quotations
                if stands_in_text(quoted, quotation.text)
            ]
            if (
                sources
                and len(quoted.split()) >= _FEWEST_WORDS
                and not any(_is_by(entry, speakers, said) for entry, _ in sources)
                and all(_reports(text, quoted, speakers) for _, text in sources)
            ):
                return f'"{quoted}" is told in the words of {sources[0][0].venue}, not quoted'
    return None


def _may_be_english(sentence: Sentence, evidence: EvidenceSet, section: Section) -> bool:
    """Whether the page and all that `sentence` cites may be in English."""
    return are_english(section.language, *(entry.language for entry in cited_evidence(sentence, evidence)))


def _is_common(word: str) -> bool:
    return word.casefold() in NOT_NAMES


def _is_by(entry: Evidence, speakers: Iterable[str], said: str) -> bool:
    """Whether the source is by one of `speakers`, or may be meant itself: `said` names it."""
    makers = [name for name in (entry.venue, entry.author) if name]
    return any(is_named(speaker, "\n".join(makers)) for speaker in speakers) or any(
        is_named(maker, said) for maker in makers
    )


def _reports(text: str, quoted: str, speakers: Iterable[str]) -> bool:
    """Whether `text` gives `quoted` outside all quotation marks, and says there that one of `speakers` said something:
    it is no sentence from the middle of a long quotation."""
    if _OTHER_MARKS.search(text):
        return False
    inside, outside = _by_marks(text)
    if stands_in_text(quoted, inside) or not stands_in_text(quoted, outside):
        return False
    about_them = _SAID_SO.search(outside) and any(is_named(speaker, outside) for speaker in speakers)
    return bool(about_them or _THEY_SAID.search(outside))


def _by_marks(text: str) -> tuple[str, str]:
    """What of `text` stands in quotation marks, which may open or close in its neighbours, and what does not."""
    inside: list[str] = []
    outside: list[str] = []
    start, is_inside = 0, False
    for mark in _MARK.finditer(text):
        opens = bool(_OPENS.match(text, mark.start()))
        (inside if is_inside or not opens else outside).append(text[start : mark.start()])
        start, is_inside = mark.end(), opens
    (inside if is_inside else outside).append(text[start:])
    return " \0 ".join(inside), " \0 ".join(outside)


GATES: tuple[Gate, ...] = (
    Gate("uncited", True, _uncited, "The Board waits, Quist says.", ""),
    Gate("unknown claim", True, _unknown_claim, "The Board waits, Quist says.", ""),
    Gate("machinery in prose", True, _machinery, "The Board waits, Quist says.", "The Board waits, Quist says [2]."),
    Gate(
        "quotation not verbatim",
        True,
        _quotation,
        'The Board will not change "a timetable because of one preprint".',
        'The Board will not change "the timetable because of one preprint".',
    ),
    Gate("figure not in source", True, _figure, "Quist says it covers 61 schools.", "Quist says it covers 58 schools."),
    Gate("title only", True, _title_only, "The Board waits, Quist says.", ""),
    Gate("voice not in claims", False, _voice, "The Board waits, Quist says.", ""),
    Gate("event not dated so", False, _event, "The Board heard of it.", ""),
    Gate("source superseded", False, _superseded, "The Board waits, Quist says.", ""),
    Gate("other unit", False, _unit, "It costs $3m, Quist says.", "It costs €3m, Quist says."),
    Gate(
        "stronger word",
        False,
        _strength,
        "Quist said that the Board will not change a timetable.",
        "Quist confirmed that the Board will not change a timetable.",
    ),
    Gate(
        "report as quotation",
        False,
        _report_as_quotation,
        'Quist said the Board "will not change a timetable".',
        'Quist said that it "covers 61 schools".',
    ),
)
