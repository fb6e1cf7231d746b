"""The library becomes the files of the whole site. The same library always makes the same bytes."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

import pipeline
from pipeline.changes import difference
from pipeline.publish.cards import citations
from pipeline.publish.library import Card, Library, Shelf, cited_on
from pipeline.publish.write import Layer, Made, Told, Unit
from pipeline.records.dates import in_words
from pipeline.records.days import Day
from pipeline.records.pages import Version
from pipeline.records.threads import Thread

_TEMPLATES = Path(__file__).parent / "templates"
_MARKDOWN_SPECIAL = "\\`*_[]<>#|~"


class SiteWords:
    """What every page carries."""

    def __init__(self, title: str, base_url: str) -> None:
        self.title, self.base_url = title, base_url.rstrip("/")


def layers(library: Library, words: SiteWords) -> tuple[Layer, ...]:
    """The site, as units in layers: versions, items and days; then threads, which list their versions; then the pages
    that list threads."""
    site = _Site(library, words)
    return (Layer(site.leaves), Layer(site.threads), Layer(site.lists))


class _Site:
    """The units of one site."""

    def __init__(self, library: Library, words: SiteWords) -> None:
        self._library, self._words = library, words

    def leaves(self, _: Mapping[str, Told]) -> Iterator[Unit]:
        """What depends on nothing else that is shown."""
        yield self._unit("style", {}, self._style)
        for shelf in self._library.shelves:
            slug = shelf.thread.slug
            for number in range(1, shelf.versions + 1):
                yield self._unit(f"version {slug} {number}", {}, partial(self._version, slug, number))
        for item, key in self._library.items.items():
            yield self._unit(f"item {item}", {"shows": key}, partial(self._item, item))
        dates = [day.date for day in self._library.days]
        for place, day in enumerate(self._library.days):
            around = (dates[place - 1] if place else None, dates[place + 1] if place + 1 < len(dates) else None)
            decided_by = {"day": day.model_dump(mode="json"), "around": around}
            yield self._unit(f"day {day.date}", decided_by, partial(self._day, day, around))

    def threads(self, told: Mapping[str, Told]) -> Iterator[Unit]:
        """Each thread's latest page and its history."""
        for shelf in self._library.shelves:
            slug = shelf.thread.slug
            versions = [told[f"version {slug} {number}"] for number in range(1, shelf.versions + 1)]
            key = {"thread": shelf.thread.model_dump(mode="json", exclude={"sources"}), "versions": versions}
            yield self._unit(f"thread {slug}", key, partial(self._thread, shelf, versions))

    def lists(self, told: Mapping[str, Told]) -> Iterator[Unit]:
        """The pages that lead to the others."""
        threads = [told[f"thread {shelf.thread.slug}"] for shelf in self._library.shelves]
        newest = sorted(threads, key=lambda thread: (thread["made_at"], thread["slug"]), reverse=True)
        days = [day.date for day in self._library.days]
        key = {"threads": newest, "days": days[-1:]}
        yield self._unit("index", key, partial(self._index, newest, days))
        if self._library.days:
            last = self._library.days[-1]
            around = (days[-2] if len(days) > 1 else None, None)
            key = {"day": last.model_dump(mode="json"), "around": around}
            yield self._unit("today", key, partial(self._today, last, around))

    def _unit(self, name: str, decided_by: Mapping[str, Any], make: Callable[[], Made]) -> Unit:
        """A unit whose files are decided by its name, by what is named, by the words every page carries and by the
        program."""
        everything = [name, decided_by, self._words.title, self._words.base_url, _program()]
        return Unit(name, hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()[:32], make)

    def _style(self) -> Made:
        return Made({"style.css": (_TEMPLATES / "style.css").read_text(encoding="utf-8")}, {})

    def _version(self, slug: str, number: int) -> Made:
        version = self._library.version(slug, number)
        place = f"threads/{slug}/v{number}"
        files = dict(self._version_files(place, version, None))
        told: Told = {
            "version": number,
            "made_at": version.made_at.isoformat(),
            "title": version.thread.title,
            "items": version.items.total,
            "cited": version.items.cited,
            "first": version.narrative[0].sentences[0].text if version.narrative else "",
            "changes": {},
        }
        if number > 1:
            found = difference(self._library.version(slug, number - 1), version)
            told["changes"] = found.counts
            files |= [self._page(f"{place}/changes/index.html", "changes.html.j2", v=version, found=found)]
        return Made(files, told)

    def _thread(self, shelf: Shelf, versions: list[Told]) -> Made:
        slug = shelf.thread.slug
        last = self._library.version(slug, shelf.versions)
        head = last.thread.model_copy(update={"state": shelf.thread.state})
        files = dict(self._version_files(f"threads/{slug}", last.model_copy(update={"thread": head}), shelf.thread))
        title = last.thread.title
        history = f"threads/{slug}/history/index.html"
        files |= [self._page(history, "history.html.j2", title=title, slug=slug, versions=versions[::-1])]
        since = shelf.thread.state_since
        told = {
            **versions[-1],
            "slug": slug,
            "state": shelf.thread.state,
            "since": f"{since:%Y-%m-%d}" if since and shelf.thread.state != "live" else None,
        }
        return Made(files, told)

    def _version_files(self, place: str, version: Version, thread: Thread | None) -> Iterator[tuple[str, str]]:
        """A version's page in all its forms; `thread` where it is the latest, at the thread's own address."""
        yield self._page(f"{place}/index.html", "thread.html.j2", v=version, thread=thread)
        yield f"{place}/index.md", version_markdown(version)
        yield f"{place}/index.json", version_json(version)

    def _item(self, item: str) -> Made:
        card, place = self._library.card(item), f"items/{item}"
        files = dict([self._page(f"{place}/index.html", "item.html.j2", card=card)])
        return Made({**files, f"{place}/index.md": item_markdown(card), f"{place}/index.json": item_json(card)}, {})

    def _day(self, day: Day, around: tuple[str | None, str | None]) -> Made:
        return Made(dict([self._day_page(f"today/{day.date}/index.html", day, around)]), {})

    def _today(self, day: Day, around: tuple[str | None, str | None]) -> Made:
        return Made(dict([self._day_page("today/index.html", day, around)]), {})

    def _day_page(self, place: str, day: Day, around: tuple[str | None, str | None]) -> tuple[str, str]:
        versions = {
            (each.thread, each.version): self._library.version(each.thread, each.version) for each in day.developments
        }
        numbers = {shelf.thread.slug: shelf.versions for shelf in self._library.shelves}
        titles = {
            slug: self._library.version(slug, numbers[slug]).thread.title
            for found in day.disagreements
            for slug in (found.one[0], found.other[0])
        }
        of = cited_on(day, self._library.version)
        return self._page(
            place, "day.html.j2", day=day, versions=versions, of=of, before=around[0], after=around[1], titles=titles
        )

    def _index(self, threads: list[Told], days: list[str]) -> Made:
        return Made(dict([self._page("index.html", "index.html.j2", threads=threads, today=days[-1:])]), {})

    def _page(self, place: str, template: str, **shown: object) -> tuple[str, str]:
        """A page, with every link relative to where it stands, so that the site works from any folder or host."""
        up = "../" * place.count("/")
        address = "/" + place.removesuffix("index.html")
        return place, _render(template, up=up, address=address, site=self._words, **shown)


def version_markdown(version: Version) -> str:
    """A version as Markdown."""
    return _render("thread.md.j2", v=version, of=version)


def version_json(version: Version) -> str:
    """A version as the JSON that outside readers rely on."""
    return version.model_dump_json(by_alias=True, indent=1) + "\n"


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


@lru_cache
def _program() -> str:
    """A name of the code and templates that pages are made by."""
    made_by = hashlib.sha256(pipeline.__version__.encode())
    for file in sorted([*_TEMPLATES.iterdir(), *Path(__file__).parent.glob("*.py")]):
        made_by.update(file.read_bytes())
    return made_by.hexdigest()[:16]


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
