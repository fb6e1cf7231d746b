"""Archives of mails: which mails belong together, what a damaged archive costs, and that one is read as any page is."""

import gzip
from datetime import UTC, datetime
from random import Random

import pytest

from pipeline.errors import Unreadable
from pipeline.fetch.discussions.mail import base_subject, begins_as_mbox, hash_of, letters_of, mail_thread
from pipeline.read.media import media_of
from pipeline.read.page_text import read_page
from pipeline.read.reader import DirectReader
from pipeline.records.items import Response
from tests.discussions import mails
from tests.discussions.mail_written import URL, mail, only
from tests.discussions.mailinglists_double import inbox_mbox, kitty_mbox, piper_month
from tests.discussions.talk import TALK, TITLE


def response(body: bytes, url=URL, media_type="application/mbox") -> Response:
    now = datetime(2026, 3, 20, tzinfo=UTC)
    return Response(url=url, final_url=url, fetched_at=now, media_type=media_type, body=body)


# Which belong together


def ids(thread) -> list[str]:
    return [post.id.partition("@")[0] for post in thread.posts]


def test_mails_stand_behind_what_they_answer():
    raw = b"".join(
        [
            mail("d", number=4, subject="Re: Rain", In_Reply_To="<2@mail.ilm.example>"),
            mail("a", number=1),
            mail("c", number=3, subject="Re: Rain", References="<1@mail.ilm.example>"),
            mail("b", number=2, subject="Re: Rain", In_Reply_To="1@mail.ilm.example"),
        ]
    )
    thread = mail_thread(raw, URL)
    assert thread.title == "Rain"
    assert ids(thread) == ["1", "3", "2", "4"]
    answers = [post.answers and post.answers.partition("@")[0] for post in thread.posts]
    assert answers == [None, "1", "1", "2"]
    assert [post.title for post in thread.posts] == [None] * 4


def test_a_mail_whose_answered_one_is_missing_stands_behind_the_nearest_that_is_there():
    raw = mail("a") + mail("z", number=9, subject="Sun")
    raw += mail("c", number=3, subject="Re: Rain", References="<1@mail.ilm.example> <2@gone.example>")
    thread = mail_thread(raw, URL)
    assert ids(thread) == ["1", "3", "9"]
    assert thread.posts[1].answers == "2@gone.example"


MONTH = b"".join(
    [
        mail("a", number=1),
        mail("b", number=2, subject="Sun"),
        mail("c", number=3, subject="Re: Rain", References="<0@gone.example> <1@mail.ilm.example>"),
        mail("d", number=4, subject="[River] RE: rain"),
        mail("e", number=5, subject="Re: Rain of old", References="<0@gone.example>"),
        mail("f", number=6, subject="Rain"),
    ]
)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (URL, ["1", "3", "4", "2", "5", "6"]),
        ("https://lore.ilm.example/river/1@mail.ilm.example/t.mbox.gz", ["1", "3", "4", "5"]),
        ("https://lore.ilm.example/river/5%40mail.ilm.example/raw", ["1", "3", "4", "5"]),
        (f"{URL}#2@mail.ilm.example", ["2"]),
        (
            f"https://k.ilm.example/list/r@l/export/r.mbox.gz?thread={hash_of('4@mail.ilm.example')}",
            ["1", "3", "4", "5"],
        ),
        (f"https://k.ilm.example/list/r@l/message/{hash_of('6@mail.ilm.example')}/", ["6"]),
    ],
)
def test_a_thread_that_the_address_names_is_taken_out_of_an_archive(url, found):
    thread = mail_thread(MONTH, url)
    assert sorted(ids(thread)) == sorted(found)
    if url == URL:
        assert thread.title == "Mails of river-forum 2026-03"
        assert [post.title for post in thread.posts if post.id.startswith("2")] == ["Sun"]


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Rain", "rain"),
        ("Re: Rain", "rain"),
        ("RE: AW: [River-forum] Re[2]: Rain", "rain"),
        ("[PATCH 1/2] Fix the weir", "fixtheweir"),
        ("Re : a  longer\tsubject", "alongersubject"),
        ("Relief of rain", "reliefofrain"),
        ("", ""),
        ("Re:", ""),
    ],
)
def test_subjects_are_compared_without_their_marks(subject, base):
    assert base_subject(subject) == base


def test_a_mail_that_went_to_two_lists_counts_once():
    assert len(mail_thread(mail("a") + mail("a"), URL).posts) == 1


def test_a_mail_without_an_id_has_one_that_lasts():
    raw = mail("a").replace(b"Message-ID", b"X-ID")
    assert only(raw).id == only(raw).id != only(mail("b").replace(b"Message-ID", b"X-ID")).id
    assert "@" not in only(raw).id


def test_mails_that_answer_each_other_in_a_circle_are_all_read():
    raw = mail("a", number=1, In_Reply_To="<2@mail.ilm.example>") + mail(
        "b", number=2, In_Reply_To="<1@mail.ilm.example>"
    )
    assert len(mail_thread(raw, URL).posts) == 2


# Archives


def test_lines_that_only_look_like_the_beginning_of_a_mail():
    body = "From here on it rains.\n\nFrom ann Thu Mar  5 10:00:00 2026\nit rained: much\n\nFrom: me"
    raw = mail(body.replace("it rained: much", "it rained, much"))
    assert only(raw).body == body.replace("it rained: much", "it rained, much")


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        (gzip.compress(MONTH, mtime=0), None),
        (gzip.compress(MONTH[:500], mtime=0) + gzip.compress(MONTH[500:], mtime=0), None),
        (gzip.compress(MONTH, mtime=0) + b"\0" * 100_000, None),
        (gzip.compress(MONTH, mtime=0) + b"rubbish", "the archive is damaged: its rest could not be read"),
        (b"\xef\xbb\xbf" + MONTH, None),
        (b"\n\n" + MONTH, None),
        (MONTH.replace(b"\n", b"\r\n"), None),
    ],
)
def test_archives_as_they_are_found(body, missing):
    thread = mail_thread(body, URL)
    assert sorted(ids(thread)) == ["1", "2", "3", "4", "5", "6"]
    assert thread.missing == missing


def test_what_came_of_an_archive_that_ends_early_is_read():
    noise = Random(7).randbytes(200_000).hex()
    thread = mail_thread(gzip.compress(mail("a") + mail(noise, number=2), mtime=0)[:60_000], URL)
    assert ids(thread) == ["1", "2"]
    assert thread.missing == "the archive ends early: its rest could not be read"


def test_an_archive_that_expands_without_end_is_read_up_to_a_limit():
    thread = mail_thread(gzip.compress(mail("a") + b"x\n" * 40_000_000, compresslevel=1, mtime=0), URL)
    assert thread.missing == "the archive is larger than 64 MB: its rest was not read"
    assert len(thread.posts[0].body) <= 200_000


@pytest.mark.parametrize(
    "body",
    [b"", b"From ", b"It rains.", b"<!doctype html><title>Log in</title>", gzip.compress(b"", mtime=0), b"\x1f\x8brubbish",
     b"From ann Thu Mar  5 10:00:00 2026\n", b"From ann\nSubject: no date\n\nx", b"x\n" + MONTH],
)  # fmt: skip
def test_what_holds_no_mails_is_no_thread(body):
    with pytest.raises(Unreadable):
        mail_thread(body, URL)


# As a page


@pytest.mark.parametrize(
    ("body", "url", "media_type", "media"),
    [
        (MONTH, URL, "application/mbox", "mail"),
        (MONTH, "https://x.example/month", "text/x-mbox", "mail"),
        (MONTH, URL, "text/plain", "mail"),
        (MONTH, URL, "application/octet-stream", "mail"),
        (MONTH, URL, "", "mail"),
        (MONTH, "https://x.example/pipermail/river/2026-March.txt", "text/plain", "mail"),
        (gzip.compress(MONTH, mtime=0), f"{URL}.gz", "application/gzip", "mail"),
        (gzip.compress(MONTH, mtime=0), f"{URL}.gz", "application/octet-stream", "mail"),
        (gzip.compress(MONTH, mtime=0), f"{URL}.gz?thread=x", "application/x-gzip", "mail"),
        (
            gzip.compress(MONTH, mtime=0),
            "https://x.example/pipermail/river/2026-March.txt.gz",
            "application/x-gzip",
            "mail",
        ),
        (gzip.compress(b"x", mtime=0), "https://x.example/data.gz", "application/gzip", "other"),
        (gzip.compress(MONTH, mtime=0), "https://x.example/data.csv.gz", "application/gzip", "other"),
        (b"<!doctype html><title>x</title>", URL, "text/html", "html"),
        (b"It rains.", URL, "text/plain", "plain"),
        (b"From here on it rains.\nSo: take care.", "https://x.example/a.txt", "text/plain", "plain"),
        (b"From 10:00 in 2026 it rains.\nAnd it pours.", "https://x.example/a.txt", "text/plain", "plain"),
    ],
)
def test_what_an_archive_of_mails_is_told_by(body, url, media_type, media):
    assert media_of(response(body, url, media_type)) == media


def test_bytes_begin_as_an_archive_does():
    assert begins_as_mbox(inbox_mbox(TALK))
    assert begins_as_mbox(kitty_mbox(TALK))
    assert begins_as_mbox(piper_month(TALK))
    assert not begins_as_mbox(b"From Thu Mar  5 10:00:00 2026 on\nit rains")


def test_a_plain_archive_is_read_as_a_page_post_by_post():
    page = read_page(response(inbox_mbox(TALK), media_type="text/plain"), "2026-03-25")
    said = [post for post in TALK if not post.withdrawn]
    assert page.title == mails.SUBJECT
    assert page.venue == "Talk of the river"
    assert page.author == said[0].author
    assert {post.author for post in page.posts} == {post.author for post in said}
    assert {post.time for post in page.posts} == {post.time for post in said}
    for post in said:
        assert all(words in page.text.split("\n") for words in post.said[:1])
    assert "@" not in page.text
    assert all(post.handle is None for post in page.posts)


def test_a_month_of_several_threads_is_read_as_a_page():
    url = "https://mail.ilm.example/pipermail/river-forum/2026-March.txt.gz"
    page = read_page(response(gzip.compress(piper_month(TALK), mtime=0), url, "application/x-gzip"), "2026-03-25")
    assert page.title == "Mails of river-forum 2026-March"
    assert "[River-forum] Eels for sale" in page.text.split("\n")
    assert page.text.count(TITLE) == 1, "a subject stands before the first mail that has it"
    assert len(page.posts) == len(TALK) - 1 + 2


def test_an_archive_is_read_apart_too():
    page, sentences = DirectReader().read(response(kitty_mbox(TALK)), "2026-03-25")
    assert len(page.posts) == len(TALK) - 1
    assert sentences


def test_letters_are_kept_in_the_order_of_the_archive():
    letters = letters_of(piper_month(TALK), URL).letters
    assert letters[0].subject == letters[-1].subject == "[River-forum] Eels for sale"
    assert [letter.id for letter in letters[1:-1]] == [
        mails.message_id(post.number) for post in TALK if not post.withdrawn
    ]
