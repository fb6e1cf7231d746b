"""Prompts of the operator's own, which go before ours file by file; each is checked whole before anything is asked.

A file has the form and the name of one of ours, and its template uses the names that ours uses, all of them: what it
left out a model could not name, and another name stands for nothing."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from jinja2 import nodes

from pipeline.errors import MachineError, SettingsError
from pipeline.prompts import Prompt, RenderedPrompt, prompt
from pipeline.records.replies import PromptFile
from pipeline.resources import resource

PURPOSES: Final = {
    "triage": "which items cannot matter to a thread",
    "extract": "what an article claims",
    "posts": "what the posts of a discussion claim",
    "page": "a thread's first page, or one written anew",
    "page_section": "a section of it, where its answer was cut off",
    "update": "the edits that new sources call for",
    "update_section": "a section of these, where their answer was cut off",
    "support": "whether what a sentence cites carries it",
    "translate": "what is cited of other languages",
    "pursue": "searches for what a version lacks",
    "discover": "which thread an item belongs to, and new ones",
    "day": "what connects the developments of a day",
}
"""The prompts that an operator may replace, each with what it asks for, in the order of a run."""

OF_A_VERSION: Final = tuple(name for name in PURPOSES if name not in ("pursue", "discover", "day"))
"""Those that a version rests on."""


class Prompts:
    """The prompts of a home: its own, in the folder `folder`, before ours. Raises SettingsError, with file and line,
    for a file that cannot be asked with."""

    def __init__(self, folder: Path | None = None) -> None:
        self._own = {name: _own_prompt(name, file) for name, file in _files(folder)}

    @property
    def own(self) -> tuple[str, ...]:
        """The names of those that are the operator's own."""
        return tuple(self._own)

    def get(self, name: str) -> Prompt:
        """The prompt of this name: the operator's own, or ours."""
        return self._own.get(name) or prompt(name)

    def every(self) -> list[PromptFile]:
        """All of them, in the order of a run."""
        ours = resource("prompts")
        return [
            PromptFile(
                name=name,
                fingerprint=self.get(name).fingerprint,
                own=name in self._own,
                file=self._own[name].place if name in self._own else str(ours / f"{name}.md"),
                asks=asks,
            )
            for name, asks in PURPOSES.items()
        ]

    def of(self, question: RenderedPrompt) -> RenderedPrompt:
        """The question in the operator's own words, where there are any. Raises SettingsError where they cannot be
        filled with it."""
        own = self._own.get(question.name)
        return own.render(**question.material) if own else question


def _files(folder: Path | None) -> Iterator[tuple[str, Path]]:
    """The prompts in a folder, in the order of a run; none where there is no folder."""
    files = {file.stem: file for file in sorted(folder.glob("*.md"))} if folder else {}
    for name, file in files.items():
        if name not in PURPOSES:
            raise SettingsError(f"{file} is no prompt that is asked: name it as one of {', '.join(PURPOSES)}")
    return ((name, files[name]) for name in PURPOSES if name in files)


def _own_prompt(name: str, file: Path) -> Prompt:
    try:
        text = file.read_text(encoding="utf-8-sig")
        own = Prompt(name, text, str(file))
        _check_names(own, prompt(name))
        own.render(**dict.fromkeys(prompt(name).undeclared, _Stand()))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read as a prompt ({error}): correct it, or remove it") from error
    except MachineError as error:
        shipped = resource("prompts") / f"{name}.md"
        raise SettingsError(f"{error} (ours is {shipped})") from error
    return own


def _check_names(own: Prompt, ours: Prompt) -> None:
    """Raises MachineError where the template uses another name than ours does, or leaves one out."""
    known, used = _names(ours), _names(own)
    for name, line in used.items():
        if name not in known:
            raise MachineError(
                f"{own.place}:{line} uses {name!r}, which this prompt is not given: it has {', '.join(sorted(known))}"
            )
    missing = sorted(set(known) - set(used))
    if missing:
        raise MachineError(
            f"{own.place}:{own.first_line} uses nowhere behind this line what the question is about: "
            f"{', '.join(missing)}"
        )


def _names(of: Prompt) -> Mapping[str, int]:
    """The variables and the attributes that a template uses, each with the line of its file that has it first."""
    variables = of.undeclared
    found = [(each.name, each.lineno) for each in of.tree.find_all(nodes.Name) if each.name in variables]
    for each in of.tree.find_all(nodes.Getattr):
        if not (isinstance(each.node, nodes.Name) and each.node.name == "loop"):
            found.append((each.attr, each.lineno))
    lines: dict[str, int] = {}
    for name, line in found:
        lines[name] = min(line, lines.get(name, line))
    return {name: line + of.first_line for name, line in sorted(lines.items(), key=lambda entry: entry[1])}


class _Stand(str):
    """Stands for anything a template may be given: it has every attribute, and two parts that are like it. What a
    template makes of it, it can make of what is asked about."""

    __slots__ = ()

    def __new__(cls) -> "_Stand":
        return super().__new__(cls, "…")

    def __getattribute__(self, name: str) -> object:
        return super().__getattribute__(name) if name.startswith("_") else _Stand()

    def __call__(self, *_: object, **__: object) -> "_Stand":
        return _Stand()

    def __getitem__(self, _: object) -> "_Stand":
        return _Stand()

    def __iter__(self) -> Iterator["_Stand"]:
        return iter((_Stand(), _Stand()))

    def __len__(self) -> int:
        return 2

    def __int__(self) -> int:
        return 2

    __index__ = __int__

    def __float__(self) -> float:
        return 2.0

    def __round__(self, _: int = 0) -> int:
        return 2
