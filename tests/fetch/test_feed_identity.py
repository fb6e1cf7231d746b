"""An entry is told by its feed and guid, its address second; what was found by its address keeps its id."""

import pytest

from pipeline.fetch.addresses import item_id
from pipeline.fetch.entries import full_text_of, item_from
from pipeline.fetch.feeds.identity import entry_digest, entry_key, identified, keys_of
from pipeline.fetch.feeds.parse import parse_feed
from pipeline.records.items import Candidate
from tests.fetch.test_feed_entries import rss
from tests.read.test_reading import NOW

FEED = "https://osk.example/feed"
LOG = "https://osk.example/changes"


class Memory:
    """What a store would remember from one look at a feed to the next."""

    def __init__(self):
        self.entries, self.items = {}, {}

    def look(self, *found):
        keys, addresses = set(keys_of(found)), {item_id(each.url) for each in found}
        remembered = [e for e in self.entries.values() if e.key in keys or e.item in addresses]
        told = identified(found, remembered, self.items)
        for each in told:
            self.items.setdefault(each.item, each.found.url)
            if each.entry:
                self.entries[each.entry.key] = each.entry
        return told


def entry(guid, url, title="T", feed=FEED, **more):
    return Candidate(url=url, via="feed", title=title, feed=feed, guid=guid, **more)


def ids(told):
    return [each.item for each in told]


def test_an_ordinary_entry_is_the_item_at_its_address():
    memory, found = Memory(), entry("7", "https://osk.example/7")
    assert ids(memory.look(found)) == [item_id(found.url)]
    assert ids(memory.look(found.model_copy(update={"feed": "https://osk.example/other"}))) == [item_id(found.url)]
    assert ids(memory.look(Candidate(url=found.url, via="search"))) == [item_id(found.url)]


def test_entries_that_a_feed_lists_side_by_side_on_one_page_are_items_of_their_own():
    memory = Memory()
    four = [entry(f"n{n}", f"{LOG}#n{n}", f"Notice {n}", content=f"<p>Text {n}</p>") for n in range(4)]
    told = memory.look(*four)
    assert len(set(ids(told))) == 4
    assert ids(memory.look(*four)) == ids(told)
    fifth = entry("n4", f"{LOG}#n4", "Notice 4")
    assert ids(memory.look(fifth, *four[:3]))[1:] == ids(told)[:3]
    assert all(not each.found.has_page and full_text_of(each.found, NOW).text_from == "feed" for each in told)
    assert len({item_from(each.found, NOW, each.item).id for each in told}) == 4


def test_a_new_entry_alone_on_the_page_of_earlier_ones_is_none_of_them():
    memory = Memory()
    first = ids(memory.look(entry("n0", LOG, "Notice 0")))
    assert first == [item_id(LOG)]
    later = ids(memory.look(entry("n1", LOG, "Notice 1")))
    assert later != first
    assert ids(memory.look(entry("n0", LOG, "Notice 0"), entry("n1", LOG, "Notice 1"))) == first + later


def test_entries_without_guid_on_one_page_are_told_by_their_titles():
    memory = Memory()
    feed = parse_feed(rss(*(f"<title>Notice {n}</title><link>{LOG}</link>" for n in range(3))).encode(), FEED)
    assert len(set(ids(memory.look(*feed.entries)))) == 3


def test_a_guid_that_every_entry_has_tells_nothing():
    items = (f"<title>Notice {n}</title><link>{LOG}</link><guid>{LOG}</guid>" for n in range(3))
    feed = parse_feed(rss(*items).encode(), FEED)
    assert len(feed.entries) == 3
    assert len(set(ids(Memory().look(*feed.entries)))) == 3
    twice = f"<title>A</title><link>{LOG}</link><guid>1</guid>"
    assert parse_feed(rss(twice, twice).encode(), FEED).in_words == "2 entries, 1 usable, 1 left out: listed twice"


def test_an_address_that_changes_at_every_look_is_one_item_while_the_guid_stays():
    memory = Memory()
    looks = [ids(memory.look(entry("7", f"https://osk.example/go?token={n}"))) for n in range(3)]
    assert looks[0] == looks[1] == looks[2]


def test_a_guid_made_up_at_every_look_is_one_item_while_address_and_title_stay():
    memory = Memory()
    looks = [ids(memory.look(entry(f"made-up-{n}", "https://osk.example/7", "The gate"))) for n in range(3)]
    assert looks[0] == looks[1] == looks[2]


def test_what_was_found_by_its_address_before_keeps_its_id():
    memory = Memory()
    memory.items[item_id(LOG)] = f"{LOG}#n1"  # kept before entries were remembered
    told = memory.look(*(entry(f"n{n}", f"{LOG}#n{n}", f"Notice {n}") for n in range(3)))
    assert ids(told)[1] == item_id(LOG)
    assert len(set(ids(told))) == 3


def test_an_entry_without_a_page_is_told_by_its_guid_alone():
    memory = Memory()
    site = "https://osk.example/"
    told = memory.look(*(entry(f"e{n}", site, f"Episode {n}", has_page=False) for n in range(2)))
    assert item_id(site) not in ids(told)
    assert len(set(ids(told))) == 2


def test_the_same_guid_in_two_feeds_tells_two_entries():
    assert entry_key(FEED, "1") != entry_key("https://other.example/feed", "1")
    assert keys_of([Candidate(url=LOG, via="page")]) == (None,)


@pytest.mark.parametrize(
    "change",
    [{"title": "U"}, {"content": "<p>b</p>"}, {"extract": "c"}, {"dates": "Mon, 02 Mar 2026 09:00:00 GMT"}],
    ids=["title", "content", "description", "a later hour of the same day"],
)
def test_a_correction_of_any_field_is_seen(change):
    memory = Memory()
    first = entry("7", "https://osk.example/7", content="<p>a</p>", dates="Mon, 02 Mar 2026 08:00:00 GMT")
    assert [each.changed for each in memory.look(first)] == [False]
    assert [each.changed for each in memory.look(first.model_copy(update={"url": "https://osk.example/7?x=1"}))] == [
        False
    ]
    assert [each.changed for each in memory.look(first.model_copy(update=change))] == [True]


def test_the_digest_of_an_entry_follows_what_its_feed_writes():
    item = "<title>A</title><link>/a</link><pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate><description>It costs {} thousand.</description>"
    digests = {entry_digest(parse_feed(rss(item.format(n)).encode(), FEED).entries[0]) for n in (10, 12, 12)}
    assert len(digests) == 2
