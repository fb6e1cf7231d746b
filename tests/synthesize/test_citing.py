"""From the ids of sentences to claims: the words behind a citation are exactly the sentences named."""

from itertools import combinations

import pytest

from pipeline.records.dates import Span
from pipeline.records.pages import Sentence
from pipeline.synthesize.citing import Citer
from tests.synthesize.works import claims_of, says, shown, work

PAPER = work(
    "paper",
    "Ten minutes of silence raised scores by 0.31.",
    "It was tried in 24 schools.",
    "“We will not change a timetable because of one preprint,” said Ada Quist of the board.",
    "A replication found 0.04.",
    "The cost was 6.1 million crowns.",
    "A footnote says 24 too.",
    claims={
        "one": says(1),
        "pair": says(1, 2, kind="prediction"),
        "wide": says(2, 3, 4, speaker="Ada Quist", kind="argument", occurred=Span(start="2024")),
    },
    published="2024-01-01",
)
LATER = work("later", "The board waits.", "It will hear of 58 schools.", claims={"waits": says(1)})
BY_ID = claims_of(PAPER, LATER)


@pytest.fixture
def citer():
    return Citer(shown(PAPER, LATER), BY_ID)


CITED = [
    # ids named -> claims as they are, and how many sentences are recorded beside them
    (["1.1"], ["one"], 0),
    (["1.1", "1.2"], ["pair"], 0),
    (["1.2", "1.1"], ["pair"], 0),
    (["1.1", "1.2", "1.3", "1.4"], ["pair", "wide"], 0),
    (["1.2", "1.3", "1.4"], ["wide"], 0),
    (["1.2"], [], 1),
    (["1.1", "1.3"], ["one"], 1),
    (["[2.1]", " 1.1 "], ["waits", "one"], 0),
    (["1.5", "1.6"], [], 2),
    ([], [], 0),
]


@pytest.mark.parametrize(("ids", "known", "recorded"), CITED)
def test_claims_within_the_sentences_named_are_cited_and_the_rest_is_recorded(citer, ids, known, recorded):
    found = citer.claims(ids)
    assert [claim for claim in found if claim in BY_ID] == known
    assert len(found) == len(set(found)) == len(known) + recorded
    assert set(citer.recorded) == set(found) - set(known)
    assert citer.unknown == 0


@pytest.mark.parametrize("named", [n for size in range(1, 7) for n in combinations(range(1, 7), size)])
def test_the_words_behind_a_citation_are_the_sentences_named_and_no_other(citer, named):
    found = citer.claims(f"1.{number}" for number in named)
    claims = {**BY_ID, **citer.recorded}
    words = " ".join(quotation.text for claim in found for quotation in claims[claim].quotations)
    text = PAPER.snapshot.text
    for span in PAPER.snapshot.sentences:
        assert (text[span.start : span.end] in words) is (span.number in named)
    assert all(text[q.start : q.end] == q.text for claim in found for q in claims[claim].quotations)


def test_a_sentence_is_recorded_with_what_is_known_of_the_least_claim_it_is_part_of(citer):
    third, second, fifth = (citer.recorded[citer.claims([name])[0]] for name in ("1.3", "1.2", "1.5"))
    assert (third.speaker, third.kind, third.occurred) == ("Ada Quist", "argument", Span(start="2024"))
    assert (second.speaker, second.kind) == (None, "prediction"), "the pair is shorter than the claim of three"
    assert (fifth.speaker, fifth.kind, fifth.occurred) == (None, "background", Span())
    assert (third.item, third.snapshot) == ("paper", PAPER.snapshot.id)
    assert third.statement == third.quotations[0].text == PAPER.snapshot.text_of(PAPER.snapshot.sentences[2])


def test_a_recorded_sentence_has_one_id_in_every_question():
    alone = Citer(shown(PAPER), BY_ID).claims(["1.3"])
    beside = Citer(shown(PAPER, LATER, first=4), BY_ID)
    assert beside.claims(["4.3"]) == alone
    again = Citer(shown(PAPER), {**BY_ID, **beside.recorded})
    assert again.claims(["1.3"]) == alone
    assert again.recorded == {}, "it is a claim like others now"


UNKNOWN = ["1.7", "1.0", "3.1", "0.1", "1", "c1", "one", "", "1.-1", "1.1.1", "¹.1", "2.9"]


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_an_id_that_was_not_shown_is_dropped_and_counted(citer, unknown):
    assert citer.claims(["1.1", unknown]) == ("one",)
    assert citer.unknown == 1


def test_what_a_question_did_not_show_cannot_be_cited_though_it_stands_in_the_source():
    source = shown(PAPER)[0]._replace(shown=[1, 2])
    citer = Citer([source], BY_ID)
    assert citer.claims(["1.4", "1.1"]) == ("one",)
    assert (citer.unknown, citer.recorded) == (1, {})
    assert citer.items == {"paper"}


# What a sentence needs and does not cite.


def said(text, *claims, reading=False):
    return Sentence(id="s1-1", text=text, claims=claims, reading=reading)


def words_of(citer, sentence):
    claims = {**BY_ID, **citer.recorded}
    return [q.text for claim in sentence.claims for q in claims[claim].quotations]


MENDED = [
    # text, what it cites -> the sentence of which source its citations get
    ("A replication of the first found 0.04.", "one", PAPER, 4),
    ("It was tried in 24 schools.", "one", PAPER, 2),  # not in the sixth, which has the figure too
    ('The board "will not change a timetable".', "one", PAPER, 3),
    ('The board "will not change a timetable".', "waits", PAPER, 3),  # a quotation may be another source's
]


@pytest.mark.parametrize(("text", "cites", "of", "number"), MENDED)
def test_the_nearest_sentence_with_a_missing_figure_or_quotation_is_cited_too(citer, text, cites, of, number):
    sentence = said(text, cites)
    mended = citer.mended(sentence)
    assert mended.claims[0] == cites
    assert words_of(citer, mended)[1:] == [of.snapshot.text_of(of.snapshot.sentences[number - 1])]
    assert mended.model_copy(update={"claims": sentence.claims}) == sentence


LEFT = [
    ("Ten minutes raised scores by 0.31.", "one", False),  # has what it needs
    ("It covered 58 schools.", "one", False),  # a figure of another source would be another source's word
    ("It covered 99 schools.", "one", False),
    ('It was "a scandal".', "one", False),
    ("Counting them, 24 are named.", "one", True),  # a reading may count for itself
    ("It was said in 2024.", "one", False),  # dates have a gate of their own
]


@pytest.mark.parametrize(("text", "cites", "reading"), LEFT)
def test_a_sentence_is_left_as_it_is_where_no_citation_mends_it(citer, text, cites, reading):
    sentence = said(text, cites, reading=reading)
    assert citer.mended(sentence) == sentence
    assert (citer.recorded, citer.unknown) == ({}, 0)
