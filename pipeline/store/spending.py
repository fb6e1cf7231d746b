"""What was asked and paid for, by day: counted as replies come, whatever becomes of the run that asked."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from pipeline.records.prices import Prices
from pipeline.records.replies import Reply
from pipeline.store.schema import spending


class DaySpending(NamedTuple):
    """The replies of a day (UTC, YYYY-MM-DD), and their tokens."""

    date: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    money: float | None = None

    @property
    def tokens(self) -> int:
        """Of prompts and answers together."""
        return self.prompt_tokens + self.completion_tokens

    def cost(self, prices: Prices) -> float | None:
        """What the day cost, as counted or, of a day before that, by `prices`; None where these are not known."""
        by_prices = prices.of(self.prompt_tokens, self.completion_tokens)
        return by_prices if by_prices is None or self.money is None else self.money


def add(connection: sa.Connection, moment: datetime, reply: Reply, prices: Prices) -> None:
    """Counts a reply to the day of a moment."""
    money = prices.of_reply(reply) or 0.0
    date, columns = f"{moment:%Y-%m-%d}", spending.c
    more = {
        "calls": columns.calls + 1,
        "prompt_tokens": columns.prompt_tokens + reply.prompt_tokens,
        "completion_tokens": columns.completion_tokens + reply.completion_tokens,
        "money": columns.money + money,
    }
    if connection.execute(sa.update(spending).where(columns.date == date).values(more)).rowcount == 0:
        first = DaySpending(date, 1, reply.prompt_tokens, reply.completion_tokens, money)
        connection.execute(sa.insert(spending).values(first._asdict()))


def since(connection: sa.Connection, moment: datetime) -> list[DaySpending]:
    """The days from that of a moment on that cost something, newest first."""
    query = sa.select(spending).where(spending.c.date >= f"{moment:%Y-%m-%d}").order_by(spending.c.date.desc())
    return [DaySpending(**row) for row in connection.execute(query).mappings()]
