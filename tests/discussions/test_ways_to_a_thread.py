"""Discussions that feeds and searches lead to: one item each, however many of its posts they name; looked at again while
somebody posts."""

import json
from datetime import timedelta

from pipeline import testing
from pipeline.fetch.search.chosen import providers

FEED = "http://feed.example/hn.xml"
THREAD = "https://news.ycombinator.com/item?id=7"
API = "https://hn.algolia.com/api/v1/items/7"


def story(*comments):
    children = [
        {"id": 8 + n, "author": f"p{n}", "text": words, "parent_id": 7, "created_at": "2026-03-20T08:00:00Z"}
        for n, words in enumerate(comments)
    ]
    told = {"id": 7, "title": "The weir", "author": "ann", "text": "It carried 40 litres.", "children": children}
    return testing.Served(json.dumps({**told, "created_at": "2026-03-20T07:00:00Z"}).encode(), "application/json")


def machine_on(tmp_path, pages, clock=None, **more):
    script, web = testing.ScriptedModel(), testing.PagesFromDict(pages)
    return testing.machine(tmp_path / "home", web, script, clock or testing.FixedClock(), **more), web, script


def test_entries_of_a_feed_that_lead_into_one_thread_are_one_item(tmp_path):
    long = "What somebody says at length in a feed. " * 60
    entries = testing.feed(("The weir", THREAD), ("A reply", f"{THREAD}&x=1"), ("Another", f"{THREAD}#9"))
    body = entries.body.replace(b"</item>", f"<description>{long}</description></item>".encode())
    machine, _, script = machine_on(tmp_path, {FEED: testing.Served(body, "application/rss+xml"), API: story("No.")})
    machine.new("silence", "The weir", feeds=[FEED])
    assert machine.run("silence").version == 1
    [item] = machine.items("silence")
    assert (item.url, item.posts) == (THREAD, 2)
    assert script.material("posts").count("### post") == 2


def test_a_search_brings_a_thread(tmp_path):
    hit = {"objectID": "7", "title": "The weir", "author": "ann", "num_comments": 1}
    asked = providers(("hackernews",), "", {})[0].ask("weir", 10).url
    found = testing.Served(json.dumps({"hits": [hit]}).encode(), "application/json")
    machine, _, _ = machine_on(
        tmp_path, {asked: found, API: story("No.")}, providers=providers(("hackernews",), "", {})
    )
    machine.new("silence", "The weir", searches=["weir"])
    assert machine.run("silence").version == 1
    assert [(item.url, item.posts) for item in machine.items("silence")] == [(THREAD, 2)]


def test_a_thread_that_a_feed_brought_is_looked_at_while_it_goes_on(tmp_path):
    clock = testing.FixedClock()
    machine, web, script = machine_on(tmp_path, {FEED: testing.feed(("The weir", THREAD)), API: story("No.")}, clock)
    machine.new("silence", "The weir", feeds=[FEED])
    machine.run("silence")
    clock.forward(timedelta(days=1))
    web.pages[API] = story("No.", "Yes, and 12 litres more.")
    assert machine.run("silence").version == 2
    assert script.material("posts").count("### post") == 1
    clock.forward(timedelta(days=30))
    web.asked.clear()
    machine.run("silence")
    assert API not in web.asked


def test_where_the_posts_cannot_be_had_any_more_what_was_read_stands(tmp_path):
    clock = testing.FixedClock()
    machine, web, _ = machine_on(tmp_path, {API: story("No.")}, clock)
    machine.new("silence", "The weir", pages=[THREAD])
    machine.run("silence")
    web.pages = {THREAD: testing.article("The weir", "The page shows something else by now. " * 10)}
    report = machine.run("silence")
    assert [problem.reason for problem in report.problems] == ["no posts any more"]
    [item] = machine.items("silence")
    assert (item.posts, item.state) == (2, "read")
    assert report.version is None


def test_a_plan_counts_the_questions_about_posts(tmp_path):
    machine, _, script = machine_on(tmp_path, {API: story("No.")})
    machine.new("silence", "The weir", pages=[THREAD])
    machine.run("silence")
    asked = len(script.asked)
    assert machine.plan("silence").calls == 0
    assert len(script.asked) == asked
