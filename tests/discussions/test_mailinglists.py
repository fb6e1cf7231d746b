"""What is particular to archives of mailing lists: which mails of a month make a thread, and what happens where one of
several requests fails."""

import gzip
from urllib.parse import quote

import pytest

from pipeline.errors import FetchFailed
from pipeline.fetch.discussions.mail import hash_of
from pipeline.fetch.discussions.mailinglists import by_form, known_inboxes
from tests.discussions import mails
from tests.discussions.fetched import LOGIN_PAGE, but, fetched
from tests.discussions.mailinglists_double import (
    FIRST,
    INBOX,
    KITTY,
    PIPER,
    THREAD,
    piper_month,
    serve_inbox,
    serve_kitty,
    serve_piper,
)
from tests.discussions.talk import TALK, HttpReply

INBOXES, KITTIES, PIPERS = by_form
ID = "20260301.weir4%2Bx=1@mail.ilm.example"
KITTY_LIST = f"{KITTY}/list/{mails.LIST}"
SAID = [post for post in TALK if not post.withdrawn]


@pytest.mark.parametrize("site", [known_inboxes, INBOXES])
def test_a_thread_at_a_public_inbox_is_one_request(site):
    thread, asked = fetched(site, f"{INBOX}/{ID}/T/", "lore.kernel.org", serve_inbox(TALK))
    assert len(asked) == 1
    assert len(thread.posts) == len(SAID)
    assert (thread.venue, thread.title, thread.missing) == ("river-forum", mails.SUBJECT, None)
    assert thread.url == f"{INBOX}/{mails.message_id(4)}/"
    assert [post.url for post in thread.posts] == [f"{INBOX}/{post.id}/" for post in thread.posts]
    assert site.address(thread.posts[3].url) == thread.posts[3].url


def test_a_mail_at_a_hyperkitty_leads_to_its_thread():
    url = f"{KITTY_LIST}/message/{hash_of(mails.message_id(5))}/"
    thread, asked = fetched(KITTIES, url, "lists.ilm.example", serve_kitty(TALK))
    assert [request.path.split("/")[2] for request in asked] == ["api", "list"]
    assert len(thread.posts) == len(SAID)
    assert thread.venue == "river-forum"
    assert {post.url for post in thread.posts} == {
        f"{KITTY_LIST}/message/{hash_of(mails.message_id(post.number))}/" for post in SAID
    }


@pytest.mark.parametrize(
    "reply",
    [
        HttpReply(b"", 404),
        HttpReply(b"", 403),
        LOGIN_PAGE,
        HttpReply(b"{}"),
        HttpReply(b'{"thread": null}'),
    ],
)
def test_a_mail_that_begins_a_thread_leads_to_it_without_the_api(reply):
    without = but(serve_kitty(TALK), lambda request: "/api/" in request.path, reply)
    thread, _ = fetched(KITTIES, f"{KITTY_LIST}/message/{THREAD}/", "lists.ilm.example", without)
    assert len(thread.posts) == len(SAID)
    other = f"{KITTY_LIST}/message/{hash_of(mails.message_id(5))}/"
    assert fetched(KITTIES, other, "lists.ilm.example", without).thread is None


@pytest.mark.parametrize("thread", ["", "https://x.example/../../etc", "?a=b", "javascript:x", "a b"])
def test_an_api_that_names_no_thread_is_not_followed(thread):
    odd = but(
        serve_kitty(TALK), lambda request: "/api/" in request.path, HttpReply(f'{{"thread": "{thread}"}}'.encode())
    )
    found, asked = fetched(KITTIES, f"{KITTY_LIST}/message/{THREAD}/", "lists.ilm.example", odd)
    assert found is None
    assert all(".." not in request.path for request in asked)


def test_the_thread_of_a_mail_at_a_pipermail_is_taken_out_of_its_month():
    thread, asked = fetched(PIPERS, f"{PIPER}/000244.html", "mail.ilm.example", serve_piper(TALK))
    assert [request.path.rpartition("/")[2] for request in asked] == ["000244.html", "2026-March.txt.gz", "thread.html"]
    assert len(thread.posts) == len(SAID)
    assert (thread.title, thread.venue, thread.missing) == (mails.SUBJECT, "river-forum", None)
    numbers = {mails.message_id(post.number): f"{PIPER}/{FIRST + post.number:06}.html" for post in SAID}
    assert {post.id: post.url for post in thread.posts} == numbers


def test_a_month_at_a_pipermail_has_all_its_threads():
    thread, asked = fetched(PIPERS, f"{PIPER}/date.html", "mail.ilm.example", serve_piper(TALK))
    assert [request.path.rpartition("/")[2] for request in asked] == ["2026-March.txt.gz", "thread.html"]
    assert len(thread.posts) == len(SAID) + 2
    assert thread.title == "Mails of river-forum 2026-March"
    assert thread.posts[0].url == f"{PIPER}/{FIRST + 1:06}.html"


def test_a_month_that_is_not_kept_compressed():
    thread, _ = fetched(PIPERS, f"{PIPER}/000244.html", "mail.ilm.example", serve_piper(TALK, compressed=False))
    assert len(thread.posts) == len(SAID)


def test_a_mail_of_today_is_found_in_what_is_not_compressed_yet():
    old = HttpReply(gzip.compress(piper_month(TALK[:10]), mtime=0), media_type="application/x-gzip")
    stale = but(serve_piper(TALK), lambda request: request.path.endswith(".gz"), old)
    thread, asked = fetched(PIPERS, f"{PIPER}/{FIRST + 30:06}.html", "mail.ilm.example", stale)
    assert len(asked) == 4
    assert len(thread.posts) == len(SAID)


@pytest.mark.parametrize(
    "reply",
    [
        HttpReply(b"", 404),
        HttpReply(b"", 429),
        HttpReply(b"", 500),
        LOGIN_PAGE,
        HttpReply(b'<LI><A HREF="000244.html">x</A>', media_type="text/html"),
    ],
)
def test_without_the_list_of_pages_a_mail_has_its_place_in_the_month(reply):
    without = but(serve_piper(TALK), lambda request: request.path.endswith("thread.html"), reply)
    thread, _ = fetched(PIPERS, f"{PIPER}/000244.html", "mail.ilm.example", without)
    assert len(thread.posts) == len(SAID)
    named = next(post for post in thread.posts if post.id == mails.message_id(4))
    assert named.url == f"{PIPER}/000244.html"
    assert thread.posts[0].url == f"{PIPER}/thread.html#{quote(thread.posts[0].id)}"


def page(html: str) -> HttpReply:
    return HttpReply(html.encode(), media_type="text/html")


@pytest.mark.parametrize(
    ("shown", "count"),
    [
        (f"<H1>Re: {mails.SUBJECT}</H1>", len(SAID)),
        ("<H1>[River-forum] Eels\n for sale</H1>", 1),
        ("<H1>[River-forum] Eels for sale</H1> <A HREF='mailto:x?In-Reply-To=None'>", 1),
        ("<H1>x</H1> <A HREF='mailto:x?Subject=y&amp;In-Reply-To=%3Ceels9%40mail.ilm.example%3E'>", 1),
    ],
)
def test_a_mail_is_found_by_what_its_page_says_of_it(shown, count):
    other = but(serve_piper(TALK), lambda request: request.path.endswith("000244.html"), page(shown))
    thread, _ = fetched(PIPERS, f"{PIPER}/000244.html", "mail.ilm.example", other)
    assert len(thread.posts) == count


@pytest.mark.parametrize(
    "reply",
    [
        LOGIN_PAGE,
        page(""),
        page("<H1>Another subject</H1>"),
        page(f"<H1>{mails.SUBJECT}</H1><A HREF='mailto:x?In-Reply-To=%3Cgone%40x.example%3E'>"),
        HttpReply(b"", 404),
        HttpReply(b"", 403),
    ],
)
def test_a_mail_that_cannot_be_found_is_read_as_a_page(reply):
    other = but(serve_piper(TALK), lambda request: request.path.endswith("000244.html"), reply)
    assert fetched(PIPERS, f"{PIPER}/000244.html", "mail.ilm.example", other).thread is None


@pytest.mark.parametrize("reply", [LOGIN_PAGE, HttpReply(b""), HttpReply(b"\x1f\x8bx"), HttpReply(b"{}", 404)])
@pytest.mark.parametrize(
    ("site", "url"),
    [(INBOXES, f"{INBOX}/{ID}/"), (KITTIES, f"{KITTY_LIST}/thread/{THREAD}/"), (PIPERS, f"{PIPER}/000244.html")],
)
def test_what_holds_no_mails_is_read_as_a_page(site, url, reply):
    assert fetched(site, url, url.split("/")[2], lambda _: reply).thread is None


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("site", "url", "serve", "which"),
    [
        (INBOXES, f"{INBOX}/{ID}/", serve_inbox, ".gz"),
        (KITTIES, f"{KITTY_LIST}/thread/{THREAD}/", serve_kitty, ".gz"),
        (KITTIES, f"{KITTY_LIST}/message/{THREAD}/", serve_kitty, "/"),
        (PIPERS, f"{PIPER}/000244.html", serve_piper, "000244.html"),
        (PIPERS, f"{PIPER}/000244.html", serve_piper, ".gz"),
    ],
)
def test_an_archive_that_is_busy_is_asked_later(site, url, serve, which, status):
    busy = but(serve(TALK), lambda request: request.path.endswith(which), HttpReply(b"", status))
    with pytest.raises(FetchFailed):
        fetched(site, url, url.split("/")[2], busy)


@pytest.mark.parametrize(
    ("site", "url", "serve"),
    [
        (INBOXES, f"{INBOX}/{ID}/", serve_inbox),
        (KITTIES, f"{KITTY_LIST}/thread/{THREAD}/", serve_kitty),
        (PIPERS, f"{PIPER}/000244.html", serve_piper),
    ],
)
def test_no_address_of_a_writer_is_kept(site, url, serve):
    thread, _ = fetched(site, url, url.split("/")[2], serve(TALK))
    for post in thread.posts:
        assert post.handle is None
        assert "@" not in (post.author or "")
        assert " at mail." not in post.body.partition("\n-- \n")[0]
        assert "mail.ilm.example" not in post.body.partition("\n-- \n")[0]
