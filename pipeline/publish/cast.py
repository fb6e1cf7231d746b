"""Who is who: a voice by any of its names, as a version's cast has them."""

import re
from collections.abc import Sequence

from pipeline.records.pages import Perspective, Voice

_WORD = re.compile(r"\w+")


def names_of(voice: str, cast: Sequence[Voice]) -> set[str]:
    """All names of a voice, without their case; its own alone where the cast has no entry for it."""
    entry = _entry_of(voice, cast)
    return _names(entry) if entry else {voice.casefold()}


def role_and_venue(perspective: Perspective, cast: Sequence[Voice]) -> str:
    """Who a voice is and where it speaks, as far as is known. A perspective's own venue goes before the cast's."""
    entry = _entry_of(perspective.voice, cast)
    role, venue = (entry.role, entry.venue) if entry else ("", "")
    return " · ".join(filter(None, (role, perspective.venue or venue)))


def other_names(voice: Voice) -> list[str]:
    """The names a voice also goes by that tell a reader something: those that are no part of its name."""
    words = set(_WORD.findall(voice.name.casefold()))
    return [name for name in voice.also if not set(_WORD.findall(name.casefold())) <= words]


def _entry_of(voice: str, cast: Sequence[Voice]) -> Voice | None:
    return next((entry for entry in cast if voice.casefold() in _names(entry)), None)


def _names(entry: Voice) -> set[str]:
    return {name.casefold() for name in (entry.name, *entry.also)}
