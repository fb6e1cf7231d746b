"""A thread: a public discussion that is followed, and where it is looked for."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field, field_serializer

from pipeline.records import Record

ThreadState = Literal["proposed", "live", "quiet", "closed", "declined"]
"""`proposed` by the machine and not begun, or `declined` by the operator: neither is run, neither has a page."""


class SourceAddress(Record):
    """Where a thread looks: a page, a feed of pages, or the words of a search, as an operator named it; or (`pursued`)
    the words of a search that a version called for, to find what it lacked."""

    kind: Literal["page", "feed", "search", "pursued"]
    address: str


class Thread(Record):
    """A discussion that is followed. `slug` is its address and never changes. `title` is the operator's; the page's own
    title, which may change with the thesis, is in its versions. `state_since` and `state_reason` say when and why it is
    not live; `merged_into` is the slug of the thread that goes on with a closed one's items.
    `language` is the operator's choice of the language its page is written in; None leaves it to the settings, or to
    the title. `settings` are others that it has of its own, by section and name, as `model.name`."""

    slug: str
    title: str
    state: ThreadState = "live"
    state_since: datetime | None = None
    state_reason: str | None = None
    merged_into: str | None = None
    language: str | None = None
    settings: dict[str, Any] = Field(default={})
    created_at: datetime
    sources: tuple[SourceAddress, ...] = ()

    @property
    def own_settings(self) -> dict[str, Any]:
        """All that the thread has otherwise than its home, its language included."""
        return self.settings | ({"thread.language": self.language} if self.language else {})


class CastDecision(Record):
    """The operator's word on a thread's cast: whether two names are one voice."""

    same: bool
    one: str
    other: str


class Correction(Record):
    """One correction: of the page's title, of the name of a voice, or of the date of the source with number `source`.
    `before` is what the page had and `after` what it has now, both "" for no date; `because` is the reason, if one was
    given. `number` tells it from the thread's others."""

    number: int
    at: datetime
    what: Literal["title", "voice", "date"]
    source: int | None = None
    before: str
    after: str
    because: str = ""

    @field_serializer("at")
    def _to_the_second(self, moment: datetime) -> str:
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def thing(self) -> tuple[str, str]:
        """What is corrected: of one thing there is one correction."""
        return self.what, self.before.casefold() if self.what == "voice" else str(self.source)
