"""One settings tree: `machine.toml` in the home, and two names in the environment. Unknown keys are refused.

[model]  base_url   the endpoint, or OPENAI_BASE_URL; the key is OPENAI_API_KEY and stands in no file
         name       the model asked for
         deadline_s seconds one answer may take
         attempts   tries for a question whose failure may pass
         parallel   questions under way at once
         requests_per_minute, tokens_per_minute   the endpoint's limits; 0 for none
         run_tokens, run_money   what one run may spend; 0 for no ceiling
         longest_answer   tokens reserved for one answer where there is a ceiling
         page_tokens      tokens of claims a page is written from; beyond it they are chosen
         price_in, price_out     money a million tokens; without them cost is not known
[fetch]  allow_hosts  host:port pairs that may be reached though they are not public
         deadline_s   seconds one page may take
         max_bytes    bytes of one page, after decompression
         parallel     pages under way at once
         per_feed     newest entries taken from a feed
         contact      an address for the User-Agent, so that a site can complain
         pause_s      seconds between two requests to one host
[search] providers    searches asked, in this order
         searxng      the address of a SearXNG instance
         most         results taken from one search
         per_host     items one host may bring a thread by searches
         pursue       searches a new version may call for, to find what it lacks; 0 for none
[discover] mode       whether discussions that watched feeds bring are proposed to you, or begun
         fewest       related items that make a discussion
         keep_days    days an item that no thread has may still become part of one
[batch]  every_hours  hours between two runs of a thread, and two looks at a watched feed
         quiet_factor so many times that while a thread is quiet
         quiet_hours  hours of the day, UTC, in which no batch begins anything: "22-6"
         parallel     threads under way at once
         tokens, money   what one batch may spend, shared fairly among its threads; 0 for no ceiling
         deferred     whether threads' questions are handed in and answered within a day, for half the price
[thread] quiet_days   without news until a thread is called quiet; 0 for never
         close_days   without news until it is closed; 0 for never
[store]  url        a PostgreSQL database that several machines share; else a file
[worker] lost_after_s   seconds without a sign of life after which a worker's thread is taken up by another
[site]   title      the site's name
         base_url   its public address, for canonical links
         contact    where readers send corrections
replay   a recording's folder: every run in this home replays it
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import SettingsError

FILE = "machine.toml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelSettings(_Section):
    base_url: str = Field(default="https://api.openai.com/v1", pattern=r"^https?://[^\s/]+")
    name: str = "gpt-5-mini"
    deadline_s: float = Field(default=180, gt=0)
    attempts: int = Field(default=4, ge=1)
    parallel: int = Field(default=8, ge=1)
    requests_per_minute: int = Field(default=0, ge=0)
    tokens_per_minute: int = Field(default=0, ge=0)
    run_tokens: int = Field(default=0, ge=0)
    run_money: float = Field(default=0, ge=0)
    longest_answer: int = Field(default=16000, ge=256)
    page_tokens: int = Field(default=60_000, ge=1000)
    price_in: float | None = Field(default=None, ge=0)
    price_out: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _money_needs_prices(self) -> Self:
        if self.run_money and (self.price_in is None or self.price_out is None):
            raise ValueError("run_money needs price_in and price_out: an unknown price is not guessed")
        return self


class FetchSettings(_Section):
    allow_hosts: frozenset[str] = frozenset()
    deadline_s: float = Field(default=30, gt=0)
    max_bytes: int = Field(default=15_000_000, gt=0)
    parallel: int = Field(default=8, ge=1)
    per_feed: int = Field(default=50, ge=1)
    contact: str = ""
    pause_s: float = Field(default=1.0, ge=0)


class SearchSettings(_Section):
    providers: tuple[str, ...] = ("hackernews", "arxiv", "wikipedia")
    searxng: str = Field(default="", pattern=r"^(https?://[^\s/]+.*)?$")
    most: int = Field(default=10, ge=1, le=50)
    per_host: int = Field(default=8, ge=1)
    pursue: int = Field(default=0, ge=0, le=12)


class DiscoverSettings(_Section):
    mode: Literal["proposed", "automatic"] = "proposed"
    fewest: int = Field(default=3, ge=2)
    keep_days: int = Field(default=30, ge=1)


class BatchSettings(_Section):
    every_hours: float = Field(default=6, gt=0)
    quiet_factor: float = Field(default=4, ge=1)
    quiet_hours: str = Field(default="", pattern=r"^((\d|[01]\d|2[0-4])-(\d|[01]\d|2[0-4]))?$")
    parallel: int = Field(default=2, ge=1)
    tokens: int = Field(default=0, ge=0)
    money: float = Field(default=0, ge=0)
    deferred: bool = False


class ThreadSettings(_Section):
    quiet_days: int = Field(default=30, ge=0)
    close_days: int = Field(default=180, ge=0)


class SiteSettings(_Section):
    title: str = "The Information Machine"
    base_url: str = Field(default="", pattern=r"^(https?://[^\s/]+.*)?$")
    contact: str = ""


class StoreSettings(_Section):
    url: str = Field(default="", pattern=r"^(postgres(ql)?://.+)?$")


class WorkerSettings(_Section):
    lost_after_s: float = Field(default=30.0, ge=1)


class Settings(_Section):
    model: ModelSettings = ModelSettings()
    fetch: FetchSettings = FetchSettings()
    search: SearchSettings = SearchSettings()
    discover: DiscoverSettings = DiscoverSettings()
    batch: BatchSettings = BatchSettings()
    thread: ThreadSettings = ThreadSettings()
    store: StoreSettings = StoreSettings()
    worker: WorkerSettings = WorkerSettings()
    site: SiteSettings = SiteSettings()
    replay: Path | None = None

    @model_validator(mode="after")
    def _money_needs_prices(self) -> Self:
        if self.batch.money and (self.model.price_in is None or self.model.price_out is None):
            raise ValueError("[batch] money needs [model] price_in and price_out: an unknown price is not guessed")
        return self


def load(home: Path, environment: Mapping[str, str]) -> Settings:
    """The settings of `home`. What the environment names goes before the file. Raises SettingsError."""
    file = home / FILE
    try:
        tree = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{file} cannot be read as TOML ({error}): mend it, or remove it") from error
    base_url = environment.get("OPENAI_BASE_URL")
    if base_url and isinstance(tree.setdefault("model", {}), dict):
        tree["model"]["base_url"] = base_url
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(_explained(file, error)) from error


def _explained(file: Path, error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        where = " (the key belongs in the environment, as OPENAI_API_KEY)" if "key" in key else ""
        return f"{file}: there is no setting {key}{where}: remove it, or see the README for the names"
    return f"{file}: {key or 'a setting'} is not usable: {first['msg']}"
