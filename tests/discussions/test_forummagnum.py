"""What is particular to ForumMagnum: addresses of posts on three forums, pages of comments by GraphQL, and what is not
among a post's ordinary comments."""

import json

import pytest

from pipeline.errors import FetchFailed
from pipeline.fetch.discussions.forummagnum import site
from tests.discussions.fetched import LOGIN_PAGE, but, changed, fetched
from tests.discussions.forummagnum_double import DOUBLE, HOST, POST, comment_id, comment_of, serve
from tests.discussions.talk import TALK, HttpReply, TalkPost

ADDRESS = f"https://{HOST}/posts/{POST}"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (f"https://www.lesswrong.com/posts/{POST}", ADDRESS),
        (f"https://www.lesswrong.com/posts/{POST}/", ADDRESS),
        (f"https://www.lesswrong.com/posts/{POST}/how-much-water", ADDRESS),
        (f"https://lesswrong.com/posts/{POST}/how-much-water", ADDRESS),
        (f"http://www.lesswrong.com/posts/{POST}/how-much-water", ADDRESS),
        (f"https://www.lesswrong.com/posts/{POST}/how-much-water?commentId={comment_id(5)}", ADDRESS),
        (f"https://www.lesswrong.com/posts/{POST}/how-much-water#{comment_id(5)}", ADDRESS),
        (f"https://www.lesswrong.com/posts/{POST}/how-much-water/comment/{comment_id(5)}", ADDRESS),
        (f"https://www.lesswrong.com/s/ilmSequence7Water/p/{POST}", ADDRESS),
        (f"https://www.lesswrong.com/s/ilmSequence7Water/p/{POST}?commentId={comment_id(5)}", ADDRESS),
        (f"https://www.lesswrong.com/events/{POST}/walk-along-the-ilm", ADDRESS),
        (f"https://www.lesswrong.com/g/ilmGroup7WaterTalk/p/{POST}/", ADDRESS),
        (f"https://www.alignmentforum.org/posts/{POST}/x", f"https://www.alignmentforum.org/posts/{POST}"),
        (f"https://alignmentforum.org/posts/{POST}/x", f"https://www.alignmentforum.org/posts/{POST}"),
        (f"https://forum.effectivealtruism.org/posts/{POST}/x", f"https://forum.effectivealtruism.org/posts/{POST}"),
    ],
)
def test_every_way_to_a_post_leads_to_its_one_address(url, address):
    assert site.address(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "https://www.lesswrong.com/",
        "https://www.lesswrong.com/posts",
        "https://www.lesswrong.com/posts/",
        "https://www.lesswrong.com/posts/abc",
        f"https://www.lesswrong.com/posts/{POST}{POST}",
        "https://www.lesswrong.com/posts/../users",
        "https://www.lesswrong.com/users/river_ann",
        "https://www.lesswrong.com/tag/rivers",
        "https://www.lesswrong.com/s/ilmSequence7Water",
        "https://www.lesswrong.com/rationality/the-ilm",
        f"https://www.lesswrong.com:8080/posts/{POST}/x",
        f"https://ann@www.lesswrong.com/posts/{POST}/x",
        f"https://www.lesswrong.com.example/posts/{POST}/x",
        f"https://www.greaterwrong.com/posts/{POST}/x",
        f"ftp://www.lesswrong.com/posts/{POST}/x",
        "",
    ],
)
def test_what_is_no_post_has_no_address(url):
    assert site.address(url) is None


def test_comments_are_asked_for_by_pages_the_newest_first():
    thread, asked = fetched(site, DOUBLE.address, HOST, serve(TALK))
    sent = [json.loads(request.body)["variables"] for request in asked]
    assert [request.path for request in asked] == ["/graphql"] * 4
    assert [each["terms"]["offset"] for each in sent] == [0, 10, 20, 30]
    assert [each.get("post") for each in sent] == [POST, None, None, None]
    assert thread.missing is None
    assert thread.venue == "LessWrong"
    assert thread.url == thread.posts[0].url == ADDRESS
    ids = [post.id for post in thread.posts]
    assert ids[0] == POST
    for post in thread.posts[1:]:
        assert ids.index(post.answers) < ids.index(post.id)
    gone = next(post for post in thread.posts if post.id == comment_id(17))
    assert (gone.withdrawn, gone.body) == (True, "")


def test_no_more_is_asked_for_than_is_wanted():
    thread, asked = fetched(site, DOUBLE.address, HOST, serve(TALK), most=12)
    assert len(asked) == 2
    assert thread.posts[0].id == POST
    assert comment_id(33) in {post.id for post in thread.posts}
    assert (
        thread.missing
        == "12 older posts were not asked for; 12 of 21 posts were read: the newest and the most answered"
    )


@pytest.mark.parametrize(
    "reply",
    [
        HttpReply(b"busy", 429, "text/plain"),
        HttpReply(b"busy", 503, "text/plain"),
        HttpReply(b"no", 403, "text/plain"),
        LOGIN_PAGE,
        HttpReply(b'{"errors": [{"message": "Exceeded maximum value for skip"}], "data": {"comments": null}}'),
    ],
)
def test_a_later_page_that_fails_costs_only_itself(reply):
    late = but(serve(TALK), lambda request: b'"offset": 20' in request.body or b'"offset":20' in request.body, reply)
    thread, asked = fetched(site, DOUBLE.address, HOST, late)
    assert len(asked) == 3, "nothing is asked for after a refusal"
    assert len(thread.posts) == 21
    assert thread.missing.startswith("12 posts could not be fetched (")


@pytest.mark.parametrize(
    "reply",
    [
        LOGIN_PAGE,
        HttpReply(b"[]"),
        HttpReply(b"null"),
        HttpReply(b'{"data": null}'),
        HttpReply(b'{"data": {"post": null}}'),
        HttpReply(b'{"data": {"post": {"result": null}, "comments": {"results": []}}}'),
        HttpReply(b'{"data": {"post": {"result": {"_id": 7}}}}'),
        HttpReply(b'{"errors": [{"message": "app.missing_document"}], "data": {"post": null, "comments": null}}'),
        HttpReply(b'{"errors": [{"message": "Cannot query field"}]}', 400),
    ],
)
def test_what_is_no_post_is_read_as_a_page(reply):
    assert fetched(site, DOUBLE.address, HOST, lambda _: reply).thread is None


@pytest.mark.parametrize("status", [429, 500, 502])
def test_a_forum_that_is_busy_is_asked_later(status):
    with pytest.raises(FetchFailed):
        fetched(site, DOUBLE.address, HOST, lambda _: HttpReply(b"", status))


def test_a_post_without_its_comments_is_a_post_all_the_same():
    def without(_request, sent):
        sent["data"]["comments"] = None

    thread, _ = fetched(site, DOUBLE.address, HOST, changed(serve(TALK), without))
    assert [post.id for post in thread.posts] == [POST]
    assert thread.missing == "comments could not be fetched (no posts)"


def test_a_post_that_nobody_answered():
    thread, asked = fetched(site, DOUBLE.address, HOST, serve(TALK[:1]))
    assert len(asked) == 1
    assert (len(thread.posts), thread.missing) == (1, None)


ANSWER = comment_of(TalkPost(90, "heron", "2026-03-09T09:00:05Z", 1, (), ("The answer is 7.",)))
REPLY = comment_of(TalkPost(91, "sluice", "2026-03-09T10:00:05Z", 90, (), ("It is not.",)))


@pytest.mark.parametrize(("kind", "view"), [("question", "answersAndReplies"), ("debate", "debateResponses")])
def test_what_a_view_of_its_own_holds_is_asked_for_too(kind, view):
    def answer(request):
        asked = json.loads(request.body)["variables"]
        if asked["terms"]["view"] == view:
            found = [REPLY, ANSWER] if asked["terms"]["offset"] == 0 else []
            return HttpReply(json.dumps({"data": {"comments": {"totalCount": 2, "results": found}}}).encode())
        sent = json.loads(serve(TALK)(request).body)
        if "post" in sent["data"]:
            sent["data"]["post"]["result"][kind] = True
        return HttpReply(json.dumps(sent).encode())

    thread, asked = fetched(site, DOUBLE.address, HOST, answer)
    assert len(asked) == 5
    assert len(thread.posts) == len(TALK) + 2
    assert thread.missing is None
    answers = {post.id: post.answers for post in thread.posts}
    assert answers[comment_id(90)] == POST
    assert answers[comment_id(91)] == comment_id(90)


def of_comment(number, **fields):
    """The talk, with one comment otherwise than the others."""

    def change(_request, sent):
        for comment in sent["data"]["comments"]["results"]:
            if comment["_id"] == comment_id(number):
                comment |= fields

    return changed(serve(TALK), change)


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"user": None}, {"author": "Ewan Eel", "handle": None}),
        ({"user": None, "author": None}, {"author": None, "handle": None}),
        ({"user": {"displayName": None, "username": None, "slug": "eel"}}, {"author": "Ewan Eel", "handle": "eel"}),
        ({"pageUrl": None}, {"url": f"{ADDRESS}?commentId={comment_id(5)}"}),
        ({"pageUrl": "javascript:alert(1)"}, {"url": f"{ADDRESS}?commentId={comment_id(5)}"}),
        ({"pageUrl": "https://evil.example/"}, {"url": f"{ADDRESS}?commentId={comment_id(5)}"}),
        ({"lastEditedAt": None}, {"edited": False}),
        ({"lastEditedAt": "soon"}, {"edited": False}),
        ({"lastEditedAt": "2026-02-01T00:00:00.000Z"}, {"edited": False}),
        ({"lastEditedAt": "2026-03-05T00:00:00.000Z"}, {"edited": True}),
        ({"postedAt": None}, {"time": None, "edited": False}),
        ({"postedAt": "9999-99-99"}, {"time": None}),
        ({"htmlBody": None}, {"body": "", "withdrawn": False}),
        ({"retracted": True}, {"body": "", "withdrawn": True}),
        ({"deleted": True, "htmlBody": "<p>Still here</p>"}, {"body": "", "withdrawn": True}),
        ({"parentCommentId": comment_id(5)}, {"answers": comment_id(5)}),
        ({"parentCommentId": "gone"}, {"answers": "gone"}),
    ],
)
def test_odd_values_of_a_comment(fields, kept):
    said = next(post for post in TALK if post.number == 5)
    kept = {key: said.author if value == "Ewan Eel" else value for key, value in kept.items()}
    thread, _ = fetched(site, DOUBLE.address, HOST, of_comment(5, **fields))
    assert len(thread.posts) == len(TALK)
    post = next(post for post in thread.posts if post.id == comment_id(5))
    assert {key: getattr(post, key) for key in kept} == kept


@pytest.mark.parametrize("fields", [{"_id": None}, {"_id": 7}, {"user": "heron"}, {"deleted": "perhaps"}])
def test_a_comment_of_odd_shape_costs_only_itself(fields):
    thread, _ = fetched(site, DOUBLE.address, HOST, of_comment(5, **fields))
    assert len(thread.posts) == len(TALK) - 1
    assert thread.missing == "1 of its comments could not be read"


def test_a_post_names_all_its_authors():
    def change(_request, sent):
        if "post" in sent["data"]:
            sent["data"]["post"]["result"]["coauthors"] = [{"displayName": "Hari Heron", "slug": "hari"}, 7, None]
            sent["data"]["post"]["result"]["contents"] = {"editedAt": "2026-03-02T00:00:00.000Z"}

    thread, _ = fetched(site, DOUBLE.address, HOST, changed(serve(TALK), change))
    first = thread.posts[0]
    assert first.author == f"{TALK[0].author}, Hari Heron"
    assert first.handle == TALK[0].handle
    assert first.edited
