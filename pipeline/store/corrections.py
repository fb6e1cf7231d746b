"""What the operator has corrected on threads' pages."""

import sqlalchemy as sa

from pipeline.records.corrections import corrected
from pipeline.records.pages import Version
from pipeline.records.threads import Correction
from pipeline.store import versions as version_store
from pipeline.store.schema import corrections
from pipeline.text.named_dates import names_day


def of_thread(connection: sa.Connection, slug: str) -> tuple[Correction, ...]:
    """What is corrected on the thread's page, by number."""
    query = sa.select(corrections.c.record).where(corrections.c.thread == slug).order_by(corrections.c.number)
    return tuple(Correction.model_validate_json(record) for record in connection.scalars(query))


def last_version(connection: sa.Connection, slug: str) -> Version | None:
    """The thread's newest version, as it has been corrected since; None where it has none."""
    last = version_store.last(connection, slug)
    return corrected(last, of_thread(connection, slug), names_day) if last else None


def of_threads(connection: sa.Connection) -> dict[str, tuple[Correction, ...]]:
    """The same of each thread of which anything is corrected, by slug."""
    slugs = connection.scalars(sa.select(corrections.c.thread).distinct().order_by(corrections.c.thread))
    return {slug: of_thread(connection, slug) for slug in slugs.all()}


def add(connection: sa.Connection, slug: str, correction: Correction) -> None:
    """Adds a correction, in place of an earlier one of the same thing."""
    for earlier in of_thread(connection, slug):
        if earlier.thing == correction.thing:
            remove(connection, slug, earlier.number)
    values = {"thread": slug, "number": correction.number, "record": correction.model_dump_json()}
    connection.execute(sa.insert(corrections).values(values))


def remove(connection: sa.Connection, slug: str, number: int) -> None:
    """Takes a correction back."""
    of_number = (corrections.c.thread == slug, corrections.c.number == number)
    connection.execute(sa.delete(corrections).where(*of_number))
