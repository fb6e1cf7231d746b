"""What a sentence may rest on: each claim with its words and what its source says of itself."""

from collections.abc import Iterable, Mapping

from pipeline.records import Record
from pipeline.records.claims import Claim, Kind, Quotation, Source
from pipeline.records.dates import PartialDate, Span
from pipeline.records.items import Evidence, Item
from pipeline.records.pages import CitedClaim, Version


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
        return int(self.published[:4]) if self.published else None


Grounds = Mapping[str, Ground]


def of_claims(claims: Iterable[Claim], items: Mapping[str, Item]) -> dict[str, Ground]:
    """The grounds that a thread's claims give."""
    return {
        claim.id: _ground(claim.id, claim, items[claim.item], items[claim.item].published, claim.doubts)
        for claim in claims
    }


def of_version(version: Version) -> dict[str, Ground]:
    """The grounds that a stored version carries with it."""
    sources = {source.number: source for source in version.sources}
    return {
        claim_id: _ground(claim_id, claim, sources[claim.source], sources[claim.source].date)
        for claim_id, claim in version.claims.items()
        if claim.source in sources
    }


def _ground(
    claim_id: str,
    claim: Claim | CitedClaim,
    source: Item | Source,
    published: PartialDate | None,
    doubts: tuple[str, ...] = (),
) -> Ground:
    return Ground(
        claim=claim_id,
        item=claim.item,
        statement=claim.statement,
        speaker=claim.speaker,
        kind=claim.kind,
        occurred=claim.occurred,
        words=claim.evidence,
        venue=source.venue,
        author=source.author,
        title=source.title,
        published=published,
        evidence=source.evidence,
        doubts=doubts,
    )
