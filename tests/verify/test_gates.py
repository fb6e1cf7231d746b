"""The gates: each with an example that passes and one that fails, planted faults each caught by the gate meant for
them, and what becomes of a sentence that fails."""

import random
import re
import unicodedata

import pytest

from pipeline.extract.claims import quotations as quotations_of
from pipeline.read.sentences import split
from pipeline.read.snapshots import snapshot_of
from pipeline.records.claims import Claim, Quotation
from pipeline.records.dates import Span
from pipeline.records.items import Item, PageText
from pipeline.records.pages import AlsoHeard, Evolution, Page, Paragraph, Perspective, Sentence
from pipeline.text import fold
from pipeline.verify.check import check, failures
from pipeline.verify.claims import check_claim
from pipeline.verify.gates import EXAMPLE, GATES, Section, stands_in
from pipeline.verify.likeness import figures, is_named, names, same_name
from pipeline.verify.support import VerdictAnswer, apply, to_judge
from pipeline.verify.times import dates_in
from tests import ROOT
from tests.doubles import NOW

OTHER = EXAMPLE.model_copy(
    update={
        "claim": "other",
        "item": "other item",
        "statement": "Petra Amaro says that she was wrong about the dose.",
        "speaker": "Petra Amaro",
        "kind": "argument",
        "occurred": Span(start="2026-03-24"),
        "quotations": (Quotation(start=0, end=60, text="“I was wrong about the dose,” wrote Amaro on 24 March."),),
        "author": "Petra Amaro",
        "venue": "Degrees of Doubt",
        "published": "2026-03-24",
    }
)
TITLE = EXAMPLE.model_copy(update={"claim": "title", "extent": "title only"})
DOUBTED = EXAMPLE.model_copy(update={"claim": "doubted", "doubts": ("the claim names Bo, whom its article does not",)})
GROUNDS = {g.claim: g for g in (EXAMPLE, OTHER, TITLE, DOUBTED)}
NOWHERE = Section("Narrative")


def said(text, claims=("example",), reading=False):
    return Sentence(id="s1", text=text, claims=claims, reading=reading)


def codes(sentence, place=NOWHERE):
    return [gate.code for gate, _ in failures(sentence, GROUNDS, place)]


FAULTS = {
    "uncited": (said("The Board waits, Quist says.", ()), NOWHERE),
    "unknown claim": (said("The Board waits, Quist says.", ("nothing",)), NOWHERE),
    "title only": (said("The Board waits, Quist says.", ("title",)), NOWHERE),
    "voice not in claims": (said("The Board waits, Quist says."), Section("Perspectives", "Rowan Achterberg")),
    "event not dated so": (said("The Board heard of it."), Section("Timeline, 2025-08-01", day="2025-08-01")),
    "day of publication": (said("The Board heard of it."), Section("Timeline, 2026-03-05", day="2026-03-05")),
    "claim in doubt": (said("The Board waits, Quist says.", ("doubted",)), NOWHERE),
}


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.code)
def test_each_gate_passes_its_example_and_catches_its_fault(gate):
    assert gate.code not in codes(said(gate.passes), Section("Perspectives", "Ada Quist"))
    sentence, place = FAULTS.get(gate.code, (said(gate.fails), NOWHERE))
    assert gate.code in codes(sentence, place)


def test_the_codes_are_told_apart():
    assert len({gate.code for gate in GATES}) == len(GATES)


PLANTED = [
    ("figure not in source", said("It covers 16 schools, Quist says."), NOWHERE),
    ("figure not in source", said("It covers 61.5 schools, Quist says."), NOWHERE),
    ("figure not in source", said("It covers 61% of schools and 9% of pupils, Quist says."), NOWHERE),
    ("wrong span of time", said("In 2026, nearly a decade after the first of 2022, Quist expects more."), NOWHERE),
    ("wrong span of time", said("On 5 March 2026, two weeks after 24 March 2026, Quist expects more."), NOWHERE),
    ("quotation not verbatim", said('Quist says "I was never wrong about the dose".'), NOWHERE),
    ("quotation not verbatim", said('Quist says "We will change a timetable".'), NOWHERE),
    ("quotation not verbatim", said('Quist says "I was wrong about the dose".'), NOWHERE),
    ("uncited", said('Quist says "We will not change a timetable".', ()), NOWHERE),
    ("voice not in claims", said("She was wrong about the dose.", ("other",)), Section("Perspectives", "Ada Quist")),
    ("voice not in claims", said("It would not change a timetable."), Section("Perspectives", "Petra Amaro")),
    ("date not in words", said("Quist expects so on 6 March 2026."), NOWHERE),
    ("date not in words", said("Quist expected so in 2019."), NOWHERE),
    ("name not in words", said("The Board's Bettina Kray expects so."), NOWHERE),
    ("kind not kept", said("The trial has reported to the Board."), NOWHERE),
    ("machinery in prose", said("Quist (c12) says so."), NOWHERE),
]


@pytest.mark.parametrize(("code", "sentence", "place"), PLANTED)
def test_planted_faults_are_caught_by_the_gate_meant_for_them(code, sentence, place):
    assert code in codes(sentence, place)


FORGIVEN = [
    "The Vessmouth Board's Quist says so.",
    "Quist's board expects 61 schools.",
    "On 5 March 2026 the Courier's Okafor quotes Quist, who says so.",
    "On Thursday Quist said so.",
    "In August 2024 the Board expected a report.",
    "Ada Quist expects a report two years after the first one.",
    "It covers sixty-one schools, Quist says.",
    "A quarter of schools, Quist says.",
    "The first was in 2022, Quist says.",
    "Maren Okafor reports that Quist says so.",
]


@pytest.mark.parametrize("text", FORGIVEN)
def test_language_is_forgiven(text):
    assert codes(said(text)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("Mexico", "Mexican"), ("Egypt", "Egyptian"), ("Briton", "Brits"), ("Lucas's", "Lucas"), ("Córdova", "Cordova"),
     ("Schools", "School"), ("WHO", "WHO"), ("Sarnholt’s", "Sarnholt"), ("Germany", "German"), ("Amaro", "AMARO")],
)  # fmt: skip
def test_forms_of_one_name(one, other):
    assert same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Strand", "Stroud"), ("Kray", "Krag"), ("Amaro", "Amato"), ("Dahl", "Dale"), ("Austria", "Australia"),
     ("Marchetti", "Marino"), ("Quist", "Quill"), ("Iran", "Iraq")],
)  # fmt: skip
def test_names_that_are_not_one(one, other):
    assert not same_name(one, other)


def test_figures_are_numbers_however_written():
    assert figures("6,204 pupils, 0.04 (−0.03 to 0.11), 38%, 4.2 million") == figures("6204 0.040 0.03 0.11 38 4.20")
    assert figures("the 2022-23 year, h5n1") == figures("2022 23")
    assert dates_in("On 3 March 2026 and in May, 61 schools")[1].split()[-2:] == ["61", "schools"]


def test_names_are_found_by_their_capitals():
    assert names("Nobody told Ada Quist. However, the Board waits; “The answer,” wrote Kray.") == [
        "Ada",
        "Quist",
        "Board",
        "Kray",
    ]
    assert is_named("Fennmark Replication Group", "a trial by the Fennmark group")
    assert is_named("tallow_k", "a poster called tallow_k")
    assert not is_named("Rowan Achterberg", "Petra Amaro says so")


@pytest.mark.parametrize(
    "text",
    [
        'The Board will not change "a timetable because of one preprint".',
        "The Board “will not change a timetable”, Quist says.",
        'It "will not change a timetable because of one preprint," Quist says.',
        'Its word is "timetable", Quist says.',
    ],
)
def test_quotations_that_stand(text):
    assert codes(said(text)) == []


@pytest.mark.parametrize(
    "text",
    ["See [1].", "See c12.", "As claim ids show.", "<b>Bold</b>", "See https://x.example/", "[a](b)", "**so**", "`x`"],
)
def test_machinery(text):
    assert "machinery in prose" in codes(said(text))


# Quotations from the demo's own sources, tampered with and set in other type.

SOURCES = ROOT / "fixtures/demo/sources/1"


def quotations() -> list[str]:
    from lxml import html

    found = []
    for page in sorted(SOURCES.rglob("index.html")):
        for paragraph in html.document_fromstring(page.read_bytes()).cssselect("article p"):
            found += re.split(r"(?<=[.!?]) ", " ".join(paragraph.text_content().split()))
    return [sentence for sentence in dict.fromkeys(found) if 8 <= len(sentence.split()) <= 30]


def tampered(sentence: str, others: list[str], chance: random.Random) -> list[str]:
    """The same words with a word dropped, a denial removed, the order changed, two places joined, a figure changed."""
    words = sentence.split()
    middle = chance.randrange(1, len(words) - 1)
    swap = chance.randrange(1, len(words) - 2)
    made = [" ".join(words[:middle] + words[middle + 1 :])]
    made.append(" ".join([*words[:swap], words[swap + 1], words[swap], *words[swap + 2 :]]))
    made.append(" ".join(words[: len(words) // 2] + chance.choice(others).split()[-5:]))
    if re.search(r"\bnot\b|n't\b|n’t\b", sentence):
        made.append(re.sub(r"\s*\bnot\b|n't\b|n’t\b", "", sentence, count=1))
    if re.search(r"\d", sentence):
        made.append(re.sub(r"\d", lambda m: str((int(m.group()) + 1) % 10), sentence, count=1))
    return [text for text in made if fold(text) != fold(sentence)]


def test_no_tampered_quotation_is_accepted():
    chance = random.Random(1)
    sentences = quotations()
    cases = [(text, other) for text in sentences for other in tampered(text, sentences, chance)]
    assert len(cases) >= 500
    accepted = [
        other
        for text, other in cases
        if all(
            stands_in(part, (Quotation(start=0, end=len(text), text=text),)) for part in [fold(other).strip(" .,;:!?-")]
        )
    ]
    assert accepted == []


def set_otherwise(sentence: str, chance: random.Random) -> list[str]:
    """The same words in other typography."""
    curly = sentence.replace("'", "’").replace('"', "”")
    straight = sentence.translate(str.maketrans("‘’“”–—", "''\"\"--"))
    spaced = chance.choice(["\u00a0", "\u2009", "  ", "\n"]).join(sentence.split())
    hyphened = "\u00ad".join([sentence[:5], sentence[5:]])
    return [curly, straight, spaced, hyphened, unicodedata.normalize("NFD", sentence), "\u200b" + sentence]


def test_typography_is_forgiven_in_quotations():
    chance = random.Random(2)
    cases = [(text, other) for text in quotations() for other in set_otherwise(text, chance)]
    assert len(cases) >= 500
    accepted = [
        stands_in(fold(other).strip(" .,;:!?-"), (Quotation(start=0, end=len(text), text=text),))
        for text, other in cases
    ]
    assert sum(accepted) >= 0.99 * len(cases)


# What becomes of a sentence that fails.


def page(*sentences):
    numbered = [s.model_copy(update={"id": f"s{n}"}) for n, s in enumerate(sentences, 1)]
    parts = tuple(Paragraph(id=f"p{n}", theme="t", sentences=(s,)) for n, s in enumerate(numbered, 1))
    return Page(title="T", narrative=parts, timeline=(), perspectives=(), also_heard=(), tensions=())


def test_a_failing_sentence_is_struck_with_the_part_it_leaves_empty_and_the_page_stands():
    checked = check(
        page(said("Quist says it stands."), said("It does not.", ()), said('Quist says "I was wrong about the dose".')),
        GROUNDS,
    )
    assert [p.id for p in checked.page.narrative] == ["p1", "p3"]
    assert checked.page.narrative[1].sentences[0].claims == ("example", "other")
    assert (checked.repaired, checked.struck) == (1, 1)
    assert [(f.code, f.done) for f in checked.findings[:2]] == [
        ("uncited", "struck"),
        ("quotation not verbatim", "repaired"),
    ]


def test_two_sentences_with_other_figures_for_the_same_are_flagged():
    both = EXAMPLE.model_copy(update={"statement": "Quist counts 61 schools; Kray counts 58 schools."})
    checked = check(
        page(
            said("Quist says the trial covers 61 schools in all."),
            said("Quist says the trial covers 58 schools in all."),
        ),
        {"example": both},
    )
    assert any("other figures for the same" in flag for flag in checked.flags["s2"])


def judged(verdicts, *sentences):
    checked = check(page(*sentences), GROUNDS)
    return apply(checked.page, to_judge(checked, frozenset()), verdicts, GROUNDS)


def verdict(number, word, better=None):
    return VerdictAnswer(sentence=number, verdict=word, reason="a reason", better=better)


def test_verdicts_keep_rewrite_or_strike():
    result = judged(
        [verdict(1, "supported"), verdict(2, "partly", "Quist says less."), verdict(3, "not"), verdict(4, "partly")],
        said("Quist says one."),
        said("Quist says too much."),
        said("Quist says nothing of it."),
        said("Quist says what cannot be saved."),
    )
    assert [s.text for s in result.page.all_sentences()] == ["Quist says one.", "Quist says less."]
    assert (result.supported, result.rewritten, result.struck, result.unjudged) == (1, 1, 2, 0)


def test_a_rewriting_passes_the_gates_or_is_struck():
    result = judged([verdict(1, "partly", 'Quist says "never".')], said("Quist says so."))
    assert (list(result.page.all_sentences()), result.struck) == ([], 1)


def test_a_sentence_without_a_verdict_stands_only_where_no_gate_doubted_it():
    result = judged([], said("Quist says so."), said("Quist told Bettina Kray so."))
    assert [s.text for s in result.page.all_sentences()] == ["Quist says so."]
    assert (result.unjudged, result.struck) == (1, 1)


def test_only_new_sentences_are_judged():
    checked = check(page(said("Quist says so."), said("Quist says more.")), GROUNDS)
    known = frozenset({("Quist says so.", ("example",))})
    assert [each.sentence.text for each in to_judge(checked, known)] == ["Quist says more."]


def test_every_part_of_a_page_is_checked():
    bad = said("It does not.", ())
    full = page(said("Quist says so.")).model_copy(
        update={
            "perspectives": (
                Perspective(
                    id="v1",
                    voice="Ada Quist",
                    venue="",
                    position=(bad.model_copy(update={"id": "s8"}),),
                    evolution=Evolution(word="new", since=1),
                ),
            ),
            "also_heard": (AlsoHeard(id="h1", voice="Ada Quist", sentences=(bad.model_copy(update={"id": "s9"}),)),),
        }
    )
    checked = check(full, GROUNDS)
    assert (checked.page.perspectives, checked.page.also_heard, checked.struck) == ((), (), 2)


# A claim against its own article.

ARTICLE = (
    "The trial covered 61 schools in one year. It did not measure calm, and it cannot separate cause from manner. "
    "Strand said that the effect was 0.04. Nobody measured attendance."
)


def claim_on(statement, speaker=None, sentences=(1,)):
    reading = PageText(text=ARTICLE, title="A trial", extent="full text", author="Maren Okafor")
    snapshot = snapshot_of("item", reading, split(reading.text, reading.language), NOW)
    made = Claim(
        id="c1", item="item", snapshot=snapshot.id, statement=statement, kind="fact", speaker=speaker,
        occurred=Span(), quotations=quotations_of(snapshot, sentences),
    )  # fmt: skip
    item = Item(
        id="item",
        url="http://a.example/",
        via="page",
        title="A trial",
        venue="The Courier",
        author="Maren Okafor",
        published="2026-03-05",
        first_seen_at=NOW,
    )
    return check_claim(made, item, snapshot)


@pytest.mark.parametrize(
    ("statement", "speaker", "sentences", "fault"),
    [
        ("The trial covered 16 schools.", None, (1,), "figure nowhere in the article"),
        ("The trial covered 61 schools and 500 pupils.", None, (1,), "figure nowhere in the article"),
        ("The effect was 0.04.", "Bettina Kray", (3,), "speaker not in the article"),
        ("The trial covered 61 schools.", None, (1,), None),
        ("Okafor reports 61 schools in 2026.", "Maren Okafor", (1,), None),
        ("The effect was 0.04.", "Strand", (3,), None),
        ("The effect was 0.04.", "an unsigned piece in The Courier", (3,), None),
        ("The effect was 0.04.", "unnamed officials", (3,), None),
    ],
)
def test_claims_that_cannot_be_right_are_dropped(statement, speaker, sentences, fault):
    assert claim_on(statement, speaker, sentences).fault == fault


@pytest.mark.parametrize(
    ("statement", "sentences", "doubt"),
    [
        ("The trial measured calm.", (2,), "hold a denial"),
        ("The trial can separate cause from manner.", (2,), "hold a denial"),
        ("The trial covered no school.", (1,), "denies something"),
        ("Bettina Kray said that the effect was 0.04.", (3,), "names Bettina"),
        ("The trial did not measure calm.", (2,), None),
        ("Strand said that the effect was 0.04.", (3,), None),
        ("The trial covered 61 schools in one year.", (1, 2), None),
    ],
)
def test_what_code_is_not_sure_of_stays_with_the_claim(statement, sentences, doubt):
    doubts = claim_on(statement, None, sentences).claim.doubts
    assert (doubt is None and doubts == ()) or any(doubt in each for each in doubts), doubts
