"""What runs work with: settings become the web, the model and the context of a run, or of many at a time."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from typing import NamedTuple

from pipeline.context import RunContext, RunLog
from pipeline.errors import MachineError
from pipeline.fetch.shared import SharedGetter
from pipeline.fetch.stoppable import StoppableGetter
from pipeline.model.batch_api import BatchApi
from pipeline.model.budget import Budget, BudgetLayer, Usage
from pipeline.model.client import ModelClient
from pipeline.model.deferred import DeferringLayer
from pipeline.model.endpoint import Endpoint
from pipeline.model.messages import ModelLayer
from pipeline.model.probe import READS, probe
from pipeline.model.reply_cache import NoReplies, ReplyCache
from pipeline.model.retry import RetryLayer
from pipeline.model.stoppable import StoppableLayer
from pipeline.model.throttle import ThrottleLayer
from pipeline.net.stopping import StopSignal
from pipeline.protocols import DiscussionSite, HttpGetter, PageReader, RateLimiter, SearchProvider
from pipeline.records.prices import Prices
from pipeline.records.runs import Progress
from pipeline.runs.announcing import AnnouncingLayer
from pipeline.runs.batch import BatchContext
from pipeline.settings import ModelSettings, Settings
from pipeline.store.coordination import StoredKeyedLock
from pipeline.store.database import Store
from pipeline.store.deferred import StoredDeferredQuestions
from pipeline.store.endpoints import StoredEndpointFacts
from pipeline.store.replies import StoredReplies


class ModelSession(NamedTuple):
    """The model as runs at one time share it: the layers below their own, jobs at the endpoint, which model, and
    whether kept replies are used."""

    layers: ModelLayer
    batch_api: BatchApi
    model: str
    use_cache: bool


class Services:
    """Makes what runs work with. `web` makes the fetcher for a run whose clock it is given; `limiter` and the locks of
    questions are shared by all."""

    def __init__(
        self,
        *,
        settings: Settings,
        store: Store,
        web: Callable[[datetime], HttpGetter],
        reader: PageReader,
        limiter: RateLimiter,
        now: Callable[[], datetime],
        key: str | None,
        providers: Sequence[SearchProvider],
        sites: Sequence[DiscussionSite],
        progress: Progress,
        stop: StopSignal,
    ) -> None:
        self.settings, self.store, self.web, self.key = settings, store, web, key
        self.providers, self.sites, self.stop, self.progress = providers, sites, stop, progress
        self._limiter, self._now, self._reader = limiter, now, reader
        self._lock = StoredKeyedLock(store)

    @property
    def prices(self) -> Prices:
        """What settings say that tokens cost."""
        return Prices(prompt=self.settings.model.price_in, completion=self.settings.model.price_out)

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
        """The context of one run, with a budget of its own; `limited` where that has a ceiling though a run's settings
        name none. With `defers` the thread's questions are put aside, to be handed in together."""
        model = self.settings.model
        log = log or RunLog(self.progress, thread)
        usage = Usage(budget or Budget(model.run_tokens, model.run_money, self.prices))
        layers: ModelLayer = AnnouncingLayer(session.layers, log.progress, thread)
        if defers:
            layers = DeferringLayer(layers, StoredDeferredQuestions(self.store), thread)
        if limited or model.run_tokens or model.run_money:
            layers = BudgetLayer(layers, usage.budget, model.longest_answer)
        cache = ReplyCache(layers, StoredReplies(self.store), usage, use_cache=session.use_cache, lock=self._lock)
        return RunContext(
            store=self.store,
            web=StoppableGetter(web, self.stop),
            reader=self._reader,
            model=ModelClient(cache, session.model),
            usage=usage,
            prices=self.prices,
            providers=self.providers,
            sites=self.sites,
            settings=self.settings,
            log=log,
            now=now,
        )

    @contextmanager
    def session(
        self, *, model: ModelSettings | None = None, use_cache: bool = True, limited: bool = False
    ) -> Iterator[ModelSession]:
        """The model, as all runs at a time share it. `model` replaces the settings' while a recording is played."""
        chosen = model or self.settings.model
        with closing(self.endpoint(chosen, "replayed" if model else self.key, limited=limited)) as endpoint:
            limits = (chosen.requests_per_minute, chosen.tokens_per_minute)
            throttled = ThrottleLayer(endpoint, self._limiter, chosen.base_url, *limits)
            layers = RetryLayer(StoppableLayer(throttled, self.stop), chosen.attempts)
            yield ModelSession(layers, BatchApi(endpoint, chosen.name), chosen.name, use_cache)

    def endpoint(self, model: ModelSettings, key: str | None, *, limited: bool = False) -> Endpoint:
        """The endpoint that `model` names."""
        longest = model.longest_answer if limited or model.run_tokens or model.run_money else None
        return Endpoint(model.base_url, key, model.deadline_s, StoredEndpointFacts(self.store), self._now, longest)

    def endpoint_verdict(self) -> tuple[bool, str]:
        """Asks the endpoint one question, and says what it can do."""
        model = self.settings.model
        with closing(self.endpoint(model, self.key)) as endpoint:
            try:
                offered = endpoint.learn(model.name)
                verdict = probe(ModelClient(ReplyCache(RetryLayer(endpoint, 1), NoReplies(), Usage()), model.name))
            except MachineError as error:
                return False, str(error)
        facts = StoredEndpointFacts(self.store).find(model.base_url, model.name)
        priced = model.price_in is not None and model.price_out is not None
        parts = [
            f"{model.base_url}: model {model.name!r} {verdict}",
            f"forms: {facts.json_mode}",
            f"reads {facts.context} tokens" if facts.context else "context not stated",
            "reports usage" if facts.reports_usage else "usage estimated",
            "price known" if priced else "price not set",
            *([] if model.name in offered or not offered else ["not on its list of models"]),
        ]
        return verdict == READS or facts.reports_usage, "; ".join(parts)

    @contextmanager
    def batch_context(self, now: datetime, progress: Progress) -> Iterator[BatchContext]:
        """What a batch works with, or a worker's part of one; `progress` hears of it, thread by thread."""
        batch, model = self.settings.batch, self.settings.model
        web, limited = SharedGetter(self.web(now)), bool(batch.tokens or batch.money)
        whole = Budget(
            batch.tokens,
            batch.money,
            self.prices,
            name="the batch's allowance",
            settings=("[batch] tokens", "[batch] money"),
        )
        with self.session(limited=limited) as session:

            def context(thread: str, budget: Budget, log: RunLog) -> RunContext:
                defers = batch.deferred and bool(thread)
                return self.context(
                    web, session, now, thread=thread, log=log, budget=budget, limited=limited, defers=defers
                )

            yield BatchContext(
                store=self.store,
                context=context,
                part=partial(whole.part, run_tokens=model.run_tokens, run_money=model.run_money),
                progress=progress,
                settings=self.settings,
                now=now,
                batch_api=session.batch_api if batch.deferred else None,
            )
