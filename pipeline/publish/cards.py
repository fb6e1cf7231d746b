"""A sentence's citations as a reader meets them: one [n] a source, with the exact words behind it."""

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.publish.library import Cited
from pipeline.records.claims import Quotation, Source
from pipeline.records.pages import CitedClaim, Said, Version


class Citation(NamedTuple):
    """One [n] of one sentence: the words it rests on in the order they stand, cut where text between them is left
    out; whose claims they prove; and the claim on the item page where the first of them stand."""

    source: Source
    words: tuple[str, ...]
    speakers: tuple[str, ...]
    claim: str


def citations(version: Version | Cited, *sentences: Said) -> tuple[Citation, ...]:
    """The citations of the sentences together, by source number."""
    sources = {source.number: source for source in version.sources}
    by_source: dict[int, list[tuple[str, CitedClaim]]] = {}
    for claim_id in dict.fromkeys(claim for said in sentences for claim in said.claims):
        claim = version.claims[claim_id]
        by_source.setdefault(claim.source, []).append((claim_id, claim))
    return tuple(_citation(sources[number], claims) for number, claims in sorted(by_source.items()))


def _citation(source: Source, claims: list[tuple[str, CitedClaim]]) -> Citation:
    first, _ = min(claims, key=lambda each: each[1].evidence[0].start)
    speakers = dict.fromkeys(claim.speaker for _, claim in claims if claim.speaker)
    quotations = [words for _, claim in claims for words in claim.evidence]
    return Citation(source, tuple(_joined(quotations)), tuple(speakers), first)


def _joined(quotations: list[Quotation]) -> Iterator[str]:
    """The words in order, each once; sentences that follow one another make one passage."""
    passage, end = "", -1
    for words in sorted(quotations, key=lambda each: (each.start, -each.end)):
        if words.end <= end:
            continue
        if passage and words.start <= end + 1:
            passage += words.text[end - words.start :] if words.start < end else " " * (words.start - end) + words.text
        else:
            if passage:
                yield passage
            passage = words.text
        end = words.end
    if passage:
        yield passage
