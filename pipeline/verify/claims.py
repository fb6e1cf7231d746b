"""A claim against its own article: what the statement says must stand in the sentences it names.

Sure faults drop the claim: a figure that stands nowhere in the article, a speaker who is not in it. Where the figure
stands in another sentence, that sentence is added to the quotations. What code is not sure of is kept with the claim
as a doubt, which the support check is shown.
"""

import re
from typing import Literal, NamedTuple

from pipeline.records.claims import Claim, Quotation
from pipeline.records.items import Item, Snapshot
from pipeline.verify.likeness import figures, is_named, names, numbers_of, stands_among, words_of
from pipeline.verify.suspicion import addresses_a_model
from pipeline.verify.times import dates_in

Fault = Literal["figure nowhere in the article", "speaker not in the article"]
_NOT = re.compile(
    r"\b(?:not?|never|none|nobody|nothing|neither|nor|without|cannot|fail\w*|den(?:y|ie[sd])|refus\w+|\w+n['’]t)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[.;:,—–]\s|\b(?:but|though|although|while|because|and|so)\b", re.IGNORECASE)
_SHORT_WORD = 3  # letters; such words say little about what a clause denies; chosen, not measured
_MOST_OF_CLAUSE = 0.7  # least share of a clause's longer words in a statement that repeats it; chosen, not measured
_UNNAMED = re.compile(r"^(?:an? )?(?:unsigned|unnamed|anonymous)\b", re.IGNORECASE)


class ClaimCheck(NamedTuple):
    """The claim as it may be kept, or the fault it is dropped for. `fault` is None where it may be kept."""

    claim: Claim
    fault: Fault | None


def check_claim(claim: Claim, item: Item, snapshot: Snapshot) -> ClaimCheck:
    """`claim` against the article it was taken from: with the quotations its figures need, and its doubts."""
    header = "\n".join(text for text in (item.title, item.venue, item.author, item.published) if text)
    if claim.speaker and not _is_in_article(claim.speaker, f"{header}\n{snapshot.text}"):
        return ClaimCheck(claim, "speaker not in the article")
    quotations = list(claim.quotations)
    for figure in figures(dates_in(claim.statement)[1]):
        if figure in numbers_of("\n".join([header, *(quotation.text for quotation in quotations)])):
            continue
        spans = [span for span in snapshot.sentences if figure in numbers_of(snapshot.text_of(span))]
        if not spans:
            return ClaimCheck(claim, "figure nowhere in the article")
        quotations.append(Quotation(start=spans[0].start, end=spans[0].end, text=snapshot.text_of(spans[0])))
    quotations.sort(key=lambda quotation: quotation.start)
    doubts = _doubts(claim, "\n".join(quotation.text for quotation in quotations), f"{header}\n{snapshot.text}")
    return ClaimCheck(claim.model_copy(update={"quotations": tuple(quotations), "doubts": doubts}), None)


def _denies(clause: str, statement: str) -> bool:
    """Whether `clause` denies what `statement` says: it holds a denial, and the two share most of its longer words."""
    long_words = {word.casefold() for word in words_of(clause) if len(word) > _SHORT_WORD}
    if not _NOT.search(clause) or len(long_words) < 2:
        return False
    shared = sum(stands_among(word, words_of(statement)) for word in long_words)
    return shared >= _MOST_OF_CLAUSE * len(long_words)


def _is_in_article(speaker: str, article: str) -> bool:
    """Whether `speaker` is named in `article`, or is said to be unnamed ("an unnamed official")."""
    return bool(_UNNAMED.match(speaker)) or is_named(speaker, article)


def _doubts(claim: Claim, quoted: str, article: str) -> tuple[str, ...]:
    """What code is not sure of, in words that the support check is shown."""
    doubts = []
    article_words = words_of(article)
    missing = [name for name in names(claim.statement) if not stands_among(name, article_words)]
    if missing:
        doubts.append(f"the claim names {missing[0]}, whom its article does not name")
    if _NOT.search(claim.statement) and not _NOT.search(quoted):
        doubts.append("the claim denies something, and its words hold no denial")
    if not _NOT.search(claim.statement) and any(_denies(clause, claim.statement) for clause in _CLAUSES.split(quoted)):
        doubts.append("the claim's words hold a denial, and the claim does not")
    if any(addresses_a_model(quotation.text) for quotation in claim.quotations):
        doubts.append("its words are addressed to software, not to readers")
    return tuple(doubts)
