"""What has been found out about endpoints."""

import sqlalchemy as sa

from pipeline.records.endpoints import EndpointFacts
from pipeline.store.database import Store
from pipeline.store.schema import endpoint_facts

_FIND = sa.select(endpoint_facts.c.record).where(
    endpoint_facts.c.endpoint == sa.bindparam("endpoint"), endpoint_facts.c.model == sa.bindparam("model")
)


class StoredEndpointFacts:
    """An EndpointFactsStore in the store. Each call is a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, endpoint: str, model: str) -> EndpointFacts:
        """What is known of the endpoint and the model; the defaults where nothing is."""
        with self._store.reading() as connection:
            record = connection.scalar(_FIND, {"endpoint": endpoint, "model": model})
        return EndpointFacts.model_validate_json(record) if record else EndpointFacts()

    def keep(self, endpoint: str, model: str, facts: EndpointFacts) -> None:
        """Stores what is known of the endpoint and the model, and replaces what was."""
        record = facts.model_dump_json()
        with self._store.writing(fenced=False) as connection:
            update = sa.update(endpoint_facts).where(_is(endpoint, model)).values(record=record)
            if connection.execute(update).rowcount == 0:
                connection.execute(sa.insert(endpoint_facts).values(endpoint=endpoint, model=model, record=record))


def _is(endpoint: str, model: str) -> sa.ColumnElement[bool]:
    return sa.and_(endpoint_facts.c.endpoint == endpoint, endpoint_facts.c.model == model)
