"""Makes a machine from its settings: the only module that knows all others and reads the environment and the clock."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.app.machine import Machine
from pipeline.errors import UsageError
from pipeline.fetch.discussions.chosen import sites
from pipeline.fetch.guard import Resolve, system_resolve
from pipeline.fetch.http import Fetcher
from pipeline.fetch.polite import PoliteGetter
from pipeline.fetch.private import credentials
from pipeline.fetch.search.chosen import providers
from pipeline.net.rate_limit import LocalRateLimiter, Unlimited
from pipeline.net.stopping import StopSignal
from pipeline.protocols import PageReader, RateLimiter
from pipeline.read.reader import shared_pool
from pipeline.records import PROGRAM
from pipeline.records.runs import Progress
from pipeline.runs.services import Services
from pipeline.settings import Settings, load
from pipeline.store import blocked as blocked_store
from pipeline.store.coordination import StoredRateLimiter
from pipeline.store.database import Store

if TYPE_CHECKING:
    from pipeline.app.worker import Worker

STORE = "store.db"
"""The store's file in its home, where settings name no database."""

PROMPTS = "prompts"
"""The folder of prompts of the operator's own, in its home."""

_AGENT = "InformationMachine"


def now() -> datetime:
    """The time, in UTC and whole seconds: as fine as it is shown and compared."""
    return datetime.now(UTC).replace(microsecond=0)


def open_machine(
    home: Path | str,
    progress: Progress = lambda _: None,
    *,
    resolve: Resolve = system_resolve,
    also_allow: frozenset[str] = frozenset(),
    clock: Callable[[], datetime] = now,
    stop: StopSignal | None = None,
    reader: PageReader | None = None,
) -> Machine:
    """The machine of the folder `home`, with the settings of its `machine.toml` and the environment. Close it after
    use, or use it in a `with`. `progress` receives each step, `stop` ends running work early, `reader` replaces the
    processes in which pages are read. `resolve` and `also_allow` let tests and the demo's recording serve pages on
    loopback, `clock` gives the demo's runs their own time. Raises SettingsError or StoreError."""
    home = Path(home)
    settings = load(home, os.environ)
    store = Store(settings.store.url or home / STORE)
    limiter = StoredRateLimiter(store) if store.shared else LocalRateLimiter()
    services = Services(
        settings=settings,
        store=store,
        web=lambda moment: _web(settings, moment, resolve, also_allow, limiter, _blocked(store)),
        recorded_web=lambda moment: _web(settings, moment, resolve, also_allow, Unlimited(), _blocked(store)),
        reader=reader or shared_pool(),
        limiter=limiter,
        now=clock,
        secret=_secret,
        providers=providers(settings.search.providers, settings.search.searxng, os.environ),
        sites=sites(os.environ),
        prompts_folder=home / PROMPTS,
        progress=progress,
        stop=stop or StopSignal(),
    )
    return Machine(home=home, settings=settings, store=store, now=clock, progress=progress, services=services)


def make_worker(machine: Machine, progress: Progress, stop: StopSignal, *, site: bool) -> "Worker":
    """A worker on the machine's store. Raises UsageError where the store is not shared, or the queue's library is not
    installed."""
    if not machine.store.shared:
        raise UsageError(
            "workers share a store on PostgreSQL: set [store] url; on one machine, `batch` does all that is due"
        )
    try:
        from pipeline.app.worker import Worker
    except ImportError:
        raise UsageError(
            "what queues jobs on PostgreSQL is not installed: pip install 'information-machine[postgresql]'"
        ) from None
    return Worker(machine, progress, stop, site=site)


def _secret(name: str) -> str:
    return os.environ.get(name, "")


def _blocked(store: Store) -> frozenset[str]:
    with store.reading() as connection:
        return blocked_store.hosts(connection)


def _web(
    settings: Settings,
    moment: datetime,
    resolve: Resolve,
    also_allow: frozenset[str],
    limiter: RateLimiter,
    blocked: frozenset[str],
) -> PoliteGetter:
    contact = f"; {settings.fetch.contact}" if settings.fetch.contact else ""
    own_hosts = settings.fetch.allow_hosts | also_allow
    fetcher = Fetcher(
        now=lambda: moment,
        user_agent=f"{_AGENT}/{PROGRAM} (reads pages for a cited digest{contact})",
        deadline_s=settings.fetch.deadline_s,
        max_bytes=settings.fetch.max_bytes,
        allow_hosts=own_hosts,
        blocked=blocked,
        resolve=resolve,
        private=credentials(settings.sources, _secret),
    )
    return PoliteGetter(fetcher, _AGENT, settings.fetch.pause_s, own_hosts, limiter)
