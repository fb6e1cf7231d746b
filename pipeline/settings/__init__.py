"""One settings tree: `machine.toml` in the home, and two names in the environment. Unknown keys are refused.

Each setting is described where it is defined; the table in docs/settings.md says the same.

section  what every section is
faults   what is wrong with a settings file, in words
own      which of them one thread may have otherwise
notify   what an operator is told of, and where
sources  what private feeds and pages want to be asked with
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator

from pipeline.errors import SettingsError
from pipeline.settings.faults import explained, unreadable
from pipeline.settings.notify import NotifySettings
from pipeline.settings.section import Address, Section
from pipeline.settings.sources import SourceSettings
from pipeline.text.tags import standard_tag

FILE = "machine.toml"
_PRICES = ("price_in", "price_cached", "price_out")


_EFFORT = Field(
    default="",
    pattern=r"^[a-z]*$",
    description="how long a reasoning model thinks (low, medium, high); else as it likes",
)


class OtherModelSettings(Section):
    """Another model for some of the questions. Without a name the main one answers them."""

    name: str = Field(default="", description="the model asked for; without it the main model answers")
    base_url: Address = Field(
        default="", pattern=r"^(https?://[^\s/]+.*)?$", description="its endpoint, where that is another"
    )
    key_from: str = Field(
        default="", description="the environment's name for its key, where its endpoint is another one"
    )
    reasoning_effort: str = _EFFORT
    price_in: float | None = Field(default=None, ge=0, description="money a million tokens read")
    price_cached: float | None = Field(default=None, ge=0, description="the same of those in the endpoint's cache")
    price_out: float | None = Field(default=None, ge=0, description="money a million tokens written")

    @property
    def is_priced(self) -> bool:
        """Whether it is known what its tokens cost."""
        return self.price_in is not None and self.price_out is not None


class SmallModelSettings(OtherModelSettings):
    """A smaller model, for the questions that are many and short: what belongs to a thread, what to look for."""

    extract: bool = Field(default=False, description="it reads the articles too")


class ModelSettings(Section):
    """The endpoint, the model, and what a run may spend."""

    base_url: Address = Field(
        default="https://api.openai.com/v1", pattern=r"^https?://[^\s/]+", description="the OpenAI-compatible endpoint"
    )
    name: str = Field(default="gpt-5-mini", min_length=1, description="the model asked for")
    deadline_s: float = Field(default=180, gt=0, description="seconds one answer may take")
    attempts: int = Field(default=4, ge=1, description="tries for a question whose failure may pass")
    parallel: int = Field(default=16, ge=1, description="questions under way at once")
    requests_per_minute: int = Field(default=0, ge=0, description="the endpoint's limit; 0 for none")
    tokens_per_minute: int = Field(default=0, ge=0, description="the endpoint's limit; 0 for none")
    run_tokens: int = Field(default=0, ge=0, description="the most one run may spend; 0 for no ceiling")
    run_money: float = Field(default=0, ge=0, description="the same in money; needs the two prices")
    longest_answer: int = Field(
        default=16000, ge=256, description="tokens reserved for one answer where there is a ceiling"
    )
    page_tokens: int = Field(
        default=40_000,
        ge=1000,
        description="tokens of sources' sentences one question holds; beyond it claims choose, every voice and the "
        "newest first",
    )
    price_in: float | None = Field(default=None, ge=0, description="money a million tokens read")
    price_cached: float | None = Field(
        default=None, ge=0, description="the same of those in the endpoint's cache; without it as the others"
    )
    price_out: float | None = Field(default=None, ge=0, description="money a million tokens written")
    reasoning_effort: str = _EFFORT
    stream: bool = Field(
        default=False, description="take answers in pieces: what is written is counted as it comes, and can be stopped"
    )
    extra: dict[str, Any] = Field(
        default={}, description="what the endpoint wants beyond, sent as it is: `{ seed = 1 }`"
    )
    headers: dict[str, str] = Field(
        default={},
        description='headers to send, by the names of environment variables that hold them: `{ X-Team = "TEAM_KEY" }`',
    )
    api_version: str = Field(default="", description="Azure's; the key then goes into its `api-key` header")
    proxy: Address = Field(
        default="", pattern=r"^(http://[^\s/]+.*)?$", description="a proxy for the endpoint alone, `http://host:port`"
    )
    small: SmallModelSettings = SmallModelSettings()
    check: OtherModelSettings = OtherModelSettings()

    @property
    def is_priced(self) -> bool:
        """Whether it is known what its tokens cost."""
        return self.price_in is not None and self.price_out is not None

    @field_validator("base_url")
    @classmethod
    def _is_the_root_of_an_api(cls, url: str) -> str:
        root = re.sub(r"/(chat/completions|completions|responses)/*$", "", url)
        if root != url:
            shown = re.sub(r"//[^/@]*@", "//", root)  # without a password that may stand in it
            raise ValueError(f"it names one call of the API: write {shown}")
        return url

    @model_validator(mode="after")
    def _money_needs_prices(self) -> Self:
        if self.run_money and not self.is_priced:
            raise ValueError("run_money needs price_in and price_out: an unknown price is not guessed")
        for section, other in (("small", self.small), ("check", self.check)):
            if other.name and self.is_priced and not other.is_priced:
                raise ValueError(f"[model.{section}] needs price_in and price_out where [model] has them")
        return self


class FetchSettings(Section):
    """How pages are fetched."""

    allow_hosts: frozenset[str] = Field(
        default=frozenset(), description="`host:port` pairs that may be reached though they are not public"
    )
    deadline_s: float = Field(default=30, gt=0, description="seconds one page may take")
    max_bytes: int = Field(default=15_000_000, gt=0, description="most bytes of one page, after decompression")
    parallel: int = Field(default=8, ge=1, description="pages under way at once")
    per_feed: int = Field(default=50, ge=1, description="newest entries taken from a feed")
    posts: int = Field(
        default=1000, ge=10, description="posts read of one discussion: its first, the newest and the most answered"
    )
    comments: bool = Field(
        default=False, description="read the comments below an article too, as a discussion of their own"
    )
    contact: str = Field(default="", description="an address in the User-Agent, so that a site can complain")
    pause_s: float = Field(default=1.0, ge=0, description="seconds between two requests to one host")


class SearchSettings(Section):
    """Where and how much is searched."""

    providers: tuple[str, ...] = Field(
        default=("hackernews", "arxiv", "wikipedia"),
        description="searches asked, in this order: searxng, hackernews, arxiv, wikipedia, tavily, brave, exa",
    )
    searxng: Address = Field(
        default="",
        pattern=r"^(https?://[^\s/]+.*)?$",
        description="the address of a SearXNG instance whose formats include `json`",
    )
    most: int = Field(default=10, ge=1, le=50, description="results taken from one search")
    per_host: int = Field(default=8, ge=1, description="items one host may bring a thread by searches")
    pursue: int = Field(
        default=0, ge=0, le=12, description="searches a new version may call for, to find what it lacks; 0 for none"
    )


class DiscoverSettings(Section):
    """How threads are found in watched feeds."""

    mode: Literal["proposed", "automatic"] = Field(
        default="proposed",
        description="what becomes of a discussion that watched feeds bring: `proposed` to you, or begun (`automatic`)",
    )
    fewest: int = Field(default=3, ge=2, description="related items that make a discussion")
    keep_days: int = Field(default=30, ge=1, description="days an item that no thread has may still become part of one")

    @property
    def keep(self) -> timedelta:
        """How long an item that no thread has is kept."""
        return timedelta(days=self.keep_days)


class BatchSettings(Section):
    """When things are done unattended, and what a batch may spend."""

    every_hours: float = Field(
        default=6, gt=0, le=87_600, description="hours between two runs of a thread, and two looks at a watched feed"
    )
    quiet_factor: float = Field(default=4, ge=1, le=100, description="so many times that while a thread is quiet")
    quiet_hours: str = Field(
        default="",
        pattern=r"^((\d|[01]\d|2[0-4])-(\d|[01]\d|2[0-4]))?$",
        description="hours of the day, UTC, in which no batch begins anything, as `22-6`",
    )
    parallel: int = Field(default=2, ge=1, description="threads under way at once")
    tokens: int = Field(
        default=0, ge=0, description="the most one batch may spend, shared among its threads; 0 for no ceiling"
    )
    money: float = Field(default=0, ge=0, description="the same in money; needs the two prices")
    deferred: bool = Field(
        default=False, description="hand threads' questions in, to be answered within a day for half the price"
    )

    @property
    def interval(self) -> timedelta:
        """Between two runs of a thread, and two looks at a feed."""
        return timedelta(hours=self.every_hours)

    @property
    def quiet_range(self) -> tuple[int, int] | None:
        """The quiet hours: the first hour, and the one they end at; None where there are none."""
        first, _, last = self.quiet_hours.partition("-")
        return (int(first) % 24, int(last) % 24) if self.quiet_hours and int(first) % 24 != int(last) % 24 else None


def _language(text: str) -> str:
    """A tag as it is written by rule; raises ValueError for none."""
    return standard_tag(text) if text else ""


class ThreadSettings(Section):
    """The language of threads, and when one is called quiet or closed."""

    language: Annotated[str, AfterValidator(_language)] = Field(
        default="",
        description="the language pages are written in (de, pt-BR, ja …) unless a thread has its own; without it, that "
        "of the thread's title",
    )

    quiet_days: int = Field(
        default=30, ge=0, description="days without news until a thread is called quiet; 0 for never"
    )
    close_days: int = Field(default=180, ge=0, description="days without news until it is closed; 0 for never")


class SiteSettings(Section):
    """What the site says of itself, and in which language it says it."""

    language: Annotated[str, AfterValidator(_language)] = Field(
        default="",
        description="the language of what belongs to no one thread (lists, the day's page, the search); without it, "
        "that of `[thread] language`, or English",
    )

    title: str = Field(default="The Information Machine", description="the site's name")
    base_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/]+.*)?$",
        description="its public address, for canonical links, the sitemap and feeds",
    )
    contact: str = Field(default="", description="where readers send corrections: shown on the page about the site")


class StoreSettings(Section):
    """Where the store is."""

    url: str = Field(
        default="",
        pattern=r"^(postgres(ql)?://.+)?$",
        description="a PostgreSQL database, `postgresql://user@host/name`; without it the store is a file in the home",
    )


class WorkerSettings(Section):
    """How workers watch each other."""

    lost_after_s: float = Field(
        default=30.0,
        ge=1,
        description="seconds without a sign of life after which what a worker had begun is taken up by another",
    )


class LogSettings(Section):
    """Where steps are written down."""

    file: str = Field(
        default="",
        description="a file, named from the home, to which every step is added as a line of `key=value` pairs, "
        "whatever is shown",
    )


class Settings(Section):
    """All settings of a home."""

    model: ModelSettings = ModelSettings()
    fetch: FetchSettings = FetchSettings()
    search: SearchSettings = SearchSettings()
    discover: DiscoverSettings = DiscoverSettings()
    batch: BatchSettings = BatchSettings()
    thread: ThreadSettings = ThreadSettings()
    store: StoreSettings = StoreSettings()
    worker: WorkerSettings = WorkerSettings()
    site: SiteSettings = SiteSettings()
    notify: NotifySettings = NotifySettings()
    log: LogSettings = LogSettings()
    sources: dict[str, SourceSettings] = Field(
        default={},
        description='what a private feed or page wants, by its address: `headers = { X-Token = "NAME" }`, or `basic = '
        '"NAME"` for `name:password`, by the environment\'s names for them',
    )
    replay: Path | None = Field(
        default=None, description="a recording, or a folder with one a thread: every run in this home replays it"
    )

    @property
    def site_language(self) -> str:
        """The language of what belongs to no one thread."""
        return self.site.language or self.thread.language or "en"

    def values_of_thread(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """The values of these settings with what a thread has of its own, by names of `OWN`. Where it has another
        model, prices that it does not have are not known."""
        tree = self.model_dump()
        if own.get("model.name", self.model.name) != self.model.name:
            tree["model"] |= dict.fromkeys(_PRICES)
        for key, value in own.items():
            section, _, name = key.partition(".")
            tree[section][name] = value
        return tree

    def of_thread(self, own: Mapping[str, Any]) -> "Settings":
        """The same as settings. Raises ValidationError for a value that cannot be, alone or beside the others."""
        return Settings.model_validate(self.values_of_thread(own)) if own else self

    @field_validator("sources")
    @classmethod
    def _are_addresses(cls, sources: dict[str, SourceSettings]) -> dict[str, SourceSettings]:
        for address in sources:
            if not re.fullmatch(r"https?://[^\s/@?#]+([/?#]\S*)?", address):
                raise ValueError('each is named by an address without a password, as [sources."https://host/feed"]')
        return sources

    @model_validator(mode="after")
    def _money_needs_prices(self) -> Self:
        if self.batch.money and not self.model.is_priced:
            raise ValueError("[batch] money needs [model] price_in and price_out: an unknown price is not guessed")
        return self


def load(home: Path, environment: Mapping[str, str]) -> Settings:
    """The settings of `home`. What the environment names goes before the file. Raises SettingsError."""
    file = home / FILE
    try:
        text = file.read_text(encoding="utf-8-sig") if file.exists() else ""  # editors on Windows put a mark before it
        tree = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        raise SettingsError(f"{file} {unreadable(error)}") from error
    base_url = environment.get("OPENAI_BASE_URL")
    if base_url and isinstance(tree.setdefault("model", {}), dict):
        tree["model"]["base_url"] = base_url
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(f"{file}: {explained(error, Settings)}") from error
