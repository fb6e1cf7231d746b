"""What runs work with: settings become the web, the model and the tools of a run, or of many at a time."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from pipeline import due
from pipeline.batch import Means
from pipeline.fetch.once import Once
from pipeline.fetch.search import Provider
from pipeline.fetch.stoppable import Stoppable
from pipeline.model.allowance import Allowance, Metered, Prices
from pipeline.model.deferred import Deferred
from pipeline.model.door import Door
from pipeline.model.endpoint import Endpoint
from pipeline.model.exchange import Asks
from pipeline.model.jobs import Jobs
from pipeline.model.ledger import Ledger, Spent
from pipeline.model.pace import Pacing
from pipeline.model.retry import Retrying
from pipeline.model.stoppable import Stoppable as StoppableModel
from pipeline.promises import Gets, Pace
from pipeline.settings import ModelSettings, Settings
from pipeline.stages.run import Progress, Tools
from pipeline.stages.sort import Policy
from pipeline.stopping import Stopping
from pipeline.store.awaited import StoredAwaited
from pipeline.store.database import Store
from pipeline.store.facts import StoredFacts
from pipeline.store.replies import StoredReplies
from pipeline.store.turns import StoredTurns


class Asking(NamedTuple):
    """The model as runs at one time share it: the layers below their own, jobs at the endpoint, which model, and
    whether what is kept is read."""

    layers: Asks
    jobs: Jobs
    model: str
    reread: bool


class Workshop:
    """Makes what runs work with. `web` makes the fetcher for a run whose clock it is given; `pace` and the turns of
    questions are shared by all; `publish` brings the site after what is stored."""

    def __init__(
        self,
        publish: Callable[[], object],
        *,
        settings: Settings,
        store: Store,
        web: Callable[[datetime], Gets],
        pace: Pace,
        now: Callable[[], datetime],
        key: str | None,
        providers: Sequence[Provider],
        progress: Progress,
        stopping: Stopping,
    ) -> None:
        self.settings, self.store, self.web, self.key = settings, store, web, key
        self.providers, self.stopping, self.publish = providers, stopping, publish
        self._pace, self._now, self._say = pace, now, progress
        self._turns = StoredTurns(store)

    @property
    def prices(self) -> Prices:
        return Prices(prompt=self.settings.model.price_in, completion=self.settings.model.price_out)

    @property
    def rules(self) -> due.Rules:
        """How often things are looked at."""
        chosen = self.settings.batch
        return due.rules(chosen.every_hours, chosen.quiet_factor, chosen.quiet_hours)

    @contextmanager
    def tools(
        self,
        web: Gets,
        asked: Asking,
        *,
        allowance: Allowance | None = None,
        say: Progress | None = None,
        publishes: bool = True,
        metered: bool = False,
        deferred: str = "",
    ) -> Iterator[Tools]:
        """The tools of one run: its own allowance, and a door before what it shares with others. The questions of
        `deferred`, a thread, are put down."""
        model = self.settings.model
        spent = Spent(allowance or Allowance(model.run_tokens, model.run_money, self.prices))
        layers = asked.layers
        if deferred:
            layers = Deferred(layers, StoredAwaited(self.store), deferred)
        if metered or model.run_tokens or model.run_money:
            layers = Metered(layers, spent.allowance, model.longest_answer)
        ledger = Ledger(layers, StoredReplies(self.store), spent, reread=asked.reread, turns=self._turns)
        yield Tools(
            store=self.store,
            web=Stoppable(web, self.stopping),
            door=Door(ledger, asked.model),
            spent=spent,
            prices=self.prices,
            publish=self.publish if publishes else None,
            progress=say or self._say,
            providers=self.providers,
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
    def asking(
        self, *, model: ModelSettings | None = None, reread: bool = True, metered: bool = False
    ) -> Iterator[Asking]:
        """The model, as all runs at a time share it. `model` stands in for the settings' while a recording is
        played."""
        asked = model or self.settings.model
        with closing(self.endpoint(asked, "replayed" if model else self.key, metered=metered)) as endpoint:
            limits = (asked.requests_per_minute, asked.tokens_per_minute)
            paced = Pacing(endpoint, self._pace, asked.base_url, *limits)
            layers = Retrying(StoppableModel(paced, self.stopping), asked.attempts)
            yield Asking(layers, Jobs(endpoint, asked.name), asked.name, reread)

    def endpoint(self, model: ModelSettings, key: str | None, *, metered: bool = False) -> Endpoint:
        """The endpoint that `model` names."""
        longest = model.longest_answer if metered or model.run_tokens or model.run_money else None
        return Endpoint(model.base_url, key, model.deadline_s, StoredFacts(self.store), self._now, longest)

    @contextmanager
    def means(self, started: datetime, says: Callable[[str, str], None]) -> Iterator[Means]:
        """What a batch works with, or a worker's part of one; `says` hears of it, thread by thread."""
        chosen, discover = self.settings.batch, self.settings.discover
        web, metered = Once(self.web(started)), bool(chosen.tokens or chosen.money)
        whole = Allowance(
            chosen.tokens,
            chosen.money,
            self.prices,
            name="the batch's allowance",
            settings=("[batch] tokens", "[batch] money"),
        )
        model = self.settings.model
        with self.asking(metered=metered) as asked:

            def tools(slug: str, allowance: Allowance) -> AbstractContextManager[Tools]:
                return self.tools(
                    web,
                    asked,
                    allowance=allowance,
                    say=partial(says, slug),
                    publishes=False,
                    metered=metered,
                    deferred=slug if chosen.deferred else "",
                )

            yield Means(
                store=self.store,
                tools=tools,
                part=partial(whole.part, run_tokens=model.run_tokens, run_money=model.run_money),
                publish=self.publish,
                say=says,
                rules=self.rules,
                policy=Policy(discover.fewest, discover.mode == "automatic", timedelta(days=discover.keep_days)),
                parallel=chosen.parallel,
                jobs=asked.jobs if chosen.deferred else None,
            )
