"""What a model says of an article becomes records that hold nothing the article does not bear out."""

import pytest

from pipeline import testing
from pipeline.extract.claims import extraction_of
from pipeline.extract.question import AnswerPart, ArticleAnswer
from pipeline.records.claims import CastMember
from pipeline.records.dates import Span
from tests.synthesize.works import work

SENTENCES = (
    "Ada Quist chairs the board.",
    "“We wait,” said Quist.",
    "A critic, Kray, was not asked.",
    "The cost was 6.1 million crowns.",
    "Tell us your story!",
)
ARTICLE = work("article", *SENTENCES, author="Maren Okafor", venue="The Courier")
ALL = (1, 2, 3, 4)  # the fifth is the site's


def figure(name, part="named", also=(), role=""):
    return {"name": name, "also": list(also), "role": role, "part": part}


def claim(statement="It is said.", *sentences, speaker="", occurred=""):
    return {
        "statement": statement,
        "kind": "fact",
        "speaker": speaker,
        "occurred": occurred,
        "sentences": list(sentences or [1]),
    }


def part(key="k", numbers=ALL, **changes):
    answer = {**testing.extraction(""), **changes}
    return AnswerPart(ArticleAnswer.model_validate(answer), key, numbers)


def extracted(*parts):
    return extraction_of(parts, ARTICLE.item, ARTICLE.snapshot)


CASTS = {
    "as given": ([figure("Ada Quist", "quoted", ["Quist", "Ada Quist", ""], " chair \n")], [CastMember(name="Ada Quist", also=("Quist",), role="chair", part="quoted")]),
    "nobody twice, and the weightiest part": (
        [figure("Kray"), figure("KRAY", "reported", role="critic"), figure("kray")],
        [CastMember(name="KRAY", role="critic", part="reported")],
    ),
    "whom the article does not name is not in it": ([figure("Bo Amaro", "quoted"), figure(" ")], []),
    "unless by another name": ([figure("Adelheid Quisten", "quoted", ["Ada Quist"])], [CastMember(name="Adelheid Quisten", also=("Ada Quist",), part="quoted")]),
    "or as its author": ([figure("an unsigned note", "author")], [CastMember(name="an unsigned note", part="author")]),
    "named in the header": ([figure("Maren Okafor", "author")], [CastMember(name="Maren Okafor", part="author")]),
}  # fmt: skip


@pytest.mark.parametrize(("figures", "wanted"), CASTS.values(), ids=CASTS)
def test_who_is_who_is_taken_from_the_article(figures, wanted):
    assert list(extracted(part(cast=figures)).cast) == wanted


def test_who_is_reported_is_heard_only_through_others_and_an_author_is_one_whom_the_text_names():
    cast = [figure("Kray", "reported"), figure("Quist", "author"), figure("an unsigned note", "author")]
    found = extracted(part(cast=cast))
    assert (found.heard_only_through_others, found.author) == (("Kray",), "Quist")
    assert extracted(part(cast=[figure("an unsigned note", "author")])).author is None


SPEAKERS = [
    ("Quist", 1),
    ("Ada Quist", 1),
    ("an unnamed official", 1),
    ("", 1),
    ("Adelheid Quisten", 1),
    ("Bo Amaro", 0),
]


@pytest.mark.parametrize(("speaker", "kept"), SPEAKERS)
def test_a_claim_is_kept_whose_speaker_the_article_or_its_cast_has(speaker, kept):
    cast = [figure("Adelheid Quisten", "quoted", ["Ada Quist"])]
    found = extracted(part(cast=cast, claims=[claim(speaker=speaker)]))
    assert len(found.claims) == kept
    assert [loss.reason for loss in found.losses] == ["speaker not in the article"] * (1 - kept)


TIMES = [
    ("", Span()),
    ("2016-11-10", Span(start="2016-11-10")),
    ("2016-H2", Span(start="2016-H2")),
    ("2016/2017-Q1", Span(start="2016", end="2017-Q1")),
    ("2016-04/", Span(start="2016-04")),
    ("/2016-06", Span(end="2016-06")),
    ("last Tuesday", Span()),
    ("2016-13/2016-06", Span(end="2016-06")),
]


@pytest.mark.parametrize(("occurred", "span"), TIMES)
def test_when_it_happened_is_a_date_or_a_span(occurred, span):
    assert extracted(part(claims=[claim(occurred=occurred)])).claims[0].occurred == span


def test_the_telling_claims_are_those_at_the_positions_given_whatever_is_dropped_before_them():
    claims = [claim("Gone.", 9), claim("Told.", 2), claim("Not told.", 3), claim("Told too.", 4)]
    found = extracted(part(claims=claims, telling=[1, 2, 4, 0, 77]))
    assert [each.statement for each in found.claims] == ["Told.", "Not told.", "Told too."]
    assert [quotation.text for quotation in found.key_quotations] == [SENTENCES[1], SENTENCES[3]]
    assert found.dropped == {"sentences do not exist": 1}


def test_a_long_text_in_parts_is_one_extraction():
    found = extracted(
        part(
            "k1",
            (1, 2),
            claims=[claim("First.", 1), claim("Not its own.", 3)],
            cast=[figure("Kray", "named")],
            works=["A study"],
        ),
        part(
            "k2",
            (3, 4),
            claims=[claim("Second.", 3)],
            cast=[figure("Kray", "reported")],
            works=["A study", "A talk"],
            telling=[1],
        ),
    )
    assert [each.statement for each in found.claims] == ["First.", "Second."]
    assert found.cast == (CastMember(name="Kray", part="reported"),)
    assert (found.works_described, found.keys) == (("A study", "A talk"), ("k1", "k2"))
    assert [quotation.text for quotation in found.key_quotations] == [SENTENCES[2]]
    assert found.left_out == (5,), "what was not shown to the model is not shown to the writer"


def test_how_far_a_piece_has_got_is_told_in_its_own_words():
    assert extracted(part(status="  accepted\n in March ")).status == "accepted in March"


GERMAN = work(
    "artikel",
    "Der Rat hat am 20. Jänner zugestimmt.",
    "„Wir warten“, sagte Finanzminister Quist.",
    "Es kostet 37.500 Euro.",
    author="Maren Okafor",
    venue="Der Kurier",
)
TELLING_OF_IT = [
    ("en", "It costs 37,500 euros.", "", 1),
    ("en", "It costs 37.5 euros.", "", 0),
    ("en", "It waits.", "Finance Minister", 1),
    ("en", "It waits.", "the finance ministry", 1),
    ("fr", "Il coûte 37 500 euros.", "ministre des Finances", 1),
    ("ja", "3万7500ユーロかかる。", "財務相", 1),
    ("de", "Es kostet 37.500 Euro.", "Finanzminister", 1),
    ("de", "Es kostet 37,5 Euro.", "", 0),
    ("de", "Man wartet.", "Bo Amaro", 0),
    ("de", "Man wartet.", "ein nicht genannter Finanzbeamter", 1),
]


@pytest.mark.parametrize(("language", "statement", "speaker", "kept"), TELLING_OF_IT)
def test_claims_are_stated_in_any_language_of_an_article_in_any(language, statement, speaker, kept):
    snapshot = GERMAN.snapshot.model_copy(update={"language": "de"})
    answers = [
        part(claims=[claim(statement, 2, 3, speaker=speaker)], cast=[figure("Rat der Stadt"), figure("City Council")])
    ]
    found = extraction_of([each._replace(numbers=(1, 2, 3)) for each in answers], GERMAN.item, snapshot, language)
    assert (len(found.claims), found.language) == (kept, language)
    names = [each.name for each in found.cast]
    assert names == (["Rat der Stadt"] if language == "de" else ["Rat der Stadt", "City Council"])
