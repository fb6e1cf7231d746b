"""What the writer is shown: accepted claims grouped by source, never an article's text."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.prompts import Rendered, prompt
from pipeline.read.suspicion import addresses_a_model
from pipeline.records.claims import Claim, Extraction
from pipeline.records.dates import Span
from pipeline.records.items import Item, one_line


class Material(NamedTuple):
    """One work the page may be written from: the item, and what was taken out of it."""

    item: Item
    extraction: Extraction


def usable(extraction: Extraction) -> list[Claim]:
    """The claims a page may be written from: not those whose words address software instead of readers."""
    return [c for c in extraction.claims if not any(addresses_a_model(words.text) for words in c.evidence)]


def in_order(material: Sequence[Material]) -> list[Material]:
    """Oldest work first, undated last; ties by id, so that the same material makes the same prompt."""
    return sorted(material, key=lambda work: (work.item.published or "9999", work.item.id))


def names(material: Sequence[Material]) -> dict[str, Claim]:
    """Each claim under the short name the writer knows it by in this one call: c1, c2, ..."""
    claims = [claim for work in in_order(material) for claim in usable(work.extraction)]
    return {f"c{number}": claim for number, claim in enumerate(claims, 1)}


def question(title: str, material: Sequence[Material]) -> Rendered:
    """The prompt that asks for a whole page."""
    name_of = {claim.id: name for name, claim in names(material).items()}
    return prompt("page").render(title=title, count=len(name_of), sources=shown_sources(material, name_of))


def shown_sources(material: Sequence[Material], name_of: Mapping[str, str]) -> list[dict[str, object]]:
    """The works as a prompt lists them, each with its claims under their short names."""
    return [
        {
            "venue": work.item.venue,
            "author": work.item.author,
            "published": work.item.published,
            "title": work.item.title,
            "form": work.extraction.form,
            "evidence": work.item.evidence,
            "claims": [_shown(claim, work.extraction, name_of) for claim in usable(work.extraction)],
        }
        for work in in_order(material)
        if usable(work.extraction)
    ]


def _shown(claim: Claim, extraction: Extraction, name_of: Mapping[str, str]) -> dict[str, object]:
    return {
        "id": name_of[claim.id],
        "kind": claim.kind,
        "speaker": claim.speaker,
        "when": _when(claim.occurred),
        "statement": claim.statement,
        "quotable": [
            one_line(key.text)
            for key in extraction.key_quotations
            if any(words.start <= key.start and key.end <= words.end for words in claim.evidence)
        ],
    }


def _when(occurred: Span) -> str:
    return " to ".join(part for part in (occurred.start, occurred.end) if part)
