"""Is there news? One decision, made from all that a thread has and its previous version."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from pipeline.records.claims import Extraction
from pipeline.records.pages import Version
from pipeline.synthesize.cast import decided
from pipeline.synthesize.holdings import Holdings
from pipeline.synthesize.sources import Material
from pipeline.text import fold

Superseded = Literal["withdrawn", "taken back", "moved", "dropped", "edited"]
"""What happened to the source text that a cited claim rests on."""

SUPERSEDED_WORDS: Final[dict[Superseded, str]] = {
    "withdrawn": "its publisher has withdrawn the source",
    "taken back": "the post that said this was deleted",
    "moved": "its source belongs to another discussion, which has a page of its own: this page tells of it no more",
    "dropped": "the operator has taken the source from this page",
    "edited": "its source was edited and no longer says this in these words",
}


_LEFT: Final[dict[str, Superseded]] = {"moved to another thread": "moved", "dropped by the operator": "dropped"}


class NothingNew(NamedTuple):
    """No new version, and why."""

    why: Literal["no claims yet", "no claim that the page does not have"]


class Edit(NamedTuple):
    """The page is edited. `news` are the works with new claims, each with those alone; `superseded` maps the ids of
    cited claims to what happened to their source text. Without news it is the operator's word on the cast that calls
    for it (`recast`)."""

    news: Sequence[Material]
    superseded: Mapping[str, Superseded]
    recast: bool = False


class Rewrite(NamedTuple):
    """The page is written from all claims: the first of a thread, or one that the operator asked for again.
    `superseded` as in Edit."""

    superseded: Mapping[str, Superseded]


def decide(holdings: Holdings, previous: Version | None, *, again: bool) -> NothingNew | Edit | Rewrite:
    """What is to be done about the page. With `again` the operator asked for it to be written again."""
    superseded = _superseded(holdings, previous)
    news = _news(holdings, previous)
    recast = previous is not None and decided(previous.cast, holdings.decisions) != previous.cast
    if not superseded and not recast:
        if not any(extraction.claims for extraction in holdings.extractions.values()):
            return NothingNew("no claims yet")
        if not (news or again):
            return NothingNew("no claim that the page does not have")
    return Rewrite(superseded) if previous is None or again else Edit(news, superseded, recast)


def material(holdings: Holdings) -> list[Material]:
    """Every work that a page may be written from."""
    return [Material(item, holdings.extractions[item.id]) for item in holdings.items if item.id in holdings.extractions]


def _news(holdings: Holdings, previous: Version | None) -> list[Material]:
    """The works that the previous version was not written from, each with only its new claims."""
    written_from = _inputs(previous)
    news = []
    for work in material(holdings):
        history = holdings.history[work.item.id]
        if not written_from.isdisjoint(history.extractions.get(work.extraction.snapshot, ())):
            continue
        extraction = only_new_claims(work.extraction, history.earlier_texts)
        if extraction.claims:
            news.append(Material(work.item, extraction))
    return news


def only_new_claims(extraction: Extraction, earlier_texts: Sequence[str]) -> Extraction:
    """The extraction without claims that are no news: those whose quotations all stand in one of the source's earlier
    texts. Of a source without earlier texts, all claims are new."""
    folded_texts = [fold(text) for text in earlier_texts]
    new = [
        claim
        for claim in extraction.claims
        if not any(all(fold(quotation.text) in text for quotation in claim.quotations) for text in folded_texts)
    ]
    return extraction.model_copy(update={"claims": tuple(new)})


def _superseded(holdings: Holdings, previous: Version | None) -> dict[str, Superseded]:
    """The cited claims whose quotations are no longer in their source, or whose source was withdrawn or no longer
    belongs to the thread; by id, with the reason. What the previous version already took into account is left out."""
    if previous is None:
        return {}
    states = {item.id: item.state for item in holdings.items}
    withdrawn_before = {source.item for source in previous.sources if source.withdrawn}
    written_from = _inputs(previous)
    superseded: dict[str, Superseded] = {}
    for claim_id, cited in previous.claims.items():
        history = holdings.history.get(cited.item)
        if states.get(cited.item) == "withdrawn":
            if cited.item not in withdrawn_before:
                superseded[claim_id] = "withdrawn"
        elif holdings.relevance.get(cited.item) in _LEFT:
            if history and not written_from.isdisjoint(history.extractions.get(cited.snapshot, ())):
                superseded[claim_id] = _LEFT[holdings.relevance[cited.item]]
        elif history and history.snapshots[-1] != cited.snapshot:
            last = history.snapshots[-1]
            if not written_from.isdisjoint(history.extractions.get(last, ())):
                continue  # the previous version was written after the edit
            text = fold(history.texts[last])
            if cited.post in history.withdrawn:
                superseded[claim_id] = "taken back"
            elif any(fold(quotation.text) not in text for quotation in cited.quotations):
                superseded[claim_id] = "edited"
    return superseded


def _inputs(previous: Version | None) -> frozenset[str]:
    """The ids of the extractions that the previous version was written from."""
    return frozenset(previous.made_by.inputs) if previous else frozenset()
