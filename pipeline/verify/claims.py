"""A claim against its own article: what the statement says must stand in the sentences it names.

Sure faults drop the claim: a figure that stands nowhere in the article, a speaker who is not in it. Where the figure
stands in another sentence, that sentence is added to the quotations. Doubts about claims ("holds a denial", "names X")
were tried on four real threads and dropped: none of some 120 was right.
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from pipeline.records.claims import Claim, Figure, Quotation
from pipeline.records.items import Item, Snapshot
from pipeline.verify.likeness import is_english, is_named, missing_figures, numbers_of
from pipeline.verify.times import dates_in

Fault = Literal["figure nowhere in the article", "speaker not in the article"]
_UNNAMED = re.compile(r"^(?:an? )?(?:unsigned|unnamed|anonymous)\b", re.IGNORECASE)


class ClaimCheck(NamedTuple):
    """The claim as it may be kept, or the fault it is dropped for. `fault` is None where it may be kept."""

    claim: Claim
    fault: Fault | None


def check_claim(claim: Claim, item: Item, snapshot: Snapshot, cast: Sequence[Figure] = ()) -> ClaimCheck:
    """`claim` against the article it was taken from, with the quotations its figures need. `cast` are those whom the
    article is known to be by or about."""
    header = "\n".join(text for text in (item.title, item.venue, item.author, item.published) if text)
    known = any(claim.speaker in (figure.name, *figure.also) for figure in cast)
    if claim.speaker and not known and not _is_in_article(claim.speaker, f"{header}\n{snapshot.text}"):
        return ClaimCheck(claim, "speaker not in the article")
    quotations = list(claim.quotations)
    statement, english = dates_in(claim.statement)[1], is_english(snapshot.text)
    if missing_figures(statement, f"{header}\n{snapshot.text}", english=english):
        return ClaimCheck(claim, "figure nowhere in the article")
    words = "\n".join([header, *(quotation.text for quotation in quotations)])
    for figure in missing_figures(statement, words, english=english):
        spans = [span for span in snapshot.sentences if figure in numbers_of(snapshot.text_of(span))]
        quotations += [Quotation(start=s.start, end=s.end, text=snapshot.text_of(s)) for s in spans[:1]]
    quotations.sort(key=lambda quotation: quotation.start)
    return ClaimCheck(claim.model_copy(update={"quotations": tuple(quotations)}), None)


def _is_in_article(speaker: str, article: str) -> bool:
    """Whether `speaker` is named in `article`, or is said to be unnamed ("an unnamed official")."""
    return bool(_UNNAMED.match(speaker)) or is_named(speaker, article)
