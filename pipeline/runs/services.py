"""What runs work with: settings become the web, the model and the context of a run, or of many at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pipeline.context import RunContext, RunLog, ThreadRun
from pipeline.errors import SettingsError
from pipeline.fetch.private import secrets
from pipeline.fetch.shared import SharedGetter
from pipeline.fetch.stoppable import StoppableGetter
from pipeline.model.budget import Budget, BudgetLayer, PriceLayer, Usage
from pipeline.model.client import ModelClient
from pipeline.model.deferred import DeferringLayer
from pipeline.model.messages import ModelLayer
from pipeline.model.reply_cache import ReplyCache
from pipeline.net.stopping import StopSignal
from pipeline.prompts.own import Prompts
from pipeline.protocols import DiscussionSite, HttpGetter, PageReader, RateLimiter, SearchProvider
from pipeline.records.prices import Prices
from pipeline.records.replies import Question
from pipeline.records.runs import Plan, Progress, Stage
from pipeline.records.threads import Thread
from pipeline.runs.announcing import AnnouncingLayer
from pipeline.runs.endpoint_check import verdict_on
from pipeline.runs.estimate import estimate
from pipeline.runs.models import Models, ModelSession, prices_of
from pipeline.runs.preview import questions_now
from pipeline.settings import ModelSettings, Settings
from pipeline.settings.faults import fault_in
from pipeline.store import days as day_store
from pipeline.store import spending as spending_store
from pipeline.store import threads as thread_store
from pipeline.store.coordination import StoredKeyedLock
from pipeline.store.database import Store
from pipeline.store.deferred import StoredDeferredQuestions
from pipeline.store.endpoints import StoredEndpointFacts
from pipeline.store.replies import StoredReplies
from pipeline.store.spending import RunSpending

if TYPE_CHECKING:
    from pipeline.runs.batch import BatchContext

_REMEMBERED = 20  # batches that are looked at for the last that came to its end; chosen, not measured


class Services:
    """Makes what runs work with. `web` makes the fetcher for a run whose clock it is given, `recorded_web` that of a
    recorded run, which no host has to be waited for; `limiter` and the locks of questions are shared by all."""

    def __init__(
        self,
        *,
        settings: Settings,
        store: Store,
        web: Callable[[datetime], HttpGetter],
        reader: PageReader,
        limiter: RateLimiter,
        now: Callable[[], datetime],
        secret: Callable[[str], str],
        providers: Sequence[SearchProvider],
        sites: Sequence[DiscussionSite],
        prompts_folder: Path,
        progress: Progress,
        stop: StopSignal,
        recorded_web: Callable[[datetime], HttpGetter] | None = None,
    ) -> None:
        self.settings, self.store, self.web, self.recorded_web = settings, store, web, recorded_web or web
        self.providers, self.sites, self.stop, self.progress = providers, sites, stop, progress
        self._reader, self.secret, self.prompts_folder = reader, secret, prompts_folder
        self.models = Models(store=store, limiter=limiter, now=now, secret=secret, progress=progress, stop=stop)
        self._lock = StoredKeyedLock(store)

    @property
    def prices(self) -> Prices:
        """What settings say that tokens cost."""
        return prices_of(self.settings.model)

    @property
    def prompts(self) -> Prompts:
        """The prompts, with the operator's own as they stand now. Raises SettingsError for one that cannot be asked
        with."""
        return Prompts(self.prompts_folder)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not stand in a recording."""
        return (*self.models.secrets(self.settings.model), *secrets(self.settings.sources, self.secret))

    def settings_of(self, slug: str, *, replayed: bool = False) -> Settings:
        """The settings of a thread's runs: the home's, with what the thread has of its own; while a recording is
        played, without its ceiling in money, since nothing is paid. Raises SettingsError where the two no longer go
        together."""
        with self.store.reading() as connection:
            settings = thread_store.own_settings_of(connection, slug) if slug else {}
        own = {key: value for key, value in settings.items() if not (replayed and key == "model.run_money")}
        if not own:
            return self.settings
        try:
            return self.settings.of_thread(own)
        except ValidationError as error:
            fault = f"what thread {slug!r} has of its own does not go with the settings ({fault_in(error)})"
            raise SettingsError(f"{fault}: see `show {slug} --settings`") from error

    def context(
        self,
        web: HttpGetter,
        session: ModelSession,
        now: datetime,
        *,
        thread: str = "",
        log: RunLog | None = None,
        budget: Budget | None = None,
        limited: bool = False,
        defers: bool = False,
    ) -> RunContext:
        """The context of one run, with a budget of its own unless a batch gives one; `limited` where that has a ceiling
        though a run's settings name none. With `defers` the thread's questions are put aside, to be handed in
        together."""
        settings = self.settings_of(thread, replayed=session.model is not None)
        model, own_prices = settings.model, prices_of(settings.model)
        name, prompts = session.model or model.name, self.prompts
        log = log or RunLog(self.progress, thread)
        before = (0, 0.0) if budget or not (model.run_tokens or model.run_money) else self._spent_before(thread)
        usage = Usage(budget or Budget(model.run_tokens, model.run_money, own_prices, before=before))
        replies = StoredReplies(self.store, RunSpending(thread, now, in_batch=budget is not None), own_prices)
        # A job is handed in for one model, and counted at its prices.
        defers = defers and name == self.settings.model.name and own_prices == self.prices

        def cache(layers: ModelLayer, prices: Prices | None) -> ReplyCache:
            layers = AnnouncingLayer(layers, log.progress, thread)
            if defers and prices is None:  # jobs are handed in at the main endpoint
                layers = DeferringLayer(layers, StoredDeferredQuestions(self.store), thread)
            if limited or model.run_tokens or model.run_money:
                layers = BudgetLayer(layers, usage.budget, model.longest_answer, prices)
            if prices:
                layers = PriceLayer(layers, prices)
            return ReplyCache(layers, replies, usage, use_cache=session.use_cache, lock=self._lock)

        others = {
            prompt: ModelClient(cache(other.layers, other.prices), other.name)
            for prompt, other in session.others.items()
        }
        return RunContext(
            store=self.store,
            web=StoppableGetter(web, self.stop),
            reader=self._reader,
            model=ModelClient(cache(session.layers, None), name, others, prompts),
            usage=usage,
            prices=own_prices,
            providers=self.providers,
            sites=self.sites,
            prompts=prompts,
            settings=settings,
            log=log,
            now=now,
        )

    def _spent_before(self, thread: str) -> tuple[int, float]:
        """What runs of the thread spent, in tokens and money, that were killed: who goes on from there is held to one
        ceiling with them. What is of no thread (sorting, the day's page) has no report to begin from: a killed batch
        is counted by its own ceiling."""
        if not thread:
            return 0, 0.0
        with self.store.reading() as connection:
            return spending_store.of_killed_runs(connection, thread)

    def estimate(self, thread: Thread, now: datetime, web: HttpGetter) -> Plan:
        """What a run of the thread would fetch and ask, without a word of progress; nothing is asked or stored."""
        with self.session() as session:
            context = self.context(web, session, now, log=RunLog(lambda _: None, thread.slug))
            return estimate(ThreadRun(context, thread, "fetch"))

    def questions(self, thread: Thread, now: datetime, begin: Stage) -> list[Question]:
        """What a run of the thread from `begin` would ask first, of what it holds; nothing is fetched, asked or
        stored."""
        with self.session() as session:
            context = self.context(
                self.web(now), session, now, log=RunLog(lambda _: None, thread.slug), thread=thread.slug
            )
            return questions_now(ThreadRun(context, thread, begin), begin)

    @contextmanager
    def session(
        self,
        *,
        model: ModelSettings | None = None,
        others: Mapping[str, str] | None = None,
        use_cache: bool = True,
        limited: bool = False,
    ) -> Iterator[ModelSession]:
        """The models, as all runs at a time share them. While a recording is played, `model` and the names `others` (by
        prompt) replace the settings'."""
        with self.store.reading() as connection:
            own = thread_store.own_settings(connection)
        limited = limited or any(
            each.get(key) for each in own.values() for key in ("model.run_tokens", "model.run_money")
        )
        opened = (
            self.models.replayed(model, others or {}, use_cache=use_cache)
            if model
            else self.models.session(self.settings.model, use_cache=use_cache, limited=limited)
        )
        with opened as session:
            yield session

    def endpoint_verdict(self) -> tuple[bool, str]:
        """Asks the endpoint what it can do, and says it; or what is missing to ask it."""
        model = self.settings.model
        try:
            with closing(self.models.endpoint(model)) as endpoint:
                return verdict_on(endpoint, model, StoredEndpointFacts(self.store))
        except SettingsError as error:
            return False, str(error)

    def prompts_verdict(self) -> list[tuple[bool, str]]:
        """Whether the operator's own prompts can be asked with, and which they are; nothing where there are none."""
        try:
            own = self.prompts.own
        except SettingsError as error:
            return [(False, str(error))]
        return [(True, f"{self.prompts_folder}: your own {', '.join(own)}")] if own else []

    @contextmanager
    def batch_context(self, now: datetime, progress: Progress) -> Iterator["BatchContext"]:
        """What a batch works with, or a worker's part of one; `progress` hears of it, thread by thread."""
        from pipeline.runs.batch import BatchContext, last_ended

        batch = self.settings.batch
        web, limited = SharedGetter(self.web(now)), bool(batch.tokens or batch.money)
        with self.store.reading() as connection:
            ended = last_ended(day_store.last_batches(connection, _REMEMBERED))
            before = spending_store.of_batches_after(connection, ended) if limited else (0, 0.0)
        whole = Budget(
            batch.tokens,
            batch.money,
            self.prices,
            name="the batch's allowance",
            settings=("[batch] tokens", "[batch] money"),
            before=before,
        )
        with self.session(limited=limited) as session:

            def context(thread: str, budget: Budget, log: RunLog) -> RunContext:
                defers = batch.deferred and bool(thread)
                return self.context(
                    web, session, now, thread=thread, log=log, budget=budget, limited=limited, defers=defers
                )

            def part(thread: str, among: int) -> Budget:
                model = self.settings_of(thread).model
                before = self._spent_before(thread) if model.run_tokens or model.run_money else (0, 0.0)
                return whole.part(among, model.run_tokens, model.run_money, prices_of(model), before)

            yield BatchContext(
                store=self.store,
                context=context,
                part=part,
                progress=progress,
                settings=self.settings,
                now=now,
                batch_api=session.batch_api if batch.deferred else None,
            )
