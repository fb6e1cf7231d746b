"""Events in the order they happened, each told once."""

from collections.abc import Iterable

from pipeline.records.pages import Event

_ALIKE = 0.6  # share of words two tellings of one event have in common


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """`events`, oldest first. Of two on one date that rest on a common claim, or say it in much the same words, the
    one given first stays."""
    kept: list[Event] = []
    for event in events:
        if not any(_same(event, other) for other in kept):
            kept.append(event)
    return tuple(sorted(kept, key=lambda event: event.date))


def _same(one: Event, other: Event) -> bool:
    if one.date != other.date:
        return False
    if {c for said in one.sentences for c in said.claims} & {c for said in other.sentences for c in said.claims}:
        return True
    mine, theirs = _words(one), _words(other)
    return len(mine & theirs) >= _ALIKE * len(mine | theirs)


def _words(event: Event) -> set[str]:
    return {word.strip(".,;:") for said in event.sentences for word in said.text.casefold().split()}
