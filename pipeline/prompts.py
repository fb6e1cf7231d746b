"""Loads, checks, renders and fingerprints the files in `prompts/`.

A prompt is one Markdown file: first the text that is the same for every question (so that providers can cache it), then
the line `=== material ===`, then a Jinja template for what differs. A file without that line, or a template that uses a
name it is not given, is an error before anything is asked.
"""

import hashlib
from functools import lru_cache
from typing import NamedTuple

from jinja2 import Environment, StrictUndefined, TemplateError
from pydantic import BaseModel, ConfigDict

from pipeline.errors import MachineError
from pipeline.resources import resource

_SEPARATOR = "\n=== material ===\n"


class AnswerForm(BaseModel):
    """The form of a model's answer: what it does not name has no place in it."""

    model_config = ConfigDict(extra="forbid")


class RenderedPrompt(NamedTuple):
    """One prompt, ready to be sent. `fingerprint` is a hash of the prompt file, whatever material went in."""

    name: str
    fingerprint: str
    system: str
    user: str


class Prompt:
    """One file of `prompts/`. Raises MachineError where it lacks the separating line or is no valid template."""

    def __init__(self, name: str, text: str) -> None:
        system, separator, template = text.partition(_SEPARATOR)
        if not separator:
            raise MachineError(f"prompts/{name}.md lacks the line {_SEPARATOR.strip()!r}: put it before the material")
        self.name = name
        self.fingerprint = hashlib.sha256(text.encode()).hexdigest()[:12]
        self._system = system.strip()
        # Prompts are plain text for a model, never markup for a browser: escaping would corrupt quotations.
        environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
        try:
            self._template = environment.from_string(template)
        except TemplateError as error:
            raise MachineError(f"prompts/{name}.md is no valid template: {error}") from error

    def render(self, **material: object) -> RenderedPrompt:
        """The prompt with its material. Raises MachineError where the template uses a name that is not given."""
        try:
            user = self._template.render(**material).strip()
        except TemplateError as error:
            raise MachineError(f"prompts/{self.name}.md cannot be filled: {error}") from error
        return RenderedPrompt(self.name, self.fingerprint, self._system, user)


@lru_cache
def prompt(name: str) -> Prompt:
    """The prompt `prompts/<name>.md`. Raises MachineError where there is none."""
    return Prompt(name, (resource("prompts") / f"{name}.md").read_text(encoding="utf-8"))
