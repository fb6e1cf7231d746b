"""Text, sentences, dates, folding, furniture and copies."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pipeline.errors import Unreadable
from pipeline.read.copies import find_copy
from pipeline.read.folding import fold
from pipeline.read.furniture import shared_sentences, without
from pipeline.read.page_text import read_page
from pipeline.read.sentences import split
from pipeline.read.snapshots import snapshot_of
from pipeline.records.dates import PartialDate, in_words, partial_date
from pipeline.records.items import Fetched, Reading, clean
from tests import doubles

NOW = datetime(2026, 3, 25, 12, tzinfo=UTC)
LONG = "The trial followed six thousand pupils in sixty-one schools, and it measured arithmetic and nothing else. "


def read(response: doubles.Response, url="http://a.example/x"):
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    fetched = Fetched(url=url, final_url=url, fetched_at=NOW, media_type=media_type, body=response.body)
    return read_page(fetched, "2026-03-25")


def snapshot(item: str, *sentences: str):
    return snapshot_of(item, Reading(text="\n".join(sentences), title="T", evidence="full text"), NOW)


@pytest.mark.parametrize("text", ["2016", "2016-11", "2016-11-10", "2024-02-29"])
def test_dates_keep_their_precision(text):
    assert TypeAdapter(PartialDate).validate_python(text) == text


@pytest.mark.parametrize(
    "text", ["", "16", "2016-1", "2016-13", "2016-02-30", "2023-02-29", "2016/11/10", "2016-11-1", "today"]
)
def test_what_is_no_date(text):
    assert partial_date(text) is None
    with pytest.raises(ValidationError):
        TypeAdapter(PartialDate).validate_python(text)


def test_dates_in_words_and_in_order():
    assert [in_words(d) for d in ("2016", "2016-11", "2016-11-01")] == ["2016", "November 2016", "1 November 2016"]
    assert sorted(["2016-11-10", "2017", "2016", "2016-11"]) == ["2016", "2016-11", "2016-11-10", "2017"]
    assert partial_date("2026-03-05T09:00:00+01:00") == "2026-03-05"


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


def test_furniture_is_what_two_articles_share():
    one = snapshot("1", "A first thing.", "Write to us.", "It’s shared.")
    two = snapshot("2", "Write to us.", "A second thing.", "It's shared.")
    shared = shared_sentences([one, two])
    assert without(one, shared) == (1,)
    assert without(two, shared) == (2,)
    assert without(one, shared_sentences([one])) == (1, 2, 3)


def test_copies():
    text = LONG * 3 + "It found an effect of 0.04, with an interval from minus 0.03 to 0.11, in one school year."
    others = {"other": "Something else entirely, about cafés that are quiet on a slow Saturday in the harbour. " * 3}
    assert find_copy(text, {**others, "same": text.replace("’", "'")}) == "same"
    assert find_copy("First printed elsewhere. " + text, {**others, "same": text}) == "same"
    assert find_copy(text, others) is None
    assert find_copy(LONG, {"long": LONG + "".join(f"Sentence {n} is new here. " for n in range(40))}) is None
    assert find_copy("Too short.", {"short": "Too short."}) is None


def test_what_a_page_says_of_itself():
    head = (
        '<meta property="og:site_name" content="A Venue"><meta name="author" content="A Writer">'
        '<meta property="article:published_time" content="2026-03-05T08:00:00Z">'
    )
    reading = read(doubles.page("A title", LONG * 2, "Posted <time>3 March 2026</time> by nobody. " + LONG, head=head))
    assert (reading.title, reading.venue, reading.author) == ("A title", "A Venue", "A Writer")
    assert (reading.published, reading.evidence) == ("2026-03-05", "full text")
    assert "Posted 3 March 2026 by nobody." in reading.text
    assert "A title" not in reading.text


def test_an_abstract_is_told_from_a_paper_and_names_its_authors():
    head = (
        '<meta name="citation_title" content="A paper"><meta name="citation_author" content="Strand, Oyelaran">'
        '<meta name="citation_author" content="Kray, Bettina">'
    )
    reading = read(doubles.page("A paper", LONG * 3, head=head))
    assert (reading.evidence, reading.author) == ("abstract", "Oyelaran Strand, Bettina Kray")
    assert read(doubles.page("A paper", LONG * 60, head=head)).evidence == "full text"


def test_a_date_from_the_future_is_not_believed():
    head = '<meta property="article:published_time" content="2031-01-01">'
    assert (read(doubles.page("T", LONG * 2, head=head)).published or "") <= "2026-03-25"


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (doubles.Response(200, b"%PDF-1.7", {"Content-Type": "application/pdf"}), "not HTML"),
        (doubles.Response(200, b"{}", {"Content-Type": "application/json"}), "not HTML"),
        (doubles.Response(200, b"", {"Content-Type": "text/html"}), "empty"),
        (doubles.Response(200, b"<html></html>", {"Content-Type": "text/html"}), "empty"),
        (doubles.Response(200, b"\x00\xff\xfe", {"Content-Type": "text/html"}), "empty"),
    ],
)
def test_what_cannot_be_read(response, reason):
    with pytest.raises(Unreadable) as failed:
        read(response)
    assert failed.value.reason == reason


def test_the_same_text_is_the_same_snapshot_and_another_is_not():
    assert snapshot("1", "A.").id == snapshot("1", "A.").id
    assert len({snapshot("1", "A.").id, snapshot("2", "A.").id, snapshot("1", "B.").id}) == 3
