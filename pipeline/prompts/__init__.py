"""Loads, checks, renders and fingerprints the files in `prompts/`.

own  prompts of the operator's own, which go before ours

A prompt is one Markdown file: first the text that is the same for every question (so that providers can cache it), then
the line `=== material ===`, then a Jinja template for what differs. A file without that line, or a template that uses a
name it is not given, is an error before anything is asked.
"""

import hashlib
import traceback
from collections.abc import Mapping
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from jinja2 import Environment, StrictUndefined, TemplateError, TemplateSyntaxError, meta, nodes
from pydantic import BaseModel, ConfigDict

from pipeline.errors import MachineError
from pipeline.resources import resource

_SEPARATOR = "\n=== material ===\n"


class AnswerForm(BaseModel):
    """The form of a model's answer: what it does not name has no place in it."""

    model_config = ConfigDict(extra="forbid")


class RenderedPrompt(NamedTuple):
    """One prompt, ready to be sent. `fingerprint` is a hash of the prompt file, whatever `material` went in."""

    name: str
    fingerprint: str
    system: str
    user: str
    material: Mapping[str, object] = MappingProxyType({})


class Prompt:
    """One file of prompts; messages call it `place`. Raises MachineError, with the line, where it lacks the separating
    line or is no valid template."""

    def __init__(self, name: str, text: str, place: str = "") -> None:
        system, separator, template = text.partition(_SEPARATOR)
        self.name, self.place = name, place or f"prompts/{name}.md"
        if not separator:
            last = text.rstrip().count("\n") + 1
            raise MachineError(
                f"{self.place}:{last} lacks the line {_SEPARATOR.strip()!r}: put it between the instructions and the "
                "material"
            )
        self.fingerprint = hashlib.sha256(text.encode()).hexdigest()[:12]
        self.first_line = (system + separator).count("\n")
        """The line that the material begins behind."""
        for number, line in enumerate(system.split("\n"), 1):
            if "{{" in line or "{%" in line:
                raise MachineError(
                    f"{self.place}:{number} has a place to be filled before {_SEPARATOR.strip()!r}, where all is sent "
                    "as it stands: put it behind"
                )
        self._system, self._text = system.strip(), template
        # Prompts are plain text for a model, never markup for a browser: escaping would corrupt quotations.
        self._environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
        try:
            self._template = self._environment.from_string(template)
        except TemplateSyntaxError as error:
            at = self.first_line + error.lineno
            raise MachineError(f"{self.place}:{at} is no valid template: {error}") from error

    @cached_property
    def tree(self) -> nodes.Template:
        """The template's syntax."""
        return self._environment.parse(self._text)

    @cached_property
    def undeclared(self) -> frozenset[str]:
        """The names that the template is to be given."""
        return frozenset(meta.find_undeclared_variables(self.tree))

    def render(self, **material: object) -> RenderedPrompt:
        """The prompt with its material. Raises MachineError where the template uses a name that is not given, or does
        with it what cannot be done."""
        try:
            user = self._template.render(**material).strip()
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
            line = f":{self.first_line + frames[-1].lineno}" if frames and frames[-1].lineno else ""
            raise MachineError(f"{self.place}{line} cannot be filled: {error}") from error
        return RenderedPrompt(self.name, self.fingerprint, self._system, user, material)


@lru_cache
def prompt(name: str) -> Prompt:
    """Our prompt `prompts/<name>.md`. Raises MachineError where there is none."""
    return Prompt(name, (resource("prompts") / f"{name}.md").read_text(encoding="utf-8"))
