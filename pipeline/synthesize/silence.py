"""A page that is silent about most of its sources, and the source that may have asked for it.

A writer that obeys whatever it reads may leave out what an article tells it to leave out. Every source with claims is
cited, or named by the writer with a reason; a page that says nothing of a good part of its sources and gives no reason
is asked for again without the source that has words for a model, or else without the one it leans on most.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.records.claims import Claim
from pipeline.records.items import Snapshot
from pipeline.records.pages import Page
from pipeline.synthesize.sources import Material, usable_claims
from pipeline.verify.suspicion import addresses_a_model

REASON: Final = "set apart: with it the page was silent about other sources"
_GOOD_PART = 1 / 3  # of the sources; chosen, not measured
_FEWEST = 2  # sources that are silent, at least: one may be forgotten by chance


def suspect(
    page: Page,
    unused: Mapping[str, str],
    works: Sequence[Material],
    claims: Mapping[str, Claim],
    snapshots: Mapping[str, Snapshot],
) -> str | None:
    """The id of the item without which the page is to be asked for again; None where the page may stand. `works` are
    those that the writer was shown, `unused` has the items that it named with a reason."""
    speaking = [work for work in works if usable_claims(work.extraction)]
    cited = cited_items(page, claims)
    silent = [work for work in speaking if work.item.id not in cited]
    unexplained = [work for work in silent if work.item.id not in unused]
    addressing = [
        work.item.id
        for work in works
        if any(addresses_a_model(line) for line in snapshots[work.extraction.snapshot].text.splitlines())
    ]
    many = max(_FEWEST, round(_GOOD_PART * len(speaking)))
    if len(unexplained) >= many or (addressing and len(silent) >= many):
        return next((item for item, _ in cited.most_common()), None) if not addressing else addressing[0]
    return None


def cited_items(page: Page, claims: Mapping[str, Claim]) -> Counter[str]:
    """How often the page cites each item."""
    return Counter(claims[claim].item for sentence in page.all_sentences() for claim in sentence.claims)
