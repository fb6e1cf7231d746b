"""How a version was made, counted from the replies it rests on."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.prompts import prompt
from pipeline.records import PROGRAM
from pipeline.records.claims import Extraction
from pipeline.records.pages import MadeBy, Page, Tokens
from pipeline.records.prices import Prices
from pipeline.records.replies import Reply
from pipeline.verify.check import CheckResult
from pipeline.verify.support import SupportResult


class Draft(NamedTuple):
    """A page before it is checked, and how it was made. `kept` counts the sentences taken over from the previous
    version, `left_out` the claims the prompt had no space for; `prompt` is the prompt's name."""

    page: Page
    kept: int
    left_out: int
    unknown_ids: int
    replies: Sequence[Reply]
    prompt: str


def made_by(
    model: str,
    prices: Prices,
    draft: Draft,
    replies: Sequence[Reply],
    extractions: Sequence[Extraction],
    checked: CheckResult,
    judged: SupportResult,
) -> MadeBy:
    """The provenance of a version. `replies` are all replies that it rests on, including those that an earlier run
    paid for: an interrupted and continued run gives the same figures as an uninterrupted one."""
    codes = Counter(checked.codes()) + Counter(finding.code for finding in judged.findings)
    return MadeBy(
        program=PROGRAM,
        model=model,
        prompts={name: prompt(name).fingerprint for name in ("extract", draft.prompt, "support")},
        calls=len(replies),
        tokens=Tokens(
            prompt=sum(reply.prompt_tokens for reply in replies),
            completion=sum(reply.completion_tokens for reply in replies),
        ),
        estimated=any(reply.estimated for reply in replies),
        price=prices.of_replies(replies),
        kept=draft.kept,
        left_out=draft.left_out,
        checks=checked.checks,
        supported=judged.supported,
        unjudged=judged.unjudged,
        repaired=checked.repaired + judged.rewritten,
        struck=checked.struck + judged.struck,
        found=dict(sorted(codes.items())),
        unknown_ids=draft.unknown_ids,
        inputs=tuple(extraction.id for extraction in extractions),
    )
