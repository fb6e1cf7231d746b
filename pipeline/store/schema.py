"""The tables as they are after the last migration. A column `record` holds a record as its own JSON."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product

import sqlalchemy as sa

metadata = sa.MetaData()

ASKED: sa.BindParameter[str] = sa.bindparam("asked")
"""What a query that is made once, for all times that it is asked, is asked about: to make one takes four times as long
as to ask it."""

_MAX_VARIABLES = 500  # of one query; SQLite took 999 before 3.32


def in_parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """`values` in parts, each small enough for the variables of one query."""
    return (values[start : start + _MAX_VARIABLES] for start in range(0, len(values), _MAX_VARIABLES))


IMMUTABLE = ("snapshots", "extractions", "claims", "source_numbers", "versions", "cited_sentences")
"""The tables whose rows the database refuses to change or delete."""

threads = sa.Table(
    "threads",
    metadata,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("state_since", sa.Text),
    sa.Column("state_reason", sa.Text),
    sa.Column("merged_into", sa.Text),
    sa.Column("settled", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("settled_token", sa.BigInteger),
    sa.Column("settings", sa.Text),
)

thread_sources = sa.Table(
    "thread_sources",
    metadata,
    sa.Column("thread", sa.Text, sa.ForeignKey("threads.slug"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("taken", sa.Text),
)

watched = sa.Table(
    "watched",
    metadata,
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("taken", sa.Text),
)

items = sa.Table(
    "items",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("host", sa.Text, nullable=False, index=True),
    sa.Column("copy_of", sa.Text, sa.ForeignKey("items.id"), index=True),
    sa.Column("record", sa.Text, nullable=False),
)

thread_items = sa.Table(
    "thread_items",
    metadata,
    sa.Column("thread", sa.Text, sa.ForeignKey("threads.slug"), primary_key=True),
    sa.Column("item", sa.Text, sa.ForeignKey("items.id"), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("verdict", sa.Text),
    sa.Index("ix_thread_items_item", "item"),
    sa.Index("ix_thread_items_thread_position", "thread", "position"),
)

fetches = sa.Table(
    "fetches",
    metadata,
    sa.Column("item", sa.Text, sa.ForeignKey("items.id"), primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("final_url", sa.Text, nullable=False),
    sa.Column("fetched_at", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("charset", sa.Text),
    sa.Column("text_from", sa.Text),
    sa.Index("ix_fetches_item_position", "item", "position"),
)

feed_entries = sa.Table(
    "feed_entries",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("item", sa.Text, sa.ForeignKey("items.id"), nullable=False, index=True),
    sa.Column("record", sa.Text, nullable=False),
)

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
)

snapshots = sa.Table(
    "snapshots",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("item", sa.Text, sa.ForeignKey("items.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False, index=True),
    sa.Column("record", sa.Text, nullable=False),
    sa.Index("ix_snapshots_item_position", "item", "position"),
)

extractions = sa.Table(
    "extractions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("snapshot", sa.Text, sa.ForeignKey("snapshots.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False, index=True),
    sa.Column("record", sa.Text, nullable=False),
    sa.Index("ix_extractions_snapshot_position", "snapshot", "position"),
)

claims = sa.Table(
    "claims",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("extraction", sa.Text, sa.ForeignKey("extractions.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)

cited_sentences = sa.Table(
    "cited_sentences",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("snapshot", sa.Text, sa.ForeignKey("snapshots.id"), nullable=False, index=True),
    sa.Column("record", sa.Text, nullable=False),
)

cast_decisions = sa.Table(
    "cast_decisions",
    metadata,
    sa.Column("thread", sa.Text, sa.ForeignKey("threads.slug"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
)

corrections = sa.Table(
    "corrections",
    metadata,
    sa.Column("thread", sa.Text, sa.ForeignKey("threads.slug"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
)

source_numbers = sa.Table(
    "source_numbers",
    metadata,
    sa.Column("thread", sa.Text, sa.ForeignKey("threads.slug"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("item", sa.Text, sa.ForeignKey("items.id"), nullable=False),
    sa.UniqueConstraint("thread", "item"),
)

versions = sa.Table(
    "versions",
    metadata,
    sa.Column("thread", sa.Text, sa.ForeignKey("threads.slug"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("made_at", sa.Text, nullable=False, index=True),
    sa.Column("record", sa.Text, nullable=False),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("thread", sa.Text, sa.ForeignKey("threads.slug"), nullable=False, index=True),
    sa.Column("started_at", sa.Text, nullable=False, index=True),
    sa.Column("record", sa.Text, nullable=False),
)

replies = sa.Table(
    "replies",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("attempt", sa.Integer, primary_key=True),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("reply", sa.Text, nullable=False),
    sa.Column("rejected", sa.Text),
)

arrivals = sa.Table(
    "arrivals",
    metadata,
    sa.Column("item", sa.Text, sa.ForeignKey("items.id"), primary_key=True),
    sa.Column("came_at", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("record", sa.Text, nullable=False),
)

batches = sa.Table(
    "batches",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("started_at", sa.Text, nullable=False, index=True),
    sa.Column("record", sa.Text, nullable=False),
)

days = sa.Table(
    "days",
    metadata,
    sa.Column("date", sa.Text, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
)

awaited = sa.Table(
    "awaited",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("thread", sa.Text),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("job", sa.Text, index=True),
)

endpoint_facts = sa.Table(
    "endpoint_facts",
    metadata,
    sa.Column("endpoint", sa.Text, primary_key=True),
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
)

paces = sa.Table(
    "paces",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("used_until", sa.Double, nullable=False),
    sa.Column("rests_until", sa.Double, nullable=False),
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("lives_until", sa.Double, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)

page_tokens = sa.Table(
    "page_tokens",
    metadata,
    sa.Column("thread", sa.Text, primary_key=True),
    sa.Column("token", sa.BigInteger, nullable=False),
)

spending = sa.Table(
    "spending",
    metadata,
    sa.Column("thread", sa.Text, primary_key=True),
    sa.Column("started_at", sa.Text, primary_key=True),
    sa.Column("in_batch", sa.Boolean, nullable=False),
    sa.Column("calls", sa.Integer, nullable=False),
    sa.Column("prompt_tokens", sa.BigInteger, nullable=False),
    sa.Column("completion_tokens", sa.BigInteger, nullable=False),
    sa.Column("money", sa.Double),
    sa.Index("ix_spending_started_at", "started_at"),
)

blocked_hosts = sa.Table(
    "blocked_hosts",
    metadata,
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("since", sa.Text, nullable=False),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("thread", sa.Text),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("record", sa.Text, nullable=False),
)

_DEEDS = ("UPDATE", "DELETE")
_REFUSES = """
CREATE FUNCTION never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% never change: add a new one', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def guard(connection: sa.Connection) -> None:
    """Lets the database refuse to change or delete rows of the immutable tables."""
    on_postgresql = connection.dialect.name == "postgresql"
    for table, deed in product(IMMUTABLE, _DEEDS):
        refused = (
            f"FOR EACH STATEMENT EXECUTE FUNCTION never_change('{table}')"
            if on_postgresql
            else f"BEGIN SELECT RAISE(ABORT, '{table} never change: add a new one'); END"
        )
        name = f"{table}_no_{deed.lower()}"
        connection.execute(sa.text(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} {refused}"))


@contextmanager
def unguarded(connection: sa.Connection) -> Iterator[None]:
    """Within the context, and the transaction of `connection`, rows of the immutable tables may be deleted: for a
    thread that its operator deletes, and nothing else."""
    on_postgresql = connection.dialect.name == "postgresql"
    for table, deed in product(IMMUTABLE, _DEEDS):
        of_table = f" ON {table}" if on_postgresql else ""
        connection.execute(sa.text(f"DROP TRIGGER {table}_no_{deed.lower()}{of_table}"))
    yield
    guard(connection)


def create(connection: sa.Connection, revision: str, triggers: Iterable[str]) -> None:
    """Gives an empty database in one go what all the migrations up to `revision`, the last, would give it."""
    on_postgresql = connection.dialect.name == "postgresql"

    def run(statement: str) -> None:
        connection.execute(sa.text(statement))

    metadata.create_all(connection, checkfirst=False)
    if on_postgresql:
        run(_REFUSES)
    guard(connection)
    for statement in triggers:
        run(statement)
    key = "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)"
    run(f"CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, {key})")
    run(f"INSERT INTO alembic_version VALUES ('{revision}')")  # noqa: S608 - a name of ours
