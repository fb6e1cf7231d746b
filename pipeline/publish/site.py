"""The pages of a site, as units made from the library. The same library always makes the same bytes."""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.publish.citations import Citations, citations_of
from pipeline.publish.diff import Kind, Wording, difference
from pipeline.publish.discussion import shown_posts
from pipeline.publish.formats import item_json, item_markdown, schemas, version_json, version_markdown
from pipeline.publish.library import Library, ThreadListing, day_sentences, sources_of
from pipeline.publish.page_language import page_language
from pipeline.publish.pictures.figures import drawings_of, strip_of
from pipeline.publish.pictures.history import kept_shares, steps_of, stretches_of
from pipeline.publish.pictures.positions import positions_of
from pipeline.publish.pictures.timeline import activity, timeline_of
from pipeline.publish.reading_time import minutes_to_read
from pipeline.publish.render import program_digest, render, small_css
from pipeline.publish.topics import Topic, Topics
from pipeline.publish.write import Files, Layer, Summary, Unit
from pipeline.records.corrections import corrected
from pipeline.records.dates import order
from pipeline.records.days import Day
from pipeline.records.pages import Sentence, Version
from pipeline.records.threads import Thread
from pipeline.text.named_dates import names_day

_STYLE = Path(__file__).parent / "templates" / "style.css"
_SHEETS = ("style.css", "lists.css")
_ICON = _STYLE.with_name("icon.svg")
_SEARCH = _STYLE.with_name("search.js")
_FEED_NAMESPACE = uuid.UUID("6f6b1f0e-6c5f-4f0e-9f0b-2f6d0c1f7a53")  # of the ids in feeds: it never changes
_FEED_ENTRIES = 30  # the newest
_SINCE_VERSIONS = 5  # the last ones that a page tells what changed since
_THREADS_A_PAGE = 30  # in the list of threads
_FRONT_TOPICS = 12  # the weightiest, on the first page
_JSON = json.JSONEncoder(sort_keys=True)


class SiteWords(NamedTuple):
    """What every page carries; and, in `about`, how this site's pages are made, for the page that says so. `language`
    is that of the pages that are no thread's and no item's."""

    title: str
    base_url: str
    about: Mapping[str, Any]
    language: str = "en"


def layers(library: Library, words: SiteWords) -> tuple[Layer, ...]:
    """The site, as units in layers: versions, items and days; then threads, which list their versions; then the pages
    that list threads."""
    site = _Site(library, words._replace(base_url=words.base_url.rstrip("/")))
    return (Layer(site.leaves), Layer(site.threads), Layer(site.lists))


class _Site:
    """The units of one site."""

    def __init__(self, library: Library, words: SiteWords) -> None:
        self._library, self._words = library, words
        shared = [words.title, words.base_url, words.language, program_digest()]
        self._shared = hashlib.sha256(_JSON.encode(shared).encode())
        self._topics = Topics({item: library.topics.get(item, ()) for item in library.items})

    def leaves(self, _: Mapping[str, Summary]) -> Iterator[Unit]:
        """The units that need no other unit's summary."""
        yield self._unit("style", {}, self._style)
        yield self._unit("search", {}, self._search)
        yield self._unit("about", {"about": self._words.about}, self._about)
        for listing in self._library.threads:
            slug = listing.thread.slug
            for number in range(1, listing.versions + 1):
                yield self._unit(f"version {slug} {number}", {}, partial(self._version, slug, number))
        for item, digest in self._library.items.items():
            topics = self._topics.of(item)
            make = partial(self._item, item, digest, topics)
            unit = self._unit(f"item {item}", f"{digest} {topics}", make)
            yield unit._replace(searched=f"items/{item}/index.html", shelf=self._library.shelves.get(item, ""))
        dates = [day.date for day in self._library.days]
        for n, day in enumerate(self._library.days):
            adjacent = (dates[n - 1] if n else None, dates[n + 1] if n + 1 < len(dates) else None)
            inputs = {"day": day.model_dump(mode="json"), "around": adjacent}
            unit = self._unit(f"day {day.date}", inputs, partial(self._day, f"today/{day.date}", day, adjacent))
            yield unit._replace(searched=f"today/{day.date}/index.html", shelf="today")

    def threads(self, summaries: Mapping[str, Summary]) -> Iterator[Unit]:
        """Each thread's latest page, its history and its feed."""
        for listing in self._library.threads:
            slug = listing.thread.slug
            versions = [summaries[f"version {slug} {number}"] for number in range(1, listing.versions + 1)]
            inputs = {
                "thread": listing.thread.model_dump(mode="json", exclude={"sources", "settings"}),
                "versions": versions,
                "corrections": [each.model_dump(mode="json") for each in listing.corrections],
            }
            unit = self._unit(f"thread {slug}", inputs, partial(self._thread, listing, versions))
            yield unit._replace(searched=f"threads/{slug}/index.html", shelf=slug)

    def lists(self, summaries: Mapping[str, Summary]) -> Iterator[Unit]:
        """The pages that list others: index, feed, today, topics, sitemap."""
        threads = [summaries[f"thread {listing.thread.slug}"] for listing in self._library.threads]
        newest = sorted(threads, key=lambda thread: (thread["made_at"], thread["slug"]), reverse=True)
        days = [day.date for day in self._library.days]
        shared = self._topics.shared(summaries)
        yield from self._index(newest, shared)
        entries = sorted(
            ({**entry, "slug": thread["slug"]} for thread in threads for entry in thread["entries"]),
            key=lambda entry: (entry["made_at"], entry["slug"], entry["version"]),
            reverse=True,
        )[:_FEED_ENTRIES]
        yield self._unit("feed", {"entries": entries}, partial(self._feed, "feed.xml", self._words.title, "", entries))
        if self._library.days:
            last, adjacent = self._library.days[-1], (days[-2] if len(days) > 1 else None, None)
            inputs = {"day": last.model_dump(mode="json"), "around": adjacent}
            yield self._unit("today", inputs, partial(self._day, "today", last, adjacent))
        yield from self._topic_pages(shared, {t["slug"]: (t["title"], t["language"]) for t in threads})
        if self._words.base_url:
            thread_pages = {f"threads/{thread['slug']}/": thread["made_at"] for thread in newest}
            pages = {**thread_pages, **{f"today/{date}/": date for date in days}}
            pages |= {f"items/{item}/": "" for item in self._library.items}
            yield self._unit("not found", {}, self._not_found)
            yield self._unit("sitemap", {"pages": pages}, partial(self._sitemap, pages))

    def _index(self, newest: Sequence[Summary], shared: Sequence[Topic]) -> Iterator[Unit]:
        """The threads by news, a page of them after another; the first is the site's front page, with the latest day
        and the weightiest topics."""
        last_day = self._library.days[-1] if self._library.days else None
        parts = [newest[at : at + _THREADS_A_PAGE] for at in range(0, len(newest), _THREADS_A_PAGE)] or [[]]
        for number, threads in enumerate(parts, start=1):
            is_front = number == 1
            fields = {
                "threads": threads,
                "number": number,
                "count": len(parts),
                "day": last_day.model_dump(mode="json", include={"date", "lead"}) if last_day and is_front else None,
                "topics": [topic.listed for topic in shared[:_FRONT_TOPICS]] if is_front else [],
            }
            path = "index.html" if is_front else f"page/{number}/index.html"
            yield self._unit(f"index {number}", fields, partial(self._listing, path, "index.html.j2", fields))

    def _topic_pages(self, shared: Sequence[Topic], titles: Mapping[str, tuple[str, str]]) -> Iterator[Unit]:
        """A page for each topic that several items share, and the list of topics."""
        for address, name, items in shared:
            slugs = sorted({slug for item in items for slug in item["threads"]})
            threads = {slug: titles[slug] for slug in slugs if slug in titles}
            newest = sorted(items, key=lambda item: (order(item["published"] or ""), item["id"]), reverse=True)
            fields = {"name": name, "items": newest, "threads": threads}
            path, inputs = f"topics/{address}/index.html", {**fields, "items": [item["shows"] for item in items]}
            yield self._unit(f"topic {address}", inputs, partial(self._listing, path, "topic.html.j2", fields))
        fields = {"topics": [topic.listed for topic in shared]}
        yield self._unit("topics", fields, partial(self._listing, "topics/index.html", "topics.html.j2", fields))

    def _unit(self, name: str, inputs: Mapping[str, Any] | str, make: Callable[[], Files]) -> Unit:
        """A unit whose files depend on its name, on `inputs`, on what every page carries and on the program. What there
        are thousands of says them as text: JSON takes ten times as long."""
        digest = self._shared.copy()
        digest.update(f"{name}\n{inputs if isinstance(inputs, str) else _JSON.encode(inputs)}".encode())
        return Unit(name, digest.hexdigest()[:32], make)

    def _style(self) -> Files:
        sheets = {name: small_css(_STYLE.with_name(name).read_text(encoding="utf-8")) for name in _SHEETS}
        return Files({**sheets, _ICON.name: _ICON.read_text(encoding="utf-8"), **schemas()}, {})

    def _search(self) -> Files:
        page = self._page("search/index.html", "search.html.j2")
        return Files(dict([page, ("search/search.js", _SEARCH.read_text(encoding="utf-8"))]), {})

    def _about(self) -> Files:
        return Files(dict([self._page("about/index.html", "about.html.j2", about=self._words.about)]), {})

    def _version(self, slug: str, number: int) -> Files:
        version = self._library.version(slug, number)
        folder = f"threads/{slug}/v{number}"
        files = dict(self._version_files(folder, version, None))
        citations = citations_of(version)
        summary: Summary = {
            "version": number,
            "made_at": version.made_at.isoformat(),
            "title": version.thread.title,
            "language": version.language,
            "items": version.items.total,
            "cited": version.items.cited,
            "voices": len(version.voices.independent),
            "first": _told(_first(version), citations),
            "latest": _told(version.whats_new[:1], citations),
            "news": [sentence.text for sentence in _news(version)],
            "changes": {},
        }
        if number > 1:
            summary["changes"], page = self._changes(f"{folder}/changes", number - 1, version)
            files |= [page]
        return Files(files, summary)

    def _changes(self, folder: str, earlier: int, version: Version) -> tuple[dict[Kind, int], tuple[str, str]]:
        """The sentences that changed since an earlier version, counted, and the page that tells them."""
        before = self._library.version(version.thread.slug, earlier)
        language = page_language(version.language)
        changes = difference(before, version, Wording(language.date, language.figure), whole=True)
        known = {source.item for source in before.sources}
        new = [source for source in version.sources if source.item not in known]
        shown = {"changes": changes, "sources": new, "earlier_language": before.language}
        page = self._page(f"{folder}/index.html", "changes.html.j2", version.language, version=version, **shown)
        return changes.counts, page

    def _thread(self, listing: ThreadListing, versions: list[Summary]) -> Files:
        slug = listing.thread.slug
        last = self._library.version(slug, listing.versions)
        shown = corrected(last, listing.corrections, names_day)
        head = shown.thread.model_copy(update={"state": listing.thread.state})
        files = dict(self._version_files(f"threads/{slug}", shown.model_copy(update={"thread": head}), listing.thread))
        title, language, number = head.title, last.language, listing.versions
        changed_since = {number - 1: f"../v{number}/changes/index.html"} if number > 1 else {}
        for earlier in range(max(1, listing.versions - _SINCE_VERSIONS), listing.versions - 1):
            files |= [self._changes(f"threads/{slug}/since/v{earlier}", earlier, last)[1]]
            changed_since[earlier] = f"../since/v{earlier}/index.html"
        kept = kept_shares({version["version"]: version["changes"] for version in versions[1:]})
        fields = {"title": title, "slug": slug, "versions": versions[::-1], "since": changed_since, "kept": kept}
        files |= [self._page(f"threads/{slug}/history/index.html", "history.html.j2", language, **fields)]
        files |= [self._page(f"threads/{slug}/coverage/index.html", "coverage.html.j2", language, version=last)]
        entries = [{**version, "slug": slug} for version in versions[::-1][:_FEED_ENTRIES]]
        files |= self._feed(f"threads/{slug}/feed.xml", title, slug, entries, language).files
        since, strip = listing.thread.state_since, strip_of(shown, page_language(language).figure)
        entry_fields = ("version", "made_at", "title", "news", "language")
        summary = {
            **versions[-1],
            "title": title,
            "slug": slug,
            "state": listing.thread.state,
            "question": listing.thread.title,
            "figures": strip._asdict() if strip else None,
            "since": f"{since:%Y-%m-%d}" if since and listing.thread.state != "live" else None,
            "activity": activity([version["made_at"] for version in versions]),
            "begun": versions[0]["made_at"][:10],
            "entries": [{name: version[name] for name in entry_fields} for version in versions[-_FEED_ENTRIES:]],
        }
        return Files(files, summary)

    def _version_files(self, folder: str, version: Version, thread: Thread | None) -> Iterator[tuple[str, str]]:
        """A version's page in all its formats. `thread` is given for the latest version at the thread's own address."""
        citations, language = citations_of(version), page_language(version.language)
        earlier = [self._library.version(version.thread.slug, number) for number in range(1, version.version)]
        yield self._page(
            f"{folder}/index.html",
            "thread.html.j2",
            version.language,
            version=version,
            thread=thread,
            citations=citations,
            minutes=minutes_to_read(sentence.text for sentence in version.page().all_sentences()),
            figures=drawings_of(version, language.figure),
            positions=positions_of(version),
            timeline=timeline_of(version.timeline, language.date, mirrored=language.direction == "rtl"),
            steps={p.id: steps_of(p.voice, [*earlier, version]) for p in version.perspectives},
            stretches_of=stretches_of,
        )
        yield f"{folder}/words.css", render("words.css.j2", numbers=citations.numbers, groups=citations.groups)
        yield f"{folder}/index.md", version_markdown(version)
        yield f"{folder}/index.json", version_json(version)

    def _item(self, item: str, digest: str, topics: list[tuple[str, str]]) -> Files:
        view, folder = self._library.item(item), f"items/{item}"
        shown = {"view": view, "topics": topics, "posts": shown_posts(view)}
        files = dict([self._page(f"{folder}/index.html", "item.html.j2", view.page_language, **shown)])
        summary = {
            "id": item,
            "title": view.item.title,
            "language": view.language,
            "venue": view.item.venue,
            "published": view.item.published,
            "threads": [thread.slug for thread in view.threads],
            "shows": digest,
            "topics": [topic for topic, _ in topics],
        }
        files |= {f"{folder}/index.md": item_markdown(view), f"{folder}/index.json": item_json(view)}
        return Files(files, summary)

    def _day(self, folder: str, day: Day, adjacent: tuple[str | None, str | None]) -> Files:
        """A day's page; `adjacent` are the dates of the pages before and after it."""
        versions = {
            (development.thread, development.version): self._library.version(development.thread, development.version)
            for development in day.developments
        }
        latest = {listing.thread.slug: listing.versions for listing in self._library.threads}
        threads = {
            slug: self._library.version(slug, latest[slug])
            for disagreement in day.disagreements
            for slug in (disagreement.one[0], disagreement.other[0])
        }
        cited = sources_of(day, self._library.version)
        citations = Citations(cited, [sentence.claims for sentence in day_sentences(day)])
        page = self._page(
            f"{folder}/index.html",
            "day.html.j2",
            before=adjacent[0],
            after=adjacent[1],
            day=day,
            versions=versions,
            sources=cited.sources,
            threads=threads,
            citations=citations,
        )
        sheet = render("words.css.j2", numbers=citations.numbers, groups=citations.groups)
        return Files(dict([page, (f"{folder}/words.css", sheet)]), {})

    def _listing(self, path: str, template: str, fields: Mapping[str, Any]) -> Files:
        return Files(dict([self._page(path, template, **fields)]), {})

    def _feed(self, path: str, title: str, slug: str, entries: Sequence[Summary], language: str = "") -> Files:
        """An Atom feed at `path`; `slug` is the thread it is about, and `language` the one that its page is in, or ""
        for the feed of all threads."""
        ids = [uuid.uuid5(_FEED_NAMESPACE, f"{entry['slug']} {entry['version']}") for entry in entries]
        feed_id = uuid.uuid5(_FEED_NAMESPACE, f"feed {slug}")
        text = render(
            "feed.xml.j2",
            language or self._words.language,
            title=title,
            path=path,
            base=f"{self._words.base_url}/" if self._words.base_url else "../" * path.count("/"),
            id=feed_id,
            site=self._words,
            entries=list(zip(ids, entries, strict=True)),
        )
        return Files({path: text}, {})

    def _sitemap(self, pages: Mapping[str, str]) -> Files:
        return Files({"sitemap.xml": render("sitemap.xml.j2", base=self._words.base_url, pages=pages)}, {})

    def _not_found(self) -> Files:
        """The page for addresses that lead nowhere. It is shown at any of them, so its links are absolute."""
        up = f"{self._words.base_url}/"
        return Files(dict([self._page("404.html", "404.html.j2", up=up)]), {})

    def _page(self, path: str, template: str, language: str = "", **fields: object) -> tuple[str, str]:
        """A page's path and text; `language` is "" for the site's own. Every link is relative to `path`, so that the
        site works from any folder or host."""
        up = "../" * path.count("/")
        address = "/" + path.removesuffix("index.html")
        language = language or self._words.language
        return path, render(template, language, **{"up": up, "address": address, "site": self._words, **fields})


def _first(version: Version) -> tuple[Sentence, ...]:
    """A version in a line or two, for a list: what In brief begins with, or else its narrative."""
    narrative = version.narrative[0].sentences if version.narrative else ()
    return version.in_brief[:2] or narrative[:1]


def _told(sentences: Sequence[Sentence], citations: Citations) -> list[tuple[str, list[str]]]:
    """The sentences for a list, each with the languages of the sources that it cites."""
    return [(sentence.text, sorted(citations.languages(sentence.claims))) for sentence in sentences]


def _news(version: Version) -> tuple[Sentence, ...]:
    """What a version brings: its What's new; for a first version, which has none, In brief or its first paragraph."""
    first = version.narrative[0].sentences if version.previous is None and version.narrative else ()
    return version.whats_new or version.in_brief or first
