"""The store: what can never change, what is migrated, and what the ledger remembers."""

import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pipeline.app.machine import Machine
from pipeline.errors import BusyError, StoreError
from pipeline.records.prices import Prices
from pipeline.records.replies import Message, Reply, Request
from pipeline.store import arrivals, spending
from pipeline.store.coordination import StoredKeyedLock, StoredRateLimiter
from pipeline.store.database import HEAD, Store
from pipeline.store.postgresql import PostgreSQL
from pipeline.store.replies import StoredReplies
from pipeline.store.schema import IMMUTABLE, metadata
from pipeline.store.spending import RunSpending
from pipeline.store.sqlite import SQLite
from tests import ROOT, doubles
from tests.conftest import SILENCE, store_of, write_settings
from tests.sampling import WHOLE, step
from tests.store.revisions import VERSIONS, migrate

pytestmark = pytest.mark.both_databases


@pytest.fixture
def store(tmp_path, database):
    opened = Store(database or tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def another(store, tmp_path, database):
    """The same store, opened a second time, as another program would."""
    opened = Store(database or tmp_path / "store.db")
    yield opened
    opened.close()


def test_migrations_end_where_the_schema_stands(store):
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD


def test_opening_again_migrates_nothing(store, database, tmp_path):
    said = []

    def hear(_connection, _cursor, statement, *_):
        said.append(statement.split()[0])

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    Store(database or tmp_path / "store.db").close()
    sa.event.remove(sa.Engine, "before_cursor_execute", hear)
    assert set(said) <= {"SELECT", "PRAGMA", "BEGIN"}


@pytest.mark.parametrize("table", IMMUTABLE)
@pytest.mark.parametrize("deed", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_what_never_changes_cannot_be_changed(run, home, thread, model, table, deed):
    def claims_little(body):
        """One claim: the page cites other sentences too, which are recorded."""
        answer = doubles.honest(body)
        return {**answer, "claims": answer["claims"][:1]} if doubles.form_name(body) == "extract" else answer

    model.answer = claims_little
    run("thread", "silence", "--home", home)
    store = store_of(home)
    column = metadata.tables[table].columns.keys()[0]
    with pytest.raises(sa.exc.IntegrityError, match="never change"), store.writing() as connection:
        connection.exec_driver_sql(deed.format(table, column))
    store.close()


def test_a_transaction_is_kept_whole_or_not_at_all(store):
    insert = sa.insert(metadata.tables["threads"])
    row = {"title": "T", "state": "live", "created_at": "2026"}

    def breaks_off():
        with store.writing() as connection:
            connection.execute(insert.values(slug="x", **row))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        breaks_off()
    with store.reading() as connection:
        assert connection.execute(sa.select(metadata.tables["threads"])).all() == []


def test_a_thread_is_held_by_one_and_let_go_at_the_end(store, another):
    mine = rf"thread 'x' is being run by .*\(process {os.getpid()}\)"
    with store.lock("x", "the first"):
        for other in (store, another):
            with pytest.raises(BusyError, match=mine), other.lock("x", "the second"):
                pass
        with another.lock("y", "another thread"):
            pass
    with another.lock("x", "the third"):
        pass


HOLDS = """
import sys, time
from pathlib import Path
from pipeline.store.database import Store
store = Store(sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1]))
with store.lock("x", "a run"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_what_a_killed_process_held_is_free_at_once(store, database, tmp_path):
    place = database or str(tmp_path / "store.db")
    with subprocess.Popen([sys.executable, "-c", HOLDS, place], cwd=ROOT, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BusyError, match=f"process {holder.pid}"), store.lock("x", "another"):
            pass
        holder.kill()
    end = time.monotonic() + 60
    while True:  # the server hears of it a moment later
        try:
            with store.lock("x", "another"):
                break
        except BusyError:
            assert time.monotonic() < end
            time.sleep(0.01)


def test_writers_follow_one_another(store, another):
    """Each counts on what the one before wrote: a number given twice, or lost, would show."""

    def count(which):
        for _ in range(25):
            with which.writing() as connection:
                add_one(connection)

    threads = [threading.Thread(target=count, args=[which]) for which in (store, another, store, another)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT used_until FROM paces").scalar() == 100


def add_one(connection):
    """Reads, then writes one more: what a lost update would lose."""
    had = connection.exec_driver_sql("SELECT used_until FROM paces WHERE name = 'count'").scalar()
    if had is None:
        connection.exec_driver_sql("INSERT INTO paces VALUES ('count', 1, 0)")
    else:
        connection.execute(sa.update(metadata.tables["paces"]).values(used_until=had + 1))


def test_another_program_that_ends_takes_no_log_from_one_that_has_the_store_twice(store, another, tmp_path, database):
    """What a process opens and closes beside SQLite drops its locks, and the next to end deletes the log."""
    if database:
        pytest.skip("a server's store is no file")
    with store.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM threads").all()
        Store(tmp_path / "store.db").close()
        ends = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM threads'); c.close()"
        subprocess.run([sys.executable, "-c", ends, str(tmp_path / "store.db")], check=True)
        assert (tmp_path / "store.db-wal").exists()


def test_a_reader_sees_one_moment(store, another):
    with another.writing() as connection:
        connection.exec_driver_sql("INSERT INTO paces VALUES ('a', 0, 0)")
    with store.reading() as reading:
        assert reading.exec_driver_sql("SELECT count(*) FROM paces").scalar() == 1
        with another.writing() as writing:
            writing.exec_driver_sql("INSERT INTO paces VALUES ('b', 0, 0)")
        assert reading.exec_driver_sql("SELECT count(*) FROM paces").scalar() == 1


def test_rows_come_in_one_order_on_every_database(store):
    """By the bytes of their text, whatever language a server was set up in."""
    names = ["Zebra", "apple", "a-b", "ab", "a b", "Äpfel", "éclair", "z", "_", "0", "10", "9"]
    with store.writing() as connection:
        arrivals.watch(connection, names)
    with store.reading() as connection:
        assert list(arrivals.watched_feeds(connection)) == sorted(names, key=str.encode)


def a_request():
    return Request(model="m", messages=(Message(role="user", content="q"),), prompt_name="f", answer_schema={})


def a_reply(text):
    return Reply(text=text, finish="stop", model="m", prompt_tokens=1, completion_tokens=1)


def test_the_first_reply_stands_until_it_is_rejected(store):
    replies = StoredReplies(store, RunSpending("", datetime.now(UTC)), Prices())
    request = a_request()
    assert replies.find(request.key) is None
    replies.keep(request.key, request, a_reply("first"))
    replies.keep(request.key, request, a_reply("second"))
    assert replies.find(request.key).text == "first"
    replies.reject(request.key, "unusable")
    assert replies.find(request.key) is None
    replies.keep(request.key, request, a_reply("third"))
    assert replies.find(request.key).text == "third"


def test_a_key_names_everything_that_decides_an_answer():
    base = {
        "model": "m",
        "messages": (Message(role="user", content="q"),),
        "form_name": "f",
        "form": {"type": "object"},
    }
    others = [
        {"model": "n"},
        {"messages": (Message(role="user", content="Q"),)},
        {"messages": (Message(role="system", content="q"),)},
        {"form": {"type": "array"}},
        {"form_name": "g"},
    ]
    keys = {Request(**{**base, **other}).key for other in [{}, *others]}
    assert len(keys) == len(others) + 1
    assert Request(**base).key == Request(**base).key


def test_a_newer_store_is_refused_and_left_alone(store, database, tmp_path):
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999_later'")
    with pytest.raises(StoreError, match="newer program"):
        Store(database or tmp_path / "store.db")
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999_later"


@pytest.mark.parametrize("bad", ["\x00", "\ud800", "\x00" * 3 + "'; DROP TABLE threads; --"])
def test_what_a_model_writes_cannot_stop_a_database(run, home, thread, model, bad):
    """PostgreSQL takes no NUL in a text."""

    def hostile(body):
        found = doubles.honest(body)
        form = doubles.form_name(body)
        if form == "page":
            found["title"] = f"Silence {bad}"
        return {**found, f"key {bad}": bad} if form == "extract" and len(model.asked) < 3 else found

    model.answer = hostile
    run("thread", "silence", "--home", home)
    done = run("thread", "silence", "--home", home, "--from", "extract")
    assert "could not be" not in done.err
    assert "Traceback" not in done.err
    assert run("check", "--home", home).out.count("ok    store") == 1


# What only a shared store has to do.


@pytest.fixture
def restarted(server):
    """A store whose server the test restarts, and a second program on it."""
    url = server.new_store()
    first, second = Store(url), Store(url)
    yield first, second
    first.close()
    second.close()


def test_who_lost_a_lock_writes_nothing_more_but_what_was_paid_for(server, restarted):
    """The server was restarted, and another may run the thread by now."""
    mine, other = restarted
    add = sa.insert(metadata.tables["watched"])
    replies, request = StoredReplies(mine, RunSpending("", datetime.now(UTC)), Prices()), a_request()
    with mine.lock("x", "a run"):
        server.kill()
        server.start()
        with other.lock("x", "another run"), pytest.raises(StoreError, match="let go of"), mine.writing() as connection:
            connection.execute(add.values(address="too late"))
        replies.keep(request.key, request, a_reply("paid for"))
        with other.writing() as connection:
            connection.execute(add.values(address="in time"))
    assert replies.find(request.key).text == "paid for"
    with mine.writing() as connection:  # it holds nothing any more
        assert list(arrivals.watched_feeds(connection)) == ["in time"]
    with mine.lock("x", "a run"):
        pass


def test_a_server_that_is_restarted_is_waited_for(server, restarted):
    mine, _ = restarted
    server.kill()
    coming = threading.Timer(1.5, server.start)
    coming.start()
    with mine.reading() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    coming.join()


def test_a_server_that_was_never_there_is_not_waited_for(run, tmp_path, web, model, monkeypatch):
    """It is, for a while, where it was there before: it is being restarted."""

    def impatient(seconds):
        raise AssertionError(f"{seconds} s of waiting")

    monkeypatch.setattr(time, "sleep", impatient)
    write_settings(tmp_path, web, model, database="postgresql://machine:secret@127.0.0.1:9/machine")
    done = run("threads", "--home", tmp_path)
    assert done.code == 1
    assert "could not be read" in done.err
    assert "secret" not in done.err
    assert done.err.count("\n") == 1


@pytest.fixture
def pair(postgres):
    """Two programs on one shared store."""
    url = postgres.new_store()
    stores = Store(url), Store(url)
    yield stores
    for store in stores:
        store.close()


def test_a_pace_holds_for_all_who_share_a_store(pair):
    """The server's clock goes on meanwhile: turns take so long that it does not matter."""
    paces = [StoredRateLimiter(store) for store in pair]
    waits = [paces[n % 2].take("https://a.example", 5000.0, 5000.0) for n in range(4)]
    assert waits == [pytest.approx(5000.0 * n, abs=500) for n in range(4)]
    assert paces[0].take("https://b.example", 5000.0, 5000.0) == 0.0
    minute = [paces[n % 2].take("endpoint requests", 2000.0, 6000.0) for n in range(5)]
    assert minute == [0.0, 0.0, 0.0, pytest.approx(2000.0, abs=500), pytest.approx(4000.0, abs=500)]


def test_who_asked_one_to_be_left_alone_is_left_alone_by_all(pair):
    mine, theirs = [StoredRateLimiter(store) for store in pair]
    mine.rest("https://a.example", 5000)
    assert theirs.take("https://a.example", 5.0, 5.0) is None
    assert theirs.take("https://b.example", 5.0, 5.0) == 0.0
    mine.rest("https://c.example", 0.05)
    end = time.monotonic() + 60
    while theirs.take("https://c.example", 5.0, 5.0) is None:
        assert time.monotonic() < end, "it rests for ever"
        time.sleep(0.01)


def test_a_turn_is_waited_for_across_programs(pair):
    order = []

    def ask(store, name):
        with StoredKeyedLock(store).hold("a question"):
            order.append(f"{name} asks")
            time.sleep(0.3)
            order.append(f"{name} has its answer")

    both = [threading.Thread(target=ask, args=each) for each in zip(pair, ("one", "two"), strict=True)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    first = order[0].split()[0]
    assert order[1] == f"{first} has its answer"


@pytest.fixture
def nothing(request, tmp_path, database):
    """Where there is no store yet: a file that is not there, or a database that holds nothing."""
    return request.getfixturevalue("postgres").new_database() if database else tmp_path / "nothing.db"


def schema_of(place, request):
    """All that a database says of its own tables, apart from white space."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as opened:
            found = [sql for (sql,) in opened.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")]
            return sorted(re.sub(r"\s*([(),])\s*|\s+", lambda space: space[1] or " ", sql) for sql in found)
    dump = [request.getfixturevalue("postgres").programs / "pg_dump", "--schema-only", place]
    lines = subprocess.run(dump, capture_output=True, text=True, check=True).stdout.splitlines()
    # from version 18 on a NOT NULL has a name, which stays what it was where a column was renamed
    unnamed = (re.sub(r"CONSTRAINT \w+ NOT NULL", "NOT NULL", line) for line in lines)
    return sorted(line for line in unnamed if "restrict" not in line)


def test_a_new_store_is_what_all_migrations_make_of_none(nothing, request, tmp_path, database):
    Store(nothing).close()
    migrated = request.getfixturevalue("postgres").new_database() if database else tmp_path / "migrated.db"
    migrate(migrated, "head")
    ours = schema_of(nothing, request)
    assert len(ours) > 20
    assert ours == schema_of(migrated, request)


def test_what_was_spent_before_it_was_counted_by_run_is_still_told_by_day(nothing):
    migrate(nothing, "0015_workers")
    engine = (SQLite(nothing) if isinstance(nothing, Path) else PostgreSQL(nothing)).engine()
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO spending VALUES ('2026-03-25', 3, 70, 7, 0.5)")
    engine.dispose()
    store = Store(nothing)
    with store.writing() as connection:
        reply = Reply(text="", finish="stop", model="m", prompt_tokens=1, completion_tokens=2)
        spending.add(connection, RunSpending("t", datetime(2026, 3, 25, 9, tzinfo=UTC)), reply, Prices())
        days = spending.since(connection, datetime(2026, 3, 20, tzinfo=UTC))
    store.close()
    assert days == [("2026-03-25", 4, 71, 9, 0.5)]


def test_two_that_open_a_new_store_at_once_both_have_it(nothing, tmp_path, database):
    """Again and again: SQLite refused one of two in one of four tries, before it was asked once more."""
    for place in [nothing] if database else [tmp_path / f"{number}.db" for number in range(20)]:
        ready, opened = threading.Barrier(2), []

        def begin(place=place, ready=ready, opened=opened):
            ready.wait()
            opened.append(Store(place))

        both = [threading.Thread(target=begin) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        assert [store.check_integrity() for store in opened] == ["ok", "ok"]
        for store in opened:
            store.close()


class Killed(BaseException):
    """The end of a process, as far as a database can tell: its connection is gone."""


@pytest.mark.parametrize(
    ("first", "before"), [*enumerate((path.stem for path in sorted(VERSIONS.glob("[0-9]*.py"))[:-1]), 1)]
)
def test_a_migration_broken_off_anywhere_is_done_when_the_store_is_opened_again(nothing, first, before):
    """After each of its statements, of a sample other ones for each revision; `python -m tests.sweeps.calls` kills it at every system call, on SQLite."""
    migrate(nothing, before)
    engine = SQLite(nothing).engine() if isinstance(nothing, Path) else PostgreSQL(nothing).engine()
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO threads (slug, title, state, created_at) VALUES ('kept', 'Kept', 'live', '2026')"
        )
    engine.dispose()
    for statements in count(1 if WHOLE else first, step(30)):
        left = [statements]

        def end(connection, *_, left=left):
            left[0] -= 1
            if not left[0]:
                connection.connection.dbapi_connection.rollback()  # an open cursor keeps a closed one's transaction
                connection.connection.dbapi_connection.close()
                raise Killed

        sa.event.listen(sa.Engine, "after_cursor_execute", end)
        try:
            Store(nothing).close()
            break
        except (Killed, StoreError, sa.exc.DBAPIError):
            assert left[0] <= 0
        finally:
            sa.event.remove(sa.Engine, "after_cursor_execute", end)
    assert statements > 2
    store = Store(nothing)
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD
        assert connection.exec_driver_sql("SELECT title FROM threads").scalar() == "Kept"
    assert store.check_integrity() == "ok"
    store.close()


def test_threads_of_a_program_write_in_turn_however_long_one_takes(tmp_path, monkeypatch):
    """SQLite itself would look again after ever longer sleeps, and give up."""
    monkeypatch.setattr("pipeline.store.sqlite.WAIT_S", 0.05)
    store, writing, failed = Store(tmp_path / "store.db"), threading.Event(), []

    def write():
        try:
            with store.writing():
                writing.set()
                time.sleep(0.5)
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
        assert writing.wait(10)
    for thread in threads:
        thread.join()
    store.close()
    assert failed == []


def test_a_backup_taken_while_others_write_is_whole_and_makes_the_same_site(run, home, thread, tmp_path):
    run("thread", "silence", "--home", home)
    writing, stop = threading.Event(), threading.Event()

    def write():
        store = store_of(home)
        while not stop.is_set():
            with store.writing() as connection:
                connection.exec_driver_sql("UPDATE threads SET title = title || '.'")
                connection.exec_driver_sql("INSERT INTO watched VALUES ((SELECT title FROM threads), NULL)")
            writing.set()
        store.close()

    busy = threading.Thread(target=write)
    busy.start()
    assert writing.wait(10)
    assert run("backup", tmp_path / "kept.db", "--home", home).code == 0
    stop.set()
    busy.join()
    assert [file.name for file in tmp_path.glob("kept.db*")] == ["kept.db"]
    kept = Store(tmp_path / "kept.db")
    with kept.reading() as connection:
        title = connection.exec_driver_sql("SELECT title FROM threads").scalar()
        assert connection.exec_driver_sql("SELECT count(*) FROM watched").scalar() == len(title) - len("Silence")
    kept.close()


def test_a_backup_is_not_written_over_anything_or_into_nothing(run, home, thread, tmp_path):
    assert run("backup", tmp_path / "kept.db", "--home", home).code == 0
    assert run("backup", tmp_path / "kept.db", "--home", home).code == 2
    assert run("backup", tmp_path / "no/such/folder.db", "--home", home).code == 2
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_a_backup_restored_into_either_database_goes_on_as_if_nothing_had_been(
    run, home, thread, web, model, tmp_path, request, into
):
    run("thread", "silence", "--home", home)
    run("backup", tmp_path / "kept.db", "--home", home)
    before = (tmp_path / "kept.db").read_bytes()
    other = tmp_path / "other"
    other.mkdir()
    url = request.getfixturevalue("postgres").new_database() if into == "postgresql" else ""
    write_settings(other, web, model, database=url)
    done = run("restore", tmp_path / "kept.db", "--home", other)
    assert done.code == 0, done.err
    assert (tmp_path / "kept.db").read_bytes() == before
    assert tree(other / "site") == tree(home / "site")
    assert run("check", "--home", other).out.count("ok    store") == 1
    assert run("verify", "silence", "--home", other).code == 0
    since = len(model.asked)
    assert "nothing new" in run("thread", "silence", "--home", other).out
    assert len(model.asked) == since
    web.pages["/a"] = doubles.page("Silence and sums", *SILENCE, "The board ended the quiet ten on Friday.")
    both = [run("thread", "silence", "--home", each, "--json").json for each in (home, other)]
    assert [each["version"] for each in both] == [2, 2]
    assert run("restore", tmp_path / "kept.db", "--home", other).code == 2


def test_two_restores_into_one_home_follow_one_another(run, home, thread, tmp_path):
    run("backup", tmp_path / "kept.db", "--home", home)
    other = tmp_path / "other"
    other.mkdir()
    with closing(store_of(other)) as store, store.lock("_restore", "a restore of another"):
        second = run("restore", tmp_path / "kept.db", "--home", other)
    assert (second.code, "a restore of another" in second.err) == (3, True)
    assert run("restore", tmp_path / "kept.db", "--home", other).code == 0
    assert run("restore", tmp_path / "kept.db", "--home", other).code == 2


def test_a_restore_that_ended_before_its_site_says_how_to_make_it(run, home, thread, tmp_path, monkeypatch):
    run("thread", "silence", "--home", home)
    run("backup", tmp_path / "kept.db", "--home", home)
    other = tmp_path / "other"

    def killed(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Machine, "publish", killed)
        run("restore", tmp_path / "kept.db", "--home", other)
    again = run("restore", tmp_path / "kept.db", "--home", other)
    assert (again.code, "`publish` makes the site" in again.err) == (2, True)
    assert run("publish", "--home", other).code == 0
    assert tree(other / "site/threads") == tree(home / "site/threads")


@pytest.mark.parametrize("what", ["nothing", "no database", "an empty database"])
def test_what_is_no_backup_is_not_restored(run, home, tmp_path, what):
    file = tmp_path / "kept.db"
    if what == "no database":
        file.write_bytes(b"this is no database" * 100)
    elif what == "an empty database":
        file.touch()
    done = run("restore", file, "--home", home)
    assert done.code in (1, 2)
    assert "Traceback" not in done.err
    assert "kept.db" in done.err
    assert run("threads", "--home", home).code == 0


def tree(folder):
    """Every file of a site but its search index, which names no version of anything."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and "pagefind" not in file.parts
    }
