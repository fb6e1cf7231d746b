"""Writes units into a folder. Unchanged files are hard links to those of the current site, and the new site replaces it
in one step.

The site's folder is a symbolic link into one of two generations beside it (`.site.a`, `.site.b`): the current one, and
the one before it, which somebody may still be reading. The next generation is built out of that one: only what changed
since is touched. Each holds the site's files and, apart from them, a manifest of what they were made from, and a mark
once it is finished. A manifest also says in what the other generation is different, so that only one is read.
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from pipeline.errors import StoreError
from pipeline.text import short_hash

_GENERATIONS = "ab"
_FILES, _MANIFEST, _FINISHED = "files", "made.json", "finished"
_ENTRY = {"key", "files", "told", "searched", "shelf"}
_NAMED = re.compile(r'\{"name": "([0-9a-f]+)"')
_NAME_WITHIN = 64  # characters of a manifest
Summary = dict[str, Any]
"""What the pages that list a unit need to know of it: JSON values, kept in the manifest."""


class Files(NamedTuple):
    """A unit's files, by path below the site, and its summary for the pages that list it."""

    files: Mapping[str, str]
    summary: Summary


class Unit(NamedTuple):
    """Some files of a site that are made together by `make`. `digest` covers everything that decides them: while it
    stays the same, the files are kept. `searched` is the path of the one that is searched, if one is, and `shelf` names
    what it mostly changes with."""

    name: str
    digest: str
    make: Callable[[], Files]
    searched: str = ""
    shelf: str = ""


class SearchedPage(NamedTuple):
    """A page that is searched, by its path below the site; `digest` is its unit's."""

    path: str
    digest: str
    shelf: str


class Layer(NamedTuple):
    """Units that may use the summaries of the units in the layers before them, which `units` is given by unit name."""

    units: Callable[[Mapping[str, Summary]], Iterable[Unit]]


class SitePlan(NamedTuple):
    """What a site is to be. `basis`, JSON values that its maker wants to know again, is kept with it."""

    layers: tuple[Layer, ...]
    basis: Mapping[str, Any] = MappingProxyType({})


class WriteCounts(NamedTuple):
    """How many files the site has, and how many of them were made this time."""

    files: int
    made: int


class Manifest(NamedTuple):
    """What a site was made from: `basis`, as its maker told it, and by name each unit's digest (`key`), files, summary
    (`told`), searched page and shelf. `name` tells it from others; `other` is the name of the generation before, and
    `changed` has by name those units that were otherwise there, or None where they were not."""

    basis: Mapping[str, Any]
    units: Mapping[str, dict[str, Any]]
    name: str = ""
    other: str = ""
    changed: Mapping[str, dict[str, Any] | None] = MappingProxyType({})


Finish = Callable[[Path, Sequence[SearchedPage]], bool]
"""What is done with a site that was written, by its folder and the pages that are searched; whether it could be."""


def write(plan: Callable[[Manifest], SitePlan], folder: Path, finish: Finish = lambda *_: True) -> WriteCounts:
    """Makes `folder` hold exactly the files of the plan, which is made from the manifest of the site that stands while
    no other process publishes. Where any changed, `finish` is then called; where that returns False, it is called
    again next time. Raises StoreError where the site cannot be written; the old one is then left as it
    was."""
    folder = folder.absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with folder.with_name(f".{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two processes that publish at once take turns
            try:
                return _Generation(folder).write(plan, finish)
            except FileNotFoundError:  # files of the current site were removed: all of it is made again
                return _Generation(folder, rebuild=True).write(plan, finish)
    except OSError as error:
        raise StoreError(f"the site {folder} could not be written ({error}): the old one stands") from error


def unchanged(folder: Path, basis: Mapping[str, Any]) -> WriteCounts | None:
    """The counts of a site that was finished on this basis, so that there is nothing to do; None for any other."""
    try:
        finished = json.loads((folder.resolve().parent / _FINISHED).read_text(encoding="utf-8"))
        return WriteCounts(finished["files"], 0) if finished["basis"] == _digest_of(basis) else None
    except (OSError, ValueError, KeyError, TypeError):  # not there, or damaged
        return None


def searched_pages(folder: Path) -> list[SearchedPage]:
    """The pages of a site that are searched."""
    return _searched(_read(folder.resolve().parent).units)


def remove(folder: Path) -> None:
    """Removes a site with all its generations, and what stands beside them."""
    if folder.is_symlink():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    for beside in folder.parent.glob(f".{folder.name}.*/"):
        shutil.rmtree(beside, ignore_errors=True)


class _Generation:
    """One new generation of a site, while it is built: from the one before the current one, as far as that goes."""

    def __init__(self, folder: Path, *, rebuild: bool = False) -> None:
        self._folder = folder
        self._current = folder.resolve() if folder.exists() else None
        generations = [folder.with_name(f".{folder.name}.{letter}") for letter in _GENERATIONS]
        self._new = next(path for path in generations if self._current is None or path != self._current.parent)
        self._old = _EMPTY if rebuild or self._current is None else _read(self._current.parent)
        self._present = {} if rebuild else _other(self._old, self._new)
        self._units: dict[str, dict[str, Any]] = {}
        self._started = False
        self._made: set[str] = set()
        self._folders: set[Path] = set()

    def write(self, plan: Callable[[Manifest], SitePlan], finish: Finish) -> WriteCounts:
        """Makes the files of changed units; publishes the generation where anything changed."""
        layers, basis = plan(self._old)
        summaries: dict[str, Summary] = {}
        for layer in layers:
            for unit in layer.units(summaries):
                entry = self._old.units.get(unit.name)
                if entry is None or entry["key"] != unit.digest:
                    entry = self._make(unit)
                self._units[unit.name] = entry
                summaries[unit.name] = entry["told"]
        if self._made or self._units.keys() != self._old.units.keys():
            self._complete()
            _keep(self._new, Manifest(basis, self._units, _name(self._units), self._old.name, self._changed()))
            self._publish()
        elif basis != self._old.basis:
            _keep(self._folder.resolve().parent, self._old._replace(basis=basis))
        finished = self._folder.resolve().with_name(_FINISHED)
        counts = WriteCounts(sum(len(entry["files"]) for entry in self._units.values()), len(self._made))
        if unchanged(self._folder, basis) is None and finish(self._folder, _searched(self._units)):
            finished.write_text(json.dumps({"basis": _digest_of(basis), "files": counts.files}), encoding="utf-8")
        return counts

    def _make(self, unit: Unit) -> dict[str, Any]:
        made = unit.make()
        for name, text in made.files.items():
            path = self._path_for(name)
            path.unlink(missing_ok=True)  # it may be the current site's file too
            path.write_text(text, encoding="utf-8", newline="\n")
            self._made.add(name)
        entry = {"key": unit.digest, "files": sorted(made.files), "told": made.summary}
        return entry | {"searched": unit.searched, "shelf": unit.shelf}

    def _complete(self) -> None:
        """Links the files of units that were kept, where they are not there already, and removes those of no unit."""
        self._start()
        there = f"{self._new / _FILES}/"
        changed, kept = set[str](), set[str]()
        for unit, entry in self._units.items():
            present = self._present.get(unit)
            as_present = present is not None and present["key"] == entry["key"]
            if as_present:
                kept.add(unit)
            else:
                changed.update(entry["files"])
            for name in entry["files"]:
                if name not in self._made and not (as_present and os.path.exists(there + name)):  # noqa: PTH110 - of many
                    path = self._path_for(name)
                    path.unlink(missing_ok=True)
                    os.link(self._current / name, path)  # there are kept files
        before = {name for unit in self._present.keys() - kept for name in self._present[unit]["files"]}
        for name in before - changed:
            path = self._path_for(name)
            path.unlink(missing_ok=True)
            while path.parent != self._new / _FILES and not any(path.parent.iterdir()):
                path = path.parent
                path.rmdir()

    def _start(self) -> None:
        """Makes the generation's folder ready, once. While it is built it has no manifest: where it is left half built,
        the next one begins anew."""
        if self._started:
            return
        if self._present:
            (self._new / _MANIFEST).unlink()
            (self._new / _FINISHED).unlink(missing_ok=True)
        else:
            shutil.rmtree(self._new, ignore_errors=True)
            (self._new / _FILES).mkdir(parents=True)
        self._started = True

    def _changed(self) -> dict[str, dict[str, Any] | None]:
        """The units that were otherwise in the current generation, which is the other one from now on."""
        before, now = self._old.units, self._units
        gone_or_other = {name: unit for name, unit in before.items() if name not in now or now[name] is not unit}
        kept = {name: {"key": unit["key"], "files": unit["files"]} for name, unit in gone_or_other.items()}
        return {**kept, **dict.fromkeys(now.keys() - before.keys())}

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


_EMPTY = Manifest({}, {})


def _other(current: Manifest, generation: Path) -> dict[str, dict[str, Any]]:
    """The units of the generation beside the current one, by what the current manifest says; by its own where it is
    another than that says."""
    if not current.other or _name_in(generation) != current.other:
        return dict(_read(generation).units)
    units = {**current.units, **current.changed}
    return {name: unit for name, unit in units.items() if unit is not None}


def _searched(units: Mapping[str, Mapping[str, Any]]) -> list[SearchedPage]:
    return [SearchedPage(unit["searched"], unit["key"], unit["shelf"]) for unit in units.values() if unit["searched"]]


def _name(units: Mapping[str, Mapping[str, Any]]) -> str:
    """What tells these units from others: units of one name and digest have the same files."""
    return short_hash(*(f"{name} {unit['key']}" for name, unit in units.items()), length=32)


def _name_in(generation: Path) -> str:
    """The name of a generation, without all its manifest being read; "" where it has none."""
    try:
        with (generation / _MANIFEST).open(encoding="utf-8") as manifest:
            named = _NAMED.match(manifest.read(_NAME_WITHIN))
            return named[1] if named else ""
    except (OSError, ValueError):
        return ""


def _keep(generation: Path, manifest: Manifest) -> None:
    written = generation / f"{_MANIFEST}.new"
    kept = {"name": manifest.name, "other": manifest.other, "basis": dict(manifest.basis)}
    kept |= {"changed": dict(manifest.changed), "units": dict(manifest.units)}
    written.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    written.replace(generation / _MANIFEST)


def _read(generation: Path) -> Manifest:
    try:
        kept = json.loads((generation / _MANIFEST).read_text(encoding="utf-8"))
        whole = all(unit.keys() >= _ENTRY for unit in kept["units"].values())
        return Manifest(kept["basis"], kept["units"], kept["name"], kept["other"], kept["changed"]) if whole else _EMPTY
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # none, of another program, or damaged
        return _EMPTY


def _digest_of(basis: Mapping[str, Any]) -> str:
    return short_hash(json.dumps(dict(basis), sort_keys=True), length=32)
