"""What an operator can ask for: one method a request, plain records back. No printing, no reading of the
environment; `wiring` makes the machine, `cli` speaks to it."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline import recording
from pipeline.changes import Difference, difference
from pipeline.errors import MachineError, UsageError
from pipeline.fetch.addresses import host_of
from pipeline.fetch.search import Provider
from pipeline.model.allowance import Allowance, Metered, Prices
from pipeline.model.door import Door
from pipeline.model.endpoint import Endpoint
from pipeline.model.exchange import Asks
from pipeline.model.ledger import Ledger, NoReplies, Spent
from pipeline.model.pace import Pacing
from pipeline.model.probe import READS, probe
from pipeline.model.retry import Retrying
from pipeline.places import Places
from pipeline.promises import Gets
from pipeline.publish import site
from pipeline.publish.library import Card, Library, Shelf
from pipeline.publish.write import write
from pipeline.records.items import Item, Snapshot
from pipeline.records.pages import Version
from pipeline.records.runs import Plan, Report, Stage
from pipeline.records.sources import SourceStatus
from pipeline.records.threads import SourceAddress, Thread, ThreadState
from pipeline.settings import ModelSettings, Settings
from pipeline.stages.foresee import foresee
from pipeline.stages.run import Progress, Run, Tools
from pipeline.store import claims as claim_store
from pipeline.store import items as item_store
from pipeline.store import runs as run_store
from pipeline.store import sources as source_store
from pipeline.store import threads as thread_store
from pipeline.store import versions as version_store
from pipeline.store.database import Store
from pipeline.store.facts import StoredFacts
from pipeline.store.replies import StoredReplies
from pipeline.thread_run import run_thread
from pipeline.verify.proof import Proof, prove

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")


class ThreadLine(NamedTuple):
    """A thread in a list: how far it is, and its last run."""

    thread: Thread
    version: Version | None
    last_run: Report | None


class Machine:
    """A store, a web, a model and a site under one home. `web` makes the fetcher for a run whose clock it is
    given."""

    def __init__(
        self,
        *,
        home: Path,
        settings: Settings,
        store: Store,
        web: Callable[[datetime], Gets],
        now: Callable[[], datetime],
        key: str | None,
        providers: Sequence[Provider],
        progress: Progress,
    ) -> None:
        self.home, self.settings, self.store = home, settings, store
        self._web, self._now, self._key, self._say = web, now, key, progress
        self._providers = providers

    @property
    def site_folder(self) -> Path:
        return self.home / "site"

    # threads

    def new(self, slug: str, title: str, places: Places) -> Thread:
        """Begins a thread. Raises UsageError for a slug, title or place that cannot be used."""
        sources = places.sources()
        if not sources:
            raise UsageError("a thread needs somewhere to look: give --page, --feed, --search or --opml")
        return self._add(Thread(slug=slug, title=title.strip(), created_at=self._now(), sources=sources))

    def follow(self, slug: str, places: Places) -> None:
        """Gives a thread more places to look at. One that had said it was gone is asked again. Raises UsageError for
        an unknown thread or a place that cannot be used."""
        self.thread(slug)
        sources = places.sources()
        with self.store.writing() as connection:
            thread_store.add_sources(connection, slug, sources)
            for source in sources:
                status = source_store.find(connection, source.address)
                if status.gone or status.rests_until:
                    source_store.save(connection, SourceStatus(address=source.address))

    def unfollow(self, slug: str, address: str) -> None:
        """Takes a place from a thread; what came from there stays. Raises UsageError where it has no such place."""
        if address not in [source.address for source in self.thread(slug).sources]:
            raise UsageError(f"thread {slug!r} does not look at {address}: see `sources {slug}`")
        with self.store.writing() as connection:
            thread_store.remove_source(connection, slug, address)

    def sources(self, slug: str) -> list[tuple[SourceAddress, SourceStatus]]:
        """The thread's places, each with how it has answered."""
        thread = self.thread(slug)
        with self.store.reading() as connection:
            return [(source, source_store.find(connection, source.address)) for source in thread.sources]

    def close(self, slug: str, reason: str) -> None:
        """Ends a thread: its page says so, and only news opens it again. Raises UsageError for an unknown thread."""
        self._set_state(slug, "closed", reason or "by the operator")

    def reopen(self, slug: str) -> None:
        """Makes a quiet or closed thread live again. Raises UsageError for an unknown thread."""
        self._set_state(slug, "live", "by the operator")

    def _set_state(self, slug: str, state: ThreadState, reason: str) -> None:
        self.thread(slug)
        with self.store.lock(slug, f"the operator, who makes it {state}"), self.store.writing() as connection:
            thread_store.set_state(connection, slug, state, self._now(), reason)
        self.publish()

    def _add(self, thread: Thread) -> Thread:
        if not _SLUG.fullmatch(thread.slug):
            raise UsageError(
                f"{thread.slug!r} cannot be a thread's address: use a-z, 0-9 and hyphens, at most 80 characters"
            )
        if not thread.title:
            raise UsageError("the title is empty: say in a few words what the discussion is about")
        with self.store.writing() as connection:
            if thread_store.find(connection, thread.slug):
                raise UsageError(f"there is a thread {thread.slug!r} already: choose another slug")
            thread_store.add(connection, thread)
        return thread

    def threads(self) -> list[ThreadLine]:
        with self.store.reading() as connection:
            return [
                ThreadLine(t, version_store.last(connection, t.slug), run_store.last(connection, t.slug))
                for t in thread_store.every(connection)
            ]

    # runs

    def run(self, slug: str, begin: Stage, record: Path | None, replay: Path | None) -> Report:
        """Runs a thread: on the live world, recording it into `record`, or replaying it from `replay`."""
        replay = replay or self.settings.replay
        if record and replay:
            raise UsageError("a run is either recorded or replayed: give --record or --replay, not both")
        if replay:
            return self._replay(slug, begin, replay)
        started = self._now()
        witness = recording.Witness(self._web(started))
        if not record:
            return self._run(slug, begin, started, witness, self._door)
        thread = self.thread(slug)
        with recording.recording(record, self._key):
            report = self._run(slug, begin, started, witness, partial(self._door, reread=False))
        failures = tuple(witness.seen[url] for url in sorted(witness.seen))
        model = self.settings.model.name
        recording.save(record, recording.RecordedRun(started_at=started, thread=thread, model=model, failures=failures))
        return report

    def _replay(self, slug: str, begin: Stage, folder: Path) -> Report:
        """A recorded run again, on its own clock. Makes the thread where this home does not know it."""
        kept = recording.load(folder)
        if kept.thread.slug != slug:
            raise UsageError(f"{folder} is a recording of thread {kept.thread.slug!r}, not of {slug!r}")
        if slug not in [line.thread.slug for line in self.threads()]:
            self._add(kept.thread)
        with self.store.writing() as connection:
            thread_store.add_sources(connection, slug, kept.thread.sources)
        witness = recording.Witness(self._web(kept.started_at), kept.failures)
        model = ModelSettings(name=kept.model, base_url=recording.MODEL, attempts=1)
        with recording.playing(folder):
            return self._run(slug, begin, kept.started_at, witness, partial(self._door, model=model))

    def _run(
        self,
        slug: str,
        begin: Stage,
        started: datetime,
        web: Gets,
        door: Callable[[Spent], AbstractContextManager[Door]],
    ) -> Report:
        with self._tools(web, door) as tools:
            return run_thread(tools, slug, started, begin)

    def plan(self, slug: str) -> Plan:
        """What a run of the thread would fetch and ask, and what it would cost: nothing is asked and nothing kept."""
        thread, folder = self.thread(slug), self.settings.replay
        kept = recording.load(folder) if folder else None
        started = kept.started_at if kept else self._now()
        web = recording.Witness(self._web(started), kept.failures if kept else ())
        with recording.playing(folder) if folder else nullcontext(), self._tools(web, self._door) as tools:
            return foresee(Run(tools._replace(progress=lambda _: None), thread, started, "fetch"))

    @contextmanager
    def _tools(self, web: Gets, door: Callable[[Spent], AbstractContextManager[Door]]) -> Iterator[Tools]:
        model = self.settings.model
        prices = Prices(prompt=model.price_in, completion=model.price_out)
        spent = Spent(Allowance(model.run_tokens, model.run_money, prices))
        with door(spent) as opened:
            yield Tools(
                store=self.store,
                web=web,
                door=opened,
                spent=spent,
                prices=prices,
                publish=self.publish,
                progress=self._say,
                providers=self._providers,
                most_results=self.settings.search.most,
                most_of_a_host=self.settings.search.per_host,
                most_pursued=self.settings.search.pursue,
                parallel_fetches=self.settings.fetch.parallel,
                parallel_questions=model.parallel,
                most_per_feed=self.settings.fetch.per_feed,
                page_tokens=model.page_tokens,
                quiet_and_close_days=(self.settings.thread.quiet_days, self.settings.thread.close_days),
            )

    @contextmanager
    def _door(self, spent: Spent, *, model: ModelSettings | None = None, reread: bool = True) -> Iterator[Door]:
        """The model's door for one run. `model` stands in for the settings' while a recording is played."""
        asked = model or self.settings.model
        with closing(self._endpoint(asked, "replayed" if model else self._key)) as endpoint:
            layers: Asks = Pacing(endpoint, asked.requests_per_minute, asked.tokens_per_minute)
            layers = Retrying(layers, asked.attempts)
            if asked.run_tokens or asked.run_money:
                layers = Metered(layers, spent.allowance, asked.longest_answer)
            yield Door(Ledger(layers, StoredReplies(self.store), spent, reread=reread), asked.name)

    def _endpoint(self, model: ModelSettings, key: str | None) -> Endpoint:
        longest = model.longest_answer if model.run_tokens or model.run_money else None
        return Endpoint(model.base_url, key, model.deadline_s, StoredFacts(self.store), self._now, longest)

    # what is stored

    def thread(self, slug: str) -> Thread:
        """Raises UsageError where there is none."""
        with self.store.reading() as connection:
            thread = thread_store.find(connection, slug)
        if thread is None:
            raise UsageError(f"there is no thread {slug!r} in {self.home}: see `threads`, or make it with `new`")
        return thread

    def versions(self, slug: str) -> list[Version]:
        """The thread's versions, oldest first."""
        self.thread(slug)
        with self.store.reading() as connection:
            return version_store.every(connection, slug)

    def version(self, slug: str, number: int | None = None) -> Version:
        """One version, or the last. Raises UsageError where there is none."""
        self.thread(slug)
        with self.store.reading() as connection:
            found = version_store.one(connection, slug, number) if number else version_store.last(connection, slug)
        if found is None:
            which = f"has no version {number}" if number else "has no version yet: run `thread " + slug + "`"
            raise UsageError(f"thread {slug!r} {which}")
        return found

    def difference(self, slug: str, before: int, after: int) -> Difference:
        """What changed between two versions. Raises UsageError for a version that does not exist."""
        return difference(self.version(slug, before), self.version(slug, after))

    def prove(self, slug: str) -> list[Proof]:
        """Every version of the thread, proved again from its snapshots."""
        found = self.versions(slug)
        with self.store.reading() as connection:

            def snapshot(snapshot_id: str) -> Snapshot | None:
                return item_store.snapshot(connection, snapshot_id)

            return [prove(version, snapshot) for version in found]

    def item(self, item_id: str) -> tuple[Card, Snapshot | None]:
        """An item as its page shows it, and the text it was read as. Raises UsageError for an unknown id."""
        with self.store.reading() as connection:
            item = item_store.find(connection, item_id)
            if item is None:
                raise UsageError(f"there is no item {item_id!r} in {self.home}: ids stand in `show SLUG --format json`")
            return _card(connection, item), item_store.last_snapshot(connection, item_id)

    def set_apart(self, item_id: str, apart: bool) -> None:
        """Says that an item repeats no other, whatever it looks like; or takes that back. Raises UsageError."""
        with self.store.writing() as connection:
            item = item_store.find(connection, item_id)
            if item is None:
                raise UsageError(f"there is no item {item_id!r} in {self.home}: ids stand in `show SLUG --format json`")
            told = {"apart": apart, "copy_of": None if apart else item.copy_of}
            item_store.save(connection, item.model_copy(update=told), host_of(item.url))

    def take(self, item_id: str, slug: str) -> None:
        """Says that an item matters to a thread, whatever it was set aside for: the next run reads it. Raises
        UsageError for an unknown thread, or an item it has not seen."""
        self.thread(slug)
        with self.store.writing() as connection:
            if slug not in item_store.threads_of(connection, item_id):
                raise UsageError(
                    f"thread {slug!r} has seen no item {item_id!r}: ids stand in `show {slug} --format json`"
                )
            item_store.judge(connection, slug, item_id, "relevant")

    # the site

    def publish(self) -> int:
        """Makes the whole site again from what is stored, and says how many files it has."""
        settings = self.settings.site
        files = dict(site.files(self._library(), site.SiteWords(settings.title, settings.base_url)))
        write(files, self.site_folder)
        return len(files)

    def _library(self) -> Library:
        with self.store.reading() as connection:
            threads = thread_store.every(connection)
            shelves = [Shelf(t, tuple(version_store.every(connection, t.slug))) for t in threads]
            shown = [shelf for shelf in shelves if shelf.versions]
            seen = {item.id: item for shelf in shown for item in item_store.of_thread(connection, shelf.thread.slug)}
            return Library(tuple(shown), tuple(_card(connection, seen[item_id]) for item_id in sorted(seen)))

    @contextmanager
    def serving(self, port: int) -> Iterator[tuple[str, Callable[[], None]]]:
        """The site on a loopback port: its address, and what to call to serve until interrupted."""
        if not self.site_folder.exists():
            self.publish()
        handler = partial(SimpleHTTPRequestHandler, directory=str(self.site_folder))
        try:
            server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError as error:
            raise UsageError(
                f"port {port} cannot be served on ({error.strerror}): choose another with --port"
            ) from error
        with server:
            yield f"http://127.0.0.1:{server.server_address[1]}/", server.serve_forever

    # what an operator checks before relying on it

    def check(self) -> list[tuple[str, bool, str]]:
        """Store and endpoint, each with whether it is well and a plain verdict."""
        verdict = self.store.verdict()
        return [
            ("settings", True, f"{self.home / 'machine.toml'}: understood"),
            ("store", verdict == "ok", f"{self.store.path}: {verdict}"),
            ("endpoint", *self._endpoint_verdict()),
        ]

    def _endpoint_verdict(self) -> tuple[bool, str]:
        """Asks the endpoint one question, and says what it can do."""
        model = self.settings.model
        with closing(self._endpoint(model, self._key)) as endpoint:
            try:
                offered = endpoint.learn(model.name)
                verdict = probe(Door(Ledger(Retrying(endpoint, 1), NoReplies(), Spent()), model.name))
            except MachineError as error:
                return False, str(error)
        facts = StoredFacts(self.store).find(model.base_url, model.name)
        priced = model.price_in is not None and model.price_out is not None
        said = [
            f"{model.base_url}: model {model.name!r} {verdict}",
            f"forms: {facts.rung}",
            f"reads {facts.context} tokens" if facts.context else "context not stated",
            "reports usage" if facts.counts else "usage estimated",
            "price known" if priced else "price not set",
            *([] if model.name in offered or not offered else ["not on its list of models"]),
        ]
        return verdict == READS or facts.counts, "; ".join(said)


def _card(connection: Connection, item: Item) -> Card:
    snapshot = item_store.last_snapshot(connection, item.id)
    extraction = claim_store.last_of(connection, snapshot.id) if snapshot else None
    slugs = item_store.threads_of(connection, item.id)
    threads = [thread for slug in slugs if (thread := thread_store.find(connection, slug))]
    return Card(
        item=item,
        extraction=extraction,
        claims=tuple(claim_store.of_item(connection, item.id)),
        threads=tuple(threads),
        copies=tuple(item_store.copies_of(connection, item.id)),
        original=item_store.find(connection, item.copy_of) if item.copy_of else None,
    )
