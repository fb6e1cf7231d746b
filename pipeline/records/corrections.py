"""What an operator corrects on a thread's page, and what a version is after that.

A version never changes: what was corrected since is laid over the latest one where it is shown, and the next is made
with it. A voice's sentences keep the spelling of their sources; the page says what was corrected, and when. With the
date of a source goes the day of each figure and event that has it from there, and not from the words it rests on."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from pipeline.records.dates import PartialDate, months_of, order, partial_date
from pipeline.records.items import Item
from pipeline.records.pages import AlsoHeard, CitedClaim, Event, Figure, Perspective, Side, Version, Voice
from pipeline.records.threads import Correction

_Headed = TypeVar("_Headed", Perspective, AlsoHeard, Side, Figure)

NamesDay = Callable[[str, str | None, int, tuple[int, int], int | None], bool]
"""Whether a text, in a language, names a date: its year, its first and last month and, where it has one, its day."""


def corrected(version: Version, corrections: Sequence[Correction], names_day: NamesDay | None = None) -> Version:
    """`version` with just these corrections: those it was made with and that are taken back are taken out of it.
    Without `names_day` events keep their days, as those of a version do that is made with the corrections."""
    if version.corrections == tuple(corrections):
        return version
    for each in reversed(version.corrections):
        version = _with(version, each, each.after, each.before, names_day)
    for each in corrections:
        version = _with(version, each, each.before, each.after, names_day)
    return version.model_copy(update={"corrections": tuple(corrections)})


def dated(items: Iterable[Item], corrections: Sequence[Correction], numbers: Mapping[str, int]) -> list[Item]:
    """`items` with corrected dates. `numbers` are those of the thread's sources, by item."""
    dates = {each.source: each.after or None for each in corrections if each.what == "date"}
    return [
        item.model_copy(update={"published": dates[numbers[item.id]]}) if numbers.get(item.id) in dates else item
        for item in items
    ]


def _with(version: Version, correction: Correction, old: str, new: str, names_day: NamesDay | None) -> Version:
    if correction.what == "title":
        return version.model_copy(update={"thread": version.thread.model_copy(update={"title": new})})
    if correction.what == "date":
        return _Redating(version, correction.source or 0, old or None, new or None, names_day).done()
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


class _Redating:
    """The date of one source of a version becomes another, and with it the days that were taken from there."""

    def __init__(
        self, version: Version, number: int, old: PartialDate | None, new: PartialDate | None, names: NamesDay | None
    ) -> None:
        self._version, self._number, self._old, self._new, self._names = version, number, old, new, names
        self._dates = {source.number: source.date for source in version.sources}
        self._languages = {source.number: source.language for source in version.sources}

    def done(self) -> Version:
        """The version after that."""
        sources = tuple(
            source.model_copy(update={"date": self._new}) if source.number == self._number else source
            for source in self._version.sources
        )
        comparisons: dict[str, list[Figure]] = defaultdict(list)
        for figure in map(self._figure, self._version.figures):
            comparisons[figure.about].append(figure)
        figures = tuple(figure for each in comparisons.values() for figure in sorted(each, key=_age))
        timeline = tuple(sorted(map(self._event, self._version.timeline), key=lambda event: order(event.date)))
        return self._version.model_copy(update={"sources": sources, "figures": figures, "timeline": timeline})

    def _figure(self, figure: Figure) -> Figure:
        """A figure is of the first day that its claims give, or were told on."""
        claims = [self._version.claims[claim] for claim in figure.claims if claim in self._version.claims]
        before, after = (_first(self._day(claim, date) for claim in claims) for date in (self._old, self._new))
        return figure if figure.date != before else figure.model_copy(update={"date": after})

    def _day(self, claim: CitedClaim, date: PartialDate | None) -> PartialDate | None:
        """The day of a claim's figures, where the source is of `date`."""
        told = date if claim.source == self._number else self._dates.get(claim.source)
        return self._own_day(claim) or partial_date(claim.posted) or told

    def _own_day(self, claim: CitedClaim) -> PartialDate | None:
        """When what a claim states happened, unless that is only when its source was published."""
        day = claim.occurred.start or claim.occurred.end
        given = day and (self._is_of_source(claim, day, self._old) or self._is_of_source(claim, day, self._new))
        return None if day and given and not self._named(claim, day) else day

    def _is_of_source(self, claim: CitedClaim, day: PartialDate, date: PartialDate | None) -> bool:
        """Whether the source that is dated anew, being of `date`, may have given a claim this day, cut or not."""
        return claim.source == self._number and not claim.posted and (date or "").startswith(day)

    def _named(self, claim: CitedClaim, day: PartialDate) -> bool:
        """Whether the words of a claim name the day."""
        if self._names is None:
            return True
        words = "\n".join(quotation.text for quotation in claim.quotations)
        number = int(day[8:]) if len(day) == len("2016-11-10") else None
        return self._names(words, self._languages.get(claim.source), int(day[:4]), months_of(day), number)

    def _event(self, event: Event) -> Event:
        cited = [self._version.claims[claim] for sentence in event.sentences for claim in sentence.claims]
        mine = [claim for claim in cited if self._is_of_source(claim, event.date, self._old)]
        others = [claim for claim in cited if claim not in mine]
        if (
            not mine
            or self._new is None  # an event is of some day
            or any(self._day(claim, self._new) == event.date for claim in others)
            or any(self._named(claim, event.date) for claim in cited)
        ):
            return event
        return event.model_copy(update={"date": self._new[: len(event.date)]})


def _first(days: Iterable[PartialDate | None]) -> PartialDate | None:
    return min((day for day in days if day), key=order, default=None)


def _age(figure: Figure) -> str:
    return order(figure.date) if figure.date else "9999"
