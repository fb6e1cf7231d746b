"""What a sentence may rest on: each claim with its quotations and what its source says of itself."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from pipeline.records import Record
from pipeline.records.claims import CastMember, Claim, ClaimKind, Quotation, Reference
from pipeline.records.dates import PartialDate, Span, partial_date
from pipeline.records.items import Extent, Item
from pipeline.records.pages import CitedClaim, Version


class Evidence(Record):
    """One claim as evidence, with its item or reference. `language` is that of its source's text, None where it is not
    known; its statement is in the page's. `known` are the names of everybody whom its source is by or about; `doubts`
    what is to be doubted of the claim."""

    claim: str
    item: str
    statement: str
    speaker: str | None
    kind: ClaimKind
    occurred: Span
    quotations: tuple[Quotation, ...]
    venue: str
    author: str | None
    title: str
    published: PartialDate | None
    extent: Extent
    language: str | None = None
    known: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def quoted(self) -> str:
        """The quotations alone, one a line."""
        return "\n".join(quotation.text for quotation in self.quotations)

    @property
    def everything(self) -> str:
        """All text that may prove a name or a figure: quotations, statement, and what is known of the source."""
        return "\n".join((self.kept, *self.known))

    @property
    def kept(self) -> str:
        """As `everything`, of what a version keeps: without the other names that are known in the source."""
        texts = (self.quoted, self.statement, self.speaker, self.author, self.venue, self.title)
        return "\n".join(text for text in texts if text)

    @property
    def year(self) -> int | None:
        """The year the source was published in."""
        return int(self.published[:4]) if self.published else None


EvidenceSet = Mapping[str, Evidence]
"""All evidence of a thread or version, by claim id."""


def of_claims(
    claims: Iterable[Claim],
    items: Mapping[str, Item],
    casts: Mapping[str, Sequence[CastMember]],
    languages: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Evidence]:
    """The evidence that a thread's claims give. `items` must hold the item of each; `casts` are who is who in an item,
    by its id, `languages` those of the snapshots' texts, by theirs."""
    known = {
        item: tuple(name for figure in cast for name in (figure.name, *figure.also)) for item, cast in casts.items()
    }
    return {
        claim.id: _evidence(
            claim.id,
            claim,
            items[claim.item],
            items[claim.item].published,
            languages.get(claim.snapshot),
            claim.doubts,
            known.get(claim.item, ()),
        )
        for claim in claims
    }


def of_version(version: Version) -> dict[str, Evidence]:
    """The evidence that a stored version carries with it."""
    sources = {source.number: source for source in version.sources}
    return {
        claim_id: _evidence(
            claim_id, claim, sources[claim.source], sources[claim.source].date, sources[claim.source].language
        )
        for claim_id, claim in version.claims.items()
        if claim.source in sources
    }


def _evidence(
    claim_id: str,
    claim: Claim | CitedClaim,
    source: Item | Reference,
    published: PartialDate | None,
    language: str | None,
    doubts: tuple[str, ...] = (),
    known: tuple[str, ...] = (),
) -> Evidence:
    return Evidence(
        claim=claim_id,
        item=claim.item,
        statement=claim.statement,
        speaker=claim.speaker,
        kind=claim.kind,
        occurred=claim.occurred,
        quotations=claim.quotations,
        venue=source.venue,
        author=claim.speaker if claim.post else source.author,
        title=source.title,
        published=partial_date(claim.posted) or published,
        extent=source.extent,
        language=language,
        known=known,
        doubts=doubts,
    )
