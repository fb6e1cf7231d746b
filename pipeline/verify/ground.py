"""What a sentence may rest on: each claim with its words and what its source says of itself."""

from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.records import Record
from pipeline.records.claims import Claim, Kind, Quotation
from pipeline.records.dates import PartialDate, Span
from pipeline.records.items import Evidence, Item
from pipeline.records.pages import Version


class Ground(Record):
    """One claim as evidence. `doubts` are what the check of the claim itself was not sure of."""

    claim: str
    item: str
    statement: str
    speaker: str | None
    kind: Kind
    occurred: Span
    words: tuple[Quotation, ...]
    venue: str
    author: str | None
    title: str
    published: PartialDate | None
    evidence: Evidence
    doubts: tuple[str, ...] = ()

    @property
    def quoted(self) -> str:
        """The words alone."""
        return "\n".join(words.text for words in self.words)

    @property
    def everything(self) -> str:
        """All text that may prove a name or a figure: the words, and what is known of their source."""
        known = (self.quoted, self.statement, self.speaker, self.author, self.venue, self.title)
        return "\n".join(text for text in known if text)

    @property
    def year(self) -> int | None:
        return date.fromisoformat(f"{self.published[:4]}-01-01").year if self.published else None


Grounds = Mapping[str, Ground]


def of_claims(claims: Iterable[Claim], items: Mapping[str, Item]) -> dict[str, Ground]:
    """The grounds that a thread's claims give."""
    return {
        claim.id: Ground(
            claim=claim.id,
            item=claim.item,
            statement=claim.statement,
            speaker=claim.speaker,
            kind=claim.kind,
            occurred=claim.occurred,
            words=claim.evidence,
            venue=items[claim.item].venue,
            author=items[claim.item].author,
            title=items[claim.item].title,
            published=items[claim.item].published,
            evidence=items[claim.item].evidence,
            doubts=claim.doubts,
        )
        for claim in claims
    }


def of_version(version: Version) -> dict[str, Ground]:
    """The grounds that a stored version carries with it."""
    sources = {source.number: source for source in version.sources}
    return {
        claim_id: Ground(
            claim=claim_id,
            item=claim.item,
            statement=claim.statement,
            speaker=claim.speaker,
            kind=claim.kind,
            occurred=claim.occurred,
            words=claim.evidence,
            venue=sources[claim.source].venue,
            author=sources[claim.source].author,
            title=sources[claim.source].title,
            published=sources[claim.source].date,
            evidence=sources[claim.source].evidence,
        )
        for claim_id, claim in version.claims.items()
        if claim.source in sources
    }
