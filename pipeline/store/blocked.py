"""Hosts that the operator has blocked."""

from datetime import datetime

import sqlalchemy as sa

from pipeline.store.schema import blocked_hosts

_HOSTS = sa.select(blocked_hosts.c.host)


def hosts(connection: sa.Connection) -> frozenset[str]:
    """The blocked hosts: each stands for itself and all below it."""
    return frozenset(connection.scalars(_HOSTS))


def since(connection: sa.Connection) -> dict[str, datetime]:
    """The blocked hosts, by name, each with when it was blocked."""
    rows = connection.execute(sa.select(blocked_hosts).order_by(blocked_hosts.c.host))
    return {row.host: datetime.fromisoformat(row.since) for row in rows}


def add(connection: sa.Connection, host: str, moment: datetime) -> None:
    """Blocks a host that is not blocked."""
    connection.execute(sa.insert(blocked_hosts).values(host=host, since=moment.isoformat()))


def remove(connection: sa.Connection, host: str) -> None:
    """Takes a host off the list."""
    connection.execute(sa.delete(blocked_hosts).where(blocked_hosts.c.host == host))
