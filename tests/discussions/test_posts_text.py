"""What posts become as text: each in its own place, quotations told apart, and nothing that a post says reaching into
another's."""

import time

import pytest

from pipeline.errors import Unreadable
from pipeline.read.page_text import read_page
from pipeline.read.posts.continued import continued
from pipeline.read.posts.thread import page_of
from pipeline.read.sentences import split
from pipeline.read.snapshots import snapshot_of
from pipeline.records.items import Response
from pipeline.records.posts import THREAD_TYPE, FetchedPost, FetchedThread
from pipeline.verify.authorship import Authorship, who_answered
from tests.doubles import NOW

LATEST = "2026-03-25"


def posted(number, body, author="Ann", answers=None, **more):
    told = {"time": f"2026-03-{number:02}T08:00:00Z", **more}
    return FetchedPost(
        id=str(number), url=f"http://f.example/{number}", author=author, answers=answers, body=body, **told
    )


def read(*posts, missing=None):
    return page_of(FetchedThread(title="T", url="http://f.example/", posts=posts, missing=missing), LATEST)


def words(page, number):
    post = next(post for post in page.posts if post.id == str(number))
    return page.text[post.start : post.end]


def quoted(page, number):
    post = next(post for post in page.posts if post.id == str(number))
    return [(page.text[quote.start : quote.end], quote.of, quote.name) for quote in post.quotes]


SAID = "The gauge shows 40 litres a second."
QUOTATIONS = {
    "blockquote": f"<blockquote><p>{SAID}</p></blockquote><p>No.</p>",
    "named in a line of it": f"<blockquote><p>Ann wrote:</p><p>{SAID}</p></blockquote><p>No.</p>",
    "discourse": f'<aside class="quote" data-username="ann" data-post="1"><div class="title">ann:</div>'
    f"<blockquote>{SAID}</blockquote></aside><p>No.</p>",
    "phpBB": f'<blockquote class="uncited"><div><cite>Ann wrote: ↑</cite>{SAID}</div></blockquote>No.',
    "XenForo": f'<blockquote class="bbCodeBlock bbCodeBlock--quote" data-quote="Ann" data-source="post: 1">'
    f'<div class="bbCodeBlock-title"><a class="bbCodeBlock-sourceJump">Ann said:</a></div>'
    f'<div class="bbCodeBlock-content">{SAID}</div></blockquote><p>No.</p>',
    "vBulletin": f'<div class="bbcode_quote"><div class="bbcode_postedby">Originally Posted by <strong>Ann</strong>'
    f'</div><div class="message">{SAID}</div></div><p>No.</p>',
    "typed": f"<p>&gt; {SAID}</p><p>No.</p>",
}


@pytest.mark.parametrize("body", QUOTATIONS.values(), ids=QUOTATIONS)
def test_a_quotation_is_its_speakers_and_not_the_quoting_posts(body):
    page = read(posted(1, f"<p>{SAID}</p>", handle="ann"), posted(2, body, "Otto"))
    assert words(page, 2) == f"{SAID}\nNo."
    assert quoted(page, 2) == [(SAID, "1", "Ann")]


PLAIN = {
    "a mail": f"On Mon, 2 Mar 2026 at 08:00, Ann Rivers <ann@f.example> wrote:\n> {SAID}\n\nNo.\n",
    "wrapped": "On Mon, 2 Mar 2026 at 08:00, Ann Rivers wrote:\n> The gauge shows 40\n> litres a second.\n\nNo.\n",
    "no word of whose": f"> {SAID}\n\nNo.",
    "with a signature": f"> {SAID}\n\nNo.\n-- \nOtto Mill\nMill Lane 1",
}


@pytest.mark.parametrize("body", PLAIN.values(), ids=PLAIN)
def test_the_same_in_plain_text(body):
    page = read(posted(1, SAID, "Ann Rivers", form="plain"), posted(2, body, "Otto", form="plain"))
    assert words(page, 2).replace("40\nlitres", "40 litres") == f"{SAID}\nNo."
    assert {quote[1:] for quote in quoted(page, 2)} == {("1", "Ann Rivers")}


def test_words_put_into_anothers_mouth_are_nobodys():
    page = read(
        posted(1, f"<p>{SAID}</p>"), posted(2, "<blockquote>Ann wrote:<br>I lied to you all.</blockquote>Ha.", "Otto")
    )
    assert quoted(page, 2) == [("I lied to you all.", None, "Ann")]
    snapshot = snapshot_of("i", page, split(page.text, "en"), NOW)
    shown = [snapshot.text_of(span) for span in snapshot.sentences if span.number not in Authorship(snapshot).repeated]
    assert shown == [SAID, "Ha."]


def test_what_is_quoted_from_outside_is_evidence():
    page = read(posted(1, "<blockquote>The Board wrote:<br>We will close it.</blockquote><p>So it says.</p>"))
    assert quoted(page, 1) == [("We will close it.", None, "The Board")]
    snapshot = snapshot_of("i", page, split(page.text, "en"), NOW)
    assert not Authorship(snapshot).repeated


def test_who_answered_whom_is_counted_from_replies_and_quotations():
    page = read(
        posted(1, f"<p>{SAID}</p>"),
        posted(2, "<p>No, it shows 140.</p>", "Otto", answers="1"),
        posted(3, f"<blockquote>{SAID}</blockquote><p>I doubt it.</p>", "Grete"),
        posted(4, "<p>I read it again.</p>", answers="2"),
    )
    assert who_answered(snapshot(page)) == {("Ann", "Otto"): 1, ("Grete", "Ann"): 1, ("Otto", "Ann"): 1}


ADDRESSES = {
    "Otto, what was the question?": True,
    "Fair. otto_m, I take it back.": True,
    "As @otto_m said.": True,
    "I ask Otto, and you.": False,
    "Mail me at x@otto_milk.example.": False,
    "Ottokar, no.": False,
}


@pytest.mark.parametrize(("said", "answers"), ADDRESSES.items())
def test_whom_a_post_addresses_is_answered(said, answers):
    page = read(posted(1, "<p>It rains.</p>", "Otto", handle="otto_m"), posted(2, f"<p>{said}</p>", "Grete"))
    assert bool(who_answered(snapshot(page))) == answers


def test_posts_are_bounded_by_their_places_whatever_they_say():
    forged = "<p>Fine.</p></div></article><div class=post><b>Ann</b> wrote: <p>I resign.</p>\n### post 9, by Ann, 2026"
    page = read(posted(1, "<p>One.</p>"), posted(2, forged, "Otto"), posted(3, "<p>Three.</p>"))
    assert "I resign." in words(page, 2)
    assert (words(page, 1), words(page, 3)) == ("One.", "Three.")
    assert [post.name for post in page.posts] == ["Ann", "Otto", "Ann"]


def test_names_and_times_are_believed_within_reason():
    page = read(
        posted(1, "One.", "An\n### post 2\u202e n" * 20, time="2031-01-01T00:00:00Z"),
        posted(2, "Two.", None, handle="  "),
        posted(3, "Three.", time="2026-03-25T23:59:59Z"),
    )
    assert "\n" not in page.posts[0].name
    assert len(page.posts[0].name) <= 80
    assert [post.time for post in page.posts] == [None, "2026-03-02T08:00:00Z", "2026-03-25T23:59:59Z"]
    assert page.posts[1].name == "an unnamed poster"


def test_circles_of_replies_and_replies_to_nothing_are_cut():
    page = read(
        posted(1, "One.", answers="3"), posted(2, "Two.", answers="1"), posted(3, "Three.", answers="2"),
        posted(4, "Four.", answers="4"), posted(5, "Five.", answers="gone"),
    )  # fmt: skip
    answers = {post.id: post.answers for post in page.posts}
    assert answers["4"] is answers["5"] is None
    for start in answers:
        seen = set()
        each = start
        while each is not None:
            assert each not in seen
            seen.add(each)
            each = answers[each]


def test_a_signature_below_every_post_is_no_words_of_any():
    signed = [posted(n, f"<p>Word {n}.</p><p>Buy boats at boats dot example</p>") for n in (1, 2, 3)]
    assert [words(read(*signed), n) for n in (1, 2, 3)] == ["Word 1.", "Word 2.", "Word 3."]


def test_deleted_posts_keep_their_place_without_words():
    page = read(posted(1, "One."), posted(2, "", withdrawn=True), posted(3, "[deleted]"), posted(4, "Four."))
    assert page.text == "One.\nFour."
    assert [post.start == post.end for post in page.posts] == [False, True, True, False]


def test_a_thread_without_a_word_is_refused():
    with pytest.raises(Unreadable):
        read(posted(1, "", withdrawn=True), posted(2, "<p>…</p>"))


def test_hidden_words_are_not_read_and_code_stays_whole():
    page = read(posted(1, "<p>Seen.</p><p style='display:none'>Unseen.</p><pre><code>a = 1. B = 2.\nc</code></pre>"))
    assert words(page, 1) == "Seen.\na = 1. B = 2. ⏎ c"
    assert [page.text[s.start : s.end] for s in split(page.text, "en", frozenset(page.whole_lines))][1:] == [
        "a = 1. B = 2. ⏎ c"
    ]


@pytest.mark.parametrize(
    "body",
    ["<div>" * 10_000 + "Deep." + "</div>" * 10_000, "<blockquote>" * 5_000 + "Deep.", "Deep. " * 50_000, "\x00\ud800 Deep.", "> " * 3000 + "Deep."],
    ids=["nested", "quoted", "long", "odd", "marks"],
)  # fmt: skip
def test_a_hostile_body_costs_at_most_itself(body):
    began = time.process_time()
    page = read(posted(1, "<p>One.</p>"), posted(2, body.encode(errors="replace").decode(), "Otto"))
    assert words(page, 1) == "One."
    assert time.process_time() - began < 20


def test_a_thousand_posts_take_seconds():
    posts = [
        posted(1, f"<p>Post {n} says {n} things. It says them twice.</p>", f"P{n % 60}", time=None).model_copy(
            update={"id": str(n), "answers": str(n // 2) if n > 1 else None}
        )
        for n in range(1, 1001)
    ]
    began = time.process_time()
    assert len(read(*posts).posts) == 1000
    assert time.process_time() - began < 40


# A thread that goes on.


def snapshot(page):
    return snapshot_of("i", page, split(page.text, "en"), NOW)


def test_a_post_that_vanished_was_taken_back():
    before = snapshot(read(posted(1, "One."), posted(2, "Two."), posted(3, "Three.")))
    after = continued(read(posted(1, "One."), posted(3, "Three.")), before)
    assert [(post.id, post.withdrawn) for post in after.posts] == [("1", False), ("2", True), ("3", False)]
    assert after.text == "One.\nThree."


def test_but_not_where_only_a_part_of_the_thread_was_to_be_had():
    before = snapshot(read(posted(1, "One."), posted(2, "Two words."), posted(3, "Three.")))
    after = continued(read(posted(1, "One."), posted(4, "Four."), missing="the rest"), before)
    assert [(post.id, post.withdrawn) for post in after.posts] == [(n, False) for n in "1423"]
    assert [words(after, n) for n in (1, 4, 2, 3)] == ["One.", "Four.", "Two words.", "Three."]


def test_another_author_is_another_snapshot():
    one, other = (snapshot(read(posted(1, "One.", name))) for name in ("Ann", "Otto"))
    assert one.id != other.id


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"title": 1}', b"[" * 10_000, b"\xff"])
def test_bytes_that_are_no_thread_are_refused(body):
    response = Response(
        url="http://f.example/", final_url="http://f.example/", fetched_at=NOW, media_type=THREAD_TYPE, body=body
    )
    with pytest.raises(Unreadable):
        read_page(response, LATEST)
