"""A claim against its own article: what the statement says must stand in the sentences it names.

Sure faults drop the claim: a figure that stands nowhere in the article, a speaker who is not in it. Where the figure
stands in another sentence, that sentence joins the evidence. What code cannot be sure of stays with the claim as a
doubt, and the support check is shown it.
"""

import re
from typing import Literal, NamedTuple

from pipeline.read.suspicion import addresses_a_model
from pipeline.records.claims import Claim, Quotation
from pipeline.records.items import Item, Snapshot
from pipeline.verify.likeness import figures, is_named, known_figures, names, stands_among, words_of
from pipeline.verify.times import dates_in

Fault = Literal["figure nowhere in the article", "speaker not in the article"]
_NOT = re.compile(
    r"\b(?:not?|never|none|nobody|nothing|neither|nor|without|cannot|fail\w*|den(?:y|ie[sd])|refus\w+|\w+n['’]t)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[.;:,—–]\s|\b(?:but|though|although|while|because|and|so)\b", re.IGNORECASE)
_SHORT, _MOST = 3, 0.7
_UNNAMED = re.compile(r"^(?:an? )?(?:unsigned|unnamed|anonymous)\b", re.IGNORECASE)


class ClaimCheck(NamedTuple):
    """The claim as it may be kept, or the fault it is dropped for."""

    claim: Claim
    fault: Fault | None


def check_claim(claim: Claim, item: Item, snapshot: Snapshot) -> ClaimCheck:
    """`claim` against the article it was taken from."""
    header = "\n".join(text for text in (item.title, item.venue, item.author, item.published) if text)
    if claim.speaker and not _speaks(claim.speaker, f"{header}\n{snapshot.text}"):
        return ClaimCheck(claim, "speaker not in the article")
    evidence = list(claim.evidence)
    for figure in figures(dates_in(claim.statement)[1]):
        if figure in known_figures("\n".join([header, *(words.text for words in evidence)])):
            continue
        found = [s for s in snapshot.sentences if figure in known_figures(snapshot.words(s))]
        if not found:
            return ClaimCheck(claim, "figure nowhere in the article")
        evidence.append(Quotation(start=found[0].start, end=found[0].end, text=snapshot.words(found[0])))
    evidence.sort(key=lambda words: words.start)
    doubts = _doubts(claim, "\n".join(words.text for words in evidence), f"{header}\n{snapshot.text}")
    return ClaimCheck(claim.model_copy(update={"evidence": tuple(evidence), "doubts": doubts}), None)


def _denies(clause: str, statement: str) -> bool:
    """Whether a clause that denies something is what the statement says: they share most of its longer words."""
    long = {word.casefold() for word in words_of(clause) if len(word) > _SHORT}
    if not _NOT.search(clause) or len(long) < 2:
        return False
    shared = sum(stands_among(word, words_of(statement)) for word in long)
    return shared >= _MOST * len(long)


def _speaks(speaker: str, known: str) -> bool:
    return bool(_UNNAMED.match(speaker)) or is_named(speaker, known)


def _doubts(claim: Claim, quoted: str, article: str) -> tuple[str, ...]:
    found = []
    there = words_of(article)
    strange = [name for name in names(claim.statement) if not stands_among(name, there)]
    if strange:
        found.append(f"the claim names {strange[0]}, whom its article does not name")
    if _NOT.search(claim.statement) and not _NOT.search(quoted):
        found.append("the claim denies something, and its words hold no denial")
    if not _NOT.search(claim.statement) and any(_denies(clause, claim.statement) for clause in _CLAUSES.split(quoted)):
        found.append("the claim's words hold a denial, and the claim does not")
    if any(addresses_a_model(words.text) for words in claim.evidence):
        found.append("its words are addressed to software, not to readers")
    return tuple(found)
