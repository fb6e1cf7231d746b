"""A token for each thread, which is another one whenever anything changes that its pages, or its items' pages, are made
of. So what is made of a thread is known to be up to date without looking at its items.

The database itself gives it, by triggers: no change goes past them. Tokens are drawn by lot and not counted, since a
count could come again in a store that was put back to an earlier day. The days have a token too, under `DAYS`, and so
has, under `DELETIONS`, that threads were deleted.
"""

import secrets

import sqlalchemy as sa

from pipeline.store.schema import page_tokens

DAYS, DELETIONS = "", "_deletions"  # no thread's slug is either

_ITEM = "SELECT thread FROM thread_items WHERE item = NEW.item"
_SNAPSHOT = "SELECT thread FROM thread_items JOIN snapshots USING (item) WHERE snapshots.id = NEW.snapshot"
_TRIGGERS = (
    ("threads", "INSERT", "SELECT NEW.slug AS thread"),
    (
        "threads",
        "UPDATE OF title, state, state_since, state_reason, merged_into, language",
        "SELECT NEW.slug AS thread",
    ),
    ("thread_items", "INSERT", "SELECT NEW.thread AS thread"),
    (
        "thread_items",
        "UPDATE OF verdict",
        "SELECT NEW.thread AS thread WHERE coalesce(NEW.verdict, '') <> coalesce(OLD.verdict, '')",
    ),
    ("items", "INSERT", "SELECT thread FROM thread_items WHERE item = NEW.copy_of"),
    (
        "items",
        "UPDATE OF record, copy_of",
        "SELECT thread FROM (SELECT thread FROM thread_items WHERE item IN (NEW.id, NEW.copy_of, OLD.copy_of) "
        "UNION SELECT thread FROM thread_items JOIN items ON items.id = item WHERE items.copy_of = NEW.id) AS touched "
        "WHERE NEW.record <> OLD.record OR coalesce(NEW.copy_of, '') <> coalesce(OLD.copy_of, '')",
    ),
    ("fetches", "INSERT", _ITEM),
    (  # the same bytes again, which were not the last
        "fetches",
        "UPDATE OF position",
        "SELECT thread FROM thread_items WHERE item = NEW.item AND EXISTS (SELECT 1 FROM fetches AS other "
        "WHERE other.item = NEW.item AND other.digest <> NEW.digest AND other.position > OLD.position)",
    ),
    ("snapshots", "INSERT", _ITEM),
    ("extractions", "INSERT", _SNAPSHOT),
    ("cited_sentences", "INSERT", _SNAPSHOT),
    ("versions", "INSERT", "SELECT NEW.thread AS thread"),
    ("corrections", "INSERT", "SELECT NEW.thread AS thread"),
    ("corrections", "DELETE", "SELECT OLD.thread AS thread"),
    ("days", "INSERT", f"SELECT '{DAYS}' AS thread"),
    ("days", "UPDATE", f"SELECT '{DAYS}' AS thread"),
)
"""Table, what happens to it, and the threads that are then given new tokens."""


def statements(dialect: str, *tables: str) -> list[str]:
    """What makes the triggers of these tables, or of all, in a database of this dialect."""
    made = []
    for table, event, touched in (trigger for trigger in _TRIGGERS if not tables or trigger[0] in tables):
        name = f"{table}_{event.split()[0].lower()}_touches"
        lot = "CAST(random() * 9e15 AS bigint)" if dialect == "postgresql" else "random()"
        insert = (
            f"INSERT INTO page_tokens (thread, token) SELECT thread, {lot} FROM ({touched}) AS threads_of "  # noqa: S608
            "WHERE true GROUP BY thread ON CONFLICT (thread) DO UPDATE SET token = excluded.token"
        )
        if dialect == "postgresql":
            made.append(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {insert}; RETURN NULL; END $$"
            )
            deed = f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        else:
            deed = f"BEGIN {insert}; END"
        made.append(f"CREATE TRIGGER {name} AFTER {event} ON {table} {deed}")
    return made


def every(connection: sa.Connection) -> dict[str, int]:
    """The token of each thread, by slug, and that of the days."""
    return {row.thread: row.token for row in connection.execute(sa.select(page_tokens))}


def forget(connection: sa.Connection, thread: str) -> None:
    """Takes back the token of a thread that was deleted, and gives all deletions another."""
    connection.execute(sa.delete(page_tokens).where(page_tokens.c.thread.in_([thread, DELETIONS])))
    connection.execute(sa.insert(page_tokens).values(thread=DELETIONS, token=secrets.randbits(62)))
