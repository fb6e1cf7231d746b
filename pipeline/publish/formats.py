"""What other programs read: versions and items as JSON and Markdown, and the schemas of the JSON.

A schema's number changes when a field is removed or changes its meaning; fields may be added under the same number.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import Field

from pipeline.errors import public_address
from pipeline.publish.citations import citations_of
from pipeline.publish.discussion import shown_posts
from pipeline.publish.library import ItemView
from pipeline.publish.page_language import page_language
from pipeline.publish.pictures.figures import drawings_of
from pipeline.publish.render import render
from pipeline.records import Record
from pipeline.records.claims import CastMember, Claim, Quantity, Quotation
from pipeline.records.dates import PartialDate, Span
from pipeline.records.items import DateFrom, Extent, ItemState, TextFrom
from pipeline.records.pages import Version
from pipeline.records.posts import Moment, Post

_SCHEMAS = Path(__file__).parent / "schema"
_ADDRESS = re.compile(r'((?:"(?:url|canonical)": |^ +)")(https?://(?:[^"\\\s]|\\.)+)(?=")', re.MULTILINE)
"""An address in JSON that is one by its field (`url`, `canonical`, a line of `links`): quotations stay as they are."""


class ItemClaim(Record):
    """A claim of an item. Each quotation is exactly the text of `snapshot` between its two offsets, in code points."""

    snapshot: str
    statement: str
    kind: str
    speaker: str | None
    occurred: Span
    quotations: tuple[Quotation, ...] = Field(alias="evidence")
    doubts: tuple[str, ...] = ()
    post: str | None = None
    posted: Moment | None = None
    figures: tuple[Quantity, ...] = ()


class ItemPage(Record):
    """One item, as its page shows it. `cited` are the sentences that pages cite and no claim consists of, as claims
    that state just their words; `language` is that of its text, `stated_in` that of its summary and statements;
    `posts` those of a discussion, with their places in the text of its newest snapshot, and `missing` what of it could
    not be had."""

    contract: Literal["information-machine/item/1"] = Field(default="information-machine/item/1", alias="schema")
    id: str
    url: str
    via: str
    title: str
    venue: str
    author: str | None
    published: PartialDate | None
    date_from: DateFrom | None
    extent: Extent = Field(alias="evidence")
    language: str | None
    text_from: TextFrom
    state: ItemState
    reason: str | None
    copy_of: str | None
    canonical: str | None
    links: tuple[str, ...]
    summary: str | None
    stated_in: str
    topics: tuple[str, ...]
    key_quotations: tuple[Quotation, ...]
    threads: tuple[str, ...]
    copies: tuple[str, ...]
    claims: dict[str, ItemClaim]
    status: str
    cast: tuple[CastMember, ...]
    cited: dict[str, ItemClaim]
    posts: tuple[Post, ...]
    missing: str | None


_BLANK_LINES = re.compile(r"\n{3,}")


def version_markdown(version: Version) -> str:
    """A version as Markdown."""
    figures = drawings_of(version, page_language(version.language).figure)
    text = render("thread.md.j2", version.language, version=version, citations=citations_of(version), figures=figures)
    return _BLANK_LINES.sub("\n\n", text)


def version_json(version: Version) -> str:
    """A version as the JSON that outside readers rely on."""
    return _public(version.model_dump_json(by_alias=True, indent=1)) + "\n"


def item_markdown(view: ItemView) -> str:
    """An item as Markdown."""
    return render("item.md.j2", view.page_language, view=view, posts=shown_posts(view))


def item_json(view: ItemView) -> str:
    """An item as JSON."""
    extraction = view.extraction
    page = ItemPage(
        **view.item.model_dump(include=set(ItemPage.model_fields) - {"posts"}),
        language=view.language,
        summary=extraction.summary if extraction else None,
        stated_in=view.page_language,
        topics=extraction.topics if extraction else (),
        key_quotations=extraction.key_quotations if extraction else (),
        threads=tuple(thread.slug for thread in view.threads),
        copies=tuple(copy.id for copy in view.copies),
        claims=_by_id(view.claims),
        status=extraction.status if extraction else "",
        cast=extraction.cast if extraction else (),
        cited=_by_id(view.cited),
        posts=view.posts,
    )
    return _public(page.model_dump_json(by_alias=True, indent=1)) + "\n"


def _public(text: str) -> str:
    """The JSON with its addresses as readers are given them, of whatever record they are."""
    return _ADDRESS.sub(lambda address: address[1] + public_address(address[2]), text)


def _by_id(claims: Iterable[Claim]) -> dict[str, ItemClaim]:
    return {claim.id: ItemClaim(**claim.model_dump(exclude={"id", "item"})) for claim in claims}


def schemas() -> dict[str, str]:
    """The JSON schemas, by path below the site. They are files, since outside readers rely on them; a test
    validates what is written against them."""
    return {f"schema/{file.name}": file.read_text(encoding="utf-8") for file in sorted(_SCHEMAS.glob("*.json"))}
