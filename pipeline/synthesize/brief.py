"""What the writer is shown: the claims, grouped by source, never an article's text."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.prompts import RenderedPrompt, prompt
from pipeline.records.claims import Claim, Extraction
from pipeline.records.dates import Span
from pipeline.records.items import Item
from pipeline.text import one_line
from pipeline.verify.suspicion import addresses_a_model


class Material(NamedTuple):
    """A work the page may be written from: the item and its extraction."""

    item: Item
    extraction: Extraction


def usable_claims(extraction: Extraction) -> list[Claim]:
    """The claims a page may be written from: those whose quotations do not address a model instead of readers."""
    return [
        claim
        for claim in extraction.claims
        if not any(addresses_a_model(quotation.text) for quotation in claim.quotations)
    ]


def oldest_first(material: Sequence[Material]) -> list[Material]:
    """The works by date, undated ones last, ties by id: the same material always makes the same prompt."""
    return sorted(material, key=lambda work: (work.item.published or "9999", work.item.id))


def claims_by_name(material: Sequence[Material]) -> dict[str, Claim]:
    """The claims by the short names that this one prompt gives them: c1, c2, ..."""
    claims = [claim for work in oldest_first(material) for claim in usable_claims(work.extraction)]
    return {f"c{number}": claim for number, claim in enumerate(claims, 1)}


def question(title: str, material: Sequence[Material]) -> RenderedPrompt:
    """The prompt that asks for a whole page."""
    name_of = {claim.id: name for name, claim in claims_by_name(material).items()}
    return prompt("page").render(title=title, count=len(name_of), sources=source_entries(material, name_of))


def source_entries(material: Sequence[Material], name_of: Mapping[str, str]) -> list[dict[str, object]]:
    """The works as a prompt lists them, each with its claims; `name_of` maps a claim's id to its short name."""
    return [
        {
            "venue": work.item.venue,
            "author": work.item.author,
            "published": work.item.published,
            "title": work.item.title,
            "form": work.extraction.genre,
            "evidence": work.item.extent,
            "claims": [_claim_entry(claim, work.extraction, name_of) for claim in usable_claims(work.extraction)],
        }
        for work in oldest_first(material)
        if usable_claims(work.extraction)
    ]


def _claim_entry(claim: Claim, extraction: Extraction, name_of: Mapping[str, str]) -> dict[str, object]:
    return {
        "id": name_of[claim.id],
        "kind": claim.kind,
        "speaker": claim.speaker,
        "when": _when(claim.occurred),
        "statement": claim.statement,
        "quotable": [
            one_line(key.text)
            for key in extraction.key_quotations
            if any(quotation.start <= key.start and key.end <= quotation.end for quotation in claim.quotations)
        ],
    }


def _when(occurred: Span) -> str:
    return " to ".join(part for part in (occurred.start, occurred.end) if part)
