"""What a feed states of an entry, in whatever form, becomes an address worth getting, or the reason why it is none."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pipeline.errors import without_credentials
from pipeline.fetch.addresses import host_of, is_address, joined, unwrapped
from pipeline.fetch.feeds.dates import FeedDate, is_day_first, read_date
from pipeline.fetch.feeds.text import words_in
from pipeline.records.items import Candidate
from pipeline.text import one_line

NOTHING_TO_READ = "neither an address nor text"
LISTED_TWICE = "listed twice"
ODD = "not in a form that can be read"
MOST = 10_000  # entries of a feed that are read: the longest podcast has a third of them
BEYOND = f"behind the first {MOST}"

_LONGEST_GUID = 2_000  # characters


class FeedSays(NamedTuple):
    """What a feed states of itself: its title, its site's address, its language, and whom it names as author of what
    names none. `url` is where its bytes came from in the end, `address` the one it goes by."""

    url: str
    address: str
    title: str | None
    site: str | None
    language: str
    authors: tuple[str, ...]

    @property
    def venue(self) -> str:
        """What the feed is called: its title, else its host."""
        return self.title or host_of(self.url)


class EntrySays(NamedTuple):
    """What a feed states of one entry. `links` are where it may lead, likeliest first, each with what it is relative
    to; `guid` what the feed tells it by; `texts` and `extracts` are HTML; `recording` is the address of what it
    encloses."""

    links: tuple[tuple[str, str], ...]
    guid: str
    title: str | None
    authors: tuple[str, ...]
    published: str
    updated: str
    texts: tuple[str, ...]
    extracts: tuple[str, ...]
    recording: str | None = None


class Kept(NamedTuple):
    """The entries that can be used, newest first, and why each of the others cannot."""

    entries: tuple[Candidate, ...]
    left_out: tuple[str, ...]


def kept(feed: FeedSays, entries: Iterable[EntrySays | None]) -> Kept:
    """The usable entries of a feed; None is one in no readable form. Undated ones stay where the feed has them, behind
    the dated. The same guid, address and title are one entry; a guid that several entries have tells nothing (a
    generator that writes the site's address for every guid)."""
    said = list(entries)
    day_first = is_day_first((each.published for each in said if each), feed.language)
    left_out = [ODD for each in said if each is None]
    found: dict[tuple[str | None, str, str | None], Candidate] = {}
    told_by: Counter[str | None] = Counter()
    for each in said:
        entry = _entry(feed, each, day_first) if each else None
        if entry is None:
            left_out += [NOTHING_TO_READ] if each else []
        elif (entry.guid, entry.url, entry.title) in found:
            left_out.append(LISTED_TWICE)
        else:
            found[entry.guid, entry.url, entry.title] = entry
            told_by[entry.guid] += 1
    usable = [each.model_copy(update={"guid": None}) if told_by[each.guid] > 1 else each for each in found.values()]
    return Kept(tuple(sorted(usable, key=lambda entry: entry.published or "", reverse=True)), tuple(left_out))


def _entry(feed: FeedSays, says: EntrySays, day_first: bool) -> Candidate | None:
    text = max(says.texts, key=len, default="")
    extract = max(says.extracts, key=len, default="")
    link = next((link for base, stated in says.links if (link := joined(base, stated))), None)
    if link is None and not words_in(text or extract):
        return None
    published = read_date(says.published, day_first=day_first)
    updated = published if says.updated == says.published else read_date(says.updated, day_first=day_first)
    return Candidate(
        url=unwrapped(link) if link else _nearest(feed, says),
        via="feed",
        title=says.title,
        venue=feed.venue,
        author=", ".join(says.authors or feed.authors) or None,
        published=_day(published) or _day(updated),
        updated=updated.moment if updated else None,
        content=text or None,
        extract=extract or None,
        feed=feed.address,
        guid=one_line(says.guid[:_LONGEST_GUID]) or None,
        dates=one_line(f"{says.published} / {says.updated}") if says.published or says.updated else None,
        has_page=link is not None,
    )


def _day(stated: FeedDate | None) -> str | None:
    return stated.day if stated else None


def _nearest(feed: FeedSays, says: EntrySays) -> str:
    """Where a reader is led who wants to check an entry without a page: its recording, the feed's site, the feed. A
    token in the feed's address is its operator's, and no reader's."""
    public = feed.url if without_credentials(feed.url) == feed.url else feed.url.partition("?")[0]
    return next((each for each in (says.recording, feed.site) if each and is_address(each)), public)


def well_formed(text: str) -> str:
    """`text` without lone surrogates, which nothing can be written with."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def base_of(url: str, *stated: str | None) -> str:
    """What links are relative to: each base that is stated, from the outermost in, resolved against the one before."""
    base = url
    for each in stated:
        base = joined(base, each) or base if each else base
    return base


def in_words(total: int, usable: int, left_out: Iterable[str]) -> str:
    """How a feed was taken: `12 entries, 10 usable, 2 left out: neither an address nor text`."""
    counts: dict[str, int] = {}
    for reason in left_out:
        counts[reason] = counts.get(reason, 0) + 1
    said = f"{total} entries, {usable} usable"
    return said if not counts else f"{said}, {sum(counts.values())} left out: {_reasons(counts)}"


def _reasons(counts: Mapping[str, int]) -> str:
    if len(counts) == 1:
        return next(iter(counts))
    return ", ".join(f"{count} {reason}" for reason, count in counts.items())
