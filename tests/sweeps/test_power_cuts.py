"""The power goes: whatever of what was not synced is on the disk then, the store opens, is whole, has all that was stored
before, and the next run goes on from there. A kill, which takes less, is tried in `test_calls.py`."""

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing, contextmanager

import pytest
import sqlalchemy as sa

from pipeline import testing
from pipeline.errors import StoreError
from pipeline.publish.formats import version_json
from pipeline.store import schema, sqlite
from pipeline.store.database import Store
from tests.conftest import ARTICLE, SILENCE, follow, run_again
from tests.sampling import step
from tests.sweeps import disk

pytestmark = pytest.mark.skipif(disk.unusable() is not None, reason=str(disk.unusable()))

EVERY = step(37)
"""Of so many moments, one is tried."""

LATE = "http://a.example/late"


@pytest.fixture
def also_set(monkeypatch):
    """Sets something more of each connection that is opened from then on."""

    def also(pragma, prepare=sqlite._prepare):
        def prepare_and_set(connection, record):
            prepare(connection, record)
            connection.execute(f"PRAGMA {pragma}")

        monkeypatch.setattr(sqlite, "_prepare", prepare_and_set)

    return also


@pytest.fixture
def committed(monkeypatch):
    """Marks on a disk each transaction that was said to be stored."""
    whole = Store.writing
    marked = []

    @contextmanager
    def writing(store, **how):
        with whole(store, **how) as connection:
            yield connection
        for each in marked:
            each.mark()

    monkeypatch.setattr(Store, "writing", writing)
    return marked


def content(folder):
    """All that a store holds, as one digest; "" where nothing is in it."""
    with closing(sqlite3.connect(folder / "store.db")) as database:
        text = "\n".join(database.iterdump())
    return hashlib.sha256(text.encode()).hexdigest() if "CREATE" in text else ""


class States:
    """What the store held after each transaction."""

    def __init__(self, written, folder):
        self._written, self._folder, self._known = written, folder, {}

    def after(self, transactions):
        if transactions not in self._known:
            place = self._folder / f"after-{transactions}"
            self._written.after_a_cut(self._written.moment_of(transactions), disk.everything, place)
            self._known[transactions] = content(place)
            shutil.rmtree(place)
        return self._known[transactions]


def broken(written, states, moment, keeps, place):
    """What is wrong with a disk that lost its power at that moment; None where nothing is."""
    written.after_a_cut(moment, keeps, place)
    stored, last = written.marks(moment), written.marks(len(written.done))
    try:
        held = content(place)
        with closing(Store(place / "store.db")) as store:
            found = store.check_integrity()
    except (sqlite3.DatabaseError, StoreError) as error:
        found = str(error)
    if found != "ok":
        return f"the store is damaged: {found}"
    if held not in {states.after(number) for number in (stored, min(stored + 1, last))}:
        return "a transaction is lost, or there by half"
    shutil.rmtree(place)
    return None


def cuts(written, states, folder, every):
    """Each moment that is tried, with each way of the disk, and what is wrong then."""
    for moment in range(written.begins, len(written.done) + 1, every):
        for name, keeps in (("nothing", disk.nothing), ("everything", disk.everything), ("chance", disk.by_chance(moment))):  # fmt: skip
            wrong = broken(written, states, moment, keeps, folder / f"{moment}-{name}")
            if wrong:
                yield f"{name} at {moment}: {wrong}"


@pytest.fixture
def a_run(also_set, machines_on, script, pages, clock, committed, tmp_path):
    """Two runs of a thread, all that they wrote, and the questions that had been asked at each moment. The log is
    brought into the file every few pages, so that this is tried too."""
    home, asked = tmp_path / "home", []
    home.mkdir()

    def ask(request, complete=script.complete):
        asked.append(len(written.done))
        return complete(request)

    script.complete = ask
    one = {"parallel": 1}
    also_set("wal_autocheckpoint=30")
    with disk.recorded(home) as written:
        committed.append(written)
        for number in (1, 2):
            machine = machines_on(home, script, fetch=one, model=one)
            if number == 1:
                follow(machine, ARTICLE, LATE)
            else:
                pages.pages[LATE] = testing.article("The cost", "Cover teachers cost 6.1 million crowns, it said.")
            assert run_again(machine).version == number
            machine.close()
        committed.clear()
    return written, asked


def test_the_power_may_go_at_any_moment_of_a_run(a_run, tmp_path):
    written, _ = a_run
    assert {each.kind for each in written.done} == {"write", "truncate", "sync", "sync names", "delete", "mark"}
    assert {each.file for each in written.done} == {"", "store.db", "store.db-wal", "store.db-journal"}
    states = States(written, tmp_path)
    assert list(cuts(written, states, tmp_path / "cuts", EVERY)) == []


def test_the_next_run_goes_on_from_what_a_power_cut_left(a_run, machines_on, pages, tmp_path):
    """What was answered and stored is not asked again, and the version is the same in the end."""
    written, asked = a_run
    wanted = None
    pages.pages[ARTICLE] = testing.article("Silence and sums", *SILENCE)
    second = written.moment_of(written.marks(asked[-3]))
    for moment in (len(written.done), asked[-1], second):
        place = tmp_path / f"home-{moment}"
        written.after_a_cut(moment, disk.nothing, place)
        script = testing.ScriptedModel()
        one = {"parallel": 1}
        machine = machines_on(place, script, fetch=one, model=one)
        run_again(machine)
        version = json.loads(version_json(machine.queries.version("silence")))
        wanted = wanted or version
        assert version == wanted
        assert sum(at < moment for at in asked) + len(script.asked) <= len(asked) + 1
        machine.close()


@pytest.mark.parametrize(("waits", "loses"), [("FULL", False), ("NORMAL", True), ("OFF", True)])
def test_a_store_that_does_not_wait_for_its_disk_would_be_found_out(also_set, committed, tmp_path, waits, loses):
    home = tmp_path / "home"
    home.mkdir()
    Store(home / "store.db").close()
    also_set(f"synchronous={waits}")
    with disk.recorded(home) as written:
        committed.append(written)
        with closing(Store(home / "store.db")) as store:
            for number in range(3):
                with store.writing() as connection:
                    connection.execute(sa.insert(schema.watched).values(address=f"{number}"))
        committed.clear()
    found = next(cuts(written, States(written, tmp_path), tmp_path / "cuts", 1), None)
    assert (found is not None) == loses, found
