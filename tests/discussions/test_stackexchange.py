"""What is particular to Stack Exchange: its many hosts, answers and comments in lists of their own, and its backoff."""

import pytest

from pipeline.errors import FetchFailed
from pipeline.fetch.discussions.stackexchange import site
from tests.discussions.fetched import LOGIN_PAGE, but, changed, fetched, long_talk
from tests.discussions.stackexchange_double import COMMENTS, DOUBLE, HOST, QUESTION, seconds, serve
from tests.discussions.talk import TALK, TITLE, HttpReply

API = "api.stackexchange.com"
ADDRESS = f"https://{HOST}/questions/{QUESTION}"
ANSWERS = len(TALK) - 2


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://stackoverflow.com/questions/11", "https://stackoverflow.com/questions/11"),
        ("https://stackoverflow.com/questions/11/", "https://stackoverflow.com/questions/11"),
        ("https://stackoverflow.com/questions/11/how-to-do-it", "https://stackoverflow.com/questions/11"),
        ("https://stackoverflow.com/questions/11/how-to/12#12", "https://stackoverflow.com/questions/11"),
        ("https://stackoverflow.com/questions/11/how-to?page=2&tab=votes", "https://stackoverflow.com/questions/11"),
        ("https://stackoverflow.com/questions/11#comment5_11", "https://stackoverflow.com/questions/11"),
        ("https://stackoverflow.com/q/11", "https://stackoverflow.com/questions/11"),
        ("https://stackoverflow.com/q/11/22656", "https://stackoverflow.com/questions/11"),
        ("http://www.stackoverflow.com/q/11", "https://stackoverflow.com/questions/11"),
        ("https://StackOverflow.com/q/11", "https://stackoverflow.com/questions/11"),
        ("https://pt.stackoverflow.com/questions/11", "https://pt.stackoverflow.com/questions/11"),
        ("https://meta.stackoverflow.com/questions/11", "https://meta.stackoverflow.com/questions/11"),
        ("https://pt.meta.stackoverflow.com/q/11", "https://pt.meta.stackoverflow.com/questions/11"),
        ("https://superuser.com/q/11", "https://superuser.com/questions/11"),
        ("https://serverfault.com/q/11", "https://serverfault.com/questions/11"),
        ("https://askubuntu.com/q/11", "https://askubuntu.com/questions/11"),
        ("https://meta.askubuntu.com/q/11", "https://meta.askubuntu.com/questions/11"),
        ("https://mathoverflow.net/q/11", "https://mathoverflow.net/questions/11"),
        ("https://meta.mathoverflow.net/q/11", "https://meta.mathoverflow.net/questions/11"),
        ("https://stackapps.com/q/11", "https://stackapps.com/questions/11"),
        ("https://rivers.stackexchange.com/q/11", "https://rivers.stackexchange.com/questions/11"),
        ("https://meta.stackexchange.com/q/11", "https://meta.stackexchange.com/questions/11"),
        ("https://rivers.meta.stackexchange.com/q/11", "https://rivers.meta.stackexchange.com/questions/11"),
        ("https://meta.rivers.stackexchange.com/q/11", "https://rivers.meta.stackexchange.com/questions/11"),
    ],
)
def test_every_way_to_a_question_leads_to_its_one_address(url, address):
    assert site.address(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "https://stackoverflow.com/",
        "https://stackoverflow.com/questions",
        "https://stackoverflow.com/questions/tagged/weirs",
        "https://stackoverflow.com/questions/ask",
        "https://stackoverflow.com/a/12",
        "https://stackoverflow.com/a/12/22656",
        "https://stackoverflow.com/users/11/heron",
        "https://stackoverflow.com/q/11x",
        "https://stackoverflow.com/q/12345678901",
        "https://stackoverflow.com/questions/١١",
        "https://stackoverflow.com:8080/questions/11",
        "https://ann:secret@stackoverflow.com/questions/11",
        "https://stackoverflow.com.ilm.example/questions/11",
        "https://notstackoverflow.com/questions/11",
        "https://stackexchange.com/questions/11",
        "https://a.b.c.stackexchange.com/questions/11",
        "https://api.stackexchange.com/questions/11",
        "https://chat.stackexchange.com/questions/11",
        "https://data.stackexchange.com/questions/11",
        "https://area51.stackexchange.com/questions/11",
        "https://mathoverflow.com/questions/11",
        f"https://forum.ilm.example/questions/{QUESTION}",
    ],
)
def test_what_is_no_question_is_left_to_others(url):
    assert site.address(url) is None


def test_answers_answer_the_question_and_comments_their_post():
    thread, asked = fetched(site, DOUBLE.address, API, serve(TALK))
    assert [request.path for request in asked[:2]] == [
        f"/2.3/questions/{QUESTION}",
        f"/2.3/questions/{QUESTION}/answers",
    ]
    assert [request.query.get("page") for request in asked] == [None, "1", "2", "3", "4", "1"]
    assert all(request.query["site"] == HOST and request.query["filter"] == "withbody" for request in asked)
    assert (thread.title, thread.url, thread.venue, thread.missing) == (TITLE, ADDRESS, HOST, None)
    ids = [post.id for post in thread.posts]
    assert ids[:5] == [str(QUESTION), "comment9001", str(QUESTION + 2), "comment9002", str(QUESTION + 3)]
    by_id = {post.id: post for post in thread.posts}
    assert by_id[str(QUESTION)].answers is None
    for number, on, _, at, _ in COMMENTS:
        comment = by_id[f"comment{number}"]
        assert comment.answers == str(on)
        assert comment.url == f"{ADDRESS}#comment{number}_{on}"
        assert seconds(comment.time) == at
    answers = [post for post in thread.posts[1:] if not post.id.startswith("comment")]
    assert {post.answers for post in answers} == {str(QUESTION)}
    assert answers[0].url == f"https://{HOST}/a/{answers[0].id}"
    assert [post.time for post in answers] == sorted(post.time for post in answers)


def test_a_question_without_answers_is_asked_for_its_comments_alone():
    thread, asked = fetched(site, ADDRESS, API, serve(TALK[:1]))
    assert [post.id for post in thread.posts] == [str(QUESTION), "comment9001"]
    assert len(asked) == 2


def test_of_many_answers_the_newest_are_asked_for():
    thread, asked = fetched(site, ADDRESS, API, serve(long_talk(101)), most=20)
    assert len(asked) == 3
    assert (thread.posts[0].id, thread.posts[-1].id) == (str(QUESTION), str(QUESTION + 101))
    assert thread.missing.startswith("80 older posts were not asked for; not all comments were asked for")


def test_the_comments_of_more_posts_than_a_request_may_name_take_several():
    _, asked = fetched(site, ADDRESS, API, serve(long_talk(250)))
    named = [request.path.split("/")[3].split(";") for request in asked if request.path.startswith("/2.3/posts/")]
    assert [len(posts) for posts in named] == [100, 100, 50]
    assert len({post for posts in named for post in posts}) == 250


@pytest.mark.parametrize("status", [400, 403, 429, 500, 503])
def test_what_was_fetched_is_kept_where_a_later_request_fails(status):
    refused = HttpReply(b'{"error_id": 502, "error_name": "throttle_violation"}', status)
    thread, asked = fetched(
        site, ADDRESS, API, but(serve(TALK), lambda request: request.query.get("page") == "3", refused)
    )
    assert len(thread.posts) == 1 + 20
    assert thread.missing == (
        f"{ANSWERS - 20} posts could not be fetched (http {status}); not all comments could be fetched (http {status})"
    )
    assert len(asked) == 4, "who refuses one list is not asked for another"

    thread, _ = fetched(site, ADDRESS, API, but(serve(TALK), lambda request: "/posts/" in request.path, refused))
    assert len(thread.posts) == 1 + ANSWERS
    assert thread.missing == f"not all comments could be fetched (http {status})"


def test_a_list_that_asks_for_rest_is_not_asked_for_again():
    def tired(request, sent):
        if "/answers" in request.path:
            sent["backoff"] = 10

    thread, asked = fetched(site, ADDRESS, API, changed(serve(TALK), tired))
    assert len([request for request in asked if "/answers" in request.path]) == 1
    assert [post.id for post in thread.posts if post.id.startswith("comment")] == ["comment9001"]
    assert thread.missing == f"{ANSWERS - 10} posts could not be fetched (asked to wait)"


def test_comments_that_ask_for_rest_are_not_asked_for_again():
    def tired(request, sent):
        if "/posts/" in request.path:
            sent["backoff"] = 10

    thread, asked = fetched(site, ADDRESS, API, changed(serve(long_talk(250)), tired))
    assert len([request for request in asked if "/posts/" in request.path]) == 1
    assert thread.missing == "not all comments could be fetched (asked to wait)"
    thread, _ = fetched(site, ADDRESS, API, changed(serve(TALK), tired))
    assert thread.missing is None, "the rest that was asked for came with all there is"


def test_comments_come_page_by_page(monkeypatch):
    many = [(9100 + n, QUESTION, "heron", 1772352300 + n, f"Level {n}.") for n in range(25)]
    monkeypatch.setattr("tests.discussions.stackexchange_double.COMMENTS", many)
    thread, _ = fetched(site, ADDRESS, API, serve(TALK[:1]))
    assert [post.id for post in thread.posts[1:]] == [f"comment{number}" for number, *_ in many]
    thread, _ = fetched(site, ADDRESS, API, serve(TALK[:1]), most=15)
    assert thread.posts[-1].id == "comment9124"
    assert thread.missing.startswith("not all comments were asked for")


@pytest.mark.parametrize("reply", [LOGIN_PAGE, HttpReply(b"[]"), HttpReply(b"{}"), HttpReply(b'{"items": null}')])
def test_a_later_answer_of_another_form_costs_only_what_it_should_have_held(reply):
    thread, _ = fetched(site, ADDRESS, API, but(serve(TALK), lambda request: "/answers" in request.path, reply))
    assert [post.id for post in thread.posts] == [str(QUESTION)]
    assert thread.missing.startswith(f"{ANSWERS} posts could not be fetched (no posts)")


@pytest.mark.parametrize(
    "reply",
    [
        LOGIN_PAGE,
        HttpReply(b""),
        HttpReply(b"[]"),
        HttpReply(b"{}"),
        HttpReply(b'{"items": [], "has_more": false}'),
        HttpReply(b'{"items": [{"question_id": 5000}], "has_more": false}'),
        HttpReply(b'{"items": {"question_id": 5000}, "has_more": false}'),
        HttpReply(b'{"error_id": 502, "error_name": "throttle_violation"}', 400),
        HttpReply(b"{}", 404),
    ],
)
def test_what_is_no_question_is_read_as_a_page(reply):
    assert fetched(site, ADDRESS, API, lambda _: reply).thread is None


def test_an_api_that_is_busy_is_asked_another_time():
    with pytest.raises(FetchFailed):
        fetched(site, ADDRESS, API, lambda _: HttpReply(b"{}", 503))


def one_answer(**changes) -> dict[str, object]:
    """The first answer as it comes with `changes`."""

    def change(request, sent):
        for item in sent["items"]:
            if item.get("answer_id") == QUESTION + 2:
                item |= changes
                for name in [name for name, value in changes.items() if value is ...]:
                    del item[name]

    thread, _ = fetched(site, ADDRESS, API, changed(serve(TALK[:5]), change))
    return next((post.model_dump() for post in thread.posts if post.id == str(QUESTION + 2)), {})


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"owner": {"user_type": "does_not_exist", "display_name": "Old &amp; Gone"}}, {"author": "Old & Gone"}),
        ({"owner": {"user_type": "does_not_exist"}}, {"author": None, "handle": None}),
        ({"owner": {"display_name": "J&#246;rg"}}, {"author": "Jörg"}),
        ({"owner": ...}, {"author": None}),
        ({"owner": None}, {"author": None}),
        ({"last_edit_date": 1772352999}, {"edited": True}),
        ({"creation_date": ...}, {"time": None}),
        ({"creation_date": -5}, {"time": None}),
        ({"body": ""}, {"body": "", "withdrawn": False}),
    ],
)
def test_odd_values_of_an_answer(changes, shown):
    post = one_answer(**changes)
    assert {name: post[name] for name in shown} == shown


@pytest.mark.parametrize("changes", [{"answer_id": "x"}, {"body": 7}, {"owner": "heron"}, {"creation_date": "today"}])
def test_an_answer_of_odd_shape_costs_only_itself(changes):
    assert one_answer(**changes) == {}


def test_a_comment_that_was_edited_says_so():
    def change(request, sent):
        for item in sent["items"]:
            if "comment_id" in item:
                item["edited"] = True

    thread, _ = fetched(site, ADDRESS, API, changed(serve(TALK), change))
    assert {post.edited for post in thread.posts if post.id.startswith("comment")} == {True}
