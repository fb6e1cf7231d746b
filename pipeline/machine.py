"""What an operator can ask for: one method a request, plain records back. No printing, no reading of the
environment; `wiring` makes the machine, `cli` speaks to it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pipeline
from pipeline import recording
from pipeline.archive import Archive, Status
from pipeline.batch import Queue, queue, run_batch
from pipeline.desk import Desk
from pipeline.errors import MachineError, UsageError
from pipeline.fetch.once import Once
from pipeline.model.door import Door
from pipeline.model.ledger import Ledger, NoReplies, Spent
from pipeline.model.probe import READS, probe
from pipeline.model.retry import Retrying
from pipeline.promises import Gets
from pipeline.publish import search, site
from pipeline.publish.write import Written, write
from pipeline.records.batches import BatchReport
from pipeline.records.runs import Plan, Report, Stage
from pipeline.records.threads import Thread
from pipeline.settings import ModelSettings, Settings
from pipeline.stages.foresee import foresee
from pipeline.stages.run import Notes, Progress, Run
from pipeline.stages.today import tell_days
from pipeline.store import threads as thread_store
from pipeline.store.database import Store
from pipeline.store.facts import StoredFacts
from pipeline.thread_run import run_thread
from pipeline.verify.gates import GATES
from pipeline.workshop import Asking, Workshop


class Machine:
    """A store and a site under one home, and a workshop for what is done there; `workshop` makes it, given what brings
    the site after the store."""

    def __init__(
        self,
        *,
        home: Path,
        settings: Settings,
        store: Store,
        now: Callable[[], datetime],
        progress: Progress,
        workshop: Callable[[Callable[[], object]], Workshop],
    ) -> None:
        self.home, self.settings, self.store = home, settings, store
        self._now, self._say = now, progress
        self.archive = Archive(home, store)
        self.desk = Desk(store, self.archive, now, self.publish)
        self.workshop = workshop(self.publish)

    def close(self) -> None:
        """Lets go of the store."""
        self.store.close()

    @property
    def site_folder(self) -> Path:
        return self.home / "site"

    # runs

    def run(self, slug: str, begin: Stage, record: Path | None, replay: Path | None) -> Report:
        """Runs a thread: on the live world, recording it into `record`, or replaying it from `replay`."""
        replay = replay or self.settings.replay
        if record and replay:
            raise UsageError("a run is either recorded or replayed: give --record or --replay, not both")
        if replay:
            return self._replay(slug, begin, replay)
        started = self._now()
        witness = recording.Witness(self.workshop.web(started))
        if not record:
            return self._run(slug, begin, started, witness, self.workshop.asking)
        thread = self.archive.thread(slug)
        with recording.recording(record, self.workshop.key):
            report = self._run(slug, begin, started, witness, partial(self.workshop.asking, reread=False))
        failures = tuple(witness.seen[url] for url in sorted(witness.seen))
        model = self.settings.model.name
        recording.save(record, recording.RecordedRun(started_at=started, thread=thread, model=model, failures=failures))
        return report

    def _replay(self, slug: str, begin: Stage, folder: Path) -> Report:
        """A recorded run again, on its own clock. Makes the thread where this home does not know it."""
        kept = recording.load(folder)
        if kept.thread.slug != slug:
            raise UsageError(f"{folder} is a recording of thread {kept.thread.slug!r}, not of {slug!r}")
        if slug not in [line.thread.slug for line in self.archive.threads()]:
            self.desk.add(kept.thread)
        with self.store.writing() as connection:
            thread_store.add_sources(connection, slug, kept.thread.sources)
        witness = recording.Witness(self.workshop.web(kept.started_at), kept.failures)
        model = ModelSettings(name=kept.model, base_url=recording.MODEL, attempts=1)
        with recording.playing(folder):
            return self._run(slug, begin, kept.started_at, witness, partial(self.workshop.asking, model=model))

    def _run(
        self,
        slug: str,
        begin: Stage,
        started: datetime,
        web: Gets,
        asking: Callable[[], AbstractContextManager[Asking]],
    ) -> Report:
        with asking() as asked, self.workshop.tools(web, asked) as tools:
            return run_thread(tools, slug, started, begin)

    def plan(self, slug: str) -> Plan:
        """What a run of the thread would fetch and ask, and what it would cost: nothing is asked and nothing kept."""
        thread, folder = self.archive.thread(slug), self.settings.replay
        kept = recording.load(folder) if folder else None
        started = kept.started_at if kept else self._now()
        web = recording.Witness(self.workshop.web(started), kept.failures if kept else ())
        with recording.playing(folder) if folder else nullcontext():
            return self._foresee(thread, started, web)

    def _foresee(self, thread: Thread, started: datetime, web: Gets) -> Plan:
        with self.workshop.asking() as asked, self.workshop.tools(web, asked) as tools:
            return foresee(Run(tools._replace(progress=lambda _: None), thread, started, "fetch"))

    # batches

    def batch(self, says: Callable[[str, str], None]) -> BatchReport:
        """Does what is due, unattended; `says` hears of it, thread by thread. Raises BusyError where a batch is under
        way."""
        self._refuse_replay("a batch")
        started = self._now()
        with self.workshop.means(started, says) as means:
            return run_batch(means, started)

    def queue(self) -> tuple[Queue, list[Plan]]:
        """What a batch would do now, and what each of its threads would cost; nothing is asked and nothing kept."""
        self._refuse_replay("a batch")
        started = self._now()
        found, web = queue(self.store, started, self.workshop.rules), Once(self.workshop.web(started))
        return found, [self._foresee(thread, started, web) for thread, _ in found.due]

    def tell_day(self, moment: datetime, *, record: Path | None = None, replay: Path | None = None) -> None:
        """Makes the page of the day of `moment`, as a batch would; recorded, or replayed, apart from any run."""
        model = ModelSettings(name=_model_of(replay), base_url=recording.MODEL, attempts=1) if replay else None
        notes = Notes(self._say)
        with ExitStack() as open_now:
            if record:
                open_now.enter_context(recording.recording(record, self.workshop.key))
            elif replay:
                open_now.enter_context(recording.playing(replay))
            asked = open_now.enter_context(self.workshop.asking(model=model, reread=record is None))
            tools = open_now.enter_context(self.workshop.tools(self.workshop.web(moment), asked))
            tell_days(tools, notes, moment, ask=True)
        self.publish()

    def status(self, most: int) -> Status:
        """Threads, feeds, the last batches, and what was spent by day."""
        return self.archive.status(self._now(), self.workshop.rules, self.workshop.prices, most)

    @property
    def clock(self) -> Callable[[], datetime]:
        """The time, as runs are given it."""
        return self._now

    def _refuse_replay(self, what: str) -> None:
        if self.settings.replay:
            raise UsageError(f"{self.home} replays a recording, and {what} is run on the live world: use another home")

    # the site

    def publish(self) -> Written:
        """Brings the site after what is stored: only what changed is made again."""
        settings = self.settings.site
        words = site.SiteWords(settings.title, settings.base_url, self._about())
        return write(site.layers(self.archive.library(), words), self.site_folder, search.index)

    def _about(self) -> dict[str, object]:
        """What the page about the site tells of how its pages are made."""
        chosen = self.settings
        return {
            "model": chosen.model.name,
            "checks": [gate.code for gate in GATES],
            "every_hours": chosen.batch.every_hours,
            "quiet_days": chosen.thread.quiet_days,
            "close_days": chosen.thread.close_days,
            "searches": [provider.name for provider in self.workshop.providers],
            "feeds": len(self.archive.watched()),
            "automatic": chosen.discover.mode == "automatic",
            "contact": chosen.site.contact,
            "program": pipeline.__version__,
        }

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
            ("store", verdict == "ok", f"{self.store.name}: {verdict}"),
            ("endpoint", *self._endpoint_verdict()),
        ]

    def _endpoint_verdict(self) -> tuple[bool, str]:
        """Asks the endpoint one question, and says what it can do."""
        model = self.settings.model
        with closing(self.workshop.endpoint(model, self.workshop.key)) as endpoint:
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


def _model_of(folder: Path) -> str:
    """The model of a recorded run, or of the run that a recorded day stands beside."""
    return recording.load(folder if (folder / "run.json").exists() else folder.parent).model
