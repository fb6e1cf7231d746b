"""What is particular to GitHub: issues, pull requests and their reviews, pages from the end, the operator's token."""

import json
import re

import pytest

from pipeline.errors import FetchFailed
from pipeline.fetch.discussions import github
from pipeline.read.posts.thread import page_of
from tests.discussions.fetched import LOGIN_PAGE, but, changed, fetched, long_talk
from tests.discussions.github_double import DOUBLE, ISSUE, PULL, PULL_DOUBLE, REPO, serve
from tests.discussions.talk import TALK, HttpReply
from tests.discussions.test_sites import own_words

HOST = "api.github.com"
SITE = github.site()
AT = f"https://github.com/{REPO}"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (f"{AT}/issues/7", f"{AT}/issues/7"),
        (f"{AT}/issues/7/", f"{AT}/issues/7"),
        (f"{AT}/issues/7#issuecomment-2000000012", f"{AT}/issues/7"),
        (f"{AT}/issues/7?notification_referrer_id=x", f"{AT}/issues/7"),
        (f"http://www.github.com/{REPO}/issues/7", f"{AT}/issues/7"),
        (f"https://GitHub.com/{REPO}/issues/7", f"{AT}/issues/7"),
        (f"{AT}/pull/8", f"{AT}/pull/8"),
        (f"{AT}/pull/8/files", f"{AT}/pull/8"),
        (f"{AT}/pull/8/files#r2000000004", f"{AT}/pull/8"),
        (f"{AT}/pull/8/commits/0123abc", f"{AT}/pull/8"),
        (f"{AT}/pull/8#discussion_r2000000004", f"{AT}/pull/8"),
        (f"{AT}/discussions/9", f"{AT}/discussions/9"),
        (f"{AT}/discussions/9#discussioncomment-712", f"{AT}/discussions/9"),
        ("https://github.com/a/b.c_d-e/issues/1", "https://github.com/a/b.c_d-e/issues/1"),
    ],
)
def test_every_way_to_a_thread_leads_to_its_one_address(url, address):
    assert SITE.address(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/",
        AT,
        f"{AT}/issues",
        f"{AT}/issues/new",
        f"{AT}/issues/7x",
        f"{AT}/issues/7/edit",
        f"{AT}/issues/1234567890",
        f"{AT}/pulls",
        f"{AT}/pulls/8",
        f"{AT}/discussions/categories/ideas",
        f"{AT}/commit/0123abc",
        f"{AT}/releases/tag/7",
        "https://github.com/orgs/ilm-board/discussions/9",
        "https://github.com/ilm-board/../issues/7",
        "https://github.com//weir/issues/7",
        f"https://github.com:444/{REPO}/issues/7",
        f"https://ann:secret@github.com/{REPO}/issues/7",
        f"https://gist.github.com/{REPO}/issues/7",
        f"https://github.com.ilm.example/{REPO}/issues/7",
        f"https://gitlab.com/{REPO}/issues/7",
        f"https://api.github.com/repos/{REPO}/issues/7",
        "https://github.com/ilm-board/weir/issues/٧",
    ],
)
def test_what_is_no_thread_is_left_to_others(url):
    assert SITE.address(url) is None


def test_an_issue_is_read_with_its_first_page_of_comments_and_then_from_the_last():
    thread, asked = fetched(SITE, DOUBLE.address, HOST, serve(TALK))
    assert [request.query.get("page") for request in asked] == [None, "1", "4", "3", "2"]
    assert [post.time for post in thread.posts] == [said.time for said in TALK if not said.withdrawn]
    assert [post.id for post in thread.posts[:3]] == ["7", "issuecomment-2000000002", "issuecomment-2000000003"]
    assert thread.posts[1].url == f"{AT}/issues/7#issuecomment-2000000002"
    assert (thread.url, thread.venue, thread.missing) == (f"{AT}/issues/7", "GitHub", None)
    assert not thread.posts[0].edited, "that anything happened to an issue is no edit"


def test_an_issue_without_comments_takes_one_request():
    thread, asked = fetched(SITE, DOUBLE.address, HOST, serve(TALK[:1]))
    assert (len(thread.posts), len(asked)) == (1, 1)


@pytest.mark.parametrize("url", [f"{AT}/pull/{PULL}", f"{AT}/issues/{PULL}"])
def test_a_pull_request_is_read_with_its_reviews_by_either_address(url):
    thread, asked = fetched(SITE, url, HOST, serve(TALK))
    assert len(asked) == 5 + ("issues" in url)
    ids = [post.id for post in thread.posts]
    assert len(ids) == len(TALK) - 1, "a review without a word is no post"
    assert ids[0] == str(PULL)
    kinds = {re.sub(r"\d+$", "", each) for each in ids[1:]}
    assert kinds == {"issuecomment-", "discussion_r", "pullrequestreview-"}
    by_id = {post.id: post for post in thread.posts}
    answered = {post.id: post.answers for post in thread.posts if post.answers}
    on_lines = {said.number for said in TALK if said.number % 3 == 1} - {1}
    assert answered == {
        f"discussion_r{2_000_000_000 + said.number}": f"discussion_r{2_000_000_000 + said.answers}"
        for said in TALK
        if said.number in on_lines and said.answers in on_lines
    }
    for reply, of in answered.items():
        assert ids.index(of) < ids.index(reply)
    assert not any(post.edited for post in by_id.values() if not post.id.startswith("issuecomment"))


def test_of_a_long_issue_the_newest_comments_are_asked_for():
    thread, asked = fetched(SITE, DOUBLE.address, HOST, serve(long_talk(201)), most=30)
    assert [request.query.get("page") for request in asked] == [None, "1", "20", "19"]
    assert len(thread.posts) == 30
    assert (thread.posts[0].id, thread.posts[-1].id) == ("7", "issuecomment-2000000201")
    assert "170 older posts were not asked for" in thread.missing


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502])
def test_what_was_fetched_is_kept_where_a_later_request_fails(status):
    refused = but(serve(TALK), lambda request: request.query.get("page") == "3", HttpReply(b"{}", status))
    thread, asked = fetched(SITE, DOUBLE.address, HOST, refused)
    assert len(thread.posts) == 1 + 10 + 1
    assert thread.missing == f"20 posts could not be fetched (http {status})"
    assert len(asked) == 4

    refused = but(serve(TALK), lambda request: request.path.endswith("/comments"), HttpReply(b"{}", status))
    thread, asked = fetched(SITE, PULL_DOUBLE.address, HOST, refused)
    assert len(thread.posts) == 1
    assert thread.missing == (
        f"21 posts could not be fetched (http {status}); its reviews could not be fetched (http {status})"
    )
    assert len(asked) == 2, "who refuses one list is not asked for another"

    refused = but(serve(TALK), lambda request: "/pulls/" in request.path, HttpReply(b"{}", status))
    thread, _ = fetched(SITE, f"{AT}/issues/{PULL}", HOST, refused)
    assert "its reviews could not be fetched" in thread.missing
    assert len(thread.posts) == 1


@pytest.mark.parametrize("reply", [LOGIN_PAGE, HttpReply(b'{"message": "x"}'), HttpReply(b"null")])
def test_a_later_answer_that_is_no_list_costs_only_what_it_should_have_held(reply):
    thread, _ = fetched(SITE, DOUBLE.address, HOST, but(serve(TALK), lambda request: "page" in request.query, reply))
    assert len(thread.posts) == 1
    assert thread.missing == "31 posts could not be fetched (no posts)"


@pytest.mark.parametrize(
    "reply",
    [
        LOGIN_PAGE,
        HttpReply(b""),
        HttpReply(b"[]"),
        HttpReply(b"{}"),
        HttpReply(b'{"id": 1, "html_url": "x", "title": "x"}'),
        HttpReply(b'{"id": 1, "html_url": "x", "title": "x", "url": "https://api.ilm.example/repos/a/b/issues/7"}'),
        HttpReply(b'{"id": 1, "html_url": "x", "title": "x", "url": "https://api.github.com/repos/a/b"}'),
        HttpReply(b'{"message": "API rate limit exceeded"}', 403),
        HttpReply(b'{"message": "Not Found"}', 404),
        HttpReply(b'{"message": "This issue was deleted"}', 410),
    ],
)
def test_what_is_no_issue_is_read_as_a_page(reply):
    assert fetched(SITE, DOUBLE.address, HOST, lambda _: reply).thread is None


def test_an_api_that_is_busy_is_asked_another_time():
    with pytest.raises(FetchFailed):
        fetched(SITE, DOUBLE.address, HOST, lambda _: HttpReply(b"{}", 429))


def test_an_issue_of_a_repository_that_was_renamed_is_found_where_it_is():
    def moved(request):
        if request.path.startswith("/repos/old-board/"):
            return HttpReply(b"{}", 301, headers={"Location": "/api.github.com/repositories/5/issues/7"})
        if request.path == "/repositories/5/issues/7":
            assert "accept" not in request.headers or "full" not in request.headers["accept"]
            return serve(TALK)(request._replace(path=f"/repos/{REPO}/issues/{ISSUE}", headers=FULL))
        return serve(TALK)(request)

    thread, asked = fetched(github.site("secret"), "https://github.com/old-board/weir/issues/7", HOST, moved)
    assert len(thread.posts) == len(TALK) - 1
    assert thread.url == "https://github.com/old-board/weir/issues/7"
    assert not any("authorization" in request.headers for request in asked if "repositories" in request.path)


FULL = {"accept": "application/vnd.github.full+json"}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("url", ["https://api.github.com/user", "https://ilm.example/repos/a/b/issues/7", ""])
def test_an_issue_that_moved_nowhere_known_is_read_as_a_page(status, url):
    def moved(request):
        if "accept" in request.headers and "full" in request.headers["accept"]:
            return HttpReply(b"{}", status, headers={"Location": "/api.github.com/repositories/5/issues/7"})
        return HttpReply(json.dumps({"id": 1, "html_url": "x", "title": "x", "url": url}).encode())

    assert fetched(SITE, DOUBLE.address, HOST, moved).thread is None


def test_the_token_is_sent_with_every_request_where_there_is_one():
    _, asked = fetched(github.site("secret"), PULL_DOUBLE.address, HOST, serve(TALK))
    assert {(request.host, request.headers.get("authorization")) for request in asked} == {(HOST, "Bearer secret")}
    _, asked = fetched(SITE, PULL_DOUBLE.address, HOST, serve(TALK))
    assert not any("authorization" in request.headers for request in asked)


def one_comment(**changes) -> dict[str, object]:
    """An issue's first comment as it comes with `changes`."""

    def change(request, sent):
        if isinstance(sent, list):
            sent[0] |= changes

    thread, _ = fetched(SITE, DOUBLE.address, HOST, changed(serve(TALK[:5]), change))
    return next((post.model_dump() for post in thread.posts if post.id.endswith("0002")), {})


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"user": None}, {"author": None, "handle": None}),
        ({"user": {"login": "ghost", "id": 10137}}, {"author": None}),
        ({"user": {"login": "lock-bot[bot]", "type": "Bot"}}, {"author": "lock-bot[bot]"}),
        ({"created_at": "yesterday"}, {"time": None}),
        ({"created_at": None}, {"time": None}),
        ({"updated_at": "2026-03-05T08:00:00Z"}, {"edited": True}),
        ({"updated_at": None}, {"edited": False}),
        ({"body_html": None}, {"form": "plain"}),
        ({"body_html": None, "body": None}, {"body": "", "withdrawn": False}),
        ({"body_html": "", "body": ""}, {"body": ""}),
    ],
)
def test_odd_values_of_a_comment(changes, shown):
    post = one_comment(**changes)
    assert {name: post[name] for name in shown} == shown


@pytest.mark.parametrize("changes", [{"id": "x"}, {"html_url": None}, {"user": "heron"}, {"body_html": 7}])
def test_a_comment_of_odd_shape_costs_only_itself(changes):
    assert one_comment(**changes) == {}


@pytest.mark.parametrize("hidden", ["", ' style="display:none"'])
def test_a_reply_by_mail_does_not_say_what_the_mail_quoted(hidden):
    own = "It is 12 litres less than that, by my own reading of it."
    mail = (
        f'<div class="email-fragment">{own}</div>\n'
        f'<span class="email-hidden-toggle"><a href="#">…</a></span><div class="email-hidden-reply"{hidden}>\n'
        f'<div class="email-quoted-reply">On Sun, 1 Mar 2026, Ann Rivers wrote: {TALK[0].said[1]}</div>\n</div>'
    )

    def change(request, sent):
        if isinstance(sent, list):
            sent[0]["body_html"] = mail

    thread, _ = fetched(SITE, DOUBLE.address, HOST, changed(serve(TALK[:2]), change))
    page = page_of(thread, "2026-03-25")
    assert own_words(page, page.posts[1]).strip("\n") == own
