"""What an operator can ask for: one method for each request, returning records. It prints nothing and does not read the
environment; `wiring` makes the machine, `cli` is one way to use it, a Python program another."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.app.corrector import Corrector
from pipeline.app.editor import Editor
from pipeline.app.notify.notifier import Notifier
from pipeline.app.own_settings import OwnSetting, as_of_thread
from pipeline.app.queries import Cast, Queries, Status, ThreadLine
from pipeline.app.serving import SiteServer
from pipeline.day.stage import draft_day_pages, make_day_pages
from pipeline.errors import RecordingError, UsageError
from pipeline.fetch.shared import SharedGetter
from pipeline.fetch.source_list import SourceList
from pipeline.protocols import HttpGetter
from pipeline.publish import search_index, site
from pipeline.publish.basis import basis, items_of
from pipeline.publish.library import ItemView
from pipeline.publish.write import Manifest, SitePlan, WriteCounts, unchanged, write
from pipeline.records import PROGRAM
from pipeline.records.batches import BatchReport, Queue
from pipeline.records.items import Item
from pipeline.records.notices import of_run
from pipeline.records.pages import Version
from pipeline.records.replies import PromptFile, Question
from pipeline.records.runs import Plan, Progress, ProgressEvent, RunReport, Stage
from pipeline.records.threads import Thread
from pipeline.runs import recording
from pipeline.runs.models import ModelSession, names_of_others
from pipeline.runs.services import Services
from pipeline.runs.thread import run_thread
from pipeline.settings import FILE, ModelSettings, Settings
from pipeline.store import backup as store_backup
from pipeline.store import threads as thread_store
from pipeline.store.database import Store
from pipeline.verify.gates import GATES


class Machine:
    """The threads of one home, its store and its site: `with open_machine("machine") as machine: ...`.

    `queries` reads more of what is stored, `editor` has an operator's other decisions, `corrector` corrects pages,
    `services` makes what runs work with. Every method raises MachineError where it cannot do what it is asked."""

    def __init__(
        self,
        *,
        home: Path,
        settings: Settings,
        store: Store,
        now: Callable[[], datetime],
        progress: Progress,
        services: Services,
    ) -> None:
        self.home, self.settings, self.store, self.services = home, settings, store, services
        self.clock = now
        """The time for new runs."""
        self._progress = progress
        self._notifier = Notifier(settings, store, services.secret, now)
        self.queries = Queries(home, store)
        self.editor = Editor(store, self.queries, now)
        self.corrector = Corrector(store, self.queries, now)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the store."""
        self.store.close()

    @property
    def site_folder(self) -> Path:
        """Where the site is."""
        return self.home / "site"

    # threads

    def new(
        self,
        slug: str,
        title: str,
        *,
        pages: Sequence[str] = (),
        feeds: Sequence[str] = (),
        searches: Sequence[str] = (),
        language: str = "",
    ) -> Thread:
        """Begins a thread; without `language` its page is written in that of the settings, or of its title. Raises
        UsageError for a slug, title, language or source that cannot be used."""
        return self.editor.new(slug, title, SourceList(pages, feeds, searches), language)

    def threads(self) -> list[ThreadLine]:
        """All threads, each with its last version and its last run."""
        return self.queries.threads()

    def show(self, slug: str, version: int | None = None) -> Version:
        """A version of a thread as it was made, or the last as the operator has corrected it since. Raises UsageError
        where there is none."""
        return self.queries.version(slug, version)

    def history(self, slug: str) -> list[Version]:
        """The thread's versions, oldest first. Raises UsageError for an unknown thread."""
        return self.queries.versions(slug)

    def items(self, slug: str) -> list[Item]:
        """The thread's items, in the order they were first seen. Raises UsageError for an unknown thread."""
        return self.queries.items(slug)

    def item(self, item_id: str) -> ItemView:
        """An item with its claims. Raises UsageError for an unknown id."""
        return self.queries.item(item_id)[0]

    def delete(self, slug: str) -> Path:
        """Deletes a thread, its versions and its pages, and what no other thread needs. Returns the backup of the whole
        store that is made before. Raises UsageError for an unknown thread, BusyError while it is run."""
        kept = self.home / f"before-{slug}-was-deleted-{self.clock():%Y%m%d-%H%M%S}.db"
        self.editor.delete(slug, kept)
        self.publish()
        return kept

    def set(self, slug: str, key: str, value: str | None) -> list[OwnSetting]:
        """Gives a thread a setting of its own, by section and name (`model.name`), or with None leaves it to the home
        again; returns all that it may have. The next run goes by it. Raises UsageError for a setting that a thread
        cannot have, and a value that cannot be."""
        self.editor.set_own(slug, self.settings, key, value)
        return self.own_settings(slug)

    def own_settings(self, slug: str) -> list[OwnSetting]:
        """What a thread may have otherwise than its home, as its runs have it, and where each value comes from."""
        return as_of_thread(self.settings, self.queries.thread(slug))

    # who is who

    def cast(self, slug: str) -> Cast:
        """The thread's cast, after the operator's decisions. Raises UsageError where there is no version yet."""
        return self.queries.cast(slug)

    def join(self, slug: str, name: str, other: str) -> None:
        """Says that two names of the cast are one voice: the next run puts it on the page, under the entry of `name`.
        Raises UsageError where the cast does not have both, or has them as one."""
        self.editor.join(slug, name, other)

    def part(self, slug: str, name: str, other: str) -> None:
        """Says that `other` is another voice than `name`: the next run puts it on the page. Raises UsageError where the
        cast does not have both as one voice."""
        self.editor.part(slug, name, other)

    # runs

    def run(
        self,
        slug: str,
        begin: Stage = "fetch",
        *,
        record: Path | None = None,
        replay: Path | None = None,
        comments: bool = False,
        publish: bool = True,
    ) -> RunReport:
        """Runs a thread from stage `begin` and regenerates the site. The run is live, and recorded in the folder
        `record` if given; or it is replayed from the folder `replay`. With `comments` it also reads what readers say
        below articles. Without `publish` the site is left as it is: for who runs several threads and publishes once."""
        replay = replay or self._recording_of(slug)
        if record and replay:
            raise UsageError("a run is either recorded or replayed: give --record or --replay, not both")
        if replay:
            report = self._replay(slug, begin, replay, comments=comments)
        elif record:
            report = self._record(slug, begin, record, comments=comments)
        else:
            now = self.clock()
            report = self._run(slug, begin, now, self.services.web(now), self.services.session, comments=comments)
        if not replay:
            self._notifier.add(*of_run(report))
        draft_day_pages(self.store, report.started_at, self.settings.site_language)
        if publish:  # also with nothing new: an earlier run may have ended before the site
            self._regenerate(slug, self._progress)
        self.tell(self._progress)
        return report

    def _regenerate(self, slug: str, progress: Progress) -> None:
        """The site after a run or a batch."""
        self.publish()
        progress(ProgressEvent(slug, "publish", "the site is up to date"))

    def _record(self, slug: str, begin: Stage, folder: Path, *, comments: bool) -> RunReport:
        """A live run, recorded in `folder`. Whatever is not in the folder already is requested."""
        now, thread = self.clock(), self.queries.thread(slug)
        web = recording.FailureRecorder(self.services.web(now))
        with recording.record(folder, self.services.secrets):
            store_backup.copy_thread(self.store, slug, folder / recording.START)
            session = partial(self.services.session, use_cache=False)
            report = self._run(slug, begin, now, web, session, comments=comments)
        failures = tuple(web.failures[url] for url in sorted(web.failures))
        model = self.services.settings_of(slug).model
        run = recording.RecordedRun(
            started_at=now, thread=thread, model=model.name, others=names_of_others(model), failures=failures
        )
        recording.save(folder, run)
        return report

    def _replay(self, slug: str, begin: Stage, folder: Path, *, comments: bool) -> RunReport:
        """A recorded run again, with its clock. Where this home does not have the thread it is made, as it stood before
        the recorded run."""
        recorded = recording.load(folder)
        if recorded.thread.slug != slug:
            raise UsageError(f"{folder} is a recording of thread {recorded.thread.slug!r}, not of {slug!r}")
        known = slug in [line.thread.slug for line in self.queries.threads()]
        if not known and (folder / recording.START).exists():
            store_backup.restore(self.store, folder / recording.START)
        elif not known:
            self.editor.add(recorded.thread)
        with self.store.writing() as connection:
            thread_store.add_sources(connection, slug, recorded.thread.sources)
        web = recording.FailureRecorder(self.services.recorded_web(recorded.started_at), recorded.failures)
        model = ModelSettings(name=recorded.model, base_url=recording.MODEL, attempts=1)
        with recording.replay(folder):
            session = partial(self.services.session, model=model, others=recorded.others, use_cache=False)
            try:
                return self._run(slug, begin, recorded.started_at, web, session, comments=comments, told=False)
            except RecordingError as error:
                if not known:
                    raise
                raise RecordingError(f"{error}, or play it in a home that has no {slug!r} yet") from error

    def _run(
        self,
        slug: str,
        begin: Stage,
        now: datetime,
        web: HttpGetter,
        open_session: Callable[[], AbstractContextManager[ModelSession]],
        *,
        comments: bool,
        told: bool = True,
    ) -> RunReport:
        with open_session() as session:
            context = self.services.context(web, session, now, thread=slug)
            context = context if told else context.untold()
            return run_thread(context.with_comments() if comments else context, slug, begin)

    def plan(self, slug: str) -> Plan:
        """What a run of the thread would fetch and ask, and what it would cost: nothing is asked or stored."""
        thread, folder = self.queries.thread(slug), self._recording_of(slug)
        recorded = recording.load(folder) if folder else None
        now = recorded.started_at if recorded else self.clock()
        web = recording.FailureRecorder(self.services.web(now), recorded.failures if recorded else ())
        with recording.replay(folder) if folder else nullcontext():
            return self.services.estimate(thread, now, web)

    def prompts(self) -> list[PromptFile]:
        """Each prompt that is asked with, whether it is the operator's own, and where it stands. Raises SettingsError
        for one of the operator's that cannot be asked with."""
        return self.services.prompts.every()

    def questions(self, slug: str, begin: Stage = "fetch") -> list[Question]:
        """What a run of the thread from `begin` would ask first, word for word: nothing is fetched, asked or stored."""
        return self.services.questions(self.queries.thread(slug), self.clock(), begin)

    # batches

    def batch(self, progress: Progress | None = None) -> BatchReport:
        """Does all that is due and regenerates the site; `progress` hears of it. Raises BusyError beside another."""
        from pipeline.runs.batch import run_batch  # with all that sorts arrivals

        self._refuse_replay("a batch")
        progress = progress or self._progress
        with self.services.batch_context(self.clock(), progress) as context:
            report = run_batch(context)
        if report.resting_until is None:
            self._regenerate("", progress)
            self.tell(progress)
        return report

    def tell(self, progress: Progress) -> None:
        """Tells the operator, by the ways that settings name, what was not told yet; a fault there is reported."""
        if not self.settings.replay:
            self._notifier.tell(progress)

    def queue(self) -> tuple[Queue, list[Plan]]:
        """What a batch would do now, and what each of its threads would cost; nothing is asked or stored."""
        from pipeline.runs.batch import queue

        self._refuse_replay("a batch")
        now = self.clock()
        waiting, web = queue(self.store, now, self.settings.batch), SharedGetter(self.services.web(now))
        return waiting, [self.services.estimate(thread, now, web) for thread, _ in waiting.due]

    def make_day_page(
        self, moment: datetime, *, record: Path | None = None, replay: Path | None = None, publish: bool = True
    ) -> None:
        """Makes the page of the day of `moment`, as a batch would: live, recorded in `record`, or replayed from
        `replay`. Without `publish` the site is left as it is."""
        model = ModelSettings(name=_model_of(replay), base_url=recording.MODEL, attempts=1) if replay else None
        with ExitStack() as stack:
            if record:
                stack.enter_context(recording.record(record, self.services.secrets))
            elif replay:
                stack.enter_context(recording.replay(replay))
            session = stack.enter_context(self.services.session(model=model, use_cache=record is None))
            make_day_pages(self.services.context(self.services.web(moment), session, moment), ask=True)
        if publish:
            self.publish()

    def status(self, most: int) -> Status:
        """Threads, feeds, the last batches, and what was spent by day; `most` limits batches and days."""
        return self.queries.status(self.clock(), self.settings.batch, self.services.prices, most)

    def _recording_of(self, slug: str) -> Path | None:
        """The recording that this home replays for a thread, if it replays any: one, or one a thread in a folder."""
        folder = self.settings.replay
        return folder / slug if folder and (folder / slug).is_dir() else folder

    def _refuse_replay(self, what: str) -> None:
        """Raises UsageError where this home replays a recording."""
        if self.settings.replay:
            raise UsageError(f"{self.home} replays a recording, and {what} is run on the live world: use another home")

    # the site

    def publish(self) -> WriteCounts:
        """Regenerates the site from what is stored: only what changed is made again."""
        settings = self.settings.site
        words = site.SiteWords(settings.title, settings.base_url, self._about(), self.settings.site_language)
        stands = unchanged(self.site_folder, basis(self.queries.tokens(), words))
        if stands:
            return stands

        def plan(standing: Manifest) -> SitePlan:
            library = self.queries.library(items_of(standing, words))
            return SitePlan(site.layers(library, words), basis(library.tokens, words))

        return write(plan, self.site_folder, search_index.index)

    def _about(self) -> dict[str, object]:
        """What the site's page about itself says of how its pages are made."""
        settings = self.settings
        return {
            "model": settings.model.name,
            "checks": [gate.code for gate in GATES],
            "every_hours": settings.batch.every_hours,
            "quiet_days": settings.thread.quiet_days,
            "close_days": settings.thread.close_days,
            "searches": [provider.name for provider in self.services.providers],
            "feeds": len(self.queries.watched(self.clock(), settings.batch)),
            "automatic": settings.discover.mode == "automatic",
            "contact": settings.site.contact,
            "program": PROGRAM,
        }

    @contextmanager
    def serving(self, port: int) -> Iterator[tuple[str, Callable[[], None]]]:
        """Opens a port on loopback for the site (0: any free one); gives the address, and a function that serves until
        interrupted. Raises UsageError where the port cannot be used."""
        if not self.site_folder.exists():
            self.publish()
        try:
            server = SiteServer(self.site_folder, port)
        except OSError as error:
            raise UsageError(
                f"port {port} cannot be served on ({error.strerror}): choose another with --port"
            ) from error
        with server:
            yield f"http://127.0.0.1:{server.server_address[1]}/", server.serve_forever

    # what an operator checks before relying on it

    def check(self, *, test_message: bool = False) -> list[tuple[str, bool, str]]:
        """Settings, store, endpoint, prompts of the operator's own and where the operator is told of news, each with
        whether it is well and a plain verdict; with `test_message` one is sent there."""
        verdict, file = self.store.check_integrity(), self.home / FILE
        return [
            (
                "settings",
                True,
                f"{file}: {'understood' if file.exists() else 'not there: every setting has its default'}",
            ),
            ("store", verdict == "ok", f"{self.store.name}: {verdict}"),
            ("endpoint", *self.services.endpoint_verdict()),
            *(("prompts", *verdict) for verdict in self.services.prompts_verdict()),
            *self._notifier.check(sends=test_message),
        ]


def _model_of(folder: Path) -> str:
    """The model of the run recorded in `folder`, or in one beside it, for the recording of a day's page."""
    beside = sorted(file.parent for file in folder.parent.glob("*/run.json"))
    return recording.load(folder if (folder / "run.json").exists() else next(iter(beside), folder)).model
