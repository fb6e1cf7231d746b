"""What changed between two versions: by section, by part, by sentence, by word. Pure: two versions in, values out."""

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from pipeline.records import Record
from pipeline.records.dates import PartialDate, in_words
from pipeline.records.pages import Figure, Sentence, Side, Version


class Wording(NamedTuple):
    """How dates and numbers are written."""

    date: Callable[[PartialDate], str] = in_words
    number: Callable[[float], str] = "{:.15g}".format


_PLAIN = Wording()

Kind = Literal["kept", "moved", "reworded", "added", "removed"]
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""The letters of scripts without spaces, as a class of a pattern has them."""
_WORD = re.compile(rf"[{UNSPACED}]\s*|[^\s{UNSPACED}]+\s*")
_SAME_SENTENCE = 0.55  # least likeness (0 to 1) of two wordings of one sentence; chosen, not measured


class WordRun(Record):
    """Consecutive words of a reworded sentence that are in both wordings, or in one."""

    kind: Literal["kept", "added", "removed"]
    text: str


class SentenceChange(Record):
    """One sentence: in both versions, in the same place or moved to another of its section; in one of them; or
    reworded. `text` is the later wording; `words` is empty unless reworded."""

    kind: Kind
    text: str
    words: tuple[WordRun, ...] = ()


class PartChange(Record):
    """A paragraph, event, voice or tension, with the label it has on the page, "" where the section is all one part.
    `note` says how its state changed, or is ""."""

    label: str
    kind: Kind
    note: str
    sentences: tuple[SentenceChange, ...]


class SectionChange(Record):
    """A section of the page, with the parts of it in which something changed, or all of them."""

    name: str
    parts: tuple[PartChange, ...]

    @property
    def is_kept(self) -> bool:
        """Whether nothing in it changed."""
        return all(part.kind == "kept" for part in self.parts)


class Difference(Record):
    """All that changed from version `before` to version `after` of a thread. Sections without a change are left out,
    where the whole was not asked for; `counts` counts every sentence of both. `title` is the old and the new one, or
    None where it stayed."""

    thread: str
    before: int
    after: int
    title: tuple[str, str] | None
    counts: dict[Kind, int]
    sections: tuple[SectionChange, ...]
    new_sources: tuple[str, ...]


class _Part(NamedTuple):
    """A part of a section as one version has it. `key` pairs it with the same part of another version."""

    key: str
    label: str
    state: str
    sentences: tuple[str, ...]


def difference(before: Version, after: Version, wording: Wording = _PLAIN, *, whole: bool = False) -> Difference:
    """The difference between two versions of one thread, in the reading order of the later one; the `whole` has the
    sections and parts in which nothing changed, too. `wording` is the later one's."""
    counts: dict[Kind, int] = {"kept": 0, "moved": 0, "reworded": 0, "added": 0, "removed": 0}
    sections = []
    for name, parts_of in _SECTIONS.items():
        parts = list(_parts(parts_of(before, wording), parts_of(after, wording)))
        for part in parts:
            for sentence in part.sentences:
                counts[sentence.kind] += 1
        shown = tuple(part for part in parts if (whole or part.kind != "kept") and (part.sentences or part.note))
        if shown:
            sections.append(SectionChange(name=name, parts=shown))
    earlier_items = {source.item for source in before.sources}
    title = (before.thread.title, after.thread.title)
    return Difference(
        thread=after.thread.slug,
        before=before.version,
        after=after.version,
        title=title if title[0] != title[1] else None,
        counts=counts,
        sections=tuple(sections),
        new_sources=tuple(f"[{s.number}] {s.title} - {s.venue}" for s in after.sources if s.item not in earlier_items),
    )


def _parts(before: Sequence[_Part], after: Sequence[_Part]) -> Iterator[PartChange]:
    """Every part of both, paired by key: those of the later version in order, then those that are gone."""
    old_parts = {part.key: part for part in before}
    new_parts = {part.key: part for part in after}
    old_texts = {text for part in before for text in part.sentences}
    new_texts = {text for part in after for text in part.sentences}
    for part in after:
        yield _part(old_parts.get(part.key), part, old_texts, new_texts)
    for part in before:
        if part.key not in new_parts:
            yield _part(part, None, old_texts, new_texts)


def _part(before: _Part | None, after: _Part | None, old_texts: set[str], new_texts: set[str]) -> PartChange:
    """One part of a section, as it is in either version. The sets hold all sentences of the section in each."""
    sentences = tuple(
        _sentences(before.sentences if before else (), after.sentences if after else (), old_texts, new_texts)
    )
    latest = after or before
    assert latest is not None  # noqa: S101 - one of the two is always given
    note = f"{before.state} → {after.state}" if before and after and before.state != after.state else ""
    same = before is not None and after is not None and not note and all(s.kind == "kept" for s in sentences)
    kind: Kind = "kept" if same else "added" if before is None else "removed" if after is None else "reworded"
    return PartChange(label=latest.label, kind=kind, note=note, sentences=sentences)


def _sentences(
    before: Sequence[str], after: Sequence[str], old_texts: set[str], new_texts: set[str]
) -> Iterator[SentenceChange]:
    """The sentences of one part, in the order of the later version. One that is elsewhere in the section in the other
    version, or among other sentences of the part, has moved, and is told where it is now."""
    gone = [text for text in before if text not in new_texts]
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    stayed = {after[block.b + n] for block in blocks for n in range(block.size)}
    for sentence in after:
        if sentence in old_texts:
            yield SentenceChange(kind="kept" if sentence in stayed else "moved", text=sentence)
            continue
        nearest = max(gone, key=lambda text: _likeness(text, sentence), default=None)
        if nearest is not None and _likeness(nearest, sentence) >= _SAME_SENTENCE:
            gone.remove(nearest)
            yield SentenceChange(kind="reworded", text=sentence, words=tuple(_words(nearest, sentence)))
        else:
            yield SentenceChange(kind="added", text=sentence)
    for text in gone:
        yield SentenceChange(kind="removed", text=text)


def _likeness(one: str, other: str) -> float:
    """How alike two sentences are, word by word, from 0 to 1."""
    return SequenceMatcher(None, _words_of(one), _words_of(other), autojunk=False).ratio()


def _words_of(text: str) -> list[str]:
    """The words of a sentence; of a script that does not part them, its characters."""
    return [word.rstrip() for word in _WORD.findall(text)]


def _words(before: str, after: str) -> Iterator[WordRun]:
    """The words of both wordings in runs, in the order of the later one."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield WordRun(kind="kept", text="".join(new[new_start:new_end]))
            continue
        if old_end > old_start:
            yield WordRun(kind="removed", text="".join(old[old_start:old_end]))
        if new_end > new_start:
            yield WordRun(kind="added", text="".join(new[new_start:new_end]))


def _texts(*sentences: Sentence) -> tuple[str, ...]:
    return tuple(sentence.text for sentence in sentences)


def _in_brief(version: Version, _: Wording) -> list[_Part]:
    return [_Part("", "", "", _texts(*version.in_brief))]


def _narrative(version: Version, _: Wording) -> list[_Part]:
    return [_Part(p.id, p.theme, "", _texts(*p.sentences)) for p in version.narrative]


def _figures(version: Version, wording: Wording) -> list[_Part]:
    """A figure counts as a sentence."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for figure in version.figures:
        kinds.setdefault((figure.about, figure.unit), []).append(_figure(figure, wording))
    return [
        _Part(f"{about} {unit}", f"{about}, {unit}" if unit else about, "", tuple(told))
        for (about, unit), told in kinds.items()
    ]


def _figure(figure: Figure, wording: Wording) -> str:
    whose = ", ".join(filter(None, (figure.voice, wording.date(figure.date) if figure.date else "")))
    ends = ["…" if end is None else wording.number(end) for end in (figure.low, figure.high)]
    margin = f" [{'; '.join(ends)}]" if ends != ["…", "…"] else ""
    value = wording.number(figure.value + 0.0)  # no minus before a zero
    return (f"{whose}: " if whose else "") + value + margin


def _timeline(version: Version, wording: Wording) -> list[_Part]:
    dates = {event.id: wording.date(event.date) for event in version.timeline}
    return [_Part(e.id, dates[e.id], dates[e.id], _texts(*e.sentences)) for e in version.timeline]


def _key(version: Version, voice: str) -> str:
    """What pairs a voice, or several, with those of another version: the names before the operator corrected them."""
    before = {each.after: each.before for each in version.corrections if each.what == "voice"}
    return "; ".join(before.get(name, name) for name in voice.split("; ")).casefold()


def _perspectives(version: Version, _: Wording) -> list[_Part]:
    return [
        _Part(_key(version, v.voice), v.voice, "", _texts(*v.position, *v.evolution.sentences))
        for v in version.perspectives
    ]


def _also_heard(version: Version, _: Wording) -> list[_Part]:
    return [_Part(_key(version, h.voice), h.voice, "", _texts(*h.sentences)) for h in version.also_heard]


def _tensions(version: Version, _: Wording) -> list[_Part]:
    return [
        _Part(
            t.id,
            " ".join(_texts(*t.sentences)),
            t.state,
            (
                *_texts(*t.sentences, *t.resolution),
                *(text for side in t.sides for text in _side(side)),
                *_texts(*t.relation, *t.common_ground, *t.missing),
            ),
        )
        for t in version.tensions
    ]


def _side(side: Side) -> tuple[str, ...]:
    """A side's answer, with who gives it, counts as a sentence."""
    answer = (f"{side.answer} ({side.voice})",) if side.answer else ()
    return (*answer, *_texts(*side.sentences))


_SECTIONS: dict[str, Callable[[Version, Wording], list[_Part]]] = {
    "In brief": _in_brief,
    "Figures": _figures,
    "Narrative": _narrative,
    "Timeline": _timeline,
    "Perspectives": _perspectives,
    "Also heard": _also_heard,
    "Tensions": _tensions,
}
