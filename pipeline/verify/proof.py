"""A stored version, proved again from the snapshots it cites: offline, and trusting none of the earlier checks."""

from collections.abc import Callable, Sequence

from pipeline.records import Record
from pipeline.records.items import Snapshot
from pipeline.records.pages import CitedClaim, Figure, Version
from pipeline.verify.authorship import snapshot_id
from pipeline.verify.check import failures, with_sections
from pipeline.verify.evidence import of_version
from pipeline.verify.quantities import is_given, margin_given


class Proof(Record):
    """What was proved. `citations` counts the claims that sentences cite, `resolved` those of them whose quotations are
    all exact; `quotations` counts what the claims quote, `exact` what equals their snapshot's text. `failures` is empty
    for a sound version."""

    thread: str
    version: int
    sentences: int
    readings: int
    citations: int
    resolved: int
    quotations: int
    exact: int
    failures: tuple[str, ...]


def prove(version: Version, find_snapshot: Callable[[str], Snapshot | None]) -> Proof:
    """Follows every citation of `version` to its quotations and puts every sentence through the sure gates again.
    `find_snapshot` returns a snapshot by its id, or None where the store has none."""
    problems: list[str] = []
    numbers = {source.number: source.item for source in version.sources}
    evidence = {
        claim_id: entry.model_copy(
            update={"language": entry.language and _language_of(version, claim_id, find_snapshot)}
        )
        for claim_id, entry in of_version(version).items()
    }
    exact_counts = {
        claim_id: _count_exact(claim_id, claim, find_snapshot, problems) for claim_id, claim in version.claims.items()
    }
    sound = {
        claim_id
        for claim_id, claim in version.claims.items()
        if exact_counts[claim_id] == len(claim.quotations) > 0 and numbers.get(claim.source) == claim.item
    }
    sentences = list(version.page().all_sentences())
    citations = [(sentence, claim) for sentence in sentences for claim in sentence.claims]
    problems += [
        f"{sentence.id} cites {claim}, which does not resolve" for sentence, claim in citations if claim not in sound
    ]
    problems += [
        f"{sentence.id}: {gate.code}: {detail}"
        for sentence, section in with_sections(version.page(), version.language)
        for gate, detail in failures(sentence, evidence, section, sure=True)
    ]
    problems += [
        f"{figure.id} says {figure.value:g}, which its claims do not give"
        for figure in version.figures
        if not _is_given(figure, [version.claims[claim] for claim in figure.claims if claim in sound], find_snapshot)
    ]
    return Proof(
        thread=version.thread.slug,
        version=version.version,
        sentences=len(sentences),
        readings=sum(sentence.reading for sentence in sentences),
        citations=len(citations),
        resolved=sum(claim in sound for _, claim in citations),
        quotations=sum(len(claim.quotations) for claim in version.claims.values()),
        exact=sum(exact_counts.values()),
        failures=tuple(problems),
    )


def _language_of(version: Version, claim_id: str, find_snapshot: Callable[[str], Snapshot | None]) -> str | None:
    """The language of the words that a claim rests on: its source may have been read in another since."""
    snapshot = find_snapshot(version.claims[claim_id].snapshot)
    return snapshot.language if snapshot else None


def _is_given(figure: Figure, claims: Sequence[CitedClaim], find_snapshot: Callable[[str], Snapshot | None]) -> bool:
    """Whether the words of one of `claims` give the figure, and those of one its margin."""
    texts = [
        ([quotation.text for quotation in claim.quotations], snapshot.language)
        for claim in claims
        if (snapshot := find_snapshot(claim.snapshot))
    ]
    margin = [] if figure.low is None or figure.high is None else [figure.low, figure.high]
    return any(is_given(figure.value, figure.unit, *text) for text in texts) and (
        not margin or any(margin_given(figure.value, margin, *text) for text in texts)
    )


def _count_exact(
    claim_id: str, claim: CitedClaim, find_snapshot: Callable[[str], Snapshot | None], problems: list[str]
) -> int:
    """How many of the claim's quotations are exactly the text of its snapshot. Adds what is wrong to `problems`."""
    snapshot = find_snapshot(claim.snapshot)
    if snapshot is None or snapshot.item != claim.item:
        problems.append(f"claim {claim_id} rests on snapshot {claim.snapshot}, which is not in the store")
        return 0
    if snapshot.id != snapshot_id(snapshot.item, snapshot.text, snapshot.posts):
        problems.append(f"snapshot {snapshot.id} is damaged: its text no longer has its hash")
        return 0
    post = next((post for post in snapshot.posts if post.id == claim.post), None)
    if snapshot.posts and (post is None or any(q.start < post.start or post.end < q.end for q in claim.quotations)):
        problems.append(f"claim {claim_id} is not made by its post {claim.post}")
        return 0
    inexact = [q for q in claim.quotations if snapshot.text[q.start : q.end] != q.text]
    problems += [f"claim {claim_id}: {q.text[:60]!r} does not stand at {q.start}" for q in inexact]
    return len(claim.quotations) - len(inexact)
