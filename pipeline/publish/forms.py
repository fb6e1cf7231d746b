"""What other programs read: versions and items as JSON and Markdown, and the schemas of the JSON.

A schema's number changes when a field is taken away or changes its meaning; fields may be added under the same number.
"""

import json
from typing import Any, Literal

from pydantic import BaseModel, Field

from pipeline.publish.cards import Citations
from pipeline.publish.library import Card
from pipeline.publish.render import render
from pipeline.records.claims import Quotation
from pipeline.records.dates import PartialDate, Span
from pipeline.records.items import Evidence, State
from pipeline.records.pages import Version


class ItemClaim(BaseModel):
    """A claim of an item: `evidence` is exactly what stands in the text it was read as, between those code points."""

    snapshot: str
    statement: str
    kind: str
    speaker: str | None
    occurred: Span
    evidence: tuple[Quotation, ...]
    doubts: tuple[str, ...] = ()


class ItemPage(BaseModel):
    """One work at one address, as its page shows it."""

    contract: Literal["information-machine/item/1"] = Field(default="information-machine/item/1", alias="schema")
    id: str
    url: str
    via: str
    title: str
    venue: str
    author: str | None
    published: PartialDate | None
    evidence: Evidence
    state: State
    reason: str | None
    copy_of: str | None
    canonical: str | None
    links: tuple[str, ...]
    summary: str | None
    topics: tuple[str, ...]
    key_quotations: tuple[Quotation, ...]
    threads: tuple[str, ...]
    copies: tuple[str, ...]
    claims: dict[str, ItemClaim]


def version_markdown(version: Version) -> str:
    """A version as Markdown."""
    return render("thread.md.j2", v=version, citations=Citations(version, version.page().said()))


def version_json(version: Version) -> str:
    """A version as the JSON that outside readers rely on."""
    return version.model_dump_json(by_alias=True, indent=1) + "\n"


def item_markdown(card: Card) -> str:
    """An item as Markdown."""
    return render("item.md.j2", card=card)


def item_json(card: Card) -> str:
    """An item as JSON."""
    extraction = card.extraction
    shown = ItemPage(
        **card.item.model_dump(include=set(ItemPage.model_fields)),
        summary=extraction.summary if extraction else None,
        topics=extraction.topics if extraction else (),
        key_quotations=extraction.key_quotations if extraction else (),
        threads=tuple(thread.slug for thread in card.threads),
        copies=tuple(copy.id for copy in card.copies),
        claims={claim.id: ItemClaim(**claim.model_dump(exclude={"id", "item"})) for claim in card.claims},
    )
    return shown.model_dump_json(by_alias=True, indent=1) + "\n"


def schemas() -> dict[str, str]:
    """The JSON schemas, by path below the site."""
    forms: dict[str, type[BaseModel]] = {"version-1": Version, "item-1": ItemPage}
    return {f"schema/{name}.json": _schema(form) for name, form in forms.items()}


def _schema(form: type[BaseModel]) -> str:
    found: dict[str, Any] = form.model_json_schema(by_alias=True, mode="serialization")
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps({**dialect, **found}, indent=1, ensure_ascii=False) + "\n"
