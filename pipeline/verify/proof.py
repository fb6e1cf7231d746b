"""A stored version, proved again from the snapshots it cites: offline, with nothing taken on trust."""

from collections.abc import Callable

from pipeline.records import Record
from pipeline.records.items import Snapshot, short_hash
from pipeline.records.pages import CitedClaim, Version
from pipeline.verify.check import failures, placed
from pipeline.verify.ground import of_version


class Proof(Record):
    """What was proved. `citations` are the claims that sentences name, `quotations` the words behind them."""

    thread: str
    version: int
    sentences: int
    readings: int
    citations: int
    resolved: int
    quotations: int
    exact: int
    failures: tuple[str, ...]


def prove(version: Version, snapshot: Callable[[str], Snapshot | None]) -> Proof:
    """Every citation of `version` followed to its words, and every sentence through the gates again."""
    problems: list[str] = []
    numbers = {source.number: source.item for source in version.sources}
    grounds = of_version(version)
    exact_of = {claim_id: _exact(claim_id, claim, snapshot, problems) for claim_id, claim in version.claims.items()}
    sound = {
        claim_id
        for claim_id, claim in version.claims.items()
        if exact_of[claim_id] == len(claim.evidence) > 0 and numbers.get(claim.source) == claim.item
    }
    sentences = list(version.page().said())
    citations = [(said, claim) for said in sentences for claim in said.claims]
    problems += [f"{said.id} cites {claim}, which does not resolve" for said, claim in citations if claim not in sound]
    problems += [
        f"{said.id}: {gate.code}: {detail}"
        for said, place in placed(version.page())
        for gate, detail in failures(said, grounds, place, sure=True)
    ]
    return Proof(
        thread=version.thread.slug,
        version=version.version,
        sentences=len(sentences),
        readings=sum(said.reading for said in sentences),
        citations=len(citations),
        resolved=sum(claim in sound for _, claim in citations),
        quotations=sum(len(claim.evidence) for claim in version.claims.values()),
        exact=sum(exact_of.values()),
        failures=tuple(problems),
    )


def _exact(claim_id: str, claim: CitedClaim, snapshot: Callable[[str], Snapshot | None], problems: list[str]) -> int:
    """How many of the claim's quotations stand in its snapshot to the letter."""
    held = snapshot(claim.snapshot)
    if held is None or held.item != claim.item:
        problems.append(f"claim {claim_id} rests on snapshot {claim.snapshot}, which is not in the store")
        return 0
    if held.id != short_hash(held.item, held.text, length=len(held.id)):
        problems.append(f"snapshot {held.id} is damaged: its text no longer has its hash")
        return 0
    wrong = [words for words in claim.evidence if held.text[words.start : words.end] != words.text]
    problems += [f"claim {claim_id}: {words.text[:60]!r} does not stand at {words.start}" for words in wrong]
    return len(claim.evidence) - len(wrong)
