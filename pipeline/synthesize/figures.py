"""The figures of a page: quantities that claims give, like beside like.

Claims give quantities one article at a time. The writer, who sees all of them, says by their numbers which measure the
same thing on the same scale; code holds it to that: one unit, three different figures at least, else they are no
comparison. A comparison that a page has stands, and new figures join it. A figure goes with the words it rests on.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import count
from typing import Any, NamedTuple

from pipeline.records.claims import Claim, Quantity
from pipeline.records.dates import PartialDate, order, partial_date
from pipeline.records.pages import Figure, Page, Voice
from pipeline.synthesize import cast
from pipeline.synthesize.answer import ComparisonAnswer
from pipeline.synthesize.sources import Material, in_order, usable_claims
from pipeline.text import one_line
from pipeline.text.units import same_unit

FEWEST = 3
"""Figures that make a comparison."""
_MOST_OFFERED = 80  # figures in one question; chosen, not measured
_MOST_COMPARISONS = 6  # of a page; chosen, not measured
_LONGEST_ABOUT = 90  # characters; chosen, not measured


class Offered(NamedTuple):
    """A quantity that a claim gives, with whose figure it is ("" where it is nobody's) and of when."""

    quantity: Quantity
    claim: Claim
    voice: str
    date: PartialDate | None

    def entry(self) -> dict[str, Any]:
        """The figure as a prompt's template takes it."""
        return {
            "about": self.quantity.about,
            "amount": amount(self.quantity),
            "told": ", ".join(part for part in (self.voice, self.date) if part),
        }


def amount(figure: Quantity | Figure) -> str:
    """A figure with its margin and unit, for a prompt."""
    margin = "" if figure.low is None or figure.high is None else f" ({_plain(figure.low)} to {_plain(figure.high)})"
    return f"{_plain(figure.value)}{margin} {figure.unit}".strip()


def _plain(number: float) -> str:
    return f"{Decimal(repr(number)).normalize():f}"


def offered(works: Sequence[Material], language: str, standing: Sequence[Figure] = ()) -> list[Offered]:
    """The figures that the writer of a page in `language` may compare, those of older works first: without those that
    the page has (`standing`), and without those that have no two others in a unit that may be theirs."""
    known = {(claim, figure.value) for figure in standing for claim in figure.claims}
    given = [
        Offered(quantity, claim, quantity.by or claim.speaker or "", _date(claim, work))
        for work in in_order(works)
        for claim in usable_claims(work.extraction)
        for quantity in claim.figures
        if (claim.id, quantity.value) not in known
    ]
    units = Counter([*(figure.unit for figure in standing), *(each.quantity.unit for each in given)])
    comparable = {
        unit: sum(n for other, n in units.items() if _agree(unit, other, language)) >= FEWEST for unit in units
    }
    return [each for each in given if comparable[each.quantity.unit]][-_MOST_OFFERED:]


def _date(claim: Claim, work: Material) -> PartialDate | None:
    """When what is measured happened, else when it was told."""
    return claim.occurred.start or claim.occurred.end or partial_date(claim.posted) or work.item.published


def _agree(one: str, other: str, language: str) -> bool:
    """Whether two units may be one: a text often gives it once and then bare numbers."""
    return not one or not other or same_unit(one, other, language)


def without(standing: Iterable[Figure], gone: Collection[str]) -> tuple[Figure, ...]:
    """The figures of a page without the claims `gone`, and without those that rest on nothing else."""
    kept = (
        figure.model_copy(update={"claims": tuple(claim for claim in figure.claims if claim not in gone)})
        for figure in standing
    )
    return tuple(figure for figure in kept if figure.claims)


class Compared(NamedTuple):
    """The figures of a page, comparison by comparison, each oldest first; and how many numbers in the answer stand for
    none."""

    figures: tuple[Figure, ...]
    unknown: int


def compared(
    answers: Sequence[ComparisonAnswer], given: Sequence[Offered], page: Page, version: int, language: str
) -> Compared:
    """The figures that `page` has, with those of `given` that the answers name by their numbers, from 1. New ones get
    ids of `version`."""
    comparisons: dict[str, list[Figure]] = {}
    for figure in page.figures:
        comparisons.setdefault(cast.key(figure.about), []).append(figure)
    ids = (f"f{version}-{number}" for number in count(1))
    left = dict(enumerate(given, 1))  # each is in one comparison
    unknown = 0
    for answer in answers:
        about = one_line(answer.about)[:_LONGEST_ABOUT]
        numbers = dict.fromkeys(answer.figures)
        unknown += sum(not 1 <= number <= len(given) for number in numbers)
        members = comparisons.setdefault(cast.key(about), [])
        chosen = [left.pop(number) for number in numbers if number in left]
        unit = members[0].unit if members else _commonest(each.quantity.unit for each in chosen)
        for each in chosen:
            if about and _agree(unit, each.quantity.unit, language):
                _add(members, each, members[0].about if members else about, unit, page.cast, ids)
    whole = [members for members in comparisons.values() if len(members) >= FEWEST][:_MOST_COMPARISONS]
    figures = tuple(figure for members in whole for figure in sorted(members, key=_age))
    return Compared(figures, unknown)


def _commonest(units: Iterable[str]) -> str:
    return next((unit for unit, _ in Counter(filter(None, units)).most_common(1)), "")


def _add(
    members: list[Figure], new: Offered, about: str, unit: str, voices: Sequence[Voice], ids: Iterator[str]
) -> None:
    """Adds a figure to a comparison. One that is told again, by the same voice or by nobody in particular, is the same
    figure with more claims."""
    voice = cast.find(voices, new.voice)
    name = voice.name if voice else new.voice
    quantity = new.quantity
    for place, known in enumerate(members):
        if known.value == quantity.value and (known.voice == name or not (known.voice and name)):
            first = min((date for date in (known.date, new.date) if date), key=order, default=None)
            margin = known if known.low is not None else quantity
            members[place] = known.model_copy(
                update={
                    "low": margin.low,
                    "high": margin.high,
                    "date": first,
                    "voice": known.voice or name,
                    "claims": tuple(dict.fromkeys((*known.claims, new.claim.id))),
                }
            )
            return
    members.append(
        Figure(
            id=next(ids),
            about=about,
            of=quantity.about,
            unit=unit,
            value=quantity.value,
            low=quantity.low,
            high=quantity.high,
            date=new.date,
            voice=name,
            claims=(new.claim.id,),
        )
    )


def _age(figure: Figure) -> str:
    return order(figure.date) if figure.date else "9999"
