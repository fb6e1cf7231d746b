"""What is particular to Bluesky: answers that end some levels down, posts that are not shown, links told in bytes, posts
that quote posts, and a thread that begins above the link."""

import json

import pytest

from pipeline.errors import FetchFailed
from pipeline.fetch.discussions import bluesky
from tests.discussions import bluesky_double
from tests.discussions.bluesky_double import changed, handle_of, link_to, serve, uri_of, view_of
from tests.discussions.in_memory import NO_THREADS, InMemory, always, thread_in
from tests.discussions.talk import TALK, TITLE, HttpReply, There, talk_of

KEY = "3mgilm0000001"
DID = "did:plc:z72i7hdynmk6r22z27h6tvur"
LATER = bluesky_double.DOUBLE.address
FIRST = link_to(TALK[0])


def numbers(thread) -> list[int]:
    """Which posts of a talk a thread has, in its order."""
    return [int(post.id[-7:]) for post in thread.posts]


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (f"https://bsky.app/profile/heron.ilm.example/post/{KEY}", f"https://bsky.app/profile/heron.ilm.example/post/{KEY}"),
        (f"https://bsky.app/profile/Heron.ILM.example/post/{KEY}/", f"https://bsky.app/profile/heron.ilm.example/post/{KEY}"),
        (f"http://bsky.app/profile/heron.ilm.example/post/{KEY}?ref=x#y", f"https://bsky.app/profile/heron.ilm.example/post/{KEY}"),
        (f"https://bsky.app/profile/{DID}/post/{KEY}", f"https://bsky.app/profile/{DID}/post/{KEY}"),
        (f"https://bsky.app/profile/{DID.replace(':', '%3A')}/post/{KEY}", f"https://bsky.app/profile/{DID}/post/{KEY}"),
        (f"https://bsky.app/profile/did:web:ilm.example/post/{KEY}", f"https://bsky.app/profile/did:web:ilm.example/post/{KEY}"),
        ("https://bsky.app/profile/heron.ilm.example", None),
        ("https://bsky.app/profile/heron.ilm.example/post/", None),
        (f"https://bsky.app/profile/heron/post/{KEY}", None),
        (f"https://bsky.app/profile/heron.ilm.example/post/{KEY}/liked-by", None),
        (f"https://bsky.app/profile/heron.ilm.example/feed/{KEY}", None),
        (f"https://bsky.app/profile/heron.ilm.example/lists/{KEY}", None),
        (f"https://bsky.app/profile/a%2Fb.example/post/{KEY}", None),
        (f"https://bsky.app/profile/heron.ilm.example/post/{KEY}%0Ax", None),
        (f"https://bsky.app:8080/profile/heron.ilm.example/post/{KEY}", None),
        (f"https://bsky.app.example/profile/heron.ilm.example/post/{KEY}", None),
        (f"https://x@bsky.app/profile/heron.ilm.example/post/{KEY}", None),
        (f"at://{DID}/app.bsky.feed.post/{KEY}", None),
    ],
)  # fmt: skip
def test_addresses(link, address):
    assert bluesky.address(link) == address
    assert address is None or bluesky.address(address) == address


@pytest.mark.parametrize("body", NO_THREADS, ids=lambda body: body[:40])
def test_what_is_no_thread_is_left_to_its_page(body):
    assert thread_in(InMemory(always(body)), bluesky.site, FIRST) is None


@pytest.mark.parametrize("body", NO_THREADS, ids=lambda body: body[:40])
def test_a_later_answer_that_is_none_costs_only_itself(body):
    answer = serve(TALK)
    web = InMemory(lambda request: answer(request) if len(web.asked) == 1 else HttpReply(body))
    thread = thread_in(web, bluesky.site, LATER)
    assert numbers(thread) == [1, 23, 26, 29, 32, 33]
    assert thread.missing.startswith("at least 9 replies ")


@pytest.mark.parametrize("link", [FIRST, LATER, link_to(TALK[18 - 3])])
def test_the_thread_begins_with_its_first_post(link):
    web = InMemory(serve(TALK))
    thread = thread_in(web, bluesky.site, link)
    assert len(web.asked) > 2
    assert len(web.asked) == len(set(web.asked))
    assert (thread.title, thread.url, thread.venue) == (f"Lotte Lock: {TITLE}", FIRST, "Bluesky")
    assert numbers(thread)[0] == 1
    assert len(thread.posts) == len(There.of(TALK).posts)
    assert thread.missing is None
    assert {post.handle for post in thread.posts} == {handle_of(post.handle) for post in TALK}


@pytest.mark.parametrize(
    ("busy_from", "link", "kept", "missing"),
    [
        (2, FIRST, 22, "at least 4 replies could not be fetched (http 429)"),
        (2, LATER, 6, "at least 9 replies could not be fetched (http 429)"),
        (3, LATER, 23, "at least 3 replies could not be fetched (http 429)"),
    ],
)
def test_what_was_had_is_kept_when_the_network_is_busy(busy_from, link, kept, missing):
    thread = thread_in(InMemory(serve(TALK), busy_from), bluesky.site, link)
    assert numbers(thread)[0] == 1
    assert (len(thread.posts), thread.missing) == (kept, missing)


def test_a_network_that_is_busy_at_once_is_asked_later():
    with pytest.raises(FetchFailed, match="429"):
        thread_in(InMemory(serve(TALK), busy_from=1), bluesky.site, FIRST)


def test_a_chain_of_thousands_is_followed_to_its_end():
    chain = talk_of(2000, lambda number: number - 1)
    web = InMemory(serve(chain, most_levels=1000))
    thread = thread_in(web, bluesky.site, link_to(chain[1500]), most=9000)
    assert numbers(thread) == list(range(1, 2001))
    assert thread.missing is None
    assert len(web.asked) < 30


def test_a_chain_that_goes_on_and_on_ends_at_some_point():
    chain = talk_of(500, lambda number: number - 1)
    thread = thread_in(InMemory(serve(chain, most_levels=5)), bluesky.site, link_to(chain[0]))
    assert numbers(thread) == list(range(1, 302))
    assert thread.missing == "at least 1 reply counted there was not given"


def test_no_more_is_asked_for_than_is_wanted():
    chain = talk_of(500, lambda number: number - 1)
    web = InMemory(serve(chain, most_levels=5))
    thread = thread_in(web, bluesky.site, link_to(chain[0]), most=20)
    assert (len(web.asked), len(thread.posts)) == (4, 20)
    assert "20 of 21 posts were read" in thread.missing


def test_a_thread_whose_first_post_is_gone_begins_with_what_is_left():
    answer = serve(TALK)

    def gone(request) -> HttpReply:
        if request.query["uri"] == uri_of(TALK[0]):
            return HttpReply(b'{"error":"NotFound","message":"Post not found"}', 400)
        sent = json.loads(answer(request).body)
        above = sent["thread"]
        while above.get("parent", {}).get("post", {}).get("uri") not in (None, uri_of(TALK[0])):
            above = above["parent"]
        above["parent"] = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri_of(TALK[0]), "notFound": True}
        return HttpReply(json.dumps(sent).encode())

    thread = thread_in(InMemory(gone), bluesky.site, LATER)
    assert numbers(thread)[:2] == [1, 23]
    assert [post.withdrawn for post in thread.posts] == [True] + [False] * (len(thread.posts) - 1)
    assert (thread.url, thread.missing) == (link_to(TALK[22]), None)
    assert {*numbers(thread)} == {1, *range(23, 34)} - {30}


@pytest.mark.parametrize(
    "reply",
    [
        {"$type": "app.bsky.feed.defs#notFoundPost", "uri": f"at://{DID}/app.bsky.feed.post/{KEY}9", "notFound": True},
        {"$type": "app.bsky.feed.defs#blockedPost", "uri": f"at://{DID}/app.bsky.feed.post/{KEY}9", "blocked": True},
        {"$type": "app.bsky.feed.defs#threadViewPost", "post": {"uri": f"at://{DID}/app.bsky.feed.post/{KEY}9"}},
        {"$type": "of another kind"},
        None,
    ],
    ids=str,
)
def test_replies_that_are_not_shown(reply):
    is_gone = bool(reply and reply.get("notFound"))
    thread = thread_in(InMemory(changed(2, {"replies": [reply]}, replyCount=1)), bluesky.site, FIRST)
    below = [post for post in thread.posts if post.answers == uri_of(TALK[1])]
    assert [post.withdrawn for post in below] == ([True] if is_gone else [])
    assert thread.missing == "at least 1 reply counted there was not given"


@pytest.mark.parametrize("where", ["author", "post"])
def test_what_is_shown_to_those_only_who_are_signed_in_is_not_read(where):
    labels = [{"src": DID, "uri": DID, "val": "!no-unauthenticated", "cts": "2024-01-01T00:00:00.000Z"}]
    author = {**view_of(TALK[1], There.of(TALK))["author"], "labels": labels}
    fields = {"author": author} if where == "author" else {"labels": labels}
    thread = thread_in(InMemory(changed(2, **fields)), bluesky.site, FIRST)
    assert 2 not in numbers(thread)
    assert 3 in numbers(thread)
    assert thread.missing == "1 more is shown only to those who are signed in"
    alone = json.dumps({"thread": {"post": {**view_of(TALK[0], There.of(TALK)), "labels": labels}}})
    assert thread_in(InMemory(always(alone.encode())), bluesky.site, FIRST) is None


@pytest.mark.parametrize("odd", [{"uri": "at://x"}, {"author": None}, {"record": {}}, {"record": None}], ids=str)
def test_an_odd_post_costs_only_itself_and_what_is_below_it(odd):
    thread = thread_in(InMemory(changed(2, **odd)), bluesky.site, FIRST)
    assert 2 not in numbers(thread)
    assert {1, 9, 16, 23, 30} <= set(numbers(thread))
    assert thread.missing == "at least 1 reply counted there was not given"
