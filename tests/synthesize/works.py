"""Works of a few sentences that claim what a test says, for the pure files of the stage."""

from typing import NamedTuple

from pipeline.extract.claims import quotations
from pipeline.records.claims import Claim, Extraction
from pipeline.records.dates import Span
from pipeline.records.items import Item, SentenceSpan, Snapshot
from pipeline.synthesize.sources import Material, whole
from tests.doubles import NOW


class Says(NamedTuple):
    """A claim of a work: the numbers of the sentences it consists of, and its fields."""

    numbers: tuple[int, ...]
    fields: dict[str, object]


def says(*numbers: int, **fields: object) -> Says:
    return Says(numbers, fields)


class Work(NamedTuple):
    item: Item
    snapshot: Snapshot
    extraction: Extraction

    @property
    def material(self) -> Material:
        return Material(self.item, self.extraction)


def work(
    name: str, *sentences: str, claims: dict[str, Says] | None = None, form="opinion", cast=(), edition="", **fields
) -> Work:
    """A work of one paragraph. `claims` are by id; `fields` are the item's; `edition` tells its texts apart."""
    item = Item(
        **{"id": name, "url": f"http://{name}.example/", "via": "feed", "title": name, "venue": name, "author": None,
           "published": "2026-03-01", "extent": "full text", "state": "read", "first_seen_at": NOW, **fields}
    )  # fmt: skip
    spans, start = [], 0
    for number, words in enumerate(sentences, 1):
        spans.append(SentenceSpan(number=number, start=start, end=start + len(words)))
        start += len(words) + 1
    snapshot = Snapshot(
        id=f"{name} {edition}".strip(), item=name, text=" ".join(sentences), language="en", extent=item.extent,
        sentences=tuple(spans), read_at=NOW,
    )  # fmt: skip
    made = [
        Claim(
            **{"id": claim_id, "item": name, "snapshot": snapshot.id, "statement": f"What {claim_id} states.",
               "kind": "fact", "speaker": None, "occurred": Span(), "quotations": quotations(snapshot, said.numbers),
               **said.fields}
        )
        for claim_id, said in (claims or {}).items()
    ]  # fmt: skip
    extraction = Extraction(
        id=f"e {snapshot.id}", snapshot=snapshot.id, keys=("k",), summary="", genre=form, author=None, topics=(),
        key_quotations=(), heard_only_through_others=(), works_described=(), claims=tuple(made), cast=tuple(cast),
    )  # fmt: skip
    return Work(item, snapshot, extraction)


def snapshots_of(*works: Work) -> dict[str, Snapshot]:
    return {each.snapshot.id: each.snapshot for each in works}


def claims_of(*works: Work) -> dict[str, Claim]:
    return {claim.id: claim for each in works for claim in each.extraction.claims}


def shown(*works: Work, first: int = 1):
    """The works as a question shows them, numbered by date."""
    return whole([each.material for each in works], snapshots_of(*works), first)
