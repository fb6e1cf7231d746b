"""Kills of workers and of their server: two workers live through rounds of news on PostgreSQL, and in each one of them, or
the server, is killed at a moment that chance gives.

    python -m tests.sweeps.workers                    100 kills
    python -m tests.sweeps.workers --kills 10 --seed 3

After each kill what is stored is held to the rules, the round goes on to its end, and what it ends with is held to
what one process makes of the same news on SQLite: the same site, to the byte. `BROKEN` names the rules. A table at the
end says how many kills were tried and which rules were broken; the exit code is 1 where any was. Needs PostgreSQL's
programs, and nothing beyond loopback.
"""

import argparse
import hashlib
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import sqlalchemy as sa

from pipeline.app.machine import Machine
from pipeline.app.wiring import open_machine
from pipeline.errors import StoreError
from pipeline.fetch.source_list import SourceList
from pipeline.store.database import Store
from pipeline.store.schema import IMMUTABLE, metadata
from tests import doubles
from tests.conftest import write_settings
from tests.postgres import Server
from tests.workers import Process, ask_to_look, paid_twice, set_clock

THREADS = ("alpha", "beta", "gamma", "delta")
KINDS = ("worker", "worker", "server")
_STRETCH = 10  # kills, before all begins with an empty store again
_ANSWER_S = 0.04
_ROUND_S = 90.0
BROKEN = {
    "paid": "I1, I9: at most one answer is paid for twice, and all but one are in the ledger",
    "changed": "I2: what never changes has not",
    "proof": "I3: every citation of every version yields its words",
    "site": "I4, I5, I8: the site is that of one process, to the byte",
    "items": "I6: every item is read, failed with a reason, or waits",
    "integrity": "I7: the database vouches for itself",
    "ended": "the round ended within its time",
    "said": "no worker ended in a traceback",
}


class Kill(NamedTuple):
    """One kill, and the rules it broke."""

    kind: str
    after_s: float
    broken: tuple[str, ...]


class Stretch:
    """Rounds of news for one store, and for one process beside it."""

    def __init__(self, folder: Path, server: Server, open_now: ExitStack) -> None:
        self.server, self._folder, self.round = server, folder, 0
        self._web = open_now.enter_context(doubles.web_server())
        self.model = open_now.enter_context(doubles.model_server())
        self._alone_model = open_now.enter_context(doubles.model_server())
        self.model.answer = lambda body: (time.sleep(_ANSWER_S), doubles.honest(body))[1]
        self.url = server.new_store()
        self.together = self._machine("together", self.model, self.url)
        self.alone = self._machine("alone", self._alone_model, "")
        open_now.callback(self.together.close)
        open_now.callback(self.alone.close)
        self.workers: list[Process] = []
        open_now.callback(self.end)
        for each in (self.together, self.alone):
            for name in THREADS:
                each.editor.new(name, f"The {name} plan", SourceList(feeds=[f"{self._web.base}/{name}.xml"]))

    def _machine(self, name: str, model: doubles.Model, url: str) -> Machine:
        home = self._folder / name
        home.mkdir()
        more = "[batch]\nparallel = 1\n[worker]\nlost_after_s = 2\n[site]\ntitle = 'Plans'\n"
        write_settings(home, self._web, model, more, url)
        settings = home / "machine.toml"
        settings.write_text(settings.read_text().replace('name = "double"', 'name = "double"\nparallel = 1'))
        return open_machine(home, clock=self.clock)

    def clock(self) -> datetime:
        return datetime(2026, 3, 1, 8, tzinfo=UTC) + timedelta(hours=7) * self.round

    def news(self) -> None:
        """An article more for each thread, and the workers that are missing."""
        self.round += 1
        for name in THREADS:
            counted = [f"The {name} office counted {self.round * 10 + n} things of the plan." for n in range(3)]
            self._web.pages[f"/{name}{self.round}"] = doubles.page(f"The {name} plan, {self.round}", *counted)
            entries = [(f"The {name} plan, {n}", f"/{name}{n}") for n in range(self.round, 0, -1)]
            self._web.pages[f"/{name}.xml"] = doubles.feed(self._web.base, *entries)
        set_clock(self.together.home, self.clock())
        self.alone.batch(lambda _event: None)
        self.workers = [worker for worker in self.workers if worker.lives]
        while len(self.workers) < 2:
            said = self._folder / f"said{self.round}-{len(self.workers)}"
            self.workers.append(Process.on_a_clock(self.together.home, said))

    def look(self) -> float:
        """Has the workers look, and gives the moment."""
        wait_for(self._queue_is_there, _ROUND_S)
        ask_to_look(self.url)
        return time.monotonic()

    def _queue_is_there(self) -> bool:
        with self.together.store.reading() as connection:
            return bool(connection.scalar(sa.text("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'procras%'")))

    def is_done(self) -> bool:
        """Whether every thread has its version, and the site is that of one process."""
        try:
            with self.together.store.reading() as connection:
                versions = sa.select(sa.func.count()).select_from(metadata.tables["versions"])
                if (connection.scalar(versions) or 0) < self.round * len(THREADS):
                    return False
            return files(self.together.site_folder) == files(self.alone.site_folder)
        except (StoreError, OSError):  # the server is away, or the site takes its place
            return False

    def end(self) -> None:
        for worker in self.workers:
            if worker.lives:
                worker.stop()

    def said(self) -> str:
        return "".join(file.read_text() for file in sorted(self._folder.glob("said*")))


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a site but its search index, which is made of the pages."""
    found = (file for file in folder.rglob("*") if file.is_file() and "pagefind" not in file.parts)
    return {str(file.relative_to(folder)): file.read_bytes() for file in found}


def wait_for(what: Callable[[], bool], within_s: float) -> bool:
    end = time.monotonic() + within_s
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def rows(store: Store) -> dict[str, str]:
    """A name of each row of the tables that never change."""
    found = {}
    with store.reading() as connection:
        for name in IMMUTABLE:
            table = metadata.tables[name]
            for row in connection.execute(sa.select(table)):
                key = "/".join(str(row._mapping[column.name]) for column in table.primary_key)
                found[f"{name}/{key}"] = hashlib.sha256(repr(tuple(row)).encode()).hexdigest()
    return found


def in_ledger(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(metadata.tables["replies"])) or 0)


# the rules, after a round with so many kills in this stretch


def paid(stretch: Stretch, kills: int) -> bool:
    return paid_twice(stretch.model) <= kills and in_ledger(stretch.together.store) >= len(stretch.model.asked) - kills


def proven(stretch: Stretch) -> bool:
    return not any(proof.failures for name in THREADS for proof in stretch.together.queries.prove(name))


def items_are_accounted_for(stretch: Stretch) -> bool:
    known = [item for name in THREADS for item in stretch.together.queries.items(name)]
    return all(item.state in ("read", "pending") or item.reason for item in known) and len(known) == (
        stretch.round * len(THREADS)
    )


def vouched_for(stretch: Stretch) -> bool:
    if stretch.together.store.check_integrity() != "ok":
        return False
    checker = stretch.server.programs / "pg_amcheck"
    if not checker.exists():
        return True
    place = urlsplit(stretch.url)
    at = ["-h", place.hostname, "-p", str(place.port), "-U", place.username, place.path[1:]]
    words = [checker, "--install-missing", *at]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def broken(stretch: Stretch, kills: int, before: dict[str, str], ended: bool) -> tuple[str, ...]:
    """The rules that do not hold."""
    after = rows(stretch.together.store)
    holds = {
        "paid": paid(stretch, kills),
        "changed": before.items() <= after.items(),
        "proof": proven(stretch),
        "site": files(stretch.together.site_folder) == files(stretch.alone.site_folder),
        "items": items_are_accounted_for(stretch),
        "integrity": vouched_for(stretch),
        "ended": ended,
        "said": "Traceback" not in stretch.said(),
    }
    assert holds.keys() == BROKEN.keys()
    return tuple(name for name, well in holds.items() if not well)


def kill(stretch: Stretch, kind: str, chance: random.Random) -> None:
    if kind == "worker":
        chance.choice(stretch.workers).kill()
    else:
        stretch.server.kill()
        stretch.server.start()


def stretch_of(folder: Path, server: Server, kills: int, chance: random.Random) -> Iterator[Kill]:
    """So many kills of workers and server on a store that is empty at first."""
    with ExitStack() as open_now:
        stretch = Stretch(folder, server, open_now)
        stretch.news()
        began = stretch.look()
        assert wait_for(stretch.is_done, _ROUND_S), "an undisturbed round does not end: " + stretch.said()
        usual = time.monotonic() - began
        for done in range(1, kills + 1):
            stretch.news()
            before, kind = rows(stretch.together.store), chance.choice(KINDS)
            stretch.look()
            after_s = chance.uniform(0, usual)
            time.sleep(after_s)
            kill(stretch, kind, chance)
            ended = wait_for(stretch.is_done, _ROUND_S)
            found = broken(stretch, done, before, ended)
            if "said" in found:
                sys.stderr.write(stretch.said())
            yield Kill(kind, after_s, found)
            if found:
                return  # what is broken would break every round after it


def sweep(kills: int, seed: int, folder: Path, say: Callable[[str], None]) -> list[Kill]:
    """Kills, and what they broke. A stretch in which something broke ends there."""
    chance, found = random.Random(seed), list[Kill]()
    server = Server()
    server.start()
    try:
        while len(found) < kills:
            place = folder / f"stretch{len(found)}"
            place.mkdir()
            for each in stretch_of(place, server, min(_STRETCH, kills - len(found)), chance):
                found.append(each)
                say(f"{len(found)}: {each.kind} after {each.after_s:.2f} s: {', '.join(each.broken) or 'well'}")
    finally:
        server.remove()
    return found


def table(found: list[Kill]) -> str:
    lines = ["| killed | times | rules broken |", "| --- | --- | --- |"]
    for kind in sorted(set(KINDS)):
        mine = [each for each in found if each.kind == kind]
        wrong = Counter(name for each in mine for name in each.broken)
        lines.append(
            f"| {kind} | {len(mine)} | {', '.join(f'{BROKEN[n]} ({t})' for n, t in wrong.items()) or 'none'} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = sweep(chosen.kills, chosen.seed, Path(folder), lambda line: print(line, file=sys.stderr, flush=True))
    print(table(found))
    sys.exit(any(each.broken for each in found))


if __name__ == "__main__":
    main()
