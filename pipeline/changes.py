"""What changed between two versions: by section, by part, by sentence, by word. Pure: two versions in, values out."""

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from pipeline.records import Record
from pipeline.records.pages import Said, Version

Kind = Literal["kept", "reworded", "added", "removed"]
_ALIKE = 0.55  # of two wordings, to be told as one sentence reworded


class Run(Record):
    """Some words of a reworded sentence: in both wordings, or in one."""

    kind: Literal["kept", "added", "removed"]
    text: str


class SentenceChange(Record):
    """One sentence: as it stands in both versions, in one of them, or in each in other words."""

    kind: Kind
    text: str
    words: tuple[Run, ...] = ()


class PartChange(Record):
    """A paragraph, event, voice or tension in which something changed, under the name a reader knows it by."""

    label: str
    kind: Kind
    note: str
    sentences: tuple[SentenceChange, ...]


class SectionChange(Record):
    name: str
    parts: tuple[PartChange, ...]


class Difference(Record):
    """All that changed from version `before` to version `after` of a thread. Sections without a change are left out;
    `counts` has every sentence of both."""

    thread: str
    before: int
    after: int
    title: tuple[str, str] | None
    counts: dict[Kind, int]
    sections: tuple[SectionChange, ...]
    new_sources: tuple[str, ...]


class _Part(NamedTuple):
    key: str
    label: str
    state: str
    sentences: tuple[Said, ...]


def difference(before: Version, after: Version) -> Difference:
    """The difference between two versions of one thread, in the order the later one is read."""
    counts: dict[Kind, int] = {"kept": 0, "reworded": 0, "added": 0, "removed": 0}
    sections = []
    for name, parts_of in _SECTIONS.items():
        parts = list(_parts(parts_of(before), parts_of(after)))
        for part in parts:
            for sentence in part.sentences:
                counts[sentence.kind] += 1
        changed = tuple(part for part in parts if part.kind != "kept")
        if changed:
            sections.append(SectionChange(name=name, parts=changed))
    known = {source.item for source in before.sources}
    title = (before.thread.title, after.thread.title)
    return Difference(
        thread=after.thread.slug,
        before=before.version,
        after=after.version,
        title=title if title[0] != title[1] else None,
        counts=counts,
        sections=tuple(sections),
        new_sources=tuple(f"[{s.number}] {s.title} - {s.venue}" for s in after.sources if s.item not in known),
    )


def _parts(before: Sequence[_Part], after: Sequence[_Part]) -> Iterator[PartChange]:
    """Every part of both, paired by key; a part that is gone stands where it stood."""
    old = {part.key: part for part in before}
    new = {part.key: part for part in after}
    stayed = {said.text for part in before for said in part.sentences}
    moved_to = {said.text for part in after for said in part.sentences}
    for part in after:
        yield _part(old.get(part.key), part, stayed, moved_to)
    for part in before:
        if part.key not in new:
            yield _part(part, None, stayed, moved_to)


def _part(before: _Part | None, after: _Part | None, stayed: set[str], moved_to: set[str]) -> PartChange:
    sentences = tuple(
        _sentences(before.sentences if before else (), after.sentences if after else (), stayed, moved_to)
    )
    shown = after or before
    assert shown is not None  # noqa: S101 - one of the two is always given
    note = f"{before.state} → {after.state}" if before and after and before.state != after.state else ""
    same = before is not None and after is not None and not note and all(s.kind == "kept" for s in sentences)
    kind: Kind = "kept" if same else "added" if before is None else "removed" if after is None else "reworded"
    return PartChange(label=shown.label, kind=kind, note=note, sentences=sentences)


def _sentences(
    before: Sequence[Said], after: Sequence[Said], stayed: set[str], moved_to: set[str]
) -> Iterator[SentenceChange]:
    """The sentences of one part, in the order of the later version. One that stands elsewhere in the other version
    has only moved, and is told as kept, once."""
    gone = [said.text for said in before if said.text not in moved_to]
    for said in after:
        if said.text in stayed:
            yield SentenceChange(kind="kept", text=said.text)
            continue
        nearest = max(gone, key=lambda text: _likeness(text, said.text), default=None)
        if nearest is not None and _likeness(nearest, said.text) >= _ALIKE:
            gone.remove(nearest)
            yield SentenceChange(kind="reworded", text=said.text, words=tuple(_words(nearest, said.text)))
        else:
            yield SentenceChange(kind="added", text=said.text)
    for text in gone:
        yield SentenceChange(kind="removed", text=text)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _words(before: str, after: str) -> Iterator[Run]:
    old, new = (re.findall(r"\S+\s*", text) for text in (before, after))
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Run(kind="kept", text="".join(new[c:d]))
            continue
        if b > a:
            yield Run(kind="removed", text="".join(old[a:b]))
        if d > c:
            yield Run(kind="added", text="".join(new[c:d]))


def _narrative(version: Version) -> list[_Part]:
    return [_Part(p.id, p.theme, "", p.sentences) for p in version.narrative]


def _timeline(version: Version) -> list[_Part]:
    return [_Part(e.id, e.date, e.date, e.sentences) for e in version.timeline]


def _perspectives(version: Version) -> list[_Part]:
    return [_Part(v.voice.casefold(), v.voice, "", (*v.position, *v.evolution.sentences)) for v in version.perspectives]


def _also_heard(version: Version) -> list[_Part]:
    return [_Part(h.voice.casefold(), h.voice, "", h.sentences) for h in version.also_heard]


def _tensions(version: Version) -> list[_Part]:
    return [
        _Part(
            t.id,
            " ".join(said.text for said in t.sentences),
            t.state,
            (*t.sentences, *t.resolution, *(said for side in t.sides for said in side.sentences), *t.missing),
        )
        for t in version.tensions
    ]


_SECTIONS: dict[str, Callable[[Version], list[_Part]]] = {
    "Narrative": _narrative,
    "Timeline": _timeline,
    "Perspectives": _perspectives,
    "Also heard": _also_heard,
    "Tensions": _tensions,
}
