"""What is particular to Reddit and Lobsters: their addresses, what they leave out, and answers that are none."""

import json

import pytest

from pipeline.errors import FetchFailed
from pipeline.fetch.discussions import lobsters, reddit
from pipeline.read.posts.body import body_of
from tests.discussions import lobsters_double, reddit_double
from tests.discussions.in_memory import NO_THREADS, InMemory, always, thread_in
from tests.discussions.reddit_double import LINK, comment_of, link_of, listing, more
from tests.discussions.talk import TALK

THREAD = f"https://www.reddit.com/comments/{LINK}"
STORY = f"https://lobste.rs/s/{lobsters_double.STORY}"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://www.reddit.com/r/ilm_rivers/comments/1ilmwr/how_much_water/", THREAD),
        ("https://www.reddit.com/r/ilm_rivers/comments/1ilmwr", THREAD),
        ("https://old.reddit.com/r/ilm_rivers/comments/1ilmwr/how_much_water/kx07ilm/?context=3", THREAD),
        ("https://new.reddit.com/r/ilm_rivers/comments/1ilmwr/comment/kx07ilm/#reply", THREAD),
        ("https://np.reddit.com/r/ilm_rivers/comments/1ILMWR/x/", THREAD),
        ("http://reddit.com/comments/1ilmwr/", THREAD),
        ("https://www.reddit.com/comments/1ilmwr.json?limit=3", THREAD),
        ("https://www.reddit.com/user/river_ann/comments/1ilmwr/my_weir/", THREAD),
        ("https://www.reddit.com/u/river_ann/comments/1ilmwr/my_weir/", THREAD),
        ("https://redd.it/1ilmwr", THREAD),
        ("https://www.reddit.com/r/ilm_rivers/", None),
        ("https://www.reddit.com/r/ilm_rivers/comments/", None),
        ("https://www.reddit.com/r/ilm_rivers/s/AbCdEf12", None),
        ("https://www.reddit.com/user/river_ann/comments/", None),
        ("https://www.reddit.com/r/ilm_rivers/wiki/comments/1ilmwr/", None),
        ("https://www.reddit.com:8080/comments/1ilmwr", None),
        ("https://ann@www.reddit.com/comments/1ilmwr", None),
        ("https://i.redd.it/1ilmwr", None),
        ("https://redd.it/1ilmwr/more/paths", None),
        ("https://reddit.com.example/comments/1ilmwr", None),
        ("ftp://www.reddit.com/comments/1ilmwr", None),
        ("https://www.reddit.com/comments/1ilm%20wr", None),
        ("/comments/1ilmwr", None),
    ],
)
def test_addresses_of_reddit(link, address):
    assert reddit.address(link) == address
    assert address is None or reddit.address(address) == address


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://lobste.rs/s/ilmwei", STORY),
        ("https://lobste.rs/s/ilmwei/", STORY),
        ("https://lobste.rs/s/ilmwei.json", STORY),
        ("http://lobste.rs/s/ilmwei/how_much_water#c_c07ilm", STORY),
        ("https://LOBSTE.RS/s/ilmwei/how_much_water/", STORY),
        ("https://lobste.rs/s/ilmwei/how_much_water/comments/c07ilm#c_c07ilm", STORY),
        ("https://lobste.rs/c/c07ilm", None),
        ("https://lobste.rs/s/", None),
        ("https://lobste.rs/s/ilmwei/a/b/c", None),
        ("https://lobste.rs/s/Ilm-Wei", None),
        ("https://lobste.rs/t/science", None),
        ("https://lobste.rs:3000/s/ilmwei", None),
        ("https://www.lobste.rs.example/s/ilmwei", None),
        ("gopher://lobste.rs/s/ilmwei", None),
    ],
)
def test_addresses_of_lobsters(link, address):
    assert lobsters.address(link) == address
    assert address is None or lobsters.address(address) == address


@pytest.mark.parametrize("body", NO_THREADS, ids=lambda body: body[:40])
@pytest.mark.parametrize(("site", "link"), [(reddit.site, THREAD), (lobsters.site, STORY)], ids=["reddit", "lobsters"])
def test_what_is_no_thread_is_left_to_its_page(site, link, body):
    assert thread_in(InMemory(always(body)), site, link) is None


@pytest.mark.parametrize(("site", "link"), [(reddit.site, THREAD), (lobsters.site, STORY)], ids=["reddit", "lobsters"])
def test_a_site_that_is_busy_is_asked_later(site, link):
    with pytest.raises(FetchFailed, match="429"):
        thread_in(InMemory(always(b"{}"), busy_from=1), site, link)


def thread_of_reddit(link: dict[str, object], *things: dict[str, object]):
    body = json.dumps([listing(link), listing(*things)]).encode()
    return thread_in(InMemory(always(body)), reddit.site, THREAD)


def comment(number: int, **fields: object) -> dict[str, object]:
    """A comment without replies, with fields of its own."""
    made = comment_of(TALK[number - 1], ())
    made["data"].update(fields)
    return made


def test_reddit_is_asked_for_no_more_than_are_wanted():
    web = InMemory(reddit_double.serve(TALK))
    thread_in(web, reddit.site, THREAD, most=20)
    thread_in(web, reddit.site, THREAD, most=9000)
    assert [url.partition("?")[2] for url in web.asked] == [
        "limit=20&raw_json=1&sort=new",
        "limit=500&raw_json=1&sort=new",
    ]


@pytest.mark.parametrize(
    ("things", "missing"),
    [
        ((), None),
        ((more(0),), "1 branch goes on, nobody says how far"),
        ((more(0), more(0)), "2 branches go on, nobody says how far"),
        ((more(1, "kx90ilm"),), "1 comment is only counted there"),
        ((more(1200, "kx90ilm"), more(34, "kx91ilm")), "1,234 comments are only counted there"),
        ((more(0, "kx90ilm", "kx91ilm"),), "2 comments are only counted there"),
        ((more(7, "a"), more(0)), "7 comments are only counted there; 1 branch goes on, nobody says how far"),
        (({"kind": "more", "data": {"count": "many"}}, {"kind": "more"}, {"kind": 5}, None), None),
    ],
)
def test_what_reddit_leaves_out_is_said(things, missing):
    below = comment(3)
    below["data"]["replies"] = listing(*things)
    for thread in (
        thread_of_reddit(link_of(TALK[0], 1), comment(2), *things),
        thread_of_reddit(link_of(TALK[0], 1), comment(2), below),
    ):
        assert thread.missing == missing
        assert len(thread.posts) >= 2


def test_a_link_is_no_post_of_reddit():
    link = link_of(TALK[0], 1)
    link["data"].update(is_self=False, selftext="", selftext_html=None, url="https://weir.example/report")
    thread = thread_of_reddit(link, comment(2))
    assert [post.id for post in thread.posts] == ["t1_kx02ilm"]
    assert thread_of_reddit(link) is None


@pytest.mark.parametrize(
    "said",
    ["[deleted]", "[removed]", "[ Removed by Reddit ]", "[ Removed by Reddit in response to a copyright notice. ]"],
)
def test_what_reddit_took_back(said):
    link = link_of(TALK[0], 1)
    link["data"].update(selftext=said, selftext_html=f"<div><p>{said}</p></div>", author="[deleted]")
    thread = thread_of_reddit(link, comment(2, body=said, author="[deleted]"), comment(3, author="[deleted]"))
    assert [(post.withdrawn, bool(post.body), post.author) for post in thread.posts] == [
        (True, False, None),
        (True, False, None),
        (False, True, None),
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"author": None}, {"author": None}),
        ({"edited": True}, {"edited": True}),
        ({"edited": 1773000000.0}, {"edited": True}),
        ({"created_utc": None}, {"time": None}),
        ({"created_utc": "soon"}, {"time": None}),
        ({"created_utc": 1e300}, {"time": None}),
        ({"permalink": None}, {"url": f"{THREAD}/_/kx02ilm"}),
        ({"permalink": "//elsewhere.example/"}, {"url": "https://www.reddit.com//elsewhere.example/"}),
        ({"body_html": None, "body": "> his words\n\nmine"}, {"form": "plain", "body": "> his words\n\nmine"}),
        (
            {"body_html": "&lt;div&gt;&lt;p&gt;5 &amp;lt; 7&lt;/p&gt;&lt;/div&gt;"},
            {"body": "<div><p>5 &lt; 7</p></div>"},
        ),
        ({"replies": None}, {}),
        ({"replies": {"kind": "Listing"}}, {}),
        ({"replies": [1, 2]}, {}),
        ({"parent_id": None}, {"answers": None}),
        ({"parent_id": "t1_unknown"}, {"answers": "t1_unknown"}),
    ],
    ids=str,
)
def test_odd_values_of_reddit_cost_only_themselves(fields, expected):
    thread = thread_of_reddit(link_of(TALK[0], 1), comment(2, **fields), comment(9))
    assert {post.id for post in thread.posts} == {f"t3_{LINK}", "t1_kx02ilm", "t1_kx09ilm"}
    post = next(each for each in thread.posts if each.id == "t1_kx02ilm")
    assert {name: getattr(post, name) for name in expected} == expected


@pytest.mark.parametrize("odd", [{"name": None}, {"author": 7}, {"body": ["x"]}, {"parent_id": 3}], ids=str)
def test_an_odd_comment_of_reddit_costs_only_itself(odd):
    thread = thread_of_reddit(link_of(TALK[0], 1), comment(2, **odd), comment(9))
    assert [post.id for post in thread.posts] == [f"t3_{LINK}", "t1_kx09ilm"]


def nested(levels: int) -> bytes:
    """A thread of Reddit that nests that deep, written without recursion."""
    opened, closed = [], []
    for level in range(levels):
        fields = json.dumps({"name": f"t1_k{level}", "author": "heron", "body": "deeper", "created_utc": 1.77e9})[:-1]
        opened.append(f'{{"kind": "Listing", "data": {{"children": [{{"kind": "t1", "data": {fields}, "replies": ')
        closed.append("}}]}}")
    things = "".join([*opened, '""', *closed])
    return f"[{json.dumps(listing(link_of(TALK[0], levels)))}, {things}]".encode()


@pytest.mark.parametrize(("levels", "posts"), [(1, 2), (10, 11), (100, 101), (5000, None)])
def test_reddit_may_nest_deep(levels, posts):
    thread = thread_in(InMemory(always(nested(levels))), reddit.site, THREAD)
    assert (len(thread.posts) if thread else None) == posts


def thread_of_lobsters(*comments: dict[str, object], most: int = 1000, **fields: object):
    story = {**lobsters_double.story_of(TALK), "comments": list(comments), **fields}
    return thread_in(InMemory(always(json.dumps(story).encode())), lobsters.site, STORY, most)


def lobster(number: int, **fields: object) -> dict[str, object]:
    """A comment of the story with fields of its own."""
    comments = lobsters_double.story_of(TALK)["comments"]
    return {**next(each for each in comments if each["short_id"] == f"c{number:02}ilm"), **fields}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"commenting_user": {"username": "heron", "karma": 3}}, {"author": "heron"}),
        ({"commenting_user": None}, {"author": None}),
        ({"commenting_user": ""}, {"author": None}),
        ({"commenting_user": ["heron"]}, {"author": None}),
        ({"is_moderated": True}, {"withdrawn": True, "body": ""}),
        ({"created_at": None}, {"time": None, "edited": False}),
        ({"created_at": "yesterday"}, {"time": None, "edited": False}),
        ({"last_edited_at": None}, {"edited": False}),
        ({"last_edited_at": None, "updated_at": "2027-01-01T00:00:00.000-05:00"}, {"edited": True}),
        ({"parent_comment": "nowher"}, {"answers": "nowher"}),
        ({"comment": None}, {"body": "", "withdrawn": False}),
    ],
    ids=str,
)
def test_odd_values_of_lobsters_cost_only_themselves(fields, expected):
    thread = thread_of_lobsters(lobster(2, **fields), lobster(3, parent_comment=None))
    assert [post.id for post in thread.posts] == [lobsters_double.STORY, "c02ilm", "c03ilm"]
    assert {name: getattr(thread.posts[1], name) for name in expected} == expected


@pytest.mark.parametrize("odd", [None, 5, {}, {"short_id": "a b"}, {"short_id": "c02ilm", "comment": 7}], ids=str)
def test_an_odd_comment_of_lobsters_costs_only_itself(odd):
    assert [post.id for post in thread_of_lobsters(odd, lobster(9)).posts] == [lobsters_double.STORY, "c09ilm"]


def test_a_story_without_words_is_no_post():
    thread = thread_of_lobsters(lobster(2), description="", url="https://weir.example/report")
    assert [(post.id, post.answers) for post in thread.posts] == [("c02ilm", None)]
    assert thread_of_lobsters(description="") is None


def test_lobsters_may_nest_thousands_deep():
    told = lobster(2)
    chain = [{**told, "short_id": f"n{n:05}", "parent_comment": f"n{n - 1:05}" if n else None} for n in range(3000)]
    thread = thread_of_lobsters(*reversed(chain), most=9000)
    assert [post.id for post in thread.posts[1:]] == [each["short_id"] for each in chain]


def test_the_sign_of_a_deleted_comment_is_not_read_as_its_words():
    thread = thread_in(InMemory(lobsters_double.serve(TALK)), lobsters.site, STORY)
    gone = [post for post in thread.posts if post.withdrawn]
    assert [(post.id, post.author, body_of(post).lines) for post in gone] == [("c17ilm", TALK[16].handle, ())]
