"""A page through the gates: what code can repair is repaired, what cannot be right is struck, what code cannot be sure
of is flagged for the support check."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from pipeline.records import Record
from pipeline.records.pages import Page, Said
from pipeline.verify.gates import GATES, Code, Gate, Place, quoted_in, stands_in
from pipeline.verify.ground import Ground, Grounds
from pipeline.verify.likeness import figures
from pipeline.verify.times import borne_out, dates_in

P = TypeVar("P", bound=Record)
_ALIKE = 0.7  # share of words two sentences have in common to be about the same thing


class Finding(Record):
    """A sentence that failed a gate or the support check, and what was done about it."""

    sentence: str
    text: str
    code: Code
    detail: str
    done: str  # flagged, repaired or struck


class Checked(NamedTuple):
    """The page as it stands after checking. `checks` counts gate runs; `flags` are what the support check must know,
    by sentence id."""

    page: Page
    checks: int
    repaired: int
    struck: int
    findings: tuple[Finding, ...]
    flags: Mapping[str, tuple[str, ...]]

    def codes(self) -> dict[str, int]:
        """How often each code was found."""
        return dict(sorted(Counter(finding.code for finding in self.findings).items()))


def placed(page: Page) -> Iterator[tuple[Said, Place]]:
    """Every sentence with its place, in the order a reader meets them."""
    for said in page.whats_new:
        yield said, Place("What's new")
    for paragraph in page.narrative:
        for said in paragraph.sentences:
            yield said, Place(f"Narrative, {paragraph.theme}")
    for event in page.timeline:
        for said in event.sentences:
            yield said, Place(f"Timeline, {event.date}", day=event.date)
    for perspective in page.perspectives:
        for said in perspective.position:
            yield said, Place(f"Perspectives, {perspective.voice}", perspective.voice)
        for said in perspective.evolution.sentences:
            yield said, Place(f"Perspectives, {perspective.voice}, evolution", perspective.voice)
    for heard in page.also_heard:
        for said in heard.sentences:
            yield said, Place(f"Also heard, {heard.voice}", heard.voice)
    for tension in page.tensions:
        for said in tension.sentences:
            yield said, Place("Tensions, question")
        for side in tension.sides:
            for said in side.sentences:
                yield said, Place(f"Tensions, {side.voice}", side.voice)
        for said in tension.missing:
            yield said, Place("Tensions, what is missing")
        for said in tension.resolution:
            yield said, Place(f"Tensions, {tension.state}")


def failures(said: Said, grounds: Grounds, place: Place, *, sure: bool | None = None) -> list[tuple[Gate, str]]:
    """Every gate that `said` fails, with what is wrong; only the sure ones, or only the doubtful, where asked."""
    wanted = [gate for gate in GATES if sure is None or gate.sure is sure]
    found = [(gate, gate.check(said, grounds, place)) for gate in wanted]
    return [(gate, detail) for gate, detail in found if detail is not None]


def check(page: Page, grounds: Grounds) -> Checked:
    """`page` with every sentence proved, repaired, flagged or gone. `grounds` holds all claims of the thread: a
    quotation that stands in a claim the sentence does not name is cited to that claim as well."""
    kept: dict[str, Said] = {}
    findings: list[Finding] = []
    flags: dict[str, tuple[str, ...]] = {}
    page, coarser = _as_dated(page, grounds)
    findings += coarser
    struck, repaired = 0, len(coarser)
    for said, place in placed(page):
        failed = failures(said, grounds, place, sure=True)
        mended = _recited(said, grounds) if failed else said
        still = failures(mended, grounds, place, sure=True) if failed else []
        done = "struck" if still else "repaired"
        findings += [_finding(said, gate.code, detail, done) for gate, detail in still or failed]
        if still:
            struck += 1
            continue
        repaired += mended != said
        kept[said.id] = mended
        doubtful = [] if said.text.endswith("?") else failures(mended, grounds, place, sure=False)
        findings += [_finding(said, gate.code, detail, "flagged") for gate, detail in doubtful]
        flags[said.id] = tuple(detail for _, detail in doubtful)
    for said, detail in _differing(list(kept.values())):
        findings.append(_finding(said, "figures differ", detail, "flagged"))
        flags[said.id] = (*flags[said.id], detail)
    shown = {sentence: found for sentence, found in flags.items() if found}
    checks = len(GATES) * sum(1 for _ in placed(page))
    return Checked(with_sentences(page, kept), checks, repaired, struck, tuple(findings), shown)


def _as_dated(page: Page, grounds: Grounds) -> tuple[Page, list[Finding]]:
    """`page` with each event dated no finer than its claims date it, and the findings about those that were."""
    events, findings = [], []
    for event in page.timeline:
        held = [grounds[claim] for said in event.sentences for claim in said.claims if claim in grounds]
        date = borne_out(event.date, " ".join(said.text for said in event.sentences), held)
        if date and date != event.date:
            detail = f"dated {event.date}, of which its claims bear out {date}"
            findings += [_finding(said, "event not dated so", detail, "repaired") for said in event.sentences[:1]]
        events.append(event.model_copy(update={"date": date or event.date}))
    in_order = tuple(sorted(events, key=lambda event: event.date))
    return page.model_copy(update={"timeline": in_order}), findings


def with_sentences(page: Page, kept: Mapping[str, Said]) -> Page:
    """`page` with the sentences in `kept`, as they stand there, and without the parts that are empty without the
    rest. A tension needs its question and at least one side."""

    def of(sentences: tuple[Said, ...]) -> tuple[Said, ...]:
        return tuple(kept[said.id] for said in sentences if said.id in kept)

    tensions = [
        tension.model_copy(
            update={
                "sides": _parts(tension.sides, "sentences", of),
                "missing": of(tension.missing),
                "resolution": of(tension.resolution),
            }
        )
        for tension in _parts(page.tensions, "sentences", of)
    ]
    return page.model_copy(
        update={
            "whats_new": of(page.whats_new),
            "narrative": _parts(page.narrative, "sentences", of),
            "timeline": _parts(page.timeline, "sentences", of),
            "perspectives": _parts(page.perspectives, "position", of),
            "also_heard": _parts(page.also_heard, "sentences", of),
            "tensions": tuple(tension for tension in tensions if tension.sides),
        }
    )


def _finding(said: Said, code: Code, detail: str, done: str) -> Finding:
    return Finding(sentence=said.id, text=said.text, code=code, detail=detail, done=done)


def _recited(said: Said, grounds: Grounds) -> Said:
    """`said`, citing also the first claim that holds each quotation its own claims lack."""
    claims = list(said.claims)
    for quoted in quoted_in(said.text):
        if not any(_holds(grounds.get(claim), quoted) for claim in claims):
            claims += [claim for claim, ground in grounds.items() if _holds(ground, quoted)][:1]
    return said.model_copy(update={"claims": tuple(claims)})


def _holds(ground: Ground | None, quoted: str) -> bool:
    return ground is not None and stands_in(quoted, ground.words)


def _differing(sentences: list[Said]) -> Iterator[tuple[Said, str]]:
    """Sentences that say almost the same as another, with other figures: one of the two may be wrong, or the page
    owes a word about the difference."""
    bare = [(said, set(figures(dates_in(said.text)[1])), _words(said.text)) for said in sentences if not said.reading]
    for position, (said, mine, words) in enumerate(bare):
        for other, theirs, other_words in bare[:position]:
            both = words | other_words
            if mine and theirs and mine.isdisjoint(theirs) and len(words & other_words) >= _ALIKE * len(both):
                yield said, f"another sentence gives other figures for the same: {other.text}"
                break


def _words(text: str) -> set[str]:
    return {word for word in text.casefold().split() if not any(c.isdigit() for c in word)}


def _parts(parts: tuple[P, ...], field: str, of: Callable[[tuple[Said, ...]], tuple[Said, ...]]) -> tuple[P, ...]:
    filled = [part.model_copy(update={field: of(getattr(part, field))}) for part in parts]
    return tuple(part for part in filled if getattr(part, field))
