"""Settings in, a machine out: the only room that knows every other and reads the environment and the clock."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pipeline
from pipeline import settings as settings_room
from pipeline.fetch.guard import Resolve, system_resolve
from pipeline.fetch.http import Fetcher
from pipeline.machine import Machine
from pipeline.settings import Settings
from pipeline.store.database import Store

STORE = "store.db"


def now() -> datetime:
    """The time, in UTC, to the second: no finer than what is shown and compared."""
    return datetime.now(UTC).replace(microsecond=0)


def machine(
    home: Path,
    progress: Callable[[str], None],
    *,
    resolve: Resolve = system_resolve,
    also_allow: frozenset[str] = frozenset(),
    clock: Callable[[], datetime] = now,
) -> Machine:
    """The machine of `home`. `resolve` and `also_allow` let tests and the demo's recording serve pages on loopback,
    `clock` lets the demo's runs have their own time.
    Raises SettingsError or StoreError."""
    chosen = settings_room.load(home, os.environ)
    return Machine(
        home=home,
        settings=chosen,
        store=Store(home / STORE),
        web=lambda moment: _fetcher(chosen, moment, resolve, also_allow),
        now=clock,
        key=os.environ.get("OPENAI_API_KEY") or None,
        progress=progress,
    )


def _fetcher(chosen: Settings, clock: datetime, resolve: Resolve, also_allow: frozenset[str]) -> Fetcher:
    contact = f"; {chosen.fetch.contact}" if chosen.fetch.contact else ""
    return Fetcher(
        now=lambda: clock,
        user_agent=f"InformationMachine/{pipeline.__version__} (reads pages for a cited digest{contact})",
        deadline_s=chosen.fetch.deadline_s,
        max_bytes=chosen.fetch.max_bytes,
        allow_hosts=chosen.fetch.allow_hosts | also_allow,
        resolve=resolve,
    )
