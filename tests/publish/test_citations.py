"""Whose words a citation's quotations are said to be."""

from pipeline.publish.citations import Citations
from pipeline.publish.library import CitedSources
from pipeline.records.claims import Quotation, Reference
from pipeline.records.dates import Span
from pipeline.records.pages import CitedClaim

SENTENCES = (
    "The trial found 0.04.",
    "Ms Farrant expected it to look at calm.",
    "Cllr Dahl said that was like losing a race.",
    "“I cannot tell you who is right.”",
    "“So it was,” Dahl said.",
)
TEXT = " ".join(SENTENCES)
SOURCE = Reference(
    number=1,
    item="i",
    title="T",
    venue="V",
    author="Maren Okafor",
    date=None,
    url="http://a.example/",
    evidence="full text",
)


def claim(speaker: str | None, *numbers: int) -> CitedClaim:
    quoted = [(TEXT.index(SENTENCES[n]), SENTENCES[n]) for n in numbers]
    return CitedClaim(
        item="i", source=1, snapshot="s", statement="It says so.", speaker=speaker, kind="argument",
        occurred=Span(start=None, end=None),
        evidence=tuple(Quotation(start=start, end=start + len(words), text=words) for start, words in quoted),
    )  # fmt: skip


def test_a_name_stands_below_words_that_are_spoken_and_name_nobody_alone():
    """A claim of one voice may rest on a sentence that gives another's words, or the article's own."""
    claims = {"c1": claim("Ysolde Farrant", 0, 1, 2, 3), "c2": claim("Mirela Dahl", 4)}
    cited = CitedSources((SOURCE,), claims, dict.fromkeys(claims, "en"))
    passages = Citations(cited, [["c1"], ["c2"]]).passages(SOURCE)
    assert [(quote.text, quote.speaker) for quote in passages.quotes] == [
        (SENTENCES[0], None),
        (SENTENCES[1], None),
        (SENTENCES[2], None),
        (SENTENCES[3], "Ysolde Farrant"),
        (SENTENCES[4], None),
    ]
