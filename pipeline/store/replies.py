"""Model replies, stored before they are used: what is paid for once is never paid for again."""

from collections.abc import Iterable

import sqlalchemy as sa
from tenacity import retry, retry_if_exception_type, stop_after_attempt

from pipeline.errors import StoreError
from pipeline.records.prices import Prices
from pipeline.records.replies import Reply, Request
from pipeline.store import spending as spending_store
from pipeline.store.database import Store
from pipeline.store.schema import replies
from pipeline.store.spending import RunSpending


class StoredReplies:
    """A ReplyStore in the store. Each call is a transaction of its own. What a reply cost by `prices` is counted to
    `run`, which asks, together with the reply: no end of a run loses it."""

    def __init__(self, store: Store, run: RunSpending, prices: Prices) -> None:
        self._store, self._run, self._prices = store, run, prices

    def find(self, key: str) -> Reply | None:
        """The first reply under `key` that is not rejected, or None."""
        return _find(self._store, key)

    @retry(retry=retry_if_exception_type(StoreError), stop=stop_after_attempt(2), reraise=True)
    def keep(self, key: str, request: Request, reply: Reply) -> None:
        """Stores a reply. Tried once more where the database fails: the answer is paid for. Raises StoreError."""
        with self._store.writing(fenced=False) as connection:
            last = connection.scalar(sa.select(sa.func.max(replies.c.attempt)).where(replies.c.key == key)) or 0
            connection.execute(
                sa.insert(replies).values(
                    key=key,
                    attempt=last + 1,
                    request=request.model_dump_json(),
                    reply=reply.model_dump_json(),
                )
            )
            spending_store.add(connection, self._run, reply, self._prices)

    def reject(self, key: str, reason: str) -> None:
        """Marks the replies under `key` as unusable: they are never returned again."""
        with self._store.writing(fenced=False) as connection:
            connection.execute(
                sa.update(replies).where(replies.c.key == key, replies.c.rejected.is_(None)).values(rejected=reason)
            )


def of_keys(store: Store, keys: Iterable[str]) -> list[Reply]:
    """The replies under `keys` that there are, in the order of `keys`."""
    replies_or_none = [_find(store, key) for key in keys]
    return [reply for reply in replies_or_none if reply]


def _find(store: Store, key: str) -> Reply | None:
    query = sa.select(replies.c.reply).where(replies.c.key == key, replies.c.rejected.is_(None))
    with store.reading() as connection:
        record = connection.scalar(query.order_by(replies.c.attempt).limit(1))
    return Reply.model_validate_json(record) if record else None
