"""The library becomes the units of a site. The same library always makes the same bytes."""

import hashlib
import json
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.changes import difference
from pipeline.publish import drawing
from pipeline.publish.cards import Citations
from pipeline.publish.forms import item_json, item_markdown, schemas, version_json, version_markdown
from pipeline.publish.library import Library, Shelf, cited_on
from pipeline.publish.render import program, render, small_css
from pipeline.publish.write import Layer, Made, Told, Unit
from pipeline.records.days import Day
from pipeline.records.items import short_hash
from pipeline.records.pages import Version
from pipeline.records.threads import Thread

_STYLE = Path(__file__).parent / "templates" / "style.css"
_SHEETS = ("style.css", "lists.css")
_SEARCH = _STYLE.with_name("search.js")
_OURS = uuid.UUID("6f6b1f0e-6c5f-4f0e-9f0b-2f6d0c1f7a53")  # the namespace of our feeds' ids: it never changes
_IN_A_FEED = 30  # newest entries
_FEWEST_OF_A_TOPIC = 2  # items, for a topic to have a page


class SiteWords(NamedTuple):
    """What every page carries; and what is true of how this site's pages are made, for the page about them."""

    title: str
    base_url: str
    about: Mapping[str, Any]


def layers(library: Library, words: SiteWords) -> tuple[Layer, ...]:
    """The site, as units in layers: versions, items and days; then threads, which list their versions; then the pages
    that list threads."""
    site = _Site(library, words._replace(base_url=words.base_url.rstrip("/")))
    return (Layer(site.leaves), Layer(site.threads), Layer(site.lists))


class _Site:
    """The units of one site."""

    def __init__(self, library: Library, words: SiteWords) -> None:
        self._library, self._words = library, words
        self._by_topic: dict[str, list[str]] = {}
        for item in library.items:
            for place in {topic_address(topic): None for topic in library.topics.get(item, ())}:
                self._by_topic.setdefault(place, []).append(item)

    def leaves(self, _: Mapping[str, Told]) -> Iterator[Unit]:
        """What depends on nothing else that is shown."""
        yield self._unit("style", {}, self._style)
        yield self._unit("search", {}, self._search)
        yield self._unit("about", {"about": self._words.about}, self._about)
        for shelf in self._library.shelves:
            slug = shelf.thread.slug
            for number in range(1, shelf.versions + 1):
                yield self._unit(f"version {slug} {number}", {}, partial(self._version, slug, number))
        for item, key in self._library.items.items():
            about = self._about_item(item)
            yield self._unit(f"item {item}", {"shows": key, "topics": about}, partial(self._item, item, about))
        dates = [day.date for day in self._library.days]
        for place, day in enumerate(self._library.days):
            around = (dates[place - 1] if place else None, dates[place + 1] if place + 1 < len(dates) else None)
            decided_by = {"day": day.model_dump(mode="json"), "around": around}
            yield self._unit(f"day {day.date}", decided_by, partial(self._day, f"today/{day.date}", day, around))

    def threads(self, told: Mapping[str, Told]) -> Iterator[Unit]:
        """Each thread's latest page, its history and its feed."""
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
        yield self._unit("index", {"threads": newest, "day": days[-1:]}, partial(self._index, newest, days[-1:]))
        entries = sorted(
            ({**entry, "slug": thread["slug"]} for thread in threads for entry in thread["entries"]),
            key=lambda entry: (entry["made_at"], entry["slug"], entry["version"]),
            reverse=True,
        )[:_IN_A_FEED]
        yield self._unit("feed", {"entries": entries}, partial(self._feed, "feed.xml", self._words.title, "", entries))
        if self._library.days:
            last, around = self._library.days[-1], (days[-2] if len(days) > 1 else None, None)
            key = {"day": last.model_dump(mode="json"), "around": around}
            yield self._unit("today", key, partial(self._day, "today", last, around))
        yield from self._topics(told, {thread["slug"]: thread["title"] for thread in threads})
        if self._words.base_url:
            changed = {f"threads/{thread['slug']}/": thread["made_at"] for thread in newest}
            pages = {**changed, **{f"today/{date}/": date for date in days}}
            pages |= {f"items/{item}/": "" for item in self._library.items}
            yield self._unit("sitemap", {"pages": pages}, partial(self._sitemap, pages))

    def _topics(self, told: Mapping[str, Told], titles: Mapping[str, str]) -> Iterator[Unit]:
        """A page for each topic that several items share, and the list of topics."""
        names = {topic_address(t): t for item in self._library.items for t in self._library.topics.get(item, ())}
        shown = {
            place: [told[f"item {item}"] for item in items]
            for place, items in sorted(self._by_topic.items())
            if len(items) >= _FEWEST_OF_A_TOPIC
        }
        for place, items in shown.items():
            threads = {
                slug: titles[slug] for slug in sorted({s for i in items for s in i["threads"]}) if slug in titles
            }
            newest = sorted(items, key=lambda item: (item["published"] or "", item["id"]), reverse=True)
            key = {"name": names[place], "items": newest, "threads": threads}
            yield self._unit(f"topic {place}", key, partial(self._topic, place, key))
        every = [{"place": place, "name": names[place], "items": len(items)} for place, items in shown.items()]
        yield self._unit("topics", {"topics": every}, partial(self._listed, "topics", topics=every))

    def _about_item(self, item: str) -> list[tuple[str, str]]:
        """What an item is about: each topic with its address, or "" where no other item shares it."""
        topics = ((topic, topic_address(topic)) for topic in self._library.topics.get(item, ()))
        return [(topic, place if len(self._by_topic[place]) >= _FEWEST_OF_A_TOPIC else "") for topic, place in topics]

    def _unit(self, name: str, decided_by: Mapping[str, Any], make: Callable[[], Made]) -> Unit:
        """A unit whose files are decided by its name, by what is named, by the words every page carries and by the
        program."""
        everything = [name, decided_by, self._words.title, self._words.base_url, program()]
        return Unit(name, hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()[:32], make)

    def _style(self) -> Made:
        sheets = {name: small_css(_STYLE.with_name(name).read_text(encoding="utf-8")) for name in _SHEETS}
        return Made({**sheets, **schemas()}, {})

    def _search(self) -> Made:
        page = self._page("search/index.html", "search.html.j2")
        return Made(dict([page, ("search/search.js", _SEARCH.read_text(encoding="utf-8"))]), {})

    def _about(self) -> Made:
        return Made(dict([self._page("about/index.html", "about.html.j2", about=self._words.about)]), {})

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
            "news": [said.text for said in _news(version)],
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
        entries = [{**each, "slug": slug} for each in versions[::-1][:_IN_A_FEED]]
        files |= self._feed(f"threads/{slug}/feed.xml", title, slug, entries).files
        since = shelf.thread.state_since
        kept = ("version", "made_at", "title", "news")
        told = {
            **versions[-1],
            "slug": slug,
            "state": shelf.thread.state,
            "since": f"{since:%Y-%m-%d}" if since and shelf.thread.state != "live" else None,
            "activity": drawing.activity([each["made_at"] for each in versions]),
            "begun": versions[0]["made_at"][:10],
            "entries": [{name: each[name] for name in kept} for each in versions[-_IN_A_FEED:]],
        }
        return Made(files, told)

    def _version_files(self, place: str, version: Version, thread: Thread | None) -> Iterator[tuple[str, str]]:
        """A version's page in all its forms; `thread` where it is the latest, at the thread's own address."""
        found = Citations(version, version.page().said())
        until = [self._library.version(version.thread.slug, number) for number in range(1, version.version)]
        yield self._page(
            f"{place}/index.html",
            "thread.html.j2",
            v=version,
            thread=thread,
            citations=found,
            band=drawing.timeline_band(version.timeline),
            paths={each.id: drawing.path_of(each.voice, [*until, version]) for each in version.perspectives},
        )
        yield f"{place}/words.css", render("words.css.j2", numbers=found.numbers, places=found.places)
        yield f"{place}/index.md", version_markdown(version)
        yield f"{place}/index.json", version_json(version)

    def _item(self, item: str, about: list[tuple[str, str]]) -> Made:
        card, place = self._library.card(item), f"items/{item}"
        files = dict([self._page(f"{place}/index.html", "item.html.j2", card=card, topics=about)])
        told = {
            "id": item,
            "title": card.item.title,
            "venue": card.item.venue,
            "published": card.item.published,
            "threads": [thread.slug for thread in card.threads],
        }
        return Made({**files, f"{place}/index.md": item_markdown(card), f"{place}/index.json": item_json(card)}, told)

    def _day(self, place: str, day: Day, around: tuple[str | None, str | None]) -> Made:
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
        said = [*day.lead, *(said for each in day.developments for said in (*each.sentences, *each.why))]
        found = Citations(of, said)
        shown = {"day": day, "versions": versions, "of": of, "titles": titles, "citations": found}
        page = self._page(f"{place}/index.html", "day.html.j2", before=around[0], after=around[1], **shown)
        sheet = render("words.css.j2", numbers=found.numbers, places=found.places)
        return Made(dict([page, (f"{place}/words.css", sheet)]), {})

    def _index(self, threads: list[Told], today: list[str]) -> Made:
        return Made(dict([self._page("index.html", "index.html.j2", threads=threads, today=today)]), {})

    def _topic(self, place: str, shown: Mapping[str, Any]) -> Made:
        return Made(dict([self._page(f"topics/{place}/index.html", "topic.html.j2", **shown)]), {})

    def _listed(self, name: str, **shown: object) -> Made:
        return Made(dict([self._page(f"{name}/index.html", f"{name}.html.j2", **shown)]), {})

    def _feed(self, place: str, title: str, slug: str, entries: Sequence[Told]) -> Made:
        ids = [uuid.uuid5(_OURS, f"{entry['slug']} {entry['version']}") for entry in entries]
        own = uuid.uuid5(_OURS, f"feed {slug}")
        text = render(
            "feed.xml.j2",
            title=title,
            place=place,
            base=f"{self._words.base_url}/" if self._words.base_url else "../" * place.count("/"),
            id=own,
            site=self._words,
            entries=list(zip(ids, entries, strict=True)),
        )
        return Made({place: text}, {})

    def _sitemap(self, pages: Mapping[str, str]) -> Made:
        return Made({"sitemap.xml": render("sitemap.xml.j2", base=self._words.base_url, pages=pages)}, {})

    def _page(self, place: str, template: str, **shown: object) -> tuple[str, str]:
        """A page, with every link relative to where it stands, so that the site works from any folder or host."""
        up = "../" * place.count("/")
        address = "/" + place.removesuffix("index.html")
        return place, render(template, up=up, address=address, site=self._words, **shown)


def topic_address(topic: str) -> str:
    """A topic's address: a-z, 0-9 and hyphens; with a mark of the whole where that loses something. Topics that differ
    only in capitals are one."""
    folded = unicodedata.normalize("NFKC", topic).casefold()
    plain = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:60]
    whole = plain == re.sub(r"[\s/]+", "-", folded)
    return plain if plain and whole else f"{plain or 'topic'}-{short_hash(folded, length=6)}"


def _news(version: Version) -> tuple[Any, ...]:
    """What a version brings: its What's new; of the first, what its narrative begins with."""
    first = version.narrative[0].sentences if version.previous is None and version.narrative else ()
    return first or version.whats_new
