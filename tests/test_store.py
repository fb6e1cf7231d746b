"""The store: what can never change, what is migrated, and what the ledger remembers."""

import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pipeline.errors import BusyError
from pipeline.model.exchange import Message, Reply, Request
from pipeline.store.database import HEAD, Store
from pipeline.store.replies import StoredReplies
from pipeline.store.schema import IMMUTABLE, metadata


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "store.db")
    yield opened
    opened.close()


def test_migrations_end_where_the_schema_stands(store):
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD


def test_opening_again_migrates_nothing(store):
    before = store.path.stat().st_mtime_ns
    Store(store.path).close()
    assert store.path.stat().st_mtime_ns == before


@pytest.mark.parametrize("table", IMMUTABLE)
@pytest.mark.parametrize("deed", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_what_never_changes_cannot_be_changed(run, home, thread, table, deed):
    run("thread", "silence", "--home", home)
    store = Store(home / "store.db")
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


def test_a_thread_is_held_by_one_and_let_go_at_the_end(store):
    with store.lock("x", "the first"):
        with pytest.raises(BusyError, match="the first"), store.lock("x", "the second"):
            pass
        with store.lock("y", "another thread"):
            pass
    with store.lock("x", "the third"):
        pass


def test_the_first_reply_stands_until_it_is_rejected(store):
    replies = StoredReplies(store)
    request = Request(model="m", messages=(Message(role="user", content="q"),), form_name="f", form={})

    def reply(text):
        return Reply(text=text, finish="stop", model="m", prompt_tokens=1, completion_tokens=1)

    assert replies.find(request.key) is None
    replies.keep(request.key, request, reply("first"))
    replies.keep(request.key, request, reply("second"))
    assert replies.find(request.key).text == "first"
    replies.reject(request.key, "unusable")
    assert replies.find(request.key) is None
    replies.keep(request.key, request, reply("third"))
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


def test_a_backup_taken_while_a_batch_runs_is_whole_and_makes_the_same_site(run, home, thread, model, tmp_path):
    run("thread", "silence", "--home", home)
    writing, stop = threading.Event(), threading.Event()

    def write():
        store = Store(home / "store.db")
        while not stop.is_set():
            with store.writing() as connection:
                connection.exec_driver_sql("UPDATE threads SET title = title || '.'")
            writing.set()
        store.close()

    busy = threading.Thread(target=write)
    busy.start()
    assert writing.wait(10)
    assert run("backup", tmp_path / "kept.db", "--home", home).code == 0
    stop.set()
    busy.join()
    assert run("backup", tmp_path / "kept.db", "--home", home).code == 2
    assert run("backup", tmp_path / "no/such/folder.db", "--home", home).code == 1
    restored = tmp_path / "restored"
    restored.mkdir()
    (restored / "store.db").write_bytes((tmp_path / "kept.db").read_bytes())
    (restored / "machine.toml").write_bytes((home / "machine.toml").read_bytes())
    assert run("check", "--home", restored).out.count("ok    store") == 1
    assert run("verify", "silence", "--home", restored).code == 0
    assert run("publish", "--home", restored).code == 0
    for place in ("threads/silence/v1/index.html", "threads/silence/index.json"):
        assert (restored / "site" / place).read_bytes() == (home / "site" / place).read_bytes()
    assert list(tmp_path.glob("*.part")) == []
