"""The models of a run, from settings: the main one, and others that some questions go to. Each is a stack of layers
over its endpoint; runs at one time share them."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from pipeline.errors import SettingsError
from pipeline.model.batch_api import BatchApi
from pipeline.model.connection import Access
from pipeline.model.endpoint import Endpoint, Heard
from pipeline.model.first_alone import FirstAloneLayer
from pipeline.model.messages import ModelLayer
from pipeline.model.retry import RetryLayer
from pipeline.model.stoppable import StoppableLayer
from pipeline.model.throttle import ThrottleLayer
from pipeline.net.stopping import StopSignal
from pipeline.protocols import RateLimiter
from pipeline.records.prices import Prices
from pipeline.records.replies import Request
from pipeline.records.runs import Progress, ProgressEvent
from pipeline.settings import ModelSettings, OtherModelSettings
from pipeline.store.database import Store
from pipeline.store.endpoints import StoredEndpointFacts

KEY = "OPENAI_API_KEY"
"""The environment's name for the main endpoint's key."""

_SMALL, _READING, _CHECK = ("triage", "discover"), ("extract", "posts"), ("support",)  # names of prompts
_TOLD_EVERY_S = 1.0  # how often those who watch are told how far an answer is


class OtherModel(NamedTuple):
    """A model that some questions go to instead of the main one."""

    layers: ModelLayer
    name: str
    prices: Prices


class ModelSession(NamedTuple):
    """The models as runs at one time share them: the layers below their own, jobs at the endpoint, which model (None
    while live: each run's settings say it), whether kept replies are used, and the models that answer other prompts,
    by their names."""

    layers: ModelLayer
    batch_api: BatchApi
    model: str | None
    use_cache: bool
    others: Mapping[str, OtherModel]


class Models:
    """Opens sessions. `secret` gives what the environment has under a name, or ""."""

    def __init__(
        self,
        *,
        store: Store,
        limiter: RateLimiter,
        now: Callable[[], datetime],
        secret: Callable[[str], str],
        progress: Progress,
        stop: StopSignal,
    ) -> None:
        self._store, self._limiter, self._now = store, limiter, now
        self._secret, self._progress, self._stop = secret, progress, stop

    @contextmanager
    def session(self, model: ModelSettings, *, use_cache: bool, limited: bool) -> Iterator[ModelSession]:
        """The models that the settings name."""
        with ExitStack() as stack:
            endpoint = stack.enter_context(closing(self.endpoint(model, limited=limited)))
            others: dict[str, OtherModel] = {}
            for chosen, prompts in _others(model):
                own = chosen.base_url and chosen.base_url != model.base_url
                access = self.access(model) if not own else self._other_access(chosen, model.deadline_s)
                other = stack.enter_context(closing(self._endpoint(access, model, chosen, limited=limited)))
                layers = self._layers(other, model)
                others |= {prompt: OtherModel(layers, chosen.name, prices_of(chosen)) for prompt in prompts}
            yield ModelSession(
                self._layers(endpoint, model),
                BatchApi(endpoint, model.name),
                None,
                use_cache,
                others,
            )

    @contextmanager
    def replayed(self, model: ModelSettings, others: Mapping[str, str], *, use_cache: bool) -> Iterator[ModelSession]:
        """The models of a recorded run: `others` are their names, by prompt."""
        with closing(
            Endpoint(Access(model.base_url, "replayed"), StoredEndpointFacts(self._store), self._now)
        ) as endpoint:
            layers = self._layers(endpoint, model)
            found = {prompt: OtherModel(layers, name, Prices()) for prompt, name in others.items()}
            yield ModelSession(layers, BatchApi(endpoint, model.name), model.name, use_cache, found)

    def endpoint(self, model: ModelSettings, *, limited: bool = False) -> Endpoint:
        """The main model's endpoint."""
        return self._endpoint(self.access(model), model, model, limited=limited)

    def access(self, model: ModelSettings) -> Access:
        """How the main model's endpoint is reached. Raises SettingsError for a header whose value is not set."""
        missing = [name for name in model.headers.values() if not self._secret(name)]
        if missing:
            raise SettingsError(f"{missing[0]} is not set, and [model] headers needs it: set it in the environment")
        headers = {header: self._secret(name) for header, name in model.headers.items()}
        key = self._secret(KEY)
        return Access(model.base_url, key, model.deadline_s, headers, model.api_version, model.proxy)

    def secrets(self, model: ModelSettings) -> tuple[str, ...]:
        """What must not stand in a recording."""
        names = (KEY, *model.headers.values(), model.small.key_from, model.check.key_from)
        return tuple(secret for name in names if name and (secret := self._secret(name)))

    def _other_access(self, chosen: OtherModelSettings, deadline_s: float) -> Access:
        """The main key goes to no other endpoint."""
        if chosen.key_from and not self._secret(chosen.key_from):
            raise SettingsError(f"{chosen.key_from} is not set, and its endpoint needs it: set it in the environment")
        return Access(chosen.base_url, self._secret(chosen.key_from) if chosen.key_from else "", deadline_s)

    def _endpoint(
        self, access: Access, model: ModelSettings, chosen: ModelSettings | OtherModelSettings, *, limited: bool
    ) -> Endpoint:
        extra: dict[str, Any] = dict(model.extra) if chosen is model else {}
        if chosen.reasoning_effort:
            extra["reasoning_effort"] = chosen.reasoning_effort
        return Endpoint(
            access,
            StoredEndpointFacts(self._store),
            self._now,
            longest_answer=model.longest_answer if limited or model.run_tokens or model.run_money else None,
            streams=model.stream,
            extra=extra,
            heard=_teller(self._progress),
            stop=self._stop,
        )

    def _layers(self, endpoint: Endpoint, model: ModelSettings) -> ModelLayer:
        limits = (model.requests_per_minute, model.tokens_per_minute)
        throttled = ThrottleLayer(endpoint, self._limiter, endpoint.address, *limits, endpoint.limits)
        return FirstAloneLayer(RetryLayer(StoppableLayer(throttled, self._stop), model.attempts), endpoint.caches)


def prices_of(model: ModelSettings | OtherModelSettings) -> Prices:
    """What settings say that a model's tokens cost."""
    return Prices(prompt=model.price_in, completion=model.price_out, cached=model.price_cached)


def names_of_others(model: ModelSettings) -> dict[str, str]:
    """Which other model answers which prompt, by their names, for a recording."""
    return {prompt: chosen.name for chosen, prompts in _others(model) for prompt in prompts}


def _others(model: ModelSettings) -> Iterator[tuple[OtherModelSettings, tuple[str, ...]]]:
    if model.small.name:
        yield model.small, (*_SMALL, *(_READING if model.small.extract else ()))
    if model.check.name:
        yield model.check, _CHECK


def _teller(progress: Progress) -> Heard:
    """Tells those who watch how far an answer is, every second."""
    told: dict[str, float] = {}

    def heard(request: Request, length: int) -> None:
        now = time.monotonic()
        if now - told.setdefault(request.key, now) >= _TOLD_EVERY_S:
            told[request.key] = now
            progress(
                ProgressEvent("", "model", f"has written {length:,} characters of {request.prompt_name}", "passing")
            )

    return heard
