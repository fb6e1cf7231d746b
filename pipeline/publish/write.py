"""Writes units into a folder. Unchanged files are hard links to those of the current site, and the new site replaces it
in one step.

The site's folder is a symbolic link into one of two generations beside it (`.site.a`, `.site.b`): the current one, and
the one before it, which somebody may still be reading. The next generation is built in place of that one. Each holds
the site's files and, apart from them, a manifest of what they were made from.
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
Summary = dict[str, Any]
"""What the pages that list a unit need to know of it: JSON values, kept in the manifest."""


class Files(NamedTuple):
    """A unit's files, by path below the site, and its summary for the pages that list it."""

    files: Mapping[str, str]
    summary: Summary


class Unit(NamedTuple):
    """Some files of a site that are made together by `make`. `digest` covers everything that decides them: while it
    stays the same, the files are kept."""

    name: str
    digest: str
    make: Callable[[], Files]


class Layer(NamedTuple):
    """Units that may use the summaries of the units in the layers before them, which `units` is given by unit name."""

    units: Callable[[Mapping[str, Summary]], Iterable[Unit]]


class WriteCounts(NamedTuple):
    """How many files the site has, and how many of them were made this time."""

    files: int
    made: int


def write(layers: Iterable[Layer], folder: Path, finish: Callable[[Path], bool] = lambda _: True) -> WriteCounts:
    """Makes `folder` hold exactly the units' files and, where any changed, what `finish` adds to them in the folder it
    is given. Where `finish` returns False, the site is published without, and it is tried again next time. Raises
    StoreError where the site cannot be written; the old one is then left as it was."""
    folder = folder.absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with folder.with_name(f".{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two processes that publish at once take turns
            layers = tuple(layers)
            try:
                return _Generation(folder).write(layers, finish)
            except FileNotFoundError:  # files of the current site were removed: all of it is made again
                return _Generation(folder, rebuild=True).write(layers, finish)
    except OSError as error:
        raise StoreError(f"the site {folder} could not be written ({error}): the old one stands") from error


def remove(folder: Path) -> None:
    """Removes a site with all its generations."""
    if folder.is_symlink():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    for letter in _GENERATIONS:
        shutil.rmtree(folder.with_name(f".{folder.name}.{letter}"), ignore_errors=True)


class _Generation:
    """One new generation of a site, while it is built."""

    def __init__(self, folder: Path, *, rebuild: bool = False) -> None:
        self._folder = folder
        self._current = folder.resolve() if folder.exists() else None
        generations = [folder.with_name(f".{folder.name}.{letter}") for letter in _GENERATIONS]
        self._new = next(path for path in generations if self._current is None or path != self._current.parent)
        self._old_units, self._finished = ({}, False) if rebuild else self._read_manifest()
        self._new_units: dict[str, Any] = {}
        self._started = False
        self._made = 0
        self._folders: set[Path] = set()

    def write(self, layers: Iterable[Layer], finish: Callable[[Path], bool]) -> WriteCounts:
        """Makes the files of changed units and links the others; publishes the generation where anything changed."""
        summaries: dict[str, Summary] = {}
        kept: list[str] = []
        for layer in layers:
            for unit in layer.units(summaries):
                old_entry = self._old_units.get(unit.name)
                if old_entry and old_entry["key"] == unit.digest:
                    self._new_units[unit.name] = old_entry
                    kept += old_entry["files"]
                else:
                    made = unit.make()
                    for name, text in made.files.items():
                        self._write_file(name, text)
                    entry = {"key": unit.digest, "files": sorted(made.files), "told": made.summary}
                    self._new_units[unit.name] = entry
                summaries[unit.name] = self._new_units[unit.name]["told"]
        files = sum(len(entry["files"]) for entry in self._new_units.values())
        if self._made or self._new_units.keys() != self._old_units.keys() or not self._finished:
            for name in kept:
                os.link(self._current / name, self._path_for(name))  # type: ignore[operator]  # there are kept files
            self._start()
            manifest = {"finished": finish(self._new / _FILES), "units": self._new_units}
            (self._new / _MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
            self._publish()
        return WriteCounts(files, self._made)

    def _read_manifest(self) -> tuple[dict[str, Any], bool]:
        """The units of the current site, by name, and whether it is finished."""
        if self._current is None:
            return {}, False
        try:
            manifest = json.loads((self._folder.resolve().parent / _MANIFEST).read_text(encoding="utf-8"))
            return manifest["units"], manifest["finished"]
        except (OSError, ValueError, KeyError, TypeError):  # of another program, or damaged: all of it is made again
            return {}, False

    def _write_file(self, name: str, text: str) -> None:
        self._path_for(name).write_text(text, encoding="utf-8", newline="\n")
        self._made += 1

    def _start(self) -> None:
        """Empties the generation's folder, once."""
        if not self._started:
            shutil.rmtree(self._new, ignore_errors=True)
            (self._new / _FILES).mkdir(parents=True)
            self._started = True

    def _path_for(self, name: str) -> Path:
        """The file's path, in a folder that exists. Raises StoreError where it would be outside the site."""
        self._start()
        if name.startswith("/") or ".." in name.split("/") or "\0" in name:
            raise StoreError(f"{name!r} would be written outside the site: nothing was published")
        path = self._new / _FILES / name
        if path.parent not in self._folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(path.parent)
        return path

    def _publish(self) -> None:
        """Points the site's link to this generation."""
        if self._folder.exists() and not self._folder.is_symlink():  # a plain folder, of an older program
            replaced = self._folder.with_name(f".{self._folder.name}.before")
            shutil.rmtree(replaced, ignore_errors=True)
            self._folder.replace(replaced)
        link = self._folder.with_name(f".{self._folder.name}.link")
        link.unlink(missing_ok=True)
        link.symlink_to(Path(self._new.name) / _FILES, target_is_directory=True)
        link.replace(self._folder)
        shutil.rmtree(self._folder.with_name(f".{self._folder.name}.before"), ignore_errors=True)
