"""A thread's token is another one whenever anything of its pages changes, and only then; and what every run looks up is
looked up by an index."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from pipeline.app.queries import Queries
from pipeline.publish.library import EarlierItems
from pipeline.records.days import Day
from pipeline.records.threads import SourceAddress, Thread
from pipeline.runs.batch import queue
from pipeline.settings import BatchSettings
from pipeline.store import claims, days, items, runs, threads, tokens, versions
from tests.conftest import store_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def copy_of_first(connection):
    """The item of `silence` becomes a copy of one that only `other` has."""
    first = items.of_thread(connection, "silence")[0]
    items.save(connection, first.model_copy(update={"id": "far", "url": "http://far.example/"}), "far.example")
    items.add_to_thread(connection, "other", "far")
    items.save(connection, first.model_copy(update={"copy_of": "far"}), "a.example")


def again(connection):
    """The same rows once more."""
    first = items.find(connection, items.of_thread(connection, "silence")[0].id)
    items.save(connection, first, connection.scalar(sa.text("SELECT host FROM items")))
    items.add_to_thread(connection, "silence", first.id)
    items.keep_fetch(connection, first.id, items.last_fetch(connection, first))
    items.set_relevance(connection, "silence", first.id, items.relevances(connection, "silence").get(first.id))


def edited(connection, **changes):
    first = items.of_thread(connection, "silence")[0]
    items.save(connection, first.model_copy(update=changes), "a.example")


def fetched(connection, body):
    first = items.of_thread(connection, "silence")[0]
    response = items.last_fetch(connection, first)
    items.keep_fetch(connection, first.id, response.model_copy(update={"body": body}))


def read_anew(connection):
    first = items.of_thread(connection, "silence")[0]
    read = items.last_snapshot(connection, first.id)
    items.add_snapshot(connection, read.model_copy(update={"id": "s2"}))
    extraction = claims.last_of(connection, read.id)
    claims.add(connection, extraction.model_copy(update={"id": "e2", "snapshot": "s2", "claims": ()}))


def cited(connection):
    first = items.of_thread(connection, "silence")[0].id
    claim = claims.of_items(connection, [first])[first][0]
    claims.add_cited(connection, [claim.model_copy(update={"id": "cited"})])


def next_version(connection):
    last = versions.last(connection, "silence")
    versions.add(connection, last.model_copy(update={"version": 2, "previous": 1}))


DEEDS = {
    "rename": (lambda c: threads.rename(c, "silence", "Another"), {"silence"}),
    "state": (lambda c: threads.set_state(c, "silence", "quiet", NOW, "x"), {"silence"}),
    "an item's record": (lambda c: edited(c, title="Another"), {"silence"}),
    "a copy": (copy_of_first, {"silence", "other"}),
    "other bytes": (lambda c: fetched(c, b"other"), {"silence"}),
    "relevance": (
        lambda c: items.set_relevance(c, "silence", items.of_thread(c, "silence")[0].id, "copy"),
        {"silence"},
    ),
    "a snapshot and an extraction": (read_anew, {"silence"}),
    "a cited sentence": (cited, {"silence"}),
    "a version": (next_version, {"silence"}),
    "a day": (lambda c: days.save(c, Day(date="2026-03-02", written=False)), {tokens.DAYS}),
    "a day again": (lambda c: days.save(c, Day(date="2026-03-02", written=True)), {tokens.DAYS}),
    "the same again": (again, set()),
    "that all is done": (lambda c: threads.mark_done(c, "silence", "digest"), set()),
    "a run": (lambda c: runs.add(c, runs.last(c, "silence")), set()),
}


@pytest.fixture
def lived(run, home, thread, database):
    """A store with a thread that has a version, and one that has nothing."""
    run("thread", "silence", "--home", home)
    store = store_of(home)
    with store.writing() as connection:
        source = SourceAddress(kind="page", address="http://other.example/")
        threads.add(connection, Thread(slug="other", title="Other", created_at=NOW, sources=(source,)))
    yield store
    store.close()


@pytest.mark.both_databases
def test_a_token_changes_with_what_a_page_is_made_of_and_with_nothing_else(lived, home):
    """And what a site is made of is then the same, whether all of it is looked at or what changed."""
    queries = Queries(home, lived)
    for name, (deed, touched) in DEEDS.items():
        before = queries.library(EarlierItems())
        with lived.writing() as connection:
            deed(connection)
        after = queries.library(EarlierItems())
        changed = {slug for slug, token in after.tokens.items() if before.tokens.get(slug) != token}
        assert changed == touched, name
        earlier = EarlierItems(before.items, before.topics, before.shelves, before.tokens)
        small = queries.library(earlier)
        assert (small.items, small.topics, small.shelves) == (after.items, after.topics, after.shelves), name


def test_what_waits_for_a_run_is_told_by_what_changed_since_the_last(lived):
    with lived.writing() as connection:
        assert threads.with_unfinished_work(connection) == frozenset()
        threads.rename(connection, "silence", "Another")  # no work, though the token is another
        assert threads.with_unfinished_work(connection) == frozenset()
        fetched(connection, b"news")
        assert threads.with_unfinished_work(connection) == {"silence"}
        threads.mark_done(connection, "silence", items.input_digests(connection, "silence")["silence"])
        assert threads.with_unfinished_work(connection) == frozenset()


def test_a_thread_is_settled_by_the_program_that_settled_it_until_its_token_changes(lived):
    with lived.writing() as connection:
        digest = items.input_digests(connection, "silence")["silence"]
        threads.mark_done(connection, "silence", f"1.0 {digest}")
        assert threads.is_settled(connection, "silence", "1.0")
        assert not threads.is_settled(connection, "silence", "1.1")  # another program may do more
        assert not threads.is_settled(connection, "other", "1.0")
        fetched(connection, b"news")
        assert not threads.is_settled(connection, "silence", "1.0")
        threads.mark_done(connection, "silence", f"1.0 {digest}")
        assert threads.is_settled(connection, "silence", "1.0")
        threads.mark_done(connection, "silence", None)  # the operator wants something
        assert not threads.is_settled(connection, "silence", "1.0")


LARGE = {"items", "thread_items", "fetches", "snapshots", "extractions", "claims", "cited_sentences", "feed_entries"}
LARGE |= {"replies", "versions", "runs", "arrivals"}


def test_nothing_that_every_run_asks_reads_a_large_table_whole(lived, run, home):
    """As SQLite plans it: whoever looks at the rows of a large table knows which ones."""
    asked: dict[str, object] = {}

    def note(_connection, _cursor, statement, parameters, *_):
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            asked[statement] = parameters

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        assert "nothing new" in run("thread", "silence", "--home", home).out
        run("publish", "--home", home)
        queue(lived, NOW, BatchSettings())
        Queries(home, lived).tokens()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert len(asked) > 15
    scans = {}
    with lived.reading() as connection:
        for statement, parameters in asked.items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            for row in plan:
                scan = re.match(r"SCAN (?:TABLE )?(\w+)", row.detail)
                if scan and scan[1] in LARGE:
                    scans[statement] = row.detail
    assert scans == {}
