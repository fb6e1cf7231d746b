"""What is particular to Discourse: addresses of topics on any host, posts by their ids, and topics too large to list."""

import json
from urllib.parse import parse_qsl

import pytest

from pipeline.errors import FetchFailed
from pipeline.fetch.discussions.discourse import site
from tests.discussions.discourse_double import DOUBLE, HOST, SLUG, TOPIC, post_of, serve, topic_of
from tests.discussions.fetched import LOGIN_PAGE, but, changed, fetched, long_talk
from tests.discussions.talk import TALK, HttpReply

ADDRESS = f"https://{HOST}/t/{TOPIC}"


@pytest.mark.parametrize(
    "url",
    [
        f"https://{HOST}/t/{TOPIC}",
        f"https://{HOST}/t/{TOPIC}/",
        f"https://{HOST}/t/{SLUG}/{TOPIC}",
        f"https://{HOST}/t/{SLUG}/{TOPIC}/",
        f"https://{HOST}/t/-/{TOPIC}",
        f"https://{HOST}/t/{TOPIC}/33",
        f"https://{HOST}/t/{SLUG}/{TOPIC}/33",
        f"https://{HOST}/t/{SLUG}/{TOPIC}/last",
        f"https://{HOST}/t/{SLUG}/{TOPIC}?page=2",
        f"https://{HOST}/t/{SLUG}/{TOPIC}/33?u=heron#reply",
        f"https://{HOST.upper()}/t/{SLUG}/{TOPIC}",
        f"https://{HOST}/t/%E6%B2%B3/{TOPIC}",
        f"https://{HOST}/t/2026-in-review/{TOPIC}/5",
    ],
)
def test_every_way_to_a_topic_leads_to_its_one_address(url):
    assert site.address(url) == ADDRESS


@pytest.mark.parametrize(
    "url",
    [
        f"https://{HOST}/",
        f"https://{HOST}/latest",
        f"https://{HOST}/c/weirs/5",
        f"https://{HOST}/u/heron",
        f"https://{HOST}/t/{SLUG}",
        f"https://{HOST}/t/",
        f"https://{HOST}/t/{SLUG}/{TOPIC}/33/7",
        f"https://{HOST}/t/{SLUG}/{TOPIC}.rss",
        f"https://{HOST}/t/{TOPIC}.json",
        f"https://{HOST}/t/{SLUG}/more/{TOPIC}",
        f"https://{HOST}/forum/t/{SLUG}/{TOPIC}",
        f"https://{HOST}/t/{SLUG}/12345678901",
        f"https://ann:secret@{HOST}/t/{SLUG}/{TOPIC}",
        f"ftp://{HOST}/t/{SLUG}/{TOPIC}",
        f"https:///t/{SLUG}/{TOPIC}",
        f"/t/{SLUG}/{TOPIC}",
    ],
)
def test_what_is_no_topic_is_left_to_others(url):
    assert site.address(url) is None


def test_posts_that_do_not_come_with_the_topic_are_asked_for_by_their_ids():
    thread, asked = fetched(site, DOUBLE.address, HOST, serve(TALK))
    assert [request.path for request in asked] == [f"/t/{TOPIC}.json", f"/t/{TOPIC}/posts.json"]
    assert len([name for name, _ in parse_qsl(asked[1].sent) if name == "post_ids[]"]) == len(TALK) + 1 - 20
    assert [post.url for post in thread.posts] == [f"https://{HOST}/t/{SLUG}/{TOPIC}/{said.number}" for said in TALK]
    assert (thread.url, thread.venue, thread.missing) == (ADDRESS, HOST, None)
    withdrawn = thread.posts[16]
    assert withdrawn.withdrawn
    assert (withdrawn.body, withdrawn.edited) == ("", False)


def numbers(thread) -> list[int]:
    return [int(post.url.rpartition("/")[2]) for post in thread.posts]


def test_of_a_long_topic_the_first_posts_and_the_newest_are_asked_for():
    talk = long_talk(300)
    thread, asked = fetched(site, ADDRESS, HOST, serve(talk), most=90)
    assert len(asked) == 3
    assert len(thread.posts) == 90
    assert numbers(thread)[0] == 1
    assert numbers(thread)[-1] == 300
    assert "older posts were not asked for" in thread.missing


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_what_was_fetched_is_kept_where_a_later_request_fails(status):
    refused = HttpReply(b"{}", status)
    asked_before = []

    def second(request):
        asked_before.append(request.path)
        return asked_before.count(f"/t/{TOPIC}/posts.json") > 1

    thread, _ = fetched(site, ADDRESS, HOST, but(serve(long_talk(200)), second, refused))
    assert len(thread.posts) == 20 + 49, "the newest of the ids is the program's own note"
    assert numbers(thread)[-1] == 200
    assert thread.missing == f"131 posts could not be fetched (http {status})"


def test_a_later_answer_that_is_no_answer_costs_only_what_it_should_have_held():
    thread, _ = fetched(site, ADDRESS, HOST, but(serve(TALK), lambda request: "posts" in request.path, LOGIN_PAGE))
    assert numbers(thread) == list(range(1, 21))
    assert thread.missing == "14 posts could not be fetched (no posts)"


def test_posts_that_are_gone_when_they_are_asked_for_end_the_asking():
    def take(request, sent):
        if request.path.endswith("/posts.json"):
            posts = sent["post_stream"]["posts"]
            sent["post_stream"]["posts"] = [post for post in posts if post["post_number"] % 5]

    thread, asked = fetched(site, ADDRESS, HOST, changed(serve(TALK), take))
    assert numbers(thread) == [n for n in range(1, 34) if n <= 20 or n % 5]
    assert thread.missing == "2 of its posts were not given"
    assert len(asked) == 3


def test_a_server_that_gives_fewer_than_asked_for_is_asked_again():
    def take(request, sent):
        if request.path.endswith("/posts.json"):
            del sent["post_stream"]["posts"][5:]

    thread, asked = fetched(site, ADDRESS, HOST, changed(serve(TALK), take))
    assert numbers(thread) == list(range(1, 34))
    assert thread.missing is None
    assert len(asked) == 4


def mega(talk, request) -> HttpReply:
    """As a topic of 10,000 posts and more is given: without the ids of all, and backwards by the numbers of posts."""
    posts = [post_of(post, ()) for post in talk]
    if request.path == f"/t/{TOPIC}.json":
        topic = topic_of(posts)
        topic["post_stream"] = {"posts": posts[:20], "isMegaTopic": True, "firstId": 1, "lastId": posts[-1]["id"]}
        return HttpReply(json.dumps(topic).encode())
    if "post_number" in request.query:
        assert request.query["asc"] == "false"
        before = int(request.query["post_number"])
        given = [post for post in posts if post["post_number"] < before][-20:][::-1]
    else:
        given = [post for post in posts if str(post["id"]) == request.query["post_ids[]"]]
    return HttpReply(json.dumps({"post_stream": {"posts": given}, "id": TOPIC}).encode())


def test_a_topic_too_large_to_list_is_read_from_its_end():
    talk = long_talk(100)
    thread, asked = fetched(site, ADDRESS, HOST, lambda request: mega(talk, request))
    assert numbers(thread) == list(range(1, 101))
    assert thread.missing is None
    assert len(asked) == 6

    thread, asked = fetched(site, ADDRESS, HOST, lambda request: mega(talk, request), most=30)
    assert numbers(thread)[-1] == 100
    assert len(asked) == 4
    assert "39 older posts were not asked for" in thread.missing

    refused = but(lambda request: mega(talk, request), lambda request: "=80&" in request.sent, HttpReply(b"{}", 429))
    thread, _ = fetched(site, ADDRESS, HOST, refused)
    assert numbers(thread) == [*range(1, 21), *range(80, 101)]
    assert thread.missing == "59 posts could not be fetched (http 429)"


@pytest.mark.parametrize(
    "reply",
    [
        LOGIN_PAGE,
        HttpReply(b""),
        HttpReply(b"[]"),
        HttpReply(b"null"),
        HttpReply(b'{"id": 4711}'),
        HttpReply(b'{"id": 4711, "title": "x", "post_stream": {"posts": "none"}}'),
        HttpReply(b'{"id": 4711, "title": "x", "post_stream": {"posts": []}}'),
        HttpReply(b'{"id": 4711, "title": "x", "post_stream": {"posts": [{"id": 1}, 7, null]}}'),
        HttpReply(b'{"errors": ["You need to be logged in"], "error_type": "not_logged_in"}', 403),
        HttpReply(b"{}", 404),
        HttpReply(b"[" * 50_000),
    ],
)
def test_what_is_no_topic_is_read_as_a_page(reply):
    assert fetched(site, ADDRESS, HOST, lambda _: reply).thread is None


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_forum_that_is_busy_is_asked_another_time(status):
    with pytest.raises(FetchFailed):
        fetched(site, ADDRESS, HOST, lambda _: HttpReply(b"{}", status))


def one_post(**changes) -> dict[str, object]:
    """A topic's second post as it comes with `changes`."""

    def change(request, sent):
        for post in sent["post_stream"]["posts"]:
            if post["post_number"] == 2:
                post |= changes

    thread, _ = fetched(site, ADDRESS, HOST, changed(serve(TALK[:5]), change))
    found = [post for post in thread.posts if post.url.endswith("/2")]
    return found[0].model_dump() if found else {}


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"name": ""}, {"author": TALK[1].handle, "handle": None}),
        ({"name": None}, {"author": TALK[1].handle, "handle": None}),
        ({"name": None, "username": None}, {"author": None, "handle": None}),
        ({"name": "", "username": ""}, {"author": None, "handle": None}),
        ({"name": TALK[1].handle}, {"author": TALK[1].handle, "handle": None}),
        ({"created_at": "yesterday"}, {"time": None}),
        ({"created_at": None}, {"time": None}),
        ({"version": 3}, {"edited": True}),
        ({"hidden": True, "cooked": "<p>This post was flagged.</p>"}, {"withdrawn": True, "body": ""}),
        ({"deleted_at": "2026-03-02T08:00:00.000Z"}, {"withdrawn": True, "body": ""}),
        ({"user_deleted": True, "version": 2}, {"withdrawn": True, "edited": False}),
        ({"reply_to_post_number": 1}, {"answers": "80003"}),
        ({"reply_to_post_number": 999}, {"answers": None}),
        ({"reply_to_post_number": None}, {"answers": None}),
        ({"post_type": 2}, {"withdrawn": False}),
        ({"cooked": ""}, {"body": "", "withdrawn": False}),
    ],
)
def test_odd_values_of_a_post(changes, shown):
    post = one_post(**changes)
    assert {name: post[name] for name in shown} == shown


@pytest.mark.parametrize(
    "changes", [{"id": "x"}, {"post_number": None}, {"cooked": 7}, {"version": []}, {"post_type": 3}]
)
def test_a_post_of_odd_shape_costs_only_itself(changes):
    assert one_post(**changes) == {}


def test_a_post_of_odd_shape_is_asked_for_once_more():
    def change(request, sent):
        if request.path.endswith(f"{TOPIC}.json"):
            sent["post_stream"]["posts"][1]["cooked"] = None

    thread, _ = fetched(site, ADDRESS, HOST, changed(serve(TALK[:5]), change))
    assert numbers(thread) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("slug", ["", "../../admin", "a b"])
def test_a_slug_that_fits_no_address_is_left_out(slug):
    def change(request, sent):
        sent["slug"] = slug

    thread, _ = fetched(site, ADDRESS, HOST, changed(serve(TALK[:3]), change))
    assert thread.posts[1].url == f"https://{HOST}/t/-/{TOPIC}/2"
