"""What is run, on which home, and what an undisturbed run of it leaves.

run         a thread's run that fetches, reads, extracts, writes a version and publishes it
search      the same, where the fault is in the program that makes the site's search index
migrate-X   a command that opens a store of revision X (`none`: where there is no store yet)
"""

import shlex
import shutil
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pipeline.app import wiring
from pipeline.publish.write import remove
from pipeline.store import database
from tests.store.revisions import VERSIONS, migrate
from tests.sweeps import homes, trace
from tests.sweeps.homes import NOW, SLUG, Outside, State
from tests.sweeps.trace import Call, Ended, Nursery

_RENAMED = {("thread_sources", "url"): "address", ("spending", "date"): "substr(started_at, 1, 10)"}
"""Columns of older stores that have another name today, or are part of another."""


class Seen(NamedTuple):
    """What was seen after a run: the tokens of each question it asked, what it left, how `verify` ends there, and,
    where the outside failed it, the site that the store makes where there is none."""

    asked: list[int]
    state: State
    proof: int | None
    remade: Mapping[str, bytes]


class Reference(NamedTuple):
    """An undisturbed run, and the calls it made."""

    ended: Ended
    seen: Seen
    calls: list[Call]


class Case(NamedTuple):
    """One disturbed run: whether the fault came about, how it ended, what it left, and the same of the next run."""

    fault: str
    call: Call
    reached: bool
    ended: Ended
    left: Seen
    again: Ended
    after: Seen

    @property
    def outside_failed(self) -> bool:
        """Whether the fault was a page or an answer that could not be got: the run reports it and goes on, in a world
        that has become another."""
        return _outside_fails(self.fault, self.call)


def _outside_fails(fault: str, call: Call) -> bool:
    return fault != "kill" and call.kind in trace.OUTSIDE


class Scene:
    """A command and the home it is run in, `before`. Every run of it happens at one place, for the place may stand in
    what is made."""

    def __init__(self, name: str, before: Path, outside: Outside, nursery: Nursery, *words: str) -> None:
        self.name, self.before, self._outside, self._nursery = name, before, outside, nursery
        self._home, self._aside = before.parent / "home", before.parent / "aside"
        self._log = before.parent / "trace.log"
        self._words = [*words, "--home", str(self._home)]

    @cached_property
    def at_first(self) -> State:
        return homes.state_of(self.before, self._aside)

    @cached_property
    def reference(self) -> Reference:
        """Taken twice: where two undisturbed runs differ, nothing can be said of a disturbed one."""
        first, second = self._undisturbed(), self._undisturbed()
        assert first.ended.code == 0, first.ended.err
        assert first.seen == second.seen, "two undisturbed runs left different homes"
        assert self._steps(first) == self._steps(second), "two undisturbed runs made different calls"
        return first

    def sites(self) -> list[dict[str, bytes]]:
        """The sites a reader may find after a disturbed run."""
        return [dict(self.at_first.site), dict(self.reference.seen.state.site)]

    def disturbed(self, fault: str, call: Call) -> Case:
        self._begin()
        remakes = _outside_fails(fault, call)
        ended = self._run(trace.faulty(fault, call, self._log))
        reached, left = trace.happened(self._log), self._seen(remakes=remakes)
        again = homes.called(NOW, *self._words)
        return Case(fault, call, reached, ended, left, again, self._seen(remakes=remakes))

    def _undisturbed(self) -> Reference:
        self._begin()
        ended = self._run(trace.watching(self._log))
        return Reference(ended, self._seen(), self._calls())

    def _begin(self) -> None:
        homes.copy(self.before, self._home)
        self._outside.answered()

    def _seen(self, *, remakes: bool = False) -> Seen:
        """The home is looked at in a copy, and the copy alone is worked on."""
        asked, state = self._outside.answered(), homes.state_of(self._home, self._aside)
        proof = homes.called(NOW, "verify", SLUG, "--home", str(self._aside)).code
        return Seen(asked, state, proof, self._remade() if remakes else {})

    def _run(self, strace: list[str]) -> Ended:
        return self._nursery.run(NOW, self._words, traced=strace)

    def _calls(self) -> list[Call]:
        return trace.calls(self._log)

    def _steps(self, run: Reference) -> list[tuple[str, int]]:
        """What has to be the same in every undisturbed run."""
        return [(call.kind, call.number) for call in run.calls]

    def _remade(self) -> Mapping[str, bytes]:
        remove(self._aside / "site")
        homes.called(NOW, "publish", "--home", str(self._aside))
        return homes.files_of(self._aside / "site")


class SearchScene(Scene):
    """The fault is in what the program starts, on counts of their own."""

    def _run(self, strace: list[str]) -> Ended:
        stand_in = self.before.parent / "python"
        stand_in.write_text(f'#!/bin/sh\nexec {shlex.join([*strace, "-f", sys.executable])} "$@"\n')
        stand_in.chmod(0o755)
        return self._nursery.run(NOW, self._words, python=str(stand_in))

    def _calls(self) -> list[Call]:
        return trace.most_of_one(self._log)

    def _steps(self, run: Reference) -> list[tuple[str, int]]:
        """Several are at work at once: who does how much is chance."""
        return []


def scenes(folder: Path, outside: Outside, nursery: Nursery) -> list[Scene]:
    """All scenes, each with a folder of its own."""
    ready = folder / "ready"
    homes.prepare(ready, outside)
    found = []
    for name, kind in (("run", Scene), ("search", SearchScene)):
        homes.copy(ready, folder / name / "before")
        found.append(kind(name, folder / name / "before", outside, nursery, "thread", SLUG))
    for revision in ("none", *sorted(path.stem for path in VERSIONS.glob("[0-9]*.py"))):
        if revision != database.HEAD:
            before = folder / f"migrate-{revision}" / "before"
            _at_revision(before, ready, revision)
            found.append(Scene(f"migrate-{revision}", before, outside, nursery, "threads"))
    return found


def _at_revision(home: Path, ready: Path, revision: str) -> None:
    """A home whose store is of an older revision and holds the rows of today's, as far as it has a place for them."""
    homes.copy(ready, home)
    (home / wiring.STORE).unlink()
    if revision == "none":
        for each in home.iterdir():
            if each.name != "machine.toml":
                each.unlink() if each.is_symlink() or each.is_file() else shutil.rmtree(each)
        return
    migrate(home / wiring.STORE, revision)
    with closing(sqlite3.connect(home / wiring.STORE)) as store:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("ATTACH ? AS today", (str(ready / wiring.STORE),))
        for (table,) in store.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
            if table not in ("alembic_version", "sqlite_sequence", "page_tokens"):  # the database draws these itself
                mine = [row[1] for row in store.execute(f"PRAGMA main.table_info({table})")]
                theirs = [_RENAMED.get((table, column), column) for column in mine]
                store.execute(
                    f"INSERT OR IGNORE INTO main.{table} ({', '.join(mine)}) SELECT {', '.join(theirs)} FROM today.{table}"  # noqa: S608
                )
        store.commit()
