"""Events in the order they happened, each once."""

from collections.abc import Iterable

from pipeline.records.dates import order
from pipeline.records.pages import Event

_SAME_EVENT = 0.6  # least Jaccard similarity of the words of two entries for one event; chosen, not measured


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """`events`, oldest first. Two of one date that cite a common claim, or use much the same words, are one event: the
    one given first stays."""
    kept: list[Event] = []
    for event in events:
        if not any(_same(event, other) for other in kept):
            kept.append(event)
    return tuple(sorted(kept, key=lambda event: order(event.date)))


def _same(one: Event, other: Event) -> bool:
    if one.date != other.date:
        return False
    if _claims(one) & _claims(other):
        return True
    words, other_words = _words(one), _words(other)
    return len(words & other_words) >= _SAME_EVENT * len(words | other_words)


def _claims(event: Event) -> set[str]:
    return {claim for sentence in event.sentences for claim in sentence.claims}


def _words(event: Event) -> set[str]:
    return {word.strip(".,;:") for sentence in event.sentences for word in sentence.text.casefold().split()}
