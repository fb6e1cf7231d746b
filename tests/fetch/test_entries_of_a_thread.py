"""What a thread makes of a feed's entries: which item each is, whose words are read, and what is said of the rest."""

from datetime import timedelta

import pytest

from pipeline import testing
from pipeline.errors import FetchFailed
from pipeline.publish.formats import item_markdown
from tests.conftest import follow, run_again

FEED, PAGE = "http://a.example/feed", "http://a.example/news"
WORDS = (
    "The harbour board of Sarnholt closed the east quay to lorries, the board says.",
    "A count in May had found 412 lorries a day, and cracks in two of the nine piers.",
)


def entry(title: str, link: str = PAGE, guid: str = "", text: str = "", day: int = 2) -> str:
    said = f"<description><![CDATA[{text}]]></description>" if text else ""
    guid = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
    link = f"<link>{link}</link>" if link else ""
    return (
        f"<item><title>{title}</title>{link}{guid}{said}<pubDate>Mon, {day:02} Mar 2026 08:00:00 GMT</pubDate></item>"
    )


def serve(pages, *entries: str):
    text = f"<?xml version='1.0'?><rss version='2.0'><channel><title>A feed</title>{''.join(entries)}</channel></rss>"
    pages.pages[FEED] = testing.Served(text.encode(), "application/rss+xml", None)


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def texts(machine) -> dict[str, str]:
    return {item.title: machine.queries.item(item.id)[1].text for item in machine.items("silence")}


def test_entries_on_one_page_are_items_with_their_own_texts(machine, pages):
    serve(
        pages,
        *(entry(f"Change {n}", guid=f"g{n}", text=paragraphs(f"Change {n}: {WORDS[n % 2]}")) for n in range(4)),
    )
    pages.pages[PAGE] = testing.article("All changes", *WORDS * 5)
    follow(machine, feeds=[FEED])
    run_again(machine)
    assert {item.title for item in machine.items("silence")} == {f"Change {n}" for n in range(4)}
    assert all(title in text for title, text in texts(machine).items())


@pytest.mark.parametrize(
    "answer",
    [
        FetchFailed("http 403", "blocked"),
        testing.article("The quay", "<script>draw()</script>"),
        testing.Served(b"\x00\x00\x00\x18ftypmp42", "video/mp4", None),
    ],
    ids=["blocked", "a script", "a film"],
)
def test_where_a_page_gives_no_text_the_feeds_own_words_are_read_and_said_to_be_its(machine, pages, answer):
    serve(pages, entry("The quay", guid="q", text=paragraphs(*WORDS)))
    pages.pages[PAGE] = answer
    follow(machine, feeds=[FEED])
    report = run_again(machine)
    assert report.version == 1
    [item] = machine.items("silence")
    assert (item.state, item.text_from, item.extent, item.date_from) == ("read", "feed extract", "part", "feed")
    assert texts(machine)["The quay"].split("\n")[-1] == WORDS[1]
    assert "2026-03-02, by its feed · part, in its feed's own words" in item_markdown(machine.item(item.id))


@pytest.mark.parametrize(("own", "title"), [("", "Quay & pier"), ("<h1>The east quay</h1>", "The east quay")])
def test_a_page_that_has_no_title_goes_by_its_feeds_one(machine, pages, own, title):
    serve(pages, entry("Quay &amp;amp; pier", guid="q"))
    page = f"<html><body>{own}{paragraphs(*WORDS * 2)}</body></html>"
    pages.pages[PAGE] = testing.Served(page.encode(), "text/html", None)
    follow(machine, feeds=[FEED])
    run_again(machine)
    assert [item.title for item in machine.items("silence")] == [title]


def test_a_page_that_comes_later_takes_the_place_of_the_feeds_words(machine, pages, clock):
    serve(pages, entry("The quay", guid="q", text=paragraphs(*WORDS)))
    pages.pages[PAGE] = FetchFailed("http 503", "away")
    follow(machine, feeds=[FEED])
    run_again(machine)
    pages.pages[PAGE] = testing.article("The quay", *WORDS, "The mayor called it late: the cracks were known in 2024.")
    clock.forward(timedelta(days=1))
    run_again(machine)
    [item] = machine.items("silence")
    assert (item.text_from, item.extent) == ("page", "full text")
    assert "late" in texts(machine)["The quay"]


def test_an_entry_is_one_item_whatever_its_address_is_at_each_look(machine, pages, clock):
    for look in range(3):
        serve(pages, entry("The quay", link=f"{PAGE}?at={look}", guid="q"))
        pages.pages[f"{PAGE}?at={look}"] = testing.article("The quay", *WORDS * 2)
        if look == 0:
            follow(machine, feeds=[FEED])
        run_again(machine)
        clock.forward(timedelta(days=1))
    assert len(machine.items("silence")) == 1


def test_a_corrected_entry_is_fetched_again_and_an_unchanged_one_is_not(machine, pages, clock):
    serve(pages, entry("The quay", guid="q"), entry("The pier", link=f"{PAGE}/2", guid="p"))
    pages.pages[PAGE] = testing.article("The quay", *WORDS * 2)
    pages.pages[f"{PAGE}/2"] = testing.article("The pier", *(f"Of the pier: {line}" for line in WORDS * 2))
    follow(machine, feeds=[FEED])
    run_again(machine)
    serve(pages, entry("The quay, corrected", guid="q"), entry("The pier", link=f"{PAGE}/2", guid="p"))
    clock.forward(timedelta(days=1))
    before = len(pages.asked)
    run_again(machine)
    assert pages.asked[before:] == [FEED, PAGE]


def test_sources_say_how_a_feed_was_taken(machine, pages):
    serve(pages, entry("The quay", guid="q"), entry("", link="", guid="nothing"))
    pages.pages[PAGE] = testing.article("The quay", *WORDS * 2)
    follow(machine, feeds=[FEED])
    run_again(machine)
    [(_, status)] = machine.queries.sources("silence")
    assert status.taken == "2 entries, 1 usable, 1 left out: neither an address nor text"
