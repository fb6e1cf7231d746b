"""The quantities that claims give: each is checked against the sentences of its claim.

A figure whose value does not stand there is dropped, and its claim kept; a margin that does not is left away.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from pipeline.extract.question import QuantityAnswer
from pipeline.records.claims import Claim, Loss, Quantity
from pipeline.text import one_line
from pipeline.verify.quantities import is_given, margin_given
from pipeline.verify.suspicion import addresses_a_model

REASON = "figure not in the sentences of its claim"
"""Why a figure was dropped."""
_LONGEST_ABOUT, _LONGEST_UNIT = 120, 40  # characters; chosen, not measured


class WithFigures(NamedTuple):
    """Claims with the quantities they give, in their order, and what was dropped of these."""

    claims: list[Claim]
    losses: list[Loss]


def with_figures(
    claims: Mapping[int, Claim],
    answers: Sequence[QuantityAnswer],
    language: str | None,
    may_hold: Callable[[str], bool],
) -> WithFigures:
    """`claims`, by their places in the model's list, with the quantities of `answers`; one of a claim that was not kept
    goes with it. `language` is the source's; `may_hold` says of a name whether a figure here may be theirs."""
    figures: dict[int, list[Quantity]] = {place: [] for place in claims}
    losses: list[Loss] = []
    for answer in answers:
        place = answer.claim - 1  # the model counts from 1
        if place not in claims:
            continue
        claim = claims[place]
        by = one_line(answer.by)
        by = "" if by == claim.speaker else by
        quantity = _quantity(answer, by, claim, language) if not by or may_hold(by) else None
        if quantity is None:
            text = one_line(f"{answer.about[:_LONGEST_ABOUT]}: {answer.value:g} {answer.unit[:_LONGEST_UNIT]}")
            losses.append(Loss(stage="extract", text=text, claims=(claim.id,), reason=REASON, done="dropped"))
        elif quantity not in figures[place]:
            figures[place].append(quantity)
    given = [claim.model_copy(update={"figures": tuple(figures[place])}) for place, claim in claims.items()]
    return WithFigures(given, losses)


def _quantity(answer: QuantityAnswer, by: str, claim: Claim, language: str | None) -> Quantity | None:
    """The quantity as the claim's sentences give it; None where they do not, or it is not fit to be shown."""
    about, unit, value = one_line(answer.about), one_line(answer.unit), answer.value + 0.0  # -0 is 0
    is_fit = 0 < len(about) <= _LONGEST_ABOUT and len(unit) <= _LONGEST_UNIT and not addresses_a_model(about)
    sentences = [quotation.text for quotation in claim.quotations]
    if not (is_fit and math.isfinite(value) and is_given(value, unit, sentences, language)):
        return None
    is_margin = all(map(math.isfinite, answer.margin))
    low, high = (margin_given(value, answer.margin, sentences, language) if is_margin else None) or (None, None)
    return Quantity(about=about, unit=unit, value=value, low=low, high=high, by=by)
