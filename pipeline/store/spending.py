"""What was asked and paid for, by run: counted as replies come, whatever becomes of the run that asked.

What a run that was killed had spent is known from here alone: it has no report. The run that goes on
from there is held to one ceiling with it.
"""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from pipeline.records.prices import Prices
from pipeline.records.replies import Reply
from pipeline.store.schema import runs, spending


class RunSpending(NamedTuple):
    """Whose replies these are: a thread's run, or with "" what is no thread's (the day's page, the sorting of what
    feeds bring), by the moment it started at; `in_batch` where a batch pays for it."""

    thread: str
    started_at: datetime
    in_batch: bool = False


class Spending(NamedTuple):
    """Replies, and their tokens, under a name: a day (UTC, YYYY-MM-DD) or a thread."""

    name: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    money: float | None = None

    @property
    def tokens(self) -> int:
        """Of prompts and answers together."""
        return self.prompt_tokens + self.completion_tokens

    def cost(self, prices: Prices) -> float | None:
        """What it cost, as counted or, of a day before that, by `prices`; None where these are not known."""
        by_prices = prices.of(self.prompt_tokens, self.completion_tokens)
        return by_prices if by_prices is None or self.money is None else self.money


_COUNTS = ("calls", "prompt_tokens", "completion_tokens", "money")
_SUMS = tuple(sa.func.sum(spending.c[name]).label(name) for name in _COUNTS)


def add(connection: sa.Connection, run: RunSpending, reply: Reply, prices: Prices) -> None:
    """Counts a reply to the run that asked for it."""
    counts = (1, reply.prompt_tokens, reply.completion_tokens, prices.of_reply(reply) or 0.0)
    _add(connection, run.thread, run.started_at.isoformat(), run.in_batch, dict(zip(_COUNTS, counts, strict=True)))


def _add(connection: sa.Connection, thread: str, started_at: str, in_batch: bool, counts: dict[str, float]) -> None:
    columns = spending.c
    more = {name: columns[name] + count for name, count in counts.items()}
    row = (columns.thread == thread) & (columns.started_at == started_at)
    if connection.execute(sa.update(spending).where(row).values(more)).rowcount == 0:
        first = {"thread": thread, "started_at": started_at, "in_batch": in_batch, **counts}
        connection.execute(sa.insert(spending).values(first))


def since(connection: sa.Connection, moment: datetime) -> list[Spending]:
    """The days from that of a moment on that cost something, newest first."""
    date = sa.func.substr(spending.c.started_at, 1, 10).label("name")
    query = sa.select(date, *_SUMS).where(spending.c.started_at >= f"{moment:%Y-%m-%d}").group_by(date)
    return [Spending(**row) for row in connection.execute(query.order_by(date.desc())).mappings()]


def without_report(connection: sa.Connection, moment: datetime) -> list[Spending]:
    """What runs of threads cost that started since a moment and have no report: they are under way, or were killed."""
    of_run = (runs.c.thread == spending.c.thread) & (runs.c.started_at == spending.c.started_at)
    unreported = ~sa.exists().where(of_run) & (spending.c.thread != "")
    query = sa.select(spending.c.thread.label("name"), *_SUMS).where(
        spending.c.started_at >= moment.isoformat(), unreported
    )
    return [Spending(**row) for row in connection.execute(query.group_by(spending.c.thread)).mappings()]


def of_killed_runs(connection: sa.Connection, thread: str) -> tuple[int, float]:
    """Tokens and money that runs of a thread spent since the last that has a report."""
    last = sa.select(sa.func.max(runs.c.started_at)).where(runs.c.thread == thread)
    return _since_last(connection, connection.scalar(last), spending.c.thread == thread)


def of_batches_after(connection: sa.Connection, last: datetime | None) -> tuple[int, float]:
    """Tokens and money that batches spent that started after the moment `last`, that of the last that came to its
    end; with None all that there are."""
    return _since_last(connection, last.isoformat() if last else None, spending.c.in_batch)


def _since_last(connection: sa.Connection, last: str | None, whose: sa.ColumnElement[bool]) -> tuple[int, float]:
    tokens = sa.func.sum(spending.c.prompt_tokens + spending.c.completion_tokens)
    query = sa.select(tokens, sa.func.sum(spending.c.money)).where(whose, spending.c.started_at > (last or ""))
    spent = connection.execute(query).one()
    return int(spent[0] or 0), float(spent[1] or 0.0)


def forget_thread(connection: sa.Connection, thread: str) -> None:
    """Counts what the runs of a thread cost to no thread: it is deleted, and what was paid was paid."""
    rows = connection.execute(sa.select(spending).where(spending.c.thread == thread)).mappings().all()
    connection.execute(sa.delete(spending).where(spending.c.thread == thread))
    for row in rows:
        _add(connection, "", row["started_at"], row["in_batch"], {name: row[name] or 0 for name in _COUNTS})
