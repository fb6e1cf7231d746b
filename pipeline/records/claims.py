"""What an article claims, tied to the sentences that say it."""

from typing import Literal

from pipeline.records import Record
from pipeline.records.dates import PartialDate, Span
from pipeline.records.items import Evidence

Kind = Literal["fact", "argument", "prediction", "question", "proposal"]


class Quotation(Record):
    """Words cut from a snapshot by code: `text` is exactly `snapshot.text[start:end]` (code points)."""

    start: int
    end: int
    text: str


class Claim(Record):
    """One statement of an article. `evidence` holds whole sentences; `occurred` is when the thing stated
    happened, not when it was said. `speaker` is None for what an article reports in its own voice."""

    id: str
    item: str
    snapshot: str
    statement: str
    kind: Kind
    speaker: str | None
    occurred: Span
    evidence: tuple[Quotation, ...]


class Extraction(Record):
    """All that one model answer took out of one snapshot. `key` names the answer in the reply ledger;
    `dropped` counts claims whose sentences do not exist."""

    id: str
    snapshot: str
    key: str
    summary: str
    author: str | None
    topics: tuple[str, ...]
    key_quotations: tuple[Quotation, ...]
    heard_only_through_others: tuple[str, ...]
    works_described: tuple[str, ...]
    claims: tuple[Claim, ...] = ()
    dropped: int = 0


class Source(Record):
    """A work as the page names it. `number` is given once in a thread, when it is first cited, and kept."""

    number: int
    item: str
    title: str
    venue: str
    author: str | None
    date: PartialDate | None
    url: str
    evidence: Evidence
    copies: tuple[str, ...] = ()
