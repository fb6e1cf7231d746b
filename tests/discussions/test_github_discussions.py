"""What is particular to discussions on GitHub: they are given for a token, as branches two deep, from their end."""

import json

import pytest

from pipeline.errors import FetchFailed
from pipeline.fetch.discussions import chosen, github
from tests.discussions import test_sites
from tests.discussions.fetched import LOGIN_PAGE, but, changed, fetched
from tests.discussions.github_discussions_double import DOUBLE, NUMBER, TOKEN, serve
from tests.discussions.github_double import REPO
from tests.discussions.talk import TALK, HttpReply

HOST = "api.github.com"
SITE = github.site(TOKEN)
ADDRESS = f"https://github.com/{REPO}/discussions/{NUMBER}"


@pytest.fixture
def with_token(monkeypatch):
    monkeypatch.setattr(test_sites, "sites", lambda _: chosen.sites({"GITHUB_TOKEN": f" {TOKEN}\n"}))


def test_a_discussion_is_read_post_by_post(with_token):
    test_sites.test_a_thread_is_read_post_by_post(DOUBLE)


def test_its_ids_last(with_token):
    test_sites.test_ids_last_while_the_thread_goes_on(DOUBLE)


def test_without_a_token_its_page_is_read_instead():
    thread, asked = fetched(github.site(), DOUBLE.address, HOST, serve(TALK))
    assert thread is None
    assert asked == []
    assert fetched(github.site("another"), DOUBLE.address, HOST, serve(TALK)).thread is None


def variables(request) -> dict[str, object]:
    return json.loads(request.body)["variables"]


def test_comments_answer_the_discussion_and_replies_their_comment():
    thread, asked = fetched(SITE, DOUBLE.address, HOST, serve(TALK))
    assert {request.path for request in asked} == {"/graphql"}
    first, *rest = thread.posts
    assert (first.id, first.answers, thread.url, thread.venue) == (str(NUMBER), None, ADDRESS, "GitHub")
    assert len(rest) == len(TALK) - 2
    seen = {first.id}
    branch = ""
    for post in rest:
        assert post.answers in seen
        assert post.answers in (first.id, branch), "each reply stands in its comment's branch"
        branch = post.id if post.answers == first.id else branch
        seen.add(post.id)
    of_branch = [post.time for post in rest if post.answers == branch]
    assert of_branch == sorted(of_branch)


def test_the_newest_comments_come_first_and_the_rest_is_told():
    thread, asked = fetched(SITE, DOUBLE.address, HOST, serve(TALK), most=5)
    assert "before" not in variables(asked[0])
    assert thread.posts[0].id == str(NUMBER)
    assert "older posts were not asked for" in thread.missing
    assert len(asked) <= 2


@pytest.mark.parametrize(
    "reply",
    [
        HttpReply(b"{}", 429),
        HttpReply(b"{}", 502),
        HttpReply(b'{"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}'),
        LOGIN_PAGE,
    ],
)
@pytest.mark.parametrize(("at", "kept"), [("owner", 3), ("comment", 5)])
def test_what_was_fetched_is_kept_where_a_later_request_fails(reply, at, kept):
    def later(request):
        return bool(variables(request).get("before")) and at in variables(request)

    thread, _ = fetched(SITE, DOUBLE.address, HOST, but(serve(TALK), later, reply))
    tops = [post for post in thread.posts if post.answers == str(NUMBER)]
    assert len(tops) == kept
    why = "no posts" if reply.status == 200 else f"http {reply.status}"
    assert thread.missing.endswith(f"posts could not be fetched ({why})")
    if at == "comment":
        lost = int(thread.missing.partition(" ")[0])
        assert lost + len(thread.posts) == len(TALK) - 1


@pytest.mark.parametrize(
    "reply",
    [
        LOGIN_PAGE,
        HttpReply(b"{}"),
        HttpReply(b"[]"),
        HttpReply(b'{"data": null, "errors": [{"type": "RATE_LIMITED"}]}'),
        HttpReply(b'{"data": {"repository": null}, "errors": [{"type": "NOT_FOUND"}]}'),
        HttpReply(b'{"data": {"repository": {"discussion": null}}}'),
        HttpReply(b'{"message": "Bad credentials"}', 401),
        HttpReply(b"{}", 403),
    ],
)
def test_what_is_no_discussion_is_read_as_a_page(reply):
    assert fetched(SITE, DOUBLE.address, HOST, lambda _: reply).thread is None


def test_an_api_that_is_busy_is_asked_another_time():
    with pytest.raises(FetchFailed):
        fetched(SITE, DOUBLE.address, HOST, lambda _: HttpReply(b"{}", 503))


def last_comment(**changes) -> dict[str, object]:
    """The last comment of a short discussion as it comes with `changes`."""

    def change(request, sent):
        sent["data"]["repository"]["discussion"]["comments"]["nodes"][-1] |= changes

    thread, _ = fetched(SITE, DOUBLE.address, HOST, changed(serve(TALK[:10]), change))
    return next((post.model_dump() for post in thread.posts if post.time == TALK[8].time), {})


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"author": None}, {"author": None, "handle": None}),
        ({"lastEditedAt": "2026-03-05T08:00:00Z"}, {"edited": True}),
        ({"isMinimized": True, "minimizedReason": "spam"}, {"withdrawn": True, "body": ""}),
        ({"isMinimized": True, "minimizedReason": "ABUSE"}, {"withdrawn": True, "body": ""}),
        ({"isMinimized": True, "minimizedReason": "outdated"}, {"withdrawn": False}),
        ({"isMinimized": True, "minimizedReason": None}, {"withdrawn": False}),
        ({"deletedAt": "2026-03-05T08:00:00Z"}, {"withdrawn": True, "edited": False}),
        ({"url": "https://github.com/elsewhere"}, {"id": "DC_9"}),
        ({"replies": {"totalCount": 0, "nodes": []}}, {"answers": str(NUMBER)}),
    ],
)
def test_odd_values_of_a_comment(changes, shown):
    post = last_comment(**changes)
    assert {name: post[name] for name in shown} == shown


@pytest.mark.parametrize("changes", [{"id": None}, {"bodyHTML": 7}, {"author": "heron"}, {"replies": []}])
def test_a_comment_of_odd_shape_costs_only_itself(changes):
    assert last_comment(**changes) == {}


def test_a_comment_that_was_deleted_stays_where_it_was_answered():
    gone = [post._replace(withdrawn=True) if post.number == 2 else post for post in TALK]
    thread, _ = fetched(SITE, DOUBLE.address, HOST, serve(gone))
    deleted = [post for post in thread.posts if post.withdrawn]
    assert [post.time for post in deleted] == [TALK[1].time]
    assert any(post.answers == deleted[0].id for post in thread.posts)


def test_cursors_that_lead_in_a_circle_come_to_an_end():
    def circle(request, sent):
        sent["data"]["repository"]["discussion"]["comments"]["pageInfo"] = {
            "hasPreviousPage": True, "startCursor": "cursor:3"
        }  # fmt: skip

    short = [post for post in TALK if post.answers in (None, 1)]
    thread, asked = fetched(SITE, DOUBLE.address, HOST, changed(serve(short), circle))
    assert len(thread.posts) == len(short)
    assert len(asked) == 3
