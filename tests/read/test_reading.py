"""Text, sentences, dates, folding, furniture and copies."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pipeline.errors import Unreadable
from pipeline.read.copies import Originals, WorkText
from pipeline.read.furniture import background, own_sentences, site_furniture
from pipeline.read.page_text import read_page
from pipeline.read.sentences import split
from pipeline.read.snapshots import snapshot_of
from pipeline.records.dates import PartialDate, in_words, months_of, order, partial_date
from pipeline.records.items import PageText, Response
from pipeline.text import clean, fold
from tests import doubles
from tests.doubles import NOW

LONG = "The trial followed six thousand pupils in sixty-one schools, and it measured arithmetic and nothing else. "


def read(response: doubles.HttpAnswer, url="http://a.example/x"):
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    fetched = Response(url=url, final_url=url, fetched_at=NOW, media_type=media_type, body=response.body)
    return read_page(fetched, "2026-03-25")


def snapshot(item: str, *sentences: str):
    text = "\n".join(sentences)
    return snapshot_of(item, PageText(text=text, title="T", extent="full text"), split(text, "en"), NOW)


@pytest.mark.parametrize(
    "text", ["2016", "2016-11", "2016-11-10", "2024-02-29", "2016-H1", "2016-H2", "2016-Q1", "2016-Q4"]
)
def test_dates_keep_their_precision(text):
    assert TypeAdapter(PartialDate).validate_python(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "16", "2016-1", "2016-13", "2016-02-30", "2023-02-29", "2016/11/10", "2016-11-1", "today"),
        *("2016-H3", "2016-H0", "2016-Q5", "2016-h1", "2016-H1-01", "2016H1", "H1-2016"),
    ],
)
def test_what_is_no_date(text):
    assert partial_date(text) is None
    with pytest.raises(ValidationError):
        TypeAdapter(PartialDate).validate_python(text)


def test_dates_in_words_and_in_order():
    assert [in_words(d) for d in ("2016", "2016-11", "2016-11-01")] == ["2016", "November 2016", "1 November 2016"]
    periods = [in_words(d) for d in ("2016-H1", "2016-H2", "2016-Q1", "2016-Q4")]
    assert periods == ["first half of 2016", "second half of 2016", "first quarter of 2016", "fourth quarter of 2016"]
    assert partial_date("2026-03-05T09:00:00+01:00") == "2026-03-05"


IN_ORDER = [
    "2015-12-31", "2016", "2016-Q1", "2016-01", "2016-01-31", "2016-03-31", "2016-Q2", "2016-04", "2016-06-30",
    "2016-H2", "2016-07", "2016-07-01", "2016-09-30", "2016-Q4", "2016-10-01", "2016-12-31", "2017", "2017-H1", "2017-01",
]  # fmt: skip


def test_a_year_comes_before_all_that_lies_in_it_and_a_period_before_its_first_month():
    mixed = random.Random(1).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(mixed, key=order) == IN_ORDER
    assert order("2016-H1") == order("2016-Q1"), "both begin in January"


@pytest.mark.parametrize(
    ("day", "months"),
    [("2016", (1, 12)), ("2016-H1", (1, 6)), ("2016-H2", (7, 12)), ("2016-Q3", (7, 9)), ("2016-11", (11, 11)),
     ("2016-11-10", (11, 11))],
)  # fmt: skip
def test_a_date_lies_in_these_months(day, months):
    assert months_of(day) == months


@given(st.text())
def test_sentences_lie_in_order_inside_the_text_and_lose_no_word(text):
    text = clean(text)
    sentences = split(text, "en")
    assert [s.number for s in sentences] == list(range(1, len(sentences) + 1))
    ends = 0
    for s in sentences:
        assert ends <= s.start < s.end
        assert "\n" not in text[s.start : s.end]
        assert not any(c.isalnum() for c in text[ends : s.start])
        ends = s.end
    assert not any(c.isalnum() for c in text[ends:])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Strand led it. He said so.", 2),
        ("It cost approx. four million. It rose.", 2),
        ("The effect was 0.04. The interval was wide.", 2),
        ("“It is so. Really?” she asked. Nobody answered.", 2),
        ("Žena řekla ano. A odešla.", 2),
        ("| --- | --- |\nOne sentence.", 1),
    ],
)
def test_where_sentences_end(text, count):
    found = split(text, "en")
    assert len(found) == count, [text[s.start : s.end] for s in found]


FOLDED_ALIKE = [
    ("“quiet ten”", '"quiet ten"'),
    ("it’s", "it's"),
    ("9–11", "9-11"),
    ("−0.03", "-0.03"),
    ("a\u00a0b\u2009c", "a b c"),
    ("co\u00adoperate", "cooperate"),
    ("cafe\u0301", "café"),
    ("wait…", "wait..."),
    ("two\n lines", "two lines"),
]


@pytest.mark.parametrize(("one", "other"), FOLDED_ALIKE)
def test_folding_forgives_typography(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("0.04", "0.4"), ("did not", "did"), ("Right", "right"), ("a b", "b a"), ("cafe", "café"), ("it's", "its")],
)
def test_folding_forgives_nothing_else(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_is_done_once(text):
    assert fold(fold(text)) == fold(text)


ABOUT = "The Vessmouth Daily has told what happens in the town since 1911."
MORE = ("Sign up for our letter.", "Write to us at the old harbour office.")
BACKGROUND = "The trial began in 2024 in sixty-one schools of the district and ended last spring."


def articles(count, *shared):
    days = [f"So it was on day {day}." for day in range(7)]
    return [
        snapshot(
            f"{n}",
            ABOUT,
            f"Article {n} tells of something.",
            f"It is number {n}.",
            *shared,
            *(f"{d[:-1]} of {n}." for d in days),
            *MORE,
        )
        for n in range(count)
    ]


def test_furniture_stands_at_the_edge_of_most_articles_of_a_site():
    site = articles(3, "So it goes on.", "And on it goes.", BACKGROUND)
    assert site_furniture(site) == {fold(words) for words in (ABOUT, *MORE)}


@pytest.mark.parametrize(
    ("line", "is_kept"), [("Status: Closed.", True), ("状态：草案", True), ("Status updates by mail.", False)]
)
def test_a_texts_standing_is_no_furniture_though_all_of_a_site_begin_with_it(line, is_kept):
    proposals = [snapshot(f"{n}", line, *(f"Number {n} says {day} things." for day in range(12))) for n in range(3)]
    assert (fold(line) not in site_furniture(proposals)) is is_kept


def test_two_articles_do_not_show_what_a_sites_edges_are():
    assert site_furniture(articles(2)) == frozenset()


def test_background_is_told_by_the_first_article_and_never_by_none():
    one = snapshot("1", "A first thing happened.", BACKGROUND, "It ended.")
    two = snapshot("2", "A second thing happened.", BACKGROUND, "It ended.")
    assert own_sentences(one, frozenset(), frozenset()) == (1, 2, 3)
    assert own_sentences(two, frozenset(), background(one)) == (1, 3)


def work(name, text, addresses=(), title="T", author=None):
    return WorkText(name, text, frozenset({name, *addresses}), title, author)


def original(text, *others):
    seen = Originals()
    seen.remember(others)
    return seen.original_of(text)


def test_copies():
    text = "The board’s review of the quiet ten, ordered on Tuesday, " * 3 + LONG
    others = (work("long", LONG), work("other", "Nothing of this stands in the other text at all. " * 20))
    assert original(work("x", text), *others, work("same", text.replace("’", "'"))) == "same"
    assert original(work("x", "First printed elsewhere. " + text), *others, work("same", text)) == "same"
    assert (
        original(work("x", LONG), work("longer", LONG + "".join(f"Sentence {n} is new here. " for n in range(40))))
        is None
    )
    assert original(work("x", "Too short."), work("short", "Too short.")) is None


PARTS = [f"In part {n} the trial followed {n * 7} pupils in school {n} and measured arithmetic. " for n in range(30)]
NEW = "".join(f"Sentence number {n} says what was not said before about the trial. " for n in range(40))


@pytest.mark.parametrize(
    ("x", "other", "copy"),
    [
        ({"addresses": ["c"]}, {"addresses": ["c"]}, True),  # both call one address their own
        ({"addresses": ["other"]}, {}, True),  # one calls the other's address its own
        ({"author": "Ada Quist", "title": "The Dose"}, {"author": "ada quist", "title": "The dose"}, True),
        ({"author": "Ada Quist"}, {"author": "Bo Kray"}, False),
        ({"title": "The Dose"}, {"title": "The Dose"}, False),  # a title alone is no author's
        ({"author": "Ada Quist", "title": "One"}, {"author": "Ada Quist", "title": "Two"}, False),
    ],
)
def test_what_is_known_of_two_items_decides_how_much_they_must_share(x, other, copy):
    found = original(work("x", "".join(PARTS[:10]), **x), work("other", "".join(PARTS), **other))
    assert (found == "other") is copy
    assert original(work("x", NEW, **x), work("other", "".join(PARTS), **other)) is None, (
        "nothing makes two different texts one"
    )


def test_what_a_page_says_of_itself():
    head = (
        '<meta property="og:site_name" content="A Venue"><meta name="author" content="A Writer">'
        '<meta property="article:published_time" content="2026-03-05T08:00:00Z">'
    )
    reading = read(doubles.page("A title", LONG * 2, "Posted <time>3 March 2026</time> by nobody. " + LONG, head=head))
    assert (reading.title, reading.venue, reading.author) == ("A title", "A Venue", "A Writer")
    assert (reading.published, reading.extent) == ("2026-03-05", "full text")
    assert "Posted 3 March 2026 by nobody." in reading.text
    assert "A title" not in reading.text


def test_an_abstract_is_told_from_a_paper_and_names_its_authors():
    head = (
        '<meta name="citation_title" content="A paper"><meta name="citation_author" content="Strand, Oyelaran">'
        '<meta name="citation_author" content="Kray, Bettina">'
    )
    reading = read(doubles.page("A paper", LONG * 3, head=head))
    assert (reading.extent, reading.author) == ("abstract", "Oyelaran Strand, Bettina Kray")
    assert read(doubles.page("A paper", LONG * 60, head=head)).extent == "full text"


def test_a_date_from_the_future_is_not_believed():
    head = '<meta property="article:published_time" content="2031-01-01">'
    assert (read(doubles.page("T", LONG * 2, head=head)).published or "") <= "2026-03-25"


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (doubles.HttpAnswer(200, b"%PDF-1.7", {"Content-Type": "application/pdf"}), "unreadable PDF"),
        (doubles.HttpAnswer(200, b"{}", {"Content-Type": "application/json"}), "not HTML"),
        (doubles.HttpAnswer(200, b"", {"Content-Type": "text/html"}), "empty"),
        (doubles.HttpAnswer(200, b"<html></html>", {"Content-Type": "text/html"}), "empty"),
        (doubles.HttpAnswer(200, b"\x00\xff\xfe", {"Content-Type": "text/html"}), "encoding"),
    ],
)
def test_what_cannot_be_read(response, reason):
    with pytest.raises(Unreadable) as failed:
        read(response)
    assert failed.value.reason == reason


def test_the_same_text_is_the_same_snapshot_and_another_is_not():
    assert snapshot("1", "A.").id == snapshot("1", "A.").id
    assert len({snapshot("1", "A.").id, snapshot("2", "A.").id, snapshot("1", "B.").id}) == 3


# What is no article, and files that are no page.

WORDS = "The board met on Tuesday and heard the first report on the trial of ten silent minutes in its schools. "
INSTEAD = [
    ("Just a moment...", "Checking your browser before accessing the site. " * 2, "captcha"),
    ("Are you a robot?", "Please solve the CAPTCHA to go on reading this page, which is protected. " * 2, "captcha"),
    (
        "News",
        "You need to enable JavaScript to run this app. It does not do anything without it at all. " * 2,
        "script only",
    ),
    (
        "Before you continue",
        "We value your privacy. Accept all cookies or manage your choices in our settings. " * 2,
        "consent page",
    ),
    (
        "Welcome",
        "Sign in to continue to the site. Forgot your password? We send you a new one by mail. " * 2,
        "login page",
    ),
    (
        "Page not found",
        "Sorry, the page you were looking for has moved or was never here. Try our search. " * 2,
        "soft 404",
    ),
]


@pytest.mark.parametrize(("title", "text", "kind"), INSTEAD)
def test_a_page_that_is_no_article_is_told_from_one_and_an_article_about_it_is_an_article(title, text, kind):
    with pytest.raises(Unreadable) as failed:
        read(doubles.page(title, text))
    assert failed.value.reason == kind
    assert read(doubles.page("On such pages", text, *(f"{WORDS} {n}" for n in range(12)))).extent == "full text"


@pytest.mark.parametrize(
    "wall",
    ["Subscribe to continue reading.", "Already a subscriber? Log in.", "This article is for paying subscribers only."],
)
def test_a_text_that_breaks_off_at_a_wall_is_no_evidence(wall):
    assert read(doubles.page("T", WORDS * 3, wall)).extent == "title only"
    assert read(doubles.page("T", WORDS * 40, wall)).extent == "full text"


CHARSETS = [
    ("windows-1251", "windows-1251", None),
    ("windows-1251", None, "windows-1251"),
    ("shift_jis", "shift_jis", None),
    ("utf-8", "iso-8859-1", None),  # a header that lies
    ("utf-8", None, "iso-8859-1"),
    ("utf-16", None, None),
    ("utf-8-sig", None, "iso-8859-1"),
]


@pytest.mark.parametrize(("coded", "header", "meta"), CHARSETS)
def test_characters_are_told_by_mark_header_page_or_looks(coded, header, meta):
    words = "Совет решил, что тихие десять минут останутся в школах до осени. " * 6
    if coded == "shift_jis":
        words = "委員会は静かな十分間を秋まで学校で続けると決めた。" * 12
    head = f'<meta charset="{meta}">' if meta else ""
    html = f"<html><head>{head}<title>T</title></head><body><article><h1>T</h1><p>{words}</p></article></body></html>"
    fetched = Response(url="http://a.example/", final_url="http://a.example/", fetched_at=NOW, media_type="text/html",
                      body=html.encode(coded), charset=header)  # fmt: skip
    assert words.split()[0].strip(".,") in read_page(fetched, "2026-03-25").text


def test_a_script_without_spaces_has_an_articles_length_too():
    assert read(doubles.page("題", "委員会は静かな十分間を秋まで学校で続けると決めた。" * 20)).extent == "full text"


CANONICAL = [
    ('<link rel="canonical" href="/real">', "http://a.example/real"),
    ('<link rel="canonical" href="https://www.a.example/real">', "https://www.a.example/real"),
    ('<meta property="og:url" content="http://a.example/card">', "http://a.example/card"),
    ('<link rel="canonical" href="http://b.example/stolen">', None),
    ('<link rel="canonical" href="javascript:alert(1)">', None),
    ("", None),
]


@pytest.mark.parametrize(("head", "address"), CANONICAL)
def test_a_page_may_name_its_own_address_but_not_another_sites(head, address):
    assert read(doubles.page("T", WORDS * 3, head=head)).canonical == address


def test_where_the_paragraphs_lead_is_kept():
    text = (
        f'{WORDS * 3} <a href="http://b.example/paper">paper</a> <a href="/own">own</a> <a href="mailto:x@y.z">mail</a>'
    )
    assert read(doubles.page("T", text)).links == ("http://b.example/paper",)


def pdf(*lines):
    """A PDF of one page with a text layer, written by hand."""
    text = "BT /F1 11 Tf 50 800 Td 14 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Title (A trial of silence) /Author (Ada Quist) /CreationDate (D:20260302100000Z) >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"trailer\n<< /Size 7 /Root 1 0 R /Info 6 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    return body + f"xref\n0 7\n0000000000 65535 f \n{table}{trailer}".encode()


def test_a_pdf_is_read_as_paragraphs_with_what_it_says_of_itself():
    body = pdf("The trial followed six thousand pupils in sixty-one schools and meas-", "ured arithmetic and nothing else at all.",
               "", "A second paragraph says that the board has asked for another one.")  # fmt: skip
    found = read(doubles.HttpAnswer(200, body, {"Content-Type": "application/pdf"}))
    assert (found.title, found.author, found.published) == ("A trial of silence", "Ada Quist", "2026-03-02")
    assert "and measured arithmetic and nothing else at all." in found.text


@pytest.mark.parametrize(
    "body", [b"%PDF-1.7", b"%PDF-1.7\n" + b"\xff" * 10_000, pdf()], ids=["cut", "noise", "no text"]
)
def test_a_pdf_that_cannot_be_read_is_set_aside(body):
    with pytest.raises(Unreadable) as failed:
        read(doubles.HttpAnswer(200, body, {"Content-Type": "application/octet-stream"}))
    assert failed.value.reason in ("unreadable PDF", "PDF without text")


def test_plain_text_is_read():
    found = read(doubles.HttpAnswer(200, b"A title\n\nThe first line\nand the second.", {"Content-Type": "text/plain"}))
    assert (found.title, found.text) == ("A title", "A title\nThe first line and the second.")


PAPER = '<meta name="citation_title" content="A trial"><meta name="citation_author" content="Quist, Ada">'
TAKEN_BACK = [
    ("A trial", PAPER, "This paper has been withdrawn by Ada Quist, because of an error in table 2.", True),
    ("RETRACTED: A trial of silence", "", "", True),
    ("[Withdrawn] A trial of silence", "", "", True),
    ("A trial", PAPER, "It tells why an earlier paper was withdrawn.", False),
    ("The paper has been withdrawn, and nobody knows why", "", "This paper has been withdrawn, the board says.", False),
    ("Withdrawn troops return", "", "", False),
]


@pytest.mark.parametrize(("title", "head", "more", "withdrawn"), TAKEN_BACK)
def test_a_paper_that_says_it_was_taken_back_is_known_as_such(title, head, more, withdrawn):
    assert read(doubles.page(title, WORDS * 4, more, head=head)).withdrawn is withdrawn
