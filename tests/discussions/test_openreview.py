"""What is particular to OpenReview: two APIs, notes that are forms, signatures that are roles, and what counts as an
edit."""

import json

import pytest

from pipeline.errors import FetchFailed
from pipeline.fetch.discussions.openreview import site
from tests.discussions.fetched import LOGIN_PAGE, but, changed, thread_by
from tests.discussions.loopback import on_loopback
from tests.discussions.openreview_double import (
    FORUM,
    NEWER,
    OLDER,
    REVIEW,
    REVIEW_TEXT,
    milliseconds,
    note_id,
    note_of,
    serve,
)
from tests.discussions.talk import TALK, HttpReply

ADDRESS = f"https://openreview.net/forum?id={FORUM}"


def read(serve, url=ADDRESS, most=1000):
    """The thread as both hosts give it, and what was asked."""
    with on_loopback() as (hosts, web):
        hosts.serving |= {NEWER: serve, OLDER: serve}
        return thread_by(site, web, site.address(url), most), hosts.asked


@pytest.mark.parametrize(
    "url",
    [
        ADDRESS,
        f"http://openreview.net/forum?id={FORUM}",
        f"https://www.openreview.net/forum?id={FORUM}",
        f"https://openreview.net/forum?id={FORUM}&noteId={note_id(5)}",
        f"https://openreview.net/forum?noteId={note_id(5)}&id={FORUM}",
        f"https://openreview.net/forum?id={FORUM}&referrer=%5Bthe%20homepage%5D(%2Fgroup%3Fid%3DILM.cc)",
        f"https://openreview.net/forum?id={FORUM}#discussion",
        f"https://openreview.net/forum/?id={FORUM}",
    ],
)
def test_every_way_to_a_forum_leads_to_its_one_address(url):
    assert site.address(url) == ADDRESS


@pytest.mark.parametrize(
    "url",
    [
        "https://openreview.net/",
        "https://openreview.net/forum",
        "https://openreview.net/forum?id=",
        f"https://openreview.net/forum?noteId={note_id(5)}",
        f"https://openreview.net/pdf?id={FORUM}",
        f"https://openreview.net/attachment?id={FORUM}&name=pdf",
        "https://openreview.net/group?id=ILM.cc/2026/Workshop",
        "https://openreview.net/profile?id=~Ann_Rivers1",
        "https://openreview.net/forum?id=../notes",
        "https://openreview.net/forum?id=a%26trash%3Dtrue",
        f"https://openreview.net/forum?id={'x' * 41}",
        f"https://openreview.net:444/forum?id={FORUM}",
        f"https://ann@openreview.net/forum?id={FORUM}",
        f"https://api2.openreview.net/notes?forum={FORUM}",
        f"https://openreview.net.example/forum?id={FORUM}",
        f"ftp://openreview.net/forum?id={FORUM}",
        "",
    ],
)
def test_what_is_no_forum_has_no_address(url):
    assert site.address(url) is None


def test_notes_are_asked_for_by_pages_the_newest_first():
    thread, asked = read(serve(TALK))
    assert [(request.host, request.query.get("offset")) for request in asked] == [
        (NEWER, None), (NEWER, "10"), (NEWER, "20"), (NEWER, "30"),
    ]  # fmt: skip
    assert thread.missing is None
    assert thread.venue == "ILM 2026 Workshop"
    first = thread.posts[0]
    assert (first.id, first.url, first.answers, first.form) == (FORUM, ADDRESS, None, "plain")
    assert first.author == TALK[0].author
    assert first.handle == f"~{TALK[0].author.replace(' ', '_')}1"
    assert first.body == "\n\n".join(TALK[0].said)
    gone = next(post for post in thread.posts if post.id == note_id(17))
    assert (gone.withdrawn, gone.body) == (True, "")


def test_the_older_api_is_asked_where_the_newer_has_nothing():
    thread, asked = read(serve(TALK, has=OLDER))
    assert [request.host for request in asked] == [NEWER, OLDER, OLDER, OLDER, OLDER]
    assert len(thread.posts) == len(TALK)
    assert [post.id for post in thread.posts if post.edited] == [note_id(11)]


@pytest.mark.parametrize("status", [400, 403, 404])
def test_the_older_api_is_asked_where_the_newer_refuses(status):
    refusing = but(serve(TALK, has=OLDER), lambda request: request.host == NEWER, HttpReply(b"{}", status))
    thread, _ = read(refusing)
    assert len(thread.posts) == len(TALK)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_api_is_asked_later(status):
    with pytest.raises(FetchFailed):
        read(but(serve(TALK, has=OLDER), lambda request: request.host == NEWER, HttpReply(b"{}", status)))


def test_of_a_long_forum_the_submission_and_the_newest_are_kept():
    thread, asked = read(serve(TALK), most=12)
    assert [request.query.get("id") for request in asked] == [None, None, FORUM]
    assert thread.posts[0].id == FORUM
    assert note_id(33) in {post.id for post in thread.posts}
    assert "12 older posts were not asked for" in thread.missing


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (HttpReply(b"", 429), "http 429"),
        (HttpReply(b"", 502), "http 502"),
        (HttpReply(b'{"name": "ChallengeRequiredError"}', 403), "http 403"),
        (LOGIN_PAGE, "no posts"),
        (HttpReply(b'{"notes": null}'), "no posts"),
    ],
)
def test_a_later_page_that_fails_costs_only_itself(reply, why):
    thread, _ = read(but(serve(TALK), lambda request: request.query.get("offset") == "20", reply))
    assert len(thread.posts) == 21, "20 of the newest, and the submission"
    assert thread.posts[0].id == FORUM
    assert thread.missing == f"12 posts could not be fetched ({why})"


def test_a_submission_that_cannot_be_had_costs_only_itself():
    refused = but(serve(TALK), lambda request: "id" in request.query, HttpReply(b"", 403))
    thread, _ = read(refused, most=12)
    assert len(thread.posts) == 12
    assert thread.title == "A submission on OpenReview"
    assert "13 posts could not be fetched (http 403)" in thread.missing


def test_a_forum_whose_submission_is_closed():
    def change(_request, sent):
        sent["notes"] = [note for note in sent["notes"] if note["id"] != FORUM]
        if "count" in sent:
            sent["count"] -= 1

    thread, _ = read(changed(serve(TALK), change))
    assert len(thread.posts) == len(TALK) - 1
    assert thread.missing == "its submission is not shown to the public"


@pytest.mark.parametrize(
    "reply",
    [
        LOGIN_PAGE,
        HttpReply(b"null"),
        HttpReply(b"[]"),
        HttpReply(b"{}"),
        HttpReply(b'{"notes": {}}'),
        HttpReply(b'{"notes": []}'),
        HttpReply(b'{"notes": [7, null, {}, {"id": "x"}]}'),
        HttpReply(b'{"notes": [{"id": "x", "forum": "another"}]}'),
        HttpReply(b'{"name": "ForbiddenError"}', 403),
    ],
)
def test_what_is_no_forum_is_read_as_a_page(reply):
    assert read(lambda _: reply)[0] is None


def of_note(number, has=NEWER, **fields):
    """The talk, with one note otherwise than the others."""

    def change(_request, sent):
        for note in sent["notes"]:
            if note["id"] == note_id(number):
                note |= fields

    return changed(serve(TALK, has=has), change)


def post(thread, number):
    return next(post for post in thread.posts if post.id == note_id(number))


@pytest.mark.parametrize(
    ("signatures", "author", "handle"),
    [
        (["~Ann_Rivers1"], "Ann Rivers", "~Ann_Rivers1"),
        (["~Ann_van_der_Rivers-Ilm12"], "Ann van der Rivers-Ilm", "~Ann_van_der_Rivers-Ilm12"),
        (["ILM.cc/2026/Workshop/Submission7/Reviewer_aBcD"], "Reviewer aBcD", None),
        (["ILM.cc/2026/Workshop/Submission7/Area_Chair_x1Yz"], "Area Chair x1Yz", None),
        (["ILM.cc/2026/Workshop/Submission7/Authors"], "Authors", None),
        (["ILM.cc/2026/Workshop/Program_Chairs"], "Program Chairs", None),
        (["ILM.cc/2026/Workshop/Paper7/AnonReviewer2"], "AnonReviewer2", None),
        (["~Ann_Rivers1", "~Hari_Heron1"], "Ann Rivers, Hari Heron", None),
        (["ann@mail.ilm.example"], None, None),
        (["(anonymous)"], None, None),
        (["(guest)"], None, None),
        (["~"], None, None),
        ([""], None, None),
        ([], None, None),
    ],
)
def test_who_signed(signatures, author, handle):
    thread, _ = read(of_note(5, signatures=signatures))
    assert (post(thread, 5).author, post(thread, 5).handle) == (author, handle)


@pytest.mark.parametrize("has", [NEWER, OLDER])
def test_a_review_is_its_fields(has):
    content = {"title": "A wet paper", **REVIEW}
    if has == NEWER:
        content = {field: {"value": value, "readers": ["everyone"]} for field, value in content.items()}
    thread, _ = read(of_note(5, has, content=content))
    assert post(thread, 5).title == "A wet paper"
    assert post(thread, 5).body == REVIEW_TEXT


@pytest.mark.parametrize(
    ("authors", "named"),
    [
        ({"value": ["Ann Rivers", "Hari Heron"]}, "Ann Rivers, Hari Heron"),
        ({"value": [{"fullname": "Ann Rivers", "username": "~Ann_Rivers1"}]}, "Ann Rivers"),
        ({"value": ["ann@mail.ilm.example", "Hari Heron"]}, "Hari Heron"),
        ({"value": []}, "Authors"),
        ({"value": "Anonymous"}, "Authors"),
        ({"readers": ["ILM.cc"]}, "Authors"),
        (None, "Authors"),
        (7, "Authors"),
    ],
)
def test_whose_a_submission_is(authors, named):
    content = {**note_of(TALK[0])["content"], "authors": authors}
    thread, _ = read(of_note(1, content=content))
    assert thread.posts[0].author == named


VENUE_EDIT = ["ILM.cc/-/Official_Review", "ILM.cc/-/Edit"]
OWN_EDIT = ["ILM.cc/-/Submission", "ILM.cc/Submission7/-/Rebuttal_Revision"]


@pytest.mark.parametrize(
    ("fields", "edited"),
    [
        ({"mdate": milliseconds("2026-03-20T09:00:00Z")}, True),
        ({"mdate": milliseconds("2026-03-20T09:00:00Z"), "invitations": OWN_EDIT}, True),
        ({"mdate": milliseconds("2026-03-20T09:00:00Z"), "invitations": VENUE_EDIT}, False),
        ({"mdate": milliseconds("2026-02-20T09:00:00Z")}, False),
        ({"mdate": None, "tmdate": milliseconds("2026-03-20T09:00:00Z")}, True),
        ({"mdate": None, "tmdate": None}, False),
        ({"invitations": []}, False),
    ],
)
def test_what_counts_as_an_edit(fields, edited):
    thread, _ = read(of_note(5, **fields))
    assert post(thread, 5).edited is edited


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"cdate": None}, {"time": TALK[4].time}),
        ({"cdate": None, "tcdate": None}, {"time": None}),
        ({"cdate": 1e20}, {"time": None}),
        ({"replyto": None}, {"answers": FORUM}),
        ({"replyto": "gone"}, {"answers": "gone"}),
        ({"ddate": 1}, {"withdrawn": True, "body": ""}),
        ({"content": {}}, {"withdrawn": False, "body": ""}),
    ],
)
def test_odd_values_of_a_note(fields, kept):
    thread, _ = read(of_note(5, **fields))
    assert len(thread.posts) == len(TALK)
    assert {key: getattr(post(thread, 5), key) for key in kept} == kept


@pytest.mark.parametrize("fields", [{"id": None}, {"forum": 7}, {"content": "text"}, {"signatures": "~A1"}])
def test_a_note_of_odd_shape_costs_only_itself(fields):
    thread, _ = read(of_note(5, **fields))
    assert len(thread.posts) == len(TALK) - 1
    assert thread.missing == "1 of its notes could not be read"


def test_an_api_that_gives_the_same_page_for_ever_is_left():
    page = json.dumps({"notes": [note_of(said) for said in TALK[:10]]}).encode()
    thread, asked = read(lambda _: HttpReply(page))
    assert len(asked) == 2
    assert len(thread.posts) == 10
