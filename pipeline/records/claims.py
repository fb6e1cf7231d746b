"""What an article claims, tied to the sentences that say it."""

from typing import Literal

from pydantic import Field

from pipeline.records import Record
from pipeline.records.dates import PartialDate, Span
from pipeline.records.items import Evidence

Kind = Literal["fact", "argument", "prediction", "question", "proposal"]
Form = Literal[
    "news report", "opinion", "blog post", "forum thread", "statement", "paper", "interview", "explainer", "other"
]
"""What kind of piece an article is: who speaks in it, and how far it is from what it tells of."""


class Quotation(Record):
    """Words cut from a snapshot by code: `text` is exactly `snapshot.text[start:end]` (code points)."""

    start: int
    end: int
    text: str


class Claim(Record):
    """One statement of an article. `evidence` holds whole sentences; `occurred` is when the thing stated
    happened, not when it was said. `speaker` is None for what an article reports in its own voice. `doubts` are what
    the check of the claim was not sure of."""

    id: str
    item: str
    snapshot: str
    statement: str
    kind: Kind
    speaker: str | None
    occurred: Span
    evidence: tuple[Quotation, ...]
    doubts: tuple[str, ...] = ()


class Extraction(Record):
    """All that was taken out of one snapshot. `keys` name the answers in the reply ledger: more than one where a long
    text was asked about in parts. `dropped` counts claims by the reason they were not kept for."""

    id: str
    snapshot: str
    keys: tuple[str, ...]
    summary: str
    form: Form
    author: str | None
    topics: tuple[str, ...]
    key_quotations: tuple[Quotation, ...]
    heard_only_through_others: tuple[str, ...]
    works_described: tuple[str, ...]
    claims: tuple[Claim, ...] = ()
    dropped: dict[str, int] = Field(default_factory=dict)


class Source(Record):
    """A work as the page names it. `number` is given once in a thread, when it is first cited, and kept; `withdrawn`
    says that its publisher has taken it back."""

    number: int
    item: str
    title: str
    venue: str
    author: str | None
    date: PartialDate | None
    url: str
    evidence: Evidence
    withdrawn: bool = False
    copies: tuple[str, ...] = ()
