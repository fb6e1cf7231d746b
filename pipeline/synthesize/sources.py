"""What the writer is shown: the numbered sentences of the sources, and who is who in each."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.prompts import RenderedPrompt, prompt
from pipeline.records.claims import Claim, Extraction
from pipeline.records.items import Item, Snapshot
from pipeline.text import fold
from pipeline.text.tags import english_name
from pipeline.verify.numbered import NumberedSource, numbered, sentence_numbers, texts_of, with_neighbours
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


def in_order(material: Sequence[Material]) -> list[Material]:
    """The works by date, undated ones last, ties by id: the same material always makes the same prompt."""
    return sorted(material, key=lambda work: (work.item.published or "9999", work.item.id))


def whole(material: Sequence[Material], snapshots: Mapping[str, Snapshot], first: int = 1) -> list[NumberedSource]:
    """The works that claim something with all their readable sentences, oldest first, numbered from `first`.
    `snapshots` are by id."""
    works = [work for work in in_order(material) if usable_claims(work.extraction)]
    return [
        numbered(number, work.item, snapshots[work.extraction.snapshot], work.extraction)
        for number, work in enumerate(works, first)
    ]


def changed(source: NumberedSource, earlier_texts: Sequence[str]) -> NumberedSource:
    """The source with only those of its sentences that stand in none of its earlier texts, and those beside them; all
    of it where it has no earlier text."""
    if not earlier_texts:
        return source
    folded = [fold(text) for text in earlier_texts]
    new = [number for number in source.shown if not any(fold(source.words(number)) in text for text in folded)]
    return source._replace(shown=with_neighbours(new, source.shown))


def cited(
    claims: Mapping[str, Claim],
    items: Mapping[str, Item],
    extractions: Mapping[str, Extraction],
    snapshots: Mapping[str, Snapshot],
) -> list[NumberedSource]:
    """The texts that `claims` rest on, as `texts_of` orders them, each with the sentences they consist of."""
    numbers: dict[str, set[int]] = {}
    for claim in claims.values():
        numbers.setdefault(claim.snapshot, set()).update(sentence_numbers(claim, snapshots[claim.snapshot]))
    ordered = texts_of((snapshots[snapshot] for snapshot in numbers), items, extractions)
    return [source._replace(shown=sorted(numbers[source.snapshot.id])) for source in ordered]


def question(
    title: str, sources: Sequence[NumberedSource], language: str, figures: Sequence[Mapping[str, str]] = ()
) -> RenderedPrompt:
    """The prompt that asks for a whole page, written in `language`. `figures` are those that it may compare."""
    return prompt("page").render(
        title=title, language=english_name(language), sources=[source.entry() for source in sources], figures=figures
    )
