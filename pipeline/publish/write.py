"""Units become a folder. What has not changed is linked from the site that stands; the new site takes its place in one
step, whole.

The site's folder is a link into one of two generations beside it (`.site.a`, `.site.b`): the one that stands, and the
one before it, which a reader who is under way may still be in, and in whose place the next is built. Each holds the
site's files and, apart from them, what they were made from.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.errors import StoreError

_GENERATIONS = "ab"
_FILES, _MANIFEST = "files", "made.json"
Told = dict[str, Any]
"""What a unit tells of itself to the pages that list it."""


class Made(NamedTuple):
    """A unit's files, by path below the site, and what it tells of itself."""

    files: Mapping[str, str]
    told: Told


class Unit(NamedTuple):
    """Some files of a site that are made together. `key` names everything that decides them: while it stays the same,
    they stand."""

    name: str
    key: str
    make: Callable[[], Made]


class Layer(NamedTuple):
    """Units that may know what those of the layers before them tell."""

    units: Callable[[Mapping[str, Told]], Iterable[Unit]]


class Written(NamedTuple):
    """How many files the site has, and how many of them were made now."""

    files: int
    made: int


def write(layers: Iterable[Layer], folder: Path, finish: Callable[[Path], bool] = lambda _: True) -> Written:
    """Makes `folder` hold exactly the units' files, and what `finish` adds to them where any changed. Where `finish`
    says that it could not, the site is whole without, and it is tried again next time. Raises StoreError where the
    site cannot be written: the one that stood stands."""
    folder = folder.absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with folder.with_name(f".{folder.name}.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)  # two that publish at once take turns
            layers = tuple(layers)
            try:
                return _Edition(folder).write(layers, finish)
            except FileNotFoundError:  # somebody took files from the site that stands: all of it is made again
                return _Edition(folder, anew=True).write(layers, finish)
    except OSError as error:
        raise StoreError(f"the site {folder} could not be written ({error}): the old one stands") from error


def remove(folder: Path) -> None:
    """Takes away a site with all its generations."""
    if folder.is_symlink():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    for letter in _GENERATIONS:
        shutil.rmtree(folder.with_name(f".{folder.name}.{letter}"), ignore_errors=True)


class _Edition:
    """One new site under way."""

    def __init__(self, folder: Path, *, anew: bool = False) -> None:
        self._folder = folder
        self._old = folder.resolve() if folder.exists() else None
        generations = [folder.with_name(f".{folder.name}.{letter}") for letter in _GENERATIONS]
        self._new = next(each for each in generations if self._old is None or each != self._old.parent)
        self._before, self._finished = ({}, False) if anew else self._manifest()
        self._after: dict[str, Any] = {}
        self._begun = False
        self._made = 0
        self._folders: set[Path] = set()

    def write(self, layers: Iterable[Layer], finish: Callable[[Path], bool]) -> Written:
        told: dict[str, Told] = {}
        kept: list[str] = []
        for layer in layers:
            for unit in layer.units(told):
                before = self._before.get(unit.name)
                if before and before["key"] == unit.key:
                    self._after[unit.name] = before
                    kept += before["files"]
                else:
                    made = unit.make()
                    for name, text in made.files.items():
                        self._put(name, text)
                    self._after[unit.name] = {"key": unit.key, "files": sorted(made.files), "told": made.told}
                told[unit.name] = self._after[unit.name]["told"]
        files = sum(len(each["files"]) for each in self._after.values())
        if self._made or self._after.keys() != self._before.keys() or not self._finished:
            for name in kept:
                os.link(self._old / name, self._place(name))  # type: ignore[operator]  # what is kept stands there
            self._begin()
            known = {"finished": finish(self._new / _FILES), "units": self._after}
            (self._new / _MANIFEST).write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
            self._take_place()
        return Written(files, self._made)

    def _manifest(self) -> tuple[dict[str, Any], bool]:
        """The units of the site that stands, and whether it is finished."""
        if self._old is None:
            return {}, False
        try:
            known = json.loads((self._folder.resolve().parent / _MANIFEST).read_text(encoding="utf-8"))
            return known["units"], known["finished"]
        except (OSError, ValueError, KeyError, TypeError):  # made otherwise, or damaged: all of it is made again
            return {}, False

    def _put(self, name: str, text: str) -> None:
        self._place(name).write_text(text, encoding="utf-8", newline="\n")
        self._made += 1

    def _begin(self) -> None:
        if not self._begun:
            shutil.rmtree(self._new, ignore_errors=True)
            (self._new / _FILES).mkdir(parents=True)
            self._begun = True

    def _place(self, name: str) -> Path:
        """Where the file goes, in a folder that exists."""
        self._begin()
        if name.startswith("/") or ".." in name.split("/") or "\0" in name:
            raise StoreError(f"{name!r} would be written outside the site: nothing was published")
        place = self._new / _FILES / name
        if place.parent not in self._folders:
            place.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(place.parent)
        return place

    def _take_place(self) -> None:
        if self._folder.exists() and not self._folder.is_symlink():  # a site of before there were generations
            other = self._folder.with_name(f".{self._folder.name}.before")
            shutil.rmtree(other, ignore_errors=True)
            self._folder.replace(other)
        link = self._folder.with_name(f".{self._folder.name}.link")
        link.unlink(missing_ok=True)
        link.symlink_to(Path(self._new.name) / _FILES, target_is_directory=True)
        link.replace(self._folder)
        shutil.rmtree(self._folder.with_name(f".{self._folder.name}.before"), ignore_errors=True)
