"""Runs of a thread on an endpoint's double, in this process and on the settings that a user writes; and how they ended.

Its two articles are of two hosts, so that an undisturbed run asks four questions, one after the other: the two articles,
the page, whether its sentences hold.
"""

import sqlite3
import ssl
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cache, partialmethod
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

from pipeline import settings, testing
from pipeline.app.machine import Machine
from pipeline.context import ThreadRun
from pipeline.extract.stage import extract
from pipeline.fetch.discussions.chosen import sites
from pipeline.model.retry import RetryLayer
from pipeline.model.throttle import ThrottleLayer
from pipeline.net.rate_limit import LocalRateLimiter
from pipeline.net.stopping import StopSignal
from pipeline.read.reader import DirectReader
from pipeline.records.runs import RunReport
from pipeline.runs.services import Services
from pipeline.store import threads as thread_store
from pipeline.store.database import Store
from pipeline.store.endpoints import StoredEndpointFacts
from tests.doubles import NOW
from tests.model.endpoints.double import KEY, Endpoint

ARTICLES = {
    "http://weir.example/a": testing.article(
        "The weir at Harrow",
        "The weir at Harrow was closed in 2016 after 31 days of rain, the council said.",
        "The mill's owner said that the closure cost 4,200 crowns a week.",
    ),
    "http://gate.example/b": testing.article(
        "A gate for Harrow",
        "Engineers measured the gate at Harrow in 2016 and found 0.31 metres of silt.",
        "A second survey found 0.04 metres, the engineers said.",
    ),
}


class Ended(NamedTuple):
    """A run, and what it left: `waits` are the seconds that it was asked to sleep, `way` how the last question that was
    answered was asked, `context` how many tokens the endpoint is known to read, `requests` how many it was asked."""

    report: RunReport
    waits: Sequence[float]
    way: str
    context: int | None
    requests: int

    @property
    def lines(self) -> list[str]:
        """What a user is told went wrong."""
        return [problem.message for problem in self.report.problems]


class ReadThread:
    """A thread whose articles are fetched and read, and about which nothing is asked yet: each test begins with it as it
    was. One store serves them all, since a new one takes longer than a run."""

    def __init__(self, home: Path) -> None:
        self._home, self._file = home, home / "store.db"
        self._store = Store(self._file)
        with closing(self._machine("http://127.0.0.1:9/v1")) as machine:
            machine.new("harrow", "Harrow", pages=list(ARTICLES))
            machine.run("harrow")
        self._store = Store(self._file)
        self._read = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(self._file)) as stored:
            stored.backup(self._read)

    def restore(self) -> None:
        """Makes it what it was at first."""
        with closing(sqlite3.connect(self._file)) as stored:
            self._read.backup(stored)

    def run(self, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, address: str = "", more: str = "") -> Ended:
        """Runs it on the endpoint, at its address or another, with `more` lines of [model]. Nobody sleeps. Raises
        SettingsError where the address cannot be used."""
        return self._ended(endpoint, monkeypatch, address, more, lambda machine: machine.run("harrow"))

    def read(self, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, more: str = "") -> Ended:
        """The part of a run that asks about the articles: a third of the work, where the page is asked for alike."""
        return self._ended(endpoint, monkeypatch, "", more, _extract)

    def _ended(
        self,
        endpoint: Endpoint,
        monkeypatch: pytest.MonkeyPatch,
        address: str,
        more: str,
        run: Callable[[Machine], RunReport],
    ) -> Ended:
        waits: list[float] = []
        before = len(endpoint.asked)
        monkeypatch.setattr(RetryLayer, "__init__", partialmethod(RetryLayer.__init__, sleep=waits.append))
        monkeypatch.setattr(ThrottleLayer, "__init__", partialmethod(ThrottleLayer.__init__, sleep=lambda _: None))
        monkeypatch.setattr(httpx2, "create_ssl_context", _no_certificates)
        address = address or endpoint.base_url
        report = run(self._machine(address, endpoint.dialect.settings + more))
        context = StoredEndpointFacts(self._store).find(address, "double").context
        way = endpoint.answered[-1].way if endpoint.answered else ""
        return Ended(report, waits, way, context, len(endpoint.asked) - before)

    def check(self, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, address: str = "") -> tuple[bool, str]:
        """What `check` says of the endpoint, and whether that is well."""
        monkeypatch.setattr(httpx2, "create_ssl_context", _no_certificates)
        verdicts = self._machine(address or endpoint.base_url, endpoint.dialect.settings).check()
        return next((well, verdict) for name, well, verdict in verdicts if name == "endpoint")

    def close(self) -> None:
        """Closes the store."""
        self._store.close()
        self._read.close()

    def _machine(self, address: str, more: str = "") -> Machine:
        """A machine on this home's settings and a web of ARTICLES; its model is the endpoint that the settings name."""
        (self._home / "machine.toml").write_text(
            f'[model]\nbase_url = "{address}"\nname = "double"\nparallel = 1\nattempts = 3\ndeadline_s = 30\n{more}'
        )
        clock, chosen = testing.FixedClock(NOW), settings.load(self._home, {})
        made = Services(
            settings=chosen,
            store=self._store,
            web=lambda _moment: testing.PagesFromDict(ARTICLES, clock),
            reader=DirectReader(),
            limiter=LocalRateLimiter(),
            now=clock,
            secret=lambda _name: KEY,
            prompts_folder=self._home / "prompts",
            providers=(),
            sites=sites({}),
            progress=lambda _event: None,
            stop=StopSignal(),
        )
        return _MachineWithoutSite(
            home=self._home,
            settings=chosen,
            store=self._store,
            now=clock,
            progress=lambda _event: None,
            services=made,
        )


def _extract(machine: Machine) -> RunReport:
    """Runs the stage extract of the thread alone."""
    with machine.store.reading() as connection:
        thread = thread_store.find(connection, "harrow")
    assert thread
    with machine.services.session() as session:
        run = ThreadRun(machine.services.context(testing.PagesFromDict(), session, NOW), thread, "extract")
        extract(run)
    return run.summary("nothing new", None)


class _MachineWithoutSite(Machine):
    """A machine whose runs leave the site as it is."""

    def _regenerate(self, slug: str, progress: object) -> None:
        """Nothing."""


@cache
def _no_certificates() -> ssl.SSLContext:
    """Reading the system's certificates takes longer than all else that a connection on loopback needs."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
