"""A settings file to begin with: every setting in a comment, with what it means and what it is without."""

import json
from pathlib import Path

from pydantic import BaseModel

from pipeline.errors import SettingsError, UsageError
from pipeline.settings import FILE, Settings

_HEAD = """\
# Settings of The Information Machine. What stands here in a comment is what holds without it: take the # away and
# change the value. Keys are no settings: they come from the environment (OPENAI_API_KEY).
"""


def write_settings_file(home: Path) -> Path:
    """Writes a `machine.toml` that changes nothing into `home`, which is made where it is missing. Raises UsageError
    where there is one, SettingsError where it cannot be written."""
    file = home / FILE
    try:
        home.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as new_file:
            new_file.write(_HEAD + _section(Settings, ""))
    except FileExistsError:
        raise UsageError(f"{file} is there already, or its home is no folder: it was left as it is") from None
    except OSError as error:
        raise SettingsError(f"{file} cannot be written ({error.strerror}): name another home") from error
    return file


def _section(section: type[BaseModel], name: str) -> str:
    """The settings of a section, then the sections within it: TOML wants them in this order."""
    lines, inner = [], []
    for key, field in section.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            inner.append(_section(field.annotation, f"{name}.{key}" if name else key))
        else:
            lines += [f"# {field.description}", f"# {key} ={_value(field.default)}", ""]
    heading = [f"[{name}]"] if name else []
    return "\n" + "\n".join([*heading, *lines]) + "".join(inner)


def _value(default: object) -> str:
    """A default as TOML writes it, after a space; nothing where there is none."""
    if default is None:
        return ""
    if isinstance(default, dict):
        return " {}"
    if isinstance(default, frozenset | tuple):
        return f" {json.dumps(sorted(default) if isinstance(default, frozenset) else list(default))}"
    return f" {json.dumps(str(default) if isinstance(default, Path) else default, ensure_ascii=False)}"
