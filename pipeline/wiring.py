"""Settings in, a machine out: the only room that knows every other and reads the environment and the clock."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pipeline
from pipeline import settings as settings_room
from pipeline.errors import UsageError
from pipeline.fetch.guard import Resolve, system_resolve
from pipeline.fetch.http import Fetcher
from pipeline.fetch.polite import Polite
from pipeline.fetch.search.chosen import providers
from pipeline.machine import Machine
from pipeline.pacing import LocalPace
from pipeline.promises import Pace
from pipeline.settings import Settings
from pipeline.stopping import Stopping
from pipeline.store.database import Store
from pipeline.store.paces import StoredPace
from pipeline.workshop import Workshop

if TYPE_CHECKING:
    from pipeline.worker import Worker

STORE = "store.db"
_AGENT = "InformationMachine"


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
    stopping: Stopping | None = None,
) -> Machine:
    """The machine of `home`. `resolve` and `also_allow` let tests and the demo's recording serve pages on loopback,
    `clock` lets the demo's runs have their own time, `stopping` is how a signal reaches those at work.
    Raises SettingsError or StoreError."""
    chosen = settings_room.load(home, os.environ)
    store = Store(chosen.store.url or home / STORE)
    pace = StoredPace(store) if store.shared else LocalPace()
    workshop = partial(
        Workshop,
        settings=chosen,
        store=store,
        web=lambda moment: _web(chosen, moment, resolve, also_allow, pace),
        pace=pace,
        now=clock,
        key=os.environ.get("OPENAI_API_KEY") or None,
        providers=providers(chosen.search.providers, chosen.search.searxng, os.environ),
        progress=progress,
        stopping=stopping or Stopping(),
    )
    return Machine(home=home, settings=chosen, store=store, now=clock, progress=progress, workshop=workshop)


def worker(machine: Machine, says: Callable[[str, str], None], stopping: Stopping, *, site: bool) -> "Worker":
    """A worker of the machine's store. Raises UsageError where the store is not shared, or what a worker needs is not
    installed."""
    if not machine.store.shared:
        raise UsageError(
            "workers share a store on PostgreSQL: set [store] url; on one machine, `batch` does all that is due"
        )
    try:
        from pipeline.worker import Worker
    except ImportError:
        raise UsageError(
            "what queues jobs on PostgreSQL is not installed: pip install 'information-machine[postgresql]'"
        ) from None
    return Worker(machine, says, stopping, site=site)


def _web(chosen: Settings, clock: datetime, resolve: Resolve, also_allow: frozenset[str], pace: Pace) -> Polite:
    contact = f"; {chosen.fetch.contact}" if chosen.fetch.contact else ""
    own_hosts = chosen.fetch.allow_hosts | also_allow
    fetcher = Fetcher(
        now=lambda: clock,
        user_agent=f"{_AGENT}/{pipeline.__version__} (reads pages for a cited digest{contact})",
        deadline_s=chosen.fetch.deadline_s,
        max_bytes=chosen.fetch.max_bytes,
        allow_hosts=own_hosts,
        resolve=resolve,
    )
    return Polite(fetcher, _AGENT, chosen.fetch.pause_s, own_hosts, pace)
