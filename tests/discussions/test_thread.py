"""A thread fetched whole: within limits, by its page where its site gives it to no program, and never at the cost of
what was fetched."""

import json

import pytest

from pipeline.errors import FetchFailed
from pipeline.fetch.articles import get_work
from pipeline.fetch.discussions import hackernews
from pipeline.fetch.discussions.answers import in_tree_order
from pipeline.fetch.discussions.chosen import sites
from pipeline.fetch.discussions.thread import get_thread, within
from pipeline.protocols import DiscussionSite
from pipeline.records.items import FetchRequest, Validators
from pipeline.records.posts import THREAD_TYPE, FetchedPost, FetchedThread, moment
from pipeline.testing import PagesFromDict, Served, article

URL = "https://news.ycombinator.com/item?id=7"
API = "https://hn.algolia.com/api/v1/items/7"


def post(number, answers=None, time=None):
    return FetchedPost(id=str(number), url=f"{URL}{number}", author="a", answers=answers, time=time, body="Words.")


def story(children=()):
    return {
        "id": 7,
        "title": "T",
        "author": "a",
        "text": "Ask.",
        "created_at": "2026-03-01",
        "children": list(children),
    }


def served(value):
    return Served(value if isinstance(value, bytes) else json.dumps(value).encode(), "application/json")


def test_a_discussion_at_a_known_host_is_its_posts():
    web = PagesFromDict({API: served(story([{"id": 8, "author": "b", "text": "Yes.", "parent_id": 7}]))})
    got = get_work(web, URL, Validators(), sites({}), 100)
    assert (got.media_type, got.url) == (THREAD_TYPE, URL)
    assert [each.author for each in FetchedThread.model_validate_json(got.body).posts] == ["a", "b"]


NOT_GIVEN = {
    "a login page": Served(b"<html>log in</html>"),
    "no JSON": served(b"{"),
    "another form": served([1, 2]),
    "nothing": served(b""),
    "nested without end": served(b"[" * 100_000),
    "forbidden": FetchFailed("http 403", "403"),
    "not found": FetchFailed("http 404", "404"),
}


@pytest.mark.parametrize("answer", NOT_GIVEN.values(), ids=NOT_GIVEN)
def test_where_its_site_does_not_give_it_the_page_is_read(answer):
    web = PagesFromDict({API: answer, URL: article("T", "The page.")})
    assert b"The page." in get_work(web, URL, Validators(), sites({}), 100).body


@pytest.mark.parametrize("answer", NOT_GIVEN.values(), ids=NOT_GIVEN)
def test_where_there_is_no_page_either_the_line_says_what_was_asked(answer):
    with pytest.raises(Exception, match=r"hn\.algolia\.com|40[34]"):
        get_work(PagesFromDict({API: answer}), URL, Validators(), sites({}), 100)


@pytest.mark.parametrize("reason", ["http 429", "http 503", "asked to wait", "too slow", "unreachable"])
def test_what_passes_is_waited_for(reason):
    web = PagesFromDict({API: FetchFailed(reason, "x", 60), URL: article("T", "The page.")})
    with pytest.raises(FetchFailed, match="x") as failed:
        get_work(web, URL, Validators(), sites({}), 100)
    assert failed.value.wait_s == 60
    assert web.asked == [API], "a host that asks to wait is not asked another way"


def test_an_address_that_only_looks_like_a_discussion_is_a_page():
    looks = DiscussionSite("guessed", lambda url: url, hackernews.requests, is_certain=False)
    web = PagesFromDict({URL: article("T", "The page.")})
    assert b"The page." in get_work(web, URL, Validators(), [looks], 100).body


def endless(url, _most):
    while True:
        yield FetchRequest(f"{url}&n")


def test_a_site_that_never_ends_is_left():
    site = DiscussionSite("endless", lambda url: url, endless)
    web = PagesFromDict({f"{URL}&n": served({})})
    with pytest.raises(FetchFailed, match="more than 200 requests"):
        get_thread(web, site, URL, URL, 10)
    assert len(web.asked) == 200


def test_of_a_thread_too_long_the_first_the_newest_and_the_most_answered_are_read():
    posts = [post(1), *(post(n, "5" if n % 2 else "1", f"2026-03-{n // 100 + 1:02}") for n in range(2, 2001))]
    thread = within(FetchedThread(title="T", url=URL, posts=tuple(posts)), 100)
    kept = [int(each.id) for each in thread.posts]
    assert len(kept) == 100
    assert {1, 5} <= set(kept)
    assert sum(n >= 1900 for n in kept) >= 45
    assert kept == sorted(kept)
    assert "100 of 2,000 posts" in (thread.missing or "")


def test_100_000_posts_are_within_limits():
    posts = tuple(post(n, str(n - 1)) for n in range(100_000))
    assert len(within(FetchedThread(title="T", url=URL, posts=posts), 1000).posts) == 1000


TREES = {
    "nested": ([("a", None), ("c", "b"), ("b", "a"), ("d", "a")], "abcd"),
    "to nothing": ([("a", "x"), ("b", "a")], "ab"),
    "to itself": ([("a", "a"), ("b", None)], "ab"),
    "in a circle": ([("a", "b"), ("b", "a"), ("c", None)], "cab"),
    "twice": ([("a", None), ("a", None), ("b", "a")], "ab"),
}


@pytest.mark.parametrize(("pairs", "order"), TREES.values(), ids=TREES)
def test_replies_stand_behind_what_they_answer(pairs, order):
    assert "".join(in_tree_order(pairs)) == order


def test_replies_may_nest_as_deep_as_they_like():
    pairs = [(str(n), str(n - 1)) for n in range(10_000)]
    assert in_tree_order(pairs) == [str(n) for n in range(10_000)]


MOMENTS = {
    "2026-03-01T08:00:05.123Z": "2026-03-01T08:00:05Z",
    "2026-03-01T09:00:05+01:00": "2026-03-01T08:00:05Z",
    "2026-03-01 08:00:05": "2026-03-01T08:00:05Z",
    "Sun, 01 Mar 2026 08:00:05 +0000": "2026-03-01T08:00:05Z",
    1772352005: "2026-03-01T08:00:05Z",
    1772352005000.0: "2026-03-01T08:00:05Z",
    "": None,
    "yesterday": None,
    "0001-01-01T00:00:00Z": None,
    -1e30: None,
    float("nan"): None,
    True: None,
    None: None,
}


@pytest.mark.parametrize(("when", "known"), MOMENTS.items(), ids=str)
def test_times_as_sites_write_them(when, known):
    assert moment(when) == known
