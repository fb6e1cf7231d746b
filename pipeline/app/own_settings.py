"""What one thread has otherwise than its home: which settings that may be, and where each of its values comes from."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from pipeline.errors import UsageError
from pipeline.records.threads import Thread
from pipeline.settings import Settings
from pipeline.settings.faults import fault_in
from pipeline.settings.own import OWN

Origin = Literal["thread", "settings file", "default"]


class OwnSetting(NamedTuple):
    """A setting as a thread's runs have it, by section and name, and where its value comes from."""

    key: str
    value: Any
    origin: Origin


def as_of_thread(settings: Settings, thread: Thread) -> list[OwnSetting]:
    """Each setting that a thread may have of its own, as its runs have it. `settings` are the home's."""
    own, lines = thread.own_settings, []
    values = settings.values_of_thread(own)
    for key in OWN:
        section, _, name = key.partition(".")
        is_in_file = name in getattr(settings, section).model_fields_set
        origin: Origin = "thread" if key in own else "settings file" if is_in_file else "default"
        lines.append(OwnSetting(key, values[section][name], origin))
    return lines


def changed(settings: Settings, thread: Thread, key: str, text: str | None) -> Mapping[str, Any]:
    """What the thread has of its own after `key` is set to the value that `text` writes, or, with None, is left to the
    home again. Raises UsageError for a name that is none, and a value that cannot be."""
    if key not in OWN:
        raise UsageError(f"one thread cannot have {key!r} of its own: it can have {', '.join(OWN)}")
    section, _, name = key.partition(".")
    own = {other: value for other, value in thread.own_settings.items() if other != key}
    try:
        effective = settings.of_thread(own if text is None else {**own, key: text})
    except ValidationError as error:
        if text is None and not _go_together(settings, thread):  # one after the other is taken back
            return own
        meaning = type(getattr(settings, section)).model_fields[name].description
        value = "left to the settings" if text is None else f"{text!r}"
        raise UsageError(
            f"{key} of thread {thread.slug!r} cannot be {value} ({fault_in(error)}): it is {meaning}"
        ) from error
    return own if text is None else {**own, key: getattr(getattr(effective, section), name)}


def _go_together(settings: Settings, thread: Thread) -> bool:
    """Whether what the thread has goes with the home's settings, which may have changed since."""
    try:
        settings.of_thread(thread.own_settings)
    except ValidationError:
        return False
    return True
