"""What is wrong with settings, in words that say which one and what to do."""

import re
from typing import Any

from pydantic import BaseModel, ValidationError

_TWICE = re.compile(r"Cannot declare \((.*?)\) twice \((.*)\)")
_NAME = re.compile(r"'([^']*)'")
_FORMS = {
    "frozen_set_type": "write a list in brackets",
    "tuple_type": "write a list in brackets",
    "list_type": "write a list in brackets",
    "string_type": "write text in quotation marks",
}
"""How values of other kinds than were given are written, by pydantic's names for them."""


def unreadable(error: Exception) -> str:
    """Why a file cannot be read as TOML, and what to do, as what follows its name."""
    twice = _TWICE.match(str(error))
    if twice:
        return f"has [{'.'.join(_NAME.findall(twice[1]))}] twice ({twice[2]}): put all under the first"
    return f"cannot be read as TOML ({error}): correct it, or remove it"


def fault_in(error: ValidationError) -> str:
    """The first thing that is wrong with settings, without their names."""
    return (
        error.errors(include_url=False, include_input=False)[0]["msg"]
        .removeprefix("Value error, ")
        .replace("Input should", "it should")
    )


def explained(error: ValidationError, settings: type[BaseModel]) -> str:
    """The first thing that is wrong with settings, with the name of the setting and what it is."""
    first = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        where = " (the key belongs in the environment, as OPENAI_API_KEY)" if "key" in key else ""
        return f"there is no setting {key}{where}: remove it, or see docs/settings.md for the names"
    if first["type"] == "model_type":
        return f"{key} is not usable: it is a section, [{key}], with settings of its own"
    what = _description(first["loc"], settings)
    it_is = f"it is {what}" if what else ""
    fault = "" if first["type"] == "string_pattern_mismatch" else _FORMS.get(first["type"], fault_in(error))
    return f"{key or 'a setting'} is not usable: {'; '.join(filter(None, (fault, it_is)))}"


def _description(place: tuple[int | str, ...], settings: type[BaseModel]) -> str:
    """What the setting at this place is, as docs/settings.md says it; "" for a section."""
    fields: dict[str, Any] = dict(settings.model_fields)
    described = ""
    for part in place:
        if str(part) not in fields:  # the so manieth value of a list
            return described
        field = fields[str(part)]
        described, fields = field.description or "", getattr(field.annotation, "model_fields", {})
    return described
