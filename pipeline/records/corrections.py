"""What an operator corrects on a thread's page, and what a version is after that.

A version never changes: what was corrected since is laid over the latest one where it is shown, and the next is made
with it. A voice's sentences keep the spelling of their sources; the page says what was corrected, and when."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from pipeline.records.items import Item
from pipeline.records.pages import AlsoHeard, Figure, Perspective, Side, Version, Voice
from pipeline.records.threads import Correction

_Headed = TypeVar("_Headed", Perspective, AlsoHeard, Side, Figure)


def corrected(version: Version, corrections: Sequence[Correction]) -> Version:
    """`version` with just these corrections: those it was made with and that are taken back are taken out of it."""
    if version.corrections == tuple(corrections):
        return version
    for each in reversed(version.corrections):
        version = _with(version, each, each.after, each.before)
    for each in corrections:
        version = _with(version, each, each.before, each.after)
    return version.model_copy(update={"corrections": tuple(corrections)})


def dated(items: Iterable[Item], corrections: Sequence[Correction], numbers: Mapping[str, int]) -> list[Item]:
    """`items` with corrected dates. `numbers` are those of the thread's sources, by item."""
    dates = {each.source: each.after or None for each in corrections if each.what == "date"}
    return [
        item.model_copy(update={"published": dates[numbers[item.id]]}) if numbers.get(item.id) in dates else item
        for item in items
    ]


def _with(version: Version, correction: Correction, old: str, new: str) -> Version:
    if correction.what == "title":
        return version.model_copy(update={"thread": version.thread.model_copy(update={"title": new})})
    if correction.what == "date":
        sources = tuple(
            source.model_copy(update={"date": new or None}) if source.number == correction.source else source
            for source in version.sources
        )
        return version.model_copy(update={"sources": sources})
    return _renamed(version, old, new, also_known=() if new == correction.before else (old,))


def _renamed(version: Version, old: str, new: str, also_known: tuple[str, ...]) -> Version:
    """`version` with a voice's name replaced wherever it heads something, and not in sentences; `also_known` are other
    names that it gets."""
    if old.casefold() not in {voice.name.casefold() for voice in version.cast}:
        return version

    def name(own: str) -> str:
        return new if own.casefold() == old.casefold() else own

    def names(joined: str) -> str:
        return "; ".join(name(each.strip()) for each in joined.split(";"))

    def entry(voice: Voice) -> Voice:
        if name(voice.name) == voice.name:
            return voice
        left = [own for own in voice.also if own.casefold() not in (old.casefold(), new.casefold())]
        return voice.model_copy(update={"name": new, "also": (*also_known, *left)})

    def with_names(parts: tuple[_Headed, ...]) -> tuple[_Headed, ...]:
        return tuple(part.model_copy(update={"voice": names(part.voice)}) for part in parts)

    tensions = tuple(tension.model_copy(update={"sides": with_names(tension.sides)}) for tension in version.tensions)
    counted = {field: tuple(map(name, getattr(version.voices, field))) for field in ("independent", "retelling")}
    return version.model_copy(
        update={
            "cast": tuple(entry(voice) for voice in version.cast),
            "perspectives": with_names(version.perspectives),
            "also_heard": with_names(version.also_heard),
            "tensions": tensions,
            "figures": with_names(version.figures),
            "voices": version.voices.model_copy(update=counted),
        }
    )
