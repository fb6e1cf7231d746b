"""The library becomes the files of the whole site. The same library always makes the same bytes."""

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from pipeline.changes import difference
from pipeline.publish.cards import citations
from pipeline.publish.library import Card, Library, Shelf
from pipeline.records.dates import in_words
from pipeline.records.pages import Version

_TEMPLATES = Path(__file__).parent / "templates"
_MARKDOWN_SPECIAL = "\\`*_[]<>#|~"


class SiteWords:
    """What every page carries."""

    def __init__(self, title: str, base_url: str) -> None:
        self.title, self.base_url = title, base_url.rstrip("/")


def files(library: Library, words: SiteWords) -> Iterator[tuple[str, str]]:
    """Every file of the site: its path below the root, its text."""
    yield "style.css", (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    newest = sorted(library.shelves, key=lambda shelf: (shelf.last.made_at, shelf.thread.slug), reverse=True)
    yield _page("index.html", "index.html.j2", words, shelves=newest)
    for shelf in library.shelves:
        yield from _thread_files(shelf, words)
    for card in library.cards:
        yield from _item_files(card, words)


def version_markdown(version: Version) -> str:
    """A version as Markdown."""
    return _render("thread.md.j2", v=version, of=version)


def version_json(version: Version) -> str:
    """A version as the JSON that outside readers rely on."""
    return version.model_dump_json(by_alias=True, indent=1) + "\n"


def _thread_files(shelf: Shelf, words: SiteWords) -> Iterator[tuple[str, str]]:
    home = f"threads/{shelf.thread.slug}"
    changes = {later.version: difference(earlier, later) for earlier, later in pairwise(shelf.versions)}
    yield _page(f"{home}/history/index.html", "history.html.j2", words, shelf=shelf, changes=changes)
    for version in shelf.versions:
        if found := changes.get(version.version):
            yield _page(
                f"{home}/v{version.version}/changes/index.html", "changes.html.j2", words, v=version, found=found
            )
        yield from _version_files(f"{home}/v{version.version}", version, shelf, words)
    head = shelf.last.thread.model_copy(update={"state": shelf.thread.state})
    yield from _version_files(home, shelf.last.model_copy(update={"thread": head}), shelf, words)


def _version_files(place: str, version: Version, shelf: Shelf, words: SiteWords) -> Iterator[tuple[str, str]]:
    latest = not place.endswith(f"/v{version.version}")
    yield _page(f"{place}/index.html", "thread.html.j2", words, v=version, shelf=shelf, latest=latest)
    yield f"{place}/index.md", version_markdown(version)
    yield f"{place}/index.json", version_json(version)


def _item_files(card: Card, words: SiteWords) -> Iterator[tuple[str, str]]:
    place = f"items/{card.item.id}"
    yield _page(f"{place}/index.html", "item.html.j2", words, card=card)
    yield f"{place}/index.md", item_markdown(card)
    yield f"{place}/index.json", item_json(card)


def item_markdown(card: Card) -> str:
    """An item as Markdown."""
    return _render("item.md.j2", card=card)


def item_json(card: Card) -> str:
    """An item as JSON."""
    extraction = card.extraction
    shown = {
        "schema": "information-machine/item/1",
        **card.item.model_dump(mode="json", exclude={"first_seen_at"}),
        "summary": extraction.summary if extraction else None,
        "topics": list(extraction.topics) if extraction else [],
        "key_quotations": [q.model_dump() for q in extraction.key_quotations] if extraction else [],
        "threads": [thread.slug for thread in card.threads],
        "copies": [copy.id for copy in card.copies],
        "claims": {claim.id: claim.model_dump(mode="json", exclude={"id", "item"}) for claim in card.claims},
    }
    return json.dumps(shown, indent=1, ensure_ascii=False) + "\n"


def _page(place: str, template: str, words: SiteWords, **shown: object) -> tuple[str, str]:
    """A page, with every link relative to where it stands, so that the site works from any folder or host."""
    up = "../" * place.count("/")
    address = "/" + place.removesuffix("index.html")
    return place, _render(template, up=up, address=address, site=words, **shown)


def _render(template: str, **shown: object) -> str:
    return _environment().get_template(template).render(**shown)


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["date"] = in_words
    environment.filters["md"] = _markdown_escaped
    environment.globals["citations"] = citations
    return environment


def _markdown_escaped(text: object) -> str:
    """Text from outside as text in Markdown, whatever characters it holds."""
    if isinstance(text, Markup):
        return str(text)
    return "".join(f"\\{c}" if c in _MARKDOWN_SPECIAL else c for c in " ".join(str(text).split()))
