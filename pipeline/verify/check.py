"""A page through the gates: what code can repair is repaired, what still fails is struck and counted."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from pipeline.records import Record
from pipeline.records.pages import Page, Said
from pipeline.verify.gates import GATES, Code, Words, quoted_in, stands_in

P = TypeVar("P", bound=Record)


class Finding(Record):
    """A sentence that failed a gate, and what was done about it."""

    sentence: str
    text: str
    code: Code
    detail: str
    struck: bool


class Checked(NamedTuple):
    """The page that may be published. `checks` counts gate runs."""

    page: Page
    checks: int
    repaired: int
    struck: int
    findings: tuple[Finding, ...]


def failures(said: Said, words: Words) -> list[tuple[Code, str]]:
    """Every gate that `said` fails, with what is wrong."""
    found = [(gate.code, gate.check(said, words)) for gate in GATES]
    return [(code, detail) for code, detail in found if detail is not None]


def check(page: Page, words: Words) -> Checked:
    """`page` with every sentence proved, repaired or gone. `words` holds all claims of the thread: a quotation
    that stands in a claim the sentence does not name is cited to that claim as well."""
    kept: dict[str, Said] = {}
    findings: list[Finding] = []
    repaired = struck = checks = 0
    for said in page.said():
        checks += len(GATES)
        failed = failures(said, words)
        mended = _recited(said, words) if failed else said
        still = failures(mended, words) if failed else []
        findings += [
            Finding(sentence=said.id, text=said.text, code=code, detail=detail, struck=bool(still))
            for code, detail in still or failed
        ]
        if still:
            struck += 1
        else:
            kept[said.id] = mended
            repaired += mended != said
    return Checked(_only(page, kept), checks, repaired, struck, tuple(findings))


def _recited(said: Said, words: Words) -> Said:
    """`said`, citing also the first claim that holds each quotation its own claims lack."""
    claims = list(said.claims)
    for quoted in quoted_in(said.text):
        if any(stands_in(quoted, words.get(claim, ())) for claim in claims):
            continue
        claims += [claim for claim, evidence in words.items() if stands_in(quoted, evidence)][:1]
    return said.model_copy(update={"claims": tuple(claims)})


def _only(page: Page, kept: dict[str, Said]) -> Page:
    """`page` with the kept sentences, and without the parts that are empty without the rest."""

    def of(sentences: tuple[Said, ...]) -> tuple[Said, ...]:
        return tuple(kept[said.id] for said in sentences if said.id in kept)

    return page.model_copy(
        update={
            "whats_new": of(page.whats_new),
            "narrative": _parts(page.narrative, "sentences", of),
            "timeline": _parts(page.timeline, "sentences", of),
            "perspectives": _parts(page.perspectives, "position", of),
            "also_heard": _parts(page.also_heard, "sentences", of),
            "tensions": tuple(
                tension.model_copy(
                    update={"sides": _parts(tension.sides, "sentences", of), "missing": of(tension.missing)}
                )
                for tension in _parts(page.tensions, "sentences", of)
            ),
        }
    )


def _parts(parts: tuple[P, ...], field: str, of: Callable[[tuple[Said, ...]], tuple[Said, ...]]) -> tuple[P, ...]:
    filled = [part.model_copy(update={field: of(getattr(part, field))}) for part in parts]
    return tuple(part for part in filled if getattr(part, field))
